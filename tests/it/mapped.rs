//! `preview --mapped`: the records as they would be sent.

use std::fs;

use rust_xlsxwriter::Workbook;
use serde_json::Value;

use crate::cli::desk::Desk;
use crate::cli::schema::matches;

/// A cell for every field, each in a way that is cleaned, and a default account.
const EVERY: &str = "Kunde;Parent;Level;Service;Child Service Types;State;Land;Device Country;LocationId;\
    Kundennummer;Flags;Legal name;Tel.;Fax;Website;KvK;USt-ID;IBAN;BillingContactPersonId;Bundesland;Bezirk;\
    Ort;PLZ;Straße;Trial start;Trial end;Region;ResponsibleUserId;Default account;Farbe\n\
    Nord Partner;;reseller;all inclusive;SoftwareOnly, AllInclusive;in production;Deutschland;Austria;7;\
    N-0;can invoice others | HasCustomBranding;Nord GmbH;+49 30 5550118;+49 30 5550119;nord.example;\
    1234;DE123456789;DE02120300000000202051;42;Berlin;Mitte;Berlin;10115;Ring 4;31.03.2027;\
    2027-06-30;Europe;9;yes;rot\n\
    Süd Praxis;N-0;EndCustomer;;;InTrial;;;;;;;;;;;;;;;;;;;1790000000;1790000001;;;;\n";

fn mapped(desk: &Desk, arguments: &[&str]) -> String {
    let start = ["preview", "--mapped", "--format", "csv"];
    desk.run(&[&start[..], arguments].concat()).exits(0).out
}

#[test]
fn every_field_that_the_list_gives_has_a_column() {
    let desk = Desk::new();
    desk.write("in.csv", EVERY);
    let shown = mapped(&desk, &["in.csv"]);
    insta::assert_snapshot!(shown);
    // What is shown is a list that means the same.
    desk.write("again.csv", &shown);
    assert_eq!(mapped(&desk, &["again.csv"]), shown);
    desk.run(&["check", "again.csv"]).exits(0);
}

#[test]
fn defaults_and_values_for_all_rows_are_applied_and_nothing_else_is_a_column() {
    let desk = Desk::new();
    desk.write(
        "in.csv",
        "Customer Name,Country,Notes\n  Alder\u{a0},Germany,x\nBirch,,y\n",
    );
    let flags = ["--default", "Country=AT", "--set", "Level=EndCustomer"];
    let shown = mapped(&desk, &[&["in.csv"][..], &flags].concat());
    assert_eq!(
        shown,
        "Name,Level,Country\nAlder,EndCustomer,DE\nBirch,EndCustomer,AT\n"
    );
    desk.write(
        "p.toml",
        "[default]\nState = \"InTrial\"\n[map]\n\"Notes\" = \"City\"\n",
    );
    let flags = ["--default", "Level=EndCustomer", "--profile", "p.toml"];
    let shown = mapped(&desk, &[&["in.csv"][..], &flags].concat());
    assert!(
        shown.starts_with("Name,Level,State,Country,City\nAlder,EndCustomer,InTrial,DE,x\n"),
        "{shown}"
    );
}

#[test]
fn the_list_is_read_as_it_is_asked_for() {
    let desk = Desk::new();
    let text = "Stand heute\n\nFirma|Ort\nBäcker, Müller|Köln\n";
    let latin = text.chars().map(|letter| u8::try_from(letter).unwrap());
    desk.write("in.csv", latin.collect::<Vec<u8>>());
    let flags = [
        "--header-row",
        "3",
        "--delimiter",
        "|",
        "--encoding",
        "windows-1252",
    ];
    let flags = [&flags[..], &["--default", "Level=EndCustomer"]].concat();
    let shown = mapped(&desk, &[&["in.csv"][..], &flags].concat());
    assert_eq!(
        shown,
        "Name,Level,City\n\"Bäcker, Müller\",EndCustomer,Köln\n"
    );
}

