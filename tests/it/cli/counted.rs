//! The numbers that are shown of one list, held against each other: each says what it counts, and those that
//! count the same are the same, wherever they stand.

use std::collections::BTreeMap;

use serde_json::Value;

use super::desk::{Desk, Service};

/// Rows of every kind: created, there already, invalid in themselves and for the tenant, with two causes,
/// blocked, twice in the list, and refused by the service.
fn mixed() -> String {
    let mut rows = vec![
        "Name,Level,State,Country,ExternalCode,Parent".to_owned(),
        "Root A,Reseller,InProduction,DE,R1,".to_owned(),
        "Bad root,Resellr,InProduction,DE,R2,".to_owned(),
        ",EndCustomer,InProduction,Germny,C3,".to_owned(),
        "Low,EndCustomer,InProduction,DE,L1,Kid 1".to_owned(),
        "There,EndCustomer,InTrial,DE,T1,".to_owned(),
    ];
    let one = |name: &str, rest: &str| format!("{name},EndCustomer,InProduction,{rest}");
    rows.extend((0..4).map(|row| one(&format!("Kid {row}"), &format!("DE,K{row},Root A"))));
    rows.extend((0..3).map(|row| one(&format!("Waits {row}"), &format!("DE,B{row},Bad root"))));
    rows.extend((0..3).map(|_| one("Twin", "DE,,")));
    rows.extend((0..3).map(|row| one(&format!("Lost {row}"), &format!("DE,O{row},Nowhere"))));
    rows.extend((0..2).map(|row| one(&format!("Korea {row}"), &format!("Korea,KR{row},"))));
    rows.join("\n") + "\n"
}

/// The number before a word, in a text.
#[track_caller]
fn before(text: &str, word: &str) -> u64 {
    let at = text.find(&format!(" {word}"));
    let at = at.unwrap_or_else(|| panic!("no {word:?} in {text}"));
    let number = text[..at].rsplit([' ', '\n', '>', '(']).next();
    let number = number.unwrap_or_default().replace(',', "");
    number
        .parse()
        .unwrap_or_else(|_| panic!("no number before {word:?} in {text}"))
}

/// The line of a text that has all of these.
#[track_caller]
fn line<'t>(text: &'t str, parts: &[&str]) -> &'t str {
    let mut lines = text.lines();
    let line = lines.find(|line| parts.iter().all(|part| line.contains(part)));
    line.unwrap_or_else(|| panic!("no line with {parts:?} in\n{text}"))
}

