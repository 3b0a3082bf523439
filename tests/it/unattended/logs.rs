//! `--log-format json`: every line is an object with the same names in it.

use serde_json::Value;

use crate::cli::desk::{Desk, SMALL, Service};

#[test]
fn every_line_holds_time_level_message_and_the_run_once_there_is_one() {
    let (desk, service) = (Desk::new(), Service::faulty(&["drop-answer=#2@AddPartner"]));
    desk.write("in.csv", format!("{SMALL}Boss,,Boss,InTrial,DE,X\n"));
    let log = ["-vv", "--log-format", "json", "--settle-wait", "50ms"];
    // A warning by somebody who knows nothing of the run.
    let metrics = ["--metrics-file", "nowhere/job.prom"];
    let done = desk
        .import_with(&service, &[&log[..], &metrics].concat())
        .exits(1)
        .says(&["the metrics were not written"]);
    let id = desk.summary()["run_id"].clone();
    let mut runs = Vec::new();
    for line in done.err.lines() {
        let value: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        let time = value["time"].as_str().expect("a time");
        assert!(time.parse::<jiff::Timestamp>().is_ok(), "{line}");
        let level = value["level"].as_str().expect("a level");
        assert!(["ERROR", "WARN", "INFO", "DEBUG", "TRACE"].contains(&level));
        assert!(
            value["message"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{line}"
        );
        // No name twice: a reader would lose one.
        assert_eq!(
            line.matches("\"run\":").count(),
            usize::from(value["run"] == id),
            "{line}"
        );
        runs.push(value["run"].clone());
    }
    let first = runs.iter().position(|run| *run == id).expect("a run");
    assert!(runs[first..].iter().all(|run| *run == id), "{}", done.err);
    assert!(runs.len() - first > 5, "{}", done.err);
    assert!(runs[..first].iter().all(Value::is_null), "{}", done.err);
}
