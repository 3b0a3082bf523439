//! What is being typed into a cell of a list. It is no mend before it is finished; but when the process
//! ends, the page of the next one has another address, and the browser keeps nothing for that.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::gui::wire::Draft;
use crate::journal::private;

/// Longer than any cell.
const LONGEST: u64 = 1 << 20;

/// Where it is kept, and what an earlier process has left there.
pub(super) struct Drafts {
    path: PathBuf,
    left: Mutex<Option<Draft>>,
}

impl Drafts {
    /// In the directory of a list. What cannot be read there is nothing: nobody was told that it is kept.
    pub(super) fn open(dir: &Path) -> Self {
        let path = dir.join("draft.json");
        let small = fs::symlink_metadata(&path).is_ok_and(|it| it.is_file() && it.len() <= LONGEST);
        let text = small.then(|| fs::read(&path).ok()).flatten();
        let left = text.and_then(|text| serde_json::from_slice(&text).ok());
        Self {
            path,
            left: Mutex::new(left),
        }
    }

    /// What an earlier process has left, until something is typed in this one.
    pub(super) fn left(&self) -> Option<Draft> {
        let left = self.left.lock();
        left.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps what is being typed; none: nothing is any more.
    pub(super) fn keep(&self, draft: Option<&Draft>) -> std::io::Result<()> {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        *left = None;
        match draft {
            Some(draft) => {
                let text = serde_json::to_vec(draft)?;
                let mut file = private::own(&self.path)?;
                file.set_len(0)?;
                file.write_all(&text)
            }
            None => match fs::remove_file(&self.path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            },
        }
    }
}
