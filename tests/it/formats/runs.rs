//! Runs of every kind, as machines are told of them: the documents and lines against their schemas,
//! annotations and `JUnit` for rows that did not make it.

use serde_json::Value;

use super::{parsed, xml};
use crate::cli::desk::{Desk, Done, Service, end_of};
use crate::cli::schema::matches;
use crate::undo::removing::run_id;
use partner_import::sandbox::Method;

/// Created, refused, wrong, blocked; names that would break lines and commands.
const MIXED: &str = "Name,Parent,Level,State,Country,ResponsibleUserId\n\
    \"Gut, 100%: <&>\u{1}\",,Reseler,InTrial,DE,\n\
    \"Zwei, 5%: <x>\",,EndCustomer,InTrial,DE,987654\n\
    Falsch,,Boss,InTrial,DE,\n\
    Darunter,Falsch,Site,InTrial,DE,\n\
    \"a::b,c=d\r\ne\",,EndCustomer,InTrial,Germny,\n";

/// The lines of a run held against their schema: rows by status, and the summary.
fn lines(done: &Done) -> (Vec<Value>, Value) {
    let mut lines: Vec<Value> = done.out.lines().map(parsed).collect();
    for line in &lines {
        matches("run-line", line);
    }
    let mut last = lines.pop().expect("a summary");
    assert_eq!(last["type"], "summary");
    last.as_object_mut().expect("an object").remove("type");
    matches("summary", &last);
    assert!(lines.iter().all(|line| line["type"] == "row"));
    assert_eq!(last["counts"]["rows"], lines.len());
    for (status, count) in last["counts"].as_object().expect("counts") {
        if status != "rows" {
            let of = lines.iter().filter(|line| line["status"] == *status);
            assert_eq!(*count, of.count(), "{status}");
        }
    }
    (lines, last)
}

fn statuses(rows: &[Value]) -> Vec<&str> {
    let statuses = rows.iter().map(|row| row["status"].as_str());
    statuses.map(|status| status.expect("text")).collect()
}

#[test]
fn rows_are_told_line_by_line_with_their_ids() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("mixed.csv", MIXED);
    let run = [
        "run",
        "mixed.csv",
        "--yes",
        "--out",
        "out",
        "--format",
        "jsonl",
    ];
    let done = desk.run_at(&service, &run).exits(1);
    let (rows, summary) = lines(&done);
    assert_eq!(
        statuses(&rows),
        ["invalid", "failed", "invalid", "blocked", "invalid"],
        "{rows:#?}"
    );
    assert_eq!(rows[1]["codes"][0], "1802");
    assert_eq!(rows[1]["name"], "Zwei, 5%: <x>");
    assert_eq!(summary["exit_code"], 1);
    let id = run_id(&desk);
    let again = desk.run(&["report", &id, "--format", "jsonl"]).exits(0);
    assert_eq!(lines(&again).0, rows);
    matches("summary", &desk.summary());
}

#[test]
fn all_sheets_and_their_rows_are_told_apart() {
    let (desk, service) = (Desk::new(), Service::new());
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/one-sheet-per-region");
    for name in ["input.xlsx", "partner-import.toml"] {
        let bytes = std::fs::read(format!("{sample}/{name}")).expect("the sample");
        desk.write(name, bytes);
    }
    let plan = desk.run_at(&service, &["plan", "input.xlsx", "--format", "json"]);
    matches("plan-shown", &plan.exits(1).json());
    let plan = desk.run_at(&service, &["plan", "input.xlsx", "--format", "jsonl"]);
    let planned: Vec<Value> = plan.exits(1).out.lines().map(parsed).collect();
    for line in &planned {
        matches("plan-line", line);
    }
    let of = |kind: &str| planned.iter().filter(|one| one["type"] == kind).count();
    assert_eq!((of("row"), of("summary")), (10, 1));
    assert!(of("diagnostic") > 0);
    let run = [
        "run",
        "input.xlsx",
        "--yes",
        "--out",
        "out",
        "--format",
        "jsonl",
    ];
    let done = desk.run_at(&service, &run).exits(1);
    let (rows, summary) = lines(&done);
    assert_eq!(rows[0]["sheet"], "Nordics");
    assert_eq!(rows[9]["sheet"], "Rest");
    assert_eq!(summary["input"]["sheets"].as_array().map(Vec::len), Some(3));
    let id = run_id(&desk);
    let told = desk
        .run(&["report", &id, "--format", "github"])
        .exits(0)
        .out;
    let place = "::error file=input.xlsx,title=invalid V403::sheet \"Rest\", row 3: ";
    assert!(told.starts_with(place), "{told}");
}

