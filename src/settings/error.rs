//! What can be wrong with settings.

use std::fmt::Write;
use std::path::PathBuf;

use super::layers::Wrong;

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A profile cannot be read.
    #[error("cannot read the profile {}: {source}", path.display())]
    Unreadable {
        /// The profile.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A profile holds what it must not.
    #[error("the profile is wrong")]
    Profile {
        /// Every mistake, each with file and line.
        problems: Vec<String>,
    },
    /// A file of many tenants holds what it must not.
    #[error("the fleet file is wrong")]
    Fleet {
        /// Every mistake, each with file and line.
        problems: Vec<String>,
    },
    /// A value cannot be used.
    #[error(transparent)]
    Value(#[from] Wrong),
    /// A flag that changes nothing.
    #[error("--allow-move changes nothing without --on-exists update")]
    MoveWithoutUpdate,
    /// Nobody says where journals are to be kept.
    #[error("there is no home directory to keep the journal in")]
    NoHome,
}

/// An error and its causes, in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let _ = write!(text, ": {next}");
        cause = next.source();
    }
    text
}
