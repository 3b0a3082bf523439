//! The command `check` as people call it: what it prints, and how it ends.

use std::fs;
use std::path::Path;
use std::process::Command;

/// What the command printed and its exit code; file names are seen from `folder`.
pub(crate) fn partner_import(folder: &Path, arguments: &[&str]) -> (String, String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_partner-import"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        text(output.stdout),
        text(output.stderr),
        output.status.code().unwrap(),
    )
}

/// A folder with one file in it.
fn folder(name: &str, content: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), content).unwrap();
    folder
}

#[test]
fn columns_that_are_not_imported_are_said_together() {
    let content = "Name,Fleet,Adress 2,Colour,Mood\nAcme,7,Flat 1,blue,fine\n";
    let folder = folder("list.csv", content);
    let (shown, ..) = partner_import(folder.path(), &["check", "list.csv"]);
    assert_eq!(shown.matches("warning[R307]").count(), 2, "{shown}");
    assert!(
        shown.contains("= note: the same for 2 more columns: Colour (D), Mood (E)\n"),
        "{shown}"
    );
    assert!(shown.contains("column Adress 2, C1"), "{shown}");
    let (all, ..) = partner_import(folder.path(), &["check", "list.csv", "--all"]);
    assert_eq!(all.matches("warning[R307]").count(), 4, "{all}");
}

const WITH_NOTES: &str = "Name,Level,State,Country\nAcme,EndCustomer,InTrial,DE\n,,,\n\
                          Bell,EndCustomer,InTrial,AT\nName,Level,State,Country\n\
                          Cody,EndCustomer,InTrial,CH\n";

#[test]
fn harmless_remarks_are_notes_and_never_fail() {
    let folder = folder("list.csv", WITH_NOTES);
    let check = |arguments: &[&str]| {
        let arguments = [&["check", "list.csv", "--strict"], arguments].concat();
        let (shown, said, code) = partner_import(folder.path(), &arguments);
        assert_eq!(code, 0, "{shown}{said}");
        shown
    };
    let text = check(&[]);
    assert!(
        text.starts_with("note: left out: ") && text.contains("[R054]") && text.contains("[R042]"),
        "{text}"
    );
    assert!(
        text.contains("; 0 errors, 0 warnings, 2 notes\n\nNext, "),
        "{text}"
    );
    let json: serde_json::Value = serde_json::from_str(&check(&["--format", "json"])).unwrap();
    let counts = ["errors", "warnings", "notes"].map(|name| json[name].as_u64().unwrap());
    assert_eq!(counts, [0, 0, 2], "{json}");
    assert_eq!(json["diagnostics"][0]["severity"], "note");
    let annotations = check(&["--format", "github"]);
    assert_eq!(
        annotations.matches("::notice file=list.csv").count(),
        2,
        "{annotations}"
    );
    let log: serde_json::Value = serde_json::from_str(&check(&["--format", "sarif"])).unwrap();
    assert_eq!(log["runs"][0]["results"][1]["level"], "note", "{log}");
}

#[test]
fn doubts_fail_when_asked() {
    let folder = folder(
        "list.csv",
        "Name,Level,State,Country\nAcme,EndCustomer,InTrial,DE\nTotal,1,,\n",
    );
    let (shown, _, code) = partner_import(folder.path(), &["check", "list.csv"]);
    assert!(shown.contains("warning[") && code == 0, "{shown}");
    let (shown, _, code) = partner_import(folder.path(), &["check", "list.csv", "--strict"]);
    assert_eq!(code, 1, "{shown}");
}

#[test]
fn a_list_of_countries_is_judged_as_json() {
    let folder = folder("x", "");
    let arguments = ["country", "Austria", "--format", "json"];
    let (shown, _, code) = partner_import(folder.path(), &arguments);
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("\"country\": \"AT\""), "{shown}");
}

