//! The entries of a mends file.

use crate::check::cell::quoted;

/// The entries of a mends file, in its order within each kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mends {
    /// A value in a column, wherever it stands.
    pub values: Vec<ValueMend>,
    /// One cell of one row.
    pub cells: Vec<CellMend>,
    /// Rows that do not count.
    pub left_out: Vec<Key>,
    /// Rows that count although a filter or what is known of an export leaves them out.
    pub kept: Vec<Key>,
    /// What a column is.
    pub columns: Vec<(String, String)>,
}

impl Mends {
    /// What still counts for a copy of the list in which the cells are mended.
    #[must_use]
    pub fn beside_cells(&self) -> Self {
        Self {
            values: Vec::new(),
            cells: Vec::new(),
            ..self.clone()
        }
    }
}

/// A value in a column, wherever it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueMend {
    /// The column's header.
    pub column: String,
    /// What its cells hold.
    pub from: String,
    /// What they should hold.
    pub to: String,
}

/// One cell of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellMend {
    /// Which row.
    pub key: Key,
    /// The column, what its cell holds, and what it should hold.
    pub value: ValueMend,
}

/// What stands in a key for the row's number: for lists in which rows are alike in all their cells.
pub const ROW: &str = "row:";

/// Headers and cells by which a row is recognised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(pub Vec<(String, String)>);

impl Key {
    /// The key as people read it: `Code "4711"`.
    pub fn shown(&self) -> String {
        let pairs = self.0.iter();
        let pairs: Vec<String> = pairs
            .map(|(header, text)| format!("{header} {}", quoted(text)))
            .collect();
        pairs.join(", ")
    }
}
