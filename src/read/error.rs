//! Why a file could not be read at all.

use std::path::PathBuf;

use super::workbook::WorkbookError;

/// A file that cannot be read. Messages name the action and the object; the way out is in
/// [`ReadError::help`].
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file is not there, or the system refuses it.
    #[error("cannot open {}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// Reading broke off.
    #[error("cannot read {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// A workbook is not what it seems, is locked, damaged or too large.
    #[error("cannot read the workbook {}", path.display())]
    Workbook {
        /// The file.
        path: PathBuf,
        /// What is the matter with it.
        #[source]
        source: WorkbookError,
    },
}

impl ReadError {
    /// What to do about it, in one sentence; empty when the message says it.
    pub fn help(&self) -> String {
        match self {
            Self::Open { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                "check the path; on Windows put quotation marks around a path with spaces".into()
            }
            Self::Open { source, .. } if source.kind() == std::io::ErrorKind::PermissionDenied => {
                "close the file in Excel, or ask for permission to read it".into()
            }
            Self::Workbook { source, .. } => source.help(),
            Self::Open { .. } | Self::Io { .. } => String::new(),
        }
    }
}
