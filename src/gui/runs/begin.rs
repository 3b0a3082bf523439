//! Beginning, continuing and taking back: each in a thread of its own, on the same steps of the flow
//! that the command line goes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::http::StatusCode;
use tokio::sync::oneshot;

use super::live::{Ear, Live};
use crate::api::Secret;
use crate::flow::advice::{Advice, OfRun};
use crate::flow::agree::{Answer, Answered, Asking, Asks, Question};
use crate::flow::begin::Keeping;
use crate::flow::clock::show_duration;
use crate::flow::event::Silence;
use crate::flow::failure::{Failure, Kind};
use crate::flow::host::Work;
use crate::flow::import::{Attends, Order, go_on as go_on_with, import};
use crate::flow::in_flight::Unreadable;
use crate::flow::open::open;
use crate::flow::plan::PlannedList;
use crate::flow::plan_file::Approved;
use crate::flow::quarantine::Holding;
use crate::flow::run::Ended;
use crate::flow::runs::open_run;
use crate::flow::undo::{self, Outlook, Undoable};
use crate::flow::unfinished::{Rows, Then, of_journal};
use crate::gui::app::{App, in_a_thread};
use crate::gui::fault::{Fault, Holder, in_words};
use crate::gui::lists::List;
use crate::gui::plans::{Made, typed_for};
use crate::gui::target::Connected;
use crate::gui::wire::{LoginAsk, RunAsk, Step};
use crate::journal::{RunInfo, TargetLock};
use crate::report::next::Flags;
use crate::settings::table::{ENDPOINT, FIRST, PARTNER, SANDBOX, USERNAME};
use crate::settings::{Content, IfChanged, Resolved, Typed};
use crate::submit::Direction;
use crate::submit::undo::FoundOnes;

impl Asks for New {
    fn ask<'a>(&'a self, question: &'a Question) -> Answered<'a> {
        let wanted = self.wanted;
        Box::pin(async move { Number { wanted }.ask(question).await })
    }
}

impl Attends for New {
    fn planned(&self, planned: &PlannedList) -> Result<Asking, Failure> {
        if let Some(first) = self.first {
            let items = planned.plan().items.iter();
            let now = items.filter(|item| item.action.creates());
            let then = self.made.pilot(first);
            if !now.map(|item| item.row.0).eq(then.map(|item| item.row.0)) {
                return Err(Failure::interrupted("nothing was sent"));
            }
        }
        Ok(Asking::ByCount)
    }

    fn flags(&self, _: &RunInfo) -> Flags {
        flags(&self.made.connected)
    }
}

/// The number that was typed, as an answer to the question of the flow.
struct Number {
    wanted: usize,
}

impl Asks for Number {
    fn ask<'a>(&'a self, question: &'a Question) -> Answered<'a> {
        let changes = match question {
            Question::Send { intent, .. } => intent.changes(),
            Question::TakeBack { remove, restore } => remove + restore,
        };
        let answer = if changes == self.wanted {
            Answer::Yes
        } else {
            Answer::No
        };
        Box::pin(async move { answer })
    }
}

/// A number as people type it.
fn number(typed: &str) -> Option<usize> {
    let digits: String = typed
        .chars()
        .filter(|letter| !letter.is_whitespace() && !",.'".contains(*letter))
        .collect();
    digits.parse().ok()
}

