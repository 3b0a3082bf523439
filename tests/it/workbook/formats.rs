//! The same tables in every format.

use partner_import::model::Severity;
use partner_import::tables::WorkbookFormat;
use partner_import::tables::workbook::{Filter, Protection, SheetKind, SheetNotes, Visibility};

use super::{check, open, said_of, show};

const VALUES: &str = r#"
    1 | what | value
    2 | zip code | n:01067
    3 | customer number | n:K-0007
    4 | phone | n:+4930123456
    5 | phone in groups | n:(202) 555-0143
    6 | long id | n:123456789012
    7 | long id, general | n:123456789012
    8 | exponent | n:123000000000
    9 | amount | n:1234.5
    10 | percent | n:0.19
    11 | third | n:0.333333333333333
    12 | sum | n:0.3
    13 | negative | n:-12
    14 | date | d:2026-12-31
    15 | date, US | d:2024-02-29
    16 | date, month | d:2024-02-01
    17 | moment | d:2026-11-23T20:15:00
    18 | midnight | d:2026-11-23T00:00:00
    19 | time | d:06:30:00
    20 | duration | d:30:00:00
    21 | yes | b:TRUE
    22 | no | b:FALSE
    23 | number as text | 01067
    24 | text | Müller & Söhne <GmbH> \"Nord\"
    25 | lines | Line 1\nLine 2
    26 | spaces |   a  b\u{a0}c\u{200b}d
    27 | emoji | Café 😀 日本
    28 | formula-like | \'=1+1
"#;

#[test]
fn values_are_read_as_they_are_shown_in_every_format() {
    for (name, format) in [
        ("values.xlsx", WorkbookFormat::Xlsx),
        ("values-libreoffice.xlsx", WorkbookFormat::Xlsx),
        ("values.xls", WorkbookFormat::Xls),
        ("values.ods", WorkbookFormat::Ods),
        ("values.fods", WorkbookFormat::Fods),
    ] {
        let mut book = open(name);
        assert_eq!(book.format(), format, "{name}");
        check(&mut book, 0, VALUES);
        assert_eq!(book.sheet_notes(0), SheetNotes::default(), "{name}");
    }
}

#[test]
fn what_people_do_to_sheets_is_read_and_noted() {
    for (name, filter, protection, text) in [
        ("excel.xlsx", Filter::Buttons, Protection::Protected, "ES"),
        // LibreOffice does not calculate what it saves as XLS.
        ("excel.xls", Filter::Buttons, Protection::Protected, "n:0"),
        ("excel.ods", Filter::Active, Protection::Protected, "ES"),
    ] {
        let mut book = open(name);
        let expected = r"
            1 | Customers of 2026
            2
            3 | Region | Name | Country | Hidden | Seats
            4 | North | Acme | DE | secret | n:5
            5 | North | Bell | AT | secret | e:#N/A
            6 | North | Cody | FR | secret | b:TRUE
            7 | South | Dell | IT | secret | e:#DIV/0!
            8 |  | Rich bold plain | LAST
        ";
        check(&mut book, 1, &expected.replace("LAST", text));
        let notes = book.sheet_notes(1);
        assert_eq!(
            (notes.filter, notes.protection),
            (filter, protection),
            "{name}"
        );
        let merged: Vec<String> = notes.merged.iter().map(ToString::to_string).collect();
        assert_eq!(merged, ["A1:D1", "A4:A6"], "{name}");
        assert_eq!(notes.errors.count, 2, "{name}");
        let said: Vec<(&str, &str)> = said_of(&notes)
            .iter()
            .map(|found| (found.rule.code, found.message.to_string().leak() as &str))
            .collect();
        assert_eq!(
            said,
            [
                ("R200", "1 hidden row is read like all others (5)"),
                ("R201", "1 hidden column is read like all others (D)"),
                (
                    "R202",
                    "1 merged cell is repeated in the rows below (A4:A6)"
                ),
            ],
            "{name}"
        );
        assert!(
            said_of(&notes)
                .iter()
                .all(|found| found.severity() < Severity::Error)
        );
    }
}

#[test]
fn sheets_are_listed_with_their_visibility_and_kind() {
    let book = open("excel.xlsx");
    let listed: Vec<(&str, Visibility, SheetKind, bool)> = book
        .sheets()
        .iter()
        .map(|sheet| {
            (
                sheet.name.as_str(),
                sheet.visibility,
                sheet.kind,
                sheet.active,
            )
        })
        .collect();
    let cells = SheetKind::Worksheet;
    assert_eq!(
        listed,
        [
            ("Instructions", Visibility::Visible, cells, false),
            ("Customers", Visibility::Visible, cells, true),
            ("Old", Visibility::Hidden, cells, false),
            ("Lists", Visibility::VeryHidden, cells, false),
            ("Chart", Visibility::Visible, SheetKind::Chart, false),
        ]
    );
    assert_eq!(book.find_sheet("customers ").unwrap(), 1);
    for (name, hidden) in [
        ("excel.xls", 2),
        ("excel.ods", 3),
        ("repeated.ods", 1),
        ("binary.xlsb", 0),
    ] {
        let book = open(name);
        assert_eq!(
            book.sheets()[hidden].visibility,
            Visibility::Hidden,
            "{name}"
        );
    }
}

