//! The undo of `AutomaticDeployment`: each switch that a run may have sent is accounted for, whatever
//! became of the process that sent it.

use std::io::{BufRead, BufReader, Read};
use std::time::{Duration, Instant};

use partner_import::sandbox::{Method, PartnerView};
use serde_json::{Value, json};

use super::desk::{Desk, Service, end_of, until};
use super::schema::matches;

const SWITCH: Method = Method::ModifyAutoDeploymentPartnerState;
const UPDATE: [&str; 4] = ["--on-exists", "update", "--concurrency", "1"];

fn list(rows: usize, wish: &str) -> String {
    let mut text = String::from("Name,Level,State,Country,AutomaticDeployment\n");
    for row in 0..rows {
        text.push_str(&format!("Kunde {row},EndCustomer,InTrial,DE,{wish}\n"));
    }
    text
}

/// So many customers that are there, none of them with automatic deployment, and a list that asks for
/// it.
fn without_deployment(service: &Service, rows: usize) -> Desk {
    let desk = Desk::new();
    desk.write("in.csv", list(rows, ""));
    desk.import(service, "in.csv").exits(0);
    desk.write("in.csv", list(rows, "yes"));
    desk
}

/// Who has automatic deployment, in the order of the list.
fn on(service: &Service) -> Vec<bool> {
    by_name(service).iter().map(|one| one.deploys).collect()
}

fn by_name(service: &Service) -> Vec<PartnerView> {
    let mut added = service.added();
    added.sort_by(|one, other| one.name.cmp(&other.name));
    added
}

/// Starts a run that switches, and kills it when so many requests have arrived and `also` holds.
fn killed(desk: &Desk, service: &Service, requests: u64, also: impl Fn() -> bool) {
    let mut child = desk
        .import_command(service, &UPDATE)
        .spawn()
        .expect("it starts");
    until("the request", || {
        service.requests(SWITCH) >= requests && also()
    });
    service.kill(&mut child);
}

fn undo_json(desk: &Desk) -> Value {
    let text = desk.read("undone/undo.json");
    let undo: Value = serde_json::from_str(&text).expect("JSON");
    matches("undo", &undo);
    undo
}

#[test]
fn each_switch_that_a_dead_run_may_have_sent_is_accounted_for() {
    // The first is answered, the second is done and its answer never comes, the others never leave;
    // somebody else has switched the last one on.
    let fault = format!("delay=#2:90s@{}", SWITCH.name());
    let service = Service::faulty(&[&fault]);
    let desk = without_deployment(&service, 6);
    let ids: Vec<i32> = by_name(&service).iter().map(|one| one.id).collect();
    // The first one's answer is in the journal.
    let runs = || desk.run(&["runs", "--format", "json"]).exits(0).json();
    killed(&desk, &service, 2, || {
        runs()[0]["counts"]["automatic_deployment"]["open"] == 5
    });
    let switch = json!({"partnerId": ids[5], "autoDeploymentState": "Enable"});
    service.call(SWITCH.name(), &switch);
    let dry = ["undo", "last", "--dry-run", "--settle-wait", "7m"];
    let shown = desk
        .run_at(&service, &dry)
        .exits(1)
        .says(&["5 requests of the run that switch automatic deployment on had no answer; the undo waits 7 min 00 s first"]);
    let counted =
        "; 1 to restore (automatic deployment is switched off), 3 as before already, 2 to keep";
    assert!(shown.out.contains(counted), "{}", shown.out);
    let found = [&dry[..], &["--found", "--format", "json"]].concat();
    let found = desk.run_at(&service, &found).exits(0).json();
    matches("undo-plan", &found);
    assert_eq!(found["counts"]["restore"], 3);
    assert_eq!(found["counts"]["switch_off"], 3);
    assert_eq!(found["counts"]["as_before"], 3);
    // What is asked before says what is done.
    let asked = desk.run_at(&service, &["undo", "last"]).exits(2);
    let asks = "this would switch off automatic deployment of 1 customer";
    assert!(asked.err.contains(asks), "{}", asked.err);
    assert!(!asked.err.contains("for good"), "{}", asked.err);
    assert_eq!(on(&service), [true, true, false, false, false, true]);
    let undone = desk
        .run_at(
            &service,
            &["undo", "last", "--confirm", "1", "--out", "undone"],
        )
        .exits(1);
    assert!(undone.out.contains("kept             2"), "{}", undone.out);
    // Nobody was to be removed.
    assert!(!undone.out.contains("removed  "), "{}", undone.out);
    let sandbox = "SANDBOX, nothing real: 4 customers restored, 2 kept";
    assert!(undone.out.contains(sandbox), "{}", undone.out);
    assert_eq!(on(&service), [false, true, false, false, false, true]);
    let table = desk.table("undone/removed.csv");
    let (restored, kept) = ("restored", "kept");
    assert_eq!(
        table.column("UndoStatus"),
        [restored, kept, restored, restored, restored, kept]
    );
    let said = table.column("UndoMessage");
    assert_eq!(said[0], "automatic deployment was switched off");
    assert!(said[1].contains("undo --found"), "{}", said[1]);
    assert_eq!(said[2], "automatic deployment is off, as before the run");
    let counts = &undo_json(&desk)["counts"];
    assert_eq!(
        (&counts["changed"], &counts["restored"], &counts["kept"]),
        (&json!(6), &json!(4), &json!(2))
    );
    let runs = desk.run(&["runs", "--format", "json"]).exits(0).json();
    let run = runs[0]["run_id"].as_str().expect("a run");
    // The same again says the same, and `--found` takes the rest back.
    let shown = desk.run_at(&service, &dry).exits(1);
    let counted = "; 4 as before already, 2 to keep";
    assert!(shown.out.contains(counted), "{}", shown.out);
    let found = ["undo", run, "--found", "--confirm", "2", "--out", "undone"];
    desk.run_at(&service, &found).exits(0);
    assert_eq!(on(&service), [false; 6]);
    assert_eq!(
        desk.table("undone/removed.csv").column("UndoStatus"),
        [restored; 6]
    );
    assert_eq!(undo_json(&desk)["counts"]["restored"], 6);
    desk.run_at(&service, &["undo", run])
        .exits(0)
        .says(&["is undone already"]);
}

