//! What the customer sheet is filled in with: our columns, cells at fault, notes.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::error::CopyError;
use super::outline::List;
use crate::journal::Store;
use crate::model::{RowIndex, Severity};
use crate::report::facts::Facts;
use crate::report::layout::{ID, LEARNT_COLUMNS, STATUS_COLUMNS};
use crate::report::note::{CellNote, Notes};
use crate::report::status::Status;
use crate::report::workbook::MOST_EXACT;
use tables::edit::cells::{Edit, Fault, Look, Value};
use tables::edit::insert::Insertion;
use tables::edit::notes::Places;
use tables::edit::sheet::Rows;
use tables::formula::{neutralise, restore};

/// A sheet's columns.
const MOST_COLUMNS: u32 = 16_384;

/// So many lines a row is high, at most.
const MOST_LINES: u32 = 27;

/// How many columns are ours.
const COUNT: usize = 7;

/// Our columns: their titles and widths in characters. Those from the fifth on are written where
/// something stands in them.
const OURS: [(&str, u32); COUNT] = [
    (ID, 12),
    (STATUS_COLUMNS[0], 14),
    (STATUS_COLUMNS[1], 14),
    (STATUS_COLUMNS[2], 70),
    (LEARNT_COLUMNS[0], 38),
    (LEARNT_COLUMNS[1], 46),
    (LEARNT_COLUMNS[2], 24),
];

/// Where things stand in the sheet.
#[derive(Debug, Clone)]
pub struct Columns {
    /// The header's row, from 1.
    pub header_row: u32,
    /// The columns of the header's cells, from 0; none for those of other sheets alone.
    header: Vec<Option<u32>>,
    /// Where each of our columns stands, from 0, once that is known.
    ours: [Option<u32>; COUNT],
    /// Which of them are written.
    wanted: [bool; COUNT],
    /// Those that came in beside the name.
    inserted: Option<Insertion>,
    /// Those of them that are new, with their widths.
    pub new: Vec<(u32, u32)>,
}

impl Columns {
    /// What the journal knows of a sheet.
    pub fn of(facts: &Facts, list: &List) -> Result<Self, CopyError> {
        let info = &facts.info;
        let table = &list.table;
        if table.header_row == 0 || table.columns.len() != info.header.len() {
            return Err(CopyError::refused("its list has no header"));
        }
        if !facts.numbers[list.rows.clone()].is_sorted_by(|one, next| one < next) {
            return Err(CopyError::refused("its rows do not stand in order"));
        }
        let own = |title: &str| {
            let own = info.own_columns.iter().map(|own| *own as usize);
            // Below groups of columns the name of the last of them stands before a title.
            let mut named = own.filter(|own| plain(&info.header[*own]).ends_with(&plain(title)));
            named.find_map(|own| table.columns.get(own).copied().flatten())
        };
        let id = info.id_column;
        Ok(Self {
            header_row: table.header_row,
            header: table.columns.clone(),
            ours: [
                id.and_then(|column| table.columns[column as usize]),
                own(STATUS_COLUMNS[0]),
                own(STATUS_COLUMNS[1]),
                own(STATUS_COLUMNS[2]),
                own(LEARNT_COLUMNS[0]),
                own(LEARNT_COLUMNS[1]),
                own(LEARNT_COLUMNS[2]),
            ],
            wanted: {
                let [uid, installer, account] = facts.layout.learnt();
                [true, true, true, true, uid, installer, account]
            },
            inserted: None,
            new: Vec::new(),
        })
    }

    /// Whether the sheet is a result of ours: its cells may bear our marks and grounds.
    pub fn are_a_result(&self) -> bool {
        self.ours[1].is_some_and(|status| self.new.iter().all(|(new, _)| *new != status))
    }

