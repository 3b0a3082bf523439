//! Which profiles that lie about may decide where passwords go, what is run and what is written:
//! those that a person has looked at. Each is remembered by where it lies and what it says, so that
//! a changed one is a new one. Nothing is ever read from the remembered files but that they exist.

use std::io;
use std::path::{Path, PathBuf};

use etcetera::{AppStrategy, choose_app_strategy};

use super::FILE_NAME;
use crate::cli::settings::{app, variable};
use crate::flow::digest::sha256_of;

/// Where the user's own profile and what the user trusts are kept: `PARTNER_IMPORT_CONFIG_DIR`,
/// else the platform's directory for settings. `None` without a home directory.
pub fn config_dir() -> Option<PathBuf> {
    let told = variable("PARTNER_IMPORT_CONFIG_DIR").map(PathBuf::from);
    told.or_else(|| {
        let strategy = choose_app_strategy(app()).ok()?;
        Some(strategy.config_dir())
    })
}

/// The user's own profile, which lies under every one that is found.
pub fn own_profile() -> Option<PathBuf> {
    config_dir().map(|directory| directory.join(FILE_NAME))
}

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

/// Whether the user trusts what `bytes` say at this place.
pub fn is_trusted(path: &Path, bytes: &[u8]) -> bool {
    mark(path, bytes).is_some_and(|mark| mark.is_file())
}

/// Trusts what `bytes` say at this place, and nothing that the file said before.
pub fn remember(path: &Path, bytes: &[u8]) -> io::Result<()> {
    forget(path)?;
    let mark = mark(path, bytes)
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "there is no home directory"))?;
    if let Some(directory) = mark.parent() {
        std::fs::create_dir_all(directory)?;
    }
    std::fs::write(mark, full(path).as_os_str().as_encoded_bytes())
}

/// Trusts nothing that lies at this place; whether something was.
pub fn forget(path: &Path) -> io::Result<bool> {
    let Some(directory) = marks() else {
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

fn marks() -> Option<PathBuf> {
    config_dir().map(|directory| directory.join("trusted"))
}

/// The file that stands for a trusted profile, named after its place and content.
fn mark(path: &Path, bytes: &[u8]) -> Option<PathBuf> {
    let place = full(path);
    let named = [place.as_os_str().as_encoded_bytes(), b"\0", bytes].concat();
    marks().map(|directory| directory.join(sha256_of(&named)))
}
