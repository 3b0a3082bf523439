//! Where a cell stands: its address is kept from the first byte read to the last report written.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::phrase::RelatedRows;

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

/// Which rows of an input made of several sheets stand on which sheet; empty for a single table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SheetRows(Vec<(RowIndex, String)>);

impl SheetRows {
    /// Says that the rows from `first` on stand on `sheet`. To be called in the order of the rows.
    pub fn begin(&mut self, first: RowIndex, sheet: &str) {
        self.0.push((first, sheet.to_owned()));
    }

    /// The names of the sheets, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(_, name)| name.as_str())
    }

    /// The sheets with their rows, of `total` in all, in their order; those without rows left out.
    pub fn ranges(&self, total: usize) -> Vec<(&str, Range<usize>)> {
        let begins = self.0.iter().map(|(first, _)| first.as_usize());
        let ends = begins.clone().skip(1).chain([total]);
        let ranges = begins.zip(ends).map(|(begin, end)| begin..end);
        let named = self.names().zip(ranges);
        named.filter(|(_, rows)| !rows.is_empty()).collect()
    }

    /// Whether the input is a single table.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sheet of a row; none in a single table.
    pub fn of(&self, row: RowIndex) -> Option<&str> {
        let behind = self.0.partition_point(|(first, _)| *first <= row);
        let (_, name) = self.0.get(behind.checked_sub(1)?)?;
        Some(name)
    }

    /// Rows as they are named beside another one, each given with its number.
    pub fn related(&self, rows: impl IntoIterator<Item = (RowIndex, u32)>) -> RelatedRows {
        let mut rows = rows.into_iter().peekable();
        if self.is_empty() || rows.peek().is_none() {
            let numbers: Vec<u32> = rows.map(|(_, number)| number).collect();
            return numbers.into();
        }
        rows.map(|(row, number)| (number, self.of(row).unwrap_or_default()))
            .collect()
    }

    /// The row's number as people find it: `12`, or `12 of sheet "North"`.
    pub fn number(&self, row: RowIndex, number: u32) -> String {
        match self.of(row) {
            Some(sheet) => format!("{number} of sheet \"{sheet}\""),
            None => number.to_string(),
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
    fn rows_know_their_sheets() {
        let mut sheets = SheetRows::default();
        assert_eq!(sheets.number(RowIndex(3), 5), "5");
        for (first, name) in [(0, "North"), (2, "Empty"), (2, "South")] {
            sheets.begin(RowIndex(first), name);
        }
        assert_eq!(sheets.of(RowIndex(1)), Some("North"));
        assert_eq!(sheets.ranges(5), [("North", 0..2), ("South", 2..5)]);
        assert_eq!(sheets.number(RowIndex(2), 2), "2 of sheet \"South\"");
        let related = sheets.related([(RowIndex(0), 4), (RowIndex(2), 2)]);
        assert_eq!(related.as_slice(), [4, 2]);
        assert_eq!(*related.sheets(), ["North".into(), "South".into()]);
        let single = SheetRows::default().related([(RowIndex(0), 4)]);
        assert_eq!((single.as_slice(), single.sheets().len()), (&[4][..], 0));
        let text = serde_json::to_string(&sheets).unwrap();
        assert_eq!(text, r#"[[0,"North"],[2,"Empty"],[2,"South"]]"#);
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
