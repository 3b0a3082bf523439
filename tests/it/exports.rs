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
        if one["severity"] == "error" || code.starts_with("R35") || code.starts_with("R36") {
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
        let path = format!("crates/records/src/check/exports/{}.toml", export.name);
        let text = fs::read_to_string(root().join(&path)).expect("the file");
        let comments = text.lines().take_while(|line| line.starts_with('#'));
        assert!(
            comments.into_iter().any(|line| line.contains("https://")),
            "{path} names no source"
        );
    }
}

/// The message of each diagnostic with this code.
fn said(desk: &Desk, code: &str, more: &[&str]) -> Vec<String> {
    let args = [
        "check",
        "in.csv",
        "--format",
        "json",
        "--default",
        "State=InTrial",
    ];
    let check = desk.run(&[&args[..], more].concat()).json();
    let all = check["diagnostics"].as_array().expect("a list");
    let of_code = all.iter().filter(|one| one["code"] == code);
    of_code
        .map(|one| format!("{} {}", one["message"], one["help"]))
        .collect()
}

/// Names of the rows that would be created.
fn created(desk: &Desk, more: &[&str]) -> Vec<String> {
    let args = ["plan", "in.csv", "--sandbox", "--format", "json"];
    let args = [&args[..], &["--default", "State=InTrial"], more].concat();
    let plan = desk.run(&args).json();
    let rows = plan["rows"].as_array().expect("a list").iter();
    rows.filter(|row| row["action"] == "create")
        .map(|row| {
            row["partner_info"]["Name"]
                .as_str()
                .expect("a name")
                .to_owned()
        })
        .collect()
}

/// The sample's rows with other texts in two of the columns.
fn autotask(rows: &[(&str, &str, &str)]) -> String {
    let mut text = "Organization ID,Name,Number,Market Segment,Competitor,Territory,\
        Additional Address Information,Organization Type,Active\n"
        .to_owned();
    for (at, (name, kind, active)) in rows.iter().enumerate() {
        let _ = writeln!(text, "{},{name},N{at},,,,,{kind},{active}", at + 1);
    }
    text
}

#[test]
fn values_of_which_nothing_is_known_are_told() {
    let desk = Desk::new();
    let list = autotask(&[
        ("Alder", "Customer", "Yes"),
        ("Birch", "Kunde", "Ja"),
        ("Cedar", "Lieferant", "Ja"),
        ("Dogwood", "Interessent", "Ja"),
        ("Elm", "Customer", "Nein"),
        ("Fir", "Customer", "N"),
        ("Gum", "Vendor/Distributor", "Yes"),
        ("Hazel", "vendor/distributor", "vielleicht"),
        ("Ivy", "", ""),
    ]);
    desk.write("in.csv", list);
    let auto = ["--export", "auto"];
    assert_eq!(
        created(&desk, &auto),
        ["Alder", "Birch", "Gum", "Hazel", "Ivy"]
    );
    let told = said(&desk, "R359", &auto);
    assert_eq!(told.len(), 1, "{told:?}");
    for part in [
        "Vendor/Distributor",
        "(1 row)",
        "vielleicht",
        "in Active",
        "'Organization Type' in (",
    ] {
        let part = part.trim_start_matches("in ");
        assert!(told[0].contains(part), "{part}: {told:?}");
    }
    assert!(!told[0].contains("Kunde"), "{told:?}");
    let leave_out = "'Organization Type' = 'Vendor/Distributor'";
    let more = [&auto[..], &["--leave-out", leave_out]].concat();
    assert_eq!(created(&desk, &more), ["Alder", "Birch", "Ivy"]);
    assert_eq!(said(&desk, "R359", &more), [] as [String; 0]);
}

#[test]
fn words_of_connectwise_are_told_apart() {
    let desk = Desk::new();
    let mut list = "Company ID,Company Name,Type,Status,Territory\n".to_owned();
    for (name, kind, status) in [
        ("Alder", "Client", "Active"),
        ("Birch", "\"Client, Vendor\"", "Active"),
        ("Cedar", "Non-Client Vendor", "Active"),
        ("Dogwood", "Owner", "Active"),
        ("Catchall", "Client", "Active"),
        ("Elm", "Catchall", "Active"),
        ("Fir", "Competitor", "Active"),
        ("Gum", "Suspect", "Active"),
        ("Hazel", "Client", "Inactive - Left"),
        ("Ivy", "Distributor", "Active"),
        ("Juniper", "Architect", "Active"),
    ] {
        let _ = writeln!(list, "{name},{name},{kind},{status},x");
    }
    desk.write("in.csv", list);
    let auto = ["--export", "auto"];
    assert_eq!(created(&desk, &auto), ["Alder", "Birch", "Juniper"]);
    let left_out = said(&desk, "R354", &auto);
    let placeholders = left_out.iter().filter(|one| one.contains("placeholders"));
    assert_eq!(placeholders.count(), 1, "{left_out:?}");
    let told = said(&desk, "R359", &auto);
    assert!(
        told[0].contains("Architect") && !told[0].contains("Active"),
        "{told:?}"
    );
}

