//! Whether a file that is open still bears its name. A file that was moved or removed can be written
//! on and on while everybody else sees another one, or none: two runs would think themselves alone.
//! The only place that knows how systems tell files apart.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A file, as it stood under its name when it was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    path: PathBuf,
    id: FileId,
}

/// Device and number of a file.
#[cfg(unix)]
type FileId = (u64, u64);
/// Windows lets nobody take the name of a file that is open; whether the name is there is enough.
#[cfg(not(unix))]
type FileId = ();

impl NamedFile {
    /// The file that bears this name now.
    pub fn at(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            id: id_of(path)?,
        })
    }

    /// The name.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the file still bears its name.
    pub fn has_its_name(&self) -> bool {
        id_of(&self.path).is_ok_and(|id| id == self.id)
    }
}

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
        if open
            .iter()
            .any(|one| one.path == named.path && one.id != named.id)
        {
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

#[cfg(unix)]
fn id_of(path: &Path) -> io::Result<FileId> {
    use std::os::unix::fs::MetadataExt;
    let found = std::fs::metadata(path)?;
    Ok((found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn id_of(path: &Path) -> io::Result<FileId> {
    std::fs::metadata(path).map(drop)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_that_is_moved_removed_or_replaced_has_lost_its_name() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        let make = || {
            fs::write(&path, "x").unwrap();
            NamedFile::at(&path).unwrap()
        };
        let named = make();
        assert!(named.has_its_name());
        // What is written into it changes nothing.
        fs::write(&path, "longer").unwrap();
        assert!(named.has_its_name());
        fs::rename(&path, directory.path().join("b")).unwrap();
        assert!(!named.has_its_name());
        let named = make();
        fs::remove_file(&path).unwrap();
        assert!(!named.has_its_name());
        if cfg!(unix) {
            // Another file under the same name; the first is kept so that its number is not free.
            let named = make();
            fs::rename(&path, directory.path().join("c")).unwrap();
            let _other = make();
            assert!(!named.has_its_name());
        }
    }

    #[cfg(unix)]
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
