//! What became of automatic deployment is told everywhere a user looks, as one count.

use partner_import::sandbox::Method;
use serde_json::{Value, json};

use super::desk::{Desk, Done, Service, until};
use super::schema::matches;

const LIST: &str = "Name,Level,State,Country,AutomaticDeployment\n\
    Eins,EndCustomer,InTrial,DE,yes\n\
    Zwei,EndCustomer,InTrial,DE,yes\n\
    Drei,EndCustomer,InTrial,DE,yes\n\
    Vier,EndCustomer,InTrial,DE,\n";

/// The first run of a list, of whose three switches the service refuses two.
fn refused(desk: &Desk, service: &Service, more: &[&str]) -> Done {
    desk.write("in.csv", LIST);
    desk.import_with(service, more).exits(1)
}

fn refusing() -> Service {
    Service::faulty(&[
        "generic-error=#1@ModifyAutoDeploymentPartnerState",
        "generic-error=#2@ModifyAutoDeploymentPartnerState",
    ])
}

/// What was said, however it was wrapped.
fn in_a_line(done: &Done) -> String {
    done.out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn counted(switched_on: u64, open: u64, refused: u64) -> Value {
    json!({"switched_on": switched_on, "open": open, "refused": refused, "not_reached": 0})
}

#[test]
fn a_refused_switch_is_one_count_in_every_place() {
    let (desk, service) = (Desk::new(), refusing());
    let done = refused(&desk, &service, &["--metrics-file", "m.prom"]);
    let one_line = "automatic deployment: 1 switched on, 2 refused";
    for words in [
        "4 created, 2 refused automatic deployment",
        one_line,
        "automatic deployment was refused, the customer is there",
        "partner-import run in.csv ",
        "--on-exists update",
    ] {
        assert!(in_a_line(&done).contains(words), "{words}: {}", done.out);
    }
    let summary: Value = serde_json::from_str(&desk.read("out/summary.json")).expect("JSON");
    let counts = &summary["counts"];
    assert_eq!(counts["automatic_deployment"], counted(1, 0, 2));
    let page = desk.read("out/report.html");
    for words in [
        "4 created, <span class=\"need\">2 refused automatic deployment</span>",
        "class=\"head needs\"",
        "Automatic deployment: 1 switched on, 2 refused.",
        "Automatic deployment was refused, the customer is there",
        "--on-exists update",
    ] {
        assert!(page.contains(words), "{words}");
    }
    for words in ["Nothing is left to do", "The new IDs are in"] {
        assert!(!page.contains(words), "{words}");
    }
    let metrics = desk.read("m.prom");
    for (state, count) in [("switched_on", 1), ("open", 0), ("refused", 2)] {
        let sample = format!("state=\"{state}\"}} {count}\n");
        assert!(metrics.contains(&sample), "{sample}: {metrics}");
    }
    let runs = desk.run_at(&service, &["runs"]).exits(0);
    assert!(runs.out.contains(one_line), "{}", runs.out);
    let runs = desk.run_at(&service, &["runs", "--format", "json"]).json();
    assert_eq!(runs[0]["counts"]["automatic_deployment"], counted(1, 0, 2));
}

#[test]
fn machines_are_told_of_each_refused_switch() {
    let desk = Desk::new();
    for (format, words) in [
        ("github", ",title=created 2102::row "),
        ("junit", "type=\"2102\""),
    ] {
        let service = refusing();
        let done = refused(&desk, &service, &["--format", format]);
        assert!(done.out.contains(words), "{words}: {}", done.out);
    }
    let service = refusing();
    let done = refused(&desk, &service, &["--format", "jsonl"]);
    for line in done.out.lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        matches("run-line", &line);
    }
    let service = refusing();
    let done = refused(&desk, &service, &["--log-format", "json"]);
    let closing = done.err.lines().find(|line| line.contains("run ended"));
    let closing: Value = serde_json::from_str(closing.expect("the closing event")).expect("JSON");
    let closing = closing.to_string();
    for member in [
        "\"deployments_switched_on\":1",
        "\"deployments_open\":0",
        "\"deployments_refused\":2",
    ] {
        assert!(closing.contains(member), "{member}: {closing}");
    }
}

