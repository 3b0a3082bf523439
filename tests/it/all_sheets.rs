//! `--all-sheets`: the sheets of a workbook as one input, from `preview` to a mended rejected.csv.

use std::fs;
use std::path::Path;
use std::process::Command;

use rust_xlsxwriter::Workbook;

use crate::check_prints;

/// What the command printed and its exit code; file names are seen from `folder`.
fn partner_import(folder: &Path, line: &str) -> (String, String, i32) {
    let arguments: Vec<&str> = line.split(' ').chain(["--state-dir", "state"]).collect();
    check_prints::partner_import(folder, &arguments)
}

/// A folder with `all.xlsx` in it: sheets with their rows, cells between bars; a name in brackets
/// is hidden.
fn folder(sheets: &[(&str, &[&str])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut workbook = Workbook::new();
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet();
        let hidden = name
            .strip_prefix('(')
            .and_then(|name| name.strip_suffix(')'));
        sheet.set_name(hidden.unwrap_or(name)).unwrap();
        sheet.set_hidden(hidden.is_some());
        for (row, cells) in (0..).zip(*rows) {
            for (column, cell) in (0..)
                .zip(cells.split('|'))
                .filter(|(_, cell)| !cell.is_empty())
            {
                sheet.write_string(row, column, cell).unwrap();
            }
        }
    }
    workbook.save(folder.path().join("all.xlsx")).unwrap();
    folder
}

/// Differing columns, a title above one of the headers, a parent on another sheet, two mistakes.
const TWO: &[(&str, &[&str])] = &[
    (
        "North",
        &[
            "Name|Level|State|Country|Notes",
            "Acme|EndCustomer|InTrial|DE|first",
            "Bell|EndCustomer|InTrial|Dutchland|",
        ],
    ),
    ("Prices", &["Article|Price", "Backup|5"]),
    (
        "South",
        &[
            "Customers of the south",
            "",
            "Customer|Parent|Level|State|Country|City",
            "Acme Site|Acme|Site|InTrial|DE|Bonn",
            "Bell Site|Bell|Site|InTrial|DE|Kiel",
            "Cody|Acme Site|Site|InTrial|DE|",
        ],
    ),
    ("Example", &["Name|Level", "Example Ltd|Site"]),
    ("(Old)", &["Name|Level", "Old Ltd|Site"]),
];

