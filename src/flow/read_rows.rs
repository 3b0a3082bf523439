//! The rows of a list as they were read. Who shows them keeps them; a run hands them to its journal, piece by piece,
//! and only what is asked of each later stays: a million rows are half a gigabyte.

use crate::model::{RowBatch, RowIndex};

/// So much text is kept while a file is read, in bytes. To copy it takes a hundredth of the time
/// that it takes to read a workbook again.
pub(super) const MOST_KEPT: usize = 64 << 20;

/// The rows, with the index of the first of each batch.
#[derive(Debug, Default)]
pub struct ReadRows(pub(super) Vec<(RowIndex, RowBatch)>);

impl ReadRows {
    /// The batches, each with the index of its first row.
    pub fn batches(&self) -> &[(RowIndex, RowBatch)] {
        &self.0
    }

    /// Whether they may stay at hand until they are shown.
    pub(super) fn are_few(&self) -> bool {
        let text: usize = self.0.iter().map(|(_, batch)| batch.text_len()).sum();
        text <= MOST_KEPT
    }

    /// What stands in a column of each row, trimmed; nothing where there is no such column.
    pub fn column(&self, column: Option<usize>) -> Vec<String> {
        let rows = self.0.iter().flat_map(|(_, batch)| batch.rows());
        rows.map(|row| {
            let text = column.map_or("", |column| row.text(column));
            text.trim().to_owned()
        })
        .collect()
    }
}
