//! Whatever a list looks like: its copy is sound, and a second and a third run of it find everything in
//! its place.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use partner_import::sandbox::Method;

use super::sound::{is_in_order, is_sound, parts, seen};
use super::{Book, inline, sheet};
use crate::cli::desk::{Desk, Service};

const OURS: [&str; 4] = ["ID", "ImportStatus", "ImportCode", "ImportMessage"];

/// A case: what it is about, its cells (rows by lines, cells by strokes), what stands behind them in the
/// sheet, the header's row, and what becomes of its rows.
type Case = (
    &'static str,
    &'static str,
    &'static str,
    usize,
    &'static [&'static str],
);

const CASES: [Case; 14] = [
    (
        "the name in the last column",
        "Level|Country|Name\nEndCustomer|DE|Acme\nEndCostumer|DE|Below",
        "",
        1,
        &["created", "invalid"],
    ),
    (
        "little but the name",
        "Level|Name\nEndCustomer|Acme\nEndCostumer|Below",
        "",
        1,
        &["created", "invalid"],
    ),
    (
        "a status is there, the name is last",
        "ImportStatus|Level|Name\n|EndCustomer|Acme\n|EndCostumer|Below",
        "",
        1,
        &["created", "invalid"],
    ),
    (
        "a code is there, the name is last",
        "Level|ImportCode|Name\nEndCustomer||Acme\nEndCostumer||Below",
        "",
        1,
        &["created", "invalid"],
    ),
    (
        "an ID is there, the name is last",
        "ID|Level|Name\n|EndCustomer|Acme\n|EndCostumer|Below",
        "",
        1,
        &["created", "invalid"],
    ),
    (
        "columns that the run has learnt, the name is last",
        "Level|AutomaticDeployment|Name\nEndCustomer|true|Acme\nEndCostumer|true|Below",
        "",
        1,
        &["created", "invalid"],
    ),
    (
        "an extension at the sheet's end",
        "Name|Level\nAcme|EndCustomer\nBelow|EndCostumer",
        "<extLst><ext uri=\"{05C60535-1F16-4fd2-B633-F4F36F0B64E0}\"/></extLst>",
        1,
        &["created", "invalid"],
    ),
    (
        "a stray cell beside the list",
        "Name|Level|Country\nAcme|EndCustomer|DE\nBelow|EndCostumer|DE||stray\n\
         Third|EndCustomer|DE\nFourth|EndCustomer|DE\nFifth|EndCustomer|DE",
        "",
        1,
        &["created", "invalid", "created", "created", "created"],
    ),
    (
        "a stray cell far from the list",
        "Name|Level|Country\nAcme|EndCustomer|DE\nBelow|EndCostumer|DE||||||stray\n\
         Third|EndCustomer|DE\nFourth|EndCustomer|DE\nFifth|EndCustomer|DE",
        "",
        1,
        &["created", "invalid", "created", "created", "created"],
    ),
    (
        "a column with a title beside the list",
        "Name|Level|Country||Other\nAcme|EndCustomer|DE\nBelow|EndCostumer|DE||stray\n\
         Third|EndCustomer|DE\nFourth|EndCustomer|DE\nFifth|EndCustomer|DE",
        "",
        1,
        &["created", "invalid", "created", "created", "created"],
    ),
    (
        "a table with a name of the list beside it",
        "Name|Level|Country||Country|Count\nAcme|EndCustomer|DE||AT|1\nBelow|EndCostumer|DE||CH|2\n\
         Third|EndCustomer|DE\nFourth|EndCustomer|DE",
        "",
        1,
        &["created", "invalid", "created", "created"],
    ),
    (
        "groups above the header",
        "Company||Address|\nName|Level|Country|City\nAcme|EndCustomer|DE|Bonn\nBelow|EndCostumer|DE|Bonn",
        "<mergeCells count=\"2\"><mergeCell ref=\"A1:B1\"/><mergeCell ref=\"C1:D1\"/></mergeCells>",
        2,
        &["created", "invalid"],
    ),
    (
        "groups above the header that are not merged",
        "Company||Address|\nName|Level|Country|City\nAcme|EndCustomer|DE|Bonn\nBelow|EndCostumer|DE|Bonn",
        "",
        2,
        &["created", "invalid"],
    ),
    (
        "a row without a name below a blank one",
        "Name|Level|City\nAcme|EndCustomer|Bonn\n\n||Ulm",
        "",
        1,
        &["created", "invalid"],
    ),
];

