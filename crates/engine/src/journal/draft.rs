//! A run's file before there is a run: rows are written while the tenant is still being read, under a name that nobody
//! looks for, and once only, not through a log first. Complete, it is written through to the disk and gets the name of a
//! run; until then nothing of it counts, and it goes with whoever makes it.

use std::borrow::Borrow;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::error::JournalError;
use super::lock::JournalLock;
use super::reached::journal_lock;
use super::record::{Entry, Fault, PlannedRow, RunInfo};
use super::store::{Store, run_path, write_names_through};
use super::{NamedFile, private};
use crate::model::{RowBatch, RowIndex};

/// How the names of such files end.
const ENDING: &str = "draft";
/// So long a process may take from making the file to writing into it.
const ABOUT_TO_BEGIN: Duration = Duration::from_secs(60);

/// A run's file that is being made.
#[derive(Debug)]
pub struct Draft {
    // Closed before it is removed: the order of the members is the order in which they go.
    store: Store,
    file: Option<OwnFile>,
}

/// What a run is made of, beside its rows.
pub struct Contents<'c> {
    /// What is known of the run.
    pub info: &'c RunInfo,
    /// The plan.
    pub planned: &'c [PlannedRow],
    /// The problems of single cells.
    pub faults: Vec<Fault>,
    /// What is settled before anything is sent, and what is known of customers that are there.
    pub entries: &'c [Entry],
}

#[cfg(test)]
impl<'c> Contents<'c> {
    /// A run that nothing is known of but this.
    pub(super) fn without_plan(info: &'c RunInfo) -> Self {
        Self {
            info,
            planned: &[],
            faults: Vec::new(),
            entries: &[],
        }
    }
}

impl Draft {
    /// Begins a run's file; `name` is nobody else's. Files of processes that died over theirs go.
    pub fn begin(state_dir: &Path, name: &str) -> Result<Self, JournalError> {
        let directory = state_dir.join("runs");
        private::own_directory(&directory).map_err(|source| JournalError::Directory {
            path: directory.clone(),
            source,
        })?;
        remove_abandoned(&directory);
        let path = directory.join(name).with_extension(ENDING);
        let store = Store::make(&path, written_once)?;
        let failed = |error: std::io::Error| JournalError::Draft {
            path: path.clone(),
            reason: error.to_string(),
        };
        let made = NamedFile::at(&path).map_err(failed)?;
        let open = File::options().write(true).open(&path).map_err(failed)?;
        Ok(Self {
            store,
            file: Some(OwnFile {
                path,
                made,
                open: Some(open),
            }),
        })
    }

    /// The same in memory, for measurements and simulations.
    pub fn in_memory() -> Result<Self, JournalError> {
        Ok(Self {
            store: Store::empty_in_memory()?,
            file: None,
        })
    }

    /// Keeps rows as they were read, each batch with the index of its first row.
    pub fn add_rows<B: Borrow<RowBatch> + Send>(
        &mut self,
        batches: impl Iterator<Item = (RowIndex, B)> + Send,
    ) -> Result<(), JournalError> {
        let written = self.store.add_rows(batches);
        written.map_err(|error| match &self.file {
            Some(file) => file.failed(error),
            None => error,
        })
    }

    /// Writes through to the disk what is in it so far: the more of it is there, the less is waited for when it is
    /// complete. What fails here fails there again, and is told then.
    pub fn write_through(&self) {
        if let Some(open) = self.file.as_ref().and_then(|file| file.open.as_ref()) {
            let _ = open.sync_data();
        }
    }

    /// Completes it: from here on there is a run, which survives whatever dies. This process is the one that writes it.
    pub fn complete(self, contents: Contents<'_>, at_ms: i64) -> Result<Store, JournalError> {
        let Self { mut store, file } = self;
        let written = (|| {
            store.begin(contents.info)?;
            store.add_faults(contents.faults)?;
            store.write(contents.entries)?;
            store.add_plan(contents.info, contents.planned, at_ms)
        })();
        let Some(file) = file else {
            return written.map(|()| store);
        };
        written.map_err(|error| file.failed(error))?;
        file.named(store, contents.info, contents.planned.len())
    }
}

