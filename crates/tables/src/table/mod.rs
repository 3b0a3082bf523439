//! The table in a file's raw rows: header, data rows in the header's order, and what was skipped,
//! joined or guessed on the way. Works the same for text files and sheets; knows no bytes.

mod advance;
mod below;
mod beside;
mod beyond;
mod body;
mod cells;
mod drawn;
mod elsewhere;
mod head;
mod heading_words;
mod headings;
mod kinds;
mod labels;
mod measure;
mod pair_words;
mod pairs;
mod pasted;
mod row_kind;
mod standing;
mod telling;
mod values;

use std::ops::RangeInclusive;

pub use self::standing::{Gone, StandingWords};

use self::beside::Sides;
use self::body::Body;
use self::drawn::{Drawn, Neighbours};
use self::elsewhere::Elsewhere;
pub(super) use self::head::Ragged;
use self::head::{Shape, Wanted};
use self::labels::Words;
use super::error::ReadError;
use super::note::{Note, NoteKind};
use super::options::HeaderKnowledge;
use super::raw::{More, RawRows};
use super::text::Escape;
use super::workbook::TableRange;
use crate::batch::RowBatch;
use crate::header::{Header, HeaderCell};
use crate::place::{RowIndex, Source};

/// The header and the columns are found in so many rows.
const HEAD_ROWS: usize = 300;
const HEAD_BYTES: usize = 8 * 1024 * 1024;

/// What kind of file a table came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// A text file.
    Text {
        /// The encoding's name: `UTF-8`, `windows-1252`.
        encoding: &'static str,
        /// What separates the cells; `None` for a list of one column.
        delimiter: Option<String>,
        /// What encloses cells.
        quote: Option<char>,
        /// How enclosed marks are written.
        escape: Escape,
    },
    /// Excel, since 2007 (with or without macros).
    Xlsx,
    /// Excel's binary format since 2007.
    Xlsb,
    /// Excel up to 2003.
    Xls,
    /// The spreadsheet of `LibreOffice`.
    Ods,
}

/// A table that is being read.
pub struct Table {
    /// The file and the sheet.
    pub source: Source,
    /// What kind of file it is.
    pub format: Format,
    /// The names of the columns; all empty and row 0 when the table has no header.
    pub header: Header,
    /// The names as they stand in the file, the rows of a joined header put together with a space.
    pub header_as_read: Vec<String>,
    /// What was guessed, skipped or joined until the first row of data.
    pub notes: Vec<Note>,
    rows: Box<dyn RawRows>,
    body: Body,
    /// The first rows, until they are handed out.
    head: Option<(RowBatch, usize, More)>,
    ended: bool,
    handed_out: u32,
    problems: Vec<Note>,
    waiting_problems: Vec<Note>,
}

/// What a table is made of.
pub(super) struct Origin {
    pub(super) source: Source,
    pub(super) format: Format,
    pub(super) ragged: Ragged,
    pub(super) notes: Vec<Note>,
    /// The tables that people drew in the sheet.
    pub(super) tables: Vec<TableRange>,
    /// What the user says of columns: header and field, `-` to leave it out.
    pub(super) mapped: Vec<(String, String)>,
}

