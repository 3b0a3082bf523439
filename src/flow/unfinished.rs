//! Runs that have not come to their end: of the list at hand, of any list; and whether they may be
//! continued.

use std::path::{Path, PathBuf};

use super::advice::{Advice, OfRun};
use super::check::prepare;
use super::event::{Event, Events, Note};
use super::failure::{Failure, chain};
use super::open::{Opened, is_list_of};
use super::target::Target;
use crate::journal::store::RunState;
use crate::journal::{
    Entry, JournalError, Replayed, RunInfo, Store, UndoEntry, UndoReplayed, run_path, runs,
};
use crate::model::number::{counted, grouped};
use crate::model::{Ending, RowIndex, Standing};
use crate::plan::action::PlanCounts;
use crate::settings::decisive::reading_of;
use crate::settings::{Decisive, IfChanged, Origins, Settings, Typed};

/// How many differing rows are named.
const MOST_DIFFERENCES: usize = 5;

/// A run that may be continued.
pub struct Unfinished {
    pub(super) store: Store,
    pub(super) info: RunInfo,
}

impl Unfinished {
    /// What the journal says of it.
    pub fn info(&self) -> &RunInfo {
        &self.info
    }

    /// Refuses where it was begun with other options than those that count for a `resume` of it: what
    /// was typed then, or stood in a profile that is not named any more, still counts.
    pub fn same_settings(&self, settings: &Settings, typed: &Typed) -> Result<(), Failure> {
        let then = &self.info.options;
        let origins = self.info.origins.as_ref().map(|origins| Origins {
            typed: origins.typed.clone(),
            profiles: origins.profiles.clone(),
        });
        let now = settings.decisive_of_continued(typed, then, origins.as_ref());
        // The plan that was approved goes on with the run.
        let plan = then.iter().find(|(name, _)| name == "plan");
        self.same_options(&now, plan.map(|(_, digest)| digest.as_str()))
    }

    fn same_options(&self, now: &Decisive, plan: Option<&str>) -> Result<(), Failure> {
        let info = &self.info;
        let Some((then, now)) = now.differences(&info.options, plan) else {
            return Ok(());
        };
        let text = format!(
            "the unfinished run {} of this file began with other options: {then} instead of {now}",
            info.id
        );
        let advice = |what| Advice::OfRun(what, Box::new(info.clone()));
        Err(Failure::usage(text)
            .hint(advice(OfRun::ContinueAsBegun))
            .hint(Advice::BeginAnew))
    }

    /// For how many of its rows anything may still be sent.
    pub fn still_to_send(&self) -> Result<PlanCounts, Failure> {
        let replayed = Replayed::read(&self.store)?;
        let rows = replayed.planned.iter().zip(&replayed.progress);
        let mut open = PlanCounts::default();
        for (planned, _) in rows.filter(|(_, progress)| !progress.is_final()) {
            open.create += usize::from(planned.action.creates());
            open.update += usize::from(planned.action.updates());
        }
        Ok(open)
    }
}

/// Which rows a continued run goes on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// Those of its journal, and the list must not have changed.
    AsTheyAre,
    /// Those of its journal, whatever the list holds now.
    AsBegun,
}

/// The run in this journal, where there is something to continue; none where it is finished.
pub fn of_journal(
    store: Store,
    rows: Rows,
    events: Events<'_>,
) -> Result<Option<Unfinished>, Failure> {
    let (info, state) = store.info()?;
    if state.planned_ms.is_none() {
        let text = format!("the run {} had not begun to send anything", info.id);
        let advice = Advice::OfRun(OfRun::RunList, Box::new(info));
        return Err(Failure::usage(text).hint(advice));
    }
    if state.finished_ms.is_some() {
        return Ok(None);
    }
    if rows == Rows::AsTheyAre {
        same_input(&store, &info, events)?;
    }
    Ok(Some(Unfinished { store, info }))
}

/// The journal of the last run that is unfinished.
pub fn last(state_dir: &Path, events: Events<'_>) -> Result<Store, Failure> {
    for path in runs(state_dir)?.into_iter().rev() {
        match opened(&path) {
            Ok((store, _, state)) if is_unfinished(state) => return Ok(store),
            Ok(_) => {}
            Err(error) => pass_over(error, events)?,
        }
    }
    Err(Failure::usage("there is no unfinished run").hint(Advice::ListRuns))
}

pub(super) fn opened(journal: &Path) -> Result<(Store, RunInfo, RunState), JournalError> {
    let store = Store::open(journal)?;
    let (info, state) = store.info()?;
    Ok((store, info, state))
}

pub(super) fn is_unfinished(state: RunState) -> bool {
    state.planned_ms.is_some() && state.finished_ms.is_none()
}

