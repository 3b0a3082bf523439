//! What code scanning demands of SARIF, and workflows of their commands.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Desk, checked, desk, inputs, parsed};
use crate::cli::schema::problems_by;

/// The schema of the standard (OASIS): what it demands, without its descriptions.
const STANDARD: &str = "tests/fixtures/formats/sarif-2.1.0.schema.json";

/// What SARIF 2.1.0 demands of a log, as far as we write it, beyond its schema.
pub(super) fn sarif_problems(log: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    let mut must = |holds: bool, what: String| {
        if !holds {
            problems.push(what);
        }
    };
    must(log["version"] == "2.1.0", "version".into());
    must(
        log["$schema"]
            .as_str()
            .is_some_and(|one| one.contains("sarif-2.1.0")),
        "$schema".into(),
    );
    for run in log["runs"].as_array().expect("runs") {
        let driver = &run["tool"]["driver"];
        must(
            driver["name"].as_str().is_some_and(|name| !name.is_empty()),
            "tool.driver.name".into(),
        );
        let rules = driver["rules"].as_array().expect("rules");
        let ids: BTreeSet<&str> = rules
            .iter()
            .filter_map(|rule| rule["id"].as_str())
            .collect();
        must(
            ids.len() == rules.len(),
            "a rule without an id of its own".into(),
        );
        let is_level = |level: &Value| {
            level
                .as_str()
                .is_some_and(|level| ["none", "note", "warning", "error"].contains(&level))
        };
        for rule in rules {
            must(
                is_level(&rule["defaultConfiguration"]["level"]),
                format!("{rule}: level"),
            );
            for text in ["shortDescription", "fullDescription", "help"] {
                must(
                    rule[text]["text"]
                        .as_str()
                        .is_some_and(|text| !text.is_empty()),
                    format!("{rule}: {text}"),
                );
            }
        }
        for result in run["results"].as_array().expect("results") {
            must(is_level(&result["level"]), format!("{result}: level"));
            must(
                result["message"]["text"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                format!("{result}: message"),
            );
            let index = result["ruleIndex"]
                .as_u64()
                .and_then(|index| usize::try_from(index).ok());
            let rule = index.and_then(|index| rules.get(index));
            must(
                rule.is_some_and(|rule| rule["id"] == result["ruleId"]),
                format!("{result}: ruleIndex"),
            );
            for location in result["locations"].as_array().expect("locations") {
                let place = &location["physicalLocation"];
                must(
                    place["artifactLocation"]["uri"]
                        .as_str()
                        .is_some_and(is_uri),
                    format!("{place}: uri"),
                );
                if let Some(region) = place["region"].as_object() {
                    must(
                        !region.is_empty()
                            && region.values().all(|number| number.as_u64() >= Some(1)),
                        format!("{place}: region"),
                    );
                }
            }
        }
    }
    problems
}

/// Whether a text is a URI reference by its letters (RFC 3986), with whole percent signs, and no
/// colon in the first part of a relative path.
fn is_uri(text: &str) -> bool {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(&byte);
    let bytes = text.as_bytes();
    let mut letters = bytes.iter().enumerate();
    let whole = letters.all(|(at, byte)| match byte {
        b'%' => bytes
            .get(at + 1..at + 3)
            .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)),
        byte => plain(*byte),
    });
    let first = text.split('/').next().unwrap_or_default();
    !text.is_empty() && whole && (!first.contains(':') || text.starts_with("file:"))
}

#[test]
fn sarif_of_every_sample_keeps_the_rules_of_the_format() {
    let desk = desk();
    let mut results = 0;
    for (file, flags) in inputs(&desk) {
        let log = parsed(&checked(
            &desk,
            &file,
            &[&flags[..], &["--format", "sarif"]].concat(),
        ));
        assert_eq!(sarif_problems(&log), [] as [String; 0], "{file:?}");
        assert_eq!(problems_by(STANDARD, &log), "", "{file:?}");
        results += log["runs"][0]["results"].as_array().map_or(0, Vec::len);
    }
    assert!(results > 20, "{results}");
    let done = desk
        .run(&["check", "in %ä,1.csv", "--format", "sarif"])
        .exits(1);
    assert!(
        done.out.contains("\"uri\":\"in%20%25%C3%A4%2C1.csv\""),
        "{}",
        done.out
    );
    // Relative to where the check ran, as code scanning wants it.
    std::fs::create_dir(desk.path("süd #1")).expect("a directory");
    desk.write("süd #1/a b.csv", "Name,Level\n,Boss\n");
    let log = desk
        .run(&["check", "süd #1/a b.csv", "--format", "sarif"])
        .exits(1);
    let uri = "\"uri\":\"s%C3%BCd%20%231/a%20b.csv\"";
    assert!(log.out.contains(uri), "{}", log.out);
}

#[test]
fn a_log_that_breaks_the_rules_of_sarif_is_found() {
    let desk = desk();
    let good = parsed(&checked(
        &desk,
        &desk.path("in %ä,1.csv"),
        &["--format", "sarif"],
    ));
    let mut strange = good.clone();
    strange["runs"][0]["results"][0]["row"] = json!(1);
    assert!(!problems_by(STANDARD, &strange).is_empty());
    for (path, value) in [
        ("/version", json!("2.0")),
        ("/runs/0/tool/driver/rules/0/id", json!("V402")),
        ("/runs/0/results/0/level", json!("fatal")),
        ("/runs/0/results/0/ruleIndex", json!(99)),
        ("/runs/0/results/0/message/text", json!("")),
        (
            "/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri",
            json!("a b.csv"),
        ),
        (
            "/runs/0/results/0/locations/0/physicalLocation/region/startLine",
            json!(0),
        ),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(path).expect(path) = value;
        assert!(!sarif_problems(&bad).is_empty(), "{path}");
    }
}

#[test]
fn github_commands_escape_what_would_end_them() {
    let desk = Desk::new();
    desk.write(
        "a,b:c%d.csv",
        "Name,Level,State,Country\n\"Eins: 5%, \nzwei\",Boss,InTrial,DE\n",
    );
    let text = desk
        .run(&["check", "a,b:c%d.csv", "--format", "github"])
        .exits(1)
        .out;
    for line in text.lines() {
        assert!(
            ["error", "warning"].iter().any(|word| {
                line.starts_with(&format!("::{word} file=a%2Cb%3Ac%25d.csv,line=2,title="))
            }),
            "{line}"
        );
        // Properties end at the second pair of colons; the message may hold colons and commas.
        let properties = line[2..].split_once("::").expect("a message").0;
        assert_eq!(properties.matches(',').count(), 2, "{line}");
    }
    assert!(text.contains("5%25, "), "{text}");
    assert!(!text.contains('\r'));
}
