//! How far a journal had come when something was last acknowledged, kept in the file of its lock.
//! `SQLite` takes a log that ends too early for one that was torn by a crash, and a file of no length
//! for a new one: what is missing then was acknowledged, and may have been sent.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::path::Path;

use super::lock::journal_lock;
use super::{JournalError, Store};

/// Before the number; behind it stands a checksum.
const MARK: &[u8; 8] = b"reached:";
const LENGTH: usize = 20;

/// Notes that so many events are in the journal, and its plan. It need not survive a power cut, only
/// the process: a note that is too old asks for too little.
pub(super) fn note(mut file: &File, events: u64) -> io::Result<()> {
    let mut bytes = [0; LENGTH];
    bytes[..8].copy_from_slice(MARK);
    bytes[8..16].copy_from_slice(&events.to_le_bytes());
    let sum = crc32fast::hash(&bytes[..16]);
    bytes[16..].copy_from_slice(&sum.to_le_bytes());
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&bytes)
}

/// The events that must be there; `None` where nothing was noted: before the plan, by older versions,
/// and where the file cannot be read because its process lives.
fn noted(path: &Path) -> io::Result<Option<u64>> {
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
        let holds = crc32fast::hash(told).to_le_bytes() == *sum && told.starts_with(MARK);
        let number = told[8..].try_into().ok().filter(|_| holds)?;
        Some(u64::from_le_bytes(number))
    });
    match found {
        Some(events) => Ok(Some(events)),
        None => Err(io::Error::from(ErrorKind::InvalidData)),
    }
}

/// The same of a journal.
pub(super) fn of_journal(journal: &Path) -> Result<Option<u64>, JournalError> {
    noted(&journal_lock(journal)).map_err(|_| JournalError::Altered {
        path: journal.to_owned(),
        what: "the note of how far it had come, in the .lock beside it, cannot be read".into(),
    })
}

impl Store {
    /// Whether everything is there that was acknowledged.
    pub(super) fn reaches(&self, noted: Option<u64>) -> Result<(), JournalError> {
        let Some(noted) = noted else {
            return Ok(());
        };
        let sql = "SELECT EXISTS (SELECT 1 FROM run WHERE planned_ms IS NOT NULL)";
        let found = self.connection.query_row(sql, [], |row| row.get(0));
        if !found.map_err(|error| self.unreadable(error))? {
            return Err(self.altered("all that was written into it is missing".into()));
        }
        match self.events().map_err(|error| self.unreadable(error))? {
            events if events < noted => Err(self.altered(format!(
                "the last of its events are missing ({events} of {noted} are there)"
            ))),
            _ => Ok(()),
        }
    }

    fn events(&self) -> rusqlite::Result<u64> {
        let sql = "SELECT coalesce(max(seq), 0) FROM event";
        let last: i64 = self
            .connection
            .prepare_cached(sql)?
            .query_row([], |row| row.get(0))?;
        Ok(last.unsigned_abs())
    }

    /// Notes how far it has come, before anybody is told.
    pub(super) fn note(&self) -> Result<(), JournalError> {
        let Some(lock) = &self.lock else {
            return Ok(());
        };
        let events = self.events().map_err(|error| self.unwritable(&error))?;
        lock.note(events).map_err(|error| self.unwritable(&error))
    }
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
            note(&file, events).unwrap();
            assert_eq!(noted(&path).unwrap(), Some(events));
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
