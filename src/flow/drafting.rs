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
        let are_many = !rows.are_few();
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
            // Mostly the tenant is still being read.
            if are_many && goes_on() {
                draft.write_through();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{Contents, RunInfo};
    use crate::model::{CellKind, RowBatch, RowIndex};

    fn rows(batches: u32) -> ReadRows {
        let batch = |at: u32| {
            let mut batch = RowBatch::default();
            for row in at * 3..at * 3 + 3 {
                batch.text_mut().push_str(&format!("Customer {row}"));
                batch.end_cell(CellKind::Text);
                batch.end_row(row + 2, row + 2);
            }
            (RowIndex(at * 3), batch)
        };
        ReadRows((0..batches).map(batch).collect())
    }

    /// What must be known of any run.
    fn info() -> RunInfo {
        let members = serde_json::json!({
            "id": "run", "tool_version": "0", "started_ms": 0, "mode": "sandbox", "endpoint": "e", "partner": "p",
            "input_path": "rows.csv", "input_full_path": "/rows.csv", "input_sha256": "", "sheet": null,
            "delimiter": ",", "options": [], "out_dir": "", "header": [], "id_column": null, "own_columns": [],
        });
        serde_json::from_value(members).unwrap()
    }

    /// The numbers of the rows that are in the journal in the end, and their texts.
    fn written(drafting: Drafting) -> (Vec<u32>, Vec<String>) {
        let info = info();
        let contents = Contents {
            info: &info,
            planned: &[],
            faults: Vec::new(),
            entries: &[],
        };
        let store = drafting.done().unwrap().complete(contents, 0).unwrap();
        let mut texts = Vec::new();
        store
            .each_row(|row| texts.extend(row.cells.iter().map(str::to_owned)))
            .unwrap();
        (store.numbers().unwrap(), texts)
    }

    #[test]
    fn rows_are_written_whether_somebody_else_holds_them_or_not() {
        let directory = tempfile::tempdir().unwrap();
        let held = Arc::new(rows(40));
        let drafting = Drafting::begin(Keeping::OnDisk, directory.path(), Arc::clone(&held));
        let (numbers, texts) = written(drafting);
        assert!(numbers.iter().copied().eq(2..122));
        assert_eq!((texts.len(), texts[119].as_str()), (120, "Customer 119"));
        let drafting = Drafting::begin(Keeping::InMemory, directory.path(), rows(40).into());
        assert_eq!(written(drafting), (numbers, texts));
        assert_eq!(held.batches().len(), 40);
    }

    #[test]
    fn what_is_called_off_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let drafting = Drafting::begin(Keeping::OnDisk, directory.path(), rows(9_000).into());
        drop(drafting);
        let left = std::fs::read_dir(directory.path().join("runs"));
        assert_eq!(left.map_or(0, Iterator::count), 0);
    }
}
