//! What is kept of a list: never another mend than the one that was taken, none lost, and nothing
//! written where a link leads.

use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use super::page::{Answer, Page};

/// Countries as they are mistyped, most often the first.
const LIST: &str = "Name,Level,State,Country\n\
    A,EndCustomer,InTrial,Germny\n\
    B,EndCustomer,InTrial,Germny\n\
    C,EndCustomer,InTrial,Germny\n\
    D,EndCustomer,InTrial,Frnace\n\
    E,EndCustomer,InTrial,Frnace\n\
    F,EndCustomer,InTrial,Austra\n";

fn send(page: &Page, list: &str, mend: &Value) -> Answer {
    page.post(&format!("/api/lists/{list}/mends"), mend)
}

/// Another name for a row.
fn rename(page: &Page, list: &str, row: u32, from: &str, to: &str) -> Answer {
    let cells = json!([{ "row": row, "column": 0, "from": from, "to": to }]);
    let key = format!("{row} {}", to.len());
    send(
        page,
        list,
        &json!({ "kind": "cells", "key": key, "cells": cells }),
    )
}

fn column(page: &Page, list: &str, column: usize) -> Vec<String> {
    page.settled(list);
    let rows = page.get(&format!("/api/lists/{list}/rows?view=all&from=0&count=99"));
    let rows = rows.json()["rows"].as_array().expect("rows").clone();
    let texts = rows.iter().map(|row| row["cells"][column].as_str());
    texts.map(|text| text.expect("a text").to_owned()).collect()
}

fn offers(page: &Page, list: &str) -> Vec<Value> {
    page.settled(list);
    let problems = page.get(&format!("/api/lists/{list}/problems")).json();
    let groups = problems["groups"].as_array().expect("groups").clone();
    let all = groups.iter().flat_map(|group| {
        let own = group["suggestions"].as_array().expect("suggestions");
        let all = group["take_all"].clone();
        own.iter()
            .cloned()
            .chain([all])
            .filter(|one| !one.is_null())
    });
    all.collect()
}

/// The suggestion whose name has this kind.
fn offer(page: &Page, list: &str, kind: &str) -> Value {
    let all = offers(page, list);
    let is = |one: &&Value| one["id"].as_str().is_some_and(|id| id.contains(kind));
    all.iter()
        .find(is)
        .unwrap_or_else(|| panic!("{kind}: {all:#?}"))["id"]
        .clone()
}

fn take(page: &Page, list: &str, id: &Value, key: &str) -> (u16, String) {
    let mend = json!({ "kind": "suggestion", "id": id, "key": key });
    let answer = send(page, list, &mend);
    (answer.status, answer.code())
}

fn mends_of(place: &TempDir, list: &str) -> PathBuf {
    place
        .path()
        .join("state/page/lists")
        .join(list)
        .join("mends.jsonl")
}

#[test]
fn a_suggestion_taken_twice_or_from_an_old_page_does_nothing_else() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("list.csv", LIST.as_bytes());
    let (first, all, out) = (
        offer(&page, &list, "/to/"),
        offer(&page, &list, "/all/"),
        offer(&page, &list, "/out/"),
    );
    assert_eq!(take(&page, &list, &first, "1").0, 200);
    // At once, before the list is checked again, and afterwards.
    let stale = (409, "stale".to_owned());
    assert_eq!(take(&page, &list, &first, "2"), stale);
    page.settled(&list);
    for (id, key) in [(&first, "3"), (&all, "4"), (&out, "5")] {
        assert_eq!(take(&page, &list, id, key), stale, "{id}");
    }
    assert_eq!(
        column(&page, &list, 3),
        ["DE", "DE", "DE", "Frnace", "Frnace", "Austra"]
    );
    let body = page.settled(&list);
    assert_eq!(body["undo"], "Germny → DE in 3 rows");
    assert_eq!(body["counts"]["out"], 0);
    // What is offered now is taken.
    let out = offer(&page, &list, "/out/");
    assert_eq!(take(&page, &list, &out, "6").0, 200);
    assert_eq!(take(&page, &list, &out, "7"), stale);
    assert_eq!(page.settled(&list)["counts"]["out"], 3);
}

