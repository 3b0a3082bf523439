//! The SQLite files that this process has open: none is opened beside another one that bore its name.

use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OpenFlags};

use super::{JournalError, NamedFile};

/// The files that this process has open.
static OPEN: Mutex<Vec<NamedFile>> = Mutex::new(Vec::new());

fn open_files() -> MutexGuard<'static, Vec<NamedFile>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file that this process has open, for as long as this lives.
///
/// SQLite shares memory between its connections to a file by a second one beside it, which bears the
/// name of the first. Its locks keep other processes from it, and not this one: whoever opens another
/// file that bears the name meanwhile would cut that memory off under the first connection, and the
/// system would end the process. Hence [`OpenFile::of`] before a file is opened, and
/// [`OpenFile::has_its_name`] before it is read.
#[derive(Debug)]
pub struct OpenFile(NamedFile);

impl OpenFile {
    /// Notes the file that bears this name; `None` where this process has another one open that bore it.
    ///
    /// # Errors
    ///
    /// Where there is none.
    pub fn of(path: &Path) -> io::Result<Option<Self>> {
        let named = NamedFile::at(path)?;
        let mut open = open_files();
        if open.iter().any(|one| named.replaces(one)) {
            return Ok(None);
        }
        open.push(named.clone());
        Ok(Some(Self(named)))
    }

    /// Whether the file still bears its name.
    pub fn has_its_name(&self) -> bool {
        self.0.has_its_name()
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        let mut open = open_files();
        if let Some(place) = open.iter().position(|one| *one == self.0) {
            open.swap_remove(place);
        }
    }
}

/// Opens a journal that is noted to be open for as long as the first of the two lives. Nothing is read yet.
pub(super) fn connect(
    path: &Path,
    flags: OpenFlags,
) -> Result<(OpenFile, Connection), JournalError> {
    let displaced = || JournalError::Displaced {
        path: path.to_owned(),
    };
    let noted = match OpenFile::of(path) {
        Ok(None) => return Err(displaced()),
        Ok(noted) => noted,
        // SQLite says why.
        Err(_) => None,
    };
    let connection = Connection::open_with_flags(path, flags)
        .map_err(|source| JournalError::of_opening(path, source))?;
    match noted.filter(OpenFile::has_its_name) {
        Some(noted) => Ok((noted, connection)),
        None => Err(displaced()),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_is_not_opened_beside_another_one_that_bore_its_name() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        fs::write(&path, "x").unwrap();
        let open = || OpenFile::of(&path).unwrap();
        let (first, again) = (open().unwrap(), open().unwrap());
        fs::rename(&path, directory.path().join("b")).unwrap();
        fs::write(&path, "y").unwrap();
        assert!(open().is_none());
        drop(first);
        assert!(open().is_none(), "the other one is open still");
        drop(again);
        assert!(open().is_some());
    }
}
