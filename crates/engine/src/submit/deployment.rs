//! Automatic deployment after the customers are there: a run of its own over the same rows, with the
//! same engine, journal and limits; and the same backwards for an undo.
//!
//! Must not know: requests, time.

use super::engine::{Back, Earlier, Step};
use super::observe::{Observer, RunEvent};
use super::undo::SwitchBack;
use crate::journal::Replayed;
use crate::model::{
    Deployment, Operation, Outcome, Parent, PartnerId, Planned, RowIndex, Since, Standing, Switch,
};

/// The rows whose customer is there and gets automatic deployment, as a run; `None` where nothing is
/// left to be done.
pub(super) fn as_run(replayed: &Replayed) -> Option<Replayed> {
    // None where no row asks for it.
    if replayed.deployments.is_empty() {
        return None;
    }
    let mut run = Replayed {
        attempts: vec![0; replayed.planned.len()],
        progress: vec![Standing::Ended(Outcome::Invalid); replayed.planned.len()],
        ..Replayed::default()
    };
    let mut is_any = false;
    for planned in &replayed.planned {
        let index = planned.row.as_usize();
        let mut one = planned.clone();
        one.action = Planned::Invalid;
        if let Some(operation) = switch_on(replayed, planned.row) {
            one.action = Planned::Send(operation);
            let standing = replayed.deployments.get(index).cloned();
            run.progress[index] = standing.unwrap_or_default();
            is_any |= !run.progress[index].is_final();
        }
        run.planned.push(one);
    }
    is_any.then_some(run)
}

fn switch_on(replayed: &Replayed, row: RowIndex) -> Option<Operation> {
    let planned = replayed.planned.get(row.as_usize())?;
    if planned.deployment != Deployment::SwitchOn {
        return None;
    }
    let standing = replayed.progress.get(row.as_usize())?;
    let id = standing.id()?;
    let since = match standing.created() {
        Some(_) => Since::ThisRun,
        None => Since::Before,
    };
    Some(Operation::Deploy {
        id,
        parent: Parent::Customer(id),
        partner: planned.action.partner()?.clone(),
        to: Switch::On,
        since,
    })
}

/// What switches automatic deployment off again, as the engine takes it.
pub(super) fn steps_back(switches: &[SwitchBack]) -> Vec<Back> {
    let steps = switches.iter().filter_map(|one| {
        let step = match one.operation() {
            Some(operation) => Step::Send {
                operation,
                earlier: if one.was_begun {
                    Earlier::MaybeSent
                } else {
                    Earlier::Nothing
                },
                short_of: None,
            },
            None => Step::Known(one.outcome()?),
        };
        Some(Back {
            row: one.row,
            above: None,
            step,
        })
    });
    steps.collect()
}

/// The rows whose customer's UID is to be read, with the customer.
pub(super) fn without_uid(replayed: &Replayed) -> Vec<(RowIndex, PartnerId)> {
    let standings = (0..).map(RowIndex).zip(&replayed.deployments);
    let on = standings.filter_map(|(row, standing)| Some((row, standing.id()?)));
    on.filter(|(row, _)| {
        let learnt = replayed.learnt.get(row);
        learnt.is_none_or(|one| one.uid.is_none())
    })
    .collect()
}

/// Passes on what concerns everybody: rows have been told of when their customer was there.
pub(super) struct Aside<'a>(pub(super) &'a mut dyn Observer);

impl Observer for Aside<'_> {
    fn observe(&mut self, event: RunEvent) {
        match event {
            RunEvent::Paused { .. } | RunEvent::Settling { .. } | RunEvent::Draining { .. } => {
                self.0.observe(event);
            }
            RunEvent::Started { .. }
            | RunEvent::Row(..)
            | RunEvent::Deploying
            | RunEvent::ReadingBack => {}
        }
    }
}
