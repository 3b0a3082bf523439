//! Why a workbook is not copied.

use std::io;

use tables::edit::EditError;

use crate::report::ReportError;

/// A copy that was not made.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The original is of a kind that cannot be filled in safely; the reason in words.
    #[error("{0}")]
    Refused(String),
    /// The copy cannot be written.
    #[error("the copy cannot be written")]
    Write(#[source] io::Error),
    /// The file cannot be made or put into its place.
    #[error(transparent)]
    Report(#[from] ReportError),
}

impl CopyError {
    /// A part of the original that cannot be read.
    pub(super) fn unreadable(part: &str, reason: impl std::fmt::Display) -> Self {
        Self::Refused(format!("its part {part} cannot be read ({reason})"))
    }

    /// What keeps the original from being filled in.
    pub(super) fn refused(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }
}

impl From<EditError> for CopyError {
    fn from(error: EditError) -> Self {
        match error {
            EditError::Refused(why) => Self::Refused(why),
            EditError::Write(error) => Self::Write(error),
        }
    }
}
