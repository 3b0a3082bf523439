//! How a night ends: after `--max-duration`, and what `[after] command` is told.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use partner_import::sandbox::ACCOUNT_PASSWORD;

use super::listener::Listener;
use crate::cli::desk::{Desk, Done, SMALL, Service, end_of, until};

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
    let first = ["--max-duration", "2500ms", "--concurrency", "1"];
    let done = desk.import_with(&service, &first);
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
    // Everything that is read afterwards says the same.
    assert_eq!(desk.summary()["exit_code"], 1);
    assert!(desk.run(&["runs"]).exits(0).out.contains("done (1)"));
    let json = [&with[..], &["--log-format", "json"]].concat();
    let done = desk.import_with(&service, &json).exits(1);
    let line: serde_json::Value = serde_json::from_str(&done.out).expect("one line");
    assert_eq!(line["exit_code"], 1);
    let ended = done.err.lines().find(|line| line.contains("\"run ended\""));
    assert!(ended.is_some_and(|line| line.contains("\"exit_code\":1")));
    let shown = desk.import_with(&service, &with).exits(1).out;
    assert!(
        shown.contains("Exit code 1: the command of [after] has failed: exit status: 7"),
        "{shown}"
    );
    let run = desk.summary()["run_id"].as_str().expect("an id").to_owned();
    desk.run(&["report", &run]).exits(0);
    assert_eq!(desk.summary()["exit_code"], 1);
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
fn a_time_that_lets_no_run_get_on_is_said() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.import_with(&service, &["--max-duration", "0s"])
        .exits(2)
        .says(&["limits.max_duration", "a run without time sends nothing"]);
    desk.import_with(&service, &["--max-duration", "5m", "--settle-wait", "5m"])
        .exits(0)
        .says(&["--max-duration is not longer than --settle-wait"]);
}

#[test]
fn the_figures_are_there_before_the_command_and_the_reason_names_its_failure() {
    let (desk, service) = (Desk::new(), Service::new());
    let listener = Listener::answering(200);
    desk.write("in.csv", SMALL);
    // Something in the background holds its output open.
    let script = "#!/bin/sh\nsleep 600 &\ncp job.prom before.prom\n\
                  echo \"[$HTTPS_PROXY] [$NO_PROXY]\" >told.txt\nexit 3\n";
    let path = desk.write("after.sh", script);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("its own");
    desk.write("job.toml", profile(&path.display().to_string()));
    let hook = format!("{}/hook", listener.address);
    let with = ["--profile", "job.toml", "--metrics-file", "job.prom"];
    let began = Instant::now();
    let args = [&with[..], &["--notify", &hook]].concat();
    let mut command = desk.import_command(&service, &args);
    command
        .env("HTTPS_PROXY", "http://me:S3CRET@127.0.0.1:9")
        .env("NO_PROXY", "127.0.0.1");
    Done::of(&command.output().expect("it starts"))
        .exits(1)
        .says(&["the command of [after] has failed"]);
    assert!(began.elapsed() < Duration::from_secs(120));
    let code = |file: &str| {
        let text = desk.read(file);
        let mut lines = text.lines();
        let line = lines.find(|line| line.starts_with("partner_import_exit_code{"));
        line.and_then(|line| line.rsplit(' ').next().map(str::to_owned))
    };
    assert_eq!(code("before.prom").as_deref(), Some("0"));
    assert_eq!(code("job.prom").as_deref(), Some("1"));
    // Nothing of the night before makes it a success.
    let success = "partner_import_last_success_timestamp_seconds{";
    let text = desk.read("job.prom");
    let line = text.lines().find(|line| line.starts_with(success));
    assert!(line.is_some_and(|line| line.ends_with(" 0")), "{text}");
    assert_eq!(desk.read("told.txt").trim(), "[] [127.0.0.1]");
    let told = listener.told();
    let reason = "the command of [after] has failed: exit status: 3";
    assert!(told[0].body.contains(reason), "{told:?}");
}

#[test]
fn whoever_asks_the_job_to_stop_ends_what_comes_after_it() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    let path = desk.write("after.sh", "#!/bin/sh\necho >started.txt\nexec sleep 600\n");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("its own");
    desk.write("job.toml", profile(&path.display().to_string()));
    let began = Instant::now();
    let mut command = desk.import_command(&service, &["--profile", "job.toml"]);
    let child = command.spawn().expect("it starts");
    until("the command", || desk.path("started.txt").exists());
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-TERM", &id]).status();
    assert!(sent.expect("kill").success());
    end_of(child)
        .exits(1)
        .says(&["the command of [after] was ended: asked to stop"]);
    assert!(began.elapsed() < Duration::from_secs(120));
}

#[test]
fn a_share_of_rows_that_holds_nothing_back_is_said() {
    let (desk, service) = (Desk::new(), Service::new());
    let run = |list: &str, more: &[&str]| {
        let run = ["run", list, "--yes", "--out", "out", "--min-rows", "90%"];
        let json = ["--log-format", "json"];
        desk.run_at(&service, &[&run[..], &json, more].concat())
    };
    desk.write("mon.csv", many(10));
    desk.write("tue.csv", many(5));
    let first = run("mon.csv", &["--job", "psa"]).exits(0);
    assert!(first.err.contains("the first run of this list"));
    assert!(!first.err.contains("no earlier run"), "{}", first.err);
    // Another file and no name: nothing to hold it against.
    run("tue.csv", &[]).exits(0).says(&[
        "no earlier run of this list or --job was finished",
        "\"other_runs\":1",
    ]);
    desk.write("wed.csv", many(5));
    run("wed.csv", &["--job", "psa"]).exits(2).says(&[
        "has shrunk from 10 rows to 5",
        "wed.csv --endpoint",
        "--job psa",
    ]);
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