/// Begins a run of a list, as planned; hands back its id.
///
/// # Errors
/// Where the plan on the screen is another one, the number is, or somebody else is at work.
pub async fn begin(app: &Arc<App>, ask: &RunAsk) -> Result<String, Fault> {
    let list = app.list(&ask.list)?;
    if app.runs.is_live(&list.id) {
        return Err(Fault::busy("A run of this list is under way."));
    }
    let Some(made) = list.planning(|planning| planning.made(ask.revision)) else {
        let says = "The list or the target has changed since. Plan again.";
        return Err(Fault::stale("The plan is of another list", says));
    };
    if made.approved.is_some() && ask.first.is_some() {
        let says = "What was approved is carried out whole. Plan without it to begin small.";
        return Err(Fault::value(says));
    }
    let counts = made.planned.held().taken_off(made.planned.plan().counts());
    let (typed_wanted, changes) = match ask.first {
        None => (
            if counts.create == 0 {
                counts.changed()
            } else {
                counts.create
            },
            Some(counts.create + counts.changed()),
        ),
        Some(first) => {
            let pilot = list.planning(|planning| planning.pilot(first))?;
            (pilot.create, None)
        }
    };
    if typed_wanted == 0 {
        return Err(Fault::value(
            "Everybody is there already: nothing is to be done.",
        ));
    }
    if number(&ask.typed) != Some(typed_wanted) {
        return Err(Fault::typed(typed_wanted));
    }
    let mut typed = typed_for(&made.connected, made.update);
    if let Some(first) = ask.first {
        typed.add(&FIRST, Content::Text(first.to_string()));
    }
    let (path, resolved) = list.for_the_flow(&typed)?;
    let job = New {
        path,
        resolved,
        approved: ask.first.is_none(),
        first: ask.first,
        and: if ask.give_up {
            Then::GiveUp
        } else {
            Then::Continue
        },
        wanted: changes.unwrap_or(typed_wanted),
        list: Arc::clone(&list),
        made,
    };
    let (sender, begun) = oneshot::channel();
    let control = Live::new_control();
    let receiver = control.subscribe();
    let connected = Arc::clone(&job.made.connected);
    let ear = Ear::new(
        app,
        &connected,
        Some(list.id.clone()),
        Direction::Forth,
        control,
        sender,
    );
    let own = Arc::clone(app);
    in_a_thread(async move {
        let work = Work {
            host: &own.setup.host,
            target: &job.made.connected.target,
            running: &job.resolved.running,
            control: receiver,
            events: &ear,
        };
        let ended = job.run(&work).await;
        finish(&own, &ear, ended, &job.made.connected, Some(&job.path));
    });
    let run = heard(begun.await)?;
    list.note(Step::Run, Some(&run), None);
    Ok(run)
}

fn heard(begun: Result<Result<String, Fault>, oneshot::error::RecvError>) -> Result<String, Fault> {
    begun.unwrap_or_else(|_| Err(Fault::failed("The run came to nothing.")))
}

/// A run that is to begin.
struct New {
    path: PathBuf,
    resolved: Resolved,
    /// Whether it is the plan that was made, all of it.
    approved: bool,
    /// The rows of a pilot.
    first: Option<usize>,
    /// What is done with an earlier run that is not finished.
    and: Then,
    wanted: usize,
    list: Arc<List>,
    made: Arc<Made>,
}

impl New {
    async fn run(&self, work: &Work<'_>) -> Result<Ended, Failure> {
        let resolved = &self.resolved;
        let file = self.made.approved.as_ref().unwrap_or(&self.made.file);
        let approved = self.approved.then(|| Approved::load(file)).transpose()?;
        let order = Order {
            opened: open(&self.path)?,
            resolved,
            decisive: &resolved.decisive(None),
            approved: approved.as_ref(),
            and: match self.and {
                // Somebody is there to decide.
                Then::Continue => Then::Refuse,
                decided => decided,
            },
            unreadable: Unreadable::Block,
            if_changed: IfChanged::Stop,
            holding: Holding::Back,
            keeping: Keeping::OnDisk,
            out: self.out(),
        };
        import(order, self, work).await
    }

    /// Results of a list that was brought here stay beside it.
    fn out(&self) -> Option<PathBuf> {
        let own = self.path.starts_with(&self.list.dir);
        own.then(|| {
            let results = self.list.dir.join("results");
            let numbers = 1_u32..;
            let mut free = numbers
                .map(|number| results.join(number.to_string()))
                .filter(|path| !path.exists());
            free.next().unwrap_or(results.clone())
        })
    }
}

fn flags(connected: &Connected) -> Flags {
    Flags {
        every: connected.flags(),
        ..Flags::default()
    }
}

/// Says how a run ended, or why it did not begin.
fn finish(
    app: &Arc<App>,
    ear: &Ear,
    ended: Result<Ended, Failure>,
    connected: &Connected,
    list: Option<&Path>,
) {
    let stopped = match ended {
        Ok(ended) => {
            ended.log();
            ended.unwritten.or(ended.stopped)
        }
        Err(failure) => Some(failure),
    };
    ear.ends(stopped, |failure| refused(app, failure, connected, list));
}

