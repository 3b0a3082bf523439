//! The samples: each case is run as its README says, and its outcome held against the files in its
//! `expected` directory. `UPDATE_SAMPLES=1 cargo test --test it samples` writes them anew.
//!
//! | file in `expected` | what |
//! |---|---|
//! | `check.json` | counts, the columns' fields, and every problem's cell and code |
//! | `rows.csv` | row by row: name, status, codes |
//! | `tree.txt` | the sandbox's tenant afterwards |

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use partner_import::sandbox::{ACCOUNT_ID, Config, PartnerView, Sandbox};
use serde_json::{Value, json};

use crate::cli::desk::{Desk, Table};

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

/// Checks and runs a case, whose rows do or do not all make it, and compares.
fn hold(case: &str, input: &str, code: i32) -> Desk {
    let desk = Desk::new();
    let file = samples().join(case).join(input).display().to_string();
    let check = desk
        .run(&["check", &file, "--format", "json"])
        .exits(code)
        .json();
    compare(case, "check.json", &format!("{:#}\n", essentials(&check)));
    let run = ["run", &file, "--sandbox", "--yes", "--out", "out"];
    desk.run(&run).exits(code);
    let delimiter = if desk
        .read("out/results.csv")
        .lines()
        .next()
        .is_some_and(|head| head.contains(';'))
    {
        b';'
    } else {
        b','
    };
    let results = Table::parse(&desk.read("out/results.csv"), delimiter);
    compare(case, "rows.csv", &rows(&results, &check));
    let tenant = tenant(&desk);
    compare(case, "tree.txt", &tree(&tenant));
    ids_are_the_tenants(&results, &tenant, name_column(&check));
    let counts = desk.summary()["counts"].clone();
    let sum: u64 = counts
        .as_object()
        .expect("an object")
        .iter()
        .filter(|(status, _)| !matches!(status.as_str(), "rows" | "left_out"))
        .map(|(_, count)| count.as_u64().expect("a number"))
        .sum();
    assert_eq!(counts["rows"], sum, "{counts}");
    // The same again changes nothing.
    desk.run(&[&run[..4], &["--out", "again"]].concat())
        .exits(code);
    assert_eq!(tree(&self::tenant(&desk)), tree(&tenant));
    let again = fs::read_to_string(desk.path("again/summary.json")).expect("a summary");
    let again: Value = serde_json::from_str(&again).expect("JSON");
    assert_eq!(again["counts"]["created"], 0);
    assert_eq!(again["requests"].get("AddPartner"), None);
    desk
}

