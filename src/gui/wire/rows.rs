//! Rows, and what is changed in them.

use serde::{Deserialize, Serialize};

/// Where one stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// The list, as it was understood.
    #[default]
    List,
    /// What is wrong in it.
    Problems,
    /// What would become of it.
    Plan,
    /// The run.
    Run,
    /// What became of it.
    Results,
}

/// A row, of a list, a plan or a run.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Row {
    /// Its number in the user's file; 0 is no row of the file.
    pub row: u32,
    /// By the columns.
    pub cells: Vec<String>,
    /// What is not plain: column, what, in words.
    pub marks: Vec<(usize, Mark, String)>,
    /// Why it is left out.
    pub out: Option<String>,
    /// Of a plan or a run.
    pub status: Option<&'static str>,
    /// The customer's.
    pub id: Option<u64>,
    /// In words.
    pub message: Option<String>,
    /// Of a tree, 1 at the root.
    pub depth: u32,
    /// Whether what is below it is shown.
    pub open: Option<bool>,
}

/// What is not plain in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// It keeps the row from being sent.
    Error,
    /// It does not.
    Warning,
    /// The user changed it.
    Mended,
    /// One value is sent in place of what the cell says.
    Set,
    /// One value is sent, since the cell says nothing.
    Ghost,
    /// In a run: the list says something else by now, which the run does not send.
    Later,
    /// What is there.
    Old,
    /// What would be.
    New,
}

/// A window of rows.
#[derive(Debug, Clone, Serialize)]
pub struct Rows {
    /// Of the list, the plan or the run.
    pub revision: u64,
    /// In the view.
    pub total: usize,
    /// Where the window begins.
    pub from: usize,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// Where something is.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Found {
    /// In the view.
    pub position: Option<usize>,
    /// Which column.
    pub column: usize,
    /// Which row.
    pub row: u32,
    /// Of all hits.
    pub index: usize,
    /// All hits.
    pub total: usize,
}

/// What was kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Saved {
    /// Of the list.
    pub revision: u64,
    /// In words.
    pub says: String,
    /// The step that would be taken back.
    pub undo: Option<String>,
    /// The step that would be done again.
    pub redo: Option<String>,
    /// The rows of a mend of cells.
    #[serde(skip_deserializing)]
    pub rows: Vec<Row>,
}

/// One change.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Mend {
    /// Texts of cells.
    Cells {
        /// Which.
        cells: Vec<CellMend>,
        /// Under which it is known.
        key: String,
    },
    /// Rows that do not count any more.
    LeaveOut {
        /// Which.
        rows: Vec<u32>,
        /// Under which it is known.
        key: String,
    },
    /// Rows that count after all.
    TakeBack {
        /// Which.
        rows: Vec<u32>,
        /// Under which it is known.
        key: String,
    },
    /// What was suggested.
    Suggestion {
        /// Which.
        id: String,
        /// Under which it is known.
        key: String,
    },
    /// The last step is taken back.
    Undo {
        /// Under which it is known.
        key: String,
    },
    /// It is done again.
    Redo {
        /// Under which it is known.
        key: String,
    },
}

impl Mend {
    /// Under which it is known.
    pub fn key(&self) -> &str {
        match self {
            Self::Cells { key, .. }
            | Self::LeaveOut { key, .. }
            | Self::TakeBack { key, .. }
            | Self::Suggestion { key, .. }
            | Self::Undo { key }
            | Self::Redo { key } => key,
        }
    }
}

/// One cell's text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellMend {
    /// The row's number.
    pub row: u32,
    /// The column's place.
    pub column: usize,
    /// What stands there.
    pub from: String,
    /// What should.
    pub to: String,
}

/// What is being typed into a cell, and is no mend yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// The row's number.
    pub row: u32,
    /// The column's place.
    pub column: usize,
    /// What the cell held.
    pub from: String,
    /// What stands there so far.
    pub to: String,
}
