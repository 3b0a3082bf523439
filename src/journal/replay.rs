//! What the events of a run amount to, row by row.

use std::collections::BTreeSet;

use super::JournalError;
use super::record::{Entry, Event, PlannedRow};
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
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, or holds something else than was written.
    pub fn read(store: &Store) -> Result<Self, JournalError> {
        let mut replayed = Self::default();
        store.each_planned(|planned| replayed.push(planned))?;
        store.each_event(|event| replayed.apply(event))?;
        Ok(replayed)
    }

    /// What [`Replayed::read`] would make of a journal that holds this plan and these entries.
    pub fn of(planned: Vec<PlannedRow>, entries: Vec<Entry>) -> Self {
        let mut replayed = Self {
            progress: Vec::with_capacity(planned.len()),
            attempts: vec![0; planned.len()],
            ..Self::default()
        };
        replayed.progress.extend(planned.iter().map(at_first));
        replayed.planned = planned;
        for entry in entries {
            if let Entry::Event(event) = entry {
                replayed.apply(event);
            }
        }
        replayed
    }

    fn push(&mut self, planned: PlannedRow) {
        self.progress.push(at_first(&planned));
        self.attempts.push(0);
        self.planned.push(planned);
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

fn at_first(planned: &PlannedRow) -> Standing {
    Standing::at_first(&planned.action, || Reason {
        code: planned.code.clone(),
        message: planned.message.clone(),
    })
}
