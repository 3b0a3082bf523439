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
    let cell = json!({ "row": row, "column": 0, "from": from, "to": to });
    let key = format!("{row} {}", to.len());
    let mend = json!({ "kind": "cells", "key": key, "cells": [cell] });
    send(page, list, &mend)
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

/// A list in which a country was mended everywhere, another in one row, and then this taken, all before it
/// was checked again; none where the check was quicker, whose suggestions are others.
fn taken_before_the_check(page: &Page, kind: &str, attempt: usize) -> Option<String> {
    let countries = ["Germny", "Germny", "Frnace"].into_iter().cycle();
    let mut text = "Name,Level,State,Country\n".to_owned();
    for (at, country) in countries.take(30_000 + attempt).enumerate() {
        text += &format!("Company {at},EndCustomer,InTrial,{country}\n");
    }
    let list = page.bring(&format!("list{attempt}.csv"), text.as_bytes());
    let type_austria = |row: u32, from: &str| {
        let cell = json!({ "row": row, "column": 3, "from": from, "to": "Austria" });
        let mend = json!({ "kind": "cells", "key": from, "cells": [cell] });
        assert_eq!(send(page, &list, &mend).status, 200);
    };
    let country = offer(page, &list, "/to/");
    type_austria(2, "Germny");
    let last = offer(page, &list, kind);
    assert_eq!(take(page, &list, &country, "country").0, 200);
    type_austria(4, "Frnace");
    (take(page, &list, &last, "last").0 == 200).then_some(list)
}

#[test]
fn what_was_mended_since_the_check_stays_as_it_is() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    for (kind, other, out) in [("/out/", "Frnace", 9_999), ("/all/", "FR", 0)] {
        let mut lists = (0..9).filter_map(|attempt| taken_before_the_check(&page, kind, attempt));
        let list = lists.next().expect("a check that takes its time");
        let countries = ["Austria", "DE", "Austria", "DE", "DE", other];
        assert_eq!(column(&page, &list, 3)[..6], countries, "{kind}");
        assert_eq!(page.settled(&list)["counts"]["out"], out, "{kind}");
    }
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

#[test]
#[cfg(unix)]
fn nothing_is_removed_through_a_link() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("list.csv", LIST.as_bytes());
    page.kill();
    let dir = mends_of(&place, &list).parent().unwrap().to_owned();
    let home = place.path().join("home");
    std::fs::rename(&dir, &home).unwrap();
    std::os::unix::fs::symlink(&home, &dir).unwrap();
    let page = Page::open(&place, &[]);
    assert_eq!(page.get(&format!("/api/lists/{list}")).status, 404);
    assert!(home.join("list.json").exists() && home.join("input/list.csv").exists());
}

#[test]
fn values_of_a_column_are_read_as_others_and_that_is_undone() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("list.csv", LIST.as_bytes());
    let read = |to: Value| {
        let ask = json!({ "column": 3, "out": [], "to": to });
        let kept = page.post(&format!("/api/lists/{list}/values"), &ask);
        assert_eq!(kept.status, 200, "{kept:?}");
        page.settled(&list)
    };
    read(json!({ "Germny": "Frnace" }));
    // Also what was changed to it before.
    let body = read(json!({ "Frnace": "FR", "Austra": "AT" }));
    let all = ["FR", "FR", "FR", "FR", "FR", "AT"];
    assert_eq!(column(&page, &list, 3), all);
    assert_eq!(body["counts"]["need"], 0);
    assert_eq!(body["undo"], "2 values read differently");
    assert_eq!(
        send(&page, &list, &json!({ "kind": "undo", "key": "u" })).status,
        200
    );
    let first = ["Frnace", "Frnace", "Frnace", "Frnace", "Frnace", "Austra"];
    assert_eq!(column(&page, &list, 3), first);
}

#[test]
fn a_mended_copy_is_whole_for_everybody_who_asks_at_once() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("list.csv", LIST.as_bytes());
    assert_eq!(rename(&page, &list, 2, "A", "A1").status, 200);
    page.settled(&list);
    let path = format!("/api/lists/{list}/files/mended");
    let whole = LIST.replacen("A,End", "A1,End", 1);
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                for _ in 0..8 {
                    let copy = page.get(&path);
                    assert_eq!(copy.status, 200, "{copy:?}");
                    let text = copy.text().replace('\r', "");
                    assert_eq!(text.trim_start_matches('\u{feff}'), whole);
                }
            });
        }
    });
}

