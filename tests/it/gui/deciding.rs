//! What a user decides beside the cells: one value for a field, a plan that somebody approved, a run that
//! needs a login, an outage that is not waited for.

use std::time::Duration;

use partner_import::sandbox::{ACCOUNT_PARTNER, ACCOUNT_PASSWORD, ACCOUNT_USER, Method};
use serde_json::{Value, json};
use tempfile::tempdir;

use super::page::Page;
use crate::cli::desk::{Desk, Service};

const LIST: &str = "Name,Level,State,Country,City\n\
    Alpina AG,EndCustomer,InTrial,,Jena\n\
    Brunner AG,EndCustomer,InTrial,AT,Graz\n";

fn sandbox_plan(page: &Page, list: &str) -> Value {
    let sandbox = json!({ "mode": "sandbox", "endpoint": "", "partner": "", "user": "", "password": "", "keep": false });
    assert_eq!(page.post("/api/target", &sandbox).status, 200);
    plan(page, list)
}

#[test]
fn a_look_at_the_target_is_a_button_away() {
    let place = tempdir().expect("a directory");
    let page = Page::open(&place, &[]);
    assert_eq!(page.get("/api/doctor").status, 422);
    let sandbox = json!({ "mode": "sandbox", "endpoint": "", "partner": "", "user": "", "password": "", "keep": false });
    assert_eq!(page.post("/api/target", &sandbox).status, 200);
    let looked = page.get("/api/doctor").json();
    let findings = looked["findings"].as_array().expect("findings");
    assert!(findings.len() > 10, "{looked}");
    for one in findings {
        assert_eq!(one["verdict"], "ok", "{one}");
    }
    let about: Vec<&str> = findings
        .iter()
        .filter_map(|one| one["about"].as_str())
        .collect();
    assert!(about.contains(&"clock"), "as the command: {about:?}");
}

fn plan(page: &Page, list: &str) -> Value {
    let path = format!("/api/lists/{list}/plan");
    let asked = page.post(&path, &json!({ "update": false, "of_run": null }));
    assert_eq!(asked.status, 202, "{asked:?}");
    page.until(&path, |plan| plan["state"] != "planning")
}

fn country(page: &Page, list: &str, row: u32) -> String {
    let sent = page.get(&format!("/api/lists/{list}/row?row={row}")).json();
    let members = sent["members"].as_array().expect("members");
    let country = members.iter().find(|one| {
        let member = one["member"].as_str().unwrap_or_default();
        member.ends_with("Country")
    });
    country.map_or_else(String::new, |one| one["value"].as_str().unwrap().to_owned())
}

fn rows(count: usize) -> String {
    let row = |at: usize| format!("Customer {at},EndCustomer,InTrial,DE,Jena\n");
    let rows: String = (1..=count).map(row).collect();
    format!("Name,Level,State,Country,City\n{rows}")
}

#[test]
fn a_field_gets_one_value_in_every_row_or_where_its_cell_is_empty() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("list.csv", LIST.as_bytes());
    page.settled(&list);
    let path = format!("/api/lists/{list}/constants");
    let give = |value: &str, every: bool| {
        let ask = json!({ "field": "Country", "value": value, "every": every });
        let kept = page.post(&path, &ask);
        page.settled(&list);
        kept
    };
    assert_eq!(give("DE", false).status, 200);
    let countries = || [country(&page, &list, 2), country(&page, &list, 3)];
    assert_eq!(countries(), ["DE", "AT"]);
    assert_eq!(give("CH", true).status, 200);
    assert_eq!(countries(), ["CH", "CH"]);
    let constants = &page.settled(&list)["constants"];
    assert_eq!(
        constants,
        &json!([{ "field": "Country", "value": "CH", "every": true }])
    );
    let wrong = give("Germny", true);
    assert_eq!(wrong.status, 422, "{wrong:?}");
    assert!(wrong.text().contains("Germny"), "{wrong:?}");
    assert_eq!(countries(), ["CH", "CH"], "what was refused does not count");
    let unknown = json!({ "field": "Colour", "value": "red", "every": true });
    assert_eq!(page.post(&path, &unknown).status, 422);
    assert_eq!(give("", true).status, 200);
    assert_eq!(countries(), ["", "AT"]);
}

