//! Why a file could not be read at all.

use std::path::PathBuf;

use super::content::Pretender;
use super::lock::Editor;
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
    /// It is what a spreadsheet program keeps beside a file that is open in it.
    #[error(
        "{} is no list: {} keeps it beside {} while that is open",
        path.display(),
        editor.name(),
        of.display()
    )]
    Mark {
        /// The file.
        path: PathBuf,
        /// The file that is open.
        of: PathBuf,
        /// The program.
        editor: Editor,
    },
    /// A pipe or a device, which is gone once it was read; whoever needs the same rows again cannot
    /// take it.
    #[error("cannot read {} a second time: it is not a file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The file is something else than a table.
    #[error("cannot read {} as a table: it is {kind}", path.display())]
    NotATable {
        /// The file.
        path: PathBuf,
        /// What its content says it is.
        kind: Pretender,
    },
    /// A row is longer than any row of a customer list.
    #[error("cannot read {}: row {row} (line {line}) is longer than {limit} bytes", path.display())]
    RowTooLong {
        /// The file.
        path: PathBuf,
        /// The row, from 1.
        row: u32,
        /// The line of the file on which it begins, from 1.
        line: u32,
        /// The limit.
        limit: usize,
    },
    /// A row has more cells than any customer list.
    #[error("cannot read {}: row {row} (line {line}) has more than {limit} cells", path.display())]
    TooManyColumns {
        /// The file.
        path: PathBuf,
        /// The row, from 1.
        row: u32,
        /// The line of the file on which it begins, from 1.
        line: u32,
        /// The limit.
        limit: u32,
    },
    /// The file has more rows than are read.
    #[error("cannot read {}: it has more than {limit} rows", path.display())]
    TooManyRows {
        /// The file.
        path: PathBuf,
        /// The limit.
        limit: u32,
    },
    /// The file ends before the row that was named as the header.
    #[error("cannot find the header of {}: there is no row {row}", path.display())]
    NoSuchHeaderRow {
        /// The file.
        path: PathBuf,
        /// The row, from 1.
        row: u32,
    },
    /// A workbook has no sheet of cells.
    #[error("the workbook {} has no sheet", path.display())]
    NoSheet {
        /// The file.
        path: PathBuf,
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
            Self::Open { path, .. } | Self::Io { path, .. } if path.is_dir() => {
                "it is a folder; name the file in it".into()
            }
            Self::Open { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                "check the path".into()
            }
            Self::Open { source, .. } if source.kind() == std::io::ErrorKind::PermissionDenied => {
                "close the file in Excel, or ask for permission to read it".into()
            }
            Self::Mark { of, editor, .. } => format!(
                "save the list in {}, close it there, and name {}",
                editor.name(),
                of.display()
            ),
            Self::NotAFile { .. } => {
                "save the list as a file first: it is read for its rows, and again to see that it is \
                 still the same"
                    .into()
            }
            Self::Workbook { source, .. } => source.help(),
            Self::Open { .. } | Self::Io { .. } | Self::NoSheet { .. } => String::new(),
            Self::NotATable { kind, .. } => kind.help().into(),
            Self::RowTooLong { .. } | Self::TooManyColumns { .. } => {
                "look at that line in a text editor: the cells may be separated by something unusual"
                    .into()
            }
            Self::TooManyRows { .. } => "split the file".into(),
            Self::NoSuchHeaderRow { .. } => {
                "count the rows as a spreadsheet program does, from 1".into()
            }
        }
    }
}
