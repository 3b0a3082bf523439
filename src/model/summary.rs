//! A checked table in numbers, for reports.

/// How many rows there are of each state, and what became of the columns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableSummary {
    /// Data rows.
    pub rows: usize,
    /// Rows that may be sent.
    pub accepted: usize,
    /// Rows with an error of their own.
    pub invalid: usize,
    /// Rows that depend on a row with an error.
    pub blocked: usize,
    /// The columns in the order of the table.
    pub columns: Vec<ColumnUse>,
}

/// What a column is used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnUse {
    /// The sheet, where several are one input.
    pub sheet: Option<String>,
    /// The column in the file, from 0.
    pub column: u32,
    /// The header as it stands in the file.
    pub header: String,
    /// The field it is read as; none when it is not imported.
    pub field: Option<&'static str>,
    /// What told so, or why it is not imported: one word.
    pub how: &'static str,
}
