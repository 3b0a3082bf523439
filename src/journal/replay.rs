//! What the events of a run amount to, row by row.

use std::collections::{BTreeMap, BTreeSet};

use super::JournalError;
use super::record::{Event, EventKind, Planned, PlannedAction};
use super::store::Store;
use crate::model::{PartnerId, RowIndex};

/// Where a row stands, as far as the journal tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Progress {
    /// Nothing was sent, or certainly nothing was carried out.
    #[default]
    Pending,
    /// Its request may have left: the tenant must be looked at before anything else.
    Open {
        /// What is known of the request; empty where nothing but its intent is.
        message: String,
    },
    /// Created by this run, as far as is known: see [`Origin`].
    Created(PartnerId),
    /// There already.
    Exists(PartnerId),
    /// There already, and changed by this run.
    Updated(PartnerId),
    /// The service said no.
    Failed {
        /// The service's number.
        code: String,
        /// Its text.
        message: String,
    },
    /// The row above it did not make it.
    Blocked {
        /// Which.
        by: RowIndex,
    },
    /// Wrong from the beginning.
    Invalid,
}

impl Progress {
    /// The customer's id, once there is one.
    pub fn id(&self) -> Option<PartnerId> {
        match self {
            Self::Created(id) | Self::Exists(id) | Self::Updated(id) => Some(*id),
            _ => None,
        }
    }

    /// Whether nothing more will happen to the row in this run.
    pub fn is_final(&self) -> bool {
        !matches!(self, Self::Pending | Self::Open { .. })
    }
}

/// How it is known that a run has created a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    /// The service answered with its id.
    #[default]
    Answered,
    /// A request that is known to have left had no answer, and the customer was found.
    Found,
    /// Nothing but an intent was known, and the customer was found: it may be somebody else's.
    Met,
}

/// A run as its journal tells it.
#[derive(Debug, Default)]
pub struct Replayed {
    /// The plan, one per data row.
    pub planned: Vec<Planned>,
    /// Where each row stands.
    pub progress: Vec<Progress>,
    /// What the tenant showed after the run, where that was not as it should be.
    pub mismatches: Vec<(RowIndex, String)>,
    /// How many intents each row has had: how often its request may have left.
    pub attempts: Vec<u32>,
    /// How it is known of rows that were created, where no answer told it.
    pub origins: BTreeMap<RowIndex, Origin>,
    /// Customers of like names that stood there before anything was sent for a row.
    pub beside: BTreeSet<(RowIndex, PartnerId)>,
}

impl Replayed {
    /// Reads a run's journal.
    pub fn read(store: &Store) -> Result<Self, JournalError> {
        let mut replayed = Self::default();
        store.each_planned(|planned| {
            replayed.progress.push(match &planned.action {
                PlannedAction::Create { .. } | PlannedAction::Update { .. } => Progress::Pending,
                PlannedAction::Refuse { .. } => Progress::Failed {
                    code: planned.code.clone(),
                    message: planned.message.clone(),
                },
                PlannedAction::Exists { id, .. } => Progress::Exists(*id),
                PlannedAction::Invalid => Progress::Invalid,
                PlannedAction::Blocked { by } => Progress::Blocked { by: *by },
            });
            replayed.attempts.push(0);
            replayed.planned.push(planned);
        })?;
        store.each_event(|event| replayed.apply(event))?;
        Ok(replayed)
    }

    /// How it is known that a row's customer was created by the run.
    pub fn origin(&self, row: RowIndex) -> Origin {
        self.origins.get(&row).copied().unwrap_or_default()
    }

    fn apply(&mut self, event: Event) {
        let row = event.row;
        let index = row.as_usize();
        let Some(progress) = self.progress.get_mut(index) else {
            return;
        };
        *progress = match event.kind {
            EventKind::Intent => {
                self.attempts[index] += 1;
                Progress::Open {
                    message: String::new(),
                }
            }
            EventKind::Released => Progress::Pending,
            EventKind::Created(id) => Progress::Created(id),
            EventKind::Found(id) => {
                self.origins.insert(row, Origin::Found);
                Progress::Created(id)
            }
            EventKind::Met(id) => {
                self.origins.insert(row, Origin::Met);
                Progress::Created(id)
            }
            EventKind::Beside(id) => {
                self.beside.insert((row, id));
                return;
            }
            EventKind::Exists(id) => Progress::Exists(id),
            EventKind::Updated(id) => Progress::Updated(id),
            EventKind::Failed { code, message } => Progress::Failed { code, message },
            EventKind::Blocked { by } => Progress::Blocked { by },
            EventKind::Unknown { message } => Progress::Open { message },
            EventKind::Mismatch { message } => {
                self.mismatches.push((event.row, message));
                return;
            }
        };
    }
}
