//! The runs there are.

use std::path::{Path, PathBuf};

use super::advice::Advice;
use super::failure::Failure;
use crate::journal::{JournalError, Store, runs};

/// Opens a run by its id, or by the beginning of it where that is enough.
pub fn open_run(state_dir: &Path, id: &str) -> Result<Store, Failure> {
    let named: Vec<PathBuf> = runs(state_dir)?
        .into_iter()
        .filter(|path| {
            let stem = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            stem.starts_with(id) && !id.is_empty()
        })
        .collect();
    match named.as_slice() {
        [path] => Ok(Store::open(path)?),
        [] => Err(JournalError::NoSuchRun {
            run: id.to_owned(),
            path: state_dir.to_owned(),
        }
        .into()),
        [..] => {
            Err(Failure::usage(format!("several runs begin with \"{id}\"")).hint(Advice::ListRuns))
        }
    }
}