#[test]
fn every_address_has_its_sheet() {
    let folder = folder(TWO);
    let (text, _, code) = partner_import(folder.path(), "check all.xlsx --all-sheets");
    assert_eq!(code, 1, "{text}");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for expected in [
        "all.xlsx, sheet \"North\", row 3, column Country, D3",
        "all.xlsx, sheet \"South\", row 5, column Parent, B5",
        "not sent, because its parent \"Bell\" in row 3 of sheet \"North\" has an",
        "sheet \"Prices\" is not read: no customer columns",
        "sheet \"Example\" is not read: an example, instructions or a summary by its",
        "sheet \"Old\" is not read: hidden, though it has customer columns",
        "all.xlsx: 5 rows: ",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    let (json, _, _) = partner_import(folder.path(), "check all.xlsx --all-sheets --format json");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let found = json["diagnostics"].as_array().unwrap();
    let blocked = found.iter().find(|one| one["cell"] == "B5").unwrap();
    assert_eq!(blocked["sheet"], "South", "{blocked}");
    assert_eq!(blocked["related_rows"], serde_json::json!([3]));
    assert_eq!(blocked["related_sheets"], serde_json::json!(["North"]));
    crate::cli::schema::matches("check", &json);
    let columns = json["mapping"].as_array().unwrap();
    let customer = columns.iter().find(|one| one["header"] == "Customer");
    assert_eq!(customer.unwrap()["sheet"], "South", "{json}");
    assert_eq!(customer.unwrap()["field"], "Name", "{json}");
    let (sarif, _, _) = partner_import(folder.path(), "check all.xlsx --all-sheets --format sarif");
    for expected in [
        "\"fullyQualifiedName\":\"South!B5\"",
        "\"relatedRows\":[3],\"relatedSheets\":[\"North\"]",
    ] {
        assert!(sarif.contains(expected), "{expected}: {sarif}");
    }
    let plan = "plan all.xlsx --all-sheets --sandbox --format json";
    let (plan, _, _) = partner_import(folder.path(), plan);
    let plan: serde_json::Value = serde_json::from_str(&plan).unwrap();
    crate::cli::schema::matches("plan-shown", &plan);
    let found = plan["diagnostics"].as_array().unwrap();
    let blocked = found.iter().find(|one| one["cell"] == "B5").unwrap();
    assert_eq!(blocked["related_sheets"], serde_json::json!(["North"]));
    let (annotated, _, _) =
        partner_import(folder.path(), "check all.xlsx --all-sheets --format github");
    assert!(annotated.contains("sheet \"South\", B5"), "{annotated}");
}

#[test]
fn sheets_of_totals_archives_and_copies_are_named_and_not_read() {
    const ROWS: &[&str] = &["Name|Level|State|Country", "Acme|EndCustomer|InTrial|DE"];
    const OTHERS: &[&str] = &["Name|Level|State|Country", "Bell|EndCustomer|InTrial|DE"];
    let again = [
        "Total",
        "Summe",
        "Archiv",
        "Archive 2024",
        "Old",
        "Kunden alt",
        "North (2)",
        "Copy of North",
        "Kopie von North",
        "Copie de North",
    ];
    let mut sheets = vec![("North", ROWS), ("Holdings", OTHERS), ("(Gone)", ROWS)];
    sheets.extend(again.map(|name| (name, ROWS)));
    let folder = folder(&sheets);
    let (text, _, code) = partner_import(folder.path(), "check all.xlsx --all --all-sheets");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("all.xlsx: 2 rows: 2 accepted"), "{text}");
    for name in again {
        let said =
            format!("sheet \"{name}\" is not read: totals, an archive or a copy by its name");
        assert!(text.contains(&said), "{name}\n{text}");
    }
    assert!(
        text.contains("sheet \"Gone\" is not read: hidden"),
        "{text}"
    );
    // One by itself is read when it is named.
    let (text, _, code) = partner_import(folder.path(), "check all.xlsx --sheet Archiv");
    assert_eq!(code, 0, "{text}");
    // Where there is nothing else, they are the list.
    let folder = self::folder(&[("Old", ROWS), ("Total", OTHERS)]);
    let (text, _, _) = partner_import(folder.path(), "check all.xlsx --all-sheets");
    assert!(text.contains("2 rows: 2 accepted"), "{text}");
}

#[test]
fn previews_show_each_sheet_or_all_as_one_table() {
    let folder = folder(TWO);
    let (csv, said, _) = partner_import(
        folder.path(),
        "preview all.xlsx --all-sheets --raw --format csv",
    );
    insta::assert_snapshot!(csv, @r"
    Name,Level,State,Country,Notes,Parent,City,ImportSheet
    Acme,EndCustomer,InTrial,DE,first,,,North
    Bell,EndCustomer,InTrial,Dutchland,,,,North
    Acme Site,Site,InTrial,DE,,Acme,Bonn,South
    Bell Site,Site,InTrial,DE,,Bell,Kiel,South
    Cody,Site,InTrial,DE,,Acme Site,,South
    ");
    assert!(said.contains("warning R210"), "{said}");
    let (table, said, _) = partner_import(folder.path(), "preview all.xlsx --all-sheets");
    assert!(table.contains("Sheet \"South\"\n   A"), "{table}");
    assert!(said.contains("sheet \"South\": header in row 3"), "{said}");
    let (json, _, _) = partner_import(folder.path(), "preview all.xlsx --all-sheets --format json");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["sheets"][1]["sheet"], "South");
    assert_eq!(json["sheets"][1]["rows"][0]["row"], 4);
}

