//! Where a cell stands, as spreadsheet programs number and letter it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A data row of the input, counted from 0 in the order of the file. Internal: people are shown
/// row numbers (see [`CellAddress::row`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RowIndex(pub u32);

impl RowIndex {
    /// The position as an index into a slice with one entry per data row.
    pub fn as_usize(self) -> usize {
        self.0 as usize
    }
}

/// A file, and in a workbook the sheet, as people know them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The file's name as it is shown: the path as the user gave it.
    pub file: String,
    /// The sheet's name; none for text files.
    pub sheet: Option<String>,
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.file)?;
        match &self.sheet {
            Some(sheet) => write!(out, ", sheet \"{sheet}\""),
            None => Ok(()),
        }
    }
}

/// A row, or one cell of it, numbered the way a spreadsheet program shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CellAddress {
    /// The row's number, from 1, title and header rows counted: what Excel shows at the left.
    pub row: u32,
    /// The column, from 0; `None` speaks of the whole row.
    pub column: Option<u32>,
}

impl CellAddress {
    /// The address of a whole row.
    pub fn row(row: u32) -> Self {
        Self { row, column: None }
    }

    /// The address of one cell: `row` from 1, `column` from 0.
    pub fn cell(row: u32, column: u32) -> Self {
        Self {
            row,
            column: Some(column),
        }
    }
}

impl fmt::Display for CellAddress {
    /// `C12` for a cell, `row 12` for a row.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column {
            Some(column) => write!(out, "{}{}", column_letters(column), self.row),
            None => write!(out, "row {}", self.row),
        }
    }
}

/// The letters a spreadsheet program shows above a column: 0 is `A`, 26 is `AA`.
pub fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_lettered_like_a_spreadsheet() {
        let shown: Vec<String> = [0, 25, 26, 51, 52, 701, 702, 16383]
            .map(column_letters)
            .into();
        assert_eq!(shown, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD"]);
    }

    #[test]
    fn addresses_read_like_a_spreadsheet() {
        assert_eq!(CellAddress::cell(12, 2).to_string(), "C12");
        assert_eq!(CellAddress::row(12).to_string(), "row 12");
        let source = Source {
            file: "customers.xlsx".into(),
            sheet: Some("Kunden".into()),
        };
        assert_eq!(source.to_string(), "customers.xlsx, sheet \"Kunden\"");
    }
}
