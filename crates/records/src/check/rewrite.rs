//! Cells of a batch written anew, before its rows are checked.

use crate::model::{CellKind, RowBatch};

/// A cell to be written anew.
pub(super) struct Change {
    /// The row's place in the batch.
    pub(super) row: usize,
    /// The cell's place in the row.
    pub(super) cell: usize,
    /// What it holds from now on.
    pub(super) text: String,
}

/// The rows with other texts in some cells; `changes` are in the order of the rows.
pub(super) fn changed(batch: &RowBatch, changes: &[Change]) -> RowBatch {
    let mut written = RowBatch::default();
    let mut changes = changes.iter().peekable();
    for (place, row) in batch.rows().enumerate() {
        if changes.peek().is_none_or(|change| change.row != place) {
            written.push_row(row);
            continue;
        }
        let first = changes.clone();
        for (at, cell) in row.cells().enumerate() {
            let of_row = first.clone().take_while(|change| change.row == place);
            match of_row.into_iter().find(|change| change.cell == at) {
                Some(change) => written.push_cell(&change.text, CellKind::Text),
                None => written.push_cell(cell.text, cell.kind),
            }
        }
        written.end_row(row.number(), row.line());
        while changes.next_if(|change| change.row == place).is_some() {}
    }
    written
}
