//! Undoings that are killed, interrupted, lose answers or meet a service that is away: they go on
//! where they stopped, and the counts add up.

use std::process::Child;
use std::time::Duration;

use partner_import::sandbox::{Config, Method};

use super::removing::{fates, imported, names, run_id, undo, undo_json};
use crate::cli::desk::{Desk, Service, end_of, until};

/// Starts to undo the newest run.
fn start(desk: &Desk, service: &Service) -> Child {
    let id = run_id(desk);
    let arguments = ["undo", &id, "--confirm", "6", "--concurrency", "1"];
    desk.at(service, &arguments).spawn().expect("it starts")
}

/// The same, and waits until some customers are gone.
fn begin(desk: &Desk, service: &Service) -> Child {
    let child = start(desk, service);
    until("some removals", || {
        service.requests(Method::RemovePartner) >= 2
    });
    child
}

/// A service that takes its time for the second removal: much can happen before the third.
fn slow_at_the_second() -> Service {
    Service::faulty(&["delay=#2:3s@RemovePartner"])
}

fn slow() -> Service {
    Service::slow(Duration::from_millis(25))
}

fn status(desk: &Desk, name: &str) -> u64 {
    undo_json(desk)["counts"][name].as_u64().expect("a number")
}

#[test]
fn a_killed_undo_goes_on_where_it_stopped() {
    let service = slow();
    let (desk, id) = imported(&service);
    let mut child = start(&desk, &service);
    service.kill_at(&mut child, Method::RemovePartner, 2);
    let left = names(&service).len();
    assert!((1..6).contains(&left), "{left}");
    assert!(desk.run(&["runs"]).exits(0).out.contains("undoing"));

    // Half-way, the file is not run again: what is there may go when the undo goes on.
    desk.import(&service, "in.csv").exits(2).says(&[
        "stopped midway",
        &format!("partner-import undo {id}"),
        "--new-run",
    ]);
    desk.run_at(&service, &["undo", &id])
        .exits(2)
        .says(&["--confirm"]);

    // The number it was begun with goes for the rest.
    undo(&desk, &service, &["--confirm", "6"])
        .exits(0)
        .says(&["continuing the undo"]);
    assert!(names(&service).is_empty());
    assert_eq!((status(&desk, "removed"), status(&desk, "gone")), (6, 0));
    desk.import(&service, "in.csv").exits(0);
    assert_eq!(desk.summary()["counts"]["created"], 6);
}

#[test]
fn a_half_undone_run_can_be_given_up() {
    let service = slow();
    let (desk, _) = imported(&service);
    let mut child = start(&desk, &service);
    service.kill_at(&mut child, Method::RemovePartner, 2);
    let left = names(&service).len() as u64;
    let flags = ["run", "in.csv", "--yes", "--out", "out", "--new-run"];
    desk.run_at(
        &service,
        &[&flags[..], &["--settle-wait", "200ms"]].concat(),
    )
    .exits(0);
    let counts = &desk.summary()["counts"];
    // A removal that was under way may have been carried out after the count.
    let there = counts["exists"].as_u64().expect("a number");
    assert!(there == left || there + 1 == left, "{counts}");
    assert_eq!(names(&service).len(), 6);
}

#[cfg(unix)]
#[test]
fn ctrl_c_drains_and_tells_how_to_go_on() {
    let service = slow();
    let (desk, id) = imported(&service);
    let child = start(&desk, &service);
    service.interrupt_at(&child, Method::RemovePartner, 2);
    let done = end_of(child).exits(130).says(&["interrupted"]);
    let next = format!("partner-import undo {id} --endpoint");
    assert!(done.out.contains(&next), "{}", done.out);
    assert!(done.out.contains("stopped"), "{}", done.out);
    assert_eq!(
        status(&desk, "unknown"),
        0,
        "what was under way was waited for"
    );
    assert_eq!(status(&desk, "pending"), names(&service).len() as u64);
    undo(&desk, &service, &["--confirm", "6"]).exits(0);
    assert_eq!(status(&desk, "removed"), 6);
}

#[cfg(unix)]
#[test]
fn a_run_that_was_interrupted_is_undone_at_once() {
    let (desk, service) = (Desk::new(), slow());
    desk.write("in.csv", super::removing::TREE);
    let child = desk
        .import_command(&service, &["--concurrency", "1"])
        .spawn();
    let child = child.expect("it starts");
    service.interrupt_at(&child, Method::AddPartner, 2);
    end_of(child).exits(130);
    let created = names(&service).len().to_string();
    undo(&desk, &service, &["--confirm", &created]).exits(0);
    assert!(names(&service).is_empty());
    desk.run_at(&service, &["resume"])
        .exits(2)
        .says(&["no unfinished run"]);
    desk.import(&service, "in.csv").exits(0);
    assert_eq!(desk.summary()["counts"]["created"], 6);
}

