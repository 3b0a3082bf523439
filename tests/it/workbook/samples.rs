//! The samples: a workbook for each rule, with the rows and the diagnostics that are expected.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use partner_import::model::notes::{diagnostics, why_in_words};
use partner_import::model::rules::{self, Rule};
use partner_import::tables::ReadError;
use partner_import::tables::workbook::{Score, WorkbookLimits, choose, open};

/// Headers that make a sheet a list of customers here; the product knows more.
const CUSTOMER: [&str; 4] = ["Name", "Country", "ZipCode", "ExternalCode"];

#[test]
fn samples_are_read_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/workbook");
    let update = std::env::var_os("UPDATE_SAMPLES").is_some();
    let mut triggered = BTreeSet::new();
    let mut cases: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.retain(|path| path.is_dir());
    for case in &cases {
        let (rows, diagnostics, codes) = read(&case.join("input.xlsx")).unwrap();
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        for (file, found) in [("rows.txt", rows), ("diagnostics.txt", diagnostics)] {
            let path = case.join("expected").join(file);
            if update {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, &found).unwrap();
            }
            let expected = fs::read_to_string(&path)
                .unwrap_or_default()
                .replace("\r\n", "\n");
            assert_eq!(found, expected, "{name}/{file}");
        }
        if name == "clean" {
            assert!(codes.is_empty());
        } else {
            let named = |rule: &&Rule| rule.name == name;
            let rule = rules::all()
                .find(named)
                .unwrap_or_else(|| panic!("no rule {name}"));
            assert!(
                codes.contains(rule.code),
                "{name} does not trigger {}",
                rule.code
            );
        }
        triggered.extend(codes);
    }
    let family: BTreeSet<&str> = rules::workbook::RULES
        .iter()
        .map(|rule| rule.code)
        // These speak of sheets that are left out when all are read; see `all_sheets`.
        .filter(|code| !matches!(*code, "R209" | "R210"))
        .collect();
    assert_eq!(triggered, family, "each rule has a sample");
}

fn read(path: &Path) -> Result<(String, String, BTreeSet<&'static str>), ReadError> {
    let mut book = open(path, &WorkbookLimits::default())?;
    let sheets = book.sheets().to_vec();
    let choice = choose(&sheets, |sheet| -> Result<Option<Score>, ReadError> {
        let rows = book.first_rows(sheet, 50)?;
        let header = rows.rows().next();
        let columns = header.map_or(0, |row| {
            row.cells()
                .filter(|cell| CUSTOMER.contains(&cell.text))
                .count()
        });
        Ok(Some(Score {
            columns: u32::try_from(columns).unwrap(),
            rows: u32::try_from(rows.len().saturating_sub(1)).unwrap(),
        }))
    })?;
    let sheet = choice.sheet.unwrap();
    let rows = format!(
        "{}: {}\n{}",
        sheets[sheet].name,
        why_in_words(choice.why),
        super::try_show(&mut book, sheet)?
    );
    let mut found = diagnostics(choice.notes(&sheets));
    found.extend(super::said_of(&book.sheet_notes(sheet)));
    let mut said = String::new();
    for diagnostic in &found {
        let at = diagnostic.at.map_or(String::new(), |at| format!(" {at}"));
        let _ = writeln!(said, "{}{at}: {}", diagnostic.rule.code, diagnostic.message);
    }
    Ok((
        rows,
        said,
        found
            .iter()
            .map(|diagnostic| diagnostic.rule.code)
            .collect(),
    ))
}
