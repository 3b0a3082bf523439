//! What the rows of a run are called while its requests go out.

use std::collections::HashMap;

use crate::model::{PartnerId, RowIndex, SheetRows};

/// What the rows of a run are called.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// The number of each, as a spreadsheet shows it.
    pub numbers: Vec<u32>,
    /// The sheets they stand on, where there are several.
    pub sheets: SheetRows,
    /// The customers of those that are taken back.
    pub ids: HashMap<RowIndex, PartnerId>,
}

impl Rows {
    /// The row's number; 0 where the journal has none.
    pub fn number(&self, row: RowIndex) -> u32 {
        self.numbers.get(row.as_usize()).copied().unwrap_or(0)
    }

    /// The row's number, with its sheet where there are several.
    pub fn place(&self, row: RowIndex) -> String {
        self.sheets.number(row, self.number(row))
    }
}
