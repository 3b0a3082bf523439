//! Why a workbook could not be read, and the way out. Knows nothing of any one format.

use std::fmt;

use crate::content::Pretender;

/// A workbook that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    /// The bytes are something else.
    #[error("it is {0}, not a workbook")]
    Pretender(Pretender),
    /// A password is needed to open it.
    #[error("it is protected by a password")]
    Encrypted,
    /// Something in it is broken.
    #[error("it is damaged: {what} ({part})")]
    Damaged {
        /// The part of the file.
        part: String,
        /// What is wrong there.
        what: String,
    },
    /// Its rows or cells do not stand in order.
    #[error("it is damaged: {what} ({part})")]
    Disordered {
        /// The part of the file.
        part: String,
        /// What is out of order.
        what: String,
    },
    /// A part without which it cannot be read is not there.
    #[error("it is damaged or incomplete: the part {part} is missing")]
    MissingPart {
        /// The part's name.
        part: String,
    },
    /// It is larger than what this tool reads.
    #[error("it is too large: more than {limit} {what}")]
    TooLarge {
        /// What there is too much of.
        what: Limit,
        /// How much would have been read.
        limit: u64,
    },
    /// Its XML has a document type declaration, which no spreadsheet program writes.
    #[error("its part {part} declares a document type (DOCTYPE), which workbooks never do")]
    Doctype {
        /// The part's name.
        part: String,
    },
    /// It was written by a version of Excel older than Excel 95.
    #[error("it was written by a version of Excel older than Excel 95")]
    TooOld,
    /// There is no sheet of this name.
    #[error("it has no sheet \"{name}\"")]
    NoSuchSheet {
        /// The name that was asked for.
        name: String,
        /// The names there are.
        sheets: Vec<String>,
    },
    /// The sheet holds no cells: a chart, a dialog or a macro sheet.
    #[error("its sheet \"{name}\" is {kind}, not a sheet of cells")]
    NotCells {
        /// The sheet's name.
        name: String,
        /// What it is.
        kind: &'static str,
    },
    /// Reading the file itself broke off.
    #[error("the file cannot be read")]
    Io(#[source] std::io::Error),
}

impl WorkbookError {
    /// What to do about it, in one sentence; empty when the message says it.
    pub fn help(&self) -> String {
        match self {
            Self::Pretender(what) => what.help().to_owned(),
            Self::Encrypted => {
                "open it in Excel, choose File > Info > Protect Workbook > Encrypt with Password, \
                 empty the box and save (LibreOffice: save again without \"Save with password\")"
                    .into()
            }
            Self::Damaged { .. } | Self::Disordered { .. } | Self::MissingPart { .. } => {
                "open it in Excel or LibreOffice, let it be repaired, save it as .xlsx and use \
                 that file, or fetch the file again: it may have been cut off on the way"
                    .into()
            }
            Self::TooLarge { .. } => {
                "delete what is not part of the list (other sheets, formatted empty rows and columns) \
                 or save the sheet as CSV"
                    .into()
            }
            Self::Doctype { .. } => {
                "open it in Excel or LibreOffice and save it as .xlsx if you trust where it came \
                 from"
                    .into()
            }
            Self::TooOld => "open it in Excel or LibreOffice and save it as .xlsx".into(),
            Self::NoSuchSheet { sheets, .. } => match sheets.as_slice() {
                [] => "the workbook has no sheets".into(),
                names => format!("it has: \"{}\"", names.join("\", \"")),
            },
            Self::NotCells { .. } => "name a sheet of cells".into(),
            Self::Io(_) => String::new(),
        }
    }

    /// A part that is broken.
    pub(super) fn damaged(part: &str, what: impl Into<String>) -> Self {
        Self::Damaged {
            part: part.to_owned(),
            what: what.into(),
        }
    }

    /// A sheet whose rows or cells are out of order.
    pub(super) fn disordered(what: String) -> Self {
        Self::Disordered {
            part: "sheet".into(),
            what,
        }
    }

    /// An input or output error that may carry one of ours through [`std::io::Read`].
    pub(super) fn from_io(part: &str, error: std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.downcast::<Self>() {
            Ok(ours) => ours,
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::UnexpectedEof
                ) =>
            {
                Self::damaged(part, format!("its compressed data is broken: {error}"))
            }
            Err(error) => Self::Io(error),
        }
    }

    /// The same error as one that fits through [`std::io::Read`].
    pub(super) fn into_io(self) -> std::io::Error {
        std::io::Error::other(self)
    }
}

/// What there is too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Bytes of the file.
    File,
    /// Bytes inflated from it.
    Inflated,
    /// Inflated bytes for each compressed byte.
    Ratio,
    /// Bytes of text kept in memory.
    Strings,
    /// Cells of a sheet.
    Cells,
    /// Rows of a sheet.
    Rows,
    /// Columns of a sheet.
    Columns,
    /// Bytes of one XML tag or text.
    Token,
    /// Levels of nested XML.
    Depth,
    /// Entries of the archive.
    Parts,
}

impl fmt::Display for Limit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::File => "bytes",
            Self::Inflated => "bytes once unpacked",
            Self::Ratio => "times its packed size (a decompression bomb)",
            Self::Strings => "bytes of text",
            Self::Cells => "cells in a sheet",
            Self::Rows => "rows in a sheet",
            Self::Columns => "columns in a sheet",
            Self::Token => "bytes in one cell",
            Self::Depth => "levels of nested XML",
            Self::Parts => "parts in the archive",
        })
    }
}

impl Limit {
    /// The error that says so.
    pub(super) fn exceeded(self, limit: u64) -> WorkbookError {
        WorkbookError::TooLarge { what: self, limit }
    }
}
