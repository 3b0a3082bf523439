//! An undoing's plan as the engine takes it: leaves first, each with the one above that waits for it.
//! Pure.

use std::collections::HashMap;

use super::item::Stand;
use super::plan::UndoPlan;
use crate::model::{Outcome, PartnerId};
use crate::submit::engine::{Back, Earlier, Step};

/// What is done about each customer, in an order in which nobody waits for one that comes later.
/// Those that an earlier go has seen to are left out.
pub(in crate::submit) fn steps(plan: &UndoPlan) -> Vec<Back> {
    let order = plan.leaves_first();
    let order: Vec<usize> = order
        .into_iter()
        .filter(|place| !plan.items[*place].stand.is_seen_to())
        .collect();
    let places: HashMap<PartnerId, usize> = order
        .iter()
        .enumerate()
        .map(|(step, place)| (plan.items[*place].id, step))
        .collect();
    let steps = order.iter().enumerate().map(|(step, place)| {
        let item = &plan.items[*place];
        let known = |outcome| Step::Known(outcome);
        let again = matches!(
            item.stand,
            Stand::RemoveAgain | Stand::RestoreAgain | Stand::FoundRemoved
        );
        let step_of = match (&item.stand, item.request()) {
            (Stand::Gone, None) => known(Outcome::Gone),
            (Stand::AsBefore | Stand::Away | Stand::Restored, _) => known(Outcome::Restored),
            (Stand::Keep(reason), _) => known(Outcome::Kept(Box::new(reason.clone()))),
            (_, Some((operation, short_of))) => Step::Send {
                operation,
                earlier: if again {
                    Earlier::MaybeSent
                } else {
                    Earlier::Nothing
                },
                short_of,
            },
            (_, None) => known(Outcome::Restored),
        };
        Back {
            row: item.row,
            above: places
                .get(&item.parent)
                .copied()
                .filter(|above| *above > step),
            step: step_of,
        }
    });
    steps.collect()
}
