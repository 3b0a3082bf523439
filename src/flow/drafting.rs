//! A list's rows into the file of a run that is yet to come, while the tenant is read.

use std::panic::resume_unwind;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use super::clock::{now_ms, run_id};
use super::failure::Failure;
use super::read_rows::ReadRows;
use crate::journal::{Draft, JournalError};

/// Where a journal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// On disk, every step of it.
    OnDisk,
    /// In memory: for measurements, nothing can be continued.
    InMemory,
}

/// A thread that puts the rows into a file. Let go, it ends, and leaves nothing.
pub struct Drafting {
    thread: Option<JoinHandle<Result<Draft, JournalError>>>,
    /// Whether no run will come of it.
    called_off: Arc<AtomicBool>,
}

impl Drafting {
    /// Begins with it. Rows that nobody else holds are let go as they are written.
    pub fn begin(keeping: Keeping, state_dir: &Path, rows: Arc<ReadRows>) -> Self {
        let state_dir = state_dir.to_owned();
        let called_off = Arc::new(AtomicBool::new(false));
        let goes_on = {
            let called_off = Arc::clone(&called_off);
            move || !called_off.load(Ordering::Relaxed)
        };
        let thread = thread::spawn(move || {
            let mut draft = match keeping {
                Keeping::OnDisk => Draft::begin(&state_dir, &run_id(now_ms()))?,
                Keeping::InMemory => Draft::in_memory()?,
            };
            match Arc::try_unwrap(rows) {
                Ok(own) => draft.add_rows(own.0.into_iter().take_while(|_| goes_on()))?,
                Err(shared) => {
                    let rows = shared
                        .batches()
                        .iter()
                        .map(|(first, batch)| (*first, batch));
                    draft.add_rows(rows.take_while(|_| goes_on()))?;
                }
            }
            Ok(draft)
        });
        Self {
            thread: Some(thread),
            called_off,
        }
    }

    /// The file with all rows in it.
    pub fn done(mut self) -> Result<Draft, Failure> {
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(draft)) => Ok(draft?),
            Some(Err(panic)) => resume_unwind(panic),
            None => Err(Failure::stopped("the rows were not written")),
        }
    }
}

impl Drop for Drafting {
    fn drop(&mut self) {
        self.called_off.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}