/// A run of two customers, side by side, that was killed when both requests had come in.
fn killed(desk: &Desk, service: &Service) {
    let list =
        "Name,Level,State,Country\nEins,EndCustomer,InTrial,DE\nZwei,EndCustomer,InTrial,DE\n";
    desk.write("in.csv", list);
    let mut child = desk
        .at(service, &["run", "in.csv", "--yes", "--out", "out"])
        .spawn()
        .expect("it starts");
    service.kill_at(&mut child, Method::AddPartner, 2);
}

#[test]
fn a_killed_runs_customers_of_which_only_the_intent_is_known_stay() {
    let faults = ["delay=#1:90s@AddPartner", "delay=#2:90s@AddPartner"];
    let (desk, service) = (Desk::new(), Service::faulty(&faults));
    killed(&desk, &service);
    let flags = ["--settle-wait", "300ms"];
    undo(&desk, &service, &flags).exits(1).says(&["found-only"]);
    // Somebody else may have created them.
    assert_eq!(names(&service).len(), 2);
}

#[test]
fn what_a_killed_run_may_still_land_is_waited_for() {
    // None of them is there when the undo looks for the first time.
    let late = |number| format!("late-commit=#{number}:1500ms@AddPartner");
    let service = Service::with(Config {
        faults: (1..=2)
            .map(|number| late(number).parse().expect("a fault"))
            .collect(),
        ..Config::default()
    });
    let desk = Desk::new();
    killed(&desk, &service);
    let done = undo(&desk, &service, &["--settle-wait", "2s"]);
    assert!(
        done.err
            .contains("waiting 2 s for 2 requests of the run that had no answer"),
        "{}",
        done.err
    );
    assert!(done.err.contains("customers; "), "{}", done.err);
    assert_eq!(names(&service).len(), 2, "they have landed since");
}

#[test]
fn a_second_undo_at_the_same_time_is_refused() {
    let service = slow_at_the_second();
    let (desk, _) = imported(&service);
    let child = begin(&desk, &service);
    undo(&desk, &service, &["--confirm", "6"])
        .exits(6)
        .says(&["another run is at work"]);
    end_of(child).exits(0);
}

#[test]
fn lost_answers_are_settled_by_looking() {
    let faults = [
        "drop-answer=#1@RemovePartner",
        "drop-request=#2@RemovePartner",
        "502-after=#3@RemovePartner",
        "garbage=#4@RemovePartner",
        "late-commit=#5:100ms@RemovePartner",
        "expired-visa=#6@RemovePartner",
        "429=#7:1@RemovePartner",
        "drop-answer=#2@EnumerateAccounts",
        "maintenance=#3@GetPartnerInfoById",
    ];
    let service = Service::faulty(&faults);
    let (desk, _) = imported(&service);
    undo(
        &desk,
        &service,
        &["--confirm", "6", "--settle-wait", "300ms"],
    )
    .exits(0);
    assert!(names(&service).is_empty());
    assert!(
        fates(&desk).iter().all(|fate| fate.ends_with(": removed")),
        "{:?}",
        fates(&desk)
    );
    let json = undo_json(&desk);
    assert!(json["requests"]["retries"].as_u64() > Some(0), "{json}");
}

#[test]
fn a_service_that_goes_away_stops_it() {
    let service = Service::slow(Duration::from_millis(100));
    let (desk, id) = imported(&service);
    let arguments = [
        "undo",
        &id,
        "--confirm",
        "6",
        "--concurrency",
        "1",
        "--outage-limit",
        "1s",
    ];
    let child = desk.at(&service, &arguments).spawn().expect("it starts");
    until("some removals", || {
        service.requests(Method::RemovePartner) >= 2
    });
    drop(service);
    let done = end_of(child)
        .exits(5)
        .says(&["did not answer for too long"]);
    assert!(
        done.out.contains(&format!("partner-import undo {id}")),
        "{}",
        done.out
    );
    let left = status(&desk, "unknown") + status(&desk, "pending");
    assert!((1..6).contains(&left), "{left}");
    assert!(undo_json(&desk)["finished_at"].is_null());
    let page = desk.read("out/report.html");
    assert!(
        page.contains("The undo of this run was begun ") && page.contains("to continue the undo")
    );
}

