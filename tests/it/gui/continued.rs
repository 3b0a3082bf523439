//! A run that was stopped, and a list that was changed meanwhile: the run sends its own rows, and says so.

use std::time::Duration;

use partner_import::sandbox::{ACCOUNT_PARTNER, ACCOUNT_PASSWORD, ACCOUNT_USER, Method};
use serde_json::{Value, json};

use super::page::Page;
use crate::cli::desk::{Desk, Service};

const QUICK: &str = "[limits]\nsettle_wait = \"200ms\"\nrate = \"none\"\n";

fn rows(count: usize) -> String {
    let row = |at: usize| format!("Customer {at},EndCustomer,InTrial,DE,Jena\n");
    let rows: String = (1..=count).map(row).collect();
    format!("Name,Level,State,Country,City\n{rows}")
}

/// A page with a run of 150 rows that was stopped in the middle.
struct Stopped {
    desk: Desk,
    service: Service,
    page: Page,
    list: String,
    run: String,
}

fn gui(desk: &Desk) -> Page {
    Page::start(desk.tool(&["gui", "--no-open", "--profile", "quick.toml"])).come_in()
}

fn connect(page: &Page, service: &Service) {
    let target = json!({ "mode": "live", "endpoint": service.endpoint, "partner": ACCOUNT_PARTNER, "user": ACCOUNT_USER, "password": ACCOUNT_PASSWORD, "keep": false });
    assert_eq!(page.post("/api/target", &target).status, 200);
}

impl Stopped {
    fn new() -> Self {
        let (desk, service) = (Desk::new(), Service::slow(Duration::from_millis(25)));
        desk.write("quick.toml", QUICK);
        let page = gui(&desk);
        let list = page.bring("list.csv", rows(150).as_bytes());
        connect(&page, &service);
        let mut own = Self {
            desk,
            service,
            page,
            list,
            run: String::new(),
        };
        let begun = own.begin(false, "150").json();
        own.run = begun["run"].as_str().expect("an id").into();
        let sent = || own.service.requests(Method::AddPartner);
        own.page.until(&own.at(""), |_| sent() > 3);
        // Whoever clicks twice asks for what is so already.
        for action in ["pause", "pause", "go_on"] {
            let asked = own.page.post(&own.at("/do"), &json!({ "action": action }));
            assert_eq!(asked.status, 200, "{asked:?}");
        }
        let stop = own.page.post(&own.at("/do"), &json!({ "action": "stop" }));
        assert_eq!(stop.status, 200, "{stop:?}");
        own.page.until(&own.at(""), |run| run["state"] == "stopped");
        own
    }

    fn at(&self, what: &str) -> String {
        format!("/api/runs/{}{what}", self.run)
    }

    fn begin(&self, give_up: bool, typed: &str) -> super::page::Answer {
        let path = format!("/api/lists/{}/plan", self.list);
        let asked = self
            .page
            .post(&path, &json!({ "update": false, "of_run": null }));
        assert_eq!(asked.status, 202, "{asked:?}");
        let plan = self.page.until(&path, |plan| plan["state"] != "planning");
        let typed = match typed {
            "" => plan["counts"]["create"].to_string(),
            typed => typed.to_owned(),
        };
        let ask = json!({ "list": self.list, "revision": plan["revision"], "first": null, "typed": typed, "give_up": give_up });
        self.page.post("/api/runs", &ask)
    }

    fn mend(&self, row: u32, column: u32, from: &str, to: &str) {
        let cells = json!([{ "row": row, "column": column, "from": from, "to": to }]);
        let mend =
            json!({ "kind": "cells", "key": format!("{row} {column} {to}"), "cells": cells });
        let kept = self
            .page
            .post(&format!("/api/lists/{}/mends", self.list), &mend);
        assert_eq!(kept.status, 200, "{kept:?}");
        self.page.settled(&self.list);
    }

    /// A row of the run by its number.
    fn row(&self, number: u32) -> Value {
        let rows = self
            .page
            .get(&self.at("/rows?view=all&from=0&count=300"))
            .json();
        let mut rows = rows["rows"].as_array().expect("rows").iter();
        rows.find(|one| one["row"] == number)
            .expect("the row")
            .clone()
    }
}

