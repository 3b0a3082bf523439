//! Removes a run's file and what SQLite keeps beside it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::JournalError;
use super::lock::journal_lock;

/// The journal itself first: without it the others mean nothing.
fn files(journal: &Path) -> [PathBuf; 4] {
    let beside = |end: &str| {
        let mut name = journal.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let lock = journal_lock(journal);
    [beside(""), beside("-wal"), beside("-shm"), lock]
}

/// How many bytes a run's files have.
pub fn size(journal: &Path) -> u64 {
    let sizes = files(journal).map(|path| fs::metadata(path).map_or(0, |data| data.len()));
    sizes.iter().sum()
}

/// Removes a run's files. The run is gone for good.
pub fn remove(journal: &Path) -> Result<(), JournalError> {
    for path in files(journal) {
        match fs::remove_file(&path) {
            Err(source) if source.kind() != ErrorKind::NotFound => {
                return Err(JournalError::Remove { path, source });
            }
            _ => {}
        }
    }
    Ok(())
}
