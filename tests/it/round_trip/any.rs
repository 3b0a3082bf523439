//! Any list in any place of a sheet: its cells stay, and what is said of its rows arrives.

use std::fs;

use partner_import::journal::record::TablePlace;
use partner_import::journal::{Fault, RunInfo};
use partner_import::model::{Parent, Planned, RowIndex, Severity};
use partner_import::report::{Original, ReportOptions, write_all};
use proptest::prelude::*;

use super::{is_sound, parts, seen};
use crate::report::{create, id, info, store};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~äöüß€日本\u{1f600}\n\t]{0,24}",
        Just("=1+1".to_owned()),
        Just("_x0041_".to_owned()),
        Just("\u{1}\u{b}".to_owned()),
        Just("'=x".to_owned()),
        Just("ü".repeat(32_000)),
    ]
}

proptest! {
    #![proptest_config(crate::seeded(32))]

    /// Whatever stands in a sheet stands in its copy, and whatever is said of a row arrives.
    #[test]
    fn every_cell_stays_and_every_message_arrives(
        table in prop::collection::vec(prop::collection::vec(text(), 3), 1..6),
        messages in prop::collection::vec(text(), 6),
        left in 0_u16..30,
        top in 0_u32..4,
    ) {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet().set_name("List").unwrap();
        for (at, title) in (left..).zip(["Name", "Note", "Zip"]) {
            sheet.write_string(top, at, title).unwrap();
        }
        for (row, cells) in (top + 1..).zip(&table) {
            for (column, cell) in (left..).zip(cells) {
                sheet.write_string(row, column, cell).unwrap();
            }
        }
        let bytes = book.save_to_buffer().unwrap();
        let info = RunInfo {
            sheet: Some("List".into()),
            place: Some(TablePlace {
                sheet: None,
                header_row: top + 1,
                columns: (u32::from(left)..).take(3).map(Some).collect(),
            }),
            ..info(&["Name", "Note", "Zip"])
        };
        let cells: Vec<Vec<&str>> = table
            .iter()
            .map(|row| row.iter().map(String::as_str).collect())
            .collect();
        let rows: Vec<(u32, &[&str], Planned, &str, &str)> = (top + 2..)
            .zip(&cells)
            .zip(&messages)
            .map(|((number, row), message)| {
                let action = create("Acme", Parent::Customer(id(1000)));
                (number, row.as_slice(), action, "V1", message.as_str())
            })
            .collect();
        let mut store = store(&info, &rows);
        let fault = Fault {
            row: RowIndex(0),
            column: 1,
            code: "V1".into(),
            severity: Severity::Error,
            message: messages[0].clone(),
            help: String::new(),
            value: messages[0].clone(),
            meant: vec![messages[0].clone()],
        };
        store.add_faults([fault]).unwrap();
        let directory = tempfile::tempdir().unwrap();
        let options = ReportOptions {
            original: Original::Unchanged(bytes.clone()),
            ..ReportOptions::default()
        };
        let written = write_all(&store, directory.path(), &options).unwrap();
        prop_assert_eq!(&written.remarks, &Vec::<String>::new());
        let path = directory.path().join("results.xlsx");
        is_sound(&parts(&path));
        let before = directory.path().join("before.xlsx");
        fs::write(&before, bytes).unwrap();
        let (before, after) = (seen(&before, "List"), seen(&path, "List"));
        for (row, cells) in before.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                // The reader takes our marks off, so a text that looks marked gets one more.
                let marked = format!("'{cell}");
                prop_assert!(after[row][column] == *cell || after[row][column] == marked && cell.starts_with('\''));
            }
        }
        let at = usize::from(left) + 3;
        for (row, message) in (top as usize + 1..).zip(&messages).take(table.len()) {
            prop_assert_eq!(&after[row][at + 1], "pending");
            let told = &after[row][at + 3];
            prop_assert!(told.ends_with(message.as_str()) || told.contains("(cut:"), "{:?}", told);
        }
    }
}
