//! What holds a night back, and what becomes of the night before it: guards come before a run is abandoned,
//! an emptied list is no good end, and who is probably already there is counted.

use std::fs;
use std::time::Duration;

use serde_json::{Value, json};

use crate::cli::desk::{Desk, SMALL, Service, end_of, interrupt};
use crate::cli::schema;

const HEADER: &str = "Name,Level,State,Country,ExternalCode\n";

fn many(count: usize) -> String {
    let rows = (0..count).map(|row| format!("Kunde {row},EndCustomer,InTrial,DE,K-{row}\n"));
    HEADER.to_owned() + &rows.collect::<String>()
}

/// A night that was cut off in the midst of sixty, and a profile that says what is done about it.
fn cut_off(if_changed: &str) -> (Desk, Service) {
    let (desk, service) = (Desk::new(), Service::slow(Duration::from_millis(60)));
    let profile = format!("[run]\nif_changed = \"{if_changed}\"\n");
    desk.write("job.toml", profile);
    desk.write("in.csv", many(60));
    let night = ["--profile", "job.toml", "--settle-wait", "100ms"];
    let night = [&night[..], &["--concurrency", "1"]].concat();
    let child = desk.begin_import(&service, &night, 3);
    interrupt(&child);
    end_of(child).exits(130);
    assert!((1..60).contains(&service.added().len()));
    (desk, service)
}

fn unfinished(desk: &Desk) -> usize {
    let runs = desk.run(&["runs"]).exits(0).out;
    runs.matches("unfinished").count()
}

#[test]
fn a_run_that_a_guard_refuses_leaves_no_file() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", many(70));
    desk.import_with(&service, &["--max-create", "3"]).exits(2);
    let left = std::fs::read_dir(desk.path("state/runs")).expect("the directory");
    let left: Vec<_> = left.flatten().map(|one| one.file_name()).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_guard_that_holds_the_new_run_back_leaves_the_old_one_as_it_was() {
    for (if_changed, more) in [("new-run", &[][..]), ("stop", &["--new-run"])] {
        let (desk, service) = cut_off(if_changed);
        let before = service.added().len();
        desk.write("in.csv", many(70));
        let with = ["--profile", "job.toml", "--settle-wait", "100ms"];
        let with = [&with[..], more].concat();
        let refused = desk.import_with(&service, &[&with[..], &["--max-create", "3"]].concat());
        let refused = refused.exits(2).says(&["the limit is 3"]);
        assert!(!refused.err.contains("is abandoned"), "{}", refused.err);
        assert_eq!((unfinished(&desk), service.added().len()), (1, before));
        // Without the guard it is abandoned, and a message says so.
        desk.import_with(&service, &with)
            .exits(0)
            .says(&["is abandoned for a new run"]);
        assert_eq!((unfinished(&desk), service.added().len()), (0, 70));
        let runs = desk.run(&["runs"]).exits(0).out;
        let stands: Vec<bool> = runs.lines().map(|run| run.contains("abandoned")).collect();
        assert_eq!(stands, [false, true], "{runs}");
    }
}

#[test]
fn an_emptied_list_is_no_good_end_of_the_night_before() {
    let (desk, service) = cut_off("as-begun");
    let before = service.added().len();
    let with = ["--profile", "job.toml", "--settle-wait", "100ms"];
    for emptied in [HEADER, ""] {
        desk.write("in.csv", emptied);
        desk.import_with(&service, &with)
            .exits(3)
            .says(&["in.csv holds no customer"]);
        assert_eq!((unfinished(&desk), service.added().len()), (1, before));
    }
    // A list that is another one is no obstacle: the rows are those of the night before.
    desk.write("in.csv", many(3));
    desk.import_with(&service, &with)
        .exits(0)
        .says(&["finished with the rows it began with"]);
    assert_eq!(service.added().len(), 60);
}

