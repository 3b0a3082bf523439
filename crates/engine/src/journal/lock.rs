//! One run at a time per target: a file lock that ends with its process, and a note beside it of
//! who holds it.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::holder::Holder;
use super::reached::{self, journal_lock};
use super::{JournalError, NamedFile, private};

/// The lock, held until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct TargetLock {
    _file: File,
    named: NamedFile,
    note: PathBuf,
    holder: Holder,
}

impl TargetLock {
    /// Takes the lock of one target (endpoint and partner), or tells who has it.
    pub fn take(state_dir: &Path, target: &str, holder: &Holder) -> Result<Self, JournalError> {
        for_its_owner(state_dir)?;
        let directory = state_dir.join("locks");
        private::directory(&directory).map_err(|source| JournalError::Directory {
            path: directory.clone(),
            source,
        })?;
        let (path, note) = paths(state_dir, target);
        let held = || JournalError::Locked {
            holder: read_note(&note),
        };
        let (file, named) = locked(&path, held)?;
        let lock = Self {
            _file: file,
            named,
            note,
            holder: holder.clone(),
        };
        lock.write_note();
        Ok(lock)
    }

    /// The lock's file: a lock whose file has lost its name keeps nobody out.
    pub fn named(&self) -> &NamedFile {
        &self.named
    }

    /// Tells those who ask which run it is.
    pub fn names(&mut self, run: &str) {
        run.clone_into(&mut self.holder.run);
        self.write_note();
    }

    /// Who has the lock of a target, when somebody has. Where nobody left a note, the lock is not
    /// even looked at; a note whose writer was killed is seen through.
    pub fn holder(state_dir: &Path, target: &str) -> Option<Holder> {
        let (path, note) = paths(state_dir, target);
        if !note.exists() {
            return None;
        }
        let file = File::options().read(true).write(true).open(path).ok()?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => Some(read_note(&note)),
            Ok(()) | Err(TryLockError::Error(_)) => None,
        }
    }

    /// The lock counts, the note only explains it. It is replaced as a whole, so that nobody reads
    /// half of it.
    fn write_note(&self) {
        let Ok(text) = serde_json::to_string(&self.holder) else {
            return;
        };
        let new = self.note.with_extension("new");
        let _ = fs::remove_file(&new);
        let written = private::open(&new).and_then(|mut file| file.write_all(text.as_bytes()));
        if written.and_then(|()| fs::rename(&new, &self.note)).is_err() {
            let _ = fs::remove_file(&self.note);
        }
    }
}

/// Refuses to let root make files in a state directory that is another user's, who could not open
/// them: a first run by hand would keep out the job whose directory that is.
pub fn for_its_owner(state_dir: &Path) -> Result<(), JournalError> {
    // One that is yet to be made belongs where it is made: below the job's directory it is the job's.
    let place = state_dir
        .ancestors()
        .map(|place| {
            if place == Path::new("") {
                Path::new(".")
            } else {
                place
            }
        })
        .find(|place| place.exists())
        .unwrap_or(state_dir);
    match private::other_owner(place) {
        None => Ok(()),
        Some(owner) => Err(JournalError::OthersDirectory {
            path: place.to_owned(),
            owner,
        }),
    }
}

/// The lock of one run's journal: nobody else writes it, readers are let in. `SQLite`'s own locks
/// last a transaction, and would shut readers out; so it is a file beside the journal.
#[derive(Debug)]
pub struct JournalLock {
    file: File,
    named: NamedFile,
}

impl JournalLock {
    /// Takes the lock, or tells that another process is writing the journal.
    pub fn take(journal: &Path) -> Result<Self, JournalError> {
        let path = journal_lock(journal);
        let held = || JournalError::AtWork {
            path: journal.to_owned(),
        };
        let (file, named) = locked(&path, held)?;
        Ok(Self { file, named })
    }

    /// Notes how far the journal has come.
    pub fn note(&self, noted: reached::Noted) -> io::Result<()> {
        reached::note(&self.file, noted)
    }

    /// The lock's file.
    pub fn named(&self) -> &NamedFile {
        &self.named
    }
}

/// Locks a file of ours; the error is `held`'s where another process has it.
fn locked(
    path: &Path,
    held: impl FnOnce() -> JournalError,
) -> Result<(File, NamedFile), JournalError> {
    let failed = |source| JournalError::Lock {
        path: path.to_owned(),
        source,
    };
    let file = private::open(path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok((file, NamedFile::at(path).map_err(failed)?)),
        Err(TryLockError::WouldBlock) => Err(held()),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// The lock of a target, and the note beside it.
fn paths(state_dir: &Path, target: &str) -> (PathBuf, PathBuf) {
    let name = target_digest(target);
    let path = |end: &str| state_dir.join("locks").join(format!("{name}.{end}"));
    (path("lock"), path("holder.json"))
}

impl Drop for TargetLock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.note);
    }
}

fn read_note(note: &Path) -> Holder {
    let text = fs::read_to_string(note).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// What files that belong to a target are called.
pub fn target_digest(target: &str) -> String {
    hex(&Sha256::digest(target.as_bytes())[..8])
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_is_told_who_has_the_lock() {
        let directory = tempfile::tempdir().unwrap();
        let holder = Holder {
            host: "laptop".into(),
            process: 4711,
            since: "2026-11-23T20:00:00Z".into(),
            input: "a.csv".into(),
            run: String::new(),
        };
        let mut lock = TargetLock::take(directory.path(), "https://a\nMSP", &holder).unwrap();
        let refused = TargetLock::take(directory.path(), "https://a\nMSP", &holder).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "another run is at work on this target: process 4711 on laptop since \
             2026-11-23T20:00:00Z (a.csv)"
        );
        assert!(TargetLock::take(directory.path(), "https://a\nOther", &holder).is_ok());
        lock.names("20261123-200000-abcd");
        let refused = TargetLock::take(directory.path(), "https://a\nMSP", &holder).unwrap_err();
        assert!(
            refused
                .to_string()
                .ends_with("(a.csv, run 20261123-200000-abcd)"),
            "{refused}"
        );
        let told = TargetLock::holder(directory.path(), "https://a\nMSP").unwrap();
        assert_eq!((told.process, &*told.run), (4711, "20261123-200000-abcd"));
        drop(lock);
        assert_eq!(TargetLock::holder(directory.path(), "https://a\nMSP"), None);
        assert!(TargetLock::take(directory.path(), "https://a\nMSP", &holder).is_ok());
    }
}
