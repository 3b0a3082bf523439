//! A list from its upload to the files of its run, and what must outlive a kill.

use serde_json::{Value, json};
use tempfile::tempdir;

use super::page::{Page, program};

const LIST: &str = "Name,Customer reference,Country,City,Contract\n\
    Alpina AG,K-1,Germny,Jena,Test\n\
    Brunner AG,K-2,Germny,Ulm,Vertrag\n\
    Cedar Ltd,K-3,France,Lyon,Test\n\
    Dach GmbH,K-4,Austria,Graz,Test\n\
    ,K-5,Austria,Graz,Test\n";

fn answer_all(page: &Page, list: &str) {
    for (question, choice, means) in [
        ("Level", "all:EndCustomer", json!({})),
        (
            "State",
            "column:4",
            json!({ "Test": "InTrial", "Vertrag": "InProduction" }),
        ),
    ] {
        let kept = page.post(
            &format!("/api/lists/{list}/answers"),
            &json!({ "question": question, "choice": choice, "means": means }),
        );
        assert_eq!(kept.status, 200, "{kept:?}");
        page.settled(list);
    }
}

fn mend(page: &Page, list: &str, mend: &Value) -> Value {
    let kept = page.post(&format!("/api/lists/{list}/mends"), mend);
    assert_eq!(kept.status, 200, "{kept:?}");
    page.settled(list);
    kept.json()
}

fn rows(page: &Page, list: &str, view: &str) -> Vec<Value> {
    let path = format!("/api/lists/{list}/rows?view={view}&from=0&count=99");
    page.get(&path).json()["rows"]
        .as_array()
        .expect("rows")
        .clone()
}

fn city(page: &Page, list: &str, row: u32) -> String {
    let rows = rows(page, list, "all");
    let row = rows.iter().find(|one| one["row"] == row).expect("the row");
    row["cells"][3].as_str().unwrap().to_owned()
}

fn plan(page: &Page, list: &str) -> Value {
    let sandbox = json!({ "mode": "sandbox", "endpoint": "", "partner": "", "user": "", "password": "", "keep": false });
    assert_eq!(page.post("/api/target", &sandbox).status, 200);
    let asked = page.post(
        &format!("/api/lists/{list}/plan"),
        &json!({ "update": false, "of_run": null }),
    );
    assert_eq!(asked.status, 202, "{asked:?}");
    page.until(&format!("/api/lists/{list}/plan"), |plan| {
        plan["state"] != "planning"
    })
}

