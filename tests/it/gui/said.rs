//! What is said of a list beside its cells: shown as it is sent, and taken back like any other step.

use serde_json::{Value, json};
use tempfile::tempdir;

use super::page::Page;

const LIST: &str = "Name,Level,State,Country,City\n\
    Alpina AG,EndCustomer,InTrial,,Jena\n\
    Brunner AG,EndCustomer,InProduction,AT,Graz\n";

fn row(page: &Page, list: &str, number: u32) -> Value {
    let path = format!("/api/lists/{list}/rows?view=all&from=0&count=99");
    let rows = page.get(&path).json();
    let mut rows = rows["rows"].as_array().expect("rows").iter();
    rows.find(|one| one["row"] == number)
        .expect("the row")
        .clone()
}

fn marks<'r>(row: &'r Value, column: u64, mark: &str) -> Vec<&'r str> {
    let marks = row["marks"].as_array().expect("marks").iter();
    let own = marks.filter(|one| one[0] == column && one[1] == mark);
    own.map(|one| one[2].as_str().expect("words")).collect()
}

fn from(page: &Page, list: &str, row: u32, member: &str) -> (String, String) {
    let sent = page.get(&format!("/api/lists/{list}/row?row={row}")).json();
    let members = sent["members"].as_array().expect("members").clone();
    let one = members.iter().find(|one| one["member"] == member);
    let one = one.unwrap_or_else(|| panic!("{sent:#}"));
    let text = |name: &str| one[name].as_str().unwrap().to_owned();
    (text("value"), text("from"))
}

fn give(page: &Page, list: &str, field: &str, value: &str, every: bool) {
    let ask = json!({ "field": field, "value": value, "every": every });
    let kept = page.post(&format!("/api/lists/{list}/constants"), &ask);
    assert_eq!(kept.status, 200, "{kept:?}");
    page.settled(list);
}

fn mend(page: &Page, list: &str, mend: &Value) -> super::page::Answer {
    let kept = page.post(&format!("/api/lists/{list}/mends"), mend);
    page.settled(list);
    kept
}

const COUNTRY: &str = "Company.PostAddress.Country";

#[test]
fn one_value_in_every_row_is_what_the_grid_the_header_and_the_details_show() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("list.csv", LIST.as_bytes());
    give(&page, &list, "Country", "CH", true);
    let brunner = row(&page, &list, 3);
    assert_eq!(brunner["cells"][3], "CH", "{brunner:#}");
    let words = marks(&brunner, 3, "set").join("");
    assert!(words.contains("“AT”, which is not sent"), "{words}");
    assert_eq!(page.settled(&list)["columns"][3]["given"], "every row: CH");
    let (value, from) = from(&page, &list, 3, COUNTRY);
    assert_eq!(
        (&*value, &*from),
        ("CH", "the one value you gave, in every row")
    );
    let found = page.get(&format!(
        "/api/lists/{list}/find?view=all&text=AT&from=0&column=-1&back=0"
    ));
    assert_eq!(
        found.json()["position"],
        Value::Null,
        "it is found as it is shown"
    );

    let edit = json!({ "kind": "cells", "key": "a", "cells": [{ "row": 3, "column": 3, "from": "CH", "to": "FR" }] });
    let refused = mend(&page, &list, &edit);
    assert_eq!(
        (refused.status, &*refused.code()),
        (422, "value"),
        "{refused:?}"
    );
    let field = &refused.json()["error"]["field"];
    assert_eq!(field, "Country", "the page offers to take that back");
}

#[test]
fn a_value_for_empty_cells_is_shown_in_them_and_they_can_be_filled() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("list.csv", LIST.as_bytes());
    give(&page, &list, "Country", "DE", false);
    let (alpina, brunner) = (row(&page, &list, 2), row(&page, &list, 3));
    assert_eq!(
        (&alpina["cells"][3], marks(&alpina, 3, "ghost")),
        (&json!(""), vec!["DE"])
    );
    assert_eq!(
        (&brunner["cells"][3], marks(&brunner, 3, "ghost")),
        (&json!("AT"), vec![])
    );
    assert_eq!(
        page.settled(&list)["columns"][3]["given"],
        "where empty: DE"
    );
    let (value, words) = from(&page, &list, 2, COUNTRY);
    assert_eq!(
        (&*value, &*words),
        ("DE", "the one value you gave, as D2 is empty")
    );
    assert_eq!(
        from(&page, &list, 3, COUNTRY),
        ("AT".to_owned(), "D3".to_owned())
    );
    let edit = json!({ "kind": "cells", "key": "a", "cells": [{ "row": 2, "column": 3, "from": "", "to": "05" }] });
    assert_eq!(mend(&page, &list, &edit).status, 200);
    let alpina = row(&page, &list, 2);
    assert_eq!(
        (&alpina["cells"][3], marks(&alpina, 3, "ghost")),
        (&json!("05"), vec![])
    );
}