    /// The new columns with their titles.
    pub fn titles(&self) -> Vec<(u32, &'static str)> {
        let titles = self.ours.iter().zip(OURS);
        let new = titles.filter_map(|(column, (title, _))| {
            let is_new = |column: &u32| self.new.iter().any(|(new, _)| new == column);
            column.filter(is_new).map(|column| (column, title))
        });
        new.collect()
    }

    /// The last column with a header.
    pub fn last_header(&self) -> u32 {
        self.header.iter().flatten().copied().max().unwrap_or(0)
    }

    /// The column of a header's cell, by its place among them.
    pub fn column_of_header(&self, place: usize) -> Option<u32> {
        self.header.get(place).copied().flatten()
    }

    /// Those of our columns that the sheet has.
    pub fn written(&self) -> Vec<u32> {
        self.ours.iter().flatten().copied().collect()
    }

    /// The columns that ID and status need right behind the name, as far as the sheet lacks them; `last`
    /// is the last row of the list, below which so many may stand that the run has left out. None where it
    /// has both.
    pub fn beside(&self, name: usize, last: u32, left_out: u32) -> Option<Insertion> {
        let name = self.column_of_header(name)?;
        let missing = self.ours[..2].iter().filter(|place| place.is_none());
        let count = u32::try_from(missing.count())
            .ok()
            .filter(|count| *count > 0)?;
        // An ID that the sheet has stays where it is.
        let behind = if self.ours[0] == Some(name + 1) {
            name + 1
        } else {
            name
        };
        Some(Insertion {
            at: behind + 1,
            count,
            rows: (self.header_row, last),
            name,
            left_out,
        })
    }

    /// Moves what stands right of new columns, and places ID and status in these.
    pub fn insert(&mut self, insertion: Insertion) {
        self.inserted = Some(insertion);
        let places = self.header.iter_mut().chain(&mut self.ours).flatten();
        places.for_each(|place| *place = insertion.moved(*place));
        let missing = self.ours[..2].iter_mut().zip(OURS);
        let missing = missing.filter(|(place, _)| place.is_none());
        for ((place, (_, width)), column) in missing.zip(insertion.at..) {
            *place = Some(column);
            self.new.push((column, width));
        }
    }

    /// Places the missing ones to the right of everything.
    pub fn add_missing(&mut self, rightmost: u32) -> Result<(), CopyError> {
        let mut next = rightmost + 1;
        let wanted = self.ours.iter_mut().zip(self.wanted);
        for ((place, wanted), (_, width)) in wanted.zip(OURS) {
            if place.is_none() && wanted {
                *place = Some(next);
                self.new.push((next, width));
                next += 1;
            }
        }
        if next > MOST_COLUMNS {
            return Err(CopyError::refused("it has no room for further columns"));
        }
        Ok(())
    }

    /// The first column of the list.
    pub fn first(&self) -> u32 {
        let all = self.header.iter().chain(&self.ours).flatten();
        all.copied().min().unwrap_or(0)
    }

    /// The last column of the list, ours among them.
    pub fn last(&self) -> u32 {
        let all = self.header.iter().chain(&self.ours).flatten();
        all.copied().max().unwrap_or(0)
    }

    /// A text about a row's cells: its places are those of the input; where its columns have moved, they
    /// become those of the copy.
    fn in_text(&self, text: &str, row: u32) -> String {
        match self.inserted {
            Some(inserted) => inserted.in_text(text, row),
            None => text.to_owned(),
        }
    }

    /// Whether the column came in beside the name.
    fn is_inserted(&self, column: u32) -> bool {
        let is_inside = |new: Insertion| (new.at..new.at + new.count).contains(&column);
        self.inserted.is_some_and(is_inside)
    }

    fn is_ours(&self, column: u32) -> bool {
        self.ours.contains(&Some(column))
    }
}

