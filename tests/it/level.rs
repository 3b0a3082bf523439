//! Levels that a list does not say: refused, or derived from the parent's.
//!
//! | file | what |
//! |---|---|
//! | `derived` | `--default Level=derive`, in the check and in the plan |
//! | `runs` | the same in runs: resumed, approved, updating, and through result files |

mod derived;
mod runs;

use partner_import::sandbox::Method;
use serde_json::Value;

use crate::cli::desk::{Desk, Service, Table};

/// Checks a list, and hands back the problem of the missing levels with how many rows are invalid.
fn missing(text: &str, flags: &[&str]) -> (Option<Value>, u64) {
    let desk = Desk::new();
    desk.write("in.csv", text);
    let done = desk.run(&[&["check", "in.csv", "--format", "json"], flags].concat());
    let check = done.json();
    let mut found = check["diagnostics"].as_array().expect("a list").iter();
    let problem = found.find(|one| one["code"] == "V906").cloned();
    assert_eq!(done.code, i32::from(problem.is_some()), "{}", done.out);
    (problem, check["invalid"].as_u64().expect("a number"))
}

#[test]
fn rows_without_a_level_are_an_error_that_is_said_once() {
    for (what, text, invalid, told) in [
        (
            "no column",
            "Name;Country\nAlder;DE\nBirch;AT\n",
            2,
            "all 2 rows do not say",
        ),
        (
            "a column that is empty",
            "Name;Level\nAlder;\nBirch; \n",
            2,
            "all 2 rows do not say",
        ),
        (
            "some cells, of a column by another name",
            "Kunde;Ebene\nAlder;Site\nBirch;\nCedar;EndCustomer\n",
            1,
            "1 of 3 rows does not say",
        ),
        (
            "rows that were imported before count as little as ever",
            "ID,Name,Level,ImportStatus\n7,Alder,,created\n,Birch,,failed\n",
            1,
            "the only row does not say",
        ),
    ] {
        let (problem, rows) = missing(text, &[]);
        let problem = problem.unwrap_or_else(|| panic!("{what}: nothing is said"));
        let message = problem["message"].as_str().expect("text");
        assert!(message.starts_with(told), "{what}: {message}");
        assert_eq!(rows, invalid, "{what}");
        let help = problem["help"].as_str().expect("text");
        for flag in ["--default Level=EndCustomer", "--default Level=derive"] {
            assert!(help.contains(flag), "{what}: {help}");
        }
    }
}

#[test]
fn a_column_that_may_say_the_level_is_named_with_its_flags() {
    let help = |text: &str| -> String {
        let (problem, _) = missing(text, &[]);
        let help = problem.expect("it is said")["help"].clone();
        help.as_str().expect("text").to_owned()
    };
    let named = help("Name,Typ,Country\nA,Partner,DE\nB,Kunde,DE\nC,Kunde,DE\nD,Kunde,DE\n");
    let flags = "if the column \"Typ\" says it (Kunde = EndCustomer (3), Partner = Reseller (1)): \
                 --map \"Typ=Level\" --value \"Level:Kunde=EndCustomer\" \
                 --value \"Level:Partner=Reseller\"; else fill in Level";
    assert!(named.starts_with(flags), "{named}");
    // Whatever it is called, where all its words are known; levels need no word.
    let named = help("Name,Rolle\nA,Reseller\nB,Kunde\nC,Kunde\nD,Kunde\nE,Kunde\nF,\n");
    let flags = "if the column \"Rolle\" says it (Kunde = EndCustomer (4), empty (1), Reseller (1)): \
                 --map \"Rolle=Level\" --value \"Level:Kunde=EndCustomer\"; else";
    assert!(named.starts_with(flags), "{named}");
    // Or most of them, where the others are words of one's own.
    let named =
        help("Name,Rang\nA,Wederverkoper\nB,EK\nC,Eindklant\nD,Eindklant\nE,EK\nF,Eindklant\n");
    let says = "if the column \"Rang\" says it (Eindklant = EndCustomer (3), EK = ? (2), \
                Wederverkoper = Reseller (1)): --map \"Rang=Level\" --value";
    assert!(named.starts_with(says), "{named}");
    // In a list of few rows no word need come twice.
    for text in [
        "Name,Typ\nA,Partner\nB,Kunde\n",
        "Name,Rolle\nA,Partner\nB,Kunde\nC,Endkunde\n",
        "Name,Art\nA,Kunde\n",
    ] {
        assert!(help(text).starts_with("if the column "), "{text}");
    }
    // What means nothing, and what is different in each row, is no level.
    for text in [
        "Name,Typ\nA,x\nB,y\nC,y\nD,y\n",
        "Name,Farbe\nA,rot\nB,rot\nC,Kunde\nD,Kunde\n",
        "Name,Typ\nA,Kunde 1\nB,Kunde 2\nC,Partner\nD,Kunde\n",
    ] {
        assert!(help(text).starts_with("fill in Level"), "{text}");
    }
}

