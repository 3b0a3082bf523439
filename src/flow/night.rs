//! One night of one list, from the list to its result files, with nobody to ask: what `run FILE --yes`
//! does, as a value.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::watch;

use super::agree::{Agreement, Answer, Answered, Asking, Asks, Question, agree};
use super::begin::{Beginning, Keeping, begin, spare_input};
use super::check::check;
use super::enter::{Entrance, WithoutRows, enter, lock};
use super::event::Events;
use super::failure::Failure;
use super::guard::{Guards, within_limits};
use super::host::{Host, Work};
use super::in_flight::Unreadable;
use super::of_run::named_id;
use super::open::open;
use super::plan::plan;
use super::quarantine::{Holding, Quarantine};
use super::resume::resume;
use super::run::{Carrying, Ended, carry};
use super::target::connect_within;
use super::unfinished::{Found, Sought, Then, find};
use crate::api::{Credentials, Pacer};
use crate::journal::RunInfo;
use crate::report;
use crate::report::next::Flags;
use crate::settings::table::OUT;
use crate::settings::{Access, Resolved};
use crate::submit::Control;

/// What a night is handed.
pub struct Night<'n> {
    /// The list.
    pub list: &'n Path,
    /// What it goes by.
    pub resolved: &'n Resolved,
    /// The process.
    pub host: &'n Host,
    /// The send times that are shared with others, where they are.
    pub pacer: Option<Arc<Pacer>>,
    /// Finds who logs in.
    pub credentials: &'n (dyn Fn(&Access) -> Result<Credentials, Failure> + Sync),
    /// What the commands repeat that the result files name.
    pub flags: &'n (dyn Fn(&RunInfo) -> Flags + Sync),
    /// What is asked of it meanwhile.
    pub control: watch::Receiver<Control>,
    /// Who is told.
    pub events: Events<'n>,
}

/// What became of it.
pub enum Came {
    /// There was no row, and there may be none.
    Nothing,
    /// A run has ended.
    Ended(Box<Ended>),
}

/// There is nobody.
struct Nobody;

impl Asks for Nobody {
    fn ask<'a>(&'a self, _: &'a Question) -> Answered<'a> {
        Box::pin(async { Answer::Nobody })
    }
}

/// Carries it out: an unfinished run of the list goes on, else one begins.
///
/// # Errors
///
/// Where it ends before there is a run, or without its result files.
pub async fn night(night: Night<'_>) -> Result<Came, Failure> {
    let Night {
        list,
        resolved,
        host,
        events,
        ..
    } = night;
    if let Some(out) = resolved.typed.path(&OUT) {
        spare_input(list, out)?;
    }
    resolved.refuse_idle_flags()?;
    let opened = open(list)?;
    let decisive = resolved.decisive(named_id(resolved, list)?.as_deref());
    let running = &resolved.running;
    let connections = running.concurrency.get();
    let target = connect_within(
        resolved,
        connections,
        night.pacer,
        night.credentials,
        events,
    )
    .await?;
    let now_ms = (running.wall_clock)();
    let mut lock = lock(host, &target.lock_key(), list, now_ms)?;
    let quarantine = Quarantine::open(resolved, Holding::Back, target.lock_key());
    let quarantine = quarantine.as_ref();
    let sought = Sought {
        state_dir: &resolved.state_dir,
        opened: &opened,
        target: &target,
        decisive: &decisive,
        plan: None,
        and: Then::Continue,
        if_changed: resolved.if_changed,
        now_ms,
    };
    let found = find(&sought, events)?;
    let work = Work {
        host,
        target: &target,
        running,
        control: night.control,
        events,
    };
    let begun = match found {
        Found::Continue(unfinished) => {
            within_limits(&unfinished.still_to_send()?, resolved.agreement)?;
            lock.names(&unfinished.info().id);
            resume(*unfinished, &lock, resolved.typed.path(&OUT), &work).await?
        }
        Found::Superseded(_) | Found::Nothing => {
            let entrance = Entrance {
                given_up: found.given_up(),
                unreadable: Unreadable::Block,
                without_rows: WithoutRows::StayOut,
            };
            let checked = check(opened.clone(), resolved, events)?;
            let entered = enter(&checked, entrance, &work).await?;
            let planned = plan(checked, entered, resolved.planning, quarantine, events);
            let agreement = Agreement {
                asking: Asking::Never,
                guards: Guards::of(resolved),
            };
            let is_empty = planned.checked().is_empty();
            if is_empty && planned.prepared().file.checked.left_out.is_empty() {
                agreement.guards.pass(&planned, &target)?;
                return Ok(Came::Nothing);
            }
            let agreed = agree(planned, agreement, &Nobody, &work).await?;
            let beginning = Beginning {
                options: decisive.kept(None),
                origins: decisive.origins().clone(),
                out: results(resolved, list),
                job: resolved.watching.job.clone(),
                keeping: Keeping::OnDisk,
            };
            begin(agreed, &mut lock, &beginning, &work)?
        }
    };
    let carrying = Carrying {
        settings: resolved.plain(),
        flags: (night.flags)(begun.info()),
        quarantine,
    };
    Ok(Came::Ended(Box::new(carry(begun, carrying, &work).await?)))
}

/// Where the result files go: not over the list they are made of.
fn results(resolved: &Resolved, list: &Path) -> Option<PathBuf> {
    let out = resolved.out.clone()?;
    let counts = out.origin.is_flag() || !report::would_replace(list, &out.value);
    counts.then_some(out.value)
}