#[test]
fn one_value_answers_the_question_of_its_field_until_it_is_taken_back() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring(
        "list.csv",
        b"Name,Level\nAlpina AG,EndCustomer\nBrunner AG,EndCustomer\n",
    );
    let state = || {
        let body = page.settled(&list);
        let questions = body["questions"].as_array().unwrap().clone();
        questions.into_iter().find(|one| one["id"] == "State")
    };
    assert_eq!(state().expect("it is asked")["answer"], Value::Null);
    give(&page, &list, "State", "InProduction", true);
    let answered = state().expect("the statement stands in its place");
    assert_eq!(answered["answer"], "one");
    assert_eq!(answered["choices"][0]["title"], "InProduction in every row");
    let other = json!({ "question": "State", "choice": "all:InTrial", "means": {} });
    assert_eq!(
        page.post(&format!("/api/lists/{list}/answers"), &other)
            .status,
        200
    );
    page.settled(&list);
    assert_eq!(state().expect("a question")["answer"], "all:InTrial");
    assert_eq!(
        page.settled(&list)["constants"],
        json!([]),
        "it took the place of the one value"
    );
    let (value, from) = from(&page, &list, 2, "State");
    assert_eq!((&*value, &*from), ("InTrial", "your answer"));
    give(&page, &list, "State", "InProduction", true);
    give(&page, &list, "State", "", true);
    assert_eq!(state().expect("it is asked again")["answer"], Value::Null);
}

#[test]
fn choices_beside_the_cells_are_undone_and_done_again_also_after_a_kill() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("list.csv", LIST.as_bytes());
    let turn = |page: &Page, kind: &str, key: &str| {
        let kept = mend(page, &list, &json!({ "kind": kind, "key": key }));
        assert_eq!(kept.status, 200, "{kept:?}");
        kept.json()["says"].as_str().unwrap().to_owned()
    };
    let city = |page: &Page| page.settled(&list)["columns"][4]["field"].clone();
    let map = json!({ "column": 4, "field": "District" });
    assert_eq!(
        page.post(&format!("/api/lists/{list}/columns"), &map)
            .status,
        200
    );
    page.settled(&list);
    give(&page, &list, "Country", "CH", true);
    let out = json!({ "column": 4, "out": ["Jena", "Jena"], "to": { "Graz": "Wien" } });
    assert_eq!(
        page.post(&format!("/api/lists/{list}/values"), &out).status,
        200
    );
    assert_eq!(page.settled(&list)["counts"]["out"], 1);
    let said = page.settled(&list)["said"].as_u64().unwrap();
    assert_eq!(turn(&page, "undo", "1"), "undone: 1 value read differently");
    let body = page.settled(&list);
    assert_eq!(
        (&body["counts"]["out"], &body["counts"]["mended"]),
        (&json!(0), &json!(0))
    );
    assert!(body["said"].as_u64().unwrap() > said, "the page asks again");
    assert_eq!(
        turn(&page, "undo", "2"),
        "undone: Country is CH in every row"
    );
    assert_eq!(row(&page, &list, 3)["cells"][3], "AT");
    page.kill();
    let page = Page::open(&place, &[]);
    page.get(&format!("/api/lists/{list}"));
    assert_eq!(city(&page), "District");
    assert_eq!(page.settled(&list)["constants"], json!([]));
    assert_eq!(turn(&page, "undo", "3"), "undone: column E → District");
    assert_eq!(city(&page), "City");
    turn(&page, "redo", "4");
    turn(&page, "redo", "5");
    assert_eq!(city(&page), "District");
    assert_eq!(row(&page, &list, 3)["cells"][3], "CH");
}

#[test]
fn a_row_that_is_named_thrice_is_left_out_once() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("list.csv", LIST.as_bytes());
    let out = json!({ "kind": "leave_out", "key": "a", "rows": [3, 3, 3] });
    assert_eq!(mend(&page, &list, &out).json()["says"], "1 row left out");
    let steps = std::fs::read_to_string(walk(place.path(), "mends.jsonl")).unwrap();
    assert!(steps.contains("[3]"), "{steps}");
    let back = json!({ "kind": "take_back", "key": "b", "rows": [3, 3] });
    assert_eq!(mend(&page, &list, &back).json()["says"], "1 row taken back");
}

fn walk(place: &std::path::Path, name: &str) -> std::path::PathBuf {
    for one in std::fs::read_dir(place).into_iter().flatten().flatten() {
        let path = one.path();
        if path.is_dir() {
            let found = walk(&path, name);
            if found.file_name().is_some() {
                return found;
            }
        } else if path.ends_with(name) {
            return path;
        }
    }
    std::path::PathBuf::new()
}

#[test]
fn the_form_to_log_in_has_what_the_profile_knows_also_after_the_sandbox() {
    let place = tempdir().unwrap();
    let profile = "[target]\npartner = \"Nord GmbH (it@nord.de)\"\nusername = \"importer\"\n";
    std::fs::write(place.path().join("nord.toml"), profile).unwrap();
    let page = Page::open(&place, &["--profile", "nord.toml"]);
    let sandbox = json!({ "mode": "sandbox", "endpoint": "", "partner": "", "user": "", "password": "", "keep": false });
    assert_eq!(page.post("/api/target", &sandbox).status, 200);
    let target = page.get("/api/target").json();
    assert_eq!(
        (&target["mode"], &target["partner"], &target["user"]),
        (
            &json!("sandbox"),
            &json!("Nord GmbH (it@nord.de)"),
            &json!("importer")
        )
    );
}
