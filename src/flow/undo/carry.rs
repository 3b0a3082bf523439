//! Carries an undo out, to its end or as far as it gets, and writes its result files. New ones and
//! continued ones are this one path.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::agree::Agreed;
use super::plan::{Look, Planned};
use crate::flow::event::{Event as Told, Events, Note, Part, Sending, Stage};
use crate::flow::failure::{Failure, NO_ANSWER};
use crate::flow::host::Work;
use crate::flow::relay::Relay;
use crate::flow::rows::Rows;
use crate::flow::run::displaced;
use crate::journal::{Entry, Event, Journal, RunInfo, Store, UndoEntry, UndoReplayed};
use crate::model::{Ending, Happening, Outcome, Standing};
use crate::report::{self, WrittenUndo};
use crate::submit::undo::UndoPlan;
use crate::submit::{Direction, EndReason, UndoEnd, take_back};

/// Where the results of an undo go, and what they repeat.
#[derive(Debug, Clone, Default)]
pub struct Carrying {
    /// Where the result files go, where somebody said it.
    pub out: Option<PathBuf>,
    /// What the commands repeat that the result files name.
    pub flags: Vec<String>,
}

/// An undo that this process leaves.
pub struct Ended {
    /// The run.
    pub info: RunInfo,
    /// How it ended.
    pub ending: Ending,
    /// Why it stopped before its end; none where it came there.
    pub stopped: Option<Failure>,
    /// Whether it is to be continued.
    pub is_open: bool,
    /// Its result files, and what they say.
    pub written: WrittenUndo,
    /// Why the journal could not be written to the end.
    pub unwritten: Option<Failure>,
    /// How many customers stay.
    pub kept: usize,
    /// How many requests were made again.
    pub retries: u64,
}

impl Ended {
    /// Puts it into the log.
    pub fn log(&self) {
        tracing::info!(
            run_id = self.info.id,
            exit_code = self.ending.number(),
            kept = self.kept,
            retries = self.retries,
            "undo ended"
        );
    }
}

impl Carrying {
    fn out_dir(&self, info: &RunInfo, undone: &UndoReplayed) -> PathBuf {
        let asked = self.out.as_ref();
        let asked = asked.map(|out| std::path::absolute(out).unwrap_or_else(|_| out.clone()));
        let before = undone.unfinished().map(|state| state.out_dir.as_str());
        asked
            .or_else(|| before.map(PathBuf::from))
            .unwrap_or_else(|| of_undone(Path::new(&info.out_dir), &info.id))
    }
}

/// Where the run's results are; beside them, where a later run has written its own over them.
fn of_undone(results: &Path, id: &str) -> PathBuf {
    match results.file_name() {
        Some(name) if report::holds_another_run(results, id) => {
            let name = name.to_string_lossy();
            results.with_file_name(format!("{name}-{id}"))
        }
        _ => results.to_owned(),
    }
}

impl Planned {
    /// Writes the result files of an undo that is over once more.
    pub fn write_results(
        &self,
        carrying: &Carrying,
        work: &Work<'_>,
    ) -> Result<WrittenUndo, Failure> {
        let Look {
            info,
            store,
            undone,
            ..
        } = &self.look;
        let out_dir = carrying.out_dir(info, undone);
        write_files(store, &out_dir, &carrying.flags, work.events)
    }
}