#[test]
fn the_command_that_is_named_next_switches_them_on() {
    let (desk, service) = (Desk::new(), refusing());
    refused(&desk, &service, &[]);
    let on = |service: &Service| service.added().iter().filter(|one| one.deploys).count();
    assert_eq!(on(&service), 1);
    let done = desk
        .import_with(&service, &["--on-exists", "update"])
        .exits(0);
    assert_eq!(on(&service), 3);
    let told = "automatic deployment: 2 switched on";
    assert!(done.out.contains(told), "{}", done.out);
}

#[test]
fn a_run_that_stops_counts_what_is_still_to_be_switched_on() {
    let desk = Desk::new();
    let service = Service::faulty(&["delay=#3:90s@ModifyAutoDeploymentPartnerState"]);
    desk.write("in.csv", LIST);
    let run = ["run", "in.csv", "--yes", "--concurrency", "1"];
    let mut child = desk.at(&service, &run).spawn().expect("it starts");
    let runs = || desk.run_at(&service, &["runs", "--format", "json"]).json();
    until("two are switched on", || {
        runs()[0]["counts"]["automatic_deployment"] == counted(2, 1, 0)
    });
    service.kill(&mut child);
    let runs = desk.run_at(&service, &["runs", "--format", "json"]).json();
    assert_eq!(runs[0]["counts"]["automatic_deployment"], counted(2, 1, 0));
    let id = runs[0]["run_id"].as_str().expect("an id");
    let report = ["report", id, "--out", "out"];
    let done = desk.run_at(&service, &report).exits(0);
    let told = "automatic deployment: 2 switched on, 1 still to be switched on";
    assert!(done.out.contains(told), "{}", done.out);
    let summary: Value = serde_json::from_str(&desk.read("out/summary.json")).expect("JSON");
    let counts = &summary["counts"];
    assert_eq!(counts["automatic_deployment"], counted(2, 1, 0));
    assert!(
        desk.read("out/report.html")
            .contains("automatic deployment for 1")
    );
}

#[test]
fn a_plain_run_after_refused_switches_is_not_green_without_a_word() {
    let (desk, service) = (Desk::new(), refusing());
    refused(&desk, &service, &[]);
    // The list of the next night has a row more.
    desk.write("in.csv", format!("{LIST}Neu,EndCustomer,InTrial,DE,yes\n"));
    let plan = desk.run_at(&service, &["plan", "in.csv"]).exits(1);
    let left = "2 still without automatic deployment";
    assert!(plan.out.contains(left), "{}", plan.out);
    for _ in 0..2 {
        let done = desk.import(&service, "in.csv").exits(1);
        for words in [
            "2 refused automatic deployment",
            "T507",
            "--on-exists update",
        ] {
            assert!(in_a_line(&done).contains(words), "{words}: {}", done.out);
        }
        let table = desk.table("out/results.csv");
        let said = table.column("ImportMessage");
        let still = said
            .iter()
            .filter(|one| one.contains("is still off: the run"));
        assert_eq!(still.count(), 2, "{said:?}");
        assert_eq!(table.statuses()[..4], ["exists"; 4]);
        assert!(
            desk.read("out/report.html")
                .contains("2 refused automatic deployment")
        );
    }
    let runs = desk.run_at(&service, &["runs", "--format", "json"]).json();
    assert_eq!(runs[0]["counts"]["automatic_deployment"], counted(0, 0, 2));
    // What is named switches them on, and then all is well.
    desk.import_with(&service, &["--on-exists", "update"])
        .exits(0);
    let done = desk.import(&service, "in.csv").exits(0);
    assert!(done.out.contains("nothing to do"), "{}", done.out);
}