/// A header without what does not matter in it.
fn plain(header: &str) -> String {
    let letters = header.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// What the rows of a sheet are filled in with.
pub struct Filling<'a> {
    facts: &'a Facts,
    rows: Range<usize>,
    /// Where.
    pub columns: Columns,
    at_fault: Notes<'a>,
    /// The notes, by cell.
    pub notes: Places,
    /// The style of each status, in the order of [`Status::ALL`].
    pub statuses: [u32; Status::COUNT],
    /// The style of messages, which are as many lines as they take.
    pub message_style: u32,
    /// The style of our titles: beside the name, and of the others.
    pub header_styles: (u32, u32),
    /// The grounds of cells before those of an earlier run, by row and column from 0.
    pub grounds: HashMap<(u32, u32), u32>,
    /// Cells that the reader would take for marked ones from now on: column and text, by row.
    marks: HashMap<u32, Vec<(u32, String)>>,
}

impl<'a> Filling<'a> {
    /// Collects what can be known before the sheet is written. `room` is how many notes may still
    /// be written; it shrinks.
    pub fn of(facts: &'a Facts, list: &List, columns: Columns, room: &mut usize) -> Self {
        let mut filling = Self {
            at_fault: faults_from(facts, list.rows.start),
            rows: list.rows.clone(),
            notes: Places::new(),
            statuses: [0; Status::COUNT],
            message_style: 0,
            header_styles: (0, 0),
            grounds: HashMap::new(),
            marks: HashMap::new(),
            facts,
            columns,
        };
        for row in list.rows.clone() {
            for note in filling.at_fault.of_row(index(row)) {
                if let Some(column) = filling.column_of(&note)
                    && *room > 0
                {
                    *room -= 1;
                    let number = facts.numbers[row];
                    let text = filling.columns.in_text(&note.text, number);
                    filling.notes.insert((number - 1, column), text);
                }
            }
        }
        filling.at_fault = faults_from(facts, list.rows.start);
        filling
    }

    /// The numbers of the rows, from 1.
    fn numbers(&self) -> &'a [u32] {
        &self.facts.numbers[self.rows.clone()]
    }

    /// The last row with data, from 1.
    pub fn last_row(&self) -> u32 {
        self.numbers().last().copied().unwrap_or(0)
    }

    /// The column of a cell at fault; none for cells that are written anew.
    fn column_of(&self, note: &CellNote) -> Option<u32> {
        let column = self.columns.header.get(note.column as usize).copied()??;
        let id = self.columns.ours[0] == Some(column);
        (id || !self.columns.is_ours(column)).then_some(column)
    }

    fn titles(&self) -> Vec<Edit> {
        let titles = self.columns.titles().into_iter();
        let edits = titles.map(|(column, title)| Edit {
            column,
            value: Value::Text(title.to_owned()),
            look: Look::As(if self.columns.is_inserted(column) {
                self.header_styles.0
            } else {
                self.header_styles.1
            }),
        });
        edits.collect()
    }

    fn of_row(&mut self, row: u32, at: usize) -> Vec<Edit> {
        let mut edits: BTreeMap<u32, Edit> = BTreeMap::new();
        let mut put = |column: u32, value: Value, look: Look| {
            edits.insert(
                column,
                Edit {
                    column,
                    value,
                    look,
                },
            );
        };
        for (column, text) in self.marks.remove(&row).unwrap_or_default() {
            put(column, Value::Marked(text), Look::Own);
        }
        let verdict = &self.facts.verdicts[at];
        let ours = self.columns.ours;
        let [id, status, code, message, ..] = ours.map(Option::unwrap_or_default);
        for (column, text) in ours[4..].iter().zip(self.facts.layout.learnt_of(verdict)) {
            if let Some(column) = column {
                put(*column, Value::Text(text.into_owned()), Look::Own);
            }
        }
        if let Some(number) = verdict.id {
            let value = match number.get() {
                exact if exact <= MOST_EXACT => Value::Number(exact),
                long => Value::Text(long.to_string()),
            };
            put(id, value, Look::Own);
        }
        let place = Status::ALL.iter().position(|one| *one == verdict.status);
        let look = place.map_or(Look::Own, |place| Look::As(self.statuses[place]));
        let word = verdict.status.as_str().to_owned();
        put(status, Value::Text(word), look);
        put(code, Value::Text(verdict.code.clone()), Look::Own);
        let look = match verdict.message.as_str() {
            "" => Look::Own,
            _ => Look::As(self.message_style),
        };
        let text = self.columns.in_text(&verdict.message, row);
        put(message, Value::Text(text), look);
        for note in self.at_fault.of_row(index(at)) {
            let Some(column) = self.column_of(&note) else {
                continue;
            };
            let edit = edits.entry(column).or_insert(Edit {
                column,
                value: Value::Keep,
                look: Look::Own,
            });
            edit.look = Look::Fault(fault(note.worst));
        }
        edits.into_values().collect()
    }
}