#[test]
fn a_list_that_may_be_empty_counts_who_has_left_and_is_a_success() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    let with = ["--metrics-file", "job.prom", "--allow-empty"];
    desk.import_with(&service, &with).exits(0);
    let at = |name: &str| -> f64 {
        let text = desk.read("job.prom");
        let start = format!("partner_import_{name}{{");
        let line = text.lines().find(|line| line.starts_with(&start));
        let value = line.and_then(|line| line.rsplit(' ').next());
        value.and_then(|value| value.parse().ok()).expect(name)
    };
    let before = at("last_success_timestamp_seconds");
    for emptied in [SMALL.lines().next().expect("a header"), ""] {
        desk.write("in.csv", emptied);
        desk.import_with(&service, &with)
            .exits(0)
            .says(&["the list holds no customer, which is permitted; nothing is sent"]);
        assert!(at("last_success_timestamp_seconds") > before);
        assert_eq!(desk.summary()["orphans"], 3);
        assert_eq!(desk.summary()["counts"]["rows"], 0);
        assert!((at("orphans") - 3.0).abs() < 0.1);
    }
    // It is no measure of what a list has to have.
    desk.write("in.csv", many(1));
    desk.import_with(&service, &["--min-rows", "50%"])
        .exits(2)
        .says(&["shrunk from 3 rows to 1"]);
    // Whoever plans sees them too; a header that is wrong is no empty list that is meant.
    desk.write("in.csv", HEADER);
    let plan = ["plan", "in.csv", "--allow-empty", "--orphans"];
    let shown = desk.run_at(&service, &plan).exits(0).out;
    assert!(shown.contains("not in the list: 3"), "{shown}");
}

#[test]
fn whom_the_tenant_has_beside_the_list_is_said_at_the_end() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.import(&service, "in.csv").exits(0);
    desk.write(
        "in.csv",
        format!("{HEADER}Neu,EndCustomer,InTrial,DE,Q-1\n"),
    );
    let out = desk.import(&service, "in.csv").exits(0).out;
    let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
    let says = "3 customers of the tenant are not in the list: `plan` with `--orphans` lists them";
    assert!(out.contains(says), "{out}");
}

#[test]
fn who_is_probably_there_is_counted_and_may_be_held_back() {
    let (desk, service) = (Desk::new(), Service::new());
    let row = |name: &str, code: &str| format!("{HEADER}{name},EndCustomer,InTrial,DE,{code}\n");
    desk.write("in.csv", row("Acme Ltd", "A-1"));
    desk.import(&service, "in.csv").exits(0);
    assert!(desk.summary().get("near_names").is_none());
    desk.write("in.csv", row("ACME  LTD", "B-1"));
    let text = "create 1 customer beside one with nearly the same name (T204)";
    let guard = ["--max-near-names", "0"];
    desk.import_with(&service, &guard)
        .exits(2)
        .says(&[text, "the limit is 0", "--max-near-names"]);
    desk.write("guards.toml", "[limits]\nmax_near_names = 0\n");
    let plan = ["plan", "in.csv", "--profile", "guards.toml"];
    desk.run_at(&service, &plan).exits(2).says(&[text]);
    assert_eq!(service.added().len(), 1);
    // Held back by nobody it is sent, and no longer without a sign.
    let listener = super::listener::Listener::answering(200);
    let hook = format!("{}/hook", listener.address);
    let json = [
        "--log-format",
        "json",
        "--format",
        "text",
        "--notify",
        &hook,
    ];
    let done = desk.import_with(&service, &json).exits(0);
    assert!(done.err.contains("\"near_names\":1"), "{}", done.err);
    let said = done.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains("1 row has nearly the same name as an existing customer"),
        "{said}"
    );
    let summary = desk.summary();
    schema::matches("summary", &summary);
    assert_eq!(summary["near_names"], 1);
    let told: Value = serde_json::from_str(&listener.told()[0].body).expect("JSON");
    assert_eq!(told["near_names"], 1);
    // The night after they are both there, which is no news.
    desk.import(&service, "in.csv").exits(0);
    assert!(desk.summary().get("near_names").is_none());
}

#[test]
fn names_that_lost_letters_are_said_and_held_against_the_right_ones() {
    let (desk, service) = (Desk::new(), Service::new());
    let list = |names: &[&str]| {
        let rows = names.iter();
        let rows: String = rows
            .map(|name| format!("{name},EndCustomer,InTrial,DE\n"))
            .collect();
        desk.write("in.csv", format!("Name,Level,State,Country\n{rows}"));
    };
    list(&["Müller Söhne", "Straßenbau Nord", "Acme"]);
    desk.import(&service, "in.csv").exits(0);
    // An export in ASCII; in decomposed letters; in upper case.
    for names in [
        ["M?ller S?hne", "Stra?enbau Nord", "Acme"],
        ["Mu\u{308}ller So\u{308}hne", "STRASSENBAU NORD", "Acme"],
        ["M?LLER S?HNE", "STRA?ENBAU NORD", "Acme"],
    ] {
        list(&names);
        desk.import_with(&service, &["--max-near-names", "0"])
            .exits(2)
            .says(&["create 2 customers beside one with nearly the same name (T204)"]);
    }
    assert_eq!(service.added().len(), 3);
    let checked = desk.run(&["check", "in.csv"]).exits(0).out;
    assert!(checked.contains("V123"), "{checked}");
    assert!(checked.contains("question mark inside a word"), "{checked}");
    // Held back by nobody, they are told of as a change.
    let listener = super::listener::Listener::answering(200);
    let hook = format!("{}/hook", listener.address);
    let change = ["--notify", &hook, "--notify-when", "change"];
    list(&["Acme"]);
    desk.import_with(&service, &change).exits(0);
    list(&["M?ller S?hne", "Acme"]);
    desk.import_with(&service, &change).exits(0);
    let told = listener.told();
    assert_eq!(told.len(), 2, "{told:?}");
    let told: Value = serde_json::from_str(&told[1].body).expect("JSON");
    assert_eq!(
        (&told["near_names"], &told["exit_code"]),
        (&1.into(), &0.into())
    );
    // The other way round: the tenant has what was damaged, and the list has been mended.
    list(&["M?ller S?hne", "G?rtner", "Acme"]);
    desk.import(&service, "in.csv").exits(0);
    list(&["Gärtner", "Acme"]);
    desk.import_with(&service, &["--max-near-names", "0"])
        .exits(2)
        .says(&["create 1 customer beside one with nearly the same name (T204)"]);
}