const DAMAGED: &str = "List of today\nName;Level;State;Country;ZipCode;Remark\n\
                       MÃ¼ller GmbH;EndCustomer;InTrial;DE;1067;\"a;b\"\n\
                       Acme\u{a0}Ltd;EndCustomer;InTrial;Germny;80331; kept \n";

#[test]
fn a_mended_copy_holds_what_is_sent() {
    let list = "Name,Level,State,Country,ZipCode,Address,ExternalCode\n\
                Smith &amp; Sons,EndCustomer,InTrial,DE,1067.0,\"Hof 3\nHaus B\",=\"00012\"\n\
                Acme\u{a0}Ltd,EndCustomer,InTrial,DE,80331,-,'00013\n";
    let folder = folder("list.csv", list);
    let arguments = ["check", "list.csv", "--fix", "mended.csv"];
    let (shown, said, code) = partner_import(folder.path(), &arguments);
    assert_eq!(code, 0, "{shown}{said}");
    let copy = fs::read_to_string(folder.path().join("mended.csv")).unwrap();
    assert_eq!(
        copy,
        "\u{feff}Name,Level,State,Country,ZipCode,Address,ExternalCode\r\n\
         Smith & Sons,EndCustomer,InTrial,DE,01067,\"Hof 3, Haus B\",00012\r\n\
         Acme Ltd,EndCustomer,InTrial,DE,80331,-,00013\r\n"
    );
    let (shown, _, code) = partner_import(folder.path(), &["check", "mended.csv"]);
    assert_eq!((code, shown.matches("warning[").count()), (0, 1), "{shown}");
    assert!(shown.contains("V107"), "{shown}");
}

#[test]
fn a_mended_copy_changes_what_is_listed_and_nothing_else() {
    let folder = folder("list.csv", DAMAGED);
    let arguments = ["check", "list.csv", "--fix", "mended.csv"];
    let (shown, said, code) = partner_import(folder.path(), &arguments);
    assert_eq!(
        shown,
        "row 3, column Name, A3: \"MÃ¼ller GmbH\" -> \"Müller GmbH\" [V112]\n\
         row 3, column ZipCode, E3: \"1067\" -> \"01067\" [V110]\n\
         row 4, column Name, A4: \"Acme\\u{a0}Ltd\" -> \"Acme Ltd\" [V114]\n\
         mended.csv: cells fixed: 3; left: errors 1, warnings 1, notes 0\n\n\
         Next, to have corrections proposed in a file, for you to review:\n  \
         partner-import check list.csv --fix list.mends.toml\n",
        "{said}"
    );
    // The misspelt country is left to a person.
    assert_eq!(code, 1);
    let copy = fs::read_to_string(folder.path().join("mended.csv")).unwrap();
    assert_eq!(
        copy,
        "\u{feff}Name;Level;State;Country;ZipCode;Remark\r\n\
         Müller GmbH;EndCustomer;InTrial;DE;01067;\"a;b\"\r\n\
         Acme Ltd;EndCustomer;InTrial;Germny;80331; kept \r\n"
    );
    assert_eq!(
        fs::read_to_string(folder.path().join("list.csv")).unwrap(),
        DAMAGED
    );
}

