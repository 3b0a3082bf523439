//! One run's file: made, opened, filled with rows and plan; `read` reads it back.

use std::borrow::Borrow;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use super::ahead::made_ahead;
use super::cells::RowTexts;
use super::columns::{EventTable, PlannedTexts, insert_event, insert_planned, read_ending};
use super::insert::{
    RUN_COLUMNS, add_requests, insert_attempt, insert_deploy, insert_learnt, insert_samples,
    insert_undo, seal_run,
};
use super::lock::JournalLock;
use super::opened::{OpenFile, connect};
use super::reached::Noted;
use super::record::{Entry, PlannedRow, RunInfo};
use super::{JournalError, NamedFile, TargetLock, private, reached, schema, sum};
use crate::model::{Ending, RowBatch, RowIndex};

/// How a file is written.
type Configure = fn(&Connection) -> rusqlite::Result<()>;

/// An open journal file.
#[derive(Debug)]
pub struct Store {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    /// Held by whoever writes; none in memory.
    pub(super) lock: Option<JournalLock>,
    /// Files without whose names this process may no longer write, or send.
    pub(super) standing: Vec<NamedFile>,
    /// None in memory. Below the connection, which ends first.
    #[expect(dead_code, reason = "held")]
    pub(super) open: Option<OpenFile>,
}

/// Where a run's file is kept.
pub fn run_path(state_dir: &Path, id: &str) -> PathBuf {
    state_dir.join("runs").join(format!("{id}.sqlite"))
}

