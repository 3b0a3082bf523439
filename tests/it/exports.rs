//! Known exports: each data file has a sample in `samples/exports`, and what a run would make of it.
//! `UPDATE_SAMPLES=1 cargo test --test it exports` writes the expected results anew.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use partner_import::check::exports;
use serde_json::Value;

use crate::cli::desk::Desk;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// What would be created, and what is left out and said.
fn outcome(desk: &Desk, file: &str, export: &str) -> String {
    let args = ["--export", export, "--default", "State=InTrial"];
    let check = [&["check", file, "--format", "json"][..], &args].concat();
    let check = desk.run(&check).json();
    let mut text = String::new();
    for one in check["diagnostics"].as_array().expect("a list") {
        let code = one["code"].as_str().expect("a code");
        if one["severity"] == "error" || code.starts_with("R35") {
            let row = one["row"]
                .as_u64()
                .map_or(String::new(), |row| format!("row {row}: "));
            let _ = writeln!(
                text,
                "{code} {row}{}",
                one["message"].as_str().expect("a text")
            );
        }
    }
    let plan = [&["plan", file, "--sandbox", "--format", "json"][..], &args].concat();
    let plan = desk.run(&plan).json();
    let rows = plan["rows"].as_array().expect("a list");
    let name_of = |row: &Value| {
        row["partner_info"]["Name"]
            .as_str()
            .unwrap_or("-")
            .to_owned()
    };
    for row in rows {
        let info = &row["partner_info"];
        let member = |path: &str| {
            let value = path.split('.').fold(info, |value, name| &value[name]);
            value.as_str().map_or("-".to_owned(), str::to_owned)
        };
        let parent = rows
            .iter()
            .find(|other| other["row"] == row["parent"]["row"]);
        let _ = writeln!(
            text,
            "{} {} | {} | below {} | {} | {} | {}",
            row["action"].as_str().expect("an action"),
            name_of(row),
            member("Level"),
            parent
                .filter(|_| row["parent"]["row"].is_u64())
                .map_or("the root".to_owned(), name_of),
            member("ExternalCode"),
            member("Company.PostAddress.City"),
            member("Company.PostAddress.Country"),
        );
    }
    text
}

#[test]
fn every_export_is_read_as_expected() {
    let names: BTreeSet<String> = exports::all().map(|one| one.name.clone()).collect();
    let samples = root().join("samples/exports");
    let there: BTreeSet<String> = fs::read_dir(&samples)
        .expect("the samples")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    assert_eq!(
        names, there,
        "a data file without a sample, or the other way round"
    );
    let desk = Desk::new();
    let mut wrong = Vec::new();
    for name in names {
        let file = samples.join(&name).join("input.csv").display().to_string();
        let text = outcome(&desk, &file, &name);
        // What it is recognised as makes the same of it.
        assert_eq!(outcome(&desk, &file, "auto"), text, "{name}");
        let path = samples.join(&name).join("expected.txt");
        if std::env::var_os("UPDATE_SAMPLES").is_some() {
            fs::write(&path, &text).expect("written");
        } else if fs::read_to_string(&path).unwrap_or_default() != text {
            wrong.push(format!("{}:\n{text}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Autotask's users call an organization as they like; what is known of its types holds then, too.
#[test]
fn an_export_is_known_in_the_words_of_its_users() {
    let desk = Desk::new();
    for (sample, word) in [
        ("autotask", "Company"),
        ("autotask", "Client"),
        ("autotask-combined", "Account"),
        ("autotask-combined", "Business Unit"),
    ] {
        let folder = root().join("samples/exports").join(sample);
        let text = fs::read_to_string(folder.join("input.csv")).expect("the sample");
        desk.write("in.csv", text.replace("Organization", word));
        let expected = fs::read_to_string(folder.join("expected.txt")).expect("expected");
        assert_eq!(
            outcome(&desk, "in.csv", sample),
            expected,
            "{sample}, {word}"
        );
        assert_eq!(
            outcome(&desk, "in.csv", "auto"),
            expected,
            "{sample}, {word}"
        );
    }
}

/// Columns stand in any order, others stand among them, and the file is as any program saves it.
#[test]
fn an_export_is_recognised_however_it_is_saved() {
    let desk = Desk::new();
    for sample in ["autotask", "halopsa", "hubspot", "n-central-api", "syncro"] {
        let folder = root().join("samples/exports").join(sample);
        let text = fs::read_to_string(folder.join("input.csv")).expect("the sample");
        let expected = fs::read_to_string(folder.join("expected.txt")).expect("expected");
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(text.as_bytes());
        let mut turned = csv::WriterBuilder::new()
            .delimiter(b';')
            .from_writer(Vec::new());
        for (row, record) in reader.records().enumerate() {
            let record = record.expect("a row");
            let own = if row == 0 { "Our own column" } else { "x" };
            turned
                .write_record(record.iter().rev().chain([own]))
                .expect("written");
        }
        let turned = String::from_utf8(turned.into_inner().expect("written")).expect("text");
        let utf16: Vec<u8> = turned.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (how, bytes) in [
            ("BOM", ["\u{feff}".as_bytes(), turned.as_bytes()].concat()),
            ("UTF-16", [&[0xff, 0xfe][..], &utf16].concat()),
        ] {
            desk.write("in.csv", bytes);
            assert_eq!(
                outcome(&desk, "in.csv", "auto"),
                expected,
                "{sample}, {how}"
            );
        }
    }
}

#[test]
fn every_data_file_says_where_its_headers_come_from() {
    for export in exports::all() {
        let path = format!("src/check/exports/{}.toml", export.name);
        let text = fs::read_to_string(root().join(&path)).expect("the file");
        let comments = text.lines().take_while(|line| line.starts_with('#'));
        assert!(
            comments.into_iter().any(|line| line.contains("https://")),
            "{path} names no source"
        );
    }
}
