//! One process's life: every step it takes on the network or the disk is counted, and at the step
//! it was told to it dies. Nothing it does afterwards has any effect.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use partner_import::journal::{Entry, Probe, Step, UndoEntry};
use partner_import::model::{Happening, RowIndex};
use tokio::sync::watch;

/// Where a process dies. Steps are counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Death {
    /// At the n-th commit, before or after it.
    Disk(Step, u64),
    /// At the n-th request, before it leaves.
    BeforeRequest(u64),
    /// At the n-th request, after the service has carried it out.
    AfterRequest(u64),
}

/// What the disk says of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Durable {
    #[default]
    Nothing,
    Intent,
    Outcome,
}

/// What is on the disk, row by row; outlives processes.
#[derive(Debug, Default)]
pub(crate) struct Disk(Mutex<HashMap<RowIndex, Durable>>);

impl Disk {
    pub(crate) fn says(&self, row: RowIndex) -> Durable {
        let rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rows.get(&row).copied().unwrap_or_default()
    }

    fn note(&self, entries: &[Entry]) {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in entries {
            // A run is taken back when it is over: one row, one thing at a time.
            let (Entry::Event(event) | Entry::Undo(UndoEntry::Event(event))) = entry else {
                continue;
            };
            let state = match event.kind {
                Happening::Intent | Happening::Unknown { .. } => Durable::Intent,
                Happening::Released | Happening::NotDone => Durable::Nothing,
                Happening::Beside(_) | Happening::AsWanted { .. } | Happening::Mismatch { .. } => {
                    continue;
                }
                Happening::Ended(_) => Durable::Outcome,
            };
            rows.insert(event.row, state);
        }
    }
}

/// One process.
#[derive(Debug)]
pub(crate) struct Life {
    death: Option<Death>,
    commits: AtomicU64,
    requests: AtomicU64,
    dead: watch::Sender<bool>,
}

impl Life {
    pub(crate) fn new(death: Option<Death>) -> Arc<Self> {
        Arc::new(Self {
            death,
            commits: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            dead: watch::Sender::new(false),
        })
    }

    pub(crate) fn is_over(&self) -> bool {
        *self.dead.borrow()
    }

    /// Returns when the process has died.
    pub(crate) async fn over(&self) {
        let mut dead = self.dead.subscribe();
        if dead.wait_for(|dead| *dead).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    fn passes(&self, here: Death) -> bool {
        if self.death == Some(here) {
            self.dead.send_replace(true);
        }
        !self.is_over()
    }

    /// A number for the next request; `None` when the process dies before it leaves.
    pub(crate) fn begins_request(&self) -> Option<u64> {
        if self.is_over() {
            return None;
        }
        let number = self.requests.fetch_add(1, Relaxed);
        self.passes(Death::BeforeRequest(number)).then_some(number)
    }

    /// Whether the process lives on after the service has carried the request out.
    pub(crate) fn survives_request(&self, number: u64) -> bool {
        self.passes(Death::AfterRequest(number))
    }

    /// Counts commits, and notes on `disk` what they make durable.
    pub(crate) fn probe(self: &Arc<Self>, disk: &Arc<Disk>) -> Probe {
        let (life, disk) = (Arc::clone(self), Arc::clone(disk));
        Arc::new(move |step, entries| {
            if life.is_over() {
                return false;
            }
            let number = match step {
                Step::BeforeCommit => life.commits.fetch_add(1, Relaxed),
                Step::AfterCommit => life.commits.load(Relaxed) - 1,
            };
            if step == Step::AfterCommit {
                disk.note(entries);
            }
            life.passes(Death::Disk(step, number))
        })
    }
}