#[test]
#[cfg(unix)]
fn a_mend_for_which_there_was_no_room_takes_no_later_one_with_it() {
    let place = tempdir().unwrap();
    let mut limited = std::process::Command::new("/bin/sh");
    let script = "trap '' XFSZ; ulimit -f 20; exec \"$0\" gui --no-open --state-dir state";
    limited
        .args(["-c", script, env!("CARGO_BIN_EXE_partner-import")])
        .env_clear()
        .env("HOME", place.path())
        .current_dir(place.path());
    let page = Page::start(limited).come_in();
    let list = page.bring("list.csv", LIST.as_bytes());
    assert_eq!(rename(&page, &list, 2, "A", "A1").status, 200);
    let refused = rename(&page, &list, 3, "B", &"b".repeat(30_000));
    assert_eq!((refused.status, &*refused.code()), (500, "failed"));
    assert_eq!(rename(&page, &list, 4, "C", "C1").status, 200);
    let kept = ["A1", "B", "C1", "D", "E", "F"];
    assert_eq!(column(&page, &list, 0), kept);
    page.kill();
    let page = Page::open(&place, &[]);
    assert_eq!(column(&page, &list, 0), kept);
    assert_eq!(page.settled(&list)["stale"], json!([]));
}

#[test]
fn a_damaged_line_takes_no_later_one_with_it_and_is_kept_aside_and_told() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("list.csv", LIST.as_bytes());
    for (row, from) in [(2, "A"), (3, "B"), (4, "C")] {
        let to = format!("{from}1");
        assert_eq!(rename(&page, &list, row, from, &to).status, 200);
    }
    page.kill();
    let file = mends_of(&place, &list);
    let mut damaged = std::fs::read_to_string(&file)
        .unwrap()
        .replacen("\"B", "B", 1);
    // And half a line, as a power cut leaves it.
    damaged.push_str("{\"key\":\"x");
    std::fs::write(&file, &damaged).unwrap();
    for _ in 0..2 {
        let page = Page::open(&place, &[]);
        assert_eq!(column(&page, &list, 0), ["A1", "B", "C1", "D", "E", "F"]);
        let stale = json!([{ "cell": "line 2", "mended": "a step that could not be read",
            "now": "kept in mends-damaged-1.jsonl, beside the list" }]);
        assert_eq!(page.settled(&list)["stale"], stale);
        let aside = file.with_file_name("mends-damaged-1.jsonl");
        assert_eq!(std::fs::read_to_string(aside).unwrap(), damaged);
        assert!(!file.with_file_name("mends-damaged-2.jsonl").exists());
        page.kill();
    }
    let page = Page::open(&place, &[]);
    page.settled(&list);
    assert_eq!(rename(&page, &list, 5, "D", "D1").status, 200);
    page.kill();
    let page = Page::open(&place, &[]);
    assert_eq!(column(&page, &list, 0), ["A1", "B", "C1", "D1", "E", "F"]);
}

#[test]
#[cfg(unix)]
fn no_other_file_is_changed_through_a_link() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("list.csv", LIST.as_bytes());
    page.kill();
    let precious = place.path().join("precious.txt");
    std::fs::write(&precious, "one\ntwo\n").unwrap();
    let file = mends_of(&place, &list);
    let _ = std::fs::remove_file(&file);
    std::os::unix::fs::symlink(&precious, &file).unwrap();
    let page = Page::open(&place, &[]);
    assert_eq!(page.get(&format!("/api/lists/{list}")).status, 404);
    assert_eq!(std::fs::read_to_string(&precious).unwrap(), "one\ntwo\n");
}