#[test]
fn from_an_upload_full_of_mistakes_to_the_files_and_back() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("Kunden.csv", LIST.as_bytes());
    let body = page.settled(&list);
    assert_eq!(
        (&body["counts"]["ready"], &body["counts"]["all"]),
        (&json!(0), &json!(5)),
        "money hangs on two questions"
    );
    answer_all(&page, &list);
    let body = page.settled(&list);
    assert_eq!(body["counts"]["need"], 3, "{body:#}");
    let problems = page.get(&format!("/api/lists/{list}/problems")).json();
    let offer = &problems["groups"][0]["suggestions"][0];
    assert_eq!(
        (&offer["from"], &offer["rows"]),
        (&json!("Germny"), &json!(2)),
        "{problems:#}"
    );
    let saved = mend(
        &page,
        &list,
        &json!({ "kind": "suggestion", "id": offer["id"], "key": "1" }),
    );
    assert_eq!(saved["says"], "Germny → DE in 2 rows");
    let body = page.settled(&list);
    assert_eq!(
        (&body["counts"]["need"], &body["counts"]["mended"]),
        (&json!(1), &json!(2))
    );
    let planned = plan(&page, &list);
    assert_eq!(planned["state"], "ready", "{planned:#}");
    assert_eq!(
        (&planned["counts"]["create"], &planned["counts"]["not_sent"]),
        (&json!(4), &json!(1))
    );
    let billed = planned["by_state"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["billed"] == true);
    assert_eq!(
        billed.map(|one| one["rows"].as_u64().unwrap()).sum::<u64>(),
        1
    );
    let ask = |typed: &str, revision: &Value| json!({ "list": list, "revision": revision, "first": null, "typed": typed });
    let wrong = page.post("/api/runs", &ask("5", &planned["revision"]));
    assert_eq!((wrong.status, &*wrong.code()), (422, "typed"));
    let old = page.post("/api/runs", &ask("4", &json!(1)));
    assert_eq!((old.status, &*old.code()), (409, "stale"));
    let run = page.begun(&ask("4", &planned["revision"]));
    let ended = page.until(&format!("/api/runs/{run}"), |run| {
        run["state"] == "finished"
    });
    assert_eq!(
        (&ended["counts"]["created"], &ended["counts"]["invalid"]),
        (&json!(4), &json!(1))
    );
    let names: Vec<&str> = ended["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["workbook", "report.html", "results.csv", "rejected.csv"]
    );
    let workbook = page.get(&format!("/api/runs/{run}/files/workbook"));
    assert!(workbook.body.starts_with(b"PK"), "a workbook");
    assert!(
        page.get(&format!("/api/runs/{run}/files/results.csv"))
            .text()
            .contains("created")
    );
    let undone = page.post(&format!("/api/runs/{run}/undo"), &json!({ "typed": "3" }));
    assert_eq!((undone.status, &*undone.code()), (422, "typed"));
    assert_eq!(
        page.post(&format!("/api/runs/{run}/undo"), &json!({ "typed": "4" }))
            .status,
        200
    );
    let undone = page.until(&format!("/api/runs/{run}"), |run| run["state"] == "undone");
    assert_eq!(undone["title"], "This run was undone: 4 removed");
    is_taken_back(&page, &run, &undone);
    // Nobody changed the list.
    let planned = page.get(&format!("/api/lists/{list}/plan")).json();
    let says = "A run was undone since it was planned.";
    assert_eq!(
        (&planned["stale"], &planned["says"]),
        (&json!(true), &json!(says)),
        "{planned:#}"
    );
    let begun = page.post("/api/runs", &ask("4", &planned["revision"]));
    assert_eq!(begun.status, 409);
    assert!(begun.text().contains(says), "{begun:?}");
}

/// What the tabs of a run say that was undone.
fn is_taken_back(page: &Page, run: &str, undone: &Value) {
    let counts = &undone["counts"];
    assert_eq!(
        [&counts["created"], &counts["removed"], &counts["rows"]],
        [0, 4, 5].map(|count| json!(count)).each_ref(),
        "{undone:#}"
    );
    assert_eq!(undone["compared"], Value::Null, "it is as it was before");
    for (view, many) in [("created", 0), ("removed", 4)] {
        let shown = page.get(&format!("/api/runs/{run}/rows?view={view}&from=0&count=9"));
        assert_eq!(shown.json()["total"], many, "{view}");
    }
}