#[test]
fn every_number_of_a_mixed_list_agrees_with_every_other() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write(
        "there.csv",
        "Name,Level,State,Country,ExternalCode\nThere,EndCustomer,InTrial,DE,T1\n",
    );
    desk.import(&service, "there.csv").exits(0);
    desk.write("in.csv", mixed());
    let total = mixed().lines().count() as u64 - 1;

    // The check counts what it knows without the tenant, and its own sum is right.
    let check = desk.run(&["check", "in.csv"]).exits(1).out;
    let counted = line(&check, &["in.csv: ", " accepted"]);
    let of_check = ["accepted", "invalid", "blocked"].map(|word| before(counted, word));
    assert_eq!(of_check.iter().sum::<u64>(), total, "{counted}");
    // A name that is looked up in the tenant is one problem of three rows, and says so.
    assert!(check.contains("(2 more rows name it)"), "{check}");

    // A run and its plan count the list in the tenant, in every line.
    let plan = desk.run_at(&service, &["plan", "in.csv"]).exits(1);
    let done = desk.import(&service, "in.csv").exits(1);
    for (said, counts) in [(&plan.err, &plan.out), (&done.err, &done.err)] {
        let of_problems = line(said, &["in.csv: ", " accepted"]);
        let of_plan = line(counts, &[" to create, "]);
        for word in ["invalid", "blocked"] {
            assert_eq!(
                before(of_problems, word),
                before(of_plan, word),
                "{word}:\n{said}\n{counts}"
            );
        }
        let there = before(of_plan, "to create") + before(of_plan, "already there");
        assert_eq!(before(of_problems, "accepted"), there, "{said}\n{counts}");
    }

    // What became of them, in every file and on the terminal.
    let summary = desk.summary();
    let count = |word: &str| summary["counts"][word].as_u64().expect("a number");
    let statuses = ["created", "exists", "invalid", "blocked"];
    assert_eq!(statuses.map(count), [6, 1, 10, 3]);
    assert_eq!(count("rows"), total);
    let mut of_results: BTreeMap<String, u64> = BTreeMap::new();
    for status in desk.table("out/results.csv").statuses() {
        *of_results.entry(status.to_string()).or_default() += 1;
    }
    let page = desk.read("out/report.html");
    let planned = line(&done.err, &[" to create, "]);
    for status in statuses {
        assert_eq!(of_results[status], count(status), "{status}");
        let row = format!("  {status:<8} {:>9}  ", count(status));
        assert!(done.out.contains(&row), "{row:?} in {}", done.out);
        let button = format!("<b>{}</b> {status}", count(status));
        assert!(page.contains(&button), "no {button}");
        let choice = format!(">{status} ({})</option>", count(status));
        assert!(page.contains(&choice), "no {choice}");
    }
    for (word, status) in [
        ("to create", "created"),
        ("invalid", "invalid"),
        ("blocked", "blocked"),
    ] {
        assert_eq!(before(planned, word), count(status), "{planned}");
    }
    let need = count("invalid") + count("blocked");
    assert_eq!(desk.table("out/rejected.csv").statuses().len() as u64, need);
    let headline = format!("6 created, 1 already there, {need} need you\n");
    assert!(done.out.contains(&headline), "{}", done.out);
    assert!(page.contains(&format!("{need} need you</span>")));

    // The causes come to more than that, since one row has two, and it is said.
    let told = "What needs you (some rows have several causes):\n";
    let (_, causes) = done.out.split_once(told).expect("the causes");
    let causes = causes.lines().take_while(|line| !line.is_empty());
    let of_causes = causes.filter_map(|line| {
        let (number, what) = line.trim_start().split_once(' ')?;
        (what.starts_with("row  ") || what.starts_with("rows  "))
            .then(|| number.parse::<u64>().expect("rows"))
    });
    assert_eq!(of_causes.sum::<u64>(), need + 1, "{}", done.out);
    assert!(page.contains("Some rows have several causes, and count with each."));

    // Written again, and by a run of what was rejected, they are the same.
    let runs = desk.run(&["runs", "--format", "json"]).exits(0).json();
    let id = runs[0]["run_id"].as_str().expect("an id");
    let report: Value = desk
        .run(&["report", id, "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(report["counts"], summary["counts"]);
    let again = ["run", "out/rejected.csv", "--yes", "--out", "again"];
    let again = desk.run_at(&service, &again).exits(1);
    let of_again = line(&again.err, &["rejected.csv: ", " accepted"]);
    let sum = ["accepted", "invalid", "blocked"].map(|word| before(of_again, word));
    assert_eq!(sum.iter().sum::<u64>(), need, "{of_again}");
}

#[test]
fn problems_that_are_not_shown_say_of_how_many_rows_they_are() {
    let desk = Desk::new();
    let names = [
        "Ahrens",
        "Bergmann",
        "Claasen",
        "Dietrich",
        "Eberlein",
        "Falkner",
        "Gottschalk",
        "Hirsch",
        "Immel",
        "Jansen",
        "Kowalski",
        "Lindner",
    ];
    let rows = names.iter().flat_map(|name| {
        (0..3).map(move |row| format!("{name} {row},EndCustomer,DE,{name} Holding\n"))
    });
    desk.write(
        "in.csv",
        format!("Name,Level,Country,Parent\n{}", rows.collect::<String>()),
    );
    let check = desk.run(&["check", "in.csv"]).exits(0).out;
    let more = "warning[H101]: 2 more of this rule in column Parent, of 6 rows; --all shows each\n";
    assert!(check.contains(more), "{check}");
}
