//! Rows of another list that stands above or below the one that is read, under a header of its own.
//! They are handed out as they stand, column by column, each with a note that keeps it from being
//! sent: a row that is left out here would be in no result file.

use super::body::{Body, State};
use super::cells::last_filled;
use super::elsewhere::Other;
use super::row_kind::RowKind;
use crate::batch::{Row, RowFate};
use crate::note::NoteKind;

impl Body {
    /// What becomes of a row above the header.
    pub(super) fn above(&mut self, row: Row<'_>) -> RowFate {
        if self.elsewhere.above.contains(&row.number()) {
            self.keep_elsewhere(row)
        } else {
            RowFate::Drop
        }
    }

    /// Another list, or table, begins here.
    pub(super) fn begins_elsewhere(&mut self, row: Row<'_>, other: Other) -> RowFate {
        self.elsewhere.begins(row);
        self.state = State::Beyond(row.number(), 1, other);
        match other {
            // It may be a row of the list.
            Other::Unsure => self.keep_elsewhere(row),
            Other::Customers | Other::Table => RowFate::Drop,
        }
    }

    /// What becomes of a row behind the beginning of another list, or table.
    pub(super) fn beyond(&mut self, row: Row<'_>, kind: RowKind) -> RowFate {
        let State::Beyond(start, rows, other) = self.state else {
            return RowFate::Drop;
        };
        let counted = State::Beyond(start, rows + 1, other);
        let number = row.number();
        match (other, kind) {
            (_, RowKind::Blank) => return RowFate::Drop,
            (Other::Table, _) => {
                self.state = counted;
                return RowFate::Drop;
            }
            (_, RowKind::Header | RowKind::OtherHeader(_)) => {
                self.elsewhere.begins(row);
                return RowFate::Drop;
            }
            (_, RowKind::Drawn(table)) if !self.drawn[table].1.contains(&start) => {
                self.in_drawn[table].push(number);
                return RowFate::Drop;
            }
            (_, RowKind::Total) => self.leave_out(NoteKind::Total, row),
            (_, RowKind::Section) => self.leave_out(NoteKind::Section, row),
            (_, RowKind::Note) => self.leave_out(NoteKind::Remark, row),
            (_, RowKind::Line(line)) => self.leave_out(NoteKind::Line(line), row),
            _ => {
                self.state = counted;
                return self.keep_elsewhere(row);
            }
        }
        RowFate::Drop
    }

    /// Keeps a row with all its cells, under whichever columns they stand.
    fn keep_elsewhere(&mut self, row: Row<'_>) -> RowFate {
        let number = row.number();
        let note = NoteKind::UnderOtherHeader(self.elsewhere.header);
        self.problems.push(note.in_row(number));
        let first = self.elsewhere.first;
        let cells = self.width.max(last_filled(row).saturating_sub(first));
        RowFate::Window {
            first: u32::try_from(first).unwrap_or(u32::MAX),
            cells: u32::try_from(cells).unwrap_or(u32::MAX),
        }
    }
}