impl Table {
    /// Finds the table in `rows`. `header_row` is the header's number as a spreadsheet program
    /// shows it; 0 says that there is none.
    pub(super) fn find(
        origin: Origin,
        mut rows: Box<dyn RawRows>,
        header_row: Option<u32>,
        knowledge: &dyn HeaderKnowledge,
    ) -> Result<Self, ReadError> {
        let (head, more) = read_head(rows.as_mut(), header_row.unwrap_or(0))?;
        let wanted = match header_row {
            None => Wanted::Found,
            Some(0) => Wanted::None,
            Some(number) => {
                let index = head.rows().position(|row| row.number() == number);
                Wanted::At(index.ok_or_else(|| ReadError::NoSuchHeaderRow {
                    path: origin.source.file.clone().into(),
                    row: number,
                })?)
            }
        };
        let mut shape = if head.rows().all(|row| cells::filled(row) == 0) {
            empty_shape(&head)
        } else {
            head::find(&head, wanted, origin.ragged, knowledge)
        };
        let mut notes = origin.notes;
        let waiting_problems = sort_out(rows.take_problems(), &mut notes, shape.header.row);
        notes.append(&mut shape.notes);
        let mut elsewhere = Elsewhere::default();
        let header_index = shape.first_data.saturating_sub(1);
        if (origin.ragged == Ragged::Matters || origin.tables.is_empty())
            && let Some((note, found)) = pasted::above(&head, header_index, knowledge)
        {
            kept_above(&mut notes, &found);
            notes.push(note);
            elsewhere = found;
        }
        let neighbours =
            leave_out_sides(&mut shape, &head, &origin.tables, &origin.mapped, knowledge);
        let drawn = Drawn {
            totals: totals_of(&origin.tables, &shape.header),
            tables: below(&origin.tables, &shape.header),
            merged: rows.merged_rows(),
            neighbours,
            elsewhere,
        };
        notes.append(&mut shape.notes);
        let body = Body::new(&shape, &head, origin.ragged, knowledge, drawn);
        Ok(Self {
            source: origin.source,
            format: origin.format,
            header: shape.header,
            header_as_read: shape.header_as_read,
            notes,
            rows,
            body,
            head: Some((head, shape.first_data, more)),
            ended: false,
            handed_out: 0,
            problems: Vec::new(),
            waiting_problems,
        })
    }

    /// Clears `batch` and fills it with the next rows of data: cells in the header's order, short
    /// rows filled up with empty cells, longer ones as long as they are. A batch may be empty
    /// though more rows follow.
    ///
    /// # Errors
    /// When reading breaks off, or the rows are damaged or too large.
    pub fn next_batch(&mut self, batch: &mut RowBatch) -> Result<More, ReadError> {
        if self.ended {
            batch.clear();
            return Ok(More::No);
        }
        let (skip, more) = if let Some((mut head, skip, more)) = self.head.take() {
            std::mem::swap(batch, &mut head);
            (skip, more)
        } else {
            (0, self.rows.next_batch(batch)?)
        };
        self.ended = more == More::No;
        self.body.settle(batch, skip, more);
        self.waiting_problems.extend(self.rows.take_problems());
        self.waiting_problems.extend(self.body.take_problems());
        self.address_problems(batch);
        self.problems.extend(self.body.take_verdicts());
        self.handed_out += u32::try_from(batch.len()).unwrap_or(u32::MAX);
        Ok(more)
    }

    /// Takes what was wrong with the rows handed out since the last call: ragged and damaged rows,
    /// rows left out. After the last batch it also holds what only the end could tell.
    pub fn take_notes(&mut self) -> Vec<Note> {
        std::mem::take(&mut self.problems)
    }

    /// Gives each problem its data row; those of rows that wait wait, too.
    fn address_problems(&mut self, batch: &RowBatch) {
        let numbers: Vec<u32> = if self.waiting_problems.is_empty() {
            return;
        } else {
            batch.rows().map(|row| row.number()).collect()
        };
        let last = numbers.last().copied().unwrap_or(0);
        let mut kept = Vec::new();
        for mut problem in std::mem::take(&mut self.waiting_problems) {
            let Some(at) = problem.at else {
                self.problems.push(problem);
                continue;
            };
            if at.row > last && !self.ended && problem.is_doubt() {
                kept.push(problem);
                continue;
            }
            match numbers.binary_search(&at.row) {
                Ok(index) => {
                    let index = u32::try_from(index).unwrap_or(u32::MAX);
                    problem.row = Some(RowIndex(self.handed_out + index));
                    if let Some(column) = at.column {
                        let cells = &self.header.cells;
                        let cell = cells.iter().find(|cell| cell.column == column);
                        problem.header = cell.map(|cell| cell.text.as_str().into());
                    }
                    self.problems.push(problem);
                }
                // The row was left out; what was wrong with it no longer matters.
                Err(_) if problem.is_doubt() => {}
                Err(_) => self.problems.push(problem),
            }
        }
        self.problems
            .sort_by_key(|problem| problem.at.map_or(0, |at| at.row));
        self.waiting_problems = kept;
    }
}

