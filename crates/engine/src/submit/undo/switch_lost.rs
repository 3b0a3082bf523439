//! Requests of a run that switch automatic deployment on and were lost: of which customers they were, how
//! long they could still land, and what it means how the customer stands then. Pure.
//!
//! Only customers that were there before matter: for one that the run has created it goes with the
//! customer, or stays with it.

use std::time::Duration;

use crate::journal::Replayed;
use crate::model::{Happening, Origin, Outcome, PartnerId, RowIndex, Standing, Switch};

/// The customers that were there before, and for which such a request may have left and has no answer.
pub fn lost_switches(replayed: &Replayed) -> Vec<(RowIndex, PartnerId)> {
    let rows = (0..).map(RowIndex).zip(&replayed.deployments);
    let open = rows.filter(|(_, standing)| standing.is_open());
    open.filter_map(|(row, _)| Some((row, there_before(replayed, row)?)))
        .collect()
}

fn there_before(replayed: &Replayed, row: RowIndex) -> Option<PartnerId> {
    match replayed.progress.get(row.as_usize())?.outcome()? {
        Outcome::Exists(id) | Outcome::Updated(id, _) => Some(*id),
        _ => None,
    }
}

/// How many more of them could still be carried out after `now_ms`, and how long: those of which it is
/// known when they had been lost, for a later one had an answer. A clock that was put back makes that
/// longer, never more than the whole time.
pub fn switches_land_within(
    replayed: &Replayed,
    now_ms: i64,
    settle_wait: Duration,
) -> (usize, Duration) {
    let rows = replayed.lost_switches.iter();
    let there = rows.filter(|(row, _)| there_before(replayed, **row).is_some());
    let rest = there.map(|(_, lost_ms)| {
        let since = u64::try_from(now_ms.saturating_sub(*lost_ms)).unwrap_or(0);
        settle_wait.saturating_sub(Duration::from_millis(since))
    });
    let rest = rest.filter(|rest| *rest > Duration::ZERO);
    rest.fold((0, Duration::ZERO), |(count, longest), rest| {
        (count + 1, longest.max(rest))
    })
}

/// What has happened to such a row, whose customer stands so when nothing of it can land any more. Of a
/// request that is known to have left it was seen before that it was off.
pub fn switch_was(replayed: &Replayed, row: RowIndex, id: PartnerId, now: Switch) -> Happening {
    let has_left = match replayed.deployments.get(row.as_usize()) {
        Some(Standing::Open { message }) => !message.is_empty(),
        _ => false,
    };
    match now {
        Switch::Off => Happening::NotDone,
        Switch::On if has_left => Outcome::Updated(id, Origin::Answered).into(),
        Switch::On => Outcome::Updated(id, Origin::Met).into(),
    }
}