/// The files of all runs in `state_dir`, oldest first.
pub fn runs(state_dir: &Path) -> Result<Vec<PathBuf>, JournalError> {
    let directory = state_dir.join("runs");
    let failed = |source| JournalError::Directory {
        path: directory.clone(),
        source,
    };
    let entries = match fs::read_dir(&directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "sqlite")
        {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// So many rows of a plan are put into words at once.
const PLANNED_AHEAD: usize = 512;

impl Store {
    /// A journal in memory, for simulations and measurements.
    pub fn in_memory(info: &RunInfo) -> Result<Self, JournalError> {
        let mut store = Self::empty_in_memory()?;
        store.begin(info)?;
        Ok(store)
    }

    /// The same, of no run yet.
    pub(super) fn empty_in_memory() -> Result<Self, JournalError> {
        let path = PathBuf::from(":memory:");
        let open = |source| JournalError::Open {
            path: path.clone(),
            source,
        };
        let mut connection = Connection::open_in_memory().map_err(open)?;
        sum::register(&connection).map_err(open)?;
        schema::migrate(&mut connection, &path)?;
        Ok(Self {
            connection,
            path,
            lock: None,
            standing: Vec::new(),
            open: None,
        })
    }

    /// Says of which run it is.
    pub(super) fn begin(&mut self, info: &RunInfo) -> Result<(), JournalError> {
        let text = serde_json::to_string(info).map_err(|error| self.unwritable(&error))?;
        let inserted = self.connection.execute(
            "INSERT INTO run (id, info) VALUES (?1, ?2)",
            params![info.id, text],
        );
        inserted
            .and_then(|_| seal_run(&self.connection))
            .map_err(|error| self.unwritable(&error))
    }

    /// Opens a run's file.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        Self::open_or_make(path, OpenFlags::empty(), configure)
    }

    /// Makes a file, which is written as `configured`.
    pub(super) fn make(path: &Path, configured: Configure) -> Result<Self, JournalError> {
        Self::open_or_make(path, OpenFlags::SQLITE_OPEN_CREATE, configured)
    }

    fn open_or_make(
        path: &Path,
        extra: OpenFlags,
        configured: Configure,
    ) -> Result<Self, JournalError> {
        let open = |source| JournalError::of_opening(path, source);
        // Before the first look into the journal, which a living process takes further.
        let noted = reached::of_journal(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | extra;
        private::file(path, extra.contains(OpenFlags::SQLITE_OPEN_CREATE)).map_err(|source| {
            JournalError::Directory {
                path: path.to_owned(),
                source,
            }
        })?;
        let (held_open, mut connection) = connect(path, flags)?;
        sum::register(&connection).map_err(open)?;
        configured(&connection).map_err(|source| JournalError::of_using(path, source))?;
        schema::migrate(&mut connection, path)?;
        let store = Self {
            connection,
            path: path.to_owned(),
            lock: None,
            standing: Vec::new(),
            open: Some(held_open),
        };
        store.reaches(noted)?;
        Ok(store)
    }

    /// Makes this process the one that writes the journal, until the store is dropped or the
    /// process ends. Fails where another one is; readers need none of this.
    pub fn take(&mut self) -> Result<(), JournalError> {
        if self.lock.is_some() {
            return Ok(());
        }
        self.keep(JournalLock::take(&self.path)?)
    }

    /// The same with the lock, which was taken before.
    pub(super) fn keep(&mut self, lock: JournalLock) -> Result<(), JournalError> {
        let named = NamedFile::at(&self.path).map_err(|source| JournalError::Lock {
            path: self.path.clone(),
            source,
        })?;
        self.standing.extend([named, lock.named().clone()]);
        // What SQLite has not yet moved into the journal itself.
        let mut log = self.path.clone().into_os_string();
        log.push("-wal");
        self.standing.extend(NamedFile::at(log.as_ref()).ok());
        self.lock = Some(lock);
        Ok(())
    }

    /// Lets the run stand only as long as this lock's file has its name, too.
    pub fn stands_with(&mut self, lock: &TargetLock) {
        self.standing.push(lock.named().clone());
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn unwritable(&self, reason: &(dyn std::error::Error + 'static)) -> JournalError {
        JournalError::of_writing(&self.path, reason)
    }

    pub(super) fn altered(&self, what: String) -> JournalError {
        JournalError::Altered {
            path: self.path.clone(),
            what,
        }
    }

    pub(super) fn unreadable(&self, source: rusqlite::Error) -> JournalError {
        if let rusqlite::Error::UserFunctionError(what) = &source {
            return self.altered(what.to_string());
        }
        JournalError::of_reading(&self.path, source)
    }

    /// Keeps rows as they were read, each batch with the index of its first row; a batch goes as soon as its texts
    /// are made. Before the plan there is no run.
    pub fn add_rows<B: Borrow<RowBatch> + Send>(
        &mut self,
        batches: impl Iterator<Item = (RowIndex, B)> + Send,
    ) -> Result<(), JournalError> {
        let texts = |(first, batch): (RowIndex, B)| RowTexts::of(first, batch.borrow());
        let written = made_ahead(batches, 1, texts, |texts| {
            let step = self.connection.transaction()?;
            {
                let mut insert = step.prepare_cached(
                    "INSERT OR REPLACE INTO input (idx, number, line, cells, sum)
                     VALUES (?1, ?2, ?3, ?4, sum_of(?1, ?2, ?3, ?4))",
                )?;
                for row in texts.iter() {
                    insert.execute(params![row.at, row.number, row.line, row.cells])?;
                }
            }
            step.commit()
        });
        written.map_err(|error: rusqlite::Error| self.unwritable(&error))
    }

    /// Closes the file, which says whether all of it could be written.
    pub(super) fn close(self) -> rusqlite::Result<()> {
        self.connection.close().map_err(|(_, error)| error)
    }

    /// Keeps the plan, all of it or nothing: only then does the run exist.
    pub fn add_plan(
        &mut self,
        info: &RunInfo,
        planned: &[PlannedRow],
        at_ms: i64,
    ) -> Result<(), JournalError> {
        let text = serde_json::to_string(info).map_err(|error| self.unwritable(&error))?;
        let written = (|| {
            let step = self.connection.transaction()?;
            {
                step.execute("DELETE FROM plan", [])?;
                let mut insert = step.prepare_cached(
                    "INSERT INTO plan (idx, action, parent_id, parent_row, partner_id, blocked_by,
                        account, payload, code, message, changes, deployment, sum)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,
                        sum_of(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12))",
                )?;
                let rows = i64::try_from(planned.len()).unwrap_or(i64::MAX);
                let texts = |one| (one, PlannedTexts::of(one));
                made_ahead(planned.iter(), PLANNED_AHEAD, texts, |(one, texts)| {
                    insert_planned(&mut insert, one, &texts)
                })?;
                step.execute(
                    "UPDATE run SET info = ?1, planned_ms = ?2, rows = ?3",
                    params![text, at_ms, rows],
                )?;
                seal_run(&step)?;
            }
            step.commit()
        })();
        written.map_err(|error: rusqlite::Error| self.unwritable(&error))?;
        self.note()
    }

    /// Writes entries in one transaction.
    pub fn write(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        let written = (|| {
            let step = self.connection.transaction()?;
            {
                let mut insert = step.prepare_cached(
                    "INSERT INTO event (idx, kind, partner_id, code, message, at_ms, sum)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, sum_of(?1, ?2, ?3, ?4, ?5, ?6))",
                )?;
                for entry in entries {
                    match entry {
                        Entry::Event(event) => insert_event(&mut insert, event, EventTable::Run)?,
                        Entry::Deploy(event) => insert_deploy(&step, "deploy_event", event)?,
                        Entry::Learnt(row, learnt) => insert_learnt(&step, *row, learnt)?,
                        Entry::Requests(counts) => add_requests(&step, "requests", counts)?,
                        Entry::Pulse(samples) => insert_samples(&step, samples)?,
                        Entry::Attempt(attempt) => insert_attempt(&step, attempt)?,
                        Entry::Undo(entry) => insert_undo(&step, entry)?,
                        Entry::Finished { at_ms, ending } => {
                            step.execute(
                                "UPDATE run SET finished_ms = ?1, exit_code = ?2",
                                params![at_ms, ending.number()],
                            )?;
                            seal_run(&step)?;
                        }
                    }
                }
            }
            step.commit()
        })();
        written.map_err(|error: rusqlite::Error| self.unwritable(&error))?;
        let is_noted = |entry: &Entry| matches!(entry, Entry::Event(_) | Entry::Finished { .. });
        if entries.iter().any(is_noted) {
            self.note()?;
        }
        Ok(())
    }

    /// Whether nothing was ever written: the process died before its run began.
    pub fn is_blank(&self) -> Result<bool, JournalError> {
        let sql = "SELECT NOT EXISTS (SELECT 1 FROM run) AND NOT EXISTS (SELECT 1 FROM event)
            AND NOT EXISTS (SELECT 1 FROM plan)";
        let found = self.connection.query_row(sql, [], |row| row.get(0));
        found.map_err(|error| self.unreadable(error))
    }

    /// How many rows the plan has.
    pub fn planned_rows(&self) -> Result<usize, JournalError> {
        let sql = "SELECT count(*) FROM plan";
        let found = self
            .connection
            .query_row(sql, [], |row| row.get::<_, i64>(0));
        let found = found.map_err(|error| self.unreadable(error))?;
        Ok(usize::try_from(found).unwrap_or_default())
    }

    /// What is known of the run, when it was planned and finished, and how it ended.
    pub fn info(&self) -> Result<(RunInfo, RunState), JournalError> {
        let sql = format!("SELECT {RUN_COLUMNS}, sum FROM run");
        let row = self
            .connection
            .query_row(&sql, [], |row| {
                let state = RunState {
                    planned_ms: row.get(2)?,
                    finished_ms: row.get(3)?,
                    ending: read_ending(row, 4)?,
                };
                Ok((row.get::<_, String>(1)?, state, sum::holds(row, 7)?))
            })
            .optional()
            .map_err(|error| self.unreadable(error))?;
        let Some((text, state, holds)) = row else {
            return Err(if self.is_blank()? {
                JournalError::Blank {
                    path: self.path.clone(),
                }
            } else {
                self.unreadable(rusqlite::Error::QueryReturnedNoRows)
            });
        };
        if !holds {
            return Err(self.altered("what it says of the run is not what was written".into()));
        }
        let info = serde_json::from_str(&text).map_err(|error| {
            self.unreadable(rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
        })?;
        Ok((info, state))
    }
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RunState {
    /// When its plan was complete, Unix milliseconds; before that nothing was sent.
    pub planned_ms: Option<i64>,
    /// When it ended.
    pub finished_ms: Option<i64>,
    /// How it ended.
    pub ending: Option<Ending>,
}

/// What is written is on the disk before it is acknowledged: it survives a power cut.
fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // On macOS fsync alone does not reach the disk; elsewhere these change nothing.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)
}

impl Store {
    /// Whether everything is there that was acknowledged.
    pub(super) fn reaches(&self, noted: Option<Noted>) -> Result<(), JournalError> {
        let Some(noted) = noted.map(Noted::events) else {
            return Ok(());
        };
        let sql = "SELECT EXISTS (SELECT 1 FROM run WHERE planned_ms IS NOT NULL)";
        let found = self.connection.query_row(sql, [], |row| row.get(0));
        if !found.map_err(|error| self.unreadable(error))? {
            return Err(self.altered("all that was written into it is missing".into()));
        }
        match self.events().map_err(|error| self.unreadable(error))? {
            events if events < noted => Err(self.altered(format!(
                "the last of its events are missing ({events} of {noted} are there)"
            ))),
            _ => Ok(()),
        }
    }

    fn events(&self) -> rusqlite::Result<u64> {
        let sql = "SELECT coalesce(max(seq), 0) FROM event";
        let last: i64 = self
            .connection
            .prepare_cached(sql)?
            .query_row([], |row| row.get(0))?;
        Ok(last.unsigned_abs())
    }

    fn ended(&self) -> rusqlite::Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM run WHERE finished_ms IS NOT NULL)";
        self.connection
            .prepare_cached(sql)?
            .query_row([], |row| row.get(0))
    }

    /// Notes how far it has come, before anybody is told.
    pub(super) fn note(&self) -> Result<(), JournalError> {
        let Some(lock) = &self.lock else {
            return Ok(());
        };
        let noted = self.ended().and_then(|ended| {
            let events = self.events()?;
            Ok(if ended {
                Noted::Ended(events)
            } else {
                Noted::Open(events)
            })
        });
        let noted = noted.map_err(|error| self.unwritable(&error))?;
        lock.note(noted).map_err(|error| self.unwritable(&error))
    }
}

/// A new file survives a power cut only when its name does: the directory is written through, and
/// those above it, which may be new as well. Where a system cannot do that, it needs no asking.
pub(super) fn write_names_through(directory: &Path) {
    #[cfg(unix)]
    for above in directory.ancestors().take(3) {
        if let Ok(open) = fs::File::open(above) {
            let _ = open.sync_all();
        }
    }
    #[cfg(not(unix))]
    let _ = directory;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_journal_that_was_replaced_is_not_opened_beside_the_one_that_bore_its_name() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("run.sqlite");
        let mut store = Store::make(&path, configure).unwrap();
        store.begin(&crate::journal::info_of_tests()).unwrap();
        assert!(store.reader().is_some());
        let copy = directory.path().join("copy");
        fs::copy(&path, &copy).unwrap();
        fs::rename(copy, &path).unwrap();
        assert!(store.reader().is_none());
        let error = Store::open(&path).unwrap_err();
        assert!(matches!(error, JournalError::Displaced { .. }), "{error}");
        // What SQLite shares between connections was left alone.
        store.info().unwrap();
        let log = directory.path().join("run.sqlite-shm");
        assert!(fs::metadata(log).unwrap().len() >= 32 << 10);
        drop(store);
        Store::open(&path).unwrap();
    }

    #[test]
    fn a_file_is_written_through_to_the_disk_at_every_commit() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("run.sqlite");
        let store = Store::make(&path, configure).unwrap();
        let pragma = |name: &str| -> String {
            let sql = format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}");
            let value = store.connection.query_row(&sql, [], |row| row.get(0));
            value.unwrap()
        };
        assert_eq!(pragma("journal_mode"), "wal");
        // FULL: the log is synced at every commit, not only at checkpoints.
        assert_eq!(pragma("synchronous"), "2");
        assert_eq!(pragma("fullfsync"), "1");
        assert_eq!(pragma("checkpoint_fullfsync"), "1");
    }
}