#[test]
fn rows_in_conflict_are_wrong_rows_and_said_to_be() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.import(&service, "in.csv").exits(0);
    // The name of another customer: not sent, and so part of the budget as documented.
    let rows = "Øst Lager,EndCustomer,InTrial,DK,X-1\nNeu,EndCustomer,InTrial,DE,X-2\n";
    desk.write("in.csv", format!("{HEADER}{rows}"));
    desk.import_with(&service, &["--max-errors", "0"])
        .exits(2)
        .says(&[
            "1 of 2 rows is wrong (1 invalid, 1 of them in conflict with other customers, 0 blocked)",
        ]);
    desk.import(&service, "in.csv").exits(1);
    assert_eq!(desk.summary()["counts"]["invalid"], 1);
}

#[test]
fn a_plan_for_machines_has_what_the_guards_say() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", many(5));
    let plan = ["plan", "in.csv", "--max-create", "3", "--min-rows", "9"];
    let of = |format: &str| {
        let done = desk.run_at(&service, &[&plan[..], &["--format", format]].concat());
        done.exits(2)
    };
    let document = of("json").json();
    schema::matches("plan-shown", &document);
    assert_eq!(
        document["refused"],
        json!([
            "nothing was sent: the list has 5 rows, and must have at least 9",
            "this would create 5 customers, and the limit is 3",
        ])
    );
    let lines = of("jsonl").out;
    let last: Value = serde_json::from_str(lines.lines().last().expect("a line")).expect("JSON");
    schema::matches("plan-line", &last);
    assert_eq!(last["refused"], document["refused"]);
    let plan = ["plan", "in.csv", "--format", "json"];
    let free = desk.run_at(&service, &plan).exits(0).json();
    assert!(free.get("refused").is_none());
}

#[cfg(unix)]
#[test]
fn a_list_that_is_a_link_is_the_same_list_when_it_leads_elsewhere() {
    let (desk, service) = (Desk::new(), Service::new());
    let points_to = |name: &str| {
        let _ = fs::remove_file(desk.path("in.csv"));
        std::os::unix::fs::symlink(desk.path(name), desk.path("in.csv")).expect("a link");
    };
    desk.write("monday.csv", many(10));
    desk.write("tuesday.csv", many(2));
    points_to("monday.csv");
    desk.import_with(&service, &["--min-rows", "50%"]).exits(0);
    points_to("tuesday.csv");
    desk.import_with(&service, &["--min-rows", "50%"])
        .exits(2)
        .says(&["shrunk from 10 rows to 2"]);
}

#[test]
fn a_time_without_a_unit_is_refused_where_it_stands() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.import_with(&service, &["--settle-wait", "90"])
        .exits(2)
        .says(&["--settle-wait", "\"90\" has no unit: write 90s or 90m"]);
    for (value, says) in [
        ("\"90\"", "write 90s or 90m"),
        ("90", "it takes a time such as \"60s\""),
    ] {
        desk.write("job.toml", format!("[limits]\nsettle_wait = {value}\n"));
        desk.import_with(&service, &["--profile", "job.toml"])
            .exits(2)
            .says(&["job.toml, line 2: limits.settle_wait", says]);
    }
    assert_eq!(service.added().len(), 0);
}

