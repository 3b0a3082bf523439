//! What can be wrong with a journal.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use super::holder::Holder;
use super::private::Owner;

/// A journal that cannot be used, or not any more.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The directory cannot be made or listed.
    #[error("cannot use the state directory {}", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// Root would make files that the directory's owner could not open.
    #[error("the state directory {} belongs to {owner}, and this is root: what root writes there, {owner} cannot open", path.display())]
    OthersDirectory {
        /// The directory.
        path: PathBuf,
        /// Whose it is.
        owner: Owner,
    },
    /// The file cannot be opened or made.
    #[error("cannot open the journal {}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// SQLite's reason.
        #[source]
        source: rusqlite::Error,
    },
    /// The disk below the file takes nothing more, without which SQLite does not even read: of the file
    /// itself that says nothing.
    #[error("cannot use the journal {}: {}", path.display(), in_words(reason))]
    Disk {
        /// The file.
        path: PathBuf,
        /// SQLite's reason, which is said in other words.
        reason: rusqlite::Error,
    },
    /// The file is none of ours, or damaged.
    #[error("{} is damaged or no journal", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// SQLite's reason.
        #[source]
        source: rusqlite::Error,
    },
    /// Nothing was ever written into it: its process ended before the run had begun.
    #[error("{} is empty: its process ended before the run had begun, and sent nothing", path.display())]
    Blank {
        /// The file.
        path: PathBuf,
    },
    /// Something in the file is not what was written into it.
    #[error("{} is damaged: {what}", path.display())]
    Altered {
        /// The file.
        path: PathBuf,
        /// Which record.
        what: String,
    },
    /// The file comes from a newer version of the tool.
    #[error("the journal {} was written by a newer version (format {found}, this version knows {known})", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format known here.
        known: i64,
    },
    /// Nothing more can be written: disk full, or the file system fails.
    #[error("cannot write the journal {}: {reason}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// SQLite's reason.
        reason: String,
    },
    /// The file that was to become a run's cannot be written, or is no longer the one that was written.
    #[error("cannot write the run's rows into {}: {reason}", path.display())]
    Draft {
        /// The file.
        path: PathBuf,
        /// The reason.
        reason: String,
    },
    /// The file cannot be read.
    #[error("cannot read the journal {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// SQLite's reason.
        #[source]
        source: rusqlite::Error,
    },
    /// The file cannot be removed.
    #[error("cannot remove {}", path.display())]
    Remove {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// There is no such run.
    #[error("there is no run \"{run}\" in {}", path.display())]
    NoSuchRun {
        /// What was asked for.
        run: String,
        /// The state directory.
        path: PathBuf,
    },
    /// Somebody else is at work on the same target.
    #[error("another run is at work on this target: {holder}")]
    Locked {
        /// Who.
        holder: Holder,
    },
    /// Somebody else is at work on the same run.
    #[error("another process is writing the journal {}", path.display())]
    AtWork {
        /// The journal.
        path: PathBuf,
    },
    /// The file that bears the name is not the one that this process has open under it.
    #[error("{} was moved or replaced while this program is at work with it", path.display())]
    Displaced {
        /// The journal.
        path: PathBuf,
    },
    /// The lock file cannot be made or locked.
    #[error("cannot lock {}", path.display())]
    Lock {
        /// The lock file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
}

impl JournalError {
    /// A file that cannot be opened or made.
    pub(super) fn of_opening(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match place(&source) {
            Some(Place::Full | Place::Failing | Place::Busy | Place::NoMemory) => Self::Disk {
                path,
                reason: source,
            },
            Some(Place::Forbidden) | None => Self::Open { path, source },
        }
    }

    /// A file that could be opened, and then not used: the place's fault where nothing can be written there,
    /// else the file's.
    pub(super) fn of_using(path: &Path, source: rusqlite::Error) -> Self {
        match place(&source) {
            Some(_) => Self::of_opening(path, source),
            None => Self::Damaged {
                path: path.to_owned(),
                source,
            },
        }
    }

    /// A file that was in use, and then could not be read.
    pub(super) fn of_reading(path: &Path, source: rusqlite::Error) -> Self {
        match place(&source) {
            Some(_) => Self::of_opening(path, source),
            None if is_no_value_of_ours(&source) => Self::Altered {
                path: path.to_owned(),
                what: "a value in it is not what was written".into(),
            },
            None => Self::Read {
                path: path.to_owned(),
                source,
            },
        }
    }

    /// A file that could not be written.
    pub(super) fn of_writing(path: &Path, reason: &(dyn std::error::Error + 'static)) -> Self {
        let of_disk = reason
            .downcast_ref::<rusqlite::Error>()
            .filter(|source| matches!(place(source), Some(Place::Full | Place::Failing)));
        Self::Write {
            path: path.to_owned(),
            reason: of_disk.map_or_else(|| reason.to_string(), in_words),
        }
    }

    /// Whether the file is not, or no longer, what was written into it.
    pub fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::Damaged { .. } | Self::Altered { .. } | Self::Read { .. }
        )
    }

    /// Whether the place is to blame and not the journal, which may be as good as ever: a full disk, one
    /// that fails, or one that may not be written to. What is found of a journal then is no reason to pass
    /// it over, and none to move it aside.
    pub fn is_of_the_place(&self) -> bool {
        match self {
            Self::OthersDirectory { .. }
            | Self::Directory { .. }
            | Self::Lock { .. }
            | Self::Disk { .. }
            | Self::Write { .. }
            | Self::Draft { .. }
            | Self::Displaced { .. }
            | Self::Remove { .. } => true,
            Self::Open { source, .. } => place(source).is_some(),
            Self::Damaged { .. }
            | Self::Blank { .. }
            | Self::Altered { .. }
            | Self::Newer { .. }
            | Self::Read { .. }
            | Self::NoSuchRun { .. }
            | Self::Locked { .. }
            | Self::AtWork { .. } => false,
        }
    }

    /// Whether the place is wrong, and stays so until somebody changes it: no use in trying again.
    pub fn is_of_rights(&self) -> bool {
        use std::io::ErrorKind::{NotADirectory, NotFound, PermissionDenied, ReadOnlyFilesystem};
        match self {
            Self::OthersDirectory { .. } => true,
            Self::Directory { source, .. } | Self::Lock { source, .. } => matches!(
                source.kind(),
                NotADirectory | NotFound | PermissionDenied | ReadOnlyFilesystem
            ),
            Self::Open { source, .. } => place(source) == Some(Place::Forbidden),
            _ => false,
        }
    }

    /// What to do about it; empty when the message says it.
    pub fn help(&self) -> String {
        match self {
            Self::Disk { reason, .. } if place(reason) == Some(Place::Busy) => {
                "try again, when whatever uses the file lets it go: another partner-import, or a \
                 program that backs up, scans or synchronises the folder; nothing was sent"
                    .into()
            }
            Self::Disk { reason, .. } if place(reason) == Some(Place::NoMemory) => {
                "close other programs and try again; nothing was sent".into()
            }
            Self::Disk { .. } => {
                "free some disk space and try again: the journals are as they were, and nothing was sent".into()
            }
            Self::Directory { source, .. } | Self::Lock { source, .. } if is_full(source) => {
                "free some disk space and try again; nothing was sent".into()
            }
            Self::Directory { .. } | Self::Open { .. } | Self::Lock { .. } => {
                "give the directory to the user that this runs as (of a container's volume: \
                 docs/operating.md), or choose one that can be written to with --state-dir; nothing \
                 was sent"
                    .into()
            }
            Self::OthersDirectory { owner, .. } => {
                let user = owner.name.clone().unwrap_or_else(|| format!("#{}", owner.id));
                format!(
                    "run it as that user: `sudo -u {user} partner-import ...`; the job itself, under \
                     systemd: `systemctl start partner-import@NAME.service`; nothing was sent"
                )
            }
            Self::Damaged { .. } | Self::Altered { .. } | Self::Read { .. } => {
                "nothing was sent; restore the file from a backup, or continue without it: `run FILE --new-run` waits until its requests can no longer take effect, and recognises existing customers".into()
            }
            Self::Blank { .. } => "`partner-import runs prune` removes it".into(),
            Self::Newer { .. } => "use the newer version of partner-import".into(),
            Self::Draft { .. } => {
                "nothing was sent, and there is no run to continue: free some disk space where that is the reason, leave the state directory as it is meanwhile, and type the command again".into()
            }
            Self::Write { .. } => {
                "free some disk space; what was sent is settled by looking at the tenant when the run is continued".into()
            }
            Self::Displaced { .. } => {
                "put the file back that was there, or try again when its run has ended".into()
            }
            Self::Remove { .. } => String::new(),
            Self::NoSuchRun { .. } => "`partner-import runs` lists the runs".into(),
            Self::Locked { .. } | Self::AtWork { .. } => {
                "wait until it has ended, or stop it".into()
            }
        }
    }
}

