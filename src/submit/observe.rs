//! What a run tells while it goes on, for progress and logs. Rows are told of after their outcome
//! is durable.

use std::time::Duration;

use crate::model::{PartnerId, RowIndex};

/// Something worth showing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunEvent {
    /// So many rows are to be created.
    Started {
        /// How many.
        to_create: usize,
    },
    /// A customer was created.
    Created {
        /// The data row.
        row: RowIndex,
        /// The new customer's id.
        id: PartnerId,
        /// How: answered, or found when it was looked for.
        how: How,
    },
    /// Somebody else has created the customer meanwhile.
    Exists {
        /// The data row.
        row: RowIndex,
        /// The customer's id.
        id: PartnerId,
    },
    /// A customer that was there has been changed.
    Updated {
        /// The data row.
        row: RowIndex,
        /// The customer's id.
        id: PartnerId,
    },
    /// The service said no.
    Failed {
        /// The data row.
        row: RowIndex,
        /// The service's number.
        code: String,
        /// Its text.
        message: String,
    },
    /// The row above did not make it.
    Blocked {
        /// The data row.
        row: RowIndex,
        /// The row above.
        by: RowIndex,
    },
    /// A request has no clear answer; the tenant is looked at next.
    Unsettled {
        /// The data row.
        row: RowIndex,
        /// What happened.
        message: String,
    },
    /// Nobody sends for a while.
    Paused {
        /// How long.
        pause: Duration,
        /// Why.
        reason: String,
    },
    /// All rows are done; the tenant is read back and compared.
    ReadingBack,
    /// No new calls; so many are still under way.
    Draining {
        /// How many.
        in_flight: usize,
    },
}

/// How it is known that a customer was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The service answered with the id.
    Answered,
    /// The answer was lost; the customer was found in the tenant.
    Found,
}

/// Takes events as they come: those of a run, or of its undoing. Must not block.
pub trait Observer<E = RunEvent>: Send {
    /// Takes one event.
    fn observe(&mut self, event: E);
}

impl<E, F: FnMut(E) + Send> Observer<E> for F {
    fn observe(&mut self, event: E) {
        self(event);
    }
}