/// Why a run does not begin, for people; where somebody else is at work, who that is.
fn refused(app: &App, failure: Failure, connected: &Connected, _list: Option<&Path>) -> Fault {
    let changed = failure
        .message
        .starts_with("nothing was sent: what the plan")
        || failure.kind == Kind::Interrupted && failure.message == "nothing was sent";
    if changed {
        let mut says = failure.details.join("; ");
        if says.is_empty() {
            "It would do something else by now. Plan again.".clone_into(&mut says);
        }
        return Fault::stale(
            "What was planned no longer fits",
            crate::gui::fault::sentence(&says),
        );
    }
    if let Some(fault) = unfinished(&failure, connected) {
        return fault;
    }
    if failure.kind != Kind::Locked {
        return failure.into();
    }
    let key = connected.target.lock_key();
    let holder = TargetLock::holder(&app.state_dir(), &key);
    let says = in_words(&failure);
    let holder = holder.map_or_else(
        || Holder {
            run: None,
            name: String::new(),
            says: says.clone(),
        },
        |one| Holder {
            run: (!one.run.is_empty()).then(|| one.run.clone()),
            name: one.input.clone(),
            says: crate::gui::fault::sentence(&one.to_string()),
        },
    );
    Fault::from(failure).held_by(holder)
}

/// The refusal where an earlier run of the list is not finished, whether the list is the same or not.
fn unfinished(failure: &Failure, connected: &Connected) -> Option<Fault> {
    let info = failure.advice.iter().find_map(|advice| match advice {
        Advice::OfRun(OfRun::ContinueAsBegun | OfRun::ContinueRows | OfRun::FinishUndo, info) => {
            Some(info)
        }
        _ => None,
    })?;
    let wait = show_duration(connected.resolved.running.settle_wait);
    let says = format!(
        "The run {} has not come to its end. Finish it: its rows go on as they were when it began, and what was \
         changed since is planned after it. Or give it up: whom it has created is then there already, and \
         this run begins when nothing of it can land any more, in {wait} at most.",
        info.id
    );
    let holder = Holder {
        run: Some(info.id.clone()),
        name: info.input_path.clone(),
        says: says.clone(),
    };
    let title = "An earlier run of this list is not finished";
    Some(Fault::new(StatusCode::CONFLICT, "unfinished", title, says).held_by(holder))
}

/// Refuses to continue a run where the list was changed since: that is said first.
async fn unchanged(app: &Arc<App>, run: &str) -> Result<(), Fault> {
    let list = app.list_of_run(run).and_then(|id| app.list(&id).ok());
    let Some(list) = list else {
        return Ok(());
    };
    list.wake(app);
    list.has_been_read().await;
    let journal = super::shown::journal(app, run)?;
    let said = tokio::task::spawn_blocking(move || {
        let now = list.snapshot().ok()?;
        let rows = super::rows::RunRows::read(&journal).ok()?;
        super::shown::since(&list, &now, &rows)
    });
    match said.await.ok().flatten() {
        Some(says) => Err(Fault::changed(says)),
        None => Ok(()),
    }
}

/// A target for a run that is there: the one that is chosen where it fits, else as its journal says.
/// Where this process has no password for it, the fault says so, and the page asks.
async fn target_of(
    app: &App,
    info: &RunInfo,
    login: Option<LoginAsk>,
) -> Result<Arc<Connected>, Fault> {
    if let Some(connected) = app.target.connected()
        && connected.target.is_of(info)
    {
        return Ok(connected);
    }
    let mut typed = Typed::default();
    if info.endpoint == "sandbox" {
        typed.add(&SANDBOX, Content::Text("true".to_owned()));
    } else {
        typed.add(&ENDPOINT, Content::Text(info.endpoint.clone()));
        typed.add(&PARTNER, Content::Text(info.partner.clone()));
    }
    let (mut password, mut keep) = (None, false);
    if let Some(login) = login {
        typed.add(&USERNAME, Content::Text(login.user));
        password = Some(Secret::new(login.password));
        keep = login.keep;
    }
    let resolved = app.setup.settings.with(&typed).map_err(Failure::from)?;
    let (target, given) = (&app.target, password.clone());
    let connected = target.log_in(&app.setup, typed, resolved, given).await;
    let connected = connected.map_err(|failure| Fault::of_login(&failure, info))?;
    connected.target.serves(info, "begun")?;
    if let Some(password) = password {
        target.remember(&connected, password, keep)?;
    }
    Ok(Arc::new(connected))
}