#[test]
fn a_switch_that_lands_late_is_waited_for_and_taken_back() {
    // The first request closes the connection and is carried out two seconds later; the look that
    // follows hangs.
    let faults = [
        format!("late-commit=#1:2s@{}", SWITCH.name()),
        format!(
            "delay=#2:90s@{}",
            Method::GetAutoDeploymentPartnerState.name()
        ),
    ];
    let service = Service::faulty(&[&faults[0], &faults[1]]);
    let desk = without_deployment(&service, 1);
    let looks = || service.requests(Method::GetAutoDeploymentPartnerState) == 2;
    killed(&desk, &service, 1, looks);
    assert_eq!(on(&service), [false]);
    let undo = [
        "undo",
        "last",
        "--confirm",
        "1",
        "--settle-wait",
        "4s",
        "--out",
        "undone",
    ];
    desk.run_at(&service, &undo)
        .exits(0)
        .says(&["waiting 4 s for 1 request of the run that had no answer"]);
    assert_eq!(on(&service), [false]);
    assert_eq!(undo_json(&desk)["counts"]["restored"], 1);
    assert_eq!(service.requests(SWITCH), 2, "it had landed");
}

#[test]
fn what_was_sent_again_at_once_may_land_late_too() {
    let faults = [format!("late-commit=#1:4s@{}", SWITCH.name())];
    let service = Service::faulty(&[&faults[0]]);
    let desk = without_deployment(&service, 1);
    desk.import_with(&service, &UPDATE).exits(0);
    assert_eq!(on(&service), [true]);
    let begun = Instant::now();
    let dry = ["undo", "last", "--dry-run", "--settle-wait", "9s"];
    desk.run_at(&service, &dry)
        .exits(0)
        .says(&["1 request of the run that switch"]);
    let undo = ["undo", "last", "--confirm", "1", "--settle-wait", "9s"];
    desk.run_at(&service, &undo).exits(0);
    assert!(begun.elapsed() > Duration::from_secs(4), "{begun:?}");
    until("it would have landed", || {
        begun.elapsed() > Duration::from_secs(5)
    });
    assert_eq!(on(&service), [false]);
    // Nothing is waited for when it can no longer land.
    let later = ["undo", "last", "--dry-run", "--settle-wait", "1s"];
    let later = desk.run_at(&service, &later).exits(0);
    assert!(!later.err.contains("had no answer"), "{}", later.err);
}

#[cfg(unix)]
#[test]
fn the_wait_for_switches_can_be_interrupted_and_changes_nothing() {
    let fault = format!("delay=#1:90s@{}", SWITCH.name());
    let service = Service::faulty(&[&fault]);
    let desk = without_deployment(&service, 2);
    killed(&desk, &service, 1, || true);
    let undo = ["undo", "last", "--confirm", "1", "--settle-wait", "10m"];
    let mut child = desk.at(&service, &undo).spawn().expect("it starts");
    let mut words = BufReader::new(child.stderr.take().expect("piped"));
    let mut line = String::new();
    while !line.contains("waiting 10 min 00 s for 2 requests") {
        line.clear();
        words.read_line(&mut line).expect("words");
        assert!(!line.is_empty(), "it does not wait");
    }
    super::desk::interrupt(&child);
    // Its last words are read, or it could not end.
    words.read_to_string(&mut line).expect("words");
    end_of(child).exits(130);
    assert_eq!(on(&service), [true, false]);
    // The run goes on where it was.
    let resumed = ["resume", "--out", "out", "--settle-wait", "1s"];
    desk.run_at(&service, &resumed).exits(0);
    assert_eq!(on(&service), [true, true]);
}