#[test]
fn the_commands_that_are_printed_repeat_what_decides() {
    let (desk, service) = cut_off("stop");
    desk.write("in.csv", many(70));
    let guards = ["--max-create", "90", "--require-valid", "--min-rows", "3"];
    let changed = desk.import_with(&service, &[&guards[..], &["--job", "psa"]].concat());
    let said = changed.exits(2).err;
    let anew = said
        .lines()
        .find(|line| line.contains("--new-run"))
        .expect("a command");
    let all = [&guards[..], &["--job psa", "--yes"]].concat();
    for flag in &all[..all.len() - 1] {
        assert!(anew.contains(flag), "no {flag} in {anew}");
    }
    // Continued as it was begun, it stops again: the list is still another one.
    let again = ["resume", "--as-begun", "--max-duration", "1500ms"];
    let again = desk.run_at(&service, &[&again[..], &["--concurrency", "1"]].concat());
    let said = again.exits(130);
    let resume = said
        .out
        .lines()
        .chain(said.err.lines())
        .find(|line| line.contains("partner-import resume"))
        .expect("a command");
    assert!(resume.contains("--as-begun"), "{resume}");
    // A look at the plan is held against the same limits.
    desk.write("other.csv", many(70));
    let refused = [
        "run",
        "other.csv",
        "--yes",
        "--max-create",
        "3",
        "--require-valid",
    ];
    let said = desk.run_at(&service, &refused).exits(2).err;
    let look = said
        .lines()
        .find(|line| line.contains("partner-import plan"))
        .expect("a command");
    assert!(
        look.contains("--max-create 3") && look.contains("--require-valid"),
        "{look}"
    );
}

#[test]
fn an_undo_for_machines_has_no_text_beside_its_lines() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.import(&service, "in.csv").exits(0);
    let json = ["--log-format", "json"];
    let lines = |err: &str| {
        for line in err.lines() {
            let parsed: Result<Value, _> = serde_json::from_str(line);
            assert!(parsed.is_ok(), "not JSON: {line}");
        }
    };
    let look = [&["undo", "last", "--dry-run"][..], &json].concat();
    let look = desk.run_at(&service, &look).exits(0);
    lines(&look.err);
    schema::matches("undo-plan", &look.json());
    let refused = [&["undo", "last", "--confirm", "9"][..], &json].concat();
    lines(&desk.run_at(&service, &refused).exits(2).err);
    let text = ["undo", "last", "--dry-run", "--format", "text"];
    let text = desk.run_at(&service, &[&text[..], &json].concat()).exits(0);
    lines(&text.err);
    assert!(text.out.contains("- remove"), "{}", text.out);
    let undo = [&["undo", "last", "--confirm", "3"][..], &json].concat();
    let mut child = desk.at(&service, &undo);
    let done = end_of(child.spawn().expect("it starts")).exits(0);
    lines(&done.err);
    schema::matches("undo", &done.json());
    let document = done.json();
    let run = document["run_id"].as_str().expect("an id");
    let over = [&["undo", run][..], &json].concat();
    lines(&desk.run_at(&service, &over).exits(0).err);
}

#[test]
fn a_refused_night_shows_where_the_results_of_the_night_before_stand() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", many(6));
    desk.import(&service, "in.csv").exits(0);
    let word = desk.path("out/not-run.txt");
    assert!(!word.exists());
    let refused = |why: &str, more: &[&str], code| {
        let done = desk.import_with(&service, more).exits(code);
        assert!(done.err.contains(why), "{}", done.err);
        let text = desk.read("out/not-run.txt");
        assert!(text.starts_with("Not run: in.csv, at 20"), "{text}");
        assert!(text.contains(why), "{text}");
        assert!(
            text.ends_with("The result files here are those of an earlier run.\n"),
            "{text}"
        );
        let page = desk.read("out/report.html");
        let (before, _) = page.split_once("<h1").expect("the title");
        let banner = before
            .matches("<section class=\"undo frame\" role=\"alert\">")
            .count();
        assert_eq!(banner, 1, "the last word alone, before all else");
        assert!(before.contains("Not run: in.csv"), "{before}");
    };
    desk.write("in.csv", many(2));
    refused("must have at least 5", &["--min-rows", "5"], 2);
    refused("must have at least 4", &["--min-rows", "4"], 2);
    fs::remove_file(desk.path("in.csv")).expect("it was there");
    refused("there is no file", &[], 3);
    // A look at the plan is no night, and the next one that runs says nothing of it any more.
    desk.write("in.csv", many(7));
    desk.import(&service, "in.csv").exits(0);
    assert!(!word.exists());
    assert!(!desk.read("out/report.html").contains("Not run:"));
    desk.import_with(&service, &["--min-rows", "9", "--dry-run"])
        .exits(2);
    assert!(!word.exists());
    // Where no results stand, none can be mistaken.
    desk.import_with(&service, &["--min-rows", "9", "--out", "new"])
        .exits(2);
    assert!(!desk.path("new/not-run.txt").exists());
}
