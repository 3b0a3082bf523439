//! What an interrupted run sent and got no answer for: found below its parent with its key, it is
//! the run's own. Pure.

use crate::journal::Replayed;
use crate::model::{
    Happening, Operation, Origin, Outcome, Parent, PartnerId, Planned, RowIndex, Standing,
};
use crate::plan::Tenant;
use crate::submit::begin::found_in;

/// The rows that may have been sent and of whose customers nothing is known.
pub fn lost_rows(replayed: &Replayed) -> Vec<RowIndex> {
    let rows = replayed.planned.iter().zip(&replayed.progress);
    let open = rows.filter(|(_, progress)| matches!(progress, Standing::Open { .. }));
    open.map(|(planned, _)| planned.row).collect()
}

/// Finds customers of lost rows in the tenant, and notes them as created: those whose request is
/// known to have left as found, others as met. A row whose parent row was lost as well may follow
/// from that.
pub fn adopt(replayed: &mut Replayed, tenant: &Tenant) -> Vec<(RowIndex, Happening)> {
    let mut adopted = Vec::new();
    loop {
        let before = adopted.len();
        for row in lost_rows(replayed) {
            if let Some(id) = found(replayed, row, tenant) {
                let origin = match &replayed.progress[row.as_usize()] {
                    Standing::Open { message } if message.is_empty() => Origin::Met,
                    _ => Origin::Found,
                };
                let outcome = Outcome::Created(id, origin);
                replayed.progress[row.as_usize()] = outcome.clone().into();
                adopted.push((row, outcome.into()));
            }
        }
        if adopted.len() == before {
            return adopted;
        }
    }
}

fn found(replayed: &Replayed, row: RowIndex, tenant: &Tenant) -> Option<PartnerId> {
    let Planned::Send(Operation::Create {
        parent, partner, ..
    }) = &replayed.planned[row.as_usize()].action
    else {
        return None;
    };
    let parent = match parent {
        Parent::Customer(id) => *id,
        Parent::Row(above) => replayed.progress[above.as_usize()].id()?,
    };
    let id = found_in(tenant, parent, partner)?;
    // Another row of the run may have the customer already.
    let taken = replayed.progress.iter().any(|other| other.id() == Some(id));
    (!taken).then_some(id)
}