#[test]
fn an_approved_plan_is_carried_out_as_long_as_it_fits() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("list.csv", LIST.as_bytes());
    page.settled(&list);
    let planned = sandbox_plan(&page, &list);
    assert_eq!(planned["approved"], Value::Null);
    let file = page.get(&format!("/api/lists/{list}/files/plan")).text();
    let path = format!("/api/lists/{list}/plan");
    let bring = |text: Value| {
        let brought = page.post(&format!("{path}/approved"), &json!({ "text": text }));
        assert_eq!(brought.status, 202, "{brought:?}");
        page.until(&path, |plan| plan["state"] == "ready")
    };
    let held = bring(json!(file));
    assert!(held["approved"].is_string(), "{held:#}");
    assert_eq!(held["differences"], json!([]));
    let pilot = json!({ "list": list, "revision": held["revision"], "first": 1, "typed": "1" });
    assert_eq!(
        page.post("/api/runs", &pilot).code(),
        "value",
        "all of it or nothing"
    );

    let cells = json!({ "kind": "cells", "key": "a", "cells": [{ "row": 2, "column": 0, "from": "Alpina AG", "to": "Alpina SE" }] });
    let kept = page.post(&format!("/api/lists/{list}/mends"), &cells);
    assert_eq!(kept.status, 200, "{kept:?}");
    page.settled(&list);
    let held = plan(&page, &list);
    let differences = held["differences"].to_string();
    assert!(differences.contains("Alpina SE"), "{held:#}");
    let begin = |plan: &Value| {
        let ask =
            json!({ "list": list, "revision": plan["revision"], "first": null, "typed": "2" });
        page.post("/api/runs", &ask)
    };
    assert_eq!(
        begin(&held).code(),
        "stale",
        "what no longer fits is not begun"
    );

    let wrong = page.post(&format!("{path}/approved"), &json!({ "text": "{}" }));
    assert_eq!((wrong.status, &*wrong.code()), (422, "value"));
    let undone = json!({ "kind": "undo", "key": "b" });
    assert_eq!(
        page.post(&format!("/api/lists/{list}/mends"), &undone)
            .status,
        200
    );
    page.settled(&list);
    let held = plan(&page, &list);
    assert_eq!(held["differences"], json!([]), "it fits again");
    let begun = begin(&held);
    assert_eq!(begun.status, 201, "{begun:?}");
    let run = begun.json()["run"].as_str().unwrap().to_owned();
    page.until(&format!("/api/runs/{run}"), |run| {
        run["state"] == "finished"
    });
    let held = bring(Value::Null);
    assert_eq!(held["approved"], Value::Null);
}

#[test]
fn a_run_of_the_service_is_continued_with_a_log_in_where_it_stands() {
    let (desk, service) = (Desk::new(), Service::slow(Duration::from_millis(25)));
    desk.write("in.csv", rows(60));
    let mut child = desk
        .import_command(&service, &[])
        .spawn()
        .expect("it starts");
    service.kill_at(&mut child, Method::AddPartner, 5);
    desk.write(
        "quick.toml",
        "[limits]\nsettle_wait = \"200ms\"\nrate = \"none\"\n",
    );
    let gui = desk.tool(&["gui", "--no-open", "--profile", "quick.toml"]);
    let page = Page::start(gui).come_in();
    let start = page.get("/api/start").json();
    let run = start["unfinished"][0]["run"]
        .as_str()
        .unwrap_or_else(|| panic!("{start:#}"));
    let path = format!("/api/runs/{run}/do");
    let asked = page.post(&path, &json!({ "action": "continue" }));
    assert_eq!((asked.status, &*asked.code()), (422, "login"), "{asked:?}");
    assert!(
        asked.text().contains(&service.endpoint),
        "it says where to: {asked:?}"
    );
    let login = |password: &str| json!({ "action": "continue", "login": { "user": ACCOUNT_USER, "password": password, "keep": false } });
    let wrong = page.post(&path, &login("wrong"));
    assert_eq!((wrong.status, &*wrong.code()), (422, "login"), "{wrong:?}");
    let right = page.post(&path, &login(ACCOUNT_PASSWORD));
    assert_eq!(right.status, 200, "{right:?}");
    let ended = page.until(&format!("/api/runs/{run}"), |run| {
        run["state"] == "finished"
    });
    assert_eq!(ended["counts"]["created"], 60, "{ended:#}");
    assert_eq!(service.added().len(), 60);
}

#[test]
fn an_outage_is_tried_at_once_where_somebody_asks_and_not_again_and_again() {
    let place = tempdir().unwrap();
    let service = Service::slow(Duration::from_millis(25));
    let page = Page::open(&place, &[]);
    let list = page.bring("list.csv", rows(200).as_bytes());
    page.settled(&list);
    let target = json!({ "mode": "live", "endpoint": service.endpoint, "partner": ACCOUNT_PARTNER, "user": ACCOUNT_USER, "password": ACCOUNT_PASSWORD, "keep": false });
    let chosen = page.post("/api/target", &target);
    assert_eq!(chosen.status, 200, "{chosen:?}");
    // It says of itself that it is a sandbox, wherever it runs.
    let said = chosen.json();
    assert_eq!(
        (&said["mode"], &said["real"]),
        (&json!("live"), &json!(false))
    );
    let planned = plan(&page, &list);
    let ask =
        json!({ "list": list, "revision": planned["revision"], "first": null, "typed": "200" });
    let run = format!("/api/runs/{}", page.begun(&ask));
    let sent = || service.requests(Method::AddPartner);
    page.until(&run, |_| sent() > 3);
    drop(service);
    let may_try = |run: &Value| run["can"].as_array().unwrap().contains(&json!("try_now"));
    let waits = page.until(&run, may_try);
    assert_eq!(
        (&waits["state"], &waits["notice"]["try_now"]),
        (&json!("waiting"), &json!(true))
    );
    let order = json!({ "action": "try_now" });
    let tried = page.post(&format!("{run}/do"), &order);
    assert_eq!(tried.status, 200, "{tried:?}");
    page.until(&run, may_try);
    let again = page.post(&format!("{run}/do"), &order);
    assert_eq!((again.status, &*again.code()), (409, "busy"), "{again:?}");
}
