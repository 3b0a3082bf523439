//! The sheet of rows.

use std::borrow::Cow;

use rust_xlsxwriter::{IgnoreError, Note, Worksheet, XlsxError};

use super::cells::{marked, write_id};
use super::formats::Formats;
use crate::journal::RowRecord;
use crate::report::facts::Facts;
use crate::report::layout::OutCell;
use crate::report::note::{MOST_NOTES, Notes};
use crate::report::verdict::Verdict;
use tables::edit::cells::cut;

/// Rows from which the columns' widths are taken.
const SAMPLED_ROWS: usize = 500;

/// The sheet of rows under construction.
pub(super) struct Data<'a> {
    facts: &'a Facts,
    sheet: &'a mut Worksheet,
    at_fault: Notes<'a>,
    next_row: u32,
    widths: Vec<usize>,
    notes: usize,
    formats: Formats,
}

impl<'a> Data<'a> {
    /// An empty one.
    pub(super) fn new(facts: &'a Facts, sheet: &'a mut Worksheet) -> Self {
        Self {
            widths: vec![0; facts.layout.header().len()],
            at_fault: Notes::of(&facts.faults),
            facts,
            sheet,
            next_row: 1,
            notes: 0,
            formats: Formats::new(),
        }
    }

    /// Makes texts of all columns but the one of ids. A format of a column costs nothing, one that is
    /// handed in with each cell is looked up for each cell.
    fn columns(&mut self) -> Result<(), XlsxError> {
        let ids = self.facts.layout.id_position();
        for (column, place) in (0_u16..).zip(0..self.widths.len()) {
            if place != ids {
                self.sheet.set_column_format(column, &self.formats.text)?;
            }
        }
        Ok(())
    }

    /// Writes the header.
    pub(super) fn header(&mut self) -> Result<(), XlsxError> {
        self.columns()?;
        for (column, text) in (0..).zip(self.facts.layout.header()) {
            self.widths[usize::from(column)] = text.chars().count() + 3;
            self.sheet.write_string_with_format(
                0,
                column,
                &*marked(&text),
                &self.formats.header,
            )?;
        }
        Ok(())
    }

    /// Writes a row.
    pub(super) fn row(&mut self, row: &RowRecord, verdict: &Verdict) -> Result<(), XlsxError> {
        let mut at_fault = self.at_fault.of_row(row.row);
        let status = self.facts.layout.status_position();
        let ids = self.facts.layout.id_position();
        let layout = &self.facts.layout;
        // From places in the input to places here; columns that are written anew have no faults.
        at_fault.retain_mut(|note| {
            let place = layout.position_of(note.column as usize);
            note.column = place
                .and_then(|at| u32::try_from(at).ok())
                .unwrap_or_default();
            place.is_some()
        });
        for (column, cell) in (0_u16..).zip(layout.row(&row.cells, verdict)) {
            let place = usize::from(column);
            let faulty = at_fault.iter().find(|note| note.column as usize == place);
            let format = if place == status {
                Some(self.formats.of(verdict.status))
            } else if let Some(note) = faulty {
                Some(self.formats.at_fault(note.worst))
            } else {
                (place == ids).then_some(&self.formats.text)
            };
            let length = match cell {
                OutCell::Id(id) => {
                    write_id(self.sheet, self.next_row, column, id)?;
                    10
                }
                OutCell::Text(text) if text.is_empty() && faulty.is_none() => continue,
                OutCell::Text(text) => {
                    let text = cut(marked(&text));
                    let length = if self.next_row as usize <= SAMPLED_ROWS {
                        text.chars().count()
                    } else {
                        0
                    };
                    let (row, text) = (self.next_row, text.into_owned());
                    match format {
                        Some(format) => {
                            self.sheet
                                .write_string_with_format(row, column, text, format)?;
                        }
                        None => {
                            self.sheet.write_string(row, column, text)?;
                        }
                    }
                    length
                }
            };
            self.widths[place] = self.widths[place].max(length);
        }
        for note in at_fault {
            self.note(note.column, &note.text)?;
        }
        self.next_row += 1;
        Ok(())
    }

    fn note(&mut self, column: u32, text: &str) -> Result<(), XlsxError> {
        self.notes += 1;
        if self.notes > MOST_NOTES {
            return Ok(());
        }
        let short = cut(Cow::Borrowed(text));
        let lines = u32::try_from(short.chars().count() / 38 + short.lines().count());
        let note = Note::new(&*short)
            .add_author_prefix(false)
            .set_author("partner-import")
            .set_width(260)
            .set_height(lines.unwrap_or(20).clamp(2, 20) * 18);
        let column = u16::try_from(column).unwrap_or(u16::MAX);
        self.sheet.insert_note(self.next_row, column, &note)?;
        Ok(())
    }

    /// Sets widths and filter.
    pub(super) fn finish(self) -> Result<(), XlsxError> {
        let last_row = self.next_row.saturating_sub(1);
        let last_column = u16::try_from(self.widths.len().saturating_sub(1)).unwrap_or(u16::MAX);
        self.sheet.set_freeze_panes(1, 0)?;
        self.sheet.set_repeat_rows(0, 0)?;
        self.sheet.set_landscape();
        self.sheet.set_print_fit_to_pages(1, 0);
        if last_row > 0 {
            self.sheet.autofilter(0, 0, last_row, last_column)?;
            let stored = IgnoreError::NumberStoredAsText;
            self.sheet
                .ignore_error_range(1, 0, last_row, last_column, stored)?;
        }
        for (column, width) in (0..).zip(self.widths) {
            let width = u16::try_from(width.clamp(8, 60)).unwrap_or(60);
            self.sheet
                .set_column_width(column, f64::from(width) + 1.5)?;
        }
        Ok(())
    }
}
