//! A run's file read back: rows, plan and events, each held against its sum.

use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};
use std::panic::resume_unwind;
use std::thread;

use rusqlite::OpenFlags;

use super::cells::Cells;
use super::columns::{EventTable, read_event, read_planned};
use super::opened::connect;
use super::record::{Event, Learnt, PlannedRow, RowRecord};
use super::store::Store;
use super::{JournalError, sum};
use crate::model::RowIndex;

/// Fewer rows are read sooner than another thread begins.
const MANY: u32 = 50_000;

impl Store {
    /// Hands every row to `each`, in the order of the file.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, or holds something else than was written.
    pub fn each_row(&self, mut each: impl FnMut(&RowRecord)) -> Result<(), JournalError> {
        self.rows_until(|row| {
            each(row);
            ControlFlow::Continue(())
        })
    }

    /// The same, until `each` has seen enough.
    ///
    /// # Errors
    ///
    /// As [`Store::each_row`], as far as was read.
    pub fn rows_until(
        &self,
        mut each: impl FnMut(&RowRecord) -> ControlFlow<()>,
    ) -> Result<(), JournalError> {
        // One for all rows: its cells' room is used again.
        let mut record = RowRecord {
            row: RowIndex(0),
            number: 0,
            line: 0,
            cells: Cells::default(),
        };
        self.rows_as_written(0..u32::MAX, |row, cells| {
            record.row = RowIndex(row.get(0)?);
            record.number = row.get(1)?;
            record.line = row.get(2)?;
            record.cells.read(cells);
            Ok(each(&record))
        })
    }

    /// Hands every row's number and its cells, a JSON array of texts as it was written, to `each`.
    ///
    /// # Errors
    ///
    /// As [`Store::each_row`].
    pub fn each_row_as_written(&self, mut each: impl FnMut(u32, &str)) -> Result<(), JournalError> {
        self.rows_as_written(0..u32::MAX, |row, cells| {
            each(row.get(1)?, cells);
            Ok(ControlFlow::Continue(()))
        })
    }

    /// What `each` makes of every row's number and its cells, a JSON array of texts as it was written, beginning with
    /// what `begin` gives. Many rows are read in parts beside each other; what was made of each part comes in the
    /// order of the file.
    ///
    /// # Errors
    ///
    /// As [`Store::each_row`].
    pub fn rows_in_parts<T: Send>(
        &self,
        begin: impl Fn() -> T + Sync,
        each: impl Fn(&mut T, u32, &str) + Sync,
    ) -> Result<Vec<T>, JournalError> {
        self.rows_in_parts_from(MANY, begin, each)
    }

    /// The same where so many rows are many.
    fn rows_in_parts_from<T: Send>(
        &self,
        many: u32,
        begin: impl Fn() -> T + Sync,
        each: impl Fn(&mut T, u32, &str) + Sync,
    ) -> Result<Vec<T>, JournalError> {
        let fold = |store: &Self, part: Range<u32>| {
            let mut made = begin();
            store.rows_as_written(part, |row, cells| {
                each(&mut made, row.get(1)?, cells);
                Ok(ControlFlow::Continue(()))
            })?;
            Ok(made)
        };
        let rows = self.row_count()?;
        let reader = (rows >= many).then(|| self.reader()).flatten();
        let Some(reader) = reader else {
            return Ok(vec![fold(self, 0..u32::MAX)?]);
        };
        thread::scope(|scope| {
            let fold = &fold;
            let second = scope.spawn(move || fold(&reader, rows / 2..u32::MAX));
            let first = fold(self, 0..rows / 2)?;
            let second = second.join().unwrap_or_else(|panic| resume_unwind(panic))?;
            Ok(vec![first, second])
        })
    }

    /// Refuses a file whose last rows are gone: the plan has one record for each row. One without any was made without
    /// its list.
    pub(super) fn rows_are_complete(&self, planned: usize) -> Result<(), JournalError> {
        let count = "SELECT count(*) FROM input";
        let read = self
            .connection
            .query_row(count, [], |row| row.get::<_, u32>(0));
        let complete = read.and_then(|rows| match usize::try_from(rows) {
            Ok(rows) if 0 < rows && rows < planned => {
                in_order(-1, u32::try_from(rows).unwrap_or(u32::MAX), "row")
            }
            _ => Ok(()),
        });
        complete.map_err(|error| self.unreadable(error))
    }

