//! Diagnostics as text, JSON, GitHub commands and SARIF.

use std::fmt::Write as _;

use partner_import::check::{CheckSettings, Checker};
use partner_import::model::Source;
use partner_import::report::diagnostics::excerpt::Excerpts;
use partner_import::report::diagnostics::text::{Colour, Detail, TextOptions};
use partner_import::report::diagnostics::{Findings, github, json, sarif, text};

use crate::checker::table;

const MISTAKES: &str = "\
Name,Level,State,Country,Fone
Acme Ltd,EndCustomr,InTrial,Germny,
,EndCustomer,InTrial,DE,1
Zenith,Site,InTrial,Germny,
Nadir,Site,InTrial,Germny,
";

fn render(csv: &str, sheet: Option<&str>, write: impl Fn(&Findings<'_>, &mut Vec<u8>)) -> String {
    let (header, batch) = table(csv);
    let mut checker = Checker::new(&header, &CheckSettings::default(), &batch).unwrap();
    checker.batch(&batch);
    let mapping = checker.mapping().clone();
    let outcome = checker.finish();
    let source = Source {
        file: if sheet.is_some() {
            "customers.xlsx"
        } else {
            "customers.csv"
        }
        .to_owned(),
        sheet: sheet.map(str::to_owned),
    };
    let findings = Findings {
        source: &source,
        summary: &outcome.summary(&mapping),
        diagnostics: &outcome.diagnostics,
    };
    let mut out = Vec::new();
    write(&findings, &mut out);
    String::from_utf8(out).unwrap()
}

fn as_text(csv: &str, sheet: Option<&str>, options: TextOptions) -> String {
    render(csv, sheet, |findings, out| {
        text::write(findings, &Excerpts::default(), &options, out).unwrap();
    })
}

#[test]
fn text_says_what_where_and_what_to_do() {
    insta::assert_snapshot!(as_text(MISTAKES, None, TextOptions::default()));
}

#[test]
fn text_names_the_sheet_and_every_row_when_asked() {
    let options = TextOptions {
        detail: Detail::All,
        colour: Colour::On,
        width: 60,
        ..TextOptions::default()
    };
    insta::assert_snapshot!(as_text(MISTAKES, Some("Kunden"), options));
}

#[test]
fn many_mistakes_of_one_rule_are_counted() {
    let mut csv = "Name,Level,State,Country\n".to_owned();
    for row in 0..40 {
        let _ = writeln!(csv, "Customer {row},L{row},InTrial,DE");
    }
    let shown = as_text(&csv, None, TextOptions::default());
    assert_eq!(shown.matches("is not a level").count(), 10);
    assert!(
        shown.contains("error[V201]: 30 more of this rule in column Level; --all shows each"),
        "{shown}"
    );
}

#[test]
fn json_is_one_object_with_everything() {
    let shown = render(MISTAKES, None, |findings, out| {
        json::write(findings, out).unwrap();
    });
    let value: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(value["file"], "customers.csv");
    for (count, expected) in [
        ("rows", 4),
        ("errors", 5),
        ("warnings", 1),
        ("notes", 0),
        ("accepted", 0),
        ("invalid", 4),
        ("blocked", 0),
    ] {
        assert_eq!(value[count], expected, "{count}");
    }
    assert_eq!(
        value["mapping"][3],
        serde_json::json!({"column": "D", "header": "Country", "field": "Country", "how": "name"})
    );
    assert_eq!(
        value["diagnostics"][1],
        serde_json::json!({
            "file": "customers.csv",
            "sheet": null,
            "row": 2,
            "line": 2,
            "column": "Level",
            "cell": "B2",
            "value": "EndCustomr",
            "code": "V201",
            "name": "level-unknown",
            "severity": "error",
            "message": "\"EndCustomr\" is not a level",
            "help": "did you mean EndCustomer?",
            "suggestions": ["EndCustomer"],
            "related_rows": [],
        })
    );
}

#[test]
fn json_of_nothing_is_an_object_too() {
    let shown = render("Name\n", None, |findings, out| {
        json::write(findings, out).unwrap();
    });
    let value: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!((&value["rows"], &value["errors"]), (&0.into(), &1.into()));
    let said = value["diagnostics"].as_array().unwrap();
    let codes: Vec<&serde_json::Value> = said.iter().map(|one| &one["code"]).collect();
    assert_eq!(codes, ["R003"], "a header and nobody below it is said");
}

#[test]
fn github_gets_a_command_a_line() {
    let shown = render(MISTAKES, None, |findings, out| {
        github::write(findings, out).unwrap();
    });
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(
        lines[1],
        "::error file=customers.csv,line=2,title=V201 level-unknown::B2, column Level: \
         \"EndCustomr\" is not a level; did you mean EndCustomer?"
    );
    let shown = render("Name\n100%\u{fffd}\n", Some("A, B: C"), |findings, out| {
        github::write(findings, out).unwrap();
    });
    assert_eq!(
        shown.lines().last().unwrap(),
        "::error file=customers.xlsx,title=V113 text-damaged::sheet \"A, B: C\", A2, column Name: \
         \"100%25\u{fffd}\" has lost a character (\u{fffd}); type it again, or export the list again as UTF-8"
    );
}

#[test]
fn sarif_names_rules_places_and_cells() {
    let shown = render(MISTAKES, None, |findings, out| {
        sarif::write(std::slice::from_ref(findings), "1.2.3", out).unwrap();
    });
    let value: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(value["version"], "2.1.0");
    let run = &value["runs"][0];
    assert_eq!(run["tool"]["driver"]["version"], "1.2.3");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 6);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    assert_eq!(
        results[1],
        serde_json::json!({
            "ruleId": "V201",
            "ruleIndex": 2,
            "level": "error",
            "message": { "text": "\"EndCustomr\" is not a level. Help: did you mean EndCustomer?" },
            "locations": [{
                "physicalLocation": {
                    "artifactLocation": { "uri": "customers.csv" },
                    "region": { "startLine": 2 },
                },
                "logicalLocations": [
                    { "name": "B2", "fullyQualifiedName": "B2", "kind": "cell" },
                ],
            }],
            "properties": {
                "row": 2, "column": "Level", "value": "EndCustomr", "suggestions": ["EndCustomer"],
            },
        })
    );
}
