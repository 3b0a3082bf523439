//! Cells at fault: which cell of the input a problem stands in, for files that can show it there.

use crate::model::RowIndex;

/// A problem of one cell. The journal keeps a row's problems as text; who still has the
/// diagnostics at hand passes them on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The data row.
    pub row: RowIndex,
    /// The place among the header's cells, from 0.
    pub column: u32,
    /// The problem in words.
    pub text: String,
}
