//! Who else is at work: another process by another spelling of the same target, one whose lock or
//! state was removed under it, and a journal that nobody can read any more.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use partner_import::journal::{JournalError, Store};
use partner_import::sandbox::{ACCOUNT_PARTNER, Config, Method, NamePolicy};

use crate::cli::desk::{Desk, Done, Service, end_of, until};

/// A service that would take every name twice, so that a double is seen.
fn service() -> Service {
    Service::with(Config {
        names: NamePolicy::Any,
        latency: Duration::from_millis(50),
        ..Config::default()
    })
}

fn rows(count: usize) -> String {
    let rows = (0..count).map(|row| format!("Customer {row},EndCustomer,InTrial,DE\n"));
    format!("Name,Level,State,Country\n{}", rows.collect::<String>())
}

/// Begins an import that will take a while.
fn begun(desk: &Desk, service: &Service) -> Child {
    desk.write("in.csv", rows(60));
    desk.begin_import(service, &["--concurrency", "2"], 6)
}

/// The same customers from another file, so that no unfinished run of the file is found.
fn other_file(desk: &Desk) {
    desk.write("other.csv", rows(60).replace("Country\n", "Country,\n"));
}

/// Nobody stands in the tenant twice.
fn no_double(service: &Service) {
    let mut names: Vec<String> = service.added().iter().map(|one| one.name.clone()).collect();
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all, "doubles");
}

/// The only journal.
fn journal(desk: &Desk) -> PathBuf {
    let runs = fs::read_dir(desk.path("state/runs")).expect("a directory");
    let mut found: Vec<PathBuf> = runs
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "sqlite"))
        .collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[test]
fn every_spelling_of_a_target_is_one_target() {
    let (desk, service) = (Desk::new(), service());
    let child = begun(&desk, &service);
    other_file(&desk);
    let port = service.endpoint.split(':').nth(2).expect("a port");
    let port = port.split('/').next().expect("a port");
    let endpoints = [
        format!("http://localhost:{port}/jsonapi"),
        format!("HTTP://LOCALHOST:{port}/jsonapi"),
        format!("http://127.0.0.1:{port}/jsonapi/"),
        format!("http://127.0.0.1:{port}/jsonapi?account&Login"),
        format!("  http://127.0.0.1:{port}/jsonapi"),
        format!("http://127.0.0.1:{port}/jsonapi#x"),
    ];
    let spelt = |endpoint: &str, partner: &str| -> Done {
        let mut run = desk.at(&service, &["run", "other.csv", "--yes", "--out", "second"]);
        run.env("PARTNER_IMPORT_ENDPOINT", endpoint)
            .env("PARTNER_IMPORT_PARTNER", partner);
        end_of(run.spawn().expect("it starts"))
    };
    for endpoint in &endpoints {
        spelt(endpoint, ACCOUNT_PARTNER)
            .exits(6)
            .says(&["another run is at work"]);
    }
    for partner in [
        format!(" {ACCOUNT_PARTNER} "),
        ACCOUNT_PARTNER.replace(' ', "  "),
        ACCOUNT_PARTNER.to_uppercase(),
    ] {
        spelt(&service.endpoint, &partner).exits(6);
    }
    end_of(child).exits(0);
    assert_eq!(service.added().len(), 60);
    no_double(&service);
}

#[test]
fn who_the_service_says_one_is_counts_where_no_spelling_tells() {
    let (desk, service) = (Desk::new(), service());
    let child = begun(&desk, &service);
    other_file(&desk);
    // Without a partner the login leads to the same customer.
    let mut run = desk.at(&service, &["run", "other.csv", "--yes", "--out", "second"]);
    run.env_remove("PARTNER_IMPORT_PARTNER");
    end_of(run.spawn().expect("it starts"))
        .exits(6)
        .says(&["another run is at work"]);
    end_of(child).exits(0);
    no_double(&service);
}

/// Runs the same customers from another file while the first run goes on, and looks for doubles.
fn beside(spoil: impl Fn(&Desk)) -> (Done, Done) {
    let (desk, service) = (Desk::new(), service());
    let child = begun(&desk, &service);
    other_file(&desk);
    spoil(&desk);
    let second = desk.run_at(
        &service,
        &[
            "run",
            "other.csv",
            "--yes",
            "--out",
            "second",
            "--settle-wait",
            "3s",
        ],
    );
    let first = end_of(child);
    no_double(&service);
    (first, second)
}

