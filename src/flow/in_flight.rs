//! Requests of other runs that may still be carried out: a run that was cut off (by a kill, a crash
//! or a power cut) has sent what nobody has an answer to. The tenant is not to be read before such
//! a request can no longer land, or the same customer could be created twice, also where the rows
//! now stand in another file. A journal that cannot be read may be such a run, and stands in the way
//! until somebody says otherwise.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::watch;

use super::advice::Advice;
use super::event::{Event, Events, Note};
use super::failure::{Failure, TIME_UP, chain};
use super::target::Target;
use crate::journal::{JournalError, RunInfo, Store, gone, removal, runs};
use crate::model::PartnerId;
use crate::submit::Control;

/// Runs whose requests may still land.
#[derive(Default)]
pub struct CutOff {
    known: Vec<(RunInfo, Store)>,
    /// Journals that cannot be read, to be moved out of the way.
    unreadable: Vec<PathBuf>,
}

/// What is done about journals that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// They stand in the way.
    Block,
    /// They are waited for like a run that was cut off, and moved aside: `--new-run`.
    SetAside,
}

impl CutOff {
    /// The runs against this service, except the one that is continued: that one looks for its own
    /// rows. Whoever they logged in as: it may be the customer above, or one below. `root` is who the
    /// service says one is logged in as: runs of the same customer count however the service's
    /// address was spelt.
    pub fn find(
        state_dir: &Path,
        target: &Target,
        root: PartnerId,
        continued: Option<&str>,
        unreadable: Unreadable,
    ) -> Result<Self, Failure> {
        let mut found = Self::default();
        for path in runs(state_dir)? {
            if continued.is_some() && path.file_stem().and_then(|stem| stem.to_str()) == continued {
                continue;
            }
            match cut_off(&path, target, root) {
                Ok(None) => {}
                Ok(Some(run)) => found.known.push(run),
                Err(error @ JournalError::AtWork { .. }) => return Err(error.into()),
                Err(error) if error.is_of_the_place() => return Err(error.into()),
                Err(_) if unreadable == Unreadable::SetAside => found.unreadable.push(path),
                Err(error) => return Err(in_the_way(&path, &error)),
            }
        }
        for (path, error) in gone(state_dir) {
            if unreadable == Unreadable::Block {
                return Err(in_the_way(&path, &error));
            }
            found.unreadable.push(path);
        }
        Ok(found)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty() && self.unreadable.is_empty()
    }

    /// Waits until nothing of them can land any more, and remembers that.
    pub async fn wait(
        self,
        wait: Duration,
        mut control: watch::Receiver<Control>,
        events: Events<'_>,
    ) -> Result<(), Failure> {
        if self.is_empty() {
            return Ok(());
        }
        let known = self.known.iter();
        let known = known.map(|(info, _)| format!("{} ({})", info.id, info.input_path));
        let unreadable = self.unreadable.iter();
        let unreadable = unreadable.map(|path| format!("{} (not readable)", path.display()));
        let runs = known.chain(unreadable).collect();
        events.on(Event::Note(Note::CutOff { runs, wait }));
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            Ok(asked) = control.wait_for(|now| *now != Control::Run) => {
                let why = match *asked {
                    Control::TimeUp => TIME_UP,
                    Control::Run | Control::Drain | Control::Abandon => "interrupted",
                };
                return Err(Failure::interrupted(format!("{why}; nothing was sent")));
            }
        }
        for (_, mut store) in self.known {
            store.has_landed()?;
        }
        for path in self.unreadable {
            set_aside(&path, events)?;
        }
        Ok(())
    }
}

/// Waits until what a given-up undo sent can no longer land.
pub async fn give_way(wait: Duration, events: Events<'_>) {
    events.on(Event::Note(Note::UndoGivenUp { wait }));
    tokio::time::sleep(wait).await;
}

/// The run, with its journal where requests of it may still land on this target.
fn cut_off(
    path: &Path,
    target: &Target,
    root: PartnerId,
) -> Result<Option<(RunInfo, Store)>, JournalError> {
    let mut store = Store::open(path)?;
    if store.is_blank()? {
        return Ok(None);
    }
    let (info, state) = store.info()?;
    let ours = target.shares_endpoint(&info) || info.root == Some(root.to_string());
    let unfinished = state.planned_ms.is_some() && state.finished_ms.is_none();
    if !ours || !unfinished {
        return Ok(None);
    }
    // A process that is still at it, though its lock on the target is gone.
    store.take()?;
    store.verify()?;
    Ok(store.may_land()?.then_some((info, store)))
}

/// A journal that cannot be read is not taken for one that says nothing.
fn in_the_way(path: &Path, error: &JournalError) -> Failure {
    let id = path.file_stem().unwrap_or_default().to_string_lossy();
    Failure::stopped(format!(
        "the journal of the run {id} cannot be read, so its requests in flight are not \
             known: {}",
        chain(error)
    ))
    .hint("nothing was sent; if there is a copy of the file, put it back")
    .hint(Advice::WithoutJournal)
}

/// Keeps the file for whoever wants to look into it, where it is nobody's obstacle.
fn set_aside(path: &Path, events: Events<'_>) -> Result<(), Failure> {
    let to = removal::set_aside(path)?;
    let from = path.to_owned();
    events.on(Event::Note(Note::SetAside { from, to }));
    Ok(())
}
