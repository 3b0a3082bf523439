//! Workbooks made in the test: any table written by `rust_xlsxwriter` is read back the same.

use proptest::prelude::*;
use rust_xlsxwriter::{Format, Workbook};

use super::{open_bytes, show};

#[derive(Debug, Clone)]
enum Value {
    Empty,
    Text(String),
    Whole(u32),
    Padded(u32),
    Day(u32),
    Bool(bool),
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Empty),
        "[ -~äöüß€日本\n\u{a0}]{1,20}".prop_map(Value::Text),
        "_x[0-9A-Fa-f]{4}_".prop_map(Value::Text),
        any::<u32>().prop_map(Value::Whole),
        (0..200_000_u32).prop_map(Value::Padded),
        (61..80_000_u32).prop_map(Value::Day),
        any::<bool>().prop_map(Value::Bool),
    ]
}

/// What the reader should show, as `super::show` writes it.
fn expected(table: &[Vec<Value>]) -> String {
    let mut lines = String::new();
    let mut pending = String::new();
    for (number, row) in (1..).zip(table) {
        let filled = row.iter().rposition(|value| !matches!(value, Value::Empty));
        pending.push_str(&number.to_string());
        for value in &row[..filled.map_or(0, |last| last + 1)] {
            let cell = match value {
                Value::Empty => String::new(),
                Value::Text(text) => text.escape_debug().to_string(),
                Value::Whole(number) => format!("n:{number}"),
                Value::Padded(number) => format!("n:{number:05}"),
                Value::Day(serial) => {
                    let day = jiff::civil::date(1899, 12, 30);
                    let day = day
                        .checked_add(jiff::Span::new().days(i64::from(*serial)))
                        .unwrap();
                    format!("d:{day}")
                }
                Value::Bool(value) => format!("b:{}", value.to_string().to_uppercase()),
            };
            pending.push_str(" | ");
            pending.push_str(&cell);
        }
        pending.push('\n');
        if filled.is_some() {
            lines.push_str(&pending);
            pending.clear();
        }
    }
    lines
}

proptest! {
    #![proptest_config(crate::seeded(96))]

    #[test]
    fn any_table_is_read_back(table in prop::collection::vec(prop::collection::vec(value(), 0..8), 0..20)) {
        let mut book = Workbook::new();
        let padded = Format::new().set_num_format("00000");
        let day = Format::new().set_num_format("dd.mm.yyyy");
        let sheet = book.add_worksheet();
        for (row, values) in (0..).zip(&table) {
            for (column, value) in (0..).zip(values) {
                match value {
                    Value::Empty => continue,
                    Value::Text(text) => sheet.write_string(row, column, text),
                    Value::Whole(number) => sheet.write_number(row, column, *number),
                    Value::Padded(number) => sheet.write_number_with_format(row, column, *number, &padded),
                    Value::Day(serial) => sheet.write_number_with_format(row, column, *serial, &day),
                    Value::Bool(value) => sheet.write_boolean(row, column, *value),
                }
                .unwrap();
            }
        }
        let bytes = book.save_to_buffer().unwrap();
        let mut read = open_bytes(&bytes).unwrap();
        prop_assert_eq!(show(&mut read, 0), expected(&table));
    }
}
