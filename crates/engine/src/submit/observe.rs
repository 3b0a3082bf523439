//! What a run tells while it goes on, for progress and logs. Rows are told of after their outcome
//! is durable.

use std::time::Duration;

use crate::model::{Happening, RowIndex};

/// Something worth showing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunEvent {
    /// Requests are to be sent for so many rows.
    Started {
        /// How many.
        to_send: usize,
    },
    /// Something happened to a row: its outcome, or a request without a clear answer, after which
    /// the tenant is looked at next.
    Row(RowIndex, Happening),
    /// Nobody sends for a while.
    Paused {
        /// How long.
        pause: Duration,
        /// Why.
        reason: String,
    },
    /// Requests whose answers were lost may still be carried out, and nothing else is left to be done
    /// meanwhile.
    Settling {
        /// How many.
        requests: usize,
        /// For how long.
        wait: Duration,
    },
    /// All customers are there; automatic deployment is switched on where rows ask for it, or off again.
    Deploying,
    /// All rows are done; the tenant is read back and compared.
    ReadingBack,
    /// No new calls; so many are still under way.
    Draining {
        /// How many.
        in_flight: usize,
    },
}

/// Takes events as they come: those of a run, or of its undoing. Must not block.
pub trait Observer: Send {
    /// Takes one event.
    fn observe(&mut self, event: RunEvent);
}

impl<F: FnMut(RunEvent) + Send> Observer for F {
    fn observe(&mut self, event: RunEvent) {
        self(event);
    }
}
