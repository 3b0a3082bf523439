//! Which journals nobody needs any more, and their removal.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::enter::lock;
use super::event::{Event, Events, Note};
use super::failure::{Failure, Kind, chain};
use super::host::Host;
use super::target::lock_key;
use crate::journal::draft;
use crate::journal::store::RunState;
use crate::journal::{JournalError, RunInfo, Store, TargetLock, removal, runs};

/// So long a process may take from making its journal to writing into it.
const ABOUT_TO_BEGIN: Duration = Duration::from_secs(60);

/// Which runs go.
#[derive(Debug, Clone, Copy)]
pub struct Which {
    /// All but so many of the newest.
    pub keep: Option<usize>,
    /// Those that began longer ago.
    pub older_than: Option<Duration>,
    /// Whether those go too that could be continued.
    pub unfinished: bool,
}

/// A run that may go.
pub struct Old {
    path: PathBuf,
    state: RunState,
    /// What its journal says of it.
    pub info: RunInfo,
    /// How large its files are.
    pub bytes: u64,
}

/// A run that stays although it is old enough, and why.
pub struct Kept {
    /// Its id.
    pub id: String,
    /// Why.
    pub why: Why,
}

/// Why a run stays although it is old enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It has not come to its end, and was not meant.
    Unfinished,
    /// A process is at work on it, as the text says.
    InUse(String),
}

/// What is there, by what becomes of it.
#[derive(Default)]
pub struct Sorted {
    /// Runs that are old enough.
    pub old: Vec<Old>,
    /// Those of them that stay.
    pub kept: Vec<Kept>,
    /// Journals of runs that had not begun when their process ended: whatever their age, nobody needs them.
    pub empty: Vec<PathBuf>,
}

/// Sorts the runs there are.
pub fn old_runs(
    host: &Host,
    which: &Which,
    now_ms: i64,
    events: Events<'_>,
) -> Result<Sorted, Failure> {
    let Sorted {
        mut old,
        mut kept,
        mut empty,
    } = Sorted::default();
    let newest_first = runs(&host.state_dir)?.into_iter().rev();
    for (place, path) in newest_first.enumerate() {
        let (info, state) = match Store::open(&path).and_then(|store| store.info()) {
            Ok(found) => found,
            Err(JournalError::Blank { .. }) => {
                if is_left_alone(&path) {
                    empty.push(path);
                }
                continue;
            }
            Err(error) if error.is_of_the_place() => return Err(error.into()),
            Err(error) => {
                // What cannot be read may be all that is known of a run.
                let text = format!("kept: {}: {}", path.display(), chain(&error));
                events.on(Event::Note(Note::Unreadable(text)));
                continue;
            }
        };
        let age = Duration::from_millis(u64::try_from(now_ms - info.started_ms).unwrap_or(0));
        let beyond = which.keep.is_none_or(|keep| place >= keep);
        let aged = which.older_than.is_none_or(|limit| age > limit);
        if !beyond || !aged {
            continue;
        }
        if state.planned_ms.is_some() && state.finished_ms.is_none() && !which.unfinished {
            kept.push(Kept {
                id: info.id,
                why: Why::Unfinished,
            });
            continue;
        }
        let bytes = removal::size(&path);
        old.push(Old {
            path,
            state,
            info,
            bytes,
        });
    }
    old.reverse();
    Ok(Sorted { old, kept, empty })
}

/// Whether nobody is about to write into an empty journal: its process would hold it, and would have
/// written long ago.
fn is_left_alone(path: &Path) -> bool {
    let modified = std::fs::metadata(path).and_then(|data| data.modified());
    let age = modified.ok().and_then(|at| at.elapsed().ok());
    let is_old = age.is_some_and(|age| age > ABOUT_TO_BEGIN);
    is_old && Store::open(path).is_ok_and(|mut store| store.take().is_ok())
}

/// Removes the journal of a run that never began.
pub fn remove_empty(path: &Path) -> Result<(), Failure> {
    Ok(removal::remove(path)?)
}

/// Why a run must stay, when a process is at work on it. Only a note that names it is looked into,
/// so that no run that begins meanwhile finds its target locked.
pub fn in_use(host: &Host, run: &Old) -> Option<Why> {
    let key = lock_key(&run.info.endpoint, &run.info.partner);
    let holder = TargetLock::holder(&host.state_dir, &key)?;
    let may_be_it =
        holder.run == run.info.id || (holder.run.is_empty() && run.state.finished_ms.is_none());
    may_be_it.then(|| Why::InUse(format!("at work: {holder}")))
}

/// Removes what processes left that died before their run began.
pub fn remove_drafts(host: &Host) {
    draft::remove_abandoned(&host.state_dir.join("runs"));
}

/// Removes a run's files, or says why not. A run that could be continued is locked meanwhile.
pub fn remove(host: &Host, run: &Old, now_ms: i64) -> Result<Option<Why>, Failure> {
    let _lock = if run.state.finished_ms.is_none() {
        let key = lock_key(&run.info.endpoint, &run.info.partner);
        match lock(host, &key, "runs prune".as_ref(), now_ms) {
            Ok(lock) => Some(lock),
            Err(error) if error.kind == Kind::Locked => return Ok(Some(Why::InUse(error.message))),
            Err(error) => return Err(error),
        }
    } else {
        None
    };
    removal::remove(&run.path)?;
    Ok(None)
}