/// Rows above the header that are kept after all are no longer said to be left out.
fn kept_above(notes: &mut Vec<Note>, elsewhere: &Elsewhere) {
    notes.retain_mut(|note| match &mut note.kind {
        NoteKind::AboveHeader(rows) => {
            rows.retain(|row| !elsewhere.above.contains(row));
            !rows.is_empty()
        }
        _ => true,
    });
}

fn empty_shape(head: &RowBatch) -> Shape {
    Shape {
        first_data: head.len(),
        notes: vec![NoteKind::Empty.of_file()],
        ..Shape::default()
    }
}

/// Problems of rows above the data are notes of the file.
fn sort_out(problems: Vec<Note>, notes: &mut Vec<Note>, header: u32) -> Vec<Note> {
    let (above, behind) = problems
        .into_iter()
        .partition(|problem: &Note| problem.at.is_none_or(|at| at.row <= header));
    notes.extend::<Vec<Note>>(above);
    behind
}

fn read_head(rows: &mut dyn RawRows, least: u32) -> Result<(RowBatch, More), ReadError> {
    let mut head = RowBatch::default();
    let mut more = rows.next_batch(&mut head)?;
    let mut next = RowBatch::default();
    while more == More::Maybe
        && (head.len() < HEAD_ROWS || head.len() < least as usize)
        && head.text_len() < HEAD_BYTES
    {
        more = rows.next_batch(&mut next)?;
        head.append(&next);
    }
    Ok((head, more))
}

/// Takes the columns of other tables beside the list off its header.
fn leave_out_sides(
    shape: &mut Shape,
    head: &RowBatch,
    tables: &[TableRange],
    mapped: &[(String, String)],
    knowledge: &dyn HeaderKnowledge,
) -> Neighbours {
    if shape.header.row == 0 {
        return Neighbours::None;
    }
    let sides = Sides {
        header: &shape.header,
        head,
        first_data: shape.first_data,
        first_column: shape.first_column,
        tables,
        mapped,
        knowledge,
        words: &Words::new(),
    };
    let mut found = sides.find();
    let all = shape.header.cells.len();
    shape.notes.append(&mut found.notes);
    for column in found.between.into_iter().flatten() {
        // Nameless columns are read by nobody.
        shape.header.cells[column] = HeaderCell::new("", shape.header.cells[column].column);
        shape.aside.push(shape.first_column + column);
    }
    if found.columns == (0..all) {
        return Neighbours::None;
    }
    shape.header.cells.truncate(found.columns.end);
    shape.header.cells.drain(..found.columns.start);
    shape.header_as_read.truncate(found.columns.end);
    shape.header_as_read.drain(..found.columns.start);
    shape.first_column += found.columns.start;
    Neighbours::Table
}

/// Drawn tables that begin below this header in its columns: their names and rows.
fn below(tables: &[TableRange], header: &Header) -> Vec<(String, RangeInclusive<u32>)> {
    let columns = header.cells.iter().map(|cell| cell.column);
    let shared = |table: &&TableRange| {
        let range = table.range.columns;
        table.range.rows.first > header.row
            && header.row > 0
            && columns
                .clone()
                .any(|column| (range.first..=range.last).contains(&column))
    };
    let found = tables.iter().filter(shared);
    found
        .map(|table| {
            (
                table.name.clone(),
                table.range.rows.first..=table.range.rows.last,
            )
        })
        .collect()
}

/// The rows of totals of the tables with this header. A table beside the list has totals where the
/// list has customers.
fn totals_of(tables: &[TableRange], header: &Header) -> Vec<RangeInclusive<u32>> {
    let column = header.cells.first().map(|cell| cell.column);
    let of_list = tables.iter().filter(|table| {
        let (rows, columns) = (table.range.rows, table.range.columns);
        rows.first == header.row
            && column.is_some_and(|column| (columns.first..=columns.last).contains(&column))
    });
    let totals = of_list.map(|table| {
        let last = table.range.rows.last;
        last.saturating_sub(table.totals_rows) + 1..=last
    });
    totals.collect()
}