    fn row_count(&self) -> Result<u32, JournalError> {
        let count = "SELECT coalesce(max(idx) + 1, 0) FROM input";
        let read = self
            .connection
            .query_row(count, [], |row| row.get::<_, i64>(0));
        let count = read.map_err(|error| self.unreadable(error))?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// Hands the rows from the first place up to the second, or to the last one, to `each`.
    fn rows_as_written(
        &self,
        part: Range<u32>,
        mut each: impl FnMut(&rusqlite::Row<'_>, &str) -> rusqlite::Result<ControlFlow<()>>,
    ) -> Result<(), JournalError> {
        let read = (|| {
            let mut select = self.connection.prepare(
                "SELECT idx, number, line, cells, sum FROM input WHERE idx >= ?1 AND idx < ?2 ORDER BY idx",
            )?;
            let (from, to) = (i64::from(part.start), i64::from(part.end));
            // Rows beyond all places are found to be no rows.
            let to = if part.end == u32::MAX { i64::MAX } else { to };
            let from = if part.start == 0 { i64::MIN } else { from };
            let mut rows = select.query([from, to])?;
            let mut next = part.start;
            while let Some(row) = rows.next()? {
                verified(row, 4, next, "row")?;
                next += 1;
                if each(row, row.get_ref(3)?.as_str()?)?.is_break() {
                    return Ok(());
                }
            }
            if part.end < u32::MAX {
                in_order(part.end.into(), next, "row")?;
            }
            Ok(())
        })();
        read.map_err(|error| self.unreadable(error))
    }

    /// The rows' numbers as a spreadsheet shows them, in the order of the file.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    pub fn numbers(&self) -> Result<Vec<u32>, JournalError> {
        let read = (|| {
            let mut select = self
                .connection
                .prepare("SELECT number FROM input ORDER BY idx")?;
            let numbers = select.query_map([], |row| row.get(0))?;
            numbers.collect::<rusqlite::Result<_>>()
        })();
        read.map_err(|error| self.unreadable(error))
    }

    /// Another connection to the file, for another thread to read it by meanwhile; none where the
    /// journal is in memory or cannot be opened a second time.
    pub fn reader(&self) -> Option<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        self.path.is_file().then_some(())?;
        let (open, connection) = connect(&self.path, flags).ok()?;
        Some(Self {
            connection,
            path: self.path.clone(),
            lock: None,
            standing: Vec::new(),
            open: Some(open),
        })
    }

    /// Hands every planned row to `each`, in the order of the file.
    pub fn each_planned(&self, mut each: impl FnMut(PlannedRow)) -> Result<(), JournalError> {
        let read = (|| {
            let mut select = self.connection.prepare(
                "SELECT idx, action, parent_id, parent_row, partner_id, blocked_by, account,
                    payload, code, message, changes, deployment, sum
                 FROM plan ORDER BY idx",
            )?;
            let mut rows = select.query([])?;
            let mut next = 0_u32;
            while let Some(row) = rows.next()? {
                planned_as_written(row, next)?;
                next += 1;
                each(read_planned(row)?);
            }
            let kept = |row: &rusqlite::Row<'_>| row.get::<_, Option<u32>>(0);
            match self
                .connection
                .query_row("SELECT rows FROM run", [], kept)?
            {
                Some(rows) if rows != next => Err(rotten("the end of the plan is missing")),
                _ => Ok(()),
            }
        })();
        read.map_err(|error| self.unreadable(error))
    }

    /// Hands every event to `each`, in the order they happened.
    pub fn each_event(&self, each: impl FnMut(Event)) -> Result<(), JournalError> {
        self.events_of("event", "event", each)
    }

    /// The same of automatic deployment.
    pub fn each_deploy_event(&self, each: impl FnMut(Event)) -> Result<(), JournalError> {
        self.events_of("deploy_event", "event of deployment", each)
    }