#[cfg(unix)]
#[test]
fn a_run_whose_lock_was_removed_sends_nothing_more() {
    let (first, second) = beside(|desk| {
        fs::remove_dir_all(desk.path("state/locks")).expect("the locks are removed");
    });
    first
        .exits(5)
        .says(&["was moved or removed", "nothing more was sent"]);
    assert!(matches!(second.code, 0 | 6), "{second:?}");
}

#[cfg(unix)]
#[test]
fn a_run_whose_state_was_removed_sends_nothing_more() {
    let (first, second) = beside(|desk| {
        fs::rename(desk.path("state"), desk.path("gone")).expect("the state is moved");
    });
    first.exits(5).says(&["was moved or removed"]);
    second.exits(0);
}

#[cfg(unix)]
#[test]
fn two_processes_never_write_one_journal() {
    let (desk, service) = (Desk::new(), service());
    let child = begun(&desk, &service);
    // Only the lock of the target goes; the journal's own is there.
    for entry in fs::read_dir(desk.path("state/locks")).expect("a directory") {
        fs::remove_file(entry.expect("an entry").path()).expect("removed");
    }
    let second = desk.import_with(&service, &[]);
    let first = end_of(child).exits(5);
    assert!(matches!(second.code, 0 | 6), "{second:?}\n{first:?}");
    desk.import_with(&service, &["--settle-wait", "1s"])
        .exits(0);
    assert_eq!(service.added().len(), 60);
    no_double(&service);
}

#[test]
fn readers_are_let_in_while_a_run_goes_on() {
    let (desk, service) = (Desk::new(), service());
    let child = begun(&desk, &service);
    desk.run(&["runs"]).exits(0);
    let id = journal(&desk);
    let id = id
        .file_stem()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    desk.run(&["report", &id, "--out", "meanwhile"]);
    assert!(desk.path("meanwhile/results.csv").exists());
    end_of(child).exits(0);
}

/// A run that was killed in the middle, with a request that lands later.
fn cut_off(desk: &Desk) -> Service {
    let service = Service::with(Config {
        names: NamePolicy::Any,
        faults: vec!["late-commit=#1:2s@AddPartner".parse().expect("a fault")],
        ..Config::default()
    });
    desk.write("in.csv", rows(1));
    let mut child = desk
        .import_command(&service, &["--settle-wait", "60s"])
        .spawn()
        .expect("it starts");
    service.kill_at(&mut child, Method::AddPartner, 1);
    service
}

#[test]
fn a_journal_that_cannot_be_read_stands_in_the_way() {
    stands_in_the_way("cannot be read", |journal| {
        fs::write(journal, "this is no database, whatever it was before").expect("it is spoilt");
    });
}

#[test]
fn a_journal_that_is_gone_while_its_run_had_not_ended_stands_in_the_way() {
    stands_in_the_way("the file is gone", |journal| {
        fs::remove_file(journal).expect("it is there");
    });
}

#[test]
fn a_journal_that_is_gone_is_nobodys_obstacle_when_its_run_has_ended() {
    let (desk, service) = (Desk::new(), service());
    desk.write("in.csv", rows(2));
    desk.import(&service, "in.csv").exits(0);
    fs::remove_file(journal(&desk)).expect("it is there");
    desk.import(&service, "in.csv").exits(0);
    no_double(&service);
}

/// A run was cut off while its request was under way, and something happens to its journal.
fn stands_in_the_way(says: &str, spoil: impl Fn(&Path)) {
    let desk = Desk::new();
    let service = cut_off(&desk);
    let journal = journal(&desk);
    spoil(&journal);
    for end in ["-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{end}", journal.display()));
    }
    let id = journal
        .file_stem()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    for arguments in [
        &["run", "in.csv", "--yes", "--out", "out"][..],
        &[
            "run",
            "in.csv",
            "--yes",
            "--out",
            "out",
            "--settle-wait",
            "1s",
        ],
    ] {
        desk.run_at(&service, arguments).exits(5).says(&[
            &id,
            says,
            "cannot be read",
            "--new-run",
            "nothing was sent",
        ]);
    }
    assert_eq!(service.requests(Method::AddPartner), 1);
    // Told otherwise, it is waited for like a run that was cut off.
    let told = [
        "run",
        "in.csv",
        "--yes",
        "--out",
        "out",
        "--new-run",
        "--settle-wait",
        "4s",
    ];
    desk.run_at(&service, &told)
        .exits(0)
        .says(&["not readable", "waiting 4 s", "sqlite.damaged"]);
    assert_eq!(service.added().len(), 1, "nobody is there twice");
    // And is nobody's obstacle any more.
    desk.write("next.csv", rows(2));
    let next = desk.run_at(&service, &["run", "next.csv", "--yes", "--out", "next"]);
    let next = next.exits(0);
    assert!(!next.err.contains("waiting"), "{}", next.err);
    no_double(&service);
}

