//! Measures rows of data against the header: cells that are missing, or too many.

use super::body::Body;
use super::cells::last_filled;
use super::drawn::Neighbours;
use super::head::Ragged;
use super::pasted::other_delimiter;
use crate::batch::{Row, RowFate};
use crate::note::NoteKind;

impl Body {
    /// A list of one column in which a row could be cut.
    #[cold]
    pub(super) fn report_cut_otherwise(&mut self, row: Row<'_>) {
        let by = other_delimiter(row, self.width).unwrap_or("semicolons");
        let note = NoteKind::RowCutOtherwise(by).in_row(row.number());
        self.problems.push(note.with_value(row.text(0)));
    }

    pub(super) fn measure(&mut self, row: Row<'_>) -> RowFate {
        let (number, len) = (row.number(), row.len().saturating_sub(self.first));
        let window = |cells: usize| RowFate::Window {
            first: u32::try_from(self.first).unwrap_or(u32::MAX),
            cells: u32::try_from(cells).unwrap_or(u32::MAX),
        };
        if len <= self.width {
            let other = if len < self.width && self.ragged == Ragged::Matters {
                other_delimiter(row, self.width)
            } else {
                None
            };
            if len < self.width && (!self.short_rows_usual || other.is_some()) {
                let short = NoteKind::RowShort {
                    cells: len,
                    columns: self.width,
                    holds: other,
                };
                self.problems.push(short.in_row(number));
                return window(self.width);
            }
            return window(self.width);
        }
        if self.neighbours == Neighbours::Table {
            return window(self.width);
        }
        let used = last_filled(row).saturating_sub(self.first);
        if used <= self.width {
            if !self.long_rows_usual {
                let long = NoteKind::RowLongEmpty {
                    cells: len,
                    columns: self.width,
                };
                self.problems.push(long.in_row(number));
            }
            return window(self.width);
        }
        let long = NoteKind::RowLong {
            cells: used,
            columns: self.width,
        };
        self.problems.push(long.in_row(number));
        window(used)
    }
}
