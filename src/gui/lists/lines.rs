//! Lines of the file that were not taken for rows, and why: nothing of a list is out of sight.

use std::collections::HashMap;

use tables::{More, Note, NoteKind, ReadOptions, TableFile};

use crate::flow::failure::Failure;
use crate::flow::list::{HeldTable, KnownHeaders};
use crate::gui::fault::sentence;
use crate::gui::wire::LineOut;
use crate::model::{Diagnostic, Row, RowBatch};

/// So many are shown.
const MOST_LINES: usize = 500;
/// So much of a line is shown.
const MOST_LETTERS: usize = 200;

/// Lines that are no rows of the list.
#[derive(Default)]
pub struct LinesOut {
    /// The first of them, in order.
    pub lines: Vec<LineOut>,
    /// How many there are.
    pub total: usize,
}

/// Why lines were left out, as the reader noted it.
struct Reasons {
    of_row: HashMap<u32, Diagnostic>,
    /// What begins where, and goes on to the file's end.
    behind: Option<(u32, Diagnostic)>,
}

impl Reasons {
    fn of<'n>(notes: impl Iterator<Item = &'n Note>) -> Self {
        let (mut of_row, mut behind) = (HashMap::new(), None);
        for note in notes {
            let at = note.at.map(|at| at.row);
            let rows: &[u32] = match &note.kind {
                NoteKind::AboveHeader(rows)
                | NoteKind::BlankRows(rows)
                | NoteKind::FilledInAdvance(rows)
                | NoteKind::RowsBeside(rows)
                | NoteKind::DrawnTable { rows, .. } => rows,
                NoteKind::Line(_)
                | NoteKind::Total
                | NoteKind::Section
                | NoteKind::BarringTitle
                | NoteKind::Remark
                | NoteKind::RemarkBelow
                | NoteKind::HeaderRepeated => at.as_slice(),
                NoteKind::SecondTable(_) => {
                    behind = at.map(|at| (at, Diagnostic::from(note.clone())));
                    continue;
                }
                _ => continue,
            };
            let why = Diagnostic::from(note.clone());
            of_row.extend(rows.iter().map(|row| (*row, why.clone())));
        }
        Self { of_row, behind }
    }

    fn of_row(&self, row: u32) -> Option<&Diagnostic> {
        let behind = self.behind.as_ref().filter(|(first, _)| row >= *first);
        self.of_row.get(&row).or(behind.map(|(_, why)| why))
    }
}

impl LinesOut {
    /// Of a table that was read from this file, and has the rows of which `is_row` says so. The file is only looked through again where the reader noted that
    /// it left something out.
    ///
    /// # Errors
    /// Where it cannot be read again.
    pub fn of(
        file: &mut TableFile,
        options: &ReadOptions,
        table: &HeldTable,
        is_row: impl Fn(u32) -> bool,
    ) -> Result<Self, Failure> {
        let reasons = Reasons::of(table.notes());
        let mut found = Self::default();
        if reasons.of_row.is_empty() && reasons.behind.is_none() {
            return Ok(found);
        }
        let options = ReadOptions {
            sheet: table.source.sheet.clone(),
            ..options.clone()
        };
        let mut raw = file.raw(&options, &KnownHeaders)?;
        let (mut batch, mut more) = (RowBatch::default(), More::Maybe);
        while more == More::Maybe {
            more = raw.next_batch(&mut batch)?;
            for row in batch.rows() {
                let why = reasons.of_row(row.number());
                let why = why.filter(|_| !is_row(row.number()));
                found.take(row, why);
            }
        }
        Ok(found)
    }

    fn take(&mut self, row: Row<'_>, why: Option<&Diagnostic>) {
        let Some(why) = why else { return };
        self.total += 1;
        if self.lines.len() < MOST_LINES {
            let cells = row.cells().map(|cell| cell.text.trim());
            let cells: Vec<&str> = cells.filter(|text| !text.is_empty()).collect();
            self.lines.push(LineOut {
                row: row.number(),
                text: cells.join(" | ").chars().take(MOST_LETTERS).collect(),
                code: why.rule.code,
                says: sentence(&why.message),
            });
        }
    }
}
