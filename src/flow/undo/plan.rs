//! From the run to what taking it back would do: the run, the tenant, what of it is lost, who has
//! devices.

use std::path::Path;

use super::lost::{foresee, settle};
use crate::flow::agree::customers;
use crate::flow::enter::{lock, log_in};
use crate::flow::event::{Part, Stage};
use crate::flow::failure::Failure;
use crate::flow::host::Work;
use crate::flow::target::Target;
use crate::journal::{Replayed, RunInfo, Store, TargetLock, UndoReplayed};
use crate::model::number::grouped;
use crate::plan::Tenant;
use crate::submit::reads::Wanted;
use crate::submit::undo::{FoundOnes, UndoCounts, UndoPlan};
use crate::submit::{Devices, ReadError, devices, read_tenant};

/// A run that may be taken back.
pub struct Undoable {
    store: Store,
    info: RunInfo,
}

impl Undoable {
    /// The run in this journal; none where nothing was ever sent for it.
    pub fn of(store: Store) -> Result<Option<Self>, Failure> {
        let (info, state) = store.info()?;
        Ok(state.planned_ms.map(|_| Self { store, info }))
    }
}

/// The run and its tenant, and nobody else's for as long as this lives.
pub struct Entered {
    undoable: Undoable,
    locks: [TargetLock; 2],
}

/// What taking a run back would do.
pub struct Look {
    pub(super) store: Store,
    pub(super) info: RunInfo,
    /// What an earlier go at it has done.
    pub(super) undone: UndoReplayed,
    pub(super) plan: UndoPlan,
    pub(super) tenant: Tenant,
}

impl Look {
    /// What the journal says of the run.
    pub fn info(&self) -> &RunInfo {
        &self.info
    }

    /// Each customer that the run created or changed, and what is done about it.
    pub fn plan(&self) -> &UndoPlan {
        &self.plan
    }

    /// The rows' numbers as a spreadsheet shows them.
    pub fn numbers(&self) -> Result<Vec<u32>, Failure> {
        Ok(self.store.numbers()?)
    }

    /// Below whom, and where.
    pub fn place(&self, target: &Target) -> String {
        format!("below {} {}", self.tenant.root().shown(), target.place())
    }

    /// The counts of the plan in one line.
    pub fn counted(&self) -> String {
        counted(&self.info.id, self.plan.counts())
    }
}

/// What is to be done. Nobody else gets into the tenant before it is.
pub struct Planned {
    pub(super) look: Look,
    pub(super) locks: [TargetLock; 2],
}

impl Planned {
    /// How many customers the last go was agreed to with.
    pub fn last(&self) -> Option<usize> {
        let state = self.look.undone.state.as_ref();
        state.map(|state| state.to_remove as usize)
    }

    /// How many customers are to be what.
    pub fn counts(&self) -> UndoCounts {
        self.look.plan.counts()
    }
}

/// How a run stands that is to be taken back.
pub enum Outlook {
    /// It has created and changed nothing.
    Nothing,
    /// Every customer of it is seen to.
    Over(Box<Planned>),
    /// There is something to do.
    ToDo(Box<Planned>),
}

/// Takes the tenant for this process, and the journal.
pub async fn enter(undoable: Undoable, work: &Work<'_>) -> Result<Entered, Failure> {
    let Undoable { mut store, info } = undoable;
    let input = Path::new(&info.input_path);
    let now_ms = work.now_ms();
    let lock = lock(work.host, &work.target.lock_key(), input, now_ms)?;
    let (_, identity) = log_in(work.host, work.target, &work.patience(), input, now_ms).await?;
    store.take()?;
    store.stands_with(&lock);
    store.stands_with(&identity);
    Ok(Entered {
        undoable: Undoable { store, info },
        locks: [lock, identity],
    })
}

