//! What the customer sheet is filled in with: our columns, cells at fault, notes.

use std::collections::{BTreeMap, HashMap};

use super::cells::{Edit, Look, Value};
use super::error::CopyError;
use super::notes::Places;
use super::sheet::Rows;
use crate::journal::Store;
use crate::model::RowIndex;
use crate::model::formula::{neutralise, restore};
use crate::report::facts::Facts;
use crate::report::layout::{ID, STATUS_COLUMNS};
use crate::report::note::{CellNote, Notes};
use crate::report::verdict::Status;
use crate::report::workbook::MOST_NOTES;

/// A sheet's columns.
const MOST_COLUMNS: u32 = 16_384;

/// Our four columns: their titles and widths in characters.
const OURS: [(&str, u32); 4] = [
    (ID, 12),
    (STATUS_COLUMNS[0], 14),
    (STATUS_COLUMNS[1], 14),
    (STATUS_COLUMNS[2], 70),
];

/// Where things stand in the sheet.
#[derive(Debug, Clone)]
pub struct Columns {
    /// The header's row, from 1.
    pub header_row: u32,
    /// The columns of the header's cells, from 0.
    header: Vec<u32>,
    /// Where each of our four columns stands, from 0, once that is known.
    ours: [Option<u32>; 4],
    /// Those of them that are new, with their widths.
    pub new: Vec<(u32, u32)>,
}

impl Columns {
    /// What the journal knows.
    pub fn of(facts: &Facts) -> Result<Self, CopyError> {
        let info = &facts.info;
        let place = info.place.as_ref();
        let place = place.ok_or_else(|| {
            CopyError::refused(
                "the run was begun by a version that did not note where the list stands",
            )
        })?;
        if place.header_row == 0 || place.columns.len() != info.header.len() {
            return Err(CopyError::refused("its list has no header"));
        }
        if !facts.numbers.is_sorted_by(|one, next| one < next) {
            return Err(CopyError::refused("its rows do not stand in order"));
        }
        let own = |title: &str| {
            let mut own = info.own_columns.iter().map(|own| *own as usize);
            let found = own.find(|own| plain(&info.header[*own]) == plain(title))?;
            place.columns.get(found).copied()
        };
        let id = info.id_column.map(|column| place.columns[column as usize]);
        Ok(Self {
            header_row: place.header_row,
            header: place.columns.clone(),
            ours: [
                id,
                own(STATUS_COLUMNS[0]),
                own(STATUS_COLUMNS[1]),
                own(STATUS_COLUMNS[2]),
            ],
            new: Vec::new(),
        })
    }

    /// The last column with a header.
    pub fn last_header(&self) -> u32 {
        self.header.iter().copied().max().unwrap_or(0)
    }

    /// Those of our columns that the sheet has.
    pub fn written(&self) -> Vec<u32> {
        self.ours.iter().flatten().copied().collect()
    }