#[test]
fn a_pilot_creates_the_rows_of_the_plan() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("list.csv", LIST.as_bytes());
    let ask = json!({ "column": 3, "out": [], "to": { "Germny": "DE" } });
    let kept = page.post(&format!("/api/lists/{list}/values"), &ask);
    assert_eq!(kept.status, 200);
    page.settled(&list);
    let sandbox = json!({ "mode": "sandbox", "endpoint": "", "partner": "", "user": "", "password": "", "keep": false });
    assert_eq!(page.post("/api/target", &sandbox).status, 200);
    let path = format!("/api/lists/{list}/plan");
    let asked = page.post(&path, &json!({ "update": false, "of_run": null }));
    assert_eq!(asked.status, 202, "{asked:?}");
    let planned = page.until(&path, |plan| plan["state"] != "planning");
    let ask = json!({ "list": list, "revision": planned["revision"], "first": 2, "typed": "2" });
    let run = page.begun(&ask);
    let ended = page.until(&format!("/api/runs/{run}"), |run| {
        run["state"] == "finished"
    });
    assert_eq!(ended["counts"]["created"], 2, "{ended:#}");
}

#[test]
fn who_comes_without_the_secret_may_send_little() {
    let place = tempdir().unwrap();
    let page = Page::closed(&place, &[]);
    assert_eq!(page.enter(&"a".repeat(9000)).status, 413);
    assert_eq!(page.enter(&page.token).status, 200);
}

#[test]
fn whoever_asks_again_is_told_the_same_and_rows_that_are_not_there_are_refused() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("list.csv", LIST.as_bytes());
    let first = rename(&page, &list, 2, "A", "A1");
    let again = rename(&page, &list, 2, "A", "A1");
    assert_eq!((first.status, again.status), (200, 200));
    assert_eq!(first.json(), again.json());
    assert_eq!(first.json()["rows"][0]["cells"][0], "A1");
    for kind in ["leave_out", "take_back"] {
        for rows in [json!([99]), json!([2, 99]), json!([1]), json!([])] {
            let ask = json!({ "kind": kind, "key": format!("{kind}{rows}"), "rows": rows });
            let refused = send(&page, &list, &ask);
            assert_eq!((refused.status, &*refused.code()), (422, "value"), "{ask}");
        }
    }
    let body = page.settled(&list);
    assert_eq!(
        (&body["counts"]["out"], &body["undo"]),
        (&json!(0), &json!("A → A1"))
    );
}

#[test]
fn what_is_undone_is_of_the_sheet_that_is_looked_at() {
    let place = tempdir().unwrap();
    let path = place.path().join("two.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    for name in ["North", "South"] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        for (row, text) in ["Name", "A", "B"].iter().enumerate() {
            let row = u32::try_from(row).unwrap();
            sheet.write_string(row, 0, *text).unwrap();
            sheet.write_string(row, 1, "DE").unwrap();
        }
        sheet.write_string(0, 1, "Country").unwrap();
    }
    book.save(&path).unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("two.xlsx", &std::fs::read(&path).unwrap());
    let turn_to = |page: &Page, sheet: &str| {
        let path = format!("/api/lists/{list}/understood");
        assert_eq!(page.post(&path, &json!({ "sheet": sheet })).status, 200);
        page.settled(&list)
    };
    let first = page.settled(&list)["understood"]["sheet"].clone();
    if first != "North" {
        turn_to(&page, "North");
    }
    assert_eq!(rename(&page, &list, 2, "A", "North A").status, 200);
    assert_eq!(turn_to(&page, "South")["undo"], "sheet “South”");
    let undo = |page: &Page, key: &str| {
        let answer = send(page, &list, &json!({ "kind": "undo", "key": key }));
        page.settled(&list);
        (answer.status, column(page, &list, 0))
    };
    let same = |texts: [&str; 2]| texts.map(str::to_owned).to_vec();
    // The choice of the sheet is a step of its own; what was done on the other one comes after it.
    assert_eq!(undo(&page, "1"), (200, same(["North A", "B"])));
    let redo = json!({ "kind": "redo", "key": "1 again" });
    assert_eq!(page.settled(&list)["redo"], "sheet “South”");
    assert_eq!(send(&page, &list, &redo).status, 200);
    assert_eq!(page.settled(&list)["understood"]["sheet"], "South");
    assert_eq!(rename(&page, &list, 3, "B", "South B2").status, 200);
    turn_to(&page, "North");
    page.kill();
    let page = Page::open(&place, &[]);
    assert_eq!(column(&page, &list, 0), same(["North A", "B"]));
    for (key, undo_next, texts) in [
        ("2", "B → South B2", ["A", "South B2"]),
        ("3", "sheet “South”", ["A", "B"]),
        ("4", "A → North A", ["North A", "B"]),
        ("5", "", ["A", "B"]),
    ] {
        assert_eq!(undo(&page, key), (200, same(texts)), "{undo_next}");
        let body = page.settled(&list);
        assert_eq!(body["undo"].as_str().unwrap_or_default(), undo_next);
    }
}