#[test]
fn no_file_is_written_over() {
    let folder = folder("list.csv", DAMAGED);
    let (_, said, code) =
        partner_import(folder.path(), &["check", "list.csv", "--fix", "list.csv"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("list.csv already exists"), "{said}");
    let kept = fs::read_to_string(folder.path().join("list.csv")).unwrap();
    assert_eq!(kept, DAMAGED);
}

#[test]
fn changes_are_listed_as_json_and_a_clean_copy_is_well() {
    let folder = folder("list.csv", &DAMAGED.replace("Germny", "Germany"));
    let arguments = ["check", "list.csv", "--fix", "m.csv", "--format", "json"];
    let (shown, said, code) = partner_import(folder.path(), &arguments);
    assert_eq!(code, 0, "{said}");
    let json: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(
        json["changes"][1],
        serde_json::json!({
            "row": 3, "cell": "E3", "column": "ZipCode", "old": "1067", "new": "01067",
            "code": "V110",
        })
    );
    assert_eq!(json["remaining"]["errors"], 0);
}

#[test]
fn a_workbook_is_mended_into_a_csv_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Kunden").unwrap();
    sheet.write_string(0, 0, "Customers of 2026").unwrap();
    for (row, cells) in (2..).zip([
        ["Name", "ZipCode", "Country"],
        ["Ac\u{200b}me", "01067", "DE"],
        ["Bell, Inc", "53111", "DE"],
    ]) {
        for (column, cell) in (1..).zip(cells) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    workbook.save(folder.path().join("in.xlsx")).unwrap();
    let (shown, said, code) = partner_import(
        folder.path(),
        &[
            "check",
            "in.xlsx",
            "--fix",
            "out.csv",
            "--sheet",
            "Kunden",
            "--default",
            "Level=EndCustomer",
        ],
    );
    assert_eq!(code, 0, "{shown}{said}");
    assert!(shown.contains("row 4, column Name, B4: "), "{shown}");
    assert!(
        said.contains("CSV file with the table of this sheet"),
        "{said}"
    );
    assert_eq!(
        fs::read_to_string(folder.path().join("out.csv")).unwrap(),
        "\u{feff}Name,ZipCode,Country\r\nAcme,01067,DE\r\n\"Bell, Inc\",53111,DE\r\n"
    );
}

#[test]
fn what_can_be_fixed_is_offered_as_a_command_and_what_is_not_fixed_is_explained() {
    let list = "Name,Level,Country\nEins,EndCustomer,Korea\nZwei,EndCustomer,Germny\n";
    let folder = folder("my list.csv", list);
    let typed = |arguments: &[&str]| partner_import(folder.path(), arguments);
    // Nothing is damaged, but something can be proposed.
    let (shown, _, _) = typed(&["check", "my list.csv"]);
    let offered = "Or, to have corrections proposed in a file, for you to review:\n  \
                   partner-import check 'my list.csv' --fix 'my list.mends.toml'\n";
    assert!(shown.ends_with(offered), "{shown}");
    let (shown, said, code) = typed(&["check", "my list.csv", "--fix", "copy.csv"]);
    assert_eq!(code, 1);
    assert!(shown.starts_with("copy.csv: cells fixed: 0; "), "{shown}");
    assert!(shown.ends_with("--fix 'my list.mends.toml'\n"), "{shown}");
    let why = "no cell was fixed: a copy has only damaged text corrected";
    assert!(said.contains(why), "{said}");
    // The proposals, and with them the command that uses them; then another name is free.
    let (shown, _, _) = typed(&["check", "my list.csv", "--fix", "my list.mends.toml"]);
    let with = "  partner-import check 'my list.csv' --mends 'my list.mends.toml'\n";
    assert!(shown.ends_with(with), "{shown}");
    let (shown, _, _) = typed(&["check", "my list.csv"]);
    assert!(shown.ends_with("--fix 'my list-2.mends.toml'\n"), "{shown}");
    // Damaged cells are fixed in a copy.
    fs::write(folder.path().join("damaged.csv"), DAMAGED).unwrap();
    let (shown, _, _) = typed(&["check", "damaged.csv"]);
    let offered = "Or, to have 3 damaged cells fixed in a copy:\n  \
                   partner-import check damaged.csv --fix damaged-fixed.csv\n";
    assert!(shown.ends_with(offered), "{shown}");
    // Nothing to fix, and nothing to propose.
    fs::write(
        folder.path().join("right.csv"),
        "Name,Level,Country\nA,EndCustomer,DE\n",
    )
    .unwrap();
    let (shown, _, code) = typed(&["check", "right.csv"]);
    assert!(code == 0 && !shown.contains("--fix"), "{shown}");
    let (_, said, _) = typed(&["check", "right.csv", "--fix", "right.mends.toml"]);
    assert!(said.contains("nothing was proposed: no cell"), "{said}");
}
