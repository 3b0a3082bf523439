//! The one writer: entries are queued, committed in groups, and acknowledged by number after the
//! commit.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::record::Entry;
use super::store::Store;
use super::{JournalError, NamedFile};

/// The most entries in one commit.
const LARGEST_GROUP: usize = 4096;

/// A point in the writer's work where a test may let the process die.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Entries are about to be committed.
    BeforeCommit,
    /// They have been committed and not yet acknowledged.
    AfterCommit,
}

/// Asked at every step, with the entries of the commit; `false` means that the process dies here:
/// nothing is written or acknowledged any more.
pub type Probe = Arc<dyn Fn(Step, &[Entry]) -> bool + Send + Sync>;

/// What the writer has acknowledged.
#[derive(Debug, Clone, Default)]
pub struct Acknowledged {
    /// Every entry up to this number is durable.
    pub up_to: u64,
    /// How many commits that took.
    pub commits: u64,
    /// Why no more will follow.
    pub failed: Option<String>,
}

enum Message {
    Entry(Box<Entry>),
    Stop,
}

/// Writes a run's journal. Entries are numbered from 1 in the order they are given.
pub struct Journal {
    /// Files whose names the run stands on.
    standing: Arc<[NamedFile]>,
    given: u64,
    acknowledged: watch::Receiver<Acknowledged>,
    mode: WriterMode,
}

enum WriterMode {
    /// A thread that owns the connection; it hands the file back when it ends.
    Thread {
        queue: Sender<Message>,
        thread: Option<JoinHandle<Store>>,
    },
    /// A task under the runtime's clock, which tests pause.
    Simulated {
        queue: mpsc::UnboundedSender<Entry>,
        _task: JoinSet<()>,
    },
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Journal")
            .field("given", &self.given)
            .finish_non_exhaustive()
    }
}

impl Journal {
    /// Starts the writing thread.
    ///
    /// # Panics
    /// When the system gives no thread.
    pub fn start(store: Store) -> Self {
        let (queue, entries) = channel();
        let (publish, acknowledged) = watch::channel(Acknowledged::default());
        let standing: Arc<[NamedFile]> = store.standing.clone().into();
        let stands_on = Arc::clone(&standing);
        let thread = std::thread::Builder::new()
            .name("journal".into())
            .spawn(move || write_all(store, &entries, &publish, &stands_on))
            .expect("the system gives a thread for the journal");
        Self {
            standing,
            given: 0,
            acknowledged,
            mode: WriterMode::Thread {
                queue,
                thread: Some(thread),
            },
        }
    }

    /// Commits under the runtime's clock instead of a thread's: what is queued is written as one
    /// group every `commit_time`, and `probe` may end the process's life at any step. For
    /// simulations; dropping the journal loses what is queued, as a crash would.
    pub fn simulated(store: Arc<Mutex<Store>>, probe: Probe, commit_time: Duration) -> Self {
        let (queue, entries) = mpsc::unbounded_channel();
        let (publish, acknowledged) = watch::channel(Acknowledged::default());
        let mut task = JoinSet::new();
        task.spawn(write_simulated(store, probe, commit_time, entries, publish));
        Self {
            standing: Arc::default(),
            given: 0,
            acknowledged,
            mode: WriterMode::Simulated { queue, _task: task },
        }
    }

    /// Queues an entry and tells its number. It is durable once that number is acknowledged.
    pub fn write(&mut self, entry: Entry) -> u64 {
        self.given += 1;
        match &self.mode {
            // A thread that has ended has said why; the number is never acknowledged.
            WriterMode::Thread { queue, .. } => {
                let _ = queue.send(Message::Entry(Box::new(entry)));
            }
            WriterMode::Simulated { queue, .. } => {
                let _ = queue.send(entry);
            }
        }
        self.given
    }

    /// What is wrong where a file that the run stands on was moved or removed: others no longer see
    /// this run, so that it must not send anything more.
    pub fn displaced(&self) -> Option<String> {
        displaced(&self.standing)
    }

