//! The tables of one input: one as a rule, several where the sheets of a workbook are read together.
//! Each has its own columns; the rows are counted through.

use super::columns::Column;

/// The columns of every table, with the first row of each.
#[derive(Debug, Default)]
pub(super) struct Tables(Vec<(u32, Vec<Column>)>);

impl Tables {
    /// Adds the table whose first row is row `first` of the input.
    pub(super) fn begin(&mut self, first: u32, columns: Vec<Column>) {
        self.0.push((first, columns));
    }

    /// The columns of the table that holds the row.
    pub(super) fn columns(&self, row: u32) -> &[Column] {
        let behind = self.0.partition_point(|(first, _)| *first <= row);
        behind.checked_sub(1).map_or(&[], |at| &self.0[at].1)
    }
}