    /// The same of automatic deployment that is switched off again.
    pub fn each_undo_deploy_event(&self, each: impl FnMut(Event)) -> Result<(), JournalError> {
        self.events_of("undo_deploy_event", "event of the undo of deployment", each)
    }

    /// What was learnt of customers after the run, by row.
    pub fn learnt(&self) -> Result<BTreeMap<RowIndex, Learnt>, JournalError> {
        let read = (|| {
            let mut select = self
                .connection
                .prepare("SELECT idx, uid, account, sum FROM learnt ORDER BY idx")?;
            let mut rows = select.query([])?;
            let mut learnt = BTreeMap::new();
            while let Some(row) = rows.next()? {
                let index: u32 = row.get(0)?;
                verified_at(row, 3, index, "what was learnt of row")?;
                let (uid, account) = (row.get(1)?, row.get(2)?);
                learnt.insert(RowIndex(index), Learnt { uid, account });
            }
            Ok(learnt)
        })();
        read.map_err(|error| self.unreadable(error))
    }

    fn events_of(
        &self,
        table: &str,
        what: &str,
        mut each: impl FnMut(Event),
    ) -> Result<(), JournalError> {
        let read = (|| {
            let mut select = self.connection.prepare(&format!(
                "SELECT idx, kind, partner_id, code, message, at_ms, sum, seq - 1
                 FROM {table} ORDER BY seq"
            ))?;
            let mut rows = select.query([])?;
            let mut next = 0_u32;
            while let Some(row) = rows.next()? {
                in_order(row.get(7)?, next, what)?;
                verified_at(row, 6, next, what)?;
                next += 1;
                each(read_event(row, EventTable::Run)?);
            }
            Ok(())
        })();
        read.map_err(|error| self.unreadable(error))
    }

    /// Holds the file's pages against each other: records that are missing at the end of a table
    /// leave room that nothing accounts for.
    pub fn pages_hold(&self) -> Result<(), JournalError> {
        let found = self
            .connection
            .query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
        match found.map_err(|error| self.unreadable(error))?.as_str() {
            "ok" => Ok(()),
            what => Err(self.altered(format!("its pages do not fit together ({what})"))),
        }
    }

    /// Reads every record and holds it against its checksum.
    pub fn verify(&self) -> Result<(), JournalError> {
        self.pages_hold()?;
        self.info()?;
        self.each_row(|_| ())?;
        self.each_planned(|_| ())?;
        self.each_event(|_| ())?;
        self.each_deploy_event(|_| ())?;
        self.each_undo_deploy_event(|_| ())?;
        self.learnt()?;
        self.faults()?;
        self.undo_state()?;
        self.each_undo_event(|_| ())
    }

    /// How many requests of each method the run has sent.
    pub fn requests(&self) -> Result<Vec<(String, u64)>, JournalError> {
        self.counted("requests")
    }

    /// The counts of one table.
    pub(super) fn counted(&self, table: &str) -> Result<Vec<(String, u64)>, JournalError> {
        let read: rusqlite::Result<Vec<(String, u64)>> = (|| {
            let sql = format!("SELECT method, count FROM {table} ORDER BY method");
            let mut select = self.connection.prepare(&sql)?;
            let rows = select.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?;
            rows.map(|row| row.map(|(method, count)| (method, count.unsigned_abs())))
                .collect()
        })();
        read.map_err(|error| self.unreadable(error))
    }
}

/// A record that is not what was written; told as an error of the file by `unreadable`.
pub(super) fn rotten(what: &str) -> rusqlite::Error {
    rusqlite::Error::UserFunctionError(what.into())
}

/// Holds a planned row against its sum; older formats had one column less in it.
fn planned_as_written(row: &rusqlite::Row<'_>, place: u32) -> rusqlite::Result<()> {
    in_order(row.get(0)?, place, "planned row")?;
    if sum::holds_at(row, 12, 12)? || row.get::<_, i64>(11)? == 0 && sum::holds_at(row, 11, 12)? {
        return Ok(());
    }
    let number = i64::from(place) + 1;
    Err(rotten(&format!(
        "planned row {number} is not what was written"
    )))
}