/// A journal that cannot be read is said, and no obstacle yet. One that its process had not begun says
/// nothing of any run; a place where none can be read is wrong.
fn pass_over(error: JournalError, events: Events<'_>) -> Result<(), Failure> {
    match error {
        JournalError::Blank { path } => {
            tracing::debug!(journal = %path.display(), "an empty journal is passed over");
        }
        error if error.is_of_the_place() => return Err(error.into()),
        error => events.on(Event::Note(Note::Unreadable(chain(&error)))),
    }
    Ok(())
}

/// What was found of a list.
pub enum Found {
    /// No unfinished run.
    Nothing,
    /// An unfinished run of the same file with the same options.
    Continue(Box<Unfinished>),
    /// An unfinished run that is given up as asked.
    Superseded(Box<GivenUp>),
}

impl Found {
    /// What is given up.
    pub fn given_up(self) -> Option<GivenUp> {
        match self {
            Self::Superseded(given_up) => Some(*given_up),
            Self::Nothing | Self::Continue(_) => None,
        }
    }
}

/// A run, or the undo of one, that is given up. As long as it is not closed, a process that dies
/// leaves it as it was.
pub struct GivenUp {
    journal: PathBuf,
    closing: Entry,
    /// What is said once it is closed.
    farewell: String,
    /// Whether a removal without an answer may still be carried out.
    pub removal_may_land: bool,
}

impl GivenUp {
    /// Ends it for good, when nothing of it can land any more and nothing holds the new run back.
    pub fn close(self, events: Events<'_>) -> Result<(), Failure> {
        // One that could not be read was moved aside, and is nobody's any more.
        if !self.journal.exists() {
            return Ok(());
        }
        let mut store = Store::open(&self.journal)?;
        store.take()?;
        store.write(&[self.closing])?;
        events.on(Event::Note(Note::Plain(self.farewell)));
        Ok(())
    }
}

/// What is looked for: a run of this list against this target.
pub struct Sought<'s> {
    /// Where the journals are.
    pub state_dir: &'s Path,
    /// The list, which is recognised by its content or by its path.
    pub opened: &'s Opened,
    /// The target.
    pub target: &'s Target,
    /// The options that decide what is sent, which must be those the run was begun with.
    pub decisive: &'s Decisive,
    /// What identifies the plan that was approved, where one was.
    pub plan: Option<&'s str>,
    /// What is done with a run that is found.
    pub and: Then,
    /// What is done where the list, or what decides of it, is no longer what the run began with.
    pub if_changed: IfChanged,
    /// The time of day, in Unix milliseconds.
    pub now_ms: i64,
}

/// What is done with an unfinished run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// It goes on.
    Continue,
    /// It is given up; a new one recognises in the tenant what it sent.
    GiveUp,
    /// Nothing: whoever asked decides first.
    Refuse,
}

/// Looks for an unfinished run of the list against the target.
pub fn find(sought: &Sought<'_>, events: Events<'_>) -> Result<Found, Failure> {
    for journal in runs(sought.state_dir)?.into_iter().rev() {
        let found = opened(&journal).and_then(|(store, info, state)| {
            let undone = store.undo_state()?;
            Ok((store, info, state, undone))
        });
        let (store, info, state, undone) = match found {
            Ok(found) => found,
            Err(error) => {
                pass_over(error, events)?;
                continue;
            }
        };
        if !sought.is_of(&info) {
            continue;
        }
        if undone.is_some_and(|undo| undo.finished_ms.is_none()) {
            return sought.half_undone(&store, info);
        }
        if is_unfinished(state) {
            return sought.begun(store, info, events);
        }
    }
    Ok(Found::Nothing)
}