#[test]
fn what_was_being_typed_is_there_in_the_next_process_once() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("list.csv", LIST.as_bytes());
    assert_eq!(page.settled(&list)["draft"], Value::Null);
    let draft = json!({ "row": 2, "column": 0, "from": "A", "to": "half a na" });
    let path = format!("/api/lists/{list}/draft");
    assert_eq!(page.post(&path, &draft).status, 200);
    // Another page of this process has its own.
    assert_eq!(page.settled(&list)["draft"], Value::Null);
    page.kill();
    let page = Page::open(&place, &[]);
    assert_eq!(page.settled(&list)["draft"], draft);
    assert_eq!(page.post(&path, &json!({ "row": 2 })).status, 422);
    assert_eq!(page.post(&path, &Value::Null).status, 200);
    assert_eq!(page.settled(&list)["draft"], Value::Null);
    page.kill();
    let page = Page::open(&place, &[]);
    assert_eq!(page.settled(&list)["draft"], Value::Null);
}

#[test]
fn a_header_row_that_was_chosen_is_a_step_also_where_the_list_cannot_be_read_by_it() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("list.csv", LIST.as_bytes());
    page.settled(&list);
    let understood = format!("/api/lists/{list}/understood");
    let step = |kind: &str| {
        let mend =
            json!({ "kind": kind, "key": format!("{kind} {:?}", std::time::Instant::now()) });
        let answer = send(&page, &list, &mend);
        assert_eq!(answer.status, 200, "{answer:?}");
        page.settled(&list)
    };
    let begin = page.settled(&list);
    for row in [2, 900] {
        let kept = page.post(&understood, &json!({ "header_row": row }));
        assert_eq!(kept.json()["undo"], format!("header in row {row}"));
        page.settled(&list);
    }
    assert_eq!(step("undo")["understood"]["header_row"], 2);
    let back = step("undo");
    assert_eq!(back["undo"], Value::Null);
    for what in ["understood", "counts", "columns"] {
        assert_eq!(back[what], begin[what], "{what}");
    }
    assert_eq!(step("redo")["understood"]["header_row"], 2);
}

#[cfg(unix)]
#[test]
fn where_a_link_lies_in_the_place_of_a_file_of_ours_nothing_is_written_behind_it() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("list.csv", LIST.as_bytes());
    let victim = place.path().join("victim");
    std::fs::write(&victim, "as it was").unwrap();
    let dir = place.path().join("state/page/lists").join(&list);
    std::os::unix::fs::symlink(&victim, dir.join("mends.toml")).unwrap();
    assert_eq!(rename(&page, &list, 2, "A", "A1").status, 200);
    page.settled(&list);
    let sandbox = json!({ "mode": "sandbox", "endpoint": "", "partner": "", "user": "", "password": "", "keep": false });
    assert_eq!(page.post("/api/target", &sandbox).status, 200);
    let ask = json!({ "update": false, "of_run": null });
    let asked = page.post(&format!("/api/lists/{list}/plan"), &ask);
    let plan = format!("/api/lists/{list}/plan");
    if asked.status == 202 {
        page.until(&plan, |plan| plan["state"] != "planning");
    }
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "as it was");
    page.kill();
    let root = place.path().join("state/page");
    for name in ["running.lock", "running.json"] {
        let _ = std::fs::remove_file(root.join(name));
    }
    std::os::unix::fs::symlink(&victim, root.join("running.lock")).unwrap();
    let refused = super::page::program(place.path())
        .args(["gui", "--no-open", "--state-dir", "state"])
        .output()
        .unwrap();
    assert!(!refused.status.success());
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "as it was");
}

#[test]
fn a_mended_copy_is_the_users_list_and_keeps_cells_that_look_like_formulas() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let text = "Name,Level,State,Country,PhoneNumber,Note\n\
        =Nord AG,EndCustomer,InTrial,Germny,+49 30 1234567,@home\n\
        -Ost AG,EndCustomer,InTrial,AT,'+43 1 1234567,=1+1\n";
    let list = page.bring("list.csv", text.as_bytes());
    page.settled(&list);
    let cells = json!([
        { "row": 2, "column": 3, "from": "Germny", "to": "DE" },
        { "row": 3, "column": 5, "from": "=1+1", "to": "+2" },
    ]);
    let mend = json!({ "kind": "cells", "key": "a", "cells": cells });
    assert_eq!(send(&page, &list, &mend).status, 200);
    page.settled(&list);
    let copy = page.get(&format!("/api/lists/{list}/files/mended"));
    let mended = text.replace("Germny", "DE").replace("=1+1", "+2");
    let copied = copy.text().replace('\r', "");
    assert_eq!(copied.trim_start_matches('\u{feff}'), mended);
    let again = page.bring("again.csv", &copy.body);
    for at in 0..6 {
        assert_eq!(column(&page, &again, at), column(&page, &list, at));
    }
}

