//! How a night ends: after `--max-duration`, and what `[after] command` is told.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use partner_import::sandbox::ACCOUNT_PASSWORD;

use crate::cli::desk::{Desk, SMALL, Service};

/// So many customers, each below the tenant itself.
fn many(count: usize) -> String {
    let rows = (0..count).map(|row| format!("Kunde {row},EndCustomer,InTrial,DE,K-{row}\n"));
    "Name,Level,State,Country,ExternalCode\n".to_owned() + &rows.collect::<String>()
}

#[test]
fn a_run_ends_when_its_time_is_up_and_the_next_one_goes_on() {
    let desk = Desk::new();
    let service = Service::slow(Duration::from_millis(100));
    desk.write("in.csv", many(60));
    let began = Instant::now();
    let first = ["--max-duration", "1500ms", "--concurrency", "1"];
    let done = desk.import_with(&service, &first);
    assert!(began.elapsed() < Duration::from_secs(5));
    done.exits(130).says(&["the time of --max-duration is up"]);
    let (created, table) = (service.added().len(), desk.table("out/results.csv"));
    assert!((1..60).contains(&created), "{created}");
    // What was under way was answered: nobody is left to be looked for.
    let count = |status: &str| {
        table
            .statuses()
            .iter()
            .filter(|one| **one == status)
            .count()
    };
    assert_eq!(
        (count("created"), count("pending")),
        (created, 60 - created)
    );
    // The profile says it as well; enough time is no limit.
    desk.trusted("[limits]\nmax_duration = \"5m\"\n");
    desk.import_with(&service, &["--concurrency", "8"])
        .exits(0)
        .says(&["continuing run"]);
    assert_eq!(service.added().len(), 60);
    service.agrees_with(&desk.table("out/results.csv"), "Name");
    desk.import_with(&service, &["--max-duration", "soon"])
        .exits(2)
        .says(&["--max-duration"]);
}

/// A program that writes down what it is told, and ends with this code.
fn program(desk: &Desk, code: i32) -> PathBuf {
    let script = format!(
        "#!/bin/sh\nenv | sort | grep ^PARTNER_IMPORT >told.txt\necho \"$# $1 $2\" >>told.txt\n\
         echo this was said\nexit {code}\n"
    );
    let path = desk.write("after.sh", script);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("its own");
    path
}

fn profile(program: &str) -> String {
    format!("[after]\ncommand = [{program:?}, \"a b; $HOME\", \"*\"]\n")
}

#[test]
fn what_comes_after_a_run_knows_the_run_and_no_secret() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    let path = program(&desk, 0);
    desk.write("job.toml", profile(&path.display().to_string()));
    let with = ["--profile", "job.toml"];
    let done = desk.import_with(&service, &[&with[..], &["--log-format", "json"]].concat());
    assert!(done.exits(0).err.contains("this was said"));
    let told = desk.read("told.txt");
    let summary = desk.summary();
    let place = dunce(desk.path(""));
    for line in [
        format!(
            "PARTNER_IMPORT_RUN_ID={}",
            summary["run_id"].as_str().expect("an id")
        ),
        "PARTNER_IMPORT_EXIT_CODE=0".to_owned(),
        format!("PARTNER_IMPORT_LIST={}", place.join("in.csv").display()),
        format!("PARTNER_IMPORT_RESULTS={}", place.join("out").display()),
        // No shell has read them.
        "2 a b; $HOME *".to_owned(),
    ] {
        assert!(told.lines().any(|one| one == line), "no {line} in {told}");
    }
    assert!(!told.contains(ACCOUNT_PASSWORD), "{told}");
    // Also after a run that never began, and its own end stays what it is.
    desk.import_with(&service, &[&with[..], &["--notify", "ftp://x"]].concat())
        .exits(2);
    let told = desk.read("told.txt");
    assert!(told.contains("PARTNER_IMPORT_EXIT_CODE=2\n"), "{told}");
    assert!(told.contains("PARTNER_IMPORT_RUN_ID=\n"), "{told}");
    // Nothing is run for a plan.
    fs::remove_file(desk.path("told.txt")).expect("it is there");
    desk.import_with(&service, &[&with[..], &["--dry-run"]].concat())
        .exits(0);
    assert!(!desk.path("told.txt").exists());
}

fn dunce(path: PathBuf) -> PathBuf {
    fs::canonicalize(path).expect("it is there")
}

#[test]
fn its_failure_is_said_and_not_swallowed() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    let path = program(&desk, 7);
    desk.write("job.toml", profile(&path.display().to_string()));
    let with = ["--profile", "job.toml", "--metrics-file", "job.prom"];
    desk.import_with(&service, &with).exits(1).says(&[
        "the command of [after] has failed",
        "exit status: 7",
        "this was said",
    ]);
    assert_eq!(service.added().len(), 3);
    assert!(
        desk.read("job.prom")
            .lines()
            .any(|line| { line.starts_with("partner_import_exit_code{") && line.ends_with(" 1") })
    );
    desk.write("job.toml", profile("no-such-program"));
    desk.import_with(&service, &with)
        .exits(1)
        .says(&["the command of [after] cannot be started"]);
    // What went wrong before counts more.
    desk.import_with(&service, &[&with[..], &["--notify", "ftp://x"]].concat())
        .exits(2)
        .says(&["the command of [after] cannot be started"]);
}

#[test]
fn a_profile_that_lies_about_runs_nothing_until_it_is_trusted() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    let path = program(&desk, 0);
    desk.write("partner-import.toml", profile(&path.display().to_string()));
    desk.import_with(&service, &[])
        .exits(2)
        .says(&["after.command (line 2)", "partner-import trust"]);
    assert!(!desk.path("told.txt").exists());
    desk.trust("partner-import.toml");
    desk.import_with(&service, &[]).exits(0);
    assert!(desk.path("told.txt").exists());
}
