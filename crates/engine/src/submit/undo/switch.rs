//! Automatic deployment that a run has switched on for a customer that was there before: an undo
//! switches it off again. For one that the run has created it goes with the customer, or stays with it.
//! Pure.

use std::sync::Arc;

use crate::journal::{Replayed, UndoReplayed};
use crate::model::{
    Operation, Origin, Outcome, Parent, PartnerId, PartnerInfo, Reason, RowIndex, Since, Standing,
    Switch, code,
};
use crate::plan::Tenant;

/// What becomes of customers that a continued run has found, of which nothing but the intent is known:
/// somebody else may have created them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FoundOnes {
    /// They stay.
    #[default]
    Stay,
    /// They are treated as the run's own.
    GoToo,
}

/// A customer whose automatic deployment the run has switched on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwitchBack {
    /// The data row.
    pub row: RowIndex,
    /// The customer's id.
    pub id: PartnerId,
    partner: Arc<PartnerInfo>,
    /// What is done about it.
    pub stand: SwitchStand,
    /// Whether a request of an earlier go may have done it, or does so yet.
    pub was_begun: bool,
}

/// What is done about automatic deployment of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SwitchStand {
    /// It is switched off, where it is on.
    Off,
    /// The customer is no longer there.
    Gone,
    /// It is off, as before: the request of the run that was lost has done nothing.
    AsBefore,
    /// It stays on.
    Keep(Reason),
    /// An earlier go has seen to it.
    Away,
}

impl SwitchBack {
    /// How it is known that a run has switched it on; `None` where it has not.
    pub(super) fn origin(deployment: &Standing) -> Option<Origin> {
        match deployment {
            Standing::Ended(Outcome::Updated(_, origin)) => Some(*origin),
            // It may have been switched on, and nobody knows by whom.
            Standing::Open { message } if message.is_empty() => Some(Origin::Met),
            // It was off before that request left.
            Standing::Open { .. } => Some(Origin::Found),
            _ => None,
        }
    }

    /// Why one stays on of which nothing but the intention is known.
    pub(super) fn found_only(deployment: Option<&Standing>) -> Reason {
        let known = match deployment {
            Some(Standing::Open { .. }) => {
                "the run may have switched automatic deployment on, and the service does not tell \
                 whether it is on"
            }
            _ => {
                "automatic deployment is on, and no answer told that the run switched it on: \
                 somebody else may have done it"
            }
        };
        let message = format!("{known}; `undo --found` switches it off");
        Reason::new(&code::FOUND_ONLY, message)
    }

    /// Those of a run, of customers that it has changed otherwise as well: of others nothing else is
    /// taken back, and they stand among the items of the plan.
    pub fn of(
        replayed: &Replayed,
        undone: &UndoReplayed,
        tenant: &Tenant,
        found: FoundOnes,
    ) -> Vec<Self> {
        let rows = replayed.planned.iter().zip(&replayed.progress);
        let rows = rows.zip(&replayed.deployments);
        let switches = rows.filter_map(|((planned, standing), deployment)| {
            let Outcome::Updated(id, _) = standing.outcome()? else {
                return None;
            };
            let origin = Self::origin(deployment);
            if origin.is_none() && !replayed.not_switched.contains(&planned.row) {
                return None;
            }
            let before = undone.deployments.get(&planned.row);
            let was_begun = before.is_some_and(Standing::is_open);
            let stand = match before.and_then(Standing::outcome) {
                Some(Outcome::Restored | Outcome::Gone) => SwitchStand::Away,
                _ if tenant.get(id.get()).is_none() => SwitchStand::Gone,
                _ if origin.is_none() => SwitchStand::AsBefore,
                _ if origin == Some(Origin::Met) && !was_begun && found == FoundOnes::Stay => {
                    SwitchStand::Keep(Self::found_only(Some(deployment)))
                }
                _ => SwitchStand::Off,
            };
            Some(Self {
                row: planned.row,
                id: *id,
                partner: planned.action.partner()?.clone(),
                stand,
                was_begun,
            })
        });
        switches.collect()
    }

    /// Why it stays on, where it does.
    pub fn stays_on(&self) -> Option<&Reason> {
        match &self.stand {
            SwitchStand::Keep(why) => Some(why),
            SwitchStand::Off | SwitchStand::Gone | SwitchStand::AsBefore | SwitchStand::Away => {
                None
            }
        }
    }

    /// The request that is sent for it; `None` where nothing is sent.
    pub(in crate::submit) fn operation(&self) -> Option<Operation> {
        (self.stand == SwitchStand::Off).then(|| Operation::Deploy {
            id: self.id,
            parent: Parent::Customer(self.id),
            partner: Arc::clone(&self.partner),
            to: Switch::Off,
            since: Since::Before,
        })
    }

    /// What became of it where nothing is sent, and no earlier go has said so.
    pub(in crate::submit) fn outcome(&self) -> Option<Outcome> {
        match &self.stand {
            SwitchStand::Gone => Some(Outcome::Gone),
            SwitchStand::AsBefore => Some(Outcome::Restored),
            SwitchStand::Keep(why) => Some(Outcome::Kept(Box::new(why.clone()))),
            SwitchStand::Off | SwitchStand::Away => None,
        }
    }
}