#[test]
fn no_edit_is_lost_with_the_process_and_each_is_taken_back_and_done_again() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("Kunden.csv", LIST.as_bytes());
    let cells = json!({ "kind": "cells", "key": "a", "cells": [{ "row": 2, "column": 3, "from": "Jena", "to": "Weimar" }] });
    assert_eq!(mend(&page, &list, &cells)["rows"][0]["cells"][3], "Weimar");
    mend(
        &page,
        &list,
        &json!({ "kind": "leave_out", "key": "b", "rows": [4] }),
    );
    page.kill();
    let page = Page::open(&place, &[]);
    let body = page.settled(&list);
    assert_eq!(
        (&body["counts"]["mended"], &body["counts"]["out"]),
        (&json!(1), &json!(1)),
        "{body:#}"
    );
    assert_eq!(city(&page, &list, 2), "Weimar");
    assert_eq!(rows(&page, &list, "out")[0]["out"], "you left it out");
    // Sent again under its key, it is kept once.
    let again = mend(&page, &list, &cells);
    assert_eq!(again["undo"], "Jena → Weimar");
    assert_eq!(page.settled(&list)["undo"], "1 row left out");
    mend(&page, &list, &json!({ "kind": "undo", "key": "c" }));
    mend(&page, &list, &json!({ "kind": "undo", "key": "d" }));
    assert_eq!(city(&page, &list, 2), "Jena");
    assert_eq!(page.settled(&list)["counts"]["out"], 0);
    mend(&page, &list, &json!({ "kind": "redo", "key": "e" }));
    assert_eq!(city(&page, &list, 2), "Weimar");
    let none = page.post(
        &format!("/api/lists/{list}/mends"),
        &json!({ "kind": "redo", "key": "f" }),
    );
    assert_eq!(none.status, 200, "the row is left out again");
    let none = page.post(
        &format!("/api/lists/{list}/mends"),
        &json!({ "kind": "redo", "key": "g" }),
    );
    assert_eq!((none.status, &*none.code()), (422, "value"));
}

#[test]
fn a_cell_that_says_something_else_is_not_overwritten_and_nothing_of_its_block_is() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("Kunden.csv", LIST.as_bytes());
    let block = json!({ "kind": "cells", "key": "a", "cells": [
        { "row": 2, "column": 3, "from": "Jena", "to": "Weimar" },
        { "row": 3, "column": 3, "from": "Jena", "to": "Gera" },
    ] });
    let refused = page.post(&format!("/api/lists/{list}/mends"), &block);
    assert_eq!((refused.status, &*refused.code()), (409, "stale"));
    assert_eq!(city(&page, &list, 2), "Jena");
    assert_eq!(page.settled(&list)["undo"], Value::Null);
}

#[test]
fn the_mends_count_on_the_command_line_and_a_copy_has_them() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("Kunden.csv", LIST.as_bytes());
    let mends = json!({ "kind": "cells", "key": "a", "cells": [
        { "row": 2, "column": 2, "from": "Germny", "to": "Germany" }, { "row": 3, "column": 2, "from": "Germny", "to": "DE" },
        { "row": 6, "column": 0, "from": "", "to": "Eifel KG" },
    ] });
    mend(&page, &list, &mends);
    let copy = page.get(&format!("/api/lists/{list}/files/mended")).text();
    assert!(copy.contains("Alpina AG,K-1,Germany,Jena"), "{copy}");
    let file = page.get(&format!("/api/lists/{list}/files/mends"));
    std::fs::write(place.path().join("list.csv"), LIST).unwrap();
    std::fs::write(place.path().join("list.mends.toml"), &file.body).unwrap();
    let done = program(place.path())
        .args([
            "check",
            "list.csv",
            "--mends",
            "list.mends.toml",
            "--default",
            "Level=EndCustomer",
            "--format",
            "json",
        ])
        .output()
        .unwrap();
    let text = String::from_utf8(done.stdout).unwrap();
    let found: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(found["invalid"], 0, "{text}\n{}", file.text());
}

#[test]
fn rows_of_values_are_left_out_and_one_is_taken_back() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("Kunden.csv", LIST.as_bytes());
    let values = page
        .get(&format!("/api/lists/{list}/values?column=4"))
        .json();
    assert_eq!(
        values["values"][0],
        json!({ "value": "Test", "rows": 4, "out": false, "to": null })
    );
    let kept = page.post(
        &format!("/api/lists/{list}/values"),
        &json!({ "column": 4, "out": ["Test"], "to": {} }),
    );
    assert_eq!(kept.status, 200, "{kept:?}");
    assert_eq!(page.settled(&list)["counts"]["out"], 4);
    assert_eq!(
        rows(&page, &list, "out")[0]["out"],
        "\"Contract\" = \"Test\""
    );
    mend(
        &page,
        &list,
        &json!({ "kind": "take_back", "key": "a", "rows": [5] }),
    );
    let body = page.settled(&list);
    assert_eq!(
        (&body["counts"]["out"], &body["counts"]["in"]),
        (&json!(3), &json!(2))
    );
    assert!(
        rows(&page, &list, "in")
            .iter()
            .any(|row| row["cells"][0] == "Dach GmbH")
    );
}