#[test]
fn a_level_from_anywhere_is_enough() {
    let list = "Name,Country\nAlder,DE\n";
    for flags in [
        ["--default", "Level=EndCustomer"],
        ["--default", "Level=derive"],
        ["--default", "level=DERIVE"],
        ["--set", "Level=Reseller"],
    ] {
        assert_eq!(missing(list, &flags), (None, 0), "{flags:?}");
    }
    // A wrong word is an error of its own, and a column that is undecided, too.
    let (problem, invalid) = missing("Name,Level\nAlder,Chef\nBirch,\n", &[]);
    assert_eq!(invalid, 2);
    let message = problem.expect("the second row")["message"].clone();
    assert!(message.as_str().expect("text").starts_with("1 of 2"));
    // A missing state is no more than a warning.
    let desk = Desk::new();
    desk.write("in.csv", "Name,Level,Country\nAlder,Site,DE\n");
    desk.run(&["check", "in.csv"]).exits(0);
}

#[test]
fn the_profile_says_it_too_and_derive_is_a_default_only() {
    let desk = Desk::new();
    desk.write("in.csv", "Name,Country\nAlder,DE\n");
    for (profile, code) in [
        ("[default]\nLevel = \"derive\"\n", 0),
        ("[default]\nLevel = \"Derive\"\n", 0),
        ("[default]\nLevel = \"EndCustomer\"\n", 0),
        ("[default]\nLevel = \"deriv\"\n", 2),
        ("[set]\nLevel = \"derive\"\n", 2),
    ] {
        desk.write("partner-import.toml", profile);
        let done = desk.run(&["check", "in.csv"]).exits(code);
        if profile.starts_with("[set]") {
            done.says(&["--default Level=derive"]);
        }
    }
    desk.write("partner-import.toml", "");
    desk.run(&["check", "in.csv", "--set", "Level=derive"])
        .exits(2)
        .says(&["--default Level=derive"]);
    desk.write("cell.csv", "Name,Level\nAlder,derive\n");
    let cell = desk.run(&["check", "cell.csv"]).exits(1);
    assert!(
        cell.out.contains("error[V201]") && cell.out.contains("--default Level=derive"),
        "{}",
        cell.out
    );
}

#[test]
fn every_format_says_it() {
    let desk = Desk::new();
    desk.write(
        "in.csv",
        "Name,Level,State,Country\nAlder,,InTrial,DE\nBirch,Site,InTrial,DE\n",
    );
    for command in ["check", "plan"] {
        for format in ["text", "json", "jsonl", "github", "sarif", "junit"] {
            let base = [command, "in.csv", "--format", format];
            let sandbox: &[&str] = if command == "plan" {
                &["--sandbox"]
            } else {
                &[]
            };
            let done = desk.run(&[&base[..], sandbox].concat()).exits(1);
            let said = done.out.clone() + &done.err;
            assert!(said.contains("V906"), "{command} {format}: {said}");
            assert!(
                said.contains("--default Level=EndCustomer"),
                "{command} {format}: {said}"
            );
        }
    }
    let plan = desk
        .run(&["plan", "in.csv", "--sandbox", "--format", "json"])
        .exits(1)
        .json();
    assert_eq!(plan["rows"][0]["codes"], serde_json::json!(["V906"]));
    assert!(
        plan["rows"][1]
            .get("codes")
            .is_none_or(|codes| !codes.to_string().contains("V906"))
    );
    let table = desk.run(&["plan", "in.csv", "--sandbox", "--format", "table"]);
    assert!(table.out.contains("V906"), "{}", table.out);
}