#[test]
fn a_continued_run_shows_what_it_sends_and_says_what_it_does_not() {
    let own = Stopped::new();
    own.mend(2, 4, "Jena", "Weimar");
    own.mend(151, 0, "Customer 150", "Other name");
    let run = own.page.get(&own.at("")).json();
    let since = run["since"].as_str().unwrap_or_else(|| panic!("{run:#}"));
    assert!(
        since.starts_with("2 changes since then will not be sent with this run"),
        "{since}"
    );
    let last = own.row(151);
    assert_eq!(last["cells"][0], "Customer 150", "{last:#}");
    assert_eq!(last["marks"], json!([[0, "later", "Other name"]]));

    let go_on = |anyway: bool| {
        own.page.post(
            &own.at("/do"),
            &json!({ "action": "continue", "anyway": anyway }),
        )
    };
    let asked = go_on(false);
    assert_eq!(
        (asked.status, &*asked.code()),
        (409, "changed"),
        "{asked:?}"
    );
    assert!(asked.text().contains("2 changes since then"), "{asked:?}");
    assert_eq!(go_on(true).status, 200);
    let ended = own
        .page
        .until(&own.at(""), |run| run["state"] == "finished");
    assert_eq!(
        (&ended["counts"]["created"], &ended["since"]),
        (&json!(150), &Value::Null)
    );
    let names: Vec<String> = own
        .service
        .added()
        .into_iter()
        .map(|one| one.name)
        .collect();
    assert!(
        names.contains(&"Customer 150".to_owned()) && !names.contains(&"Other name".to_owned())
    );
    let last = own.row(151);
    assert_eq!(
        (&last["cells"][0], &last["status"]),
        (&json!("Customer 150"), &json!("created"))
    );
    assert_eq!(own.row(2)["cells"][4], "Jena");
    let sent = own.page.get(&own.at("/row?row=151")).json();
    let name = json!({ "member": "Name", "value": "Customer 150", "from": "Name" });
    assert_eq!(
        (&sent["name"], &sent["members"][0]),
        (&json!("Customer 150"), &name)
    );
}

#[test]
fn what_one_value_changes_is_a_change_too_and_none_where_all_is_as_it_was() {
    let own = Stopped::new();
    assert_eq!(own.page.get(&own.at("")).json()["since"], Value::Null);
    let ask = json!({ "field": "State", "value": "InProduction", "every": true });
    let kept = own
        .page
        .post(&format!("/api/lists/{}/constants", own.list), &ask);
    assert_eq!(kept.status, 200, "{kept:?}");
    own.page.settled(&own.list);
    let run = own.page.get(&own.at("")).json();
    assert!(
        run["since"]
            .as_str()
            .unwrap_or_default()
            .starts_with("1 change since"),
        "{run:#}"
    );
    let row = own.row(151);
    assert_eq!(row["cells"][2], "InTrial", "what the run sends: {row:#}");
    // Each setting is a change.
    for (what, ask) in [
        ("columns", json!({ "column": 4, "field": "Address" })),
        ("columns", json!({ "column": 3, "field": null })),
    ] {
        let path = format!("/api/lists/{}/{what}", own.list);
        assert_eq!(own.page.post(&path, &ask).status, 200);
        own.page.settled(&own.list);
    }
    let since = own.page.get(&own.at("")).json()["since"].to_string();
    assert!(since.starts_with("\"3 changes since"), "{since}");
    for key in ["one", "two", "three"] {
        let undo = json!({ "kind": "undo", "key": key });
        let path = format!("/api/lists/{}/mends", own.list);
        assert_eq!(own.page.post(&path, &undo).status, 200);
        own.page.settled(&own.list);
    }
    assert_eq!(own.page.get(&own.at("")).json()["since"], Value::Null);
}

#[test]
fn after_a_restart_the_change_is_said_before_the_run_goes_on_and_its_rows_have_names() {
    let own = Stopped::new();
    own.mend(151, 0, "Customer 150", "Other name");
    let Stopped {
        desk,
        service,
        page,
        list,
        run,
    } = own;
    page.kill();
    let own = Stopped {
        page: gui(&desk),
        desk,
        service,
        list,
        run,
    };
    // Nobody has asked for the list yet.
    let run = own.page.get(&own.at("")).json();
    assert_eq!(run["columns"][0]["field"], "Name", "{run:#}");
    assert_eq!(own.row(151)["cells"][0], "Customer 150");
    connect(&own.page, &own.service);
    let go_on = json!({ "action": "continue" });
    let asked = own.page.post(&own.at("/do"), &go_on);
    assert_eq!(
        (asked.status, &*asked.code()),
        (409, "changed"),
        "{asked:?}"
    );
}