/// Continues a run that an earlier process, or this one, has left.
///
/// # Errors
/// Where there is nothing to continue, or somebody else is at work.
pub async fn go_on(
    app: &Arc<App>,
    run: &str,
    login: Option<LoginAsk>,
    if_changed: IfChanged,
) -> Result<(), Fault> {
    super::shown::journal(app, run)?;
    if app.runs.live(run).is_some_and(|live| live.is_live()) {
        return Err(Fault::busy("The run is under way."));
    }
    let (info, unfinished) = {
        let store = open_run(&app.state_dir(), run)?;
        let (info, _) = store.info().map_err(Failure::from)?;
        (info, of_journal(store, Rows::AsBegun, &Silence)?)
    };
    let Some(unfinished) = unfinished else {
        return Err(Fault::busy("The run has come to its end."));
    };
    if if_changed == IfChanged::Stop {
        unchanged(app, run).await?;
    }
    let connected = target_of(app, &info, login).await?;
    let list = app.list_of_run(run);
    let (sender, begun) = oneshot::channel();
    let control = Live::new_control();
    let receiver = control.subscribe();
    let ear = Ear::new(
        app,
        &connected,
        list.clone(),
        Direction::Forth,
        control,
        sender,
    );
    let own = Arc::clone(app);
    in_a_thread(async move {
        let work = Work {
            host: &own.setup.host,
            target: &connected.target,
            running: &connected.resolved.running,
            control: receiver,
            events: &ear,
        };
        let going = (&connected.resolved, Holding::Back, None);
        let ended = go_on_with(unfinished, going, flags(&connected), &work).await;
        finish(&own, &ear, ended, &connected, None);
    });
    heard(begun.await)?;
    if let Some(list) = list.and_then(|list| app.list(&list).ok()) {
        list.note(Step::Run, Some(run), None);
    }
    Ok(())
}

/// Takes a run back, after the number of customers was typed.
///
/// # Errors
/// Where there is nothing to take back, the number is another one, or somebody else is at work.
pub async fn undo(app: &Arc<App>, run: &str, typed: &str) -> Result<(), Fault> {
    let journal = super::shown::journal(app, run)?;
    if app.runs.live(run).is_some_and(|live| live.is_live()) {
        return Err(Fault::busy("The run is under way."));
    }
    let removable = super::rows::RunRows::read(&journal)?.removable();
    let shown = super::shown::body(app, run)?.counts.created;
    let number = number(typed);
    if number != Some(removable) && number != usize::try_from(shown).ok() {
        return Err(Fault::typed(removable));
    }
    let store = open_run(&app.state_dir(), run)?;
    let (info, _) = store.info().map_err(Failure::from)?;
    let Some(undoable) = Undoable::of(store)? else {
        return Err(Fault::busy("The run has created nothing."));
    };
    let connected = target_of(app, &info, None).await?;
    let list = app.list_of_run(run);
    let (sender, begun) = oneshot::channel();
    let control = Live::new_control();
    let receiver = control.subscribe();
    let ear = Ear::new(app, &connected, list, Direction::Back, control, sender);
    let own = Arc::clone(app);
    in_a_thread(async move {
        let running = connected.resolved.running.clone().without_search();
        let work = Work {
            host: &own.setup.host,
            target: &connected.target,
            running: &running,
            control: receiver,
            events: &ear,
        };
        let ended = take_back(undoable, &info, (&work, &ear), &connected).await;
        ear.ends(ended.err(), |failure| {
            refused(&own, failure, &connected, None)
        });
    });
    heard(begun.await)?;
    Ok(())
}

async fn take_back(
    undoable: Undoable,
    info: &RunInfo,
    (work, ear): (&Work<'_>, &Ear),
    connected: &Connected,
) -> Result<(), Failure> {
    let entered = undo::enter(undoable, work).await?;
    let carrying = undo::Carrying {
        out: None,
        flags: connected.flags(),
    };
    let planned = match undo::plan(entered, FoundOnes::Stay, work).await? {
        Outlook::Nothing => return Err(Failure::interrupted("the run has created nothing")),
        Outlook::Over(_) => return Err(Failure::interrupted("the run is undone already")),
        Outlook::ToDo(planned) => *planned,
    };
    // What was typed was held against what the run had created; what stays of it is seen now.
    let counts = planned.counts();
    let agreement = undo::Agreement::Given(counts.remove + counts.restore);
    let agreed = undo::agree(planned, agreement, &Number { wanted: 0 }, work).await?;
    ear.begins(info);
    let ended = undo::carry(agreed, &carrying, work).await?;
    ended.log();
    match ended.unwritten.or(ended.stopped) {
        Some(failure) => Err(failure),
        None => Ok(()),
    }
}
