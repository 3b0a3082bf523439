//! How far a journal had come when something was last acknowledged, kept in the file of its lock.
//! `SQLite` takes a log that ends too early for one that was torn by a crash, and a file of no length
//! for a new one: what is missing then was acknowledged, and may have been sent.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::JournalError;

/// Where a journal's lock is: beside it.
pub(super) fn journal_lock(journal: &Path) -> PathBuf {
    journal.with_extension("lock")
}

/// Before the number, by whether the run has ended; behind it stands a checksum.
const OPEN: &[u8; 8] = b"reached:";
const ENDED: &[u8; 8] = b"ended at";
const LENGTH: usize = 20;

/// What is noted of a journal: how many events are in it beside its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// Of a run that goes on.
    Open(u64),
    /// Of one that has ended.
    Ended(u64),
}

impl Noted {
    pub(super) fn events(self) -> u64 {
        match self {
            Self::Open(events) | Self::Ended(events) => events,
        }
    }
}

/// Notes how far the journal has come. It need not survive a power cut, only
/// the process: a note that is too old asks for too little.
pub(super) fn note(mut file: &File, noted: Noted) -> io::Result<()> {
    let mut bytes = [0; LENGTH];
    let (mark, events) = match noted {
        Noted::Open(events) => (OPEN, events),
        Noted::Ended(events) => (ENDED, events),
    };
    bytes[..8].copy_from_slice(mark);
    bytes[8..16].copy_from_slice(&events.to_le_bytes());
    let sum = crc32fast::hash(&bytes[..16]);
    bytes[16..].copy_from_slice(&sum.to_le_bytes());
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&bytes)
}

/// The events that must be there; `None` where nothing was noted: before the plan, by older versions,
/// and where the file cannot be read because its process lives.
fn noted(path: &Path) -> io::Result<Option<Noted>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        // Windows lets nobody read what is locked.
        Err(_) if cfg!(windows) => return Ok(None),
        Err(error) => return Err(error),
    };
    if bytes.iter().all(|byte| *byte == 0) {
        return Ok(None);
    }
    let whole: Option<&[u8; LENGTH]> = bytes.as_slice().try_into().ok();
    let found = whole.and_then(|bytes| {
        let (told, sum) = bytes.split_at(16);
        let holds = crc32fast::hash(told).to_le_bytes() == *sum;
        let number = told[8..].try_into().ok().filter(|_| holds)?;
        let events = u64::from_le_bytes(number);
        match &told[..8] {
            mark if mark == OPEN => Some(Noted::Open(events)),
            mark if mark == ENDED => Some(Noted::Ended(events)),
            _ => None,
        }
    });
    match found {
        Some(noted) => Ok(Some(noted)),
        None => Err(io::Error::from(ErrorKind::InvalidData)),
    }
}

/// The same of a journal.
pub(super) fn of_journal(journal: &Path) -> Result<Option<Noted>, JournalError> {
    let lock = journal_lock(journal);
    noted(&lock).map_err(|error| match error.kind() {
        // Read, and not what was written into it; or no file at all.
        ErrorKind::InvalidData | ErrorKind::IsADirectory => JournalError::Altered {
            path: journal.to_owned(),
            what: "the note of how far it had come, in the .lock beside it, cannot be read".into(),
        },
        _ => JournalError::Lock {
            path: lock,
            source: error,
        },
    })
}

/// Where journals were whose runs had not ended, by the notes beside them: of each, what is wrong.
pub fn gone(state_dir: &Path) -> Vec<(PathBuf, JournalError)> {
    let entries = fs::read_dir(state_dir.join("runs"));
    let locks = entries
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let mut gone: Vec<(PathBuf, JournalError)> = locks
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "lock")
        })
        .filter(|path| !matches!(noted(path), Ok(None | Some(Noted::Ended(_)))))
        .map(|path| path.with_extension("sqlite"))
        .filter(|journal| !journal.exists())
        .map(|journal| {
            let error = JournalError::Altered {
                path: journal.clone(),
                what: "the file is gone, and the .lock beside it says that its run had not ended"
                    .into(),
            };
            (journal, error)
        })
        .collect();
    gone.sort_by(|(one, _), (other, _)| one.cmp(other));
    gone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_read_as_it_was_written_or_not_at_all() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.lock");
        assert_eq!(noted(&path).unwrap(), None);
        let file = File::create(&path).unwrap();
        assert_eq!(noted(&path).unwrap(), None);
        for events in [0, 7, u64::MAX, 3] {
            for written in [Noted::Open(events), Noted::Ended(events)] {
                note(&file, written).unwrap();
                assert_eq!(noted(&path).unwrap(), Some(written));
            }
        }
        let right = fs::read(&path).unwrap();
        for at in 0..right.len() {
            let mut wrong = right.clone();
            wrong[at] ^= 4;
            fs::write(&path, &wrong).unwrap();
            assert!(noted(&path).is_err(), "byte {at}");
            fs::write(&path, &right[..at]).unwrap();
            assert!(at == 0 || noted(&path).is_err(), "{at} bytes");
        }
        fs::write(&path, [0; LENGTH]).unwrap();
        assert_eq!(noted(&path).unwrap(), None, "never on the disk");
    }
}
