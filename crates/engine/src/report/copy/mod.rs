//! `results.xlsx` as a copy of the user's own workbook: every part of the package goes over as it
//! is, compressed bytes and all; only the customer sheets are filled in, cell styles and notes are
//! appended, and a sheet of counts is added.
//!
//! What could not be filled in without breaking it is refused in words, and the workbook is written
//! from the journal instead. Knows the package and its XML; the values come from [`Facts`].

mod draft;
mod error;
mod fill;
mod hand;
mod mended;
mod outline;
mod part;
mod parts;
mod summary;

use std::path::{Path, PathBuf};

use self::draft::Draft;
pub use self::error::CopyError;
pub use self::mended::{MendedCell, write as write_mended};
use self::outline::Outline;

use tables::edit::package::Package;

use super::facts::Facts;
use super::file::NewFile;
use super::inserted::NewColumns;
use super::next::Next;
use crate::journal::Store;

/// The input of a run, as it is on the disk now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Original {
    /// It is no workbook that could be copied.
    #[default]
    None,
    /// It is what the run has read: its bytes.
    Unchanged(Vec<u8>),
    /// It is not what the run has read any more; why, in words.
    Lost(String),
}

/// A copy that was made.
#[derive(Debug)]
pub struct Copied {
    /// Where.
    pub path: PathBuf,
    /// What of the original is not in it, in words.
    pub left_out: Vec<String>,
    /// The columns that are new, where others have moved for them.
    pub moved: Option<NewColumns>,
}

/// Copies the original and fills it in.
pub fn write(
    facts: &Facts,
    store: &Store,
    original: &[u8],
    next: &[Next],
    path: &Path,
) -> Result<Copied, CopyError> {
    let mut package = Package::open(original.to_owned())?;
    let outline = Outline::of(&mut package, facts)?;
    let mut draft = Draft::of(package, outline, facts, store, next)?;
    let mut file = NewFile::create(path)?;
    draft.save(&mut file)?;
    Ok(Copied {
        path: file.commit()?,
        moved: draft.moved(),
        left_out: draft.left_out(),
    })
}
