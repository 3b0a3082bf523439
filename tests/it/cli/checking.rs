//! `check` in its four formats with its exit codes, and `preview`.

use serde_json::Value;

use super::desk::{Desk, SMALL};

const WRONG: &str = "Name,Level,State,Country\nFirst,EndCustomer,InTrial,DE\n\
    ,EndCustomer,InTrial,DE\nThird,EndCostumer,InTrial,Germny\n";

/// No error, one warning: nobody says whether the customer is on trial.
const DOUBTFUL: &str = "Name,Level,Country\nFirst,EndCustomer,DE\n";

#[test]
fn check_tells_people_where_what_and_what_to_do() {
    let desk = Desk::new();
    desk.write("wrong.csv", WRONG);
    let done = desk.run(&["check", "wrong.csv"]).exits(1);
    for text in [
        "error[V101]: the name is missing",
        "wrong.csv:3 (row 3), column Name, A3",
        "help: did you mean EndCustomer?",
        "error[V402]",
        "3 rows: 1 accepted, 2 invalid, 0 blocked; 3 errors, 0 warnings",
    ] {
        assert!(done.out.contains(text), "no {text:?} in\n{}", done.out);
    }
    assert_eq!(done.err, "");
}

#[test]
fn exit_codes_tell_errors_from_warnings_from_unreadable_files() {
    let desk = Desk::new();
    desk.write("good.csv", SMALL);
    desk.write("wrong.csv", WRONG);
    desk.write("doubtful.csv", DOUBTFUL);
    desk.write("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    for format in ["text", "json", "github", "sarif"] {
        let code = |file: &str, flags: &[&str]| {
            let mut arguments = vec!["check", file, "--format", format];
            arguments.extend(flags);
            desk.run(&arguments).code
        };
        assert_eq!(code("good.csv", &["--strict"]), 0, "{format}");
        assert_eq!(code("wrong.csv", &[]), 1, "{format}");
        assert_eq!(code("doubtful.csv", &[]), 0, "{format}");
        assert_eq!(code("doubtful.csv", &["--strict"]), 1, "{format}");
        assert_eq!(
            code("doubtful.csv", &["--set", "Stat=InTrial"]),
            2,
            "{format}"
        );
        assert_eq!(code("picture.csv", &[]), 3, "{format}");
    }
}

#[test]
fn json_names_the_cells() {
    let desk = Desk::new();
    desk.write("wrong.csv", WRONG);
    let found = desk
        .run(&["check", "wrong.csv", "--format", "json"])
        .exits(1)
        .json();
    assert_eq!(found["rows"], 3);
    assert_eq!(found["accepted"], 1);
    assert_eq!(found["invalid"], 2);
    assert_eq!(found["blocked"], 0);
    assert_eq!(found["errors"], 3);
    let cells: Vec<String> = found["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| format!("{} {} {}", one["cell"], one["code"], one["value"]))
        .collect();
    assert_eq!(
        cells,
        [
            r#""A3" "V101" """#,
            r#""B4" "V201" "EndCostumer""#,
            r#""D4" "V402" "Germny""#
        ]
    );
}

#[test]
fn github_and_sarif_point_at_the_lines() {
    let desk = Desk::new();
    desk.write("wrong.csv", WRONG);
    let github = desk
        .run(&["check", "wrong.csv", "--format", "github"])
        .exits(1);
    let lines: Vec<&str> = github
        .out
        .lines()
        .filter(|line| line.starts_with("::error"))
        .collect();
    assert_eq!(lines.len(), 3, "{}", github.out);
    assert!(
        lines[0].starts_with("::error file=wrong.csv,line=3,title=V101"),
        "{}",
        lines[0]
    );
    let sarif = desk
        .run(&["check", "wrong.csv", "--format", "sarif"])
        .exits(1)
        .json();
    assert_eq!(sarif["version"], "2.1.0");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    let place = |result: &Value| {
        let place = &result["locations"][0]["physicalLocation"];
        (
            result["ruleId"].to_string(),
            place["region"]["startLine"].to_string(),
        )
    };
    let places: Vec<_> = results.iter().map(place).collect();
    let expected = [("V101", "3"), ("V201", "4"), ("V402", "4")];
    let expected = expected.map(|(rule, line)| (format!("{rule:?}"), line.to_owned()));
    assert_eq!(places, expected);
}

#[test]
fn the_profile_beside_the_file_counts_and_flags_come_first() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("list")).expect("a directory");
    desk.write(
        "list/in.csv",
        "Client,Land,City\nFirst,DE,Köln\nSecond,,Bonn\n",
    );
    let profile = "[map]\n\"City\" = \"District\"\n[set]\nLevel = \"EndCustomer\"\n\
        State = \"InTrial\"\n[default]\nCountry = \"AT\"\n";
    desk.write("list/partner-import.toml", profile);
    let arguments = ["check", "list/in.csv", "--format", "json", "--strict"];
    let found = desk.run(&arguments).exits(0).json();
    let fields: Vec<&Value> = found["mapping"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| &one["field"])
        .collect();
    assert_eq!(fields, ["Name", "Country", "District"]);
    let with_flag = [&arguments[..], &["--map", "City=City"]].concat();
    let found = desk.run(&with_flag).exits(0).json();
    assert_eq!(found["mapping"][2]["field"], "City");
}

#[test]
fn preview_shows_the_table_and_says_what_the_columns_are() {
    let desk = Desk::new();
    desk.write(
        "list.csv",
        "\u{feff}Kunde;Land;Farbe\r\n Müller ;DE;rot\r\n\"a;b\";AT;\r\n",
    );
    let shown = desk
        .run(&["preview", "list.csv", "--format", "csv"])
        .exits(0);
    assert_eq!(shown.out, "Kunde,Land,Farbe\nMüller,DE,rot\na;b,AT,\n");
    let shown = shown.says(&["header in row 1", "-> Name (by synonym)", "-> Country"]);
    assert!(
        shown.err.contains("Farbe") && shown.err.contains("not used"),
        "{}",
        shown.err
    );
    let raw = desk
        .run(&["preview", "list.csv", "--raw", "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(raw["columns"][1]["name"], "Land");
    assert!(raw["rows"].to_string().contains("\" Müller \""), "{raw}");
    let table = desk.run(&["preview", "list.csv"]).exits(0);
    assert!(
        table
            .out
            .lines()
            .nth(2)
            .is_some_and(|line| line.contains("Müller")),
        "{}",
        table.out
    );
}

#[test]
fn preview_shows_ten_rows_or_all() {
    let desk = Desk::new();
    let rows: String = (0..25).map(|row| format!("Customer {row}\n")).collect();
    desk.write("list.csv", format!("Name\n{rows}"));
    let lines = |flags: &[&str]| {
        let arguments = [&["preview", "list.csv", "--format", "csv"], flags].concat();
        desk.run(&arguments).exits(0).out.lines().count()
    };
    assert_eq!(lines(&[]), 11);
    assert_eq!(lines(&["--all"]), 26);
    assert_eq!(lines(&["--raw"]), 26);
}

#[test]
fn an_empty_file_has_no_preview() {
    let desk = Desk::new();
    desk.write("empty.csv", "");
    for format in ["table", "csv"] {
        for flag in ["--raw", "--all"] {
            let shown = desk
                .run(&["preview", "empty.csv", flag, "--format", format])
                .exits(0);
            assert_eq!(shown.out, "", "{format} {flag}");
        }
    }
    let shown = desk
        .run(&["preview", "empty.csv", "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(shown["rows"], serde_json::json!([]));
}