#[test]
fn a_run_of_all_sheets_gives_results_that_can_be_mended_and_run() {
    let folder = folder(TWO);
    let at = folder.path();
    let (text, _, code) = partner_import(at, "plan all.xlsx --all-sheets --sandbox --format json");
    assert_eq!(code, 1, "{text}");
    let plan: serde_json::Value = serde_json::from_str(&text).unwrap();
    let site = &plan["rows"][2];
    assert_eq!(site["sheet"], "South", "{site}");
    assert_eq!(site["parent"]["sheet"], "North", "{site}");
    assert_eq!(site["parent"]["row"], 2, "{site}");
    let (shown, said, code) =
        partner_import(at, "run all.xlsx --all-sheets --sandbox --yes --out first");
    assert_eq!(code, 1, "{shown}{said}");
    assert!(
        shown.contains("\n             row 5 of sheet \"South\"\n"),
        "{shown}"
    );
    let results = fs::read_to_string(at.join("first/results.csv")).unwrap();
    let lines: Vec<&str> = results.lines().collect();
    assert_eq!(
        lines[0],
        "\u{feff}Name,Level,State,Country,Notes,Parent,City,ImportSheet,ID,ImportStatus,ImportCode,ImportMessage"
    );
    assert_eq!(lines.len(), 6, "{results}");
    let acme = "Acme,EndCustomer,InTrial,DE,first,,,North,";
    assert!(lines[1].starts_with(acme), "{results}");
    let site = "Acme Site,Site,InTrial,DE,,Acme,Bonn,South,";
    assert!(lines[3].starts_with(site), "{results}");
    assert!(lines[3].contains(",created,"), "{results}");

    // Mended, the rejected rows run as they are.
    let rejected = fs::read_to_string(at.join("first/rejected.csv")).unwrap();
    assert_eq!(rejected.lines().count(), 4, "{rejected}");
    let mended = rejected.replace("Dutchland", "DE").replace(
        "Cody,Site,InTrial,DE,,Acme Site,",
        "Cody,Site,InTrial,DE,,Acme,",
    );
    fs::write(at.join("mended.csv"), mended).unwrap();
    let (shown, said, code) = partner_import(at, "run mended.csv --sandbox --yes --out second");
    assert_eq!(code, 0, "{shown}{said}");
    let results = fs::read_to_string(at.join("second/results.csv")).unwrap();
    assert_eq!(results.lines().next(), lines.first().copied());
    assert!(
        results.contains("Bell Site,Site,InTrial,DE,,Bell,Kiel,South,"),
        "{results}"
    );
    assert_eq!(results.matches(",created,").count(), 3, "{results}");
}

#[test]
fn what_a_spreadsheet_program_did_to_results_of_all_sheets_is_undone() {
    let folder = folder(&[
        (
            "North",
            &[
                "Name|Parent|Level|Code|Country",
                "Depot|Hub|Site|0017|Germny",
            ],
        ),
        (
            "South",
            &[
                "Name|Code|Level|Country|Parent",
                "Depot|00017|Site|Germny|Hub",
            ],
        ),
    ]);
    let at = folder.path();
    let (_, said, code) =
        partner_import(at, "run all.xlsx --all-sheets --sandbox --yes --out first");
    assert_eq!(code, 1, "{said}");
    let rejected = fs::read_to_string(at.join("first/rejected.csv")).unwrap();
    let saved = rejected.replace("0017", "17").replace(",017", ",17");
    assert_ne!(saved, rejected);
    fs::write(at.join("saved.csv"), saved).unwrap();
    let (text, said, _) = partner_import(at, "check saved.csv --of-run last --all");
    for expected in ["\"0017\" is used", "\"00017\" is used"] {
        assert!(text.contains(expected), "{text}{said}");
    }
}

