//! Why a workbook is not changed.

use std::io;

/// A change of a workbook that was not made.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The workbook is of a kind that cannot be filled in safely; the reason in words.
    #[error("{0}")]
    Refused(String),
    /// The new part cannot be written.
    #[error("the copy cannot be written")]
    Write(#[source] io::Error),
}

impl EditError {
    /// A part that cannot be read.
    pub fn unreadable(part: &str, reason: impl std::fmt::Display) -> Self {
        Self::Refused(format!("its part {part} cannot be read ({reason})"))
    }

    /// What keeps the workbook from being filled in.
    pub fn refused(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }
}
