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
    /// A file that could be opened, and then not used: the place's fault where nothing can be written there,
    /// else the file's.
    pub(super) fn of_using(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        if is_of_rights(&source) {
            return Self::Open { path, source };
        }
        Self::Damaged { path, source }
    }

    /// Whether the place is wrong, and stays so until somebody changes it: no use in trying again.
    pub fn is_of_the_place(&self) -> bool {
        use std::io::ErrorKind::{NotADirectory, NotFound, PermissionDenied, ReadOnlyFilesystem};
        match self {
            Self::OthersDirectory { .. } => true,
            Self::Directory { source, .. } | Self::Lock { source, .. } => matches!(
                source.kind(),
                NotADirectory | NotFound | PermissionDenied | ReadOnlyFilesystem
            ),
            Self::Open { source, .. } => is_of_rights(source),
            _ => false,
        }
    }

    /// What to do about it; empty when the message says it.
    pub fn help(&self) -> String {
        match self {
            Self::Open { source, .. } if is_no_space(source) => {
                "free some disk space, or choose another directory with --state-dir; nothing was sent".into()
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
            Self::Damaged { .. } | Self::Altered { .. } => {
                "nothing was sent; restore the file from a backup, or go on without it: `run FILE --new-run` waits until nothing of it can land any more, and looks in the tenant who exists already".into()
            }
            Self::Blank { .. } => "`partner-import runs prune` removes it".into(),
            Self::Newer { .. } => "use the newer version of partner-import".into(),
            Self::Write { .. } => {
                "free some disk space; what was sent is settled by looking at the tenant when the run is continued".into()
            }
            Self::Read { .. } | Self::Remove { .. } => String::new(),
            Self::NoSuchRun { .. } => "`partner-import runs` lists the runs".into(),
            Self::Locked { .. } | Self::AtWork { .. } => {
                "wait until it has ended, or stop it".into()
            }
        }
    }
}

/// Whether SQLite may not do what it is asked for.
fn is_of_rights(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|found| {
        matches!(
            found.code,
            ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied
        )
    })
}

/// Whether SQLite could open a file and not write to it: a full disk, most likely.
fn is_no_space(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error();
    code.is_some_and(|found| {
        matches!(found.code, ErrorCode::DiskFull)
            || found.extended_code == rusqlite::ffi::SQLITE_IOERR_WRITE
    })
}
