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

/// Every line of a stream as JSON.
fn lines(text: &str) -> Vec<Value> {
    let lines = text.lines().map(|line| {
        serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line} in\n{text}"))
    });
    lines.collect()
}

#[test]
fn rows_that_are_wrong_are_events_with_their_place_and_nothing_of_their_cells() {
    let (desk, service) = (Desk::new(), Service::new());
    let rows = "Uhuweg Süd,,Boss,InTrial,DE,Kauz-1\nGut,,EndCustomer,InTrial,Atlantis,Kauz-2\n";
    let taken = "Hidden Competitor Ltd,,EndCustomer,InTrial,DE,Kauz-3\n";
    desk.write("in.csv", format!("{SMALL}{rows}{taken}"));
    let done = desk
        .import_with(&service, &["--log-format", "json"])
        .exits(1);
    let log = lines(&done.err);
    let problems: Vec<&Value> = log
        .iter()
        .filter(|one| one["message"] == "problem")
        .collect();
    let first = problems
        .iter()
        .find(|one| one["row"] == 5)
        .expect("a problem of row 5");
    assert_eq!(first["level"], "ERROR");
    assert_eq!(first["code"], "V201");
    assert_eq!(first["cell"], "C5");
    assert!(
        problems
            .iter()
            .any(|one| one["row"] == 6 && one["cell"] == "E6"),
        "{problems:#?}"
    );
    let failed = log
        .iter()
        .find(|one| one["message"] == "failed")
        .expect("an event");
    assert_eq!(
        (&failed["level"], &failed["row"]),
        (&"WARN".into(), &7.into())
    );
    for cell in ["Uhuweg", "Kauz", "Atlantis", "Boss", "Bäckerei"] {
        assert!(!done.err.contains(cell), "{cell} in {}", done.err);
        assert!(!done.out.contains(cell), "{cell} in {}", done.out);
    }
    // Beside it stands the summary, one line; what is typed counts.
    let out = lines(&done.out);
    assert_eq!((out.len(), &out[0]["type"]), (1, &"summary".into()));
    assert_eq!(out[0]["exit_code"], 1);
    let flags = ["--log-format", "json", "--format", "text"];
    let text = desk.import_with(&service, &flags).exits(1);
    assert!(text.out.contains("Exit code 1"), "{}", text.out);
    lines(&text.err);
}

#[test]
fn whatever_goes_wrong_after_the_command_line_was_read_is_json_too() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.write("bad.toml", "nonsense = 1\n");
    desk.write("empty.csv", "Name,Level\n");
    for (arguments, code) in [
        (&["run", "nowhere.csv", "--yes"][..], 3),
        (&["run", "empty.csv", "--yes"], 3),
        (&["run", "in.csv", "--yes", "--profile", "bad.toml"], 2),
        (&["run", "in.csv", "--yes", "--allow-move"], 2),
        (&["run", "in.csv", "--yes", "--max-create", "1"], 2),
        (&["run", "in.csv"], 2),
        (&["plan", "in.csv", "--max-create", "1"], 2),
        (&["check", "empty.csv"], 3),
        (&["undo", "none"], 2),
        (&["resume"], 2),
    ] {
        let arguments = [arguments, &["--log-format", "json"]].concat();
        let done = desk.run_at(&service, &arguments).exits(code);
        let log = lines(&done.err);
        let is_check = arguments[0] == "check";
        assert!(
            is_check || log.iter().any(|one| one["exit_code"] == code),
            "{arguments:?} {log:#?}"
        );
        lines(&done.out);
    }
}
