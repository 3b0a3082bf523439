//! The names of a table's columns.

/// One cell of the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderCell {
    /// The header's text as it stands in the file, trimmed; may be empty. Where the header has
    /// several rows, their texts with a space between them.
    pub text: String,
    /// The column in the file, from 0 (a table need not start in column A).
    pub column: u32,
    /// The names of the groups above the column's own name, the outermost first.
    pub groups: Vec<String>,
}

impl HeaderCell {
    /// A header of one row.
    #[inline]
    pub fn new(text: &str, column: u32) -> Self {
        Self {
            text: text.trim().to_owned(),
            column,
            groups: Vec::new(),
        }
    }

    /// The column's own name, without the groups above it.
    #[inline]
    pub fn name(&self) -> &str {
        let mut name = self.text.as_str();
        for group in &self.groups {
            name = name
                .strip_prefix(group.as_str())
                .unwrap_or(name)
                .trim_start();
        }
        name
    }
}

/// The header of a table: its cells stand in the order of the cells of every row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// One entry per column.
    pub cells: Vec<HeaderCell>,
    /// The number of the header's (last) row, from 1; 0 when the table has none.
    pub row: u32,
}