#[test]
fn a_new_run_asks_whether_the_unfinished_one_is_given_up() {
    let own = Stopped::new();
    own.mend(151, 0, "Customer 150", "Other name");
    let refused = own.begin(false, "");
    assert_eq!(
        (refused.status, &*refused.code()),
        (409, "unfinished"),
        "{refused:?}"
    );
    assert_eq!(refused.json()["error"]["holder"]["run"], own.run.as_str());
    let begun = own.begin(true, "");
    assert_eq!(begun.status, 201, "{begun:?}");
    let run = format!("/api/runs/{}", begun.json()["run"].as_str().unwrap());
    let ended = own.page.until(&run, |run| run["state"] == "finished");
    let counts = &ended["counts"];
    let there = counts["created"].as_u64().unwrap() + counts["exists"].as_u64().unwrap();
    assert_eq!(there, 150, "{ended:#}");
    let names: Vec<String> = own
        .service
        .added()
        .into_iter()
        .map(|one| one.name)
        .collect();
    assert_eq!(names.len(), 150, "nobody twice");
    assert!(names.contains(&"Other name".to_owned()));
}

#[test]
fn a_run_of_the_command_line_has_its_names_and_columns() {
    let (desk, service) = (Desk::new(), Service::slow(Duration::from_millis(100)));
    desk.write("quick.toml", QUICK);
    desk.write(
        "in.csv",
        rows(80)
            .replace("Name,", "Company name,")
            .replace(",State", "")
            .replace(",InTrial", ""),
    );
    let mut child = desk.begin_import(&service, &["--set", "State=InTrial"], 3);
    let page = gui(&desk);
    let start = page.get("/api/start").json();
    let run = start["unfinished"][0]["run"]
        .as_str()
        .unwrap_or_else(|| panic!("{start:#}"));
    let body = page.get(&format!("/api/runs/{run}")).json();
    let fields: Vec<&str> = body["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["field"].as_str().unwrap_or(""))
        .collect();
    assert_eq!(fields, ["Name", "Level", "Country", "City", "State"]);
    let rows = page
        .get(&format!("/api/runs/{run}/rows?view=all&from=0&count=2"))
        .json();
    assert_eq!(
        rows["rows"][1]["cells"],
        json!(["Customer 2", "EndCustomer", "DE", "Jena", "InTrial"])
    );
    // How fast it goes stands in its journal.
    let body = page.until(&format!("/api/runs/{run}"), |run| {
        run["rate"]["now"].as_f64() > Some(0.0) && run["rate"]["answer_ms"].as_u64() > Some(0)
    });
    assert!(!body["rate"]["history"].as_array().unwrap().is_empty());
    service.kill(&mut child);
}

#[test]
fn a_continued_run_says_what_it_waits_for_and_until_when() {
    let (desk, service) = (Desk::new(), Service::slow(Duration::from_millis(400)));
    desk.write("in.csv", rows(8));
    let mut child = desk.begin_import(&service, &["--concurrency", "2"], 2);
    service.kill(&mut child);
    // Whom it was asked for last is not there: nobody knows whether that still comes.
    for one in service.added() {
        service.call("RemovePartner", &json!({ "partnerId": one.id }));
    }
    desk.write(
        "quick.toml",
        "[limits]\nsettle_wait = \"20s\"\nrate = \"none\"\n",
    );
    let page = gui(&desk);
    connect(&page, &service);
    let start = page.get("/api/start").json();
    let run = start["unfinished"][0]["run"]
        .as_str()
        .unwrap_or_else(|| panic!("{start:#}"));
    let path = format!("/api/runs/{run}");
    let asked = page.post(&format!("{path}/do"), &json!({ "action": "continue" }));
    assert_eq!(asked.status, 200, "{asked:?}");
    let waits = page.until(&path, |run| run["notice"]["until"].is_string());
    let title = waits["notice"]["title"].as_str().unwrap();
    assert!(title.contains("sent and ha"), "{waits:#}");
    assert!(
        waits["counts"]["unknown"].as_u64().unwrap() > 0,
        "{waits:#}"
    );
}
