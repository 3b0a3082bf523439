//! The built-in stand-in for the service, emptied: its tenant is as it was before the first run.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::enter::lock;
use super::failure::Failure;
use super::host::Host;
use super::target::{lock_key, sandbox_db};
use super::unfinished::{is_unfinished, opened};
use crate::journal::record::{Mode, UndoEntry};
use crate::journal::{Entry, runs};
use crate::model::Ending;
use crate::sandbox::ACCOUNT_PARTNER;

/// What was emptied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emptied {
    /// Where the tenant is kept.
    pub db: PathBuf,
    /// Whether there was one.
    pub was_there: bool,
    /// Unfinished runs that were closed: what they had created is gone.
    pub closed: Vec<String>,
}

/// Empties the stand-in of this state directory. A run that is at work in it holds its lock.
///
/// # Errors
/// When a run is at work there, or files cannot be removed.
pub fn reset(host: &Host, now_ms: i64) -> Result<Emptied, Failure> {
    let db = sandbox_db(&host.state_dir);
    if !host.state_dir.exists() {
        return Ok(Emptied {
            db,
            was_there: false,
            closed: Vec::new(),
        });
    }
    let key = lock_key("sandbox", ACCOUNT_PARTNER);
    let _lock = lock(host, &key, Path::new("sandbox reset"), now_ms)?;
    let closed = close_unfinished(&host.state_dir, now_ms)?;
    let mut was_there = false;
    for ending in ["", "-wal", "-shm"] {
        let mut path = db.clone().into_os_string();
        path.push(ending);
        let path = PathBuf::from(path);
        match fs::remove_file(&path) {
            Ok(()) => was_there |= ending.is_empty(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                let text = format!("cannot remove {}: {error}", path.display());
                return Err(Failure::usage(text)
                    .hint("close the page of `partner-import gui` that is connected to it"));
            }
        }
    }
    Ok(Emptied {
        db,
        was_there,
        closed,
    })
}

/// Closes what would otherwise go on in a tenant that does not know of it.
fn close_unfinished(state_dir: &Path, now_ms: i64) -> Result<Vec<String>, Failure> {
    let mut closed = Vec::new();
    for journal in runs(state_dir)? {
        let Ok((mut store, info, state)) = opened(&journal) else {
            continue;
        };
        if info.mode != Mode::Sandbox || info.endpoint != "sandbox" {
            continue;
        }
        let ending = Ending::Stopped;
        let at_ms = now_ms;
        let undone = store.undo_state()?;
        let mut closing = Vec::new();
        if undone.is_some_and(|undo| undo.finished_ms.is_none()) {
            closing.push(Entry::Undo(UndoEntry::Finished { at_ms, ending }));
        }
        if is_unfinished(state) {
            closing.push(Entry::Finished { at_ms, ending });
        }
        if !closing.is_empty() {
            store.take()?;
            store.write(&closing)?;
            closed.push(info.id);
        }
    }
    Ok(closed)
}
