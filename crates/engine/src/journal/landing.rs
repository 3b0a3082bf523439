//! Requests of a run that was cut off may still be carried out for a while. Whether they have been
//! waited for is kept with the run, as the last of its events at that time: no clock tells it, and
//! intents that come later count again.

use super::insert::seal_run;
use super::{JournalError, Store};

impl Store {
    /// Whether a row may have been sent without an answer, and has not been waited for since.
    pub fn may_land(&self) -> Result<bool, JournalError> {
        // With max(), SQLite takes the other columns from the row of the greatest value.
        let sql = "SELECT EXISTS (
            SELECT 1 FROM (
                SELECT kind, max(seq) AS last FROM event WHERE kind NOT IN ('mismatch', 'beside') GROUP BY idx
            ) WHERE kind IN ('intent', 'unknown') AND last > (SELECT waited_seq FROM run))";
        let found = self.connection.query_row(sql, [], |row| row.get(0));
        found.map_err(|error| self.unreadable(error))
    }

    /// Whether the run has created or changed anybody, or may have: a request is without its answer.
    pub fn may_have_done(&self) -> Result<bool, JournalError> {
        let open = |table: &str| {
            format!(
                "SELECT 1 FROM (
                    SELECT kind, max(seq) FROM {table}
                    WHERE kind NOT IN ('mismatch', 'beside', 'as-wanted') GROUP BY idx
                ) WHERE kind IN ('intent', 'unknown')"
            )
        };
        let done = "('created', 'found', 'met', 'updated', 'updated-met')";
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM event WHERE kind IN {done}
                UNION ALL SELECT 1 FROM deploy_event WHERE kind IN {done}
                UNION ALL {} UNION ALL {})",
            open("event"),
            open("deploy_event")
        );
        let found = self.connection.query_row(&sql, [], |row| row.get(0));
        found.map_err(|error| self.unreadable(error))
    }

    /// Everything sent so far has been waited for: what has not landed never will.
    pub fn has_landed(&mut self) -> Result<(), JournalError> {
        let sql = "UPDATE run SET waited_seq = (SELECT coalesce(max(seq), 0) FROM event)";
        let written = self.connection.execute(sql, []);
        let sealed = written.and_then(|_| seal_run(&self.connection));
        sealed.map_err(|error| self.unwritable(&error))
    }
}

#[cfg(test)]
mod tests {
    use crate::journal::record::{Entry, Event};
    use crate::journal::store::Store;
    use crate::journal::writer::tests::info;
    use crate::model::{Happening, Origin, Outcome, PartnerId, RowIndex};

    #[test]
    fn a_row_without_an_answer_may_land_until_it_was_waited_for() {
        let mut store = Store::in_memory(&info()).unwrap();
        let mut after = |row: u32, kind: Happening| {
            let row = RowIndex(row);
            let event = Event {
                row,
                kind,
                at_ms: 0,
            };
            store.write(&[Entry::Event(event)]).unwrap();
            store.may_land().unwrap()
        };
        let created = || {
            Happening::Ended(Outcome::Created(
                PartnerId::from_number(5).unwrap(),
                Origin::Answered,
            ))
        };
        let unknown = || Happening::Unknown {
            message: String::new(),
        };
        assert!(after(0, Happening::Intent));
        assert!(!after(0, created()));
        assert!(after(1, Happening::Intent));
        assert!(!after(1, Happening::Released));
        assert!(after(2, unknown()));
        assert!(after(0, created()), "row 2 still may");
        store.has_landed().unwrap();
        assert!(!store.may_land().unwrap());
        let intent = Event {
            row: RowIndex(2),
            kind: Happening::Intent,
            at_ms: 0,
        };
        store.write(&[Entry::Event(intent)]).unwrap();
        assert!(store.may_land().unwrap());
    }
}