    /// Places the missing ones to the right of everything.
    pub fn add_missing(&mut self, rightmost: u32) -> Result<(), CopyError> {
        let mut next = rightmost + 1;
        for (place, (_, width)) in self.ours.iter_mut().zip(OURS) {
            if place.is_none() {
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
        let all = self.header.iter().chain(self.ours.iter().flatten());
        all.copied().min().unwrap_or(0)
    }

    /// The last column of the list, ours among them.
    pub fn last(&self) -> u32 {
        let all = self.header.iter().chain(self.ours.iter().flatten());
        all.copied().max().unwrap_or(0)
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

/// What the rows are filled in with.
pub struct Filling<'a> {
    facts: &'a Facts,
    /// Where.
    pub columns: Columns,
    at_fault: Notes<'a>,
    /// The notes, by cell.
    pub notes: Places,
    /// The style of each status, in the order of [`Status::ALL`].
    pub statuses: [u32; 7],
    /// The style of our titles.
    pub header_style: u32,
    /// Cells that the reader would take for marked ones from now on: column and text, by row.
    marks: HashMap<u32, Vec<(u32, String)>>,
}

impl<'a> Filling<'a> {
    /// Collects what can be known before the sheet is written.
    pub fn of(facts: &'a Facts, store: &Store, columns: Columns) -> Result<Self, CopyError> {
        let mut filling = Self {
            at_fault: Notes::of(&facts.faults),
            notes: Places::new(),
            statuses: [0; 7],
            header_style: 0,
            marks: HashMap::new(),
            facts,
            columns,
        };
        for (row, number) in (0..).zip(&facts.numbers) {
            for note in filling.at_fault.of_row(RowIndex(row)) {
                if let Some(column) = filling.column_of(&note)
                    && filling.notes.len() < MOST_NOTES
                {
                    filling.notes.insert((number - 1, column), note.text);
                }
            }
        }
        filling.at_fault = Notes::of(&facts.faults);
        if !facts.layout.is_marked() {
            filling.find_marks(store)?;
        }
        Ok(filling)
    }

    fn find_marks(&mut self, store: &Store) -> Result<(), CopyError> {
        let (marks, header) = (&mut self.marks, &self.columns.header);
        let read = store.each_row(|row| {
            for (cell, column) in row.cells.iter().zip(header) {
                if restore(cell).len() != cell.len() {
                    let marked = (*column, neutralise(cell).into_owned());
                    marks.entry(row.number).or_default().push(marked);
                }
            }
        });
        read.map_err(|error| CopyError::Report(error.into()))
    }

    /// The last row with data, from 1.
    pub fn last_row(&self) -> u32 {
        self.facts.numbers.last().copied().unwrap_or(0)
    }

    /// The column of a cell at fault; none for cells that are written anew.
    fn column_of(&self, note: &CellNote) -> Option<u32> {
        let column = self.columns.header.get(note.column as usize).copied()?;
        let id = self.columns.ours[0] == Some(column);
        (id || !self.columns.is_ours(column)).then_some(column)
    }

    fn titles(&self) -> Vec<Edit> {
        let titles = self.columns.ours.iter().zip(OURS);
        let new = titles.filter_map(|(column, (title, _))| {
            let column = (*column)?;
            let is_new = self.columns.new.iter().any(|(new, _)| *new == column);
            is_new.then(|| Edit {
                column,
                value: Value::Text(title.to_owned()),
                look: Look::As(self.header_style),
            })
        });
        new.collect()
    }

    fn of_row(&mut self, row: u32, index: usize) -> Vec<Edit> {
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
        let verdict = &self.facts.verdicts[index];
        let [id, status, code, message] = self.columns.ours.map(Option::unwrap_or_default);
        if let Some(number) = verdict.id {
            put(id, Value::Number(number.get()), Look::Own);
        }
        let at = Status::ALL.iter().position(|one| *one == verdict.status);
        let look = at.map_or(Look::Own, |at| Look::As(self.statuses[at]));
        let word = verdict.status.as_str().to_owned();
        put(status, Value::Text(word), look);
        put(code, Value::Text(verdict.code.clone()), Look::Own);
        put(message, Value::Text(verdict.message.clone()), Look::Own);
        for note in self
            .at_fault
            .of_row(RowIndex(u32::try_from(index).unwrap_or(u32::MAX)))
        {
            let Some(column) = self.column_of(&note) else {
                continue;
            };
            let edit = edits.entry(column).or_insert(Edit {
                column,
                value: Value::Keep,
                look: Look::Own,
            });
            edit.look = Look::Fault(note.worst);
        }
        edits.into_values().collect()
    }
}

impl Rows for Filling<'_> {
    fn edits(&mut self, row: u32) -> Vec<Edit> {
        if row == self.columns.header_row {
            return self.titles();
        }
        match self.facts.numbers.binary_search(&row) {
            Ok(index) => self.of_row(row, index),
            Err(_) => Vec::new(),
        }
    }

    fn next(&self, row: u32) -> Option<u32> {
        if row <= self.columns.header_row && !self.columns.new.is_empty() {
            return Some(self.columns.header_row);
        }
        let numbers = &self.facts.numbers;
        numbers
            .get(numbers.partition_point(|number| *number < row))
            .copied()
    }

    fn may_be_marked(&self, row: u32) -> bool {
        self.facts.layout.is_marked() && self.facts.numbers.binary_search(&row).is_ok()
    }
}
