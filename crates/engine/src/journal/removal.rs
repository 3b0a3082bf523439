//! Removes a run's file and what SQLite keeps beside it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::JournalError;
use super::reached::journal_lock;

/// The lock first: left alone, it would tell of a journal that is gone.
fn files(journal: &Path) -> [PathBuf; 4] {
    let beside = |end: &str| {
        let mut name = journal.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let lock = journal_lock(journal);
    [lock, beside(""), beside("-wal"), beside("-shm")]
}

/// How many bytes a run's files have.
pub fn size(journal: &Path) -> u64 {
    let sizes = files(journal).map(|path| fs::metadata(path).map_or(0, |data| data.len()));
    sizes.iter().sum()
}

/// Moves a journal that cannot be read to where it is nobody's obstacle, and tells where that is: its
/// log and its lock too, as far as they are there.
pub fn set_aside(journal: &Path) -> Result<PathBuf, JournalError> {
    let aside = |path: &Path| {
        let mut name = path.as_os_str().to_owned();
        name.push(".damaged");
        PathBuf::from(name)
    };
    for path in files(journal) {
        match fs::rename(&path, aside(&path)) {
            Err(source) if source.kind() != ErrorKind::NotFound => {
                return Err(JournalError::Remove { path, source });
            }
            _ => {}
        }
    }
    Ok(aside(journal))
}

/// The journals that were moved aside, oldest first.
pub fn aside(state_dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(state_dir.join("runs"));
    let paths = entries.into_iter().flatten().flatten();
    let mut aside: Vec<PathBuf> = paths
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".sqlite.damaged"))
        .collect();
    aside.sort();
    aside
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