#[test]
fn results_that_are_written_after_an_undo_can_be_run_again() {
    let (desk, service) = (Desk::new(), Service::new());
    let list = "Name,Level,State,Country,Phone,CreateDefaultAccount\n\
        Eins,EndCustomer,InTrial,DE,+49 40 1,\n\
        Zwei,EndCustomer,InTrial,DE,+49 40 2,yes\n";
    desk.write("in.csv", list);
    desk.import(&service, "in.csv").exits(0);
    // The one with a device stays.
    desk.run_at(
        &service,
        &["undo", "last", "--confirm", "1", "--out", "undone"],
    )
    .exits(1);
    let runs = desk.run(&["runs", "--format", "json"]).exits(0).json();
    let run = runs[0]["run_id"].as_str().expect("a run");
    desk.run(&["report", run, "--out", "after"]).exits(0);
    let table = desk.table("after/results.csv");
    let ids = table.column("ID");
    assert!(ids[0].is_empty() && !ids[1].is_empty(), "{ids:?}");
    let said = table.column("ImportMessage");
    assert!(said[0].starts_with("removed since by an undo"), "{said:?}");
    assert!(!said[1].contains("undo"), "{said:?}");
    let plan = desk
        .run_at(&service, &["plan", "after/results.csv"])
        .exits(0);
    let counted = "1 to create, 1 already there";
    assert!(plan.out.contains(counted), "{}\n{}", plan.out, plan.err);
}

#[test]
fn a_row_whose_customer_has_a_uid_says_that_it_was_not_asked_whether_it_is_on() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", list(2, "yes"));
    desk.import(&service, "in.csv").exits(0);
    // Whether it was switched off since or not: without the flag it is not asked.
    let off = json!({"partnerId": by_name(&service)[0].id, "autoDeploymentState": "Disable"});
    service.call(SWITCH.name(), &off);
    let asked = service.requests(Method::GetAutoDeploymentPartnerState);
    desk.import(&service, "in.csv").exits(0);
    let table = desk.table("out/results.csv");
    assert_eq!(table.column("ImportCode"), ["T505"; 2]);
    for said in table.column("ImportMessage") {
        assert!(
            said.contains("was not asked: `--on-exists update` asks"),
            "{said}"
        );
    }
    assert_eq!(
        service.requests(Method::GetAutoDeploymentPartnerState),
        asked
    );
    // Where it is asked, nothing of the kind is said.
    desk.import_with(&service, &UPDATE).exits(0);
    let table = desk.table("out/results.csv");
    let codes = table.column("ImportCode");
    assert!(!codes.join(" ").contains("T50"), "{codes:?}");
    assert_eq!(on(&service), [true, true]);
}

#[test]
fn the_files_of_an_undone_run_agree_on_what_was_taken_back() {
    let fault = format!("delay=#2:90s@{}", SWITCH.name());
    let service = Service::faulty(&[&fault]);
    let desk = Desk::new();
    let with_phone = |wish: &str, phone: &str| {
        let rows = list(3, wish).replace("AutomaticDeployment", "AutomaticDeployment,Phone");
        rows.replace(&format!("DE,{wish}"), &format!("DE,{wish},{phone}"))
    };
    desk.write("in.csv", with_phone("", "+49 1"));
    desk.import(&service, "in.csv").exits(0);
    desk.write("in.csv", with_phone("yes", "+49 2"));
    let runs = || desk.run(&["runs", "--format", "json"]).exits(0).json();
    let counted = |run: &Value| run["counts"]["automatic_deployment"]["open"].clone();
    // The first one's answer is in the journal.
    killed(&desk, &service, 2, || counted(&runs()[0]) == 2);
    let run = runs()[0]["run_id"].as_str().expect("a run").to_owned();
    let undo = ["undo", &run, "--confirm", "3", "--settle-wait", "1s"];
    desk.run_at(&service, &[&undo[..], &["--out", "undone"]].concat())
        .exits(1);
    assert_eq!(counted(&runs()[0]), 0);
    let removed = desk.table("undone/removed.csv");
    assert_eq!(
        removed.column("UndoStatus"),
        ["restored", "kept", "restored"]
    );
    let said = removed.column("UndoMessage");
    assert!(
        said[1].starts_with("the other changes were taken back; "),
        "{said:?}"
    );
    desk.run_at(&service, &["report", &run, "--out", "again"])
        .exits(0);
    let summary: Value = serde_json::from_str(&desk.read("again/summary.json")).expect("JSON");
    assert_eq!(counted(&summary), 0);
    let results = desk.table("again/results.csv");
    let said = results.column("ImportMessage");
    let taken_back = "the other changes were taken back since by an undo";
    assert!(said[1].starts_with(taken_back), "{said:?}");
    assert!(
        said[2].starts_with("taken back since by an undo"),
        "{said:?}"
    );
    assert!(!said[2].contains("not switched on yet"), "{said:?}");
    // The undo was what somebody wished.
    let done = desk.import(&service, "in.csv").exits(0);
    for code in ["T507", "T508"] {
        assert!(!done.out.contains(code), "{}", done.out);
    }
}