#[test]
fn a_mapping_may_be_meant_for_one_sheet() {
    let folder = folder(&[
        ("A", &["Client nm|Level|Country", "Acme|Site|DE"]),
        ("B", &["Name|Level|Country", "Bell|Site|DE"]),
    ]);
    let check = |map: &str| {
        let line = format!("check all.xlsx --all-sheets --format json --map {map}");
        let (text, said, _) = partner_import(folder.path(), &line);
        let json: serde_json::Value = serde_json::from_str(&text).expect(&said);
        (json["accepted"].as_u64(), json["errors"].as_u64())
    };
    let line = "check all.xlsx --all-sheets --format json";
    let mapped = Command::new(env!("CARGO_BIN_EXE_partner-import"))
        .args(line.split(' '))
        .args(["--map", "Client nm=Name"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&mapped.stdout).unwrap();
    assert_eq!(
        (json["accepted"].as_u64(), json["errors"].as_u64()),
        (Some(2), Some(0)),
        "{json}"
    );
    // A header that no sheet has is a mistake, and nothing may be sent.
    assert_eq!(check("Nobody=City"), (Some(0), Some(2)));
}

#[test]
fn one_sheet_and_all_sheets_are_different_inputs() {
    let folder = folder(TWO);
    let at = folder.path();
    let (_, said, code) = partner_import(at, "check all.xlsx --all-sheets --sheet North");
    assert_eq!(code, 2, "{said}");
    let (_, said, code) = partner_import(at, "check all.xlsx --all-sheets --fix out.csv");
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("--sheet"), "{said}");
    // A text file has no sheets: the option changes nothing.
    fs::write(at.join("list.csv"), "Name,Level\nAcme,Site\n").unwrap();
    let (text, said, _) = partner_import(at, "preview list.csv --all-sheets --raw --format csv");
    assert_eq!(text, "Name,Level\nAcme,Site\n", "{said}");
}

/// Two sheets of customers and one that holds none; nothing is wrong with them.
const CLEAN: &[(&str, &[&str])] = &[
    (
        "North",
        &["Name|Level|State|Country", "Acme|EndCustomer|InTrial|DE"],
    ),
    ("Prices", &["Article|Price", "Backup|5"]),
    (
        "South",
        &["Name|Level|State|Country", "Bell|EndCustomer|InTrial|AT"],
    ),
];

#[test]
fn a_workbook_is_read_once_however_many_sheets_it_has() {
    use partner_import::flow::list::KnownHeaders;
    use partner_import::model::RowBatch;
    use partner_import::tables::{ReadOptions, TableFile};

    let folder = folder(CLEAN);
    let path = folder.path().join("all.xlsx");
    let mut file = TableFile::open(&path).unwrap();
    // Whoever opened it again would find nothing.
    fs::remove_file(&path).unwrap();
    let names = file.sheets(&KnownHeaders).unwrap().unwrap().names;
    assert_eq!(names, ["North", "South"]);
    assert!(file.has_sheet("Prices") && !file.has_sheet("West"));
    let tables = names.iter().map(|name| {
        let options = ReadOptions {
            sheet: Some(name.clone()),
            ..ReadOptions::default()
        };
        file.table(&options, &KnownHeaders).unwrap()
    });
    // All of them are open before the first is read.
    let rows = tables.collect::<Vec<_>>().into_iter().map(|mut table| {
        let mut batch = RowBatch::default();
        table.next_batch(&mut batch).unwrap();
        batch.row(0).unwrap().text(0).to_owned()
    });
    assert_eq!(rows.collect::<Vec<_>>(), ["Acme", "Bell"]);
}

/// What comes from a pipe is gone once it was read.
#[cfg(unix)]
#[test]
fn all_sheets_of_a_workbook_from_a_pipe_are_checked_and_shown() {
    use std::io::Write as _;
    use std::process::Stdio;

    let folder = folder(CLEAN);
    let bytes = fs::read(folder.path().join("all.xlsx")).unwrap();
    for line in [
        "check /dev/stdin --all-sheets --format json",
        "preview /dev/stdin --all-sheets --format json",
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_partner-import"))
            .args(line.split(' '))
            .args(["--state-dir", "state"])
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(&bytes).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}: {said}");
        let shown = String::from_utf8_lossy(&output.stdout);
        assert!(shown.contains("South"), "{line}: {shown}");
    }
}