/// Cells as the rows of a sheet.
pub(super) fn grid(cells: &str) -> String {
    let rows = (1..).zip(cells.lines()).map(|(row, line)| {
        let filled = ('A'..)
            .zip(line.split('|'))
            .filter(|(_, text)| !text.is_empty());
        let cells = filled.map(|(column, text)| inline(&format!("{column}{row}"), text));
        format!("<row r=\"{row}\">{}</row>", cells.collect::<String>())
    });
    format!("<sheetData>{}</sheetData>", rows.collect::<String>())
}

#[test]
fn a_copy_is_sound_and_further_runs_of_it_find_everything_in_its_place() {
    for (case, cells, behind, header, statuses) in CASES {
        let (desk, service) = (Desk::new(), Service::new());
        let book = Book::of(&sheet(&format!("{}{behind}", grid(cells))));
        desk.write("list.xlsx", book.bytes());
        let mut first: Option<Vec<String>> = None;
        let mut input = "list.xlsx".to_owned();
        for (run, out) in ["one", "two", "three"].into_iter().enumerate() {
            let before = service.requests(Method::AddPartner);
            let done = desk.run_at(&service, &["run", &input, "--yes", "--out", out]);
            done.exits(1);
            let path = desk.path(&format!("{out}/results.xlsx"));
            is_sound(&parts(&path));
            let expected = statuses.iter().map(|status| match (run, *status) {
                (1.., "created") => "exists",
                (_, status) => status,
            });
            let expected: Vec<&str> = expected.collect();
            let table = desk.table(&format!("{out}/results.csv"));
            assert_eq!(table.statuses(), expected, "{case}, {out}");
            let sent = service.requests(Method::AddPartner) - before;
            assert!(run == 0 || sent == 0, "{case}, {out}: {sent} were created");
            let copied = seen(&path, "List");
            let titles = &copied[header - 1];
            for ours in OURS {
                let count = titles.iter().filter(|title| *title == ours).count();
                assert_eq!(count, 1, "{case}, {out}: {ours} in {titles:?}");
            }
            let status = titles.iter().position(|title| title == OURS[1]).unwrap();
            let written = copied[header..].iter().map(|row| row[status].as_str());
            let written: Vec<&str> = written.filter(|status| !status.is_empty()).collect();
            assert_eq!(written, expected, "{case}, {out}");
            assert_eq!(
                first.get_or_insert_with(|| titles.clone()),
                titles,
                "{case}, {out}"
            );
            input = format!("{out}/results.xlsx");
        }
    }
}

/// All workbooks of samples and fixtures that can be filled in.
fn workbooks() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![
        Path::new(env!("CARGO_MANIFEST_DIR")).join("samples"),
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures"),
    ];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let ending = path.extension().and_then(|ending| ending.to_str());
            if path.is_dir() {
                open.push(path);
            } else if matches!(ending, Some("xlsx" | "xlsm")) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_second_run_of_any_workbook_adds_no_column_and_creates_nobody() {
    let mut filled_in = 0;
    for original in workbooks() {
        let (desk, service) = (Desk::new(), Service::new());
        fs::copy(&original, desk.path("list.xlsx")).unwrap();
        let run = |input: &str, out: &str| {
            let level = ["--default", "Level=EndCustomer"];
            let run = ["run", input, "--yes", "--out", out];
            desk.run_at(&service, &[&run[..], &level].concat())
        };
        run("list.xlsx", "one");
        let path = desk.path("one/results.xlsx");
        if !path.exists() {
            continue;
        }
        filled_in += 1;
        let first = parts(&path);
        is_in_order(&first);
        let before = service.requests(Method::AddPartner);
        run("one/results.xlsx", "two");
        let second = parts(&desk.path("two/results.xlsx"));
        is_in_order(&second);
        let case = original.display();
        assert_eq!(service.requests(Method::AddPartner), before, "{case}");
        let rows = |out: &str| {
            let summary = desk.read(&format!("{out}/summary.json"));
            let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
            summary["counts"]["rows"].as_u64()
        };
        assert_eq!(rows("one"), rows("two"), "{case}");
        for title in OURS {
            let of = |parts: &BTreeMap<String, String>| -> usize {
                let sheets = parts
                    .iter()
                    .filter(|(name, _)| name.contains("worksheets/"));
                sheets
                    .map(|(_, text)| text.matches(&format!(">{title}<")).count())
                    .sum()
            };
            assert_eq!(of(&first), of(&second), "{case}: {title}");
        }
    }
    assert!(filled_in > 10, "{filled_in}");
}
