//! What a run's journal says of its undoing: when it was begun, and what became of each customer
//! that the run had created.
//!
//! The same rule as for creating: an intent is durable before its request leaves, an outcome before
//! it is told. A customer whose last word is an intent may be gone already; the tenant is looked at
//! before anything else.

use std::collections::BTreeMap;

use rusqlite::OptionalExtension;

use super::JournalError;
use super::columns::{EventTable, read_ending, read_event};
use super::read::{in_order, verified_at};
use super::record::Event;
use super::store::Store;
use crate::model::{Ending, RowIndex, Standing};

/// One go at undoing a run, from its confirmation to its last outcome; an interrupted one is
/// continued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoState {
    /// When it began, Unix milliseconds.
    pub begun_ms: i64,
    /// How many customers were to be removed, as the person confirmed.
    pub to_remove: u32,
    /// Where the result files go.
    pub out_dir: String,
    /// When every customer had its outcome.
    pub finished_ms: Option<i64>,
    /// How it ended at that moment.
    pub ending: Option<Ending>,
}

/// The undoing of a run as its journal tells it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UndoReplayed {
    /// The last go at it; `None` when there was none.
    pub state: Option<UndoState>,
    /// Where each row stands, one per planned row; rows that created nothing are pending for ever.
    pub rows: Vec<Standing>,
    /// Where automatic deployment that is switched off again stands, by row.
    pub deployments: BTreeMap<RowIndex, Standing>,
}

impl UndoReplayed {
    /// Reads what a journal says of a run with so many rows.
    pub fn read(store: &Store, rows: usize) -> Result<Self, JournalError> {
        let mut replayed = Self {
            state: store.undo_state()?,
            rows: vec![Standing::default(); rows],
            deployments: BTreeMap::new(),
        };
        store.each_undo_deploy_event(|event| {
            let standing = replayed.deployments.entry(event.row).or_default();
            *standing = std::mem::take(standing).after(event.kind);
        })?;
        store.each_undo_event(|event| {
            if let Some(row) = replayed.rows.get_mut(event.row.as_usize()) {
                *row = std::mem::take(row).after(event.kind);
            }
        })?;
        Ok(replayed)
    }

    /// The go that was begun and has not ended.
    pub fn unfinished(&self) -> Option<&UndoState> {
        let state = self.state.as_ref();
        state.filter(|state| state.finished_ms.is_none())
    }
}

impl Store {
    /// The last go at undoing the run; `None` when there was none.
    pub fn undo_state(&self) -> Result<Option<UndoState>, JournalError> {
        let read = self.connection.query_row(
            "SELECT number, begun_ms, to_remove, out_dir, finished_ms, exit_code, sum
             FROM undo ORDER BY number DESC LIMIT 1",
            [],
            |row| {
                verified_at(row, 6, 0, "the last undo, number")?;
                Ok(UndoState {
                    begun_ms: row.get(1)?,
                    to_remove: row.get(2)?,
                    out_dir: row.get(3)?,
                    finished_ms: row.get(4)?,
                    ending: read_ending(row, 5)?,
                })
            },
        );
        read.optional().map_err(|error| self.unreadable(error))
    }

    /// Hands every event of the undoing to `each`, in the order they happened.
    pub fn each_undo_event(&self, mut each: impl FnMut(Event)) -> Result<(), JournalError> {
        let read = (|| {
            let mut select = self.connection.prepare(
                "SELECT idx, kind, code, message, at_ms, sum, seq - 1
                     FROM undo_event ORDER BY seq",
            )?;
            let mut rows = select.query([])?;
            let mut next = 0_u32;
            while let Some(row) = rows.next()? {
                in_order(row.get(6)?, next, "event of the undo")?;
                verified_at(row, 5, next, "event of the undo")?;
                next += 1;
                each(read_event(row, EventTable::Undo)?);
            }
            Ok(())
        })();
        read.map_err(|error| self.unreadable(error))
    }

    /// How many requests of each method the undoing has sent.
    pub fn undo_requests(&self) -> Result<Vec<(String, u64)>, JournalError> {
        self.counted("undo_requests")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::insert::GIVEN_UP;
    use crate::journal::record::{Entry, UndoEntry};
    use crate::journal::writer::tests::info;
    use crate::model::{Happening, Outcome, Reason};

    fn store() -> Store {
        Store::in_memory(&info()).unwrap()
    }

    fn begun(at_ms: i64) -> Entry {
        Entry::Undo(UndoEntry::Begun {
            at_ms,
            to_remove: 3,
            out_dir: "out".into(),
        })
    }

    #[test]
    fn what_is_written_is_read_and_the_last_word_counts() {
        let mut store = store();
        assert_eq!(UndoReplayed::read(&store, 1).unwrap().state, None);
        let kept = Happening::Ended(Outcome::Kept(Box::new(Reason {
            code: "renamed".into(),
            message: "it has another name".into(),
        })));
        let lost = Happening::Unknown {
            message: "no answer".into(),
        };
        let events = [
            (0, Happening::Intent),
            (0, Happening::Ended(Outcome::Removed)),
            (1, Happening::Intent),
            (1, Happening::Released),
            (2, Happening::Ended(Outcome::Gone)),
            (3, kept.clone()),
            (4, Happening::Intent),
            (5, Happening::Intent),
            (5, lost.clone()),
        ];
        let mut entries = vec![begun(10)];
        entries.extend(events.map(|(row, kind)| {
            Entry::Undo(UndoEntry::Event(Event {
                row: RowIndex(row),
                kind,
                at_ms: 11,
            }))
        }));
        store.write(&entries).unwrap();
        let replayed = UndoReplayed::read(&store, 6).unwrap();
        assert_eq!(
            replayed.rows,
            [
                Standing::Ended(Outcome::Removed),
                Standing::Pending,
                Standing::Ended(Outcome::Gone),
                Standing::default().after(kept),
                Standing::default().after(Happening::Intent),
                Standing::default().after(lost),
            ]
        );
        assert!(replayed.unfinished().is_some());
    }

    #[test]
    fn beginning_ends_an_unfinished_run_and_leaves_the_end_of_a_finished_one() {
        let mut store = store();
        store.write(&[begun(10)]).unwrap();
        let (_, run) = store.info().unwrap();
        assert_eq!((run.finished_ms, run.ending), (Some(10), Some(GIVEN_UP)));
        let finished = Entry::Undo(UndoEntry::Finished {
            at_ms: 20,
            ending: Ending::SomeRows,
        });
        store.write(&[finished, begun(30)]).unwrap();
        let (_, run) = store.info().unwrap();
        assert_eq!(run.finished_ms, Some(10));
        let state = store.undo_state().unwrap().unwrap();
        assert_eq!((state.begun_ms, state.finished_ms), (30, None));
    }

    #[test]
    fn requests_of_the_undoing_are_counted_apart() {
        let mut store = store();
        let counts = vec![("RemovePartner".to_owned(), 2)];
        let undo = Entry::Undo(UndoEntry::Requests(counts.clone()));
        store.write(&[undo.clone(), undo]).unwrap();
        assert!(store.requests().unwrap().is_empty());
        assert_eq!(
            store.undo_requests().unwrap(),
            [("RemovePartner".to_owned(), 4)]
        );
    }
}