#[test]
fn a_killed_run_is_continued_and_what_others_run_is_watched_only() {
    let place = tempdir().unwrap();
    std::fs::write(
        place.path().join("list.csv"),
        LIST.replace("Germny", "Germany"),
    )
    .unwrap();
    let run = program(place.path())
        .args([
            "run",
            "list.csv",
            "--sandbox",
            "--yes",
            "--state-dir",
            "state",
            "--default",
            "Level=EndCustomer",
        ])
        .output()
        .unwrap();
    assert_eq!(
        run.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    let page = Page::open(&place, &[]);
    let start = page.get("/api/start").json();
    let card = &start["recent"][0];
    assert_eq!(
        (&card["name"], &card["list"]),
        (&json!("list.csv"), &Value::Null),
        "{start:#}"
    );
    let run = card["run"].as_str().unwrap();
    let body = page.get(&format!("/api/runs/{run}")).json();
    assert_eq!(
        (&body["from"], &body["state"], &body["counts"]["created"]),
        (&json!("command line"), &json!("finished"), &json!(4))
    );
    let all = page
        .get(&format!("/api/runs/{run}/rows?view=created&from=0&count=9"))
        .json();
    assert_eq!(all["rows"][0]["cells"][0], "Alpina AG");
    let ordered = page.post(
        &format!("/api/runs/{run}/do"),
        &json!({ "action": "pause" }),
    );
    assert_eq!((ordered.status, &*ordered.code()), (409, "busy"));
    let done = page.post(
        &format!("/api/runs/{run}/do"),
        &json!({ "action": "continue" }),
    );
    assert_eq!(
        (done.status, &*done.code()),
        (409, "busy"),
        "it is at its end"
    );
}

#[test]
fn what_is_no_list_is_refused_in_the_readers_words_and_not_kept() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let refused = page.upload("Offer.pdf", b"%PDF-1.7\n\x00\x01\x02 nothing of a table");
    assert_eq!(
        (refused.status, &*refused.code()),
        (422, "refused"),
        "{refused:?}"
    );
    let cut = page.upload("Kunden.xlsx", b"PK\x03\x04 cut off");
    let says = cut.json()["error"]["says"].as_str().unwrap().to_owned();
    assert!(says.contains("workbook Kunden.xlsx"), "{says}");
    assert!(!says.contains("EOCD") && !says.contains('/'), "{says}");
    let kept = std::fs::read_dir(place.path().join("state/page/lists"));
    assert_eq!(kept.map_or(0, Iterator::count), 0);
    let empty = page.bring("none.csv", b"");
    assert_eq!(page.settled(&empty)["state"], "empty");
    let forgotten = page.get("/api/lists/nothing");
    assert_eq!((forgotten.status, &*forgotten.code()), (404, "not_found"));
}

#[test]
fn a_list_that_is_named_is_opened_and_its_mends_are_found_again() {
    let place = tempdir().unwrap();
    std::fs::write(place.path().join("Kunden.csv"), LIST).unwrap();
    let page = Page::open(&place, &["Kunden.csv"]);
    let list = page.get("/api/start").json()["opened"]
        .as_str()
        .unwrap()
        .to_owned();
    page.settled(&list);
    mend(
        &page,
        &list,
        &json!({ "kind": "cells", "key": "a", "cells": [{ "row": 2, "column": 3, "from": "Jena", "to": "Weimar" }] }),
    );
    assert_eq!(
        std::fs::read_to_string(place.path().join("Kunden.csv")).unwrap(),
        LIST,
        "the file is never touched"
    );
    page.kill();
    std::fs::write(
        place.path().join("Kunden.csv"),
        LIST.replace("Jena", "Bonn"),
    )
    .unwrap();
    let page = Page::open(&place, &["Kunden.csv"]);
    let body = page.settled(&list);
    assert_eq!(
        body["stale"],
        json!([{ "cell": "D2", "mended": "Weimar", "now": "Bonn" }]),
        "{body:#}"
    );
    assert_eq!(city(&page, &list, 2), "Bonn");
}