#[test]
fn a_run_that_was_given_up_leaves_nobody_without_a_word() {
    let desk = Desk::new();
    let service = Service::faulty(&["delay=#1:90s@ModifyAutoDeploymentPartnerState"]);
    desk.write(
        "in.csv",
        LIST.replace(
            "Zwei,EndCustomer,InTrial,DE,yes",
            "Zwei,EndCustomer,InTrial,DE,",
        ),
    );
    let run = ["run", "in.csv", "--yes", "--concurrency", "1"];
    let mut child = desk.at(&service, &run).spawn().expect("it starts");
    until("the request", || {
        service.requests(Method::ModifyAutoDeploymentPartnerState) > 0
    });
    service.kill(&mut child);
    let done = desk
        .import_with(&service, &["--new-run", "--settle-wait", "1s"])
        .exits(1);
    assert!(done.out.contains("T508"), "{}", done.out);
    // Nobody was refused anything.
    let headline = "without automatic deployment";
    assert!(in_a_line(&done).contains(headline), "{}", done.out);
    for file in ["out/report.html", "out/summary.json"] {
        let text = desk.read(file);
        assert!(!text.contains("the service refused it"), "{file}: {text}");
        assert!(
            !text.contains("refused automatic deployment"),
            "{file}: {text}"
        );
    }
    assert!(
        !in_a_line(&done).contains("once the reason is gone"),
        "{}",
        done.out
    );
    let runs = desk.run_at(&service, &["runs", "--format", "json"]).json();
    matches("runs", &runs);
    let counted = &runs[0]["counts"]["automatic_deployment"];
    assert_eq!(counted["refused"], 0);
    assert!(counted["not_reached"].as_u64() > Some(0), "{counted}");
    let summary: Value = serde_json::from_str(&desk.read("out/summary.json")).expect("JSON");
    matches("summary", &summary);
    assert_eq!(&summary["counts"]["automatic_deployment"], counted);
    let said = desk.table("out/results.csv");
    let said = said.column("ImportMessage");
    assert!(
        said.iter()
            .any(|one| one.contains("ended before it was switched on")),
        "{said:?}"
    );
}

#[test]
fn an_approved_plan_holds_who_gets_automatic_deployment() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", LIST.replace(",yes\n", ",\n"));
    desk.import(&service, "in.csv").exits(0);
    desk.write("in.csv", LIST);
    let save = [
        "plan",
        "in.csv",
        "--on-exists",
        "update",
        "--save",
        "plan.json",
    ];
    desk.run_at(&service, &save).exits(0);
    let plan: Value = serde_json::from_str(&desk.read("plan.json")).expect("JSON");
    matches("plan", &plan);
    assert_eq!(plan["counts"]["automatic_deployment"], 3);
    assert_eq!(plan["rows"][0]["automatic_deployment"], true);
    assert_eq!(plan["rows"][3].get("automatic_deployment"), None);
    // One was switched on by somebody else since.
    let first = service.added().into_iter().find(|one| one.name == "Eins");
    let first = first.expect("it was created").id;
    let switch = json!({"partnerId": first, "autoDeploymentState": "Enable"});
    service.call("ModifyAutoDeploymentPartnerState", &switch);
    let carry_out = ["run", "--plan", "plan.json", "--yes", "--out", "out"];
    desk.run_at(&service, &carry_out)
        .exits(2)
        .says(&["row 2: automatic deployment is no longer switched on"]);
    // And one that was on is off now.
    std::fs::remove_file(desk.path("plan.json")).expect("it is there");
    desk.run_at(&service, &save).exits(0);
    let switch = json!({"partnerId": first, "autoDeploymentState": "Disable"});
    service.call("ModifyAutoDeploymentPartnerState", &switch);
    desk.run_at(&service, &carry_out)
        .exits(2)
        .says(&["row 2: automatic deployment is now switched on"]);
    std::fs::remove_file(desk.path("plan.json")).expect("it is there");
    desk.run_at(&service, &save).exits(0);
    desk.run_at(&service, &carry_out).exits(0);
    assert!(service.added().iter().filter(|one| one.deploys).count() == 3);
}

#[test]
fn what_somebody_has_switched_on_since_is_not_called_off() {
    let (desk, service) = (Desk::new(), refusing());
    refused(&desk, &service, &[]);
    for one in service.added().into_iter().filter(|one| one.name != "Vier") {
        let switch = json!({"partnerId": one.id, "autoDeploymentState": "Enable"});
        service.call("ModifyAutoDeploymentPartnerState", &switch);
    }
    let done = desk.import(&service, "in.csv").exits(0);
    assert!(!done.out.contains("T507"), "{}", done.out);
}