/// Looks what would be done, and changes nothing, neither in the tenant nor in the journal.
pub async fn preview(
    undoable: Undoable,
    found: FoundOnes,
    work: &Work<'_>,
) -> Result<Look, Failure> {
    let Undoable { store, info } = undoable;
    let tenant = read(work).await?;
    let mut replayed = Replayed::read(&store)?;
    foresee(&store, &mut replayed, &tenant, work).await?;
    look((store, info), &replayed, tenant, found, work).await
}

/// Settles what the run may have sent, and looks what is to be done.
pub async fn plan(entered: Entered, found: FoundOnes, work: &Work<'_>) -> Result<Outlook, Failure> {
    let Entered { undoable, locks } = entered;
    let Undoable { mut store, info } = undoable;
    let tenant = read(work).await?;
    let mut replayed = Replayed::read(&store)?;
    let tenant = settle(&mut store, &mut replayed, tenant, work).await?;
    let look = look((store, info), &replayed, tenant, found, work).await?;
    if look.plan.items.is_empty() {
        return Ok(Outlook::Nothing);
    }
    let over = look.plan.is_over() && look.undone.unfinished().is_none();
    let planned = Box::new(Planned { look, locks });
    Ok(if over {
        Outlook::Over(planned)
    } else {
        Outlook::ToDo(planned)
    })
}

async fn read(work: &Work<'_>) -> Result<Tenant, Failure> {
    let _part = Part::begin(work.events, Stage::ReadingTenant);
    read_tenant(&work.target.client, &work.patience(), Wanted::default())
        .await
        .map_err(|error| unread(error, work))
}

async fn look(
    (store, info): (Store, RunInfo),
    replayed: &Replayed,
    tenant: Tenant,
    found: FoundOnes,
    work: &Work<'_>,
) -> Result<Look, Failure> {
    let undone = UndoReplayed::read(&store, replayed.planned.len())?;
    let plan = UndoPlan::new(replayed, &undone, &tenant, found);
    let devices = devices_of(&plan, &tenant, work).await?;
    Ok(Look {
        plan: plan.with_devices(&devices, &tenant),
        store,
        info,
        undone,
        tenant,
    })
}

/// Who has devices, where anybody is to be removed.
async fn devices_of(plan: &UndoPlan, tenant: &Tenant, work: &Work<'_>) -> Result<Devices, Failure> {
    let Some(root) = tenant.root().partner_id().filter(|_| plan.removes()) else {
        return Ok(Devices::OfEach);
    };
    let _part = Part::begin(work.events, Stage::LookingForDevices);
    devices(&work.target.client, &work.patience(), root)
        .await
        .map_err(|error| unread(error, work))
}

fn unread(error: ReadError, work: &Work<'_>) -> Failure {
    Failure::of_reading(error, &work.target.name)
}

/// `the run X created 6 customers; 5 to remove, 1 to keep`: what there is, and nothing that there is not.
fn counted(run: &str, counts: UndoCounts) -> String {
    let of = match (counts.created, counts.changed) {
        (created, 0) => format!("created {}", customers(created)),
        (0, changed) => format!("changed {}", customers(changed)),
        (created, changed) => format!(
            "created {} and changed {}",
            customers(created),
            grouped(changed)
        ),
    };
    let off = match counts.switch_off {
        0 => String::new(),
        all if all == counts.restore => " (automatic deployment is switched off)".to_owned(),
        some => format!(
            " (of {} automatic deployment is switched off)",
            grouped(some)
        ),
    };
    let parts = [
        (counts.remove, "to remove".to_owned()),
        (counts.restore, format!("to restore{off}")),
        (counts.gone, "gone already".to_owned()),
        (counts.as_before, "as before already".to_owned()),
        (counts.keep, "to keep".to_owned()),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, what)| format!("{} {what}", grouped(count)))
        .collect();
    let parts = match parts.as_slice() {
        [] => "nothing is left to undo".to_owned(),
        parts => parts.join(", "),
    };
    format!("the run {run} {of}; {parts}")
}