/// What keeps SQLite from using a file that may be as good as ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The disk is full.
    Full,
    /// The disk fails, or the file system cannot do what SQLite needs.
    Failing,
    /// Another process does not let SQLite at the file.
    Busy,
    /// The system has no memory left.
    NoMemory,
    /// SQLite may not do what it is asked for.
    Forbidden,
}

/// What is wrong with the place, where it is to blame. What was read and is not what a journal consists
/// of is the file's fault; that nothing can be written, locked or mapped beside it never is.
fn place(error: &rusqlite::Error) -> Option<Place> {
    use rusqlite::ffi::{
        SQLITE_IOERR_CORRUPTFS, SQLITE_IOERR_DATA, SQLITE_IOERR_READ, SQLITE_IOERR_SHMMAP,
        SQLITE_IOERR_SHMSIZE, SQLITE_IOERR_SHORT_READ,
    };
    let found = error.sqlite_error()?;
    match found.code {
        ErrorCode::DiskFull => Some(Place::Full),
        ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied => {
            Some(Place::Forbidden)
        }
        ErrorCode::SystemIoFailure => match found.extended_code {
            SQLITE_IOERR_READ
            | SQLITE_IOERR_SHORT_READ
            | SQLITE_IOERR_CORRUPTFS
            | SQLITE_IOERR_DATA => None,
            // The file beside the journal through which processes share it: it has no room.
            SQLITE_IOERR_SHMSIZE | SQLITE_IOERR_SHMMAP => Some(Place::Full),
            _ => Some(Place::Failing),
        },
        ErrorCode::OutOfMemory => Some(Place::NoMemory),
        ErrorCode::NoLargeFileSupport => Some(Place::Failing),
        ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::FileLockingProtocolFailed => Some(Place::Busy),
        _ => None,
    }
}

