//! A list imported, from the file to its result files: an unfinished run of it goes on, else one begins.
//! One use case for all who import: a terminal, a fleet, the page. What they differ in is what they
//! order, and what they answer on the way.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::agree::{Agreement, Asking, Asks, agree};
use super::begin::{Beginning, begin};
use super::check::{Checked, check};
use super::clock::now_ms;
use super::drafting::{Drafting, Keeping};
use super::enter::{Entrance, WithoutRows, enter, lock};
use super::event::Event;
use super::failure::{Failure, Kind};
use super::guard::{Guards, not_empty, within_limits};
use super::host::Work;
use super::in_flight::Unreadable;
use super::open::Opened;
use super::plan::{PlannedList, Questions, plan};
use super::plan_file::{Approved, Basis};
use super::quarantine::{Holding, Quarantine};
use super::read_rows::ReadRows;
use super::resume::resume;
use super::run::{Carrying, Ended, carry};
use super::unfinished::{Found, GivenUp, Sought, Then, Unfinished, find};
use crate::check::EmptyList;
use crate::journal::{Draft, RunInfo, TargetLock};
use crate::model::all_left_out;
use crate::report;
use crate::report::next::Flags;
use crate::settings::table::OUT;
use crate::settings::{Decisive, IfChanged, Resolved};

/// What is to be imported, and how.
pub struct Order<'o> {
    /// The list.
    pub opened: Opened,
    /// What it goes by.
    pub resolved: &'o Resolved,
    /// The options of it that decide what is sent.
    pub decisive: &'o Decisive,
    /// The plan that was approved, where one was.
    pub approved: Option<&'o Approved>,
    /// What is done with an unfinished run of the list.
    pub and: Then,
    /// What is done about journals that cannot be read.
    pub unreadable: Unreadable,
    /// What is done with one that the list, or the options, no longer fit.
    pub if_changed: IfChanged,
    /// Whether rows are left alone that were refused run after run.
    pub holding: Holding,
    /// Where a new run's journal is.
    pub keeping: Keeping,
    /// Where a new run's result files go, where somebody said it.
    pub out: Option<PathBuf>,
}

/// Who has ordered it: is shown the plan, asked whether it is to be carried out, and knows the commands
/// that belong to the run.
pub trait Attends: Asks {
    /// Shows a new run's plan, or refuses it; hands back how it is agreed to. Of a large list the rows are in the
    /// journal already, and not at hand.
    ///
    /// # Errors
    ///
    /// Where it is not what was ordered.
    fn planned(&self, planned: &PlannedList, rows: Option<&ReadRows>) -> Result<Asking, Failure>;

    /// What the commands repeat that the run's result files name.
    fn flags(&self, info: &RunInfo) -> Flags;
}

/// Where the result files of `list` go: not over the list they are made of, when it is the profile
/// that says it; that is meant for the list, not for its own results.
pub fn out_of(resolved: &Resolved, list: &Path) -> Option<PathBuf> {
    let out = resolved.out.clone()?;
    let counts = out.origin.is_flag() || !report::would_replace(list, &out.value);
    counts.then_some(out.value)
}

/// Leaves word of an import that never began, where the results of an earlier one stand and a night's replace
/// those of the night before. Where somebody else is at work, or nobody agreed, there is nothing to say.
pub fn leave_word(resolved: &Resolved, list: &Path, failure: &Failure) {
    if matches!(failure.kind, Kind::Locked | Kind::Declined) {
        return;
    }
    if let Some(out) = out_of(resolved, list) {
        report::leave_word(&out, list, &failure.in_full(), now_ms());
    }
}

/// Carries the order out.
///
/// # Errors
///
/// Where it ends before there is a run, or without its result files.
pub async fn import(
    order: Order<'_>,
    attends: &dyn Attends,
    work: &Work<'_>,
) -> Result<Ended, Failure> {
    let (key, now_ms) = (work.target.lock_key(), work.now_ms());
    let mut lock = lock(work.host, &key, order.opened.path(), now_ms)?;
    let sought = Sought {
        state_dir: &work.host.state_dir,
        opened: &order.opened,
        target: work.target,
        decisive: order.decisive,
        plan: order.approved.map(Approved::digest),
        and: order.and,
        if_changed: order.if_changed,
        now_ms,
    };
    let found = find(&sought, work.events)?;
    let quarantine = Quarantine::open(order.resolved, order.holding, key);
    let quarantine = quarantine.as_ref();
    let begun = match found {
        Found::Continue(unfinished) => {
            if unfinished.info().input_sha256 != order.opened.sha256() {
                refuse_emptied(&order, work)?;
            }
            within_limits(&unfinished.still_to_send()?, order.resolved.agreement)?;
            lock.names(&unfinished.info().id);
            let out = order.resolved.typed.path(&OUT);
            resume(*unfinished, &lock, out, work).await?
        }
        Found::Superseded(_) | Found::Nothing => {
            let (planned, rows, draft) =
                planned(&order, found.given_up(), quarantine, work).await?;
            let asking = attends.planned(&planned, rows.as_deref())?;
            drop(rows);
            if let Some(approved) = order.approved {
                let basis = Basis::of(&order.opened, order.decisive.clone());
                approved.hold(&basis, &planned, work.target)?;
            }
            let agreement = Agreement {
                asking,
                guards: Guards::of(order.resolved),
            };
            let agreed = agree(planned, agreement, attends, work).await?;
            say_if_nothing_counts(agreed.planned().checked());
            begin(agreed, draft, &mut lock, &beginning(&order), work)?
        }
    };
    let carrying = Carrying {
        settings: order.resolved.plain(),
        flags: attends.flags(begun.info()),
        quarantine,
    };
    carry(begun, carrying, work).await
}