/// A file that goes unless it gets the name of a run.
#[derive(Debug)]
struct OwnFile {
    path: PathBuf,
    /// As it was made: what stands under its name later may be another one.
    made: NamedFile,
    /// To write it through by. Closed only when SQLite has closed it: on Unix whoever closes a file ends all locks of
    /// its process on it.
    open: Option<File>,
}

impl OwnFile {
    fn failed(&self, error: JournalError) -> JournalError {
        match error {
            JournalError::Write { reason, .. } => self.unwritten(&reason),
            error => error,
        }
    }

    fn unwritten(&self, reason: &dyn std::fmt::Display) -> JournalError {
        JournalError::Draft {
            path: self.path.clone(),
            reason: reason.to_string(),
        }
    }

    fn named(mut self, store: Store, run: &RunInfo, rows: usize) -> Result<Store, JournalError> {
        let draft = &self.path;
        store.close().map_err(|error| self.unwritten(&error))?;
        let synced = self.open.take().map_or(Ok(()), |file| file.sync_all());
        synced.map_err(|error| self.unwritten(&error))?;
        let directory = draft.parent().unwrap_or(Path::new("."));
        let path = run_path(directory.parent().unwrap_or(directory), &run.id);
        // Before the name: nobody finds a run that seems to be left alone.
        let lock = JournalLock::take(&path)?;
        let is_ours = self.made.has_its_name();
        let renamed = if is_ours {
            fs::rename(draft, &path).map_err(|error| self.unwritten(&error))
        } else {
            Err(self.unwritten(&"another file stands under its name"))
        };
        if let Err(error) = renamed {
            drop(lock);
            let _ = fs::remove_file(journal_lock(&path));
            return Err(error);
        }
        write_names_through(directory);
        let mut store = Store::open(&path)?;
        store.keep(lock)?;
        // What is sent rests on it: it is what was written, whole.
        let (info, state) = store.info()?;
        let is_whole =
            info.id == run.id && state.planned_ms.is_some() && store.planned_rows()? == rows;
        if !is_whole {
            return Err(store.altered("it is not what was written just now".into()));
        }
        store.note()?;
        Ok(store)
    }
}

impl Drop for OwnFile {
    fn drop(&mut self) {
        // Windows removes no open file.
        self.open = None;
        let _ = fs::remove_file(&self.path);
    }
}

/// Nobody needs the file where its process dies: it is neither logged nor synced. What holds it shows that it lives.
fn written_once(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "OFF")?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")
}

/// Removes the files of processes that died over them.
pub fn remove_abandoned(directory: &Path) {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    let is_draft = |path: &PathBuf| path.extension().is_some_and(|ending| ending == ENDING);
    for path in paths.filter(is_draft) {
        // A link leads to what is not ours.
        let is_file = fs::symlink_metadata(&path).is_ok_and(|data| data.is_file());
        if is_file && is_abandoned(&path) {
            tracing::debug!(path = %path.display(), "a draft that nobody completes is removed");
            let _ = fs::remove_file(&path);
        }
    }
}