/// The faults from a row on.
fn faults_from(facts: &Facts, first: usize) -> Notes<'_> {
    let before = facts
        .faults
        .partition_point(|one| one.row.as_usize() < first);
    Notes::of(&facts.faults[before..])
}

fn index(row: usize) -> RowIndex {
    RowIndex(u32::try_from(row).unwrap_or(u32::MAX))
}

/// Finds the cells that get our mark: the reader takes marks off in sheets with our columns, which
/// these sheets have from now on.
pub fn find_marks(
    fillings: &mut [&mut Filling<'_>],
    facts: &Facts,
    store: &Store,
) -> Result<(), CopyError> {
    let read = store.each_row(|row| {
        let at = row.row.as_usize();
        let mut of_row = fillings.iter_mut();
        let Some(filling) = of_row.find(|filling| filling.rows.contains(&at)) else {
            return;
        };
        if filling.columns.are_a_result() {
            return;
        }
        for (cell, column) in row.cells.iter().zip(&filling.columns.header) {
            // Beside a result of ours, the cells of other sheets are kept with marks.
            let own = if facts.layout.is_marked() {
                restore(cell)
            } else {
                cell.into()
            };
            if let Some(column) = column
                && restore(&own).len() != own.len()
            {
                let marked = (*column, neutralise(&own).into_owned());
                filling.marks.entry(row.number).or_default().push(marked);
            }
        }
    });
    read.map_err(|error| CopyError::Report(error.into()))
}

impl Rows for Filling<'_> {
    fn edits(&mut self, row: u32) -> Vec<Edit> {
        if row == self.columns.header_row {
            return self.titles();
        }
        match self.numbers().binary_search(&row) {
            Ok(at) => self.of_row(row, self.rows.start + at),
            Err(_) => Vec::new(),
        }
    }

    fn next(&self, row: u32) -> Option<u32> {
        if row <= self.columns.header_row && !self.columns.new.is_empty() {
            return Some(self.columns.header_row);
        }
        let numbers = self.numbers();
        numbers
            .get(numbers.partition_point(|number| *number < row))
            .copied()
    }

    fn lines(&self, edits: &[Edit]) -> u32 {
        let message = edits
            .iter()
            .find(|edit| Some(edit.column) == self.columns.ours[3]);
        let Some(Value::Text(text)) = message.map(|edit| &edit.value) else {
            return 1;
        };
        let lines = u32::try_from(text.chars().count()).unwrap_or(u32::MAX) / OURS[3].1 + 1;
        lines.min(MOST_LINES)
    }

    fn may_be_marked(&self, row: u32) -> bool {
        self.columns.are_a_result() && self.numbers().binary_search(&row).is_ok()
    }

    fn ground_before(&self, row: u32, column: u32) -> Option<u32> {
        self.grounds.get(&(row - 1, column)).copied()
    }
}

fn fault(worst: Severity) -> Fault {
    match worst {
        Severity::Error => Fault::Error,
        Severity::Warning | Severity::Note => Fault::Warning,
    }
}