impl Sought<'_> {
    fn is_of(&self, info: &RunInfo) -> bool {
        let same_file =
            info.input_sha256 == self.opened.sha256() || is_list_of(info, self.opened.path());
        self.target.is_of(info) && same_file
    }

    fn begun(&self, store: Store, info: RunInfo, events: Events<'_>) -> Result<Found, Failure> {
        match self.and {
            Then::GiveUp => return Ok(self.superseded(&info)),
            Then::Refuse => {
                let text = format!("the run {} of this list is not finished", info.id);
                let advice = Advice::OfRun(OfRun::ContinueAsBegun, Box::new(info));
                return Err(Failure::interrupted(text).hint(advice));
            }
            Then::Continue => {}
        }
        let unfinished = Box::new(Unfinished { store, info });
        let Err(changed) = self.unchanged(&unfinished, events) else {
            return Ok(Found::Continue(unfinished));
        };
        let (what, found) = match self.if_changed {
            IfChanged::Stop => return Err(changed),
            IfChanged::AsBegun => (
                "it is finished with the rows it began with; the next run imports the current \
                 list",
                Found::Continue(unfinished),
            ),
            IfChanged::NewRun => (
                "a new run will replace it",
                self.superseded(&unfinished.info),
            ),
        };
        let text = format!("{}: {what}", changed.message);
        events.on(Event::Note(Note::Plain(text)));
        Ok(found)
    }

    fn superseded(&self, info: &RunInfo) -> Found {
        Found::Superseded(Box::new(GivenUp {
            journal: run_path(self.state_dir, &info.id),
            farewell: format!(
                "the run {} is abandoned for a new run, which recognises the customers it created",
                info.id
            ),
            closing: Entry::Finished {
                at_ms: self.now_ms,
                ending: Ending::Stopped,
            },
            removal_may_land: false,
        }))
    }

    /// Refuses where the list, or an option that decides what is sent, is another than the run began
    /// with.
    fn unchanged(&self, unfinished: &Unfinished, events: Events<'_>) -> Result<(), Failure> {
        let Unfinished { store, info } = unfinished;
        if info.input_sha256 != self.opened.sha256() {
            same_input(store, info, events)?;
        }
        unfinished.same_options(self.decisive, self.plan)
    }

    /// The undo of an earlier run of this file has stopped half-way: continued later, it would
    /// remove what this run is about to report as there.
    fn half_undone(&self, store: &Store, info: RunInfo) -> Result<Found, Failure> {
        if self.and != Then::GiveUp {
            let text = format!(
                "the undo of the earlier run {} of this file stopped midway",
                info.id
            );
            let finish = Advice::OfRun(OfRun::FinishUndo, Box::new(info));
            return Err(Failure::usage(text).hint(finish).hint(Advice::GiveUpUndo));
        }
        let rows = Replayed::read(store)?.planned.len();
        let undone = UndoReplayed::read(store, rows)?;
        let is_open = |row: &Standing| matches!(row, Standing::Open { .. });
        Ok(Found::Superseded(Box::new(GivenUp {
            removal_may_land: undone.rows.iter().any(is_open),
            journal: run_path(self.state_dir, &info.id),
            farewell: format!("the undo of the run {} is abandoned", info.id),
            closing: Entry::Undo(UndoEntry::Finished {
                at_ms: self.now_ms,
                ending: Ending::Stopped,
            }),
        })))
    }
}

/// Refuses when the input has changed since the run began, and says what differs. A file that is
/// gone is no obstacle: the journal holds the rows.
fn same_input(store: &Store, info: &RunInfo, events: Events<'_>) -> Result<(), Failure> {
    let path = Path::new(&info.input_full_path);
    if !path.exists() || super::digest::sha256(path)? == info.input_sha256 {
        return Ok(());
    }
    let differences = differences(store, info, events);
    let advice = |what| Advice::OfRun(what, Box::new(info.clone()));
    Err(Failure::usage(format!(
        "{} has changed since the run {} began ({differences})",
        info.input_path, info.id
    ))
    .hint(advice(OfRun::ContinueRows))
    .hint(advice(OfRun::RunListAnew)))
}

/// Which rows differ, in a few words.
fn differences(store: &Store, info: &RunInfo, events: Events<'_>) -> String {
    let mut before = Vec::new();
    if store
        .each_row(|row| before.push(row.cells.clone()))
        .is_err()
    {
        return "its rows could not be compared".to_owned();
    }
    let (options, checking) = reading_of(&info.options);
    let path = Path::new(&info.input_full_path);
    let Ok((now, rows)) = prepare(path, &options, &checking, events) else {
        return "it can no longer be read".to_owned();
    };
    let (mut index, mut changed) = (0, Vec::new());
    for row in rows.batches().iter().flat_map(|(_, batch)| batch.rows()) {
        let same = before.get(index).is_some_and(|cells| {
            cells.len() == row.len() && cells.iter().zip(row.cells()).all(|(a, b)| a == b.text)
        });
        if index < before.len() && !same {
            let at = RowIndex(u32::try_from(index).unwrap_or(u32::MAX));
            changed.push(now.file.checked.sheets.number(at, row.number()));
        }
        index += 1;
    }
    describe(&changed, before.len(), index)
}

fn describe(changed: &[String], before: usize, now: usize) -> String {
    let mut parts = Vec::new();
    if !changed.is_empty() {
        let named: Vec<String> = changed.iter().take(MOST_DIFFERENCES).cloned().collect();
        let more = changed.len().saturating_sub(MOST_DIFFERENCES);
        let more = if more > 0 {
            format!(" and {} more", grouped(more))
        } else {
            String::new()
        };
        let (rows, differ) = match changed.len() {
            1 => ("row", "differs"),
            _ => ("rows", "differ"),
        };
        parts.push(format!("{rows} {}{more} {differ}", named.join(", ")));
    }
    if now != before {
        parts.push(format!(
            "{} then, {} now",
            counted(before, "row"),
            grouped(now)
        ));
    }
    if parts.is_empty() {
        parts.push("the same rows, but other bytes".to_owned());
    }
    parts.join("; ")
}