fn is_abandoned(path: &Path) -> bool {
    let modified = fs::metadata(path).and_then(|data| data.modified());
    let age = modified.ok().and_then(|at| at.elapsed().ok());
    if age.is_none_or(|age| age <= ABOUT_TO_BEGIN) {
        return false;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let held = Connection::open_with_flags(path, flags).and_then(|connection| {
        connection.busy_timeout(Duration::ZERO)?;
        connection.execute_batch("BEGIN EXCLUSIVE; ROLLBACK")
    });
    match held {
        Ok(()) => true,
        // Torn by the crash.
        Err(error) => matches!(
            error.sqlite_error_code(),
            Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt)
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::journal::info_of_tests as info;
    use crate::journal::runs;
    use crate::model::CellKind;

    fn batch(names: &[&str]) -> RowBatch {
        let mut batch = RowBatch::default();
        for (row, name) in (2..).zip(names) {
            batch.push_cell(name, CellKind::Text);
            batch.end_row(row, row);
        }
        batch
    }

    fn drafts(state_dir: &Path) -> usize {
        let entries = fs::read_dir(state_dir.join("runs")).unwrap().flatten();
        let endings = entries.filter_map(|entry| entry.path().extension().map(ToOwned::to_owned));
        endings.filter(|ending| ending == ENDING).count()
    }

    fn complete(draft: Draft) -> Result<Store, JournalError> {
        let info = info();
        draft.complete(Contents::without_plan(&info), 5)
    }

    #[test]
    fn there_is_a_run_from_its_completion_on_and_its_rows_are_there() {
        let directory = tempfile::tempdir().unwrap();
        let mut draft = Draft::begin(directory.path(), "one").unwrap();
        let batches = [batch(&["Acme", "Below"]), batch(&["Third"])];
        let rows = [(RowIndex(0), &batches[0]), (RowIndex(2), &batches[1])];
        draft.add_rows(rows.into_iter()).unwrap();
        assert_eq!(runs(directory.path()).unwrap(), Vec::<PathBuf>::new());
        assert_eq!(drafts(directory.path()), 1);
        let store = complete(draft).unwrap();
        assert_eq!(runs(directory.path()).unwrap(), [store.path()]);
        assert_eq!(drafts(directory.path()), 0);
        assert_eq!(store.numbers().unwrap(), [2, 3, 2]);
        assert_eq!(store.info().unwrap().1.planned_ms, Some(5));
        // Nobody else writes it as long as it is open, and all can read it.
        let mut other = Store::open(store.path()).unwrap();
        assert!(matches!(other.take(), Err(JournalError::AtWork { .. })));
        drop(store);
        other.take().unwrap();
    }

    #[test]
    fn what_is_not_completed_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let mut draft = Draft::begin(directory.path(), "one").unwrap();
        let rows = batch(&["Acme"]);
        draft.add_rows([(RowIndex(0), &rows)].into_iter()).unwrap();
        drop(draft);
        let left = fs::read_dir(directory.path().join("runs")).unwrap().count();
        assert_eq!(left, 0);
        // Nor does one that cannot get its name.
        let draft = Draft::begin(directory.path(), "two").unwrap();
        let path = run_path(directory.path(), &info().id);
        fs::create_dir(&path).unwrap();
        fs::write(path.join("in the way"), "").unwrap();
        complete(draft).unwrap_err();
        let left = fs::read_dir(directory.path().join("runs")).unwrap().count();
        assert_eq!(left, 1);
    }

    #[cfg(unix)]
    #[test]
    fn one_that_was_replaced_becomes_no_run() {
        let directory = tempfile::tempdir().unwrap();
        let mut draft = Draft::begin(directory.path(), "one").unwrap();
        let rows = batch(&["Acme"]);
        draft.add_rows([(RowIndex(0), &rows)].into_iter()).unwrap();
        let path = directory.path().join("runs").join("one.draft");
        let copy = path.with_extension("copy");
        fs::copy(&path, &copy).unwrap();
        fs::rename(&copy, &path).unwrap();
        let error = complete(draft).unwrap_err();
        assert!(error.to_string().contains("another file"), "{error}");
        assert!(
            error.help().contains("nothing was sent"),
            "{}",
            error.help()
        );
        let left = fs::read_dir(directory.path().join("runs")).unwrap().count();
        assert_eq!(left, 0);
    }

    #[test]
    fn what_a_dead_process_left_goes_and_what_somebody_makes_stays() {
        let directory = tempfile::tempdir().unwrap();
        let alive = Draft::begin(directory.path(), "alive").unwrap();
        let dead = directory.path().join("runs").join("dead.draft");
        let torn = directory.path().join("runs").join("torn.draft");
        drop(Connection::open(&dead).and_then(|one| one.execute_batch("CREATE TABLE one (two)")));
        fs::write(&torn, "no database".repeat(100)).unwrap();
        let others = Draft::begin(directory.path(), "young").unwrap();
        assert_eq!(drafts(directory.path()), 4, "all of them are young");
        let long_ago = SystemTime::now() - 2 * ABOUT_TO_BEGIN;
        let of_living = ["alive", "young"].map(|name| {
            let path = directory.path().join("runs").join(name);
            path.with_extension(ENDING)
        });
        for path in [&dead, &torn].into_iter().chain(&of_living) {
            let file = File::options().write(true).open(path).unwrap();
            file.set_modified(long_ago).unwrap();
        }
        let last = Draft::begin(directory.path(), "last").unwrap();
        assert!(!dead.exists() && !torn.exists());
        assert_eq!(drafts(directory.path()), 3);
        drop((alive, others, last));
    }
}