#[test]
fn a_binary_workbook_keeps_formats_errors_and_short_cells() {
    let mut book = open("binary.xlsb");
    assert_eq!(book.format(), WorkbookFormat::Xlsb);
    assert!(book.sheets()[1].active);
    check(
        &mut book,
        1,
        r"
            1 | Name | Zip | Number | Since
            2 | Müller 日本 | n:01067 | n:K-0007 | d:2021-01-01
            3 | inline | rich | b:TRUE | e:#N/A
            4
            5 | formula | n:00099 | b:FALSE | e:#DIV/0!
            6 | label | n:01068 | Müller 日本
            7 | label | n:12.5
        ",
    );
    let notes = book.sheet_notes(1);
    assert_eq!(notes.hidden_rows[0].first, 3);
    assert_eq!(notes.hidden_columns[0].first, 3);
    assert_eq!(notes.carried[0].to_string(), "A6:A7");
    assert_eq!(notes.protection, Protection::Protected);
    check(&mut book, 0, "");
}

#[test]
fn old_workbooks_of_both_date_systems_are_read() {
    for (name, year, day) in [("old.xls", 2009, 6), ("old-1904.xls", 2013, 7)] {
        let mut book = open(name);
        let expected = format!(
            r"
            1 | Name | PLZ | Seit | Aktiv | Formel
            2 | Müller | n:01067 | d:{year}-07-0{} | b:FALSE | n:12.5
            3 | Žižka | n:01068 | d:{year}-07-0{} | b:TRUE | n:25
            4 | 日本 | n:01069 | d:{year}-07-{:02} | b:FALSE | n:37.5
            5 | Both | n:00099
            6 | Both | n:00098
        ",
            day + 1,
            day + 2,
            day + 3
        );
        check(&mut book, 0, &expected);
        // Strings that go on over several records, one byte and two bytes a letter.
        let shown = show(&mut book, 1);
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[0], format!("1 | {}", "x".repeat(9000)));
        assert_eq!(lines[1], format!("2 | {}", "é".repeat(9000)));
        assert_eq!(lines[899], "900 | Zeile 899 äöüł");
        assert_eq!(lines[900 - 3], "898 | Zeile 897 äöü");
        assert_eq!(lines.len(), 900);
    }
    let mut book = open("dates-1904.xlsx");
    check(&mut book, 0, "1 | d:2021-01-01\n2 | d:1904-01-01");
}

#[test]
fn folded_rows_and_cells_are_unfolded() {
    let mut book = open("repeated.ods");
    check(
        &mut book,
        0,
        r"
            1 | Name | City | Number
            2 | same | same | n:K-0007
            3 | same | same | n:K-0007
            4
            5
            6
            7 | a   b\nsecond | kept | n:0.19
            8 | label | one
            9 | label | two | b:TRUE
        ",
    );
    let notes = book.sheet_notes(0);
    assert_eq!(notes.filter, Filter::Active);
    assert_eq!(notes.carried[0].to_string(), "A8:A9");
}

#[test]
fn missing_results_and_lost_digits_are_said() {
    let mut book = open("uncalculated.xlsx");
    check(
        &mut book,
        0,
        "1 | Name | Country\n2 | Acme\n3 | Rich text | n:1234567890123460000",
    );
    let codes: Vec<(&str, String)> = said_of(&book.sheet_notes(0))
        .iter()
        .map(|found| (found.rule.code, found.at.unwrap().to_string()))
        .collect();
    assert_eq!(
        codes,
        [("R203", "B2".to_owned()), ("R204", "B3".to_owned())]
    );
}

#[test]
fn rows_and_cells_before_the_table_keep_their_places() {
    let expected = "1\n2\n3\n4\n5 |  |  | Name | City\n6 |  |  | Acme\n7\n8 |  |  |  | Köln";
    let mut book = open("gaps.xlsx");
    check(&mut book, 0, expected);
    let table = &book.sheet_notes(0).tables[0];
    assert_eq!(
        (table.name.as_str(), table.range.to_string()),
        ("T", "C5:D8".to_owned())
    );
    assert_eq!((table.header_rows, table.totals_rows), (1, 0));
}
