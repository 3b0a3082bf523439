//! `sandbox`: the simulated service as a process of its own.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use super::desk::{Desk, end_of};

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