#[test]
fn a_removal_that_is_never_answered_is_given_up() {
    let service = Service::faulty(&["503=1@RemovePartner"]);
    let (desk, _) = imported(&service);
    undo(
        &desk,
        &service,
        &["--confirm", "6", "--settle-wait", "100ms"],
    )
    .exits(1);
    assert_eq!(names(&service).len(), 6);
    assert_eq!(
        fates(&desk)[3..],
        [
            "Standort A: kept no-answer",
            "Standort B: kept no-answer",
            "Allein: kept no-answer"
        ]
    );
}

#[test]
fn a_refused_log_in_removes_nothing() {
    let service = Service::new();
    let (desk, id) = imported(&service);
    let mut command = desk.at(&service, &["undo", &id, "--confirm", "6"]);
    command.env("PARTNER_IMPORT_PASSWORD", "wrong");
    let child = command.spawn().expect("it starts");
    end_of(child).exits(4).says(&["refused the login"]);
    assert_eq!(names(&service).len(), 6);
}

#[test]
fn what_changes_while_it_is_at_work_is_seen_before_the_request_leaves() {
    let service = slow_at_the_second();
    let (desk, _) = imported(&service);
    let top = super::removing::id_of(&service, "Dist");
    let child = begin(&desk, &service);
    // The top goes last; its look comes after this.
    let device = serde_json::json!({"PartnerId": top, "Name": "srv-01"});
    service.call("AddAccount", &serde_json::json!({ "accountInfo": device }));
    end_of(child).exits(1);
    assert_eq!(fates(&desk)[0], "Dist: kept has-devices");
    assert_eq!(names(&service), ["Dist"]);
}

/// How an import, and how an undo, of eight customers ends where requests are forbidden so.
fn ends(number: &str, which: &[&str]) -> (i32, i32) {
    let list = || {
        let rows = (0..8).map(|row| format!("Kunde {row},EndCustomer,InTrial,DE\n"));
        "Name,Level,State,Country\n".to_owned() + &rows.collect::<String>()
    };
    let faults = |method: &str| -> Vec<String> {
        let which = which.iter();
        which
            .map(|one| format!("{number}={one}@{method}"))
            .collect()
    };
    let service = |method: &str| {
        let faults = faults(method);
        let faults: Vec<&str> = faults.iter().map(String::as_str).collect();
        (Desk::new(), Service::faulty(&faults))
    };
    let one = ["--concurrency", "1"];
    let (desk, at) = service("AddPartner");
    desk.write("in.csv", list());
    let created = desk.import_with(&at, &one).code;
    let (desk, at) = service("RemovePartner");
    desk.write("in.csv", list());
    desk.import(&at, "in.csv").exits(0);
    let removed = undo(&desk, &at, &[&["--confirm", "8"], &one[..]].concat());
    (created, removed.code)
}

#[test]
fn being_forbidden_means_the_same_in_a_run_and_in_its_undo() {
    // The user's role, from the first on: stopped, and can be continued.
    assert_eq!(ends("13501", &["1"]), (4, 4));
    // Something before the service says no to everything.
    assert_eq!(ends("403", &["1"]), (4, 4));
    // The role is lost in the middle, after an answer: five in a row, each tried once more at first.
    let later = ["#2", "#3", "#4", "#5", "#6", "#7", "#8", "#9", "#10", "#11"];
    assert_eq!(ends("13501", &later), (4, 4));
    // Two that are forbidden in the midst of others are those two.
    let two = ["#2", "#3", "#4"];
    let (run, undo) = ends("13501", &two);
    assert_eq!((run, undo), (1, 1));
}

#[test]
fn a_forbidden_undo_keeps_nobody_and_goes_on_when_it_may() {
    // Where the visa may be to blame, each is tried once more after a login.
    for (number, times) in [("13501", 6), ("403", 3)] {
        let faults = (1..=times).map(|nth| format!("{number}=#{nth}@RemovePartner"));
        let faults: Vec<String> = faults.collect();
        let faults: Vec<&str> = faults.iter().map(String::as_str).collect();
        let service = Service::faulty(&faults);
        let (desk, _) = imported(&service);
        let one = ["--confirm", "6", "--concurrency", "1"];
        undo(&desk, &service, &one).exits(4);
        assert_eq!(status(&desk, "kept"), 0, "{number}");
        undo(&desk, &service, &one).exits(0);
        assert!(names(&service).is_empty(), "{number}");
    }
}
