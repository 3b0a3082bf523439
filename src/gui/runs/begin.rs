//! Beginning: a run of a list as it was planned, on the same steps of the flow that the command line
//! goes.

use std::path::PathBuf;
use std::sync::Arc;

use super::attempt::{begun, flags, over};
use super::number::{Number, number};
use crate::flow::agree::{Answered, Asking, Asks, Question};
use crate::flow::drafting::Keeping;
use crate::flow::failure::Failure;
use crate::flow::host::Work;
use crate::flow::import::{Attends, Order, import};
use crate::flow::in_flight::Unreadable;
use crate::flow::open::open;
use crate::flow::plan::PlannedList;
use crate::flow::plan_file::Approved;
use crate::flow::quarantine::Holding;
use crate::flow::read_rows::ReadRows;
use crate::flow::run::Ended;
use crate::flow::unfinished::Then;
use crate::gui::app::App;
use crate::gui::fault::Fault;
use crate::gui::lists::List;
use crate::gui::plans::{Made, typed_for};
use crate::gui::wire::{RunAsk, Step};
use crate::journal::RunInfo;
use crate::report::next::Flags;
use crate::settings::table::FIRST;
use crate::settings::{Content, IfChanged, Resolved};
use crate::submit::Direction;

/// Begins a run of a list, as planned; hands back its id.
///
/// # Errors
/// Where the plan on the screen is another one, the number is, or somebody else is at work.
pub async fn begin(app: &Arc<App>, ask: &RunAsk) -> Result<String, Fault> {
    let list = app.list(&ask.list)?;
    if app.runs.is_live(&list.id) {
        return Err(Fault::busy("A run of this list is in progress."));
    }
    let Some(made) = list.planning(|planning| planning.made(ask.revision)) else {
        let why = list.planning(|planning| planning.why_stale().map(str::to_owned));
        let says = why.unwrap_or_else(|| "Another plan was made since.".to_owned());
        return Err(Fault::stale(
            "The plan is out of date",
            format!("{says} Plan again."),
        ));
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
        return Err(Fault::value("All exist already: nothing to do."));
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
    let connected = Arc::clone(&job.made.connected);
    let forth = Direction::Forth;
    let run = begun(app, &connected, Some(list.id.clone()), forth, |attempt| {
        Box::pin(async move {
            let work = attempt.work(&job.resolved.running);
            over(job.run(&work).await?)
        })
    })
    .await?;
    list.note(Step::Run, Some(&run), None);
    Ok(run)
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

impl Asks for New {
    fn ask<'a>(&'a self, question: &'a Question) -> Answered<'a> {
        let wanted = self.wanted;
        Box::pin(async move { Number { wanted }.ask(question).await })
    }
}

impl Attends for New {
    fn planned(&self, planned: &PlannedList, _: Option<&ReadRows>) -> Result<Asking, Failure> {
        if let Some(first) = self.first {
            let items = planned.plan().items.iter();
            let now = items.filter(|item| item.action.creates());
            let then = self.made.pilot(first);
            if !now.map(|item| item.row.0).eq(then.map(|item| item.row.0)) {
                return Err(Failure::declined("nothing was sent"));
            }
        }
        Ok(Asking::ByCount)
    }

    fn flags(&self, _: &RunInfo) -> Flags {
        flags(&self.made.connected)
    }
}
