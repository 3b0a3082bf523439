//! Guards: what holds a list back before anything is sent, and that `plan` says the same.

use std::fmt::Write as _;

use partner_import::sandbox::Method;

use super::desk::{Desk, Done, SMALL, Service};

/// A list of so many customers, and so many more whose level is none.
fn list(right: usize, wrong: usize) -> String {
    let mut list = "Name,Level,State,Country\n".to_owned();
    for number in 0..right {
        let _ = writeln!(list, "Kunde {number},EndCustomer,InTrial,DE");
    }
    for number in 0..wrong {
        let _ = writeln!(list, "Schief {number},Boss,InTrial,DE");
    }
    list
}

/// What `plan` and `run` of `in.csv` say with these flags: the same.
#[track_caller]
fn both(desk: &Desk, service: &Service, flags: &[&str], code: i32, says: &[&str]) {
    let plan = [&["plan", "in.csv"][..], flags].concat();
    desk.run_at(service, &plan).exits(code).says(says);
    let run = [&["run", "in.csv", "--dry-run"][..], flags].concat();
    desk.run_at(service, &run).exits(code).says(says);
    desk.import_with(service, flags).exits(code).says(says);
}

#[test]
fn a_list_that_has_shrunk_since_its_last_good_run_sends_nothing() {
    let (desk, service) = (Desk::new(), Service::new());
    // The first night has nothing to be held against.
    desk.write("in.csv", list(20, 0));
    desk.import_with(&service, &["--min-rows", "50%"]).exits(0);
    desk.write("in.csv", list(9, 0));
    let shrunk = [
        "the list has shrunk from 20 rows to 9",
        "50%",
        "--min-rows 0",
    ];
    both(&desk, &service, &["--min-rows", "50%"], 2, &shrunk);
    // The night that was refused is no measure for the next one.
    both(&desk, &service, &["--min-rows", "50%"], 2, &shrunk);
    desk.write("in.csv", list(10, 0));
    desk.import_with(&service, &["--min-rows", "50%"]).exits(0);
    // A number needs no run before it.
    let few = ["the list has shrunk from 10 rows to 9", "at least 10"];
    desk.write("in.csv", list(9, 0));
    both(&desk, &service, &["--min-rows", "10"], 2, &few);
    // The profile says it as well, and a flag says otherwise.
    desk.trusted("[limits]\nmin_rows = \"95%\"\n");
    both(&desk, &service, &[], 2, &["from 10 rows to 9"]);
    desk.import_with(&service, &["--min-rows", "0"]).exits(0);
    desk.import_with(&service, &[]).exits(0);
    // A part that somebody chose is no list that has shrunk.
    desk.import_with(&service, &["--first", "1"]).exits(0);
    assert_eq!(service.requests(Method::AddPartner), 20);
}

#[test]
fn a_job_is_held_against_its_last_run_whatever_the_list_is_called() {
    let (desk, service) = (Desk::new(), Service::new());
    let run = |file: &str, rows: usize, flags: &[&str]| -> Done {
        desk.write(file, list(rows, 0));
        let run = ["run", file, "--yes", "--min-rows", "50%"];
        desk.run_at(&service, &[&run[..], flags].concat())
    };
    let job = ["--job", "psa"];
    run("monday.csv", 6, &job).exits(0);
    run("tuesday.csv", 1, &job)
        .exits(2)
        .says(&["shrunk from 6 rows to 1"]);
    run("tuesday.csv", 1, &["--job", "other"]).exits(0);
    run("wednesday.csv", 1, &[]).exits(0);
    // What was taken back was no good run.
    let runs = desk.run(&["runs", "--format", "json"]).exits(0).json();
    let runs = runs.as_array().expect("runs");
    let first = runs.iter().find(|run| run["input"]["path"] == "monday.csv");
    let id = first.expect("a run")["run_id"].as_str().expect("an id");
    desk.run_at(&service, &["undo", id, "--confirm", "6"])
        .exits(0);
    run("tuesday.csv", 1, &job).exits(0);
}

#[test]
fn rows_that_are_wrong_hold_the_others_back_where_so_many_are_too_many() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", list(1, 9));
    let wrong = ["9 of 10 rows are wrong (9 invalid, 0 blocked)"];
    both(&desk, &service, &["--max-errors", "5%"], 2, &wrong);
    both(&desk, &service, &["--max-errors", "8"], 2, &wrong);
    both(&desk, &service, &["--require-valid"], 2, &wrong);
    // What is blocked is wrong too.
    let blocked = "Name,Parent,Level,State,Country\n\
        Oben,,Boss,InTrial,DE\nUnten,Oben,EndCustomer,InTrial,DE\nGut,,EndCustomer,InTrial,DE\n";
    desk.write("in.csv", blocked);
    let wrong = ["2 of 3 rows are wrong (1 invalid, 1 blocked)"];
    both(&desk, &service, &["--max-errors", "1"], 2, &wrong);
    // Every guard that holds is named.
    let all = ["--max-errors", "1", "--max-create", "0", "--min-rows", "4"];
    let every = ["has 3 rows", "2 of 3 rows", "the limit is 0"];
    both(&desk, &service, &all, 2, &every);
    assert!(service.added().is_empty());
    desk.import_with(&service, &["--max-errors", "2"]).exits(1);
    desk.write("in.csv", SMALL);
    desk.import_with(&service, &["--require-valid"]).exits(0);
}

#[test]
fn a_check_of_an_empty_list_ends_with_3_and_every_format_has_the_code() {
    let desk = Desk::new();
    desk.write("header.csv", "Name,Level\n");
    desk.write("nothing.csv", "");
    for (file, code) in [("header.csv", "R003"), ("nothing.csv", "R001")] {
        for format in ["text", "json", "jsonl", "github", "sarif", "junit"] {
            let done = desk.run(&["check", file, "--format", format]).exits(3);
            assert!(done.out.contains(code), "{format}: {}", done.out);
            let error = ["error", "failure"]
                .iter()
                .any(|word| done.out.contains(word));
            assert!(error, "{format}: {}", done.out);
        }
        let meant = ["check", file, "--allow-empty", "--format", "json"];
        let meant = desk.run(&meant).exits(0).json();
        assert_eq!(
            (&meant["errors"], &meant["diagnostics"][0]["code"]),
            (&0.into(), &"R005".into())
        );
    }
    let service = Service::new();
    for file in ["header.csv", "nothing.csv"] {
        for command in [&["run", file, "--dry-run"][..], &["plan", file]] {
            let refused = desk.run_at(&service, command).exits(3);
            refused.says(&["holds no customer", "--allow-empty"]);
        }
    }
    desk.trusted("[limits]\nallow_empty = true\n");
    desk.run(&["check", "header.csv"]).exits(0);
    // A list of which filters leave nothing is another matter.
    desk.write("in.csv", SMALL);
    let left_out = ["check", "in.csv", "--leave-out", "Country in (DE, AT, DK)"];
    let done = desk.run(&left_out).exits(0);
    assert!(done.out.contains("R004"), "{}", done.out);
}