#[test]
fn what_was_brought_goes_with_its_run_and_what_is_forgotten_is_gone() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("Kunden.csv", LIST.as_bytes());
    answer_all(&page, &list);
    let planned = plan(&page, &list);
    let ask = json!({ "list": list, "revision": planned["revision"], "first": null, "typed": "2" });
    let run = page.begun(&ask);
    page.until(&format!("/api/runs/{run}"), |run| {
        run["state"] == "finished"
    });
    let other = page.bring("other.csv", LIST.as_bytes());
    let lists = place.path().join("state/page/lists");
    let gone = page.delete(&format!("/api/lists/{other}"));
    assert_eq!(gone.status, 204);
    assert!(!lists.join(&other).exists());
    page.kill();
    let runs = place.path().join("state/runs");
    for entry in std::fs::read_dir(runs).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
    let page = Page::open(&place, &[]);
    assert_eq!(page.get(&format!("/api/lists/{list}")).status, 404);
    assert!(!lists.join(&list).join("input").exists());
    assert!(lists.join(&list).join("results").exists());
}

#[test]
fn the_runs_of_a_list_that_was_forgotten_are_there_still() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring(&format!("{}.csv", "%E9%A1%A7".repeat(150)), LIST.as_bytes());
    answer_all(&page, &list);
    let planned = plan(&page, &list);
    let ask = json!({ "list": list, "revision": planned["revision"], "first": null, "typed": "2" });
    let run = page.begun(&ask);
    let of_run = format!("/api/runs/{run}");
    page.until(&of_run, |run| run["state"] == "finished");
    let gone = page.delete(&format!("/api/lists/{list}"));
    assert_eq!(gone.status, 204);
    let start = page.get("/api/start").json();
    let recent = start["recent"].as_array().unwrap();
    let card = recent.iter().find(|one| one["run"] == run.as_str());
    let card = card.unwrap_or_else(|| panic!("{start:#}"));
    assert_eq!(card["list"], Value::Null);
    assert_eq!(page.get(&of_run).json()["list"], Value::Null);
    assert_eq!(page.get(&format!("{of_run}/files/workbook")).status, 200);
}

#[test]
fn a_pilot_of_a_tenant_that_has_changed_since_sends_nothing() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("list.csv", LIST.as_bytes());
    answer_all(&page, &list);
    let planned = plan(&page, &list);
    // Somebody else creates the customers meanwhile.
    let other = page.bring("other.csv", LIST.as_bytes());
    answer_all(&page, &other);
    let revision = plan(&page, &other)["revision"].clone();
    let ask = |list: &str, revision: &Value, first: Value, typed: &str| {
        let ask = json!({ "list": list, "revision": revision, "first": first, "typed": typed });
        page.post("/api/runs", &ask)
    };
    let begun = ask(&other, &revision, Value::Null, "2");
    assert_eq!(begun.status, 201, "{begun:?}");
    let run = begun.json()["run"].as_str().unwrap().to_owned();
    page.until(&format!("/api/runs/{run}"), |run| {
        run["state"] == "finished"
    });
    let refused = ask(&list, &planned["revision"], json!(1), "1");
    assert_eq!(
        (refused.status, &*refused.code()),
        (409, "stale"),
        "{refused:?}"
    );
    assert_eq!(
        page.get(&format!("/api/lists/{list}")).json()["run"],
        Value::Null
    );
}
