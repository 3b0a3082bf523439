//! Whether a file that is open still bears its name. A file that was moved or removed can be written
//! on and on while everybody else sees another one, or none: two runs would think themselves alone.
//! The only place that knows how systems tell files apart.

use std::io;
use std::path::{Path, PathBuf};

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

    /// Whether the other one is another file, and bore the same name.
    pub fn replaces(&self, other: &Self) -> bool {
        self.path == other.path && self.id != other.id
    }

    /// Whether the file still bears its name.
    pub fn has_its_name(&self) -> bool {
        id_of(&self.path).is_ok_and(|id| id == self.id)
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
}
