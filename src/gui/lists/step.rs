//! One step of what the user changed.

use serde::{Deserialize, Serialize};

use super::said::Asks;

/// One step.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Texts of cells.
    Cells(Vec<CellStep>),
    /// What values of a column are changed to, wherever they stand.
    Values(u32, Vec<(String, String)>),
    /// Rows by their numbers that do not count.
    Out(Vec<u32>),
    /// Rows that count after all.
    Back(Vec<u32>),
    /// What was said of the list beside its cells: before, and now.
    Said(Box<(Asks, Asks)>),
    /// How the list is read: the sheet that was read before, what was said before, and now.
    Read(Option<String>, Box<(Asks, Asks)>),
    /// Several at once.
    All(Vec<Step>),
    /// What can no longer be read: the line, and the file in which it lies.
    Lost(String, String),
}

impl Step {
    /// Whether it is about how the list is read.
    pub(super) fn is_reading(&self) -> bool {
        matches!(self, Self::Read(..))
    }

    /// What was said of the list when the step is taken back, or done again; none where it is another one.
    pub(super) fn asks(&self, back: bool) -> Option<&Asks> {
        match self {
            Self::Said(said) | Self::Read(_, said) if back => Some(&said.0),
            Self::Said(said) | Self::Read(_, said) => Some(&said.1),
            Self::All(steps) => steps.iter().find_map(|step| step.asks(back)),
            _ => None,
        }
    }
}

/// A cell, and what it is to hold.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CellStep {
    /// The row's number.
    pub row: u32,
    /// The file's column.
    pub column: u32,
    /// What the file says there.
    pub from: String,
    /// What it is to hold.
    pub to: String,
}