#[test]
fn a_column_without_which_rows_cannot_be_told_is_named() {
    let desk = Desk::new();
    let list = autotask(&[("Alder", "Customer", "Yes")]);
    desk.write("in.csv", list.replace("Organization Type", "Kind"));
    let told = said(&desk, "R360", &["--export", "auto"]);
    let expected = "vendors and partners, leads and prospects, former customers (no column \\\"Organization Type\\\")";
    assert!(told[0].contains(expected), "{told:?}");
    assert!(!told[0].contains("own company"), "{told:?}");
    // Either of two columns tells it.
    let halo =
        "Client ID,Client Name,Top Level,Inactive\n1,Alder,Customers,no\n2,Birch,Suppliers,no\n";
    desk.write("in.csv", halo);
    assert_eq!(created(&desk, &["--export", "auto"]), ["Alder"]);
}

#[test]
fn a_list_that_is_no_export_is_said_to_be_none() {
    let desk = Desk::new();
    desk.write("in.csv", "Name,Level\nAlder,EndCustomer\n");
    assert_eq!(said(&desk, "R361", &["--export", "auto"]).len(), 1);
    assert_eq!(said(&desk, "R361", &[]).len(), 0);
    assert_eq!(said(&desk, "R362", &[]).len(), 0);
    desk.write(
        "in.csv",
        "Client ID,Client Name,Inactive,Customer Type,Country\n1,Alder,no,,DE\n",
    );
    let near = said(&desk, "R362", &[]);
    assert!(
        near[0].contains("HaloPSA") && near[0].contains("Top Level"),
        "{near:?}"
    );
    let near = said(&desk, "R361", &["--export", "auto"]);
    assert!(near[0].contains("Top Level"), "{near:?}");
    let wrong = desk.run(&["check", "in.csv", "--export", "ConnectWise"]);
    assert!(
        wrong.err.contains("did you mean connectwise-manage"),
        "{}",
        wrong.err
    );
}

#[test]
fn a_profile_names_the_export_that_was_recognised() {
    let desk = Desk::new();
    desk.write(
        "in.csv",
        "Client ID,Client Name,Top Level,Inactive\n1,Alder,x,no\n",
    );
    let init = ["init", "in.csv", "--out", "-", "--export", "auto"];
    let text = desk.run(&init).exits(0).out;
    assert!(text.contains("export = \"halopsa\""), "{text}");
}

#[test]
fn only_a_tool_that_numbers_its_root_has_one() {
    let desk = Desk::new();
    let list = "Id,IsDeleted,Name,Type,ParentId,BillingStreet\n\
        A1,0,Alder,Customer,000,1 St\nA2,0,Birch,Customer,A9,1 St\n";
    desk.write("in.csv", list);
    let auto = ["--export", "auto"];
    assert_eq!(said(&desk, "R358", &auto).len(), 0);
    assert_eq!(said(&desk, "H108", &auto).len(), 1);
    assert_eq!(created(&desk, &auto), ["Alder"]);
    // A number that a spreadsheet has written.
    let own = autotask(&[("Own", "Customer", "Yes"), ("Alder", "Customer", "Yes")]);
    desk.write("in.csv", own.replace("\n1,Own", "\n0.0,Own"));
    assert_eq!(created(&desk, &auto), ["Alder"]);
}

#[test]
fn customers_of_one_name_are_no_contacts_of_each_other() {
    let desk = Desk::new();
    let combined = "Organization ID,Organization: Name,Organization: Number,Contact: First Name\n";
    desk.write(
        "in.csv",
        format!("{combined}1,Alder,N1,Ann\n1,Alder,,Ben\n2,Alder,N2,Cid\n2,Alder,N2,Dan\n"),
    );
    let auto = ["--export", "auto"];
    let left_out = said(&desk, "R354", &auto);
    assert!(
        left_out[0].contains("2 rows are left out: further contacts"),
        "{left_out:?}"
    );
    // A report of accounts has a row for each of them; one with contacts has not.
    let report = "Account Name,Account Owner,Type,Phone\nAlder,x,Customer,1\nAlder,x,Customer,2\n";
    desk.write("in.csv", report);
    assert_eq!(said(&desk, "R354", &auto).len(), 0);
    desk.write("in.csv", report.replace("Phone", "First Name"));
    assert_eq!(said(&desk, "R354", &auto).len(), 1);
}