/// Holds a record, whose first value is its place among its kind, against that and its sum.
pub(super) fn verified(
    row: &rusqlite::Row<'_>,
    columns: usize,
    place: u32,
    kind: &str,
) -> rusqlite::Result<()> {
    in_order(row.get(0)?, place, kind)?;
    verified_at(row, columns, place, kind)
}

/// No record before this one is missing.
pub(super) fn in_order(found: i64, expected: u32, kind: &str) -> rusqlite::Result<()> {
    if found == i64::from(expected) {
        return Ok(());
    }
    Err(rotten(&format!(
        "{kind} {} is missing",
        i64::from(expected) + 1
    )))
}

/// Holds a record against its sum.
pub(super) fn verified_at(
    row: &rusqlite::Row<'_>,
    columns: usize,
    place: u32,
    kind: &str,
) -> rusqlite::Result<()> {
    as_written(sum::holds(row, columns)?, place, kind)
}

/// Refuses a record that is not what its sum says.
pub(super) fn as_written(holds: bool, place: u32, kind: &str) -> rusqlite::Result<()> {
    if holds {
        return Ok(());
    }
    let number = i64::from(place) + 1;
    Err(rotten(&format!("{kind} {number} is not what was written")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::draft::{Contents, Draft};
    use crate::journal::info_of_tests as info;
    use crate::model::{CellKind, RowBatch};

    /// A run's file of so many rows, whose numbers begin at 2.
    fn of_rows(directory: &std::path::Path, rows: u32) -> Store {
        let mut draft = Draft::begin(directory, "one").unwrap();
        let mut batch = RowBatch::default();
        for row in 2..rows + 2 {
            batch.push_cell(&format!("Acme {row}"), CellKind::Text);
            batch.end_row(row, row);
        }
        draft.add_rows([(RowIndex(0), &batch)].into_iter()).unwrap();
        draft.complete(Contents::without_plan(&info()), 5).unwrap()
    }

    /// Numbers and cells, part by part, where two rows are many.
    fn parts(store: &Store) -> Result<Vec<Vec<(u32, String)>>, JournalError> {
        store.rows_in_parts_from(2, Vec::new, |seen, number, cells| {
            seen.push((number, cells.to_owned()));
        })
    }

    #[test]
    fn rows_in_parts_are_the_rows() {
        for (rows, expected) in [(0, 1), (1, 1), (2, 2), (7, 2)] {
            let directory = tempfile::tempdir().unwrap();
            let store = of_rows(directory.path(), rows);
            let mut whole = Vec::new();
            let see = |number, cells: &str| whole.push((number, cells.to_owned()));
            store.each_row_as_written(see).unwrap();
            let parts = parts(&store).unwrap();
            assert_eq!((parts.len(), parts.concat()), (expected, whole), "{rows}");
        }
    }

    #[test]
    fn a_missing_row_is_noticed_in_parts_too() {
        // That the last one is missing is noticed by whoever counts the plan's rows.
        for row in 0..6 {
            let directory = tempfile::tempdir().unwrap();
            let store = of_rows(directory.path(), 7);
            let delete = format!("DELETE FROM input WHERE idx = {row}");
            store.connection.execute_batch(&delete).unwrap();
            let whole = store.each_row_as_written(|_, _| ()).unwrap_err();
            let parts = parts(&store).unwrap_err();
            assert_eq!(parts.to_string(), whole.to_string(), "{row}");
        }
    }

    #[test]
    fn rows_that_are_gone_at_the_end_are_noticed_by_their_plan() {
        let directory = tempfile::tempdir().unwrap();
        let store = of_rows(directory.path(), 7);
        store.rows_are_complete(7).unwrap();
        let delete = "DELETE FROM input WHERE idx >= 5";
        store.connection.execute_batch(delete).unwrap();
        let error = store.rows_are_complete(7).unwrap_err().to_string();
        assert!(error.contains("row 6 is missing"), "{error}");
    }
}
