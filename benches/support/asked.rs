//! What of a benchmark is asked for on its command line, and a clean place for its files.

use std::fs;
use std::io;
use std::path::PathBuf;

/// The parts that were named.
pub struct Asked(Vec<String>);

impl Asked {
    /// Reads the command line.
    pub fn of_command_line() -> Self {
        let named = std::env::args().skip(1);
        Self(named.filter(|one| !one.starts_with('-')).collect())
    }

    /// Whether this part runs: without a name all do.
    pub fn runs(&self, name: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|one| one == name)
    }
}

/// An empty folder for a benchmark's files.
pub fn place(name: &str) -> io::Result<PathBuf> {
    let place = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    if place.exists() {
        fs::remove_dir_all(&place)?;
    }
    fs::create_dir_all(&place)?;
    Ok(place)
}