    /// How many entries have been given.
    pub fn given(&self) -> u64 {
        self.given
    }

    /// What is durable, as it grows.
    pub fn acknowledged(&self) -> watch::Receiver<Acknowledged> {
        self.acknowledged.clone()
    }

    /// Waits until everything given so far is durable.
    pub async fn flush(&mut self) -> Result<(), String> {
        let given = self.given;
        let reached = self
            .acknowledged
            .wait_for(|state| state.up_to >= given || state.failed.is_some())
            .await
            .map_err(|_| "the journal's writer has ended".to_owned())?;
        match &reached.failed {
            Some(reason) if reached.up_to < given => Err(reason.clone()),
            _ => Ok(()),
        }
    }

    /// Ends the writer and hands the file back; `None` for a simulated one, whose file was never
    /// given away.
    pub fn finish(mut self) -> Option<Store> {
        self.stop()
    }

    fn stop(&mut self) -> Option<Store> {
        match &mut self.mode {
            WriterMode::Thread { queue, thread } => {
                let _ = queue.send(Message::Stop);
                thread.take().and_then(|thread| thread.join().ok())
            }
            WriterMode::Simulated { .. } => None,
        }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The same as [`write_all`], under the runtime's clock.
async fn write_simulated(
    store: Arc<Mutex<Store>>,
    probe: Probe,
    commit_time: Duration,
    mut entries: mpsc::UnboundedReceiver<Entry>,
    publish: watch::Sender<Acknowledged>,
) {
    let mut group = Vec::new();
    let mut up_to = 0;
    while entries.recv_many(&mut group, LARGEST_GROUP).await > 0 {
        tokio::time::sleep(commit_time).await;
        if !probe(Step::BeforeCommit, &group) {
            break;
        }
        let written = store
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write(&group);
        if let Err(error) = written {
            publish.send_modify(|state| state.failed = Some(error.to_string()));
            return;
        }
        if !probe(Step::AfterCommit, &group) {
            break;
        }
        up_to += group.len() as u64;
        group.clear();
        publish.send_modify(|state| {
            state.up_to = up_to;
            state.commits += 1;
        });
    }
    // Dead: nothing is acknowledged, and nothing tells so.
    std::future::pending::<()>().await;
}

fn displaced(standing: &[NamedFile]) -> Option<String> {
    let lost = standing.iter().find(|file| !file.has_its_name())?;
    Some(format!(
        "{} was moved or removed while the run was at work",
        lost.path().display()
    ))
}

/// Takes what is there, commits it as one group, acknowledges, until told to stop. Nothing is
/// acknowledged whose file others no longer see.
fn write_all(
    mut store: Store,
    entries: &Receiver<Message>,
    publish: &watch::Sender<Acknowledged>,
    standing: &[NamedFile],
) -> Store {
    let mut group = Vec::new();
    let mut up_to = 0;
    let mut stopping = false;
    while !stopping {
        group.clear();
        match entries.recv() {
            Ok(Message::Entry(entry)) => group.push(*entry),
            Ok(Message::Stop) | Err(_) => break,
        }
        while group.len() < LARGEST_GROUP {
            match entries.try_recv() {
                Ok(Message::Entry(entry)) => group.push(*entry),
                Ok(Message::Stop) => {
                    stopping = true;
                    break;
                }
                Err(_) => break,
            }
        }
        let failed = commit(&mut store, &group)
            .map_err(|error| error.to_string())
            .err();
        if let Some(reason) = failed.or_else(|| displaced(standing)) {
            publish.send_modify(|state| state.failed = Some(reason));
            break;
        }
        up_to += group.len() as u64;
        publish.send_modify(|state| {
            state.up_to = up_to;
            state.commits += 1;
        });
    }
    store
}

fn commit(store: &mut Store, group: &[Entry]) -> Result<(), JournalError> {
    store.write(group)
}

#[cfg(test)]
pub(super) mod tests {
    use rusqlite::Connection;
    use tempfile::TempDir;
    use tokio::time::timeout;

    use super::*;
    use crate::journal::record::{Event, Mode, RunInfo};
    use crate::journal::{Contents, Draft};
    use crate::model::{Happening, RowIndex};

    pub(crate) fn info() -> RunInfo {
        RunInfo {
            id: "run".into(),
            tool_version: "0".into(),
            started_ms: 0,
            input_path: "rows.csv".into(),
            input_full_path: "/rows.csv".into(),
            input_sha256: String::new(),
            sheet: None,
            delimiter: ',',
            endpoint: "e".into(),
            mode: Mode::Sandbox,
            partner: "p".into(),
            options: Vec::new(),
            origins: None,
            out_dir: String::new(),
            header: Vec::new(),
            id_column: None,
            own_columns: Vec::new(),
            sheets: crate::model::SheetRows::default(),
            place: None,
            places: Vec::new(),
            left_out: Vec::new(),
            job: None,
            backup_profile: None,
            orphans: None,
            root: None,
            above: std::collections::BTreeMap::default(),
        }
    }

    fn intent(row: u32) -> Entry {
        Entry::Event(Event {
            row: RowIndex(row),
            kind: Happening::Intent,
            at_ms: 0,
        })
    }

    /// A journal on the disk, and somebody else's connection to the same file.
    fn on_disk() -> (TempDir, Journal, Connection) {
        let directory = tempfile::tempdir().unwrap();
        let info = info();
        let contents = Contents::without_plan(&info);
        let draft = Draft::begin(directory.path(), "begun").unwrap();
        let store = draft.complete(contents, 0).unwrap();
        let other = Connection::open(store.path()).unwrap();
        (directory, Journal::start(store), other)
    }

    fn events(connection: &Connection) -> u32 {
        connection
            .query_row("SELECT count(*) FROM event", [], |row| row.get(0))
            .unwrap()
    }

    #[tokio::test]
    async fn what_is_acknowledged_can_be_read_by_others() {
        let (_directory, mut journal, other) = on_disk();
        for row in 0..1000 {
            journal.write(intent(row));
        }
        journal.flush().await.unwrap();
        assert_eq!(events(&other), 1000);
        let state = journal.acknowledged().borrow().clone();
        assert_eq!(state.up_to, 1000);
        // What came while a commit was under way went into the next one together.
        assert!(state.commits < 1000, "{}", state.commits);
    }

    #[tokio::test]
    async fn nothing_is_acknowledged_before_its_commit() {
        let (_directory, mut journal, other) = on_disk();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let mut acknowledged = journal.acknowledged();
        journal.write(intent(0));
        let early = timeout(Duration::from_millis(200), acknowledged.changed()).await;
        assert!(early.is_err(), "acknowledged while the file was locked");
        other.execute_batch("ROLLBACK").unwrap();
        journal.flush().await.unwrap();
        assert_eq!(events(&other), 1);
    }

    #[tokio::test]
    async fn a_writer_that_fails_says_so_and_gives_the_file_back() {
        let (_directory, mut journal, other) = on_disk();
        other
            .execute_batch(
                "CREATE TRIGGER full BEFORE INSERT ON event WHEN NEW.idx = 1
                 BEGIN SELECT RAISE(ABORT, 'disk full'); END",
            )
            .unwrap();
        journal.write(intent(0));
        journal.flush().await.unwrap();
        journal.write(intent(1));
        let failure = journal.flush().await.unwrap_err();
        assert!(failure.contains("disk full"), "{failure}");
        journal.write(intent(2));
        assert!(journal.flush().await.is_err());
        assert_eq!(journal.acknowledged().borrow().up_to, 1);
        assert!(journal.finish().is_some());
        assert_eq!(events(&other), 1);
    }

    #[tokio::test]
    async fn what_was_queued_is_written_before_the_writer_ends() {
        let (_directory, mut journal, other) = on_disk();
        for row in 0..5000 {
            journal.write(intent(row));
        }
        drop(journal);
        assert_eq!(events(&other), 5000);
    }
}
