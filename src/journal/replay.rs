//! What the events of a run amount to, row by row.

use std::collections::BTreeSet;

use super::JournalError;
use super::record::{Event, PlannedRow};
use super::store::Store;
use crate::model::{Happening, Origin, Outcome, PartnerId, Reason, RowIndex, Standing};

/// A run as its journal tells it.
#[derive(Debug, Default)]
pub struct Replayed {
    /// The plan, one per data row.
    pub planned: Vec<PlannedRow>,
    /// Where each row stands.
    pub progress: Vec<Standing>,
    /// What the tenant showed after the run, where that was not as it should be.
    pub mismatches: Vec<(RowIndex, String)>,
    /// How many intents each row has had: how often its request may have left.
    pub attempts: Vec<u32>,
    /// Customers of like names that stood there before anything was sent for a row.
    pub beside: BTreeSet<(RowIndex, PartnerId)>,
}

impl Replayed {
    /// Reads a run's journal.
    pub fn read(store: &Store) -> Result<Self, JournalError> {
        let mut replayed = Self::default();
        store.each_planned(|planned| {
            replayed
                .progress
                .push(Standing::at_first(&planned.action, || Reason {
                    code: planned.code.clone(),
                    message: planned.message.clone(),
                }));
            replayed.attempts.push(0);
            replayed.planned.push(planned);
        })?;
        store.each_event(|event| replayed.apply(event))?;
        Ok(replayed)
    }

    /// How it is known that a row's customer was created by the run.
    pub fn origin(&self, row: RowIndex) -> Origin {
        match self.progress.get(row.as_usize()) {
            Some(Standing::Ended(Outcome::Created(_, origin))) => *origin,
            _ => Origin::default(),
        }
    }

    fn apply(&mut self, event: Event) {
        let row = event.row;
        let index = row.as_usize();
        let Some(standing) = self.progress.get_mut(index) else {
            return;
        };
        match &event.kind {
            Happening::Intent => self.attempts[index] += 1,
            Happening::Beside(id) => drop(self.beside.insert((row, *id))),
            Happening::Mismatch { message } => self.mismatches.push((row, message.clone())),
            Happening::Released | Happening::Unknown { .. } | Happening::Ended(_) => {}
        }
        *standing = std::mem::take(standing).after(event.kind);
    }
}