/// Removes and restores, and writes the result files.
pub async fn carry(agreed: Agreed, carrying: &Carrying, work: &Work<'_>) -> Result<Ended, Failure> {
    let Planned { look, locks } = agreed.planned;
    let Look {
        mut store,
        info,
        undone,
        plan,
        tenant,
    } = look;
    let out_dir = carrying.out_dir(&info, &undone);
    if undone.unfinished().is_none() {
        store.write(&beginning(&plan, &undone, &out_dir, work.now_ms()))?;
    } else {
        let run = info.id.clone();
        work.events.on(Told::Note(Note::ContinuingUndo { run }));
    }
    let mut relay = announce(&info, &store, &plan, work)?;
    let mut journal = Journal::start(store);
    let end = take_back(
        Arc::clone(&work.target.client),
        &mut journal,
        &plan,
        &tenant,
        work.running,
        work.control.clone(),
        &mut relay,
    )
    .await;
    drop(relay);
    let ending = ending_of(&end);
    if end.reason == EndReason::Done {
        journal.write(Entry::Undo(UndoEntry::Finished {
            at_ms: work.now_ms(),
            ending,
        }));
    }
    let flushed = journal.flush().await;
    let moved = journal.displaced();
    let store = journal
        .finish()
        .ok_or_else(|| Failure::stopped("the journal's writer has failed"))?;
    let written = write_files(&store, &out_dir, &carrying.flags, work.events)?;
    drop(locks);
    // Why it stopped says that already.
    let is_told = matches!(end.reason, EndReason::Displaced(_));
    let unflushed = flushed.err().filter(|_| !is_told);
    let unwritten = unflushed.map(|reason| match &moved {
        Some(text) => displaced(text),
        None => Failure::stopped(reason),
    });
    Ok(Ended {
        info,
        ending,
        is_open: !matches!(
            end.reason,
            EndReason::Done | EndReason::ErrorBudget { .. } | EndReason::AllRefused { .. }
        ),
        stopped: why_stopped(&end.reason),
        written,
        unwritten,
        kept: end.kept,
        retries: end.retries,
    })
}

/// Says that requests go out from now on.
fn announce<'w>(
    info: &RunInfo,
    store: &Store,
    plan: &UndoPlan,
    work: &Work<'w>,
) -> Result<Relay<'w>, Failure> {
    let numbers = store.numbers()?;
    let mut partners = vec![None; numbers.len()];
    for item in &plan.items {
        if let Some(partner) = partners.get_mut(item.row.as_usize()) {
            *partner = Some(Arc::clone(&item.partner));
        }
    }
    let rows = Rows {
        numbers,
        sheets: info.sheets.clone(),
        ids: plan.items.iter().map(|item| (item.row, item.id)).collect(),
        partners,
    };
    let sending = Sending {
        run: &info.id,
        direction: Direction::Back,
        rows: Arc::new(rows),
        limit: work.target.limit(),
    };
    Ok(Relay::begin(sending, work.events))
}

/// What a new go at it writes first. Those that an earlier go kept are open again.
fn beginning(plan: &UndoPlan, undone: &UndoReplayed, out_dir: &Path, at_ms: i64) -> Vec<Entry> {
    let counts = plan.counts();
    let mut entries = vec![Entry::Undo(UndoEntry::Begun {
        at_ms,
        to_remove: u32::try_from(counts.remove + counts.restore).unwrap_or(u32::MAX),
        out_dir: out_dir.display().to_string(),
    })];
    for item in plan.items.iter().filter(|item| item.stand.goes()) {
        let before = undone.rows.get(item.row.as_usize());
        if matches!(before, Some(Standing::Ended(Outcome::Kept(_)))) {
            entries.push(Entry::Undo(UndoEntry::Event(Event {
                row: item.row,
                kind: Happening::Released,
                at_ms,
            })));
        }
    }
    entries
}

fn write_files(
    store: &Store,
    out_dir: &Path,
    flags: &[String],
    events: Events<'_>,
) -> Result<WrittenUndo, Failure> {
    let _part = Part::begin(events, Stage::WritingResults);
    Ok(report::write_undo(store, out_dir, flags)?)
}

fn ending_of(end: &UndoEnd) -> Ending {
    end.reason.ending().unwrap_or(match end.kept {
        0 => Ending::Done,
        _ => Ending::SomeRows,
    })
}

/// Why an undo stopped, and what to do.
fn why_stopped(reason: &EndReason) -> Option<Failure> {
    Some(match reason {
        EndReason::Done
        | EndReason::ErrorBudget { .. }
        | EndReason::AllRefused { .. }
        | EndReason::IdTwice(_) => return None,
        EndReason::Interrupted | EndReason::TimeUp => Failure::interrupted("interrupted")
            .hint("requests in flight are looked up when the undo is continued"),
        EndReason::Outage(text) => {
            Failure::stopped(format!("{NO_ANSWER}: {text}")).hint("continue when it is back")
        }
        EndReason::Displaced(text) => displaced(text),
        EndReason::JournalFailed(text) => {
            Failure::stopped(text.clone()).hint("free some disk space, then continue the undo")
        }
        EndReason::Stopped(stop) => stop.clone().into(),
    })
}
