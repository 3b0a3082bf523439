//! What a run may have sent and had no answer for: what is found of it is its own. The journal learns of
//! it, for that is what a continued run would have found too.

use std::time::Duration;

use crate::api::classify::Stop;
use crate::flow::event::{Event as Told, Note, Part, Stage};
use crate::flow::failure::Failure;
use crate::flow::host::Work;
use crate::journal::{Entry, Event, Replayed, Store};
use crate::model::{Happening, PartnerId, RowIndex};
use crate::plan::Tenant;
use crate::submit::reads::read_tree;
use crate::submit::undo::{adopt, lost_rows, lost_switches, switch_was, switches_land_within};
use crate::submit::{Control, ReadError, patiently};

/// Finds what it may have sent, and says how much more there may be. Nothing is written.
pub(super) async fn foresee(
    store: &Store,
    replayed: &mut Replayed,
    tenant: &Tenant,
    work: &Work<'_>,
) -> Result<(), Failure> {
    if !is_finished(store)? {
        adopt(replayed, tenant);
        let rows = lost_rows(replayed).len();
        if rows > 0 {
            work.events.on(Told::Note(Note::MayHaveSent { rows }));
        }
    }
    let switches = there(lost_switches(replayed), tenant);
    let (count, wait) = may_land(replayed, &switches, work);
    if wait > Duration::ZERO {
        work.events.on(Told::Note(Note::MaySwitch {
            switches: count,
            wait,
        }));
    }
    look_at_switches(replayed, &switches, work).await?;
    Ok(())
}

/// Waits until nothing of it can land any more, and writes down what was found and what certainly was
/// not carried out. Hands back the tenant as it is then.
pub(super) async fn settle(
    store: &mut Store,
    replayed: &mut Replayed,
    mut tenant: Tenant,
    work: &Work<'_>,
) -> Result<Tenant, Failure> {
    let is_finished = is_finished(store)?;
    let mut found = Vec::new();
    let mut lost = 0;
    if !is_finished {
        found = adopt(replayed, &tenant);
        lost = lost_rows(replayed).len();
    }
    let switches = there(lost_switches(replayed), &tenant);
    let (count, mut wait) = may_land(replayed, &switches, work);
    if lost > 0 {
        wait = work.running.settle_wait;
    }
    if wait > Duration::ZERO {
        work.events.on(Told::Note(Note::WaitsForLost {
            requests: lost + count,
            wait,
        }));
        rest(wait, work).await?;
    }
    if lost > 0 {
        if let Some(root) = tenant.root().partner_id() {
            tenant = read_tree(&work.target.client, &work.patience(), root)
                .await
                .map_err(|error| Failure::of_reading(error, &work.target.name))?;
        }
        found.extend(adopt(replayed, &tenant));
    }
    let at_ms = work.now_ms();
    let entry = |row: RowIndex, kind| Entry::Event(Event { row, kind, at_ms });
    let mut entries: Vec<Entry> = found
        .into_iter()
        .map(|(row, kind)| entry(row, kind))
        .collect();
    if !is_finished {
        let never = lost_rows(replayed).into_iter();
        entries.extend(never.map(|row| entry(row, Happening::Released)));
    }
    let seen = look_at_switches(replayed, &switches, work).await?;
    entries.extend(seen.into_iter().map(Entry::Deploy));
    store.write(&entries)?;
    Ok(tenant)
}

fn is_finished(store: &Store) -> Result<bool, Failure> {
    let (_, state) = store.info()?;
    Ok(state.finished_ms.is_some())
}

/// Of whose customers the tenant knows: the others are gone, whatever was sent.
fn there(switches: Vec<(RowIndex, PartnerId)>, tenant: &Tenant) -> Vec<(RowIndex, PartnerId)> {
    let mut switches = switches;
    switches.retain(|(_, id)| tenant.get(id.get()).is_some());
    switches
}

/// How many requests that switch may still land, and how long: nobody knows when the process died that
/// sent those without any answer.
fn may_land(
    replayed: &Replayed,
    open: &[(RowIndex, PartnerId)],
    work: &Work<'_>,
) -> (usize, Duration) {
    let whole = work.running.settle_wait;
    let (count, rest) = switches_land_within(replayed, work.now_ms(), whole);
    let wait = if open.is_empty() { rest } else { whole };
    (open.len() + count, wait)
}

/// Asks how these customers stand, and hands back what that says of the requests. Of one that the service
/// does not tell it stays unknown.
async fn look_at_switches(
    replayed: &mut Replayed,
    switches: &[(RowIndex, PartnerId)],
    work: &Work<'_>,
) -> Result<Vec<Event>, Failure> {
    if switches.is_empty() {
        return Ok(Vec::new());
    }
    let _part = Part::begin(work.events, Stage::ReadingTenant);
    let (client, patience) = (&work.target.client, work.patience());
    let mut seen = Vec::with_capacity(switches.len());
    for (row, id) in switches {
        let now = match patiently(client, &patience, || client.deployment(*id, None)).await {
            Ok(now) => now,
            Err(ReadError::Refused(_) | ReadError::Stopped(Stop::Forbidden(_))) => continue,
            Err(error) => return Err(Failure::of_reading(error, &work.target.name)),
        };
        let event = Event {
            row: *row,
            kind: switch_was(replayed, *row, *id, now),
            at_ms: work.now_ms(),
        };
        replayed.apply_deploy(event.clone());
        seen.push(event);
    }
    Ok(seen)
}

/// Waits, unless whoever asked for the undo asks to stop.
async fn rest(wait: Duration, work: &Work<'_>) -> Result<(), Failure> {
    let mut control = work.control.clone();
    let asked = async {
        if control.wait_for(|now| *now != Control::Run).await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = tokio::time::sleep(wait) => Ok(()),
        () = asked => Err(Failure::of_reading(ReadError::Interrupted, &work.target.name)),
    }
}