/// A list with lines around it, as people keep them.
const AROUND: &str = "\u{feff}Customers of 2026;;;\n\n\
    Name;Level;State;\"Country\"\n\
    \"Nord; AG\";EndCustomer;InTrial;Germny\n\
    Ost;EndCustomer;InTrial;\"DE\"\n\
    Total;2;;\n\n\
    Product;Price;Unit\nDisk;5;\"TB\"\n";

#[test]
fn a_mended_text_file_is_the_users_file_but_for_the_cells() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("list.csv", AROUND.as_bytes());
    page.settled(&list);
    let cells = json!([
        { "row": 4, "column": 3, "from": "Germny", "to": "DE" },
        { "row": 5, "column": 0, "from": "Ost", "to": "Ost; KG" },
    ]);
    let mend = json!({ "kind": "cells", "key": "a", "cells": cells });
    assert_eq!(send(&page, &list, &mend).status, 200);
    page.settled(&list);
    let copy = page.get(&format!("/api/lists/{list}/files/mended"));
    let wanted = AROUND
        .replace("Germny", "DE")
        .replace("\nOst;", "\n\"Ost; KG\";");
    assert_eq!(copy.text(), wanted);
}

#[test]
fn lines_that_are_no_rows_are_shown_with_why() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let list = page.bring("list.csv", AROUND.as_bytes());
    let body = page.settled(&list);
    let lines = page.get(&format!("/api/lists/{list}/lines")).json();
    let shown = lines["lines"].as_array().unwrap();
    let of = |row: u64| {
        let line = shown.iter().find(|line| line["row"] == row);
        let line = line.unwrap_or_else(|| panic!("line {row}: {lines}"));
        [&line["code"], &line["text"]].map(|text| text.as_str().unwrap().to_owned())
    };
    assert_eq!(of(1)[1], "Customers of 2026");
    assert_eq!(of(6), ["R050", "Total | 2"]);
    assert_eq!(of(8), ["R053", "Product | Price | Unit"]);
    assert_eq!(of(9), ["R053", "Disk | 5 | TB"]);
    let rows = [3, 4, 5].map(|row| shown.iter().any(|line| line["row"] == row));
    assert_eq!(rows, [false; 3], "{lines}");
    assert_eq!(body["lines"], shown.len());
    // What is said of the second table leads to its line.
    let remarks = body["remarks"].as_array().unwrap();
    let second = remarks.iter().find(|one| one["code"] == "R053");
    assert_eq!(second.unwrap_or_else(|| panic!("{body}"))["line"], 8);
    let offers = offers(&page, &list);
    let led = offers.iter().find(|one| one["row"] == 8).unwrap();
    assert_eq!(led["step"], "list", "{led}");
    let plain = page.bring("plain.csv", LIST.as_bytes());
    assert_eq!(page.settled(&plain)["lines"], 0);
}

#[test]
fn lines_are_counted_as_the_file_has_them_and_none_is_left_out_of_the_count() {
    let place = tempdir().unwrap();
    let page = Page::open(&place, &[]);
    let text = "sep=;\n\nName;Level;State;Country;Address\nNord;EndCustomer;InTrial;DE;\"Street 1\nback\nyard\"\n\n\
        Ost;EndCustomer;InTrial;DE;Street 2\nTotal;2;;;\n\n\nProduct;Price;Unit\nDisk;5;TB\n\n";
    let list = page.bring("list.csv", text.as_bytes());
    let body = page.settled(&list);
    let lines = page.get(&format!("/api/lists/{list}/lines")).json();
    let shown = lines["lines"].as_array().unwrap();
    let numbers: Vec<u64> = shown
        .iter()
        .map(|one| one["line"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, [1, 2, 7, 9, 10, 11, 12, 13, 14], "{lines:#}");
    assert_eq!(body["lines"], 9);
    assert_eq!(shown[0]["text"], "sep=");
    let remarks = body["remarks"].as_array().unwrap();
    let second = remarks.iter().find(|one| one["code"] == "R053");
    let second = second.unwrap_or_else(|| panic!("{body:#}"));
    assert_eq!(second["line"], 12, "{second}");
    let row = &second["row"];
    let there = shown.iter().find(|one| &one["row"] == row);
    assert_eq!(there.expect("the row")["text"], "Product | Price | Unit");
    let offers = offers(&page, &list);
    let led = offers.iter().find(|one| &one["row"] == row);
    assert_eq!(led.expect("an offer")["to"], "See line 12 in List");
}