#[test]
fn a_quarantined_row_an_undone_and_an_adopted_one_are_as_the_schemas_say() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("mixed.csv", MIXED);
    let run = |format: &str| {
        let flags = ["--yes", "--out", "out", "--quarantine-after", "1"];
        let run = ["run", "mixed.csv", "--format", format];
        desk.run_at(&service, &[&run[..], &flags].concat()).exits(1)
    };
    matches("summary", &run("json").json());
    let plan = ["plan", "mixed.csv", "--format"];
    let (rows, summary) = lines(&run("jsonl"));
    assert_eq!(rows[1]["codes"][0], "quarantined", "{rows:#?}");
    assert_eq!(summary["quarantined"], 1);
    for format in ["json", "jsonl"] {
        let done = desk.run_at(&service, &[&plan[..], &[format]].concat());
        let schema = if format == "json" {
            "plan-shown"
        } else {
            "plan-line"
        };
        let documents = match format {
            "json" => vec![done.json()],
            _ => done.out.lines().map(parsed).collect(),
        };
        for document in &documents {
            matches(schema, document);
        }
    }
    // Created, then undone.
    desk.write(
        "good.csv",
        "Name,Level,State,Country\nEins,EndCustomer,InTrial,DE\n",
    );
    desk.import(&service, "good.csv").exits(0);
    let id = run_id(&desk);
    let undo = ["undo", &id, "--confirm", "1", "--format", "json"];
    matches("undo", &desk.run_at(&service, &undo).exits(0).json());
    let (rows, summary) = lines(&desk.run(&["report", &id, "--format", "jsonl"]));
    assert_eq!(
        (&rows[0]["status"], &rows[0]["undo"]),
        (&"created".into(), &"removed".into())
    );
    assert_eq!(summary["undo"]["counts"]["removed"], 1);
}

#[cfg(unix)]
/// A run of 40 customers that is interrupted twice in its middle.
fn interrupted() -> Desk {
    let (desk, service) = (
        Desk::new(),
        Service::slow(std::time::Duration::from_millis(25)),
    );
    let rows: String = (0..40)
        .map(|at| format!("K {at},EndCustomer,InTrial,DE\n"))
        .collect();
    desk.write("in.csv", format!("Name,Level,State,Country\n{rows}"));
    let run = [
        "run",
        "in.csv",
        "--yes",
        "--out",
        "out",
        "--concurrency",
        "2",
        "--format",
        "jsonl",
    ];
    let child = desk.at(&service, &run).spawn().expect("it starts");
    service.interrupt_at(&child, Method::AddPartner, 6);
    let (rows, summary) = lines(&end_of(child).exits(130));
    assert!(statuses(&rows).contains(&"pending"));
    assert_eq!(summary["exit_code"], 130);
    desk
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_is_an_error_of_its_own_and_its_rows_are_skipped() {
    let desk = interrupted();
    matches("summary", &desk.summary());
    let id = run_id(&desk);
    let text = desk.run(&["report", &id, "--format", "junit"]).exits(0).out;
    let all = xml(&text);
    let suite = &all[1];
    let count = |name: &str| all.iter().filter(|one| one.name == name).count();
    for (attribute, element) in [
        ("tests", "testcase"),
        ("failures", "failure"),
        ("errors", "error"),
        ("skipped", "skipped"),
    ] {
        assert_eq!(
            suite.get(attribute),
            count(element).to_string(),
            "{attribute}"
        );
    }
    assert!(count("skipped") > 20, "{text}");
    let failure = all.iter().find(|one| one.name == "failure").expect("one");
    assert_eq!(failure.get("type"), "unfinished");
    let told = desk
        .run(&["report", &id, "--format", "github"])
        .exits(0)
        .out;
    let last = told.lines().last().expect("a line");
    assert!(
        last.starts_with("::error file=in.csv,title=import "),
        "{last}"
    );
    assert!(told.starts_with("::warning file=in.csv,line="), "{told}");
}

#[test]
fn annotations_and_junit_of_a_run_hold_whatever_stands_in_it() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("a,b %1.csv", MIXED);
    let run = [
        "run",
        "a,b %1.csv",
        "--yes",
        "--out",
        "out",
        "--format",
        "github",
    ];
    let done = desk.run_at(&service, &run).exits(1);
    assert_eq!(done.out.lines().count(), 6, "{}", done.out);
    assert!(!done.out.contains('\r'));
    for line in done.out.lines() {
        let (command, _) = line[2..].split_once("::").expect("a message");
        assert!(line.starts_with("::"), "{line}");
        assert!(command.contains(" file=a%2Cb %251.csv,"), "{line}");
        let properties = command.split_once(' ').expect("properties").1;
        assert!(properties.split(',').all(|one| one.contains('=')), "{line}");
    }
    let junit = desk
        .run(&["report", &run_id(&desk), "--format", "junit"])
        .exits(0)
        .out;
    let all = xml(&junit);
    assert_eq!(all[1].get("name"), "a,b %1.csv");
    let cases: Vec<&str> = all
        .iter()
        .filter(|one| one.name == "testcase")
        .map(|one| one.get("name"))
        .collect();
    assert_eq!(cases[0], "the run as a whole");
    assert_eq!(cases.len(), 6, "{cases:?}");
    let failures: Vec<&str> = all
        .iter()
        .filter(|one| one.name == "failure")
        .map(|one| one.get("type"))
        .collect();
    assert_eq!(failures, ["V201", "1802", "V201", "V402"]);
}

