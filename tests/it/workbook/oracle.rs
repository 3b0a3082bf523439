//! A second opinion: calamine reads the same fixtures. Where the two differ on purpose, the test
//! says how.

use calamine::{Data, Reader};
use partner_import::model::{CellKind, RowBatch};
use partner_import::tables::More;

use super::{fixture, open};

/// Whether calamine's value and ours are the same as far as calamine knows the value.
fn agrees(theirs: &Data, text: &str, kind: CellKind) -> bool {
    match theirs {
        Data::Empty => text.is_empty(),
        Data::String(string) => string.replace("\r\n", "\n") == text.replace("\r\n", "\n"),
        Data::Bool(value) => kind == CellKind::Bool && *value == (text == "TRUE"),
        Data::Error(error) => kind == CellKind::Error && error.to_string() == text,
        // Number formats are not its business: digits must be the same.
        Data::Int(number) => text
            .replace(|letter: char| !letter.is_ascii_digit(), "")
            .contains(&number.unsigned_abs().to_string()),
        Data::Float(number) => match kind {
            CellKind::Bool => (*number != 0.0) == (text == "TRUE"),
            _ => match text.parse::<f64>() {
                Ok(ours) => (ours - number).abs() <= number.abs() * 1e-14,
                Err(_) => text
                    .replace(|letter: char| !letter.is_ascii_digit(), "")
                    .contains(&number.to_string()),
            },
        },
        Data::DateTime(_) | Data::DateTimeIso(_) | Data::DurationIso(_) => kind == CellKind::Date,
    }
}

#[test]
fn calamine_sees_the_same_cells() {
    for name in [
        "values.xlsx",
        "values-libreoffice.xlsx",
        "values.xls",
        "values.ods",
        "gaps.xlsx",
        "old.xls",
        "excel.xlsx",
        "excel.xls",
    ] {
        let mut theirs = calamine::open_workbook_auto(fixture(name)).unwrap();
        let mut ours = open(name);
        for sheet in 0..ours.sheets().len() {
            let label = ours.sheets()[sheet].name.clone();
            let Ok(mut rows) = ours.rows(sheet) else {
                continue;
            };
            let range = theirs.worksheet_range(&label).unwrap();
            let mut batch = RowBatch::default();
            let mut seen = 0;
            loop {
                let more = rows.next_batch(&mut batch).unwrap();
                for row in batch.rows() {
                    for (column, cell) in (0..).zip(row.cells()) {
                        let at = (row.number() - 1, column);
                        let value = range.get_value(at).unwrap_or(&Data::Empty);
                        // Merged cells are carried down by us only.
                        let carried = label == "Customers" && column == 0
                            || name.starts_with("old") && row.number() == 6;
                        if !carried {
                            assert!(
                                agrees(value, cell.text, cell.kind),
                                "{name} {label} {at:?}: {value:?}, {cell:?}"
                            );
                        }
                        seen += usize::from(!cell.text.is_empty());
                    }
                }
                if more == More::No {
                    break;
                }
            }
            let filled = range.used_cells().count();
            assert!(seen >= filled, "{name} {label}: {seen} of {filled}");
        }
    }
}
