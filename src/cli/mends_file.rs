//! A mends file, as it is named on the command line.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::plain_text;
use crate::check::Mends;

/// A file of mends, read.
#[derive(Debug, Clone)]
pub struct MendsFile {
    /// Where it lies, as it was named.
    pub path: PathBuf,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
    /// What it says.
    pub mends: Arc<Mends>,
}

impl MendsFile {
    /// Reads the file at `path`.
    pub fn read(path: &Path) -> Result<Self, String> {
        let unreadable =
            |error: &dyn std::fmt::Display| format!("cannot read {}: {error}", path.display());
        let bytes = std::fs::read(path).map_err(|error| unreadable(&error))?;
        let text = plain_text::decode(bytes).map_err(|error| unreadable(&error))?;
        let mends = Mends::parse(&text)
            .map_err(|error| format!("{} is no file of mends: {error}", path.display()))?;
        let sha256 = crate::read::sha256(path).map_err(|error| unreadable(&error))?;
        Ok(Self {
            path: path.to_owned(),
            sha256,
            mends: Arc::new(mends),
        })
    }
}
