//! Measures rows of data against the header: cells that are missing, or too many.

use super::body::{Body, Neighbours};
use super::cells::last_filled;
use super::head::Ragged;
use super::pasted::other_delimiter;
use crate::model::rules::reading::{ROW_CUT_OTHERWISE, ROW_LONG, ROW_LONG_EMPTY, ROW_SHORT};
use crate::model::{CellAddress, Diagnostic, Row, RowFate};

impl Body {
    /// A list of one column in which a row could be cut.
    #[cold]
    pub(super) fn report_cut_otherwise(&mut self, row: Row<'_>) {
        let by = other_delimiter(row, self.width).unwrap_or("semicolons");
        let message = format!("the row holds {by}, which separate cells, in a list of one column");
        let help = "write all rows with the same delimiter; a name that holds it: say --delimiter";
        let problem = Diagnostic::of_file(&ROW_CUT_OTHERWISE, message)
            .at(CellAddress::row(row.number()))
            .with_value(row.text(0))
            .with_help(help);
        self.problems.push(problem);
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
                let (what, help) = match other {
                    Some(other) => (
                        format!("; it holds {other}, unlike the rows above"),
                        "write all rows with the same delimiter, or put the parts into files of their own",
                    ),
                    None => (String::new(), "look for a missing delimiter in the row"),
                };
                let message = format!(
                    "the row has {len} cell{} where the table has {}{what}",
                    if len == 1 && other.is_some() { "" } else { "s" },
                    self.width
                );
                let problem = Diagnostic::of_file(&ROW_SHORT, message)
                    .at(CellAddress::row(number))
                    .with_help(help);
                let fate = window(self.width);
                self.problems.push(problem);
                return fate;
            }
            return window(self.width);
        }
        if self.neighbours == Neighbours::Table {
            return window(self.width);
        }
        let used = last_filled(row).saturating_sub(self.first);
        if used <= self.width {
            let fate = window(self.width);
            if !self.long_rows_usual {
                self.problems.push(
                    Diagnostic::of_file(
                        &ROW_LONG_EMPTY,
                        format!(
                            "the row has {len} cells where the table has {}; those beyond are empty",
                            self.width
                        ),
                    )
                    .at(CellAddress::row(number)),
                );
            }
            return fate;
        }
        let fate = window(used);
        self.problems.push(
            Diagnostic::of_file(
                &ROW_LONG,
                format!(
                    "the row has {used} cells where the table has {}",
                    self.width
                ),
            )
            .at(CellAddress::row(number))
            .with_help("put quotation marks around the cell that holds the delimiter"),
        );
        fate
    }
}
