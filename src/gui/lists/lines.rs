//! Lines of the file that were not taken for rows, and why: nothing of a list is out of sight.

use std::collections::HashMap;

use tables::{Format, More, Note, NoteKind, ReadOptions, TableFile};

use crate::flow::failure::Failure;
use crate::flow::list::{HeldTable, KnownHeaders};
use crate::gui::fault::sentence;
use crate::gui::wire::LineOut;
use crate::model::rules::reading::BLANK_ROWS;
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
    /// From which row on lines are counted otherwise than rows, and by how much: cells may have line breaks.
    shifts: Vec<(u32, u32)>,
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

fn is_blank(row: Row<'_>) -> bool {
    row.cells().all(|cell| cell.text.trim().is_empty())
}

impl LinesOut {
    /// Of a table that was read from this file, and has the rows of which `is_row` says so. A text file is
    /// looked through again in any case; a workbook only where its reader noted that it left something out.
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
        let is_text = matches!(table.format, Format::Text { .. });
        if !is_text && reasons.of_row.is_empty() && reasons.behind.is_none() {
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
                found.meet(row);
                if is_row(row.number()) || row.number() == table.header.row {
                    continue;
                }
                match reasons.of_row(row.number()) {
                    Some(why) => found.take(row, why.rule.code, &why.message),
                    None if is_blank(row) => {
                        found.take(row, BLANK_ROWS.code, "nothing stands there");
                    }
                    None => {}
                }
            }
        }
        Ok(found)
    }

    /// Follows how lines are counted. Before the first row there may be a line that is none: the one that
    /// tells a spreadsheet program what stands between cells.
    fn meet(&mut self, row: Row<'_>) {
        let shift = row.line().saturating_sub(row.number());
        if self.shifts.last().map_or(0, |(_, shift)| *shift) == shift {
            return;
        }
        if row.number() == 1 {
            self.total += 1;
            self.lines.push(LineOut {
                row: 0,
                line: 1,
                text: "sep=".to_owned(),
                code: "",
                says: "It tells spreadsheet programs the delimiter.".to_owned(),
            });
        }
        self.shifts.push((row.number(), shift));
    }

    /// The line of the file on which a row begins.
    pub fn line(&self, row: u32) -> u32 {
        let behind = self.shifts.partition_point(|(first, _)| *first <= row);
        let shift = behind.checked_sub(1).map_or(0, |at| self.shifts[at].1);
        row.saturating_add(shift)
    }

    fn take(&mut self, row: Row<'_>, code: &'static str, why: &str) {
        self.total += 1;
        if self.lines.len() < MOST_LINES {
            let cells = row.cells().map(|cell| cell.text.trim());
            let cells: Vec<&str> = cells.filter(|text| !text.is_empty()).collect();
            self.lines.push(LineOut {
                row: row.number(),
                line: row.line(),
                text: cells.join(" | ").chars().take(MOST_LETTERS).collect(),
                code,
                says: sentence(why),
            });
        }
    }
}