#[cfg(unix)]
#[test]
fn a_wait_for_others_can_be_interrupted() {
    let desk = Desk::new();
    let service = cut_off(&desk);
    desk.write("other.csv", rows(3));
    let run = [
        "run",
        "other.csv",
        "--yes",
        "--out",
        "out",
        "--settle-wait",
        "50s",
    ];
    let child = desk.at(&service, &run).spawn().expect("it starts");
    until("its login", || service.requests(Method::Login) == 2);
    let begun = Instant::now();
    until("its wait", || begun.elapsed() > Duration::from_millis(300));
    crate::cli::desk::interrupt(&child);
    end_of(child).exits(130);
    assert_eq!(service.requests(Method::AddPartner), 1);
}

/// Everything that decides what is sent, as a journal tells it.
fn content(path: &std::path::Path) -> Result<String, JournalError> {
    use std::fmt::Write as _;
    let store = Store::open(path)?;
    let (info, state) = store.info()?;
    let mut text = format!("{info:?} {state:?}\n");
    store.each_row(|row| writeln!(text, "{row:?}").expect("written"))?;
    store.each_planned(|row| writeln!(text, "{row:?}").expect("written"))?;
    store.each_event(|event| writeln!(text, "{event:?}").expect("written"))?;
    writeln!(text, "{:?}", store.faults()?).expect("written");
    store.verify()?;
    Ok(text)
}

#[test]
fn a_byte_that_changed_in_a_journal_is_noticed() {
    let (desk, service) = (Desk::new(), Service::new());
    let with_faults = rows(30) + "Nobody,Boss,InTrial,DE\n";
    desk.write("in.csv", with_faults);
    desk.import(&service, "in.csv").exits(1);
    let journal = journal(&desk);
    let right = content(&journal).expect("it is whole");
    let bytes = fs::read(&journal).expect("the file");
    let copy = desk.path("copy.sqlite");
    let mut random = fastrand::Rng::with_seed(4711);
    let (mut noticed, mut harmless) = (0, 0);
    for _ in 0..600 {
        let mut altered = bytes.clone();
        let at = random.usize(..altered.len());
        altered[at] ^= 1 << random.u8(..8);
        fs::write(&copy, &altered).expect("written");
        for end in ["-wal", "-shm"] {
            let _ = fs::remove_file(desk.path(&format!("copy.sqlite{end}")));
        }
        match content(&copy) {
            Err(_) => noticed += 1,
            Ok(text) => {
                assert_eq!(text, right, "byte {at} changed what is read");
                harmless += 1;
            }
        }
    }
    // Room that holds nothing, and figures for reports, may change without harm.
    assert!(noticed > 60 && harmless > 0, "{noticed} and {harmless}");
}

#[test]
fn records_that_are_missing_are_noticed() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", rows(5));
    desk.import(&service, "in.csv").exits(0);
    let journal = journal(&desk);
    let copy = desk.path("copy.sqlite");
    for (sql, says) in [
        (
            "DELETE FROM plan WHERE idx = 4",
            "the end of the plan is missing",
        ),
        ("DELETE FROM plan WHERE idx = 2", "planned row 3 is missing"),
        ("DELETE FROM event WHERE seq = 3", "event 3 is missing"),
        ("DELETE FROM input WHERE idx = 0", "row 1 is missing"),
        (
            "UPDATE event SET kind = 'failed' WHERE seq = 2",
            "event 2 is not what was written",
        ),
        (
            "UPDATE run SET finished_ms = NULL",
            "what it says of the run",
        ),
    ] {
        fs::copy(&journal, &copy).expect("a copy");
        let connection = rusqlite::Connection::open(&copy).expect("it opens");
        connection.execute(sql, []).expect("it is changed");
        drop(connection);
        let error = content(&copy).expect_err(sql).to_string();
        assert!(error.contains(says), "{sql}: {error}");
    }
}