#[test]
fn a_run_where_all_is_well_has_nothing_to_complain_of() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write(
        "good.csv",
        "Name,Level,State,Country\nEins,EndCustomer,InTrial,DE\n",
    );
    let flags = ["--yes", "--out", "out", "--format"];
    let run = |format| {
        desk.run_at(
            &service,
            &[&["run", "good.csv"], &flags[..], &[format]].concat(),
        )
    };
    let told = run("github").exits(0).out;
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(
        told.starts_with("::notice file=good.csv,title=import "),
        "{told}"
    );
    assert!(told.contains("The customer is in the tenant"), "{told}");
    let all = xml(&run("junit").exits(0).out);
    assert_eq!((all[1].get("tests"), all[1].get("failures")), ("1", "0"));
    let (rows, _) = lines(&run("jsonl").exits(0));
    assert_eq!(statuses(&rows), ["exists"]);
    assert!(rows[0]["id"].as_u64() > Some(1000));
}

#[test]
fn problems_of_a_plan_are_told_as_those_of_a_check() {
    let (desk, service) = (Desk::new(), Service::new());
    // Only the tenant knows that nobody is called so.
    desk.write(
        "in.csv",
        "Name,Parent,Level,State,Country\nEins,Nobody,EndCustomer,InTrial,DE\n",
    );
    let plan = |format| {
        let plan = ["plan", "in.csv", "--format", format];
        desk.run_at(&service, &plan).exits(1).out
    };
    let told = plan("github");
    assert!(
        told.contains("::error file=in.csv,line=2,title=T101 "),
        "{told}"
    );
    let all = xml(&plan("junit"));
    let failure = all.iter().find(|one| one.name == "failure").expect("one");
    assert_eq!(failure.get("type"), "T101");
    // The same offline, against what the tenant was.
    let save = ["lookup", "partners", "--save", "tenant.json"];
    desk.run_at(&service, &save).exits(0);
    let check = [
        "check",
        "in.csv",
        "--tenant",
        "tenant.json",
        "--format",
        "github",
    ];
    let offline = desk.run(&check).exits(1).out;
    assert!(
        offline.contains("::error file=in.csv,line=2,title=T101 "),
        "{offline}"
    );
    let log = parsed(&plan("sarif"));
    assert_eq!(super::sarif::sarif_problems(&log), [] as [String; 0]);
    let codes = log["runs"][0]["results"].as_array().expect("results");
    assert!(codes.iter().any(|one| one["ruleId"] == "T101"), "{log:#}");
}