#[test]
fn rows_that_are_not_sent_are_absent_and_counted() {
    let desk = Desk::new();
    desk.write(
        "in.csv",
        "Name,Parent,Level,State,Country\n\
         Alder,,Reseller,InTrial,DE\n\
         Birch,,Reseller,InTrial,Germny\n\
         Cedar,Birch,EndCustomer,InTrial,DE\n\
         Dogwood,Alder,EndCustomer,InTrial,AT\n",
    );
    let done = desk
        .run(&["preview", "in.csv", "--mapped", "--format", "jsonl"])
        .exits(0)
        .says(&[
            "2 records; 2 rows are not among them: 1 invalid, 1 blocked",
            "-> Name (by name)",
            "error[V402]",
        ]);
    let lines: Vec<Value> = done
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        lines[1],
        serde_json::json!({
            "row": 5, "sheet": null, "Name": "Dogwood", "Parent": "Alder", "Level": "EndCustomer",
            "State": "InTrial", "Country": "AT",
        })
    );
    let json = desk
        .run(&["preview", "in.csv", "--mapped", "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(json, Value::from(lines));
    let table = desk.run(&["preview", "in.csv", "--mapped"]).exits(0).out;
    let expected = "ROW  Parent  Name     Level        State    Country\n\
                    2            Alder    Reseller     InTrial  DE\n\
                    5    Alder   Dogwood  EndCustomer  InTrial  AT\n";
    assert_eq!(table, expected);
}

#[test]
fn a_list_that_is_refused_has_no_records() {
    let desk = Desk::new();
    desk.write(
        "in.csv",
        "Customer,Client,Level,State,Country\nAlder,Birch,EndCustomer,InTrial,DE\n",
    );
    let done = desk
        .run(&["preview", "in.csv", "--mapped", "--format", "csv"])
        .exits(1)
        .says(&[
            "error[R302]",
            "0 records; 1 row is not among them: 1 invalid, 0 blocked",
        ]);
    assert_eq!(done.out.lines().count(), 1, "{}", done.out);
    // The guess may be looked at.
    let shown = desk
        .run(&["preview", "in.csv"])
        .exits(0)
        .says(&["`check`, `plan` and `run` refuse it", "error R302: "]);
    assert!(shown.out.contains("Alder"), "{}", shown.out);
    let json = desk
        .run(&["preview", "in.csv", "--format", "json"])
        .exits(0)
        .json();
    matches("preview", &json);
    assert_eq!(json["notes"][0]["code"], "R302");
    desk.run(&["preview", "in.csv", "--format", "jsonl"])
        .exits(2)
        .says(&["--mapped"]);
}

#[test]
fn sheets_that_are_one_input_are_one_table() {
    let desk = Desk::new();
    let mut book = Workbook::new();
    for (name, rows) in [
        (
            "Nord",
            [
                ["Name", "Level", "Land"],
                ["Alder", "EndCustomer", "Österreich"],
            ],
        ),
        (
            "Süd",
            [["Kunde", "Level", "Ort"], ["Birch", "EndCustomer", "Bonn"]],
        ),
    ] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        for (row, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(cells) {
                sheet.write_string(row, column, cell).unwrap();
            }
        }
    }
    book.save(desk.path("all.xlsx")).unwrap();
    assert_eq!(
        mapped(&desk, &["all.xlsx", "--all-sheets"]),
        "Name,Level,Country,City\nAlder,EndCustomer,AT,\nBirch,EndCustomer,,Bonn\n"
    );
    assert_eq!(
        mapped(&desk, &["all.xlsx", "--sheet", "Süd"]),
        "Name,Level,City\nBirch,EndCustomer,Bonn\n"
    );
    let lines = [
        "preview",
        "all.xlsx",
        "--all-sheets",
        "--mapped",
        "--format",
        "jsonl",
    ];
    let lines = desk.run(&lines).exits(0).out;
    assert!(
        lines.contains(r#"{"row":2,"sheet":"Süd","Name":"Birch""#),
        "{lines}"
    );
}

#[test]
fn records_are_as_their_schema_says() {
    let desk = Desk::new();
    desk.write("in.csv", EVERY);
    let samples = [
        "first-import/customers.csv",
        "four-levels/input.xlsx",
        "psa-export/input.csv",
    ];
    let mut seen = 0;
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    for file in samples
        .map(|name| root.join(name))
        .into_iter()
        .chain([desk.path("in.csv")])
    {
        assert!(fs::exists(&file).unwrap());
        let file = file.display().to_string();
        let lines = desk
            .run(&["preview", &file, "--mapped", "--format", "jsonl"])
            .exits(0)
            .out;
        for line in lines.lines() {
            matches("preview-record", &serde_json::from_str(line).unwrap());
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}
