//! `sandbox`: the simulated service as a process of its own.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use super::desk::{Desk, SMALL, end_of};

#[test]
fn the_sandbox_says_where_it_listens_and_what_it_is() {
    let desk = Desk::new();
    let log = desk.path("log.jsonl");
    let arguments = [
        "sandbox",
        "--tenant-size",
        "5",
        "--request-log",
        "log.jsonl",
    ];
    let mut child = desk
        .tool(&arguments)
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().expect("piped"));
    out.read_line(&mut line).expect("a line");
    let endpoint = line
        .trim()
        .strip_prefix("listening on ")
        .expect("the promised words");
    assert!(endpoint.starts_with("http://127.0.0.1:") && endpoint.ends_with("/jsonapi"));
    let mut lookup = desk.tool(&[
        "lookup",
        "partners",
        "--format",
        "csv",
        "--endpoint",
        endpoint,
    ]);
    lookup
        .args([
            "--partner",
            "Sandbox MSP (admin@example.com)",
            "--username",
            "api",
        ])
        .env("PARTNER_IMPORT_PASSWORD", "sandbox");
    let list = end_of(lookup.spawn().expect("it starts")).exits(0).out;
    assert!(list.lines().count() >= 6, "{list}");
    child.kill().expect("it can be ended");
    end_of_sandbox(child);
    assert!(log.is_file());
}

fn end_of_sandbox(child: std::process::Child) {
    let ended = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(said.contains("SANDBOX, not the real service"), "{said}");
}

#[test]
fn the_tenant_of_the_sandbox_is_emptied() {
    let desk = Desk::new();
    desk.write("in.csv", SMALL);
    let run = ["run", "in.csv", "--sandbox", "--yes"];
    desk.run(&["sandbox", "reset"])
        .exits(0)
        .says(&["there was nothing to empty"]);
    desk.run(&run).exits(0);
    let plan = desk.run(&["plan", "in.csv", "--sandbox"]).exits(0).out;
    assert!(plan.contains("0 to create, 3 already there"), "{plan}");
    // A run that has stopped would go on in a tenant that does not know of it.
    let rows = (0..300).map(|row| format!("Kunde {row},EndCustomer,InTrial,DE\n"));
    let rows: String = rows.collect();
    desk.write("more.csv", format!("Name,Level,State,Country\n{rows}"));
    let slow = ["--max-duration", "300ms", "--concurrency", "1"];
    let stopped = [&["run", "more.csv", "--sandbox", "--yes"], &slow[..]].concat();
    let has_stopped = desk.run(&stopped).code == 130;
    let runs = desk.run(&["runs"]).exits(0).out;
    let is_open = has_stopped && runs.lines().count() == 2;
    let done = desk.run(&["sandbox", "reset"]).exits(0);
    let done = done.says(&["SANDBOX: emptied", "sandbox.sqlite"]);
    let closed = done.err.contains("unfinished runs of it are closed: 2");
    assert_eq!(closed, is_open, "{}\n{runs}", done.err);
    let plan = desk.run(&["plan", "in.csv", "--sandbox"]).exits(0).out;
    assert!(plan.contains("3 to create, 0 already there"), "{plan}");
    desk.run(&["resume", "--sandbox"]).exits(2);
    desk.run(&run).exits(0);
    let flags = ["sandbox", "--listen", "127.0.0.1:0", "reset"];
    desk.run(&flags).exits(2);
}