/// Goes on with a run that is known, as it was begun, and not by its list.
///
/// # Errors
///
/// Where somebody else is at work, or it ends without its result files.
pub async fn go_on(
    unfinished: Unfinished,
    (resolved, holding, out): (&Resolved, Holding, Option<&Path>),
    flags: Flags,
    work: &Work<'_>,
) -> Result<Ended, Failure> {
    let lock = lock_for(&unfinished, work)?;
    // It is seen from now on: what others have under way may be waited for, and for long.
    work.events.on(Event::Run(unfinished.info()));
    let quarantine = Quarantine::open(resolved, holding, work.target.lock_key());
    let carrying = Carrying {
        settings: resolved.plain(),
        flags,
        quarantine: quarantine.as_ref(),
    };
    let begun = resume(unfinished, &lock, out, work).await?;
    carry(begun, carrying, work).await
}

fn lock_for(unfinished: &Unfinished, work: &Work<'_>) -> Result<TargetLock, Failure> {
    let info = unfinished.info();
    let (key, input) = (work.target.lock_key(), Path::new(&info.input_path));
    let mut lock = lock(work.host, &key, input, work.now_ms())?;
    lock.names(&info.id);
    Ok(lock)
}

/// What a new run would do, with the tenant that it would do it in; the list's rows, where they are few; and the file
/// that is to be the run's, with all of them in it: it is written while others are waited for.
async fn planned(
    order: &Order<'_>,
    given_up: Option<GivenUp>,
    quarantine: Option<&Quarantine>,
    work: &Work<'_>,
) -> Result<(PlannedList, Option<Arc<ReadRows>>, Draft), Failure> {
    let resolved = order.resolved;
    let (checked, rows) = check(order.opened.clone(), resolved, work.events)?;
    let rows = Arc::new(rows);
    let kept = rows.are_few().then(|| Arc::clone(&rows));
    let drafting = Drafting::begin(order.keeping, &work.host.state_dir, rows);
    let entrance = Entrance {
        given_up,
        unreadable: order.unreadable,
        without_rows: if order.approved.is_some() || is_permitted(&checked, resolved) {
            WithoutRows::Enter
        } else {
            WithoutRows::StayOut
        },
    };
    let entered = enter(&checked, entrance, work).await?;
    let patience = work.patience();
    let asking = Questions {
        target: work.target,
        patience: &patience,
        events: work.events,
        state_dir: &work.host.state_dir,
    };
    let planned = plan(checked, entered, resolved.planning, quarantine, &asking).await?;
    Ok((planned, kept, drafting.done()?))
}

/// Refuses a list without rows that may not be without, also where a run of it as it was would go on: no
/// schedule is to take the end of that for the sign of a good export.
fn refuse_emptied(order: &Order<'_>, work: &Work<'_>) -> Result<(), Failure> {
    let (checked, _) = check(order.opened.clone(), order.resolved, work.events)?;
    not_empty(&checked, order.resolved.agreement.empty)
}

/// Whether the list has no row and may have none: who is in the tenant is looked at all the same.
fn is_permitted(checked: &Checked, resolved: &Resolved) -> bool {
    checked.has_no_row() && resolved.agreement.empty == EmptyList::Allowed
}

/// A run all the same: whoever reads its files and counts learns what was left out.
fn say_if_nothing_counts(checked: &Checked) {
    if !checked.is_empty() {
        return;
    }
    match all_left_out(&checked.prepared().file.checked.left_out) {
        0 => tracing::warn!("the list holds no customer, which is permitted; nothing is sent"),
        left_out => tracing::warn!(left_out, "no row counts: all are left out"),
    }
}

fn beginning(order: &Order<'_>) -> Beginning {
    Beginning {
        options: order.decisive.kept(order.approved.map(Approved::digest)),
        origins: order.decisive.origins().clone(),
        out: order.out.clone(),
        job: order.resolved.watching.job.clone(),
        backup_profile: order.resolved.backup_profile,
    }
}
