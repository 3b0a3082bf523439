//! Whole undoings at a service of their own: what goes, what stays and why, what is said of it.

use calamine::Reader;
use partner_import::sandbox::{Config, Method, RemovalPolicy};
use serde_json::{Value, json};

use crate::cli::desk::{Desk, Done, Service};

/// Four levels, and two beside them.
pub(crate) const TREE: &str = "Name,Parent,Level,State,Country,ExternalCode\n\
    Dist,,SubDistributor,InTrial,DE,T-1\n\
    Reseller,Dist,Reseller,InTrial,DE,T-2\n\
    Kunde,Reseller,EndCustomer,InTrial,DE,T-3\n\
    Standort A,Kunde,Site,InTrial,DE,\n\
    Standort B,Kunde,Site,InTrial,DE,\n\
    Allein,,EndCustomer,InTrial,AT,\n";

/// The id of the newest run.
pub(crate) fn run_id(desk: &Desk) -> String {
    let runs = desk.run(&["runs", "--format", "json"]).exits(0).json();
    let last = runs.as_array().and_then(|runs| runs.first()).cloned();
    last.expect("a run")["run_id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

/// A desk with an import of `TREE` behind it.
pub(crate) fn imported(service: &Service) -> (Desk, String) {
    let desk = Desk::new();
    desk.write("in.csv", TREE);
    desk.import(service, "in.csv").exits(0);
    let id = run_id(&desk);
    (desk, id)
}

pub(crate) fn id_of(service: &Service, name: &str) -> i32 {
    let added = service.added();
    let one = added.iter().find(|one| one.name == name);
    one.unwrap_or_else(|| panic!("no {name}")).id
}

pub(crate) fn names(service: &Service) -> Vec<String> {
    let mut names: Vec<String> = service.added().into_iter().map(|one| one.name).collect();
    names.sort();
    names
}

pub(crate) fn undo(desk: &Desk, service: &Service, flags: &[&str]) -> Done {
    let id = run_id(desk);
    desk.run_at(service, &[&["undo", &id], flags].concat())
}

/// `out/removed.csv` as `name: status code`.
pub(crate) fn fates(desk: &Desk) -> Vec<String> {
    let table = desk.table("out/removed.csv");
    let rows = table.rows.iter().map(|row| {
        format!("{}: {} {}", row["Name"], row["UndoStatus"], row["UndoCode"])
            .trim_end()
            .to_owned()
    });
    rows.collect()
}

pub(crate) fn undo_json(desk: &Desk) -> Value {
    serde_json::from_str(&desk.read("out/undo.json")).expect("JSON")
}

/// Somebody else changes members of a customer.
fn change(service: &Service, name: &str, members: &Value) {
    let mut info = members.clone();
    info["Id"] = json!(id_of(service, name));
    service.call("ModifyPartner", &json!({ "partnerInfo": info }));
}

#[test]
fn one_that_somebody_has_completed_since_stays_and_the_members_are_named() {
    let service = Service::new();
    let desk = Desk::new();
    let rows: String = (0..4)
        .map(|number| format!("C{number},EndCustomer,InTrial,DE,+49 {number},VAT{number},Bonn\n"))
        .collect();
    let head = "Name,Level,State,Country,Phone,VAT Number,City";
    desk.write("in.csv", format!("{head}\n{rows}"));
    desk.import(&service, "in.csv").exits(0);
    change(&service, "C0", &json!({"State": "InProduction"}));
    let company = json!({"PhoneNumber": "+49 999", "VatNumber": "VAT9"});
    change(&service, "C1", &json!({ "Company": company }));
    // What the run had not set is nothing that it left.
    let company = json!({"LegalCompanyName": "C2 Limited"});
    change(&service, "C2", &json!({ "Company": company }));
    undo(&desk, &service, &["--confirm", "2"]).exits(1);
    assert_eq!(
        fates(&desk),
        [
            "C0: kept changed-since",
            "C1: kept changed-since",
            "C2: removed",
            "C3: removed"
        ]
    );
    let removed = desk.read("out/removed.csv");
    for words in ["State is", "Company.PhoneNumber is", "Company.VatNumber is"] {
        assert!(removed.contains(words), "no {words:?} in {removed}");
    }
}

fn counts(json: &Value) -> [u64; 6] {
    ["created", "removed", "gone", "kept", "unknown", "pending"]
        .map(|name| json["counts"][name].as_u64().expect("a number"))
}

#[test]
fn a_tree_is_removed_leaves_first_and_created_anew_by_the_next_run() {
    let service = Service::new();
    let (desk, id) = imported(&service);
    let results = desk.read("out/results.csv");
    let done = undo(&desk, &service, &["--confirm", "6"]).exits(0);
    assert!(done.out.contains("SANDBOX"), "{}", done.out);
    let said = "SANDBOX, nothing real: 6 customers removed\n";
    assert!(done.out.starts_with(said), "{}", done.out);
    let ended = "Exit code 0: every customer of the run is removed or as before\n";
    assert!(done.out.contains(ended), "{}", done.out);
    assert!(names(&service).is_empty());
    let table = desk.table("out/removed.csv");
    assert_eq!(
        table.header.join(","),
        "Name,Parent,Level,State,Country,ExternalCode,ID,UndoStatus,UndoCode,UndoMessage"
    );
    assert_eq!(table.column("Name")[0], "Dist", "in the order of the input");
    assert!(fates(&desk).iter().all(|fate| fate.ends_with(": removed")));
    let ids: Vec<&str> = table.column("ID");
    for (row, id) in desk.table("out/results.csv").rows.iter().zip(ids) {
        assert_eq!(row["ID"], id);
    }
    let summary = undo_json(&desk);
    assert_eq!(counts(&summary), [6, 6, 0, 0, 0, 0]);
    assert_eq!(summary["exit_code"], 0);
    assert_eq!(summary["requests"]["RemovePartner"], 6);
    assert_eq!(summary["run_id"], id);
    assert_eq!(
        desk.read("out/results.csv"),
        results,
        "the run's own files stay"
    );
    // But for those that say how many customers there are.
    let page = desk.read("out/report.html");
    for words in [
        "<span>Undone: 6 customers removed</span></h1>",
        "This run was undone, finished ",
        "<li><b>6</b> removed",
        "None of the 6 customers is in the tenant.",
    ] {
        assert!(page.contains(words), "no {words}");
    }
    assert!(!page.contains("Not removed"));
    assert_eq!(desk.summary()["undo"]["counts"]["removed"], 6);

    // What was undone says so everywhere.
    assert!(desk.run(&["runs"]).exits(0).out.contains("undone  "));
    let runs = desk.run(&["runs", "--format", "json"]).exits(0).json();
    assert_eq!(
        (&runs[0]["undo"]["away"], &runs[0]["resumable"]),
        (&json!(6), &json!(false))
    );
    let report = desk.run(&["report", &id]).exits(0);
    assert!(
        report.out.contains("undone: 6 customers removed"),
        "{}",
        report.out
    );
    assert!(!report.out.contains("Next"), "{}", report.out);
    // The workbook as well, before the counts of the run.
    let path = desk.path("out/results.xlsx");
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).expect("a workbook");
    let counts = book.worksheet_range("Import summary").expect("the counts");
    let title = counts
        .get((0, 0))
        .map(ToString::to_string)
        .expect("a title");
    let first = format!("Undone: 6 customers removed. Before that, import {id}");
    assert_eq!(title, first);
    let json = desk
        .run(&["report", &id, "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(json["undo"]["counts"]["removed"], 6);

    // Once more does nothing, and needs no number.
    undo(&desk, &service, &[])
        .exits(0)
        .says(&["undone already"]);
    assert_eq!(service.requests(Method::RemovePartner), 6);

    desk.import(&service, "in.csv").exits(0);
    assert_eq!(desk.summary()["counts"]["created"], 6);
    assert_ne!(run_id(&desk), id, "a new run");
    service.agrees_with(&desk.table("out/results.csv"), "Name");
    desk.import(&service, "in.csv").exits(0);
    assert_eq!(desk.summary()["counts"]["exists"], 6);
}

#[test]
fn parents_leave_after_everybody_below_them() {
    let service = Service::new();
    let (desk, _) = imported(&service);
    let order: Vec<i32> = ["Standort A", "Standort B", "Kunde", "Reseller", "Dist"]
        .map(|name| id_of(&service, name))
        .to_vec();
    undo(&desk, &service, &["--confirm", "6"]).exits(0);
    let removed: Vec<i64> = service
        .log()
        .iter()
        .filter_map(|line| line["done"]["removed"].as_i64())
        .collect();
    let place = |id: i32| removed.iter().position(|one| *one == i64::from(id));
    assert!(place(order[0]) < place(order[2]) && place(order[1]) < place(order[2]));
    assert!(place(order[2]) < place(order[3]) && place(order[3]) < place(order[4]));
}

#[test]
fn nothing_is_removed_without_the_number() {
    let service = Service::new();
    let (desk, _) = imported(&service);
    undo(&desk, &service, &[]).exits(2).says(&[
        "this would remove 6 customers",
        "--confirm 6",
        "--dry-run",
    ]);
    undo(&desk, &service, &["--confirm", "5"]).exits(2).says(&[
        "--confirm 5",
        "6 customers",
        "nothing was removed",
    ]);
    desk.run_at(&service, &["undo", "--confirm", "6"]).exits(2);
    desk.run_at(&service, &["undo", "nonsense", "--confirm", "6"])
        .exits(2)
        .says(&["there is no run \"nonsense\""]);
    assert_eq!(service.requests(Method::RemovePartner), 0);
    assert!(
        desk.run(&["runs"]).exits(0).out.contains("done  "),
        "not begun"
    );
    // The beginning of the id is enough.
    let id = run_id(&desk);
    desk.run_at(&service, &["undo", &id[..15], "--confirm", "6"])
        .exits(0);
}

#[test]
fn a_dry_run_shows_and_changes_nothing() {
    let service = Service::new();
    let (desk, _) = imported(&service);
    let all = undo(&desk, &service, &["--dry-run"]).exits(0);
    assert!(all.out.contains("6 to remove"), "{}", all.out);
    assert!(all.out.contains("- remove  Standort A"), "{}", all.out);
    change(&service, "Standort A", &json!({"Name": "Standort Z"}));
    let some = undo(&desk, &service, &["--dry-run", "--format", "json"])
        .exits(1)
        .json();
    assert_eq!(
        (&some["counts"]["remove"], &some["counts"]["keep"]),
        (&json!(2), &json!(4))
    );
    assert_eq!(some["rows"][3]["code"], "renamed");
    assert_eq!(some["rows"][0]["code"], "has-customers");
    let text = undo(&desk, &service, &["--dry-run"]).exits(1);
    let line = format!(
        "! keep    Standort A  (id {}, row 5)  renamed: Name is \"Standort Z\" instead of \"Standort A\"",
        id_of(&service, "Standort Z")
    );
    assert!(text.out.contains(&line), "{}", text.out);
    assert_eq!(service.requests(Method::RemovePartner), 0);
    assert!(!desk.path("out/removed.csv").exists());
    assert!(desk.run(&["runs"]).exits(0).out.contains("done  "));
}

/// Changes something, undoes, and tells what became of each customer.
fn after(change: impl Fn(&Service), confirm: &str) -> (Desk, Service, Vec<String>) {
    let service = Service::new();
    let (desk, _) = imported(&service);
    change(&service);
    undo(&desk, &service, &["--confirm", confirm]).exits(1);
    let fates = fates(&desk);
    (desk, service, fates)
}

#[test]
fn a_customer_that_gained_a_child_stays_with_all_above_it() {
    let (desk, service, fates) = after(
        |service| {
            let info = json!({
                "ParentId": id_of(service, "Reseller"), "Name": "Fremd", "Level": "EndCustomer",
            });
            service.call("AddPartner", &json!({ "partnerInfo": info }));
        },
        "4",
    );
    assert_eq!(
        fates,
        [
            "Dist: kept has-customers",
            "Reseller: kept has-customers",
            "Kunde: removed",
            "Standort A: removed",
            "Standort B: removed",
            "Allein: removed"
        ]
    );
    assert_eq!(names(&service), ["Dist", "Fremd", "Reseller"]);
    assert_eq!(counts(&undo_json(&desk)), [6, 4, 0, 2, 0, 0]);
    assert!(desk.run(&["runs"]).exits(0).out.contains("undone (1)"));
    let page = desk.read("out/report.html");
    for words in [
        "<span>Undone in part: 4 customers removed, 2 kept</span></h1>",
        "<h3>Not removed</h3>",
        "kept has-customers <bdi>",
        "to try the kept customers again",
    ] {
        assert!(page.contains(words), "no {words}");
    }
    // What kept them is seen to; the same command goes on from there.
    let stranger = json!({ "partnerId": id_of(&service, "Fremd") });
    service.call("RemovePartner", &stranger);
    undo(&desk, &service, &["--confirm", "2"]).exits(0);
    assert_eq!(counts(&undo_json(&desk)), [6, 6, 0, 0, 0, 0]);
    assert!(names(&service).is_empty());
}

#[test]
fn a_customer_that_was_renamed_moved_or_linked_stays() {
    let (_, service, fates) = after(
        |service| {
            change(service, "Standort A", &json!({"Name": "Standort Eins"}));
            change(service, "Standort B", &json!({"ExternalCode": "PSA-9"}));
            change(
                service,
                "Allein",
                &json!({"ParentId": id_of(service, "Dist")}),
            );
        },
        "0",
    );
    assert_eq!(
        fates,
        [
            "Dist: kept has-customers",
            "Reseller: kept has-customers",
            "Kunde: kept has-customers",
            "Standort A: kept renamed",
            "Standort B: kept code-changed",
            "Allein: kept moved"
        ]
    );
    assert_eq!(service.requests(Method::RemovePartner), 0);
}

#[test]
fn a_customer_with_a_device_stays() {
    let (desk, service, fates) = after(
        |service| {
            let account = json!({"PartnerId": id_of(service, "Standort B"), "Name": "srv-01"});
            service.call("AddAccount", &json!({ "accountInfo": account }));
        },
        "2",
    );
    assert_eq!(
        fates[3..],
        [
            "Standort A: removed",
            "Standort B: kept has-devices",
            "Allein: removed"
        ]
    );
    let table = desk.table("out/removed.csv");
    assert_eq!(table.rows[4]["UndoMessage"], "it has a device: \"srv-01\"");
    assert!(names(&service).contains(&"Standort B".to_owned()));
}

#[test]
fn a_customer_that_is_gone_is_counted_as_gone() {
    let service = Service::new();
    let (desk, _) = imported(&service);
    let gone = json!({ "partnerId": id_of(&service, "Standort A") });
    service.call("RemovePartner", &gone);
    undo(&desk, &service, &["--confirm", "5"]).exits(0);
    assert_eq!(fates(&desk)[3], "Standort A: gone");
    assert_eq!(counts(&undo_json(&desk)), [6, 5, 1, 0, 0, 0]);
    assert!(names(&service).is_empty());
}

#[test]
fn what_was_there_before_the_run_is_never_removed_even_by_a_service_that_cascades() {
    let service = Service::with(Config {
        removal: RemovalPolicy::Cascade,
        ..Config::default()
    });
    let before = service.call(
        "AddPartner",
        &json!({"partnerInfo": {"ParentId": 1000, "Name": "Dist", "Level": "SubDistributor", "ExternalCode": "T-1"}}),
    );
    let (desk, _) = imported(&service);
    assert_eq!(desk.summary()["counts"]["exists"], 1);
    let info = json!({"ParentId": id_of(&service, "Kunde"), "Name": "Fremd", "Level": "Site"});
    service.call("AddPartner", &json!({ "partnerInfo": info }));
    undo(&desk, &service, &["--confirm", "3"]).exits(1);
    assert_eq!(fates(&desk).len(), 5, "only what the run created");
    assert_eq!(names(&service), ["Dist", "Fremd", "Kunde", "Reseller"]);
    assert_eq!(json!(id_of(&service, "Dist")), before);
}

#[test]
fn the_files_can_go_elsewhere_and_machines_get_json() {
    let service = Service::new();
    let (desk, id) = imported(&service);
    let done = undo(
        &desk,
        &service,
        &["--confirm", "6", "--out", "gone", "--format", "json"],
    )
    .exits(0);
    let json = done.json();
    assert_eq!(json["run_id"], id);
    assert_eq!(json["files"].as_array().expect("files").len(), 4);
    assert!(desk.path("gone/removed.csv").is_file() && desk.path("gone/undo.json").is_file());
    let page = desk.read("out/report.html");
    assert!(
        page.contains("This run was undone"),
        "the page in its place"
    );
    assert!(!desk.path("gone/report.html").exists());
    assert!(!desk.path("out/removed.csv").exists());
}

#[test]
fn a_run_that_created_nothing_has_nothing_to_undo() {
    let service = Service::new();
    let (desk, _) = imported(&service);
    desk.import(&service, "in.csv").exits(0);
    undo(&desk, &service, &[])
        .exits(0)
        .says(&["nothing to undo"]);
    assert_eq!(names(&service).len(), 6);
}

#[test]
fn an_undo_leaves_the_results_of_another_run_alone_and_the_next_run_clears_them_of_it() {
    let service = Service::new();
    let (desk, id) = imported(&service);
    let list = |name: &str| {
        desk.write("in.csv", format!("{TREE}{name},,EndCustomer,InTrial,AT,\n"));
        desk.import(&service, "in.csv").exits(0);
        run_id(&desk)
    };
    // A later night has written into the same directory.
    let later = list("Neu");
    let before = desk.read("out/report.html");
    desk.run_at(&service, &["undo", &id, "--confirm", "6"])
        .exits(0);
    let summary = |file: &str| -> Value { serde_json::from_str(&desk.read(file)).expect("JSON") };
    assert_eq!(summary("out/summary.json")["run_id"], later);
    assert_eq!(desk.read("out/report.html"), before);
    assert!(!desk.path("out/undo.json").exists() && !desk.path("out/removed.csv").exists());
    let own = format!("out-{id}");
    for file in ["summary.json", "undo.json"] {
        assert_eq!(summary(&format!("{own}/{file}"))["run_id"], id);
    }
    assert!(desk.path(&format!("{own}/removed.csv")).is_file());
    // The newest one is undone where it is, and the next night's results are that night's alone.
    let undone = list("Neuer");
    undo(&desk, &service, &["--confirm", "7"]).exits(0);
    assert_eq!(summary("out/undo.json")["run_id"], undone);
    let next = list("Neuester");
    assert_eq!(summary("out/summary.json")["run_id"], next);
    assert!(!desk.path("out/undo.json").exists() && !desk.path("out/removed.csv").exists());
}
