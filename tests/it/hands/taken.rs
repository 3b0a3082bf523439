//! Lock, journal or state taken from under a run at a random moment: it sends nothing more, and
//! nobody is there twice when it is continued, or when another run begins at once.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fastrand::Rng;
use partner_import::sandbox::{Config, Method, NamePolicy};

use super::{all_once, each_seed, go_on, list};
use crate::cli::desk::{Desk, Service, end_of};

/// What is done to the files of a run.
#[derive(Debug, Clone, Copy)]
enum Deed {
    LocksRemoved,
    LockReplaced,
    StateMoved,
    StateRemoved,
    StateReplaced,
    RunsMoved,
    JournalRemoved,
    JournalMoved,
    JournalReplaced,
    LogRemoved,
    LogMoved,
}

const DEEDS: [Deed; 11] = [
    Deed::LocksRemoved,
    Deed::LockReplaced,
    Deed::StateMoved,
    Deed::StateRemoved,
    Deed::StateReplaced,
    Deed::RunsMoved,
    Deed::JournalRemoved,
    Deed::JournalMoved,
    Deed::JournalReplaced,
    Deed::LogRemoved,
    Deed::LogMoved,
];

#[cfg(unix)]
#[test]
fn a_run_whose_files_are_taken_sends_nothing_more() {
    each_seed("files taken", 44, taken);
}

fn taken(random: &mut Rng) -> &'static str {
    let latency = random.u64(5..20);
    let service = Service::with(Config {
        names: NamePolicy::Any,
        latency: Duration::from_millis(latency),
        ..Config::default()
    });
    let desk = Desk::new();
    let rows = 80;
    desk.write("in.csv", list(rows, ""));
    desk.write("other.csv", list(rows, ","));
    let calls = random.u64(1..4);
    let moment = random.u64(1..rows as u64 / 3);
    let first = desk.begin_import(&service, &["--concurrency", &calls.to_string()], moment);
    let deed = *random.choice(&DEEDS).expect("one");
    let story = format!("{deed:?} at request {moment}, {calls} at once, {latency} ms each");
    carry_out(deed, &desk, random);
    let by_then = service.requests(Method::AddPartner);
    // Those under way, and what leaves until the next look. On a busy machine a deed takes so long
    // that this may be the rest of the list: then the run may have ended well before it.
    let until_a_look = 4 * calls + 10;
    let may_be_over = by_then + until_a_look >= rows as u64;
    if random.bool() {
        // Somebody begins at once.
        let other = [
            "run",
            "other.csv",
            "--yes",
            "--out",
            "second",
            "--settle-wait",
            "600ms",
        ];
        let second = desk.run_at(&service, &other);
        let first = end_of(first);
        let over = may_be_over && first.code == 0;
        assert!(over || first.code == 5, "{story}\n{first:?}");
        assert!(matches!(second.code, 0 | 5 | 6), "{story}\n{second:?}");
        go_on(&desk, &service, &story);
        all_once(&service, rows, &story);
        return "another began at once";
    }
    let first = end_of(first);
    if may_be_over && first.code == 0 {
        all_once(&service, rows, &story);
        return "over before";
    }
    assert_eq!(first.code, 5, "{story}\n{first:?}");
    assert!(
        first.err.contains("was moved or removed"),
        "{story}\n{first:?}"
    );
    assert!(!first.err.contains("disk space"), "{story}\n{first:?}");
    let more = service.requests(Method::AddPartner) - by_then;
    assert!(more <= until_a_look, "{story}: {more} more requests");
    go_on(&desk, &service, &story);
    all_once(&service, rows, &story);
    "continued"
}

fn carry_out(deed: Deed, desk: &Desk, random: &mut Rng) {
    let state = desk.path("state");
    let done = match deed {
        Deed::LocksRemoved => fs::remove_dir_all(state.join("locks")),
        Deed::LockReplaced => {
            // One by what was typed, one by who the service says one is.
            let locks = all(&state.join("locks"), "lock");
            let lock = random.choice(&locks).expect("one");
            fs::copy(lock, state.join("new")).expect("a copy");
            fs::rename(state.join("new"), lock)
        }
        Deed::StateMoved => fs::rename(&state, desk.path("gone")),
        // A run that writes meanwhile may put files back into what is being removed.
        Deed::StateRemoved => {
            fs::rename(&state, desk.path("gone")).expect("moved");
            fs::remove_dir_all(desk.path("gone")).or(Ok(()))
        }
        Deed::StateReplaced => {
            fs::rename(&state, desk.path("gone")).expect("moved");
            fs::create_dir(&state)
        }
        Deed::RunsMoved => fs::rename(state.join("runs"), state.join("before")),
        Deed::JournalRemoved => fs::remove_file(only(&state.join("runs"), "sqlite")),
        Deed::JournalMoved => fs::rename(only(&state.join("runs"), "sqlite"), desk.path("moved")),
        Deed::JournalReplaced => {
            let journal = only(&state.join("runs"), "sqlite");
            fs::copy(&journal, desk.path("copy")).expect("a copy");
            fs::rename(desk.path("copy"), journal)
        }
        // A run that has ended meanwhile has none.
        Deed::LogRemoved => all(&state.join("runs"), "sqlite-wal")
            .iter()
            .try_for_each(fs::remove_file),
        Deed::LogMoved => all(&state.join("runs"), "sqlite-wal")
            .iter()
            .try_for_each(|log| fs::rename(log, desk.path("moved"))),
    };
    done.expect("it is done");
}

/// The only file with this ending.
pub(super) fn only(directory: &Path, ending: &str) -> PathBuf {
    let mut found = all(directory, ending);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn all(directory: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("a directory");
    entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|one| one == ending))
        .collect()
}