#[test]
fn who_was_created_by_a_run_that_was_given_up_without_hearing_of_it_is_recognised() {
    let desk = Desk::new();
    let service = Service::faulty(&["delay=#1:90s@AddPartner"]);
    desk.write(
        "in.csv",
        "Name,Level,State,Country,AutomaticDeployment\nEins,EndCustomer,InTrial,DE,yes\n",
    );
    let run = ["run", "in.csv", "--yes", "--settle-wait", "80s"];
    let mut child = desk.at(&service, &run).spawn().expect("it starts");
    until("it is created", || service.added().len() == 1);
    service.kill(&mut child);
    for more in [&["--new-run", "--settle-wait", "1s"][..], &[]] {
        let done = desk.import_with(&service, more).exits(1);
        assert!(done.out.contains("T508"), "{}", done.out);
        assert_eq!(desk.table("out/results.csv").statuses(), ["exists"]);
    }
    desk.import_with(&service, &["--on-exists", "update"])
        .exits(0);
    desk.import(&service, "in.csv").exits(0);
}

#[test]
fn a_refused_change_that_kept_a_run_from_switching_is_remembered() {
    let desk = Desk::new();
    let service = Service::faulty(&["generic-error=#1@ModifyPartner"]);
    let list = |phone: &str, wish: &str| {
        format!(
            "Name,Level,State,Country,Phone,AutomaticDeployment\nEins,EndCustomer,InTrial,DE,{phone},{wish}\n"
        )
    };
    desk.write("in.csv", list("+49 1", ""));
    desk.import(&service, "in.csv").exits(0);
    desk.write("in.csv", list("+49 2", "yes"));
    let update = ["--on-exists", "update", "--settle-wait", "1s"];
    let done = desk.import_with(&service, &update).exits(1);
    let told = "automatic deployment: 1 not switched on";
    assert!(done.out.contains(told), "{}", done.out);
    let runs = desk.run_at(&service, &["runs"]).exits(0);
    assert!(runs.out.contains(told), "{}", runs.out);
    let done = desk.import(&service, "in.csv").exits(1);
    let said = in_a_line(&done);
    assert!(said.contains("T508"), "{}", done.out);
    let table = desk.table("out/results.csv");
    let why = "its change of the customer was refused";
    assert!(table.column("ImportMessage")[0].contains(why), "{said}");
    desk.import_with(&service, &update).exits(0);
    desk.import(&service, "in.csv").exits(0);
}

#[test]
fn what_a_removed_journal_knew_is_known_by_those_that_repeat_it() {
    let (desk, service) = (Desk::new(), refusing());
    refused(&desk, &service, &[]);
    desk.import(&service, "in.csv").exits(1);
    for _ in 0..2 {
        desk.run(&["runs", "prune", "--keep", "1", "--yes"])
            .exits(0);
        let done = desk.import(&service, "in.csv").exits(1);
        let said = desk.table("out/results.csv");
        let said = said.column("ImportMessage");
        let still = said
            .iter()
            .filter(|one| one.contains("was refused it (2102"));
        assert_eq!(still.count(), 2, "{said:?} {}", done.out);
    }
    desk.import_with(&service, &["--on-exists", "update"])
        .exits(0);
    desk.import(&service, "in.csv").exits(0);
}

#[test]
fn what_was_undone_is_not_asked_for_again() {
    let desk = Desk::new();
    let service = Service::faulty(&["generic-error=#2@ModifyAutoDeploymentPartnerState"]);
    desk.write("in.csv", LIST.replace(",yes\n", ",\n"));
    desk.import(&service, "in.csv").exits(0);
    desk.write("in.csv", LIST);
    desk.import_with(&service, &["--on-exists", "update"])
        .exits(1);
    desk.import(&service, "in.csv").exits(1);
    let runs = desk.run_at(&service, &["runs", "--format", "json"]).json();
    let run = runs[1]["run_id"].as_str().expect("an id");
    let undo = ["undo", run, "--confirm", "2", "--settle-wait", "1s"];
    desk.run_at(&service, &undo).exits(0);
    let done = desk.import(&service, "in.csv").exits(0);
    assert!(!done.out.contains("T507"), "{}", done.out);
}
