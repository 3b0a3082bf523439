//! Which profiles that lie about may decide where passwords go, what is run and what is written:
//! those that a person has looked at. Each is remembered by where it lies and what it says, so that
//! a changed one is a new one. Nothing is ever read from the remembered files but that they exist.

use std::io;
use std::path::{Path, PathBuf};

use super::found::FILE_NAME;
use crate::model::digest::sha256_of;

/// Where the user's own profile and the marks of what is trusted are: the directory for settings,
/// none without a home directory.
#[derive(Debug, Clone, Copy)]
pub struct Trust<'a>(pub Option<&'a Path>);

/// The path without links and dots, where the file is there. A link to a file elsewhere is a place of
/// its own: what the file says would mean something else here.
pub fn full(path: &Path) -> PathBuf {
    let Ok(file) = dunce::canonicalize(path) else {
        return path.to_owned();
    };
    let directory = match path.parent() {
        Some(directory) if directory != Path::new("") => directory,
        _ => Path::new("."),
    };
    match (dunce::canonicalize(directory), path.file_name()) {
        (Ok(directory), Some(name)) if file.parent() != Some(&directory) => directory.join(name),
        _ => file,
    }
}

impl Trust<'_> {
    /// The user's own profile, which lies under every one that is found.
    pub fn own_profile(self) -> Option<PathBuf> {
        self.0.map(|directory| directory.join(FILE_NAME))
    }

    /// Whether the user trusts what `bytes` say at this place.
    pub fn is_trusted(self, path: &Path, bytes: &[u8]) -> bool {
        self.mark(path, bytes).is_some_and(|mark| mark.is_file())
    }

    /// Trusts what `bytes` say at this place, and nothing that the file said before.
    pub fn remember(self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.forget(path)?;
        let mark = self
            .mark(path, bytes)
            .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "there is no home directory"))?;
        if let Some(directory) = mark.parent() {
            std::fs::create_dir_all(directory)?;
        }
        std::fs::write(mark, full(path).as_os_str().as_encoded_bytes())
    }

    /// Trusts nothing that lies at this place; whether something was.
    pub fn forget(self, path: &Path) -> io::Result<bool> {
        let Some(directory) = self.marks() else {
            return Ok(false);
        };
        let wanted = full(path);
        let mut was_there = false;
        for entry in std::fs::read_dir(directory).into_iter().flatten() {
            let entry = entry?.path();
            let of = std::fs::read(&entry).unwrap_or_default();
            if of == wanted.as_os_str().as_encoded_bytes() {
                std::fs::remove_file(&entry)?;
                was_there = true;
            }
        }
        Ok(was_there)
    }

    fn marks(self) -> Option<PathBuf> {
        self.0.map(|directory| directory.join("trusted"))
    }

    /// The file that stands for a trusted profile, named after its place and content.
    fn mark(self, path: &Path, bytes: &[u8]) -> Option<PathBuf> {
        let place = full(path);
        let named = [place.as_os_str().as_encoded_bytes(), b"\0", bytes].concat();
        self.marks()
            .map(|directory| directory.join(sha256_of(&named)))
    }
}