/// Whether a value was read that this tool writes otherwise: pages of the file stand in each other's place.
fn is_no_value_of_ours(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{
        FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, Utf8Error,
    };
    matches!(
        error,
        FromSqlConversionFailure(..)
            | IntegralValueOutOfRange(..)
            | InvalidColumnType(..)
            | Utf8Error(..)
    )
}

/// What is wrong with the disk. SQLite's number is for those who ask what its words mean.
fn in_words(source: &rusqlite::Error) -> String {
    let code = source.sqlite_error().map_or(0, |found| found.extended_code);
    match place(source) {
        Some(Place::Full) => format!("its disk is full (SQLite's code {code})"),
        Some(Place::Busy) => {
            format!("another process has the file locked (SQLite's code {code})")
        }
        Some(Place::NoMemory) => format!("there is no memory left (SQLite's code {code})"),
        Some(Place::Failing) => {
            format!("its disk is full or fails: {source} (SQLite's code {code})")
        }
        _ => source.to_string(),
    }
}

fn is_full(source: &std::io::Error) -> bool {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(source.kind(), FileTooLarge | QuotaExceeded | StorageFull)
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    fn using(code: std::ffi::c_int) -> JournalError {
        let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        JournalError::of_using(Path::new("runs/a.sqlite"), error)
    }

    #[test]
    fn what_is_wrong_with_the_place_is_never_said_of_the_journal() {
        for code in [
            ffi::SQLITE_FULL,
            ffi::SQLITE_IOERR_WRITE,
            ffi::SQLITE_IOERR_FSYNC,
            ffi::SQLITE_IOERR_TRUNCATE,
            ffi::SQLITE_IOERR_LOCK,
            ffi::SQLITE_IOERR_SHMOPEN,
            ffi::SQLITE_IOERR_SHMSIZE,
            ffi::SQLITE_IOERR_SHMLOCK,
            ffi::SQLITE_IOERR_SHMMAP,
            ffi::SQLITE_IOERR_MMAP,
            ffi::SQLITE_CANTOPEN,
            ffi::SQLITE_CANTOPEN_ISDIR,
            ffi::SQLITE_READONLY,
            ffi::SQLITE_READONLY_DIRECTORY,
            ffi::SQLITE_READONLY_CANTINIT,
            ffi::SQLITE_BUSY,
            ffi::SQLITE_NOMEM,
        ] {
            let error = using(code);
            assert!(error.is_of_the_place(), "{code}: {error}");
            assert!(!error.to_string().contains("damaged"), "{code}: {error}");
            assert!(!error.help().contains("--new-run"), "{code}: {error}");
        }
        let busy = using(ffi::SQLITE_BUSY);
        let text = busy.to_string();
        assert!(
            text.contains("another process has the file locked"),
            "{text}"
        );
        assert!(
            busy.help().contains("another partner-import"),
            "{}",
            busy.help()
        );
        for code in [ffi::SQLITE_FULL, ffi::SQLITE_IOERR_SHMSIZE] {
            let text = using(code).to_string();
            assert!(text.contains("its disk is full"), "{text}");
        }
    }

    #[test]
    fn a_value_of_another_kind_says_that_the_file_is_damaged_and_what_to_do() {
        let kind = rusqlite::types::Type::Integer;
        let source = rusqlite::Error::InvalidColumnType(3, "cells".into(), kind);
        let error = JournalError::of_reading(Path::new("runs/a.sqlite"), source);
        assert!(error.to_string().contains("damaged"), "{error}");
        assert!(error.help().contains("--new-run"), "{}", error.help());
    }

    #[test]
    fn what_is_read_and_is_no_journal_is_the_files_fault() {
        for code in [
            ffi::SQLITE_CORRUPT,
            ffi::SQLITE_NOTADB,
            ffi::SQLITE_IOERR_READ,
            ffi::SQLITE_IOERR_SHORT_READ,
        ] {
            let error = using(code);
            assert!(!error.is_of_the_place(), "{code}: {error}");
            assert!(error.to_string().contains("damaged"), "{code}: {error}");
        }
    }
}
