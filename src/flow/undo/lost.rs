//! What an unfinished run may have sent and had no answer for: what is found of it is its own. The
//! journal learns of it, for that is what a continued run would have found too.

use std::time::Duration;

use crate::flow::event::{Event as Told, Note};
use crate::flow::failure::Failure;
use crate::flow::host::Work;
use crate::journal::{Entry, Event, Replayed, Store};
use crate::model::{Happening, RowIndex};
use crate::plan::Tenant;
use crate::submit::reads::read_tree;
use crate::submit::undo::{adopt, lost_rows};
use crate::submit::{Control, ReadError};

/// Finds what it may have sent, and says how much more there may be. Nothing is written.
pub(super) fn foresee(
    store: &Store,
    replayed: &mut Replayed,
    tenant: &Tenant,
    work: &Work<'_>,
) -> Result<(), Failure> {
    if is_finished(store)? {
        return Ok(());
    }
    adopt(replayed, tenant);
    let rows = lost_rows(replayed).len();
    if rows > 0 {
        work.events.on(Told::Note(Note::MayHaveSent { rows }));
    }
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
    if is_finished(store)? {
        return Ok(tenant);
    }
    let mut found = adopt(replayed, &tenant);
    let lost = lost_rows(replayed);
    if !lost.is_empty() {
        let wait = work.running.settle_wait;
        work.events.on(Told::Note(Note::WaitsForLost {
            requests: lost.len(),
            wait,
        }));
        rest(wait, work).await?;
        if let Some(root) = tenant.root().partner_id() {
            tenant = read_tree(&work.target.client, &work.patience(), root)
                .await
                .map_err(|error| Failure::of_reading(error, &work.target.name))?;
        }
        found.extend(adopt(replayed, &tenant));
    }
    let at_ms = work.now_ms();
    let entry = |row: RowIndex, kind| Entry::Event(Event { row, kind, at_ms });
    let found = found.into_iter().map(|(row, kind)| entry(row, kind));
    let never = lost_rows(replayed)
        .into_iter()
        .map(|row| entry(row, Happening::Released));
    store.write(&found.chain(never).collect::<Vec<_>>())?;
    Ok(tenant)
}

fn is_finished(store: &Store) -> Result<bool, Failure> {
    let (_, state) = store.info()?;
    Ok(state.finished_ms.is_some())
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
