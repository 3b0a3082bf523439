//! Power loss as far as a test can go: the journal's write-ahead log is cut off at any length, its
//! rest zeroed or turned to noise, as a disk may leave what was never synced. Whatever was
//! acknowledged by then is there, in order; nothing else is made up.

use std::fs;
use std::path::{Path, PathBuf};

use fastrand::Rng;
use partner_import::journal::{Entry, Event, Journal, Store};
use partner_import::model::{Happening, RowIndex};

use crate::support::world::store_on_disk;

/// How many entries are written, one commit each.
const ENTRIES: u32 = 16;

/// A journal that has been written to, and how long its log was at each acknowledgement.
struct Written {
    database: PathBuf,
    /// The length of the log when so many entries had been acknowledged.
    acknowledged: Vec<u64>,
    log: Vec<u8>,
}

fn log_of(database: &Path) -> PathBuf {
    PathBuf::from(format!("{}-wal", database.display()))
}

async fn write(directory: &Path) -> (Written, Journal) {
    let store = store_on_disk(directory);
    let database = store.path().to_owned();
    let mut journal = Journal::start(store);
    let mut acknowledged = Vec::new();
    for row in 0..ENTRIES {
        journal.write(Entry::Event(Event {
            row: RowIndex(row),
            kind: Happening::Intent,
            at_ms: i64::from(row),
        }));
        journal.flush().await.expect("it is written");
        let length = fs::metadata(log_of(&database))
            .expect("there is a log")
            .len();
        acknowledged.push(length);
    }
    let log = fs::read(log_of(&database)).expect("there is a log");
    let written = Written {
        database,
        acknowledged,
        log,
    };
    (written, journal)
}

/// What is left of the log's tail.
#[derive(Debug, Clone, Copy)]
enum Tail {
    Missing,
    Zeroes,
    Noise,
}

/// How many entries a journal tells that woke up with this much of its log.
fn entries_after(written: &Written, kept: usize, tail: Tail, random: &mut Rng) -> u32 {
    let directory = tempfile::tempdir().expect("a directory");
    let database = directory.path().join("run.sqlite");
    fs::copy(&written.database, &database).expect("a copy");
    let mut log = written.log.clone();
    match tail {
        Tail::Missing => log.truncate(kept),
        Tail::Zeroes => log[kept..].fill(0),
        Tail::Noise => random.fill(&mut log[kept..]),
    }
    fs::write(log_of(&database), log).expect("a copy of the log");
    let store = Store::open(&database).expect("it opens");
    let mut next = 0;
    store
        .each_event(|event| {
            assert_eq!(event.row.0, next, "in order, without a gap");
            next += 1;
        })
        .expect("it can be read");
    next
}

#[tokio::test]
async fn a_log_that_breaks_off_anywhere_keeps_what_was_acknowledged() {
    let directory = tempfile::tempdir().expect("a directory");
    let (written, _journal) = write(directory.path()).await;
    let mut random = Rng::with_seed(1);
    let lengths = written.acknowledged.iter().copied();
    // At every commit, a little before and after it, and at places in between.
    let around = lengths.flat_map(|length| [length - 1, length, length + 1]);
    let places = around.chain((0..written.log.len() as u64).step_by(9973));
    for kept in places.filter(|kept| *kept <= written.log.len() as u64) {
        let safe = written
            .acknowledged
            .partition_point(|length| *length <= kept);
        for tail in [Tail::Missing, Tail::Zeroes, Tail::Noise] {
            let kept = usize::try_from(kept).expect("a short log");
            let told = entries_after(&written, kept, tail, &mut random) as usize;
            // Noise may happen to be the one byte that was missing.
            let fine = told == safe || (matches!(tail, Tail::Noise) && told == safe + 1);
            assert!(
                fine,
                "{told} instead of {safe}: {kept} bytes of the log, {tail:?}"
            );
        }
    }
}
