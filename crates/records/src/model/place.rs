//! Where a cell stands: its address is kept from the first byte read to the last report written.

use std::ops::Range;

use serde::{Deserialize, Serialize};
pub use tables::place::{CellAddress, RowIndex, Source, column_letters};

use super::phrase::RelatedRows;

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
