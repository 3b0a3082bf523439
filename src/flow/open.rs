//! The list at hand: which file it is, and that it stays the same while it is read.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use crate::journal::RunInfo;

/// A list that was found.
#[derive(Debug, Clone)]
pub struct Opened {
    path: PathBuf,
    /// None where nothing is kept of it: what is read from a pipe can be read once.
    sha256: Option<String>,
}

/// Looks at the list at `path`, and remembers it by the digest of its bytes.
pub fn open(path: &Path) -> Result<Opened, Failure> {
    Ok(Opened {
        path: path.to_owned(),
        sha256: Some(super::digest::sha256(path)?),
    })
}

/// The list at `path`, of which nothing is kept.
pub fn look_at(path: &Path) -> Opened {
    Opened {
        path: path.to_owned(),
        sha256: None,
    }
}

impl Opened {
    /// Where it lies, as it was named.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// SHA-256 of it; empty where nothing is kept of it.
    pub fn sha256(&self) -> &str {
        self.sha256.as_deref().unwrap_or_default()
    }

    /// Refuses a list that changed while it was read: the digest that is kept of it, by which a run
    /// is found again, would be of other bytes than its rows.
    pub fn still(&self) -> Result<(), Failure> {
        let Some(before) = &self.sha256 else {
            return Ok(());
        };
        if super::digest::sha256(&self.path)? == *before {
            return Ok(());
        }
        let text = format!("{} changed while it was read", self.path.display());
        Err(Failure::input(text)
            .hint("nothing was sent; repeat the command when nobody is writing to the file"))
    }
}

/// The file's full path, so that a run of it is found from anywhere. One that is a link stays that: it is the
/// same list when it points to tonight's export.
pub fn full_path(path: &Path) -> String {
    let in_its_place = || {
        let whole = std::path::absolute(path).ok()?;
        let place = dunce::canonicalize(whole.parent()?).ok()?;
        Some(place.join(whole.file_name()?))
    };
    in_its_place()
        .or_else(|| dunce::canonicalize(path).ok())
        .unwrap_or_else(|| path.to_owned())
        .display()
        .to_string()
}

/// Whether a run was of the list at `path`, as it was named; runs of earlier versions kept where a link led.
pub fn is_list_of(info: &RunInfo, path: &Path) -> bool {
    let led_to = || dunce::canonicalize(path).ok();
    info.input_full_path == full_path(path)
        || led_to().is_some_and(|target| target.display().to_string() == info.input_full_path)
}