#[test]
fn result_files_say_it_of_each_row() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write(
        "in.csv",
        "Name,Parent,Level,State,Country\n\
         Alder,,,InTrial,DE\nBirch,,EndCustomer,InTrial,DE\nAlder Werk,Alder,Site,InTrial,DE\n",
    );
    desk.import(&service, "in.csv").exits(1);
    assert_eq!(service.requests(Method::AddPartner), 1);
    let told = |table: &Table| -> Vec<String> {
        let rows = table.rows.iter();
        rows.map(|row| {
            format!(
                "{} {} {}",
                row["Name"], row["ImportStatus"], row["ImportCode"]
            )
        })
        .collect()
    };
    let results = desk.table("out/results.csv");
    assert_eq!(
        told(&results),
        [
            "Alder invalid V906",
            "Birch created ",
            "Alder Werk blocked H301"
        ]
    );
    let words = &results.rows[0]["ImportMessage"];
    assert!(
        words.starts_with("Level (C2): the customer's level is missing")
            && words.contains("--default Level=EndCustomer"),
        "{words}"
    );
    let page = desk.read("out/report.html");
    assert!(page.contains("V906") && page.contains("level is missing"));
    // What was rejected is mended by the flag.
    let again = ["run", "out/rejected.csv", "--yes", "--out", "again"];
    let flag = ["--default", "Level=derive"];
    desk.run_at(&service, &[&again[..], &flag].concat())
        .exits(0);
    let results = desk.table("again/results.csv");
    assert_eq!(told(&results), ["Alder created ", "Alder Werk created "]);
}

#[test]
fn each_sheet_says_it_of_its_own_rows() {
    let (desk, service) = (Desk::new(), Service::new());
    let mut workbook = rust_xlsxwriter::Workbook::new();
    for (name, rows) in [
        (
            "Nord",
            [["Name", "Country", "Level"], ["Alder", "DE", "Site"]],
        ),
        ("Süd", [["Country", "Level", "Name"], ["AT", "", "Birch"]]),
        ("West", [["Name", "Country", "Notes"], ["Cedar", "NL", "x"]]),
    ] {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).unwrap();
        for (row, cells) in (0..).zip(rows) {
            sheet.write_row(row, 0, cells).unwrap();
        }
    }
    workbook.save(desk.path("in.xlsx")).unwrap();
    let check = ["check", "in.xlsx", "--all-sheets", "--format", "json"];
    let check = desk.run(&check).exits(1).json();
    let found = check["diagnostics"].as_array().expect("a list").iter();
    let sheets: Vec<&Value> = found
        .filter(|one| one["code"] == "V906")
        .map(|one| &one["sheet"])
        .collect();
    assert_eq!(sheets, ["Süd", "West"]);
    let run = ["run", "in.xlsx", "--all-sheets", "--yes", "--out", "out"];
    desk.run_at(&service, &run).exits(1);
    let results = desk.table("out/results.csv");
    let told: Vec<String> = (results.rows.iter())
        .map(|row| format!("{} {}", row["ImportCode"], row["ImportMessage"]))
        .collect();
    assert!(
        told[1].starts_with("V906 Level (B2): the customer"),
        "{told:?}"
    );
    assert!(told[2].starts_with("V906 the customer's level"), "{told:?}");
}
