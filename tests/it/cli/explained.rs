//! `explain`: every rule, error number, status and exit code that a person can meet.

use partner_import::api::errors::{GENERAL, KNOWN};
use partner_import::model::{code, rules};
use partner_import::report::status::Status;
use partner_import::report::undo_facts::UndoStatus;

use super::desk::Desk;

#[test]
fn every_rule_is_explained() {
    let desk = Desk::new();
    let list = desk.run(&["explain"]).exits(0).out;
    let all: Vec<_> = rules::all().collect();
    assert!(all.len() > 80, "{}", all.len());
    for rule in &all {
        assert!(
            list.contains(&format!("{} {}", rule.code, rule.name)),
            "{}",
            rule.code
        );
    }
    // A process for each would take long; one of each family does.
    for code in ["R301", "v101", "H105", "D101", "T101"] {
        let text = desk.run(&["explain", code]).exits(0).out;
        for word in [&code.to_uppercase(), "Why:", "Example:", "Fix:"] {
            assert!(text.contains(word), "{code}: no {word} in\n{text}");
        }
    }
    let json = desk
        .run(&["explain", "V402", "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(json["name"], "country-misspelt");
    let error = desk.run(&["explain", "2115"]).exits(0).out;
    assert!(
        error.contains("SameName") && error.contains("another name"),
        "{error}"
    );
    assert!(
        desk.run(&["explain", "faults"])
            .exits(0)
            .out
            .contains("drop-answer")
    );
    desk.run(&["explain", "X1"])
        .exits(2)
        .says(&["X1", "`partner-import explain` lists"]);
}

#[test]
fn every_code_that_a_person_can_meet_is_explained() {
    let desk = Desk::new();
    let list = desk.run(&["explain"]).exits(0).out;
    let explained = |code: &str, says: &[&str]| {
        let text = desk.run(&["explain", code]).exits(0).out;
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for words in says {
            assert!(text.contains(words), "{code}: no {words:?} in\n{text}");
        }
        assert!(text.len() > 60, "{code}: {text}");
    };
    // In process all of them, as processes a few.
    let numbers = KNOWN.iter().chain(GENERAL);
    for number in numbers.map(|error| error.number.to_string()) {
        assert!(list.contains(&format!(" {number} ")), "{number}");
    }
    let words = Status::ALL.map(Status::as_str).into_iter();
    let words = words.chain(UndoStatus::ALL.map(UndoStatus::as_str));
    let words = words.chain(code::IMPORT.iter().chain(code::UNDO).map(|word| word.code));
    for word in words {
        assert!(list.contains(&format!("  {word} ")), "{word}");
    }
    explained("13501", &["role is too low", "observed"]);
    explained("-32602", &["Invalid params", "fix that column"]);
    explained("2100", &["including the e-mail address in brackets"]);
    let text = desk.run(&["explain", "no-answer"]).exits(0).out;
    let second = text.lines().nth(3).expect("a broken line");
    assert!(
        second.starts_with("         ") && &second[9..10] != " ",
        "{text}"
    );
    explained("1400", &["not known to this program", "ImportMessage"]);
    explained("Blocked", &["ImportStatus", "fix the row that blocks it"]);
    explained("quarantined", &["ImportCode", "--retry-quarantined"]);
    explained("has-devices", &["UndoCode"]);
    // The same word after a run and after an undo.
    explained("unknown", &["ImportStatus", "UndoStatus"]);
    for exit in ["5", "exit-5", "EXIT 5"] {
        explained(exit, &["exit code 5", "`partner-import resume`"]);
    }
    desk.run(&["explain", "exit-9"]).exits(2).says(&["exit-9"]);
}
