//! What can keep a result file from being written.

use std::io;
use std::path::PathBuf;

use crate::journal::JournalError;

/// A result file that cannot be written. The journal still has everything.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The journal cannot be read.
    #[error("cannot build the result files")]
    Journal(#[from] JournalError),
    /// The directory of the result files cannot be made.
    #[error("cannot make the directory {}", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// A file was written whole and cannot take the place of the earlier one.
    #[error("cannot replace {}", path.display())]
    Replace {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// The library that writes workbooks gave up.
    #[error("cannot build {}: {reason}", path.display())]
    Workbook {
        /// The file.
        path: PathBuf,
        /// The library's reason.
        reason: String,
    },
}

impl ReportError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Journal(error) if error.is_damage() => DAMAGED.to_owned(),
            Self::Journal(error) => error.help(),
            Self::Directory { source, .. } | Self::Write { source, .. } => cure(source).to_owned(),
            Self::Replace { source, .. } if is_full(source) => cure(source).to_owned(),
            Self::Replace { .. } => {
                format!("close the file in Excel or wherever it is open, then {AGAIN}")
            }
            Self::Workbook { reason, .. } if reason == NO_ROOM => FREE.to_owned(),
            Self::Workbook { path, .. } if path.with_file_name("results.csv").is_file() => {
                format!("results.csv holds the same rows; {AGAIN}")
            }
            Self::Workbook { .. } => AGAIN.to_owned(),
        }
    }
}

/// Why a workbook is not built whose library gave up where its own file could not be written.
pub(crate) const NO_ROOM: &str =
    "its temporary file cannot be written: most likely the disk is full";

const DAMAGED: &str = "what was sent is in the tenant: restore the journal from a backup and write the files with \
    `partner-import report`; or continue without it: `run FILE --new-run` recognises existing customers";

const FREE: &str = "free some disk space, then write the files again with `partner-import report`: nothing is lost";

const AGAIN: &str = "write the files again with `partner-import report`: nothing is lost";

fn is_full(source: &io::Error) -> bool {
    matches!(
        source.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    )
}

fn cure(source: &io::Error) -> &'static str {
    if is_full(source) {
        return FREE;
    }
    match source.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
            "there is a file where the directory should be: choose another with --out, then write the files again with `partner-import report`: nothing is lost"
        }
        _ => {
            "choose a directory that can be written to with --out, then write the files again with `partner-import report`: nothing is lost"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn help(kind: io::ErrorKind, of: impl Fn(PathBuf, io::Error) -> ReportError) -> String {
        of(PathBuf::from("out/results.csv"), kind.into()).help()
    }

    #[test]
    fn of_a_journal_that_was_damaged_meanwhile_nobody_says_that_nothing_was_sent() {
        let error = ReportError::Journal(JournalError::Altered {
            path: PathBuf::from("runs/one.sqlite"),
            what: "row 6 is not what was written".into(),
        });
        assert!(
            error.help().starts_with("what was sent"),
            "{}",
            error.help()
        );
    }

    #[test]
    fn the_cure_fits_the_cause() {
        let write = |path, source| ReportError::Write { path, source };
        let replace = |path, source| ReportError::Replace { path, source };
        assert!(help(io::ErrorKind::StorageFull, write).starts_with("free some disk space"));
        assert!(help(io::ErrorKind::StorageFull, replace).starts_with("free some disk space"));
        assert!(help(io::ErrorKind::PermissionDenied, write).contains("--out"));
        assert!(
            help(io::ErrorKind::PermissionDenied, replace).starts_with("close the file in Excel")
        );
    }
}