fn compare(case: &str, name: &str, text: &str) {
    let path = samples().join(case).join("expected").join(name);
    if std::env::var_os("UPDATE_SAMPLES").is_some() {
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(&path, text).expect("written");
        return;
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    let differing = expected
        .lines()
        .zip(text.lines())
        .find(|(one, other)| one != other);
    assert!(
        expected == text,
        "{} does not hold; first difference: {differing:?}; {} and {} lines",
        path.display(),
        expected.lines().count(),
        text.lines().count()
    );
}

/// What of a check's JSON must stay, whatever the wording.
fn essentials(check: &Value) -> Value {
    let list = |name: &str| check[name].as_array().expect("a list").clone();
    let mapping: Vec<Value> = list("mapping")
        .iter()
        .map(|one| {
            let text = |name: &str| one[name].as_str().unwrap_or("-").to_owned();
            format!("{} {} -> {}", text("column"), text("header"), text("field")).into()
        })
        .collect();
    let problems: Vec<Value> = list("diagnostics")
        .iter()
        .map(|one| {
            let text = |name: &str| one[name].as_str().unwrap_or("-").to_owned();
            format!("{} {} {}", text("cell"), text("code"), text("severity")).into()
        })
        .collect();
    let mut kept = json!({ "mapping": mapping, "problems": problems });
    for count in [
        "rows", "accepted", "invalid", "blocked", "errors", "warnings",
    ] {
        kept[count] = check[count].clone();
    }
    kept
}

/// The header of the column that holds the names.
fn name_column(check: &Value) -> &str {
    let mapping = check["mapping"].as_array().expect("a list");
    let column = mapping
        .iter()
        .find(|one| one["field"] == "Name")
        .expect("a name column");
    column["header"].as_str().expect("text")
}

fn rows(results: &Table, check: &Value) -> String {
    let name = name_column(check);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(["Name", "ImportStatus", "ImportCode"])
        .expect("memory");
    for row in &results.rows {
        writer
            .write_record([&row[name], &row["ImportStatus"], &row["ImportCode"]])
            .expect("memory");
    }
    String::from_utf8(writer.into_inner().expect("memory")).expect("UTF-8")
}

/// What the sandbox kept.
fn tenant(desk: &Desk) -> Vec<PartnerView> {
    let db = Some(desk.path("state/sandbox.sqlite"));
    let sandbox = Sandbox::new(Config {
        db,
        ..Config::default()
    })
    .expect("the tenant is there");
    let mut partners = sandbox.partners();
    partners.retain(|one| !one.original && !one.removed);
    partners
}

/// The tenant as an indented list, siblings by name, for ids depend on who was faster.
fn tree(partners: &[PartnerView]) -> String {
    let mut below: BTreeMap<i32, Vec<&PartnerView>> = BTreeMap::new();
    for one in partners {
        below.entry(one.parent_id).or_default().push(one);
    }
    for children in below.values_mut() {
        children.sort_by(|a, b| b.name.cmp(&a.name));
    }
    let mut text = String::new();
    let mut stack: Vec<(usize, &PartnerView)> = below
        .get(&ACCOUNT_ID)
        .into_iter()
        .flatten()
        .map(|one| (0, *one))
        .collect();
    while let Some((depth, one)) = stack.pop() {
        let of = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
        let _ = writeln!(
            text,
            "{:indent$}{} | {} | {} | {} | {} {} location {} | {} | {}",
            "",
            one.name,
            one.level,
            one.state,
            of(&one.external_code),
            of(&one.country),
            of(&one.device_country),
            one.location_id,
            of(&one.phone),
            of(&one.city),
            indent = depth * 2
        );
        stack.extend(
            below
                .get(&one.id)
                .into_iter()
                .flatten()
                .map(|child| (depth + 1, *child)),
        );
    }
    assert_eq!(
        text.lines().count(),
        partners.len(),
        "everybody hangs in the tree"
    );
    text
}

fn ids_are_the_tenants(results: &Table, tenant: &[PartnerView], name: &str) {
    let by_id: BTreeMap<String, &str> = tenant
        .iter()
        .map(|one| (one.id.to_string(), one.name.as_str()))
        .collect();
    let with_id = results.rows.iter().filter(|row| !row["ID"].is_empty());
    let mut count = 0;
    for row in with_id {
        assert_eq!(
            by_id.get(&row["ID"]).copied(),
            Some(row[name].trim()),
            "{row:?}"
        );
        count += 1;
    }
    assert_eq!(count, tenant.len());
}

#[test]
fn first_import() {
    let desk = hold("first-import", "customers.csv", 0);
    let counts = &desk.summary()["counts"];
    assert_eq!(
        (&counts["rows"], &counts["created"]),
        (&12.into(), &12.into())
    );
}

#[test]
fn six_column_list() {
    hold("six-column-list", "input.csv", 0);
    let bytes = fs::read(samples().join("six-column-list/input.csv")).expect("the sample");
    assert!(
        bytes.windows(2).any(|pair| pair == b"\r\n"),
        "as a Windows machine writes it"
    );
}

#[test]
fn psa_export() {
    let desk = hold("psa-export", "input.csv", 0);
    let counts = &desk.summary()["counts"];
    assert_eq!(counts["rows"], 8, "two are inactive");
}

#[test]
fn four_levels() {
    let desk = hold("four-levels", "input.xlsx", 0);
    let levels: std::collections::BTreeSet<&str> =
        tenant(&desk).iter().map(|one| one.level).collect();
    let expected = ["EndCustomer", "Reseller", "ServiceOrganization", "Site"];
    assert_eq!(levels, expected.into());
}

#[test]
fn one_sheet_per_region() {
    let desk = hold("one-sheet-per-region", "input.xlsx", 1);
    let results = desk.table("out/results.csv");
    let sheets: std::collections::BTreeSet<&str> =
        results.column("ImportSheet").into_iter().collect();
    assert_eq!(sheets, ["DACH", "Nordics", "Rest"].into());
    // A parent on another sheet.
    let parent = tenant(&desk)
        .into_iter()
        .find(|one| one.name == "Donau Systemhaus")
        .expect("the reseller");
    let child = tenant(&desk)
        .into_iter()
        .find(|one| one.name == "Lisboa Contabilidade")
        .expect("its customer");
    assert_eq!(child.parent_id, parent.id);
}

#[test]
fn twenty_mistakes() {
    let desk = hold("twenty-mistakes", "input.csv", 1);
    let results = desk.table("out/results.csv");
    let invalid = results
        .rows
        .iter()
        .filter(|row| row["ImportStatus"] == "invalid");
    let codes: std::collections::BTreeSet<&str> =
        invalid.map(|row| row["ImportCode"].as_str()).collect();
    assert_eq!(codes.len(), 20, "another rule for each: {codes:?}");
}

#[test]
fn thousand_customers() {
    let desk = hold("thousand-customers", "input.csv", 0);
    assert_eq!(desk.summary()["counts"]["created"], 1000);
    let names = desk.table("out/results.csv");
    let foreign = names
        .column("Name")
        .iter()
        .filter(|name| !name.is_ascii())
        .count();
    assert!(foreign > 950, "{foreign}");
}
