//! Sheets whose rows or cells are out of order: calamine reads them, and a warning says what is lost.

use std::fmt::Write as _;
use std::io::{Cursor, Read as _};

use partner_import::tables::workbook::{self, WorkbookLimits};

use super::quirks::{archive, book_of};
use super::{chain, check, fixture, open_bytes, said_of, try_show};

fn sheet(inner: &str) -> Vec<u8> {
    book_of(&format!(
        "<worksheet><sheetData>{inner}</sheetData></worksheet>"
    ))
}

#[test]
fn rows_and_cells_are_put_in_order() {
    let bytes = sheet(
        "<row r='4'><c r='B4'><v>7</v></c><c r='A4' t='s'><v>0</v></c></row>\
         <row r='2'><c r='C2' s='1'><v>46387</v></c><c r='A2' t='b'><v>1</v></c>\
         <c r='B2' t='e'><v>#N/A</v></c><c r='D2' s='2'><v>9</v></c><c r='E2' s='3'><v>0.25</v></c></row>",
    );
    let mut book = open_bytes(&bytes).unwrap();
    check(
        &mut book,
        0,
        "1\n2 | b:TRUE | e:#N/A | d:2026-12-31 | n:9 | d:06:00:00\n3\n4 | zero | n:7",
    );
    let notes = book.sheet_notes(0);
    assert_eq!(notes.errors.count, 1);
    let codes: Vec<&str> = said_of(&notes)
        .iter()
        .map(|found| found.rule.code)
        .collect();
    assert_eq!(codes, ["R208"]);
    // Read again, it is the same; the first rows alone as well.
    assert_eq!(book.first_rows(0, 2).unwrap().len(), 2);
    check(
        &mut book,
        0,
        "1\n2 | b:TRUE | e:#N/A | d:2026-12-31 | n:9 | d:06:00:00\n3\n4 | zero | n:7",
    );
}

#[test]
fn sheets_in_order_are_not_touched() {
    let bytes = sheet("<row r='2'><c r='D2' t='str' s='2'><v>9</v></c></row>");
    let mut book = open_bytes(&bytes).unwrap();
    check(&mut book, 0, "1\n2 |  |  |  | K-9");
    assert_eq!(book.sheet_notes(0).notes(), []);
}

#[test]
fn merged_cells_label_the_rows_in_order() {
    let bytes = book_of(
        "<worksheet><sheetData><row r='3'><c r='B3'><v>3</v></c></row>\
         <row r='2'><c r='B2'><v>2</v></c><c r='A2'><v>1</v></c></row></sheetData>\
         <mergeCells><mergeCell ref='A2:A3'/></mergeCells></worksheet>",
    );
    let mut book = open_bytes(&bytes).unwrap();
    check(&mut book, 0, "1\n2 | n:1 | n:2\n3 | n:1 | n:3");
    let codes: Vec<&str> = said_of(&book.sheet_notes(0))
        .iter()
        .map(|found| found.rule.code)
        .collect();
    assert_eq!(codes, ["R208", "R202"]);
}

#[test]
fn two_values_for_one_cell_are_refused() {
    let twice = "<row r='2'><c r='A2'><v>1</v></c></row><row r='1'/><row r='2'><c r='A2'><v>V</v></c></row>";
    let mut book = open_bytes(&sheet(&twice.replace('V', "1"))).unwrap();
    check(&mut book, 0, "1\n2 | n:1");
    let mut book = open_bytes(&sheet(&twice.replace('V', "2"))).unwrap();
    let error = try_show(&mut book, 0).unwrap_err();
    assert!(chain(&error).ends_with("it is damaged: row 1 stands behind row 2 (sheet)"));
    assert!(error.help().contains("let it be repaired"));
}

#[test]
fn rows_that_were_handed_out_stay_and_the_rest_is_refused() {
    let mut inner = String::new();
    for row in (1..=9000).chain([5]) {
        let _ = write!(inner, "<row r='{row}'><c r='A{row}'><v>1</v></c></row>");
    }
    let mut book = open_bytes(&sheet(&inner)).unwrap();
    let error = try_show(&mut book, 0).unwrap_err();
    assert!(chain(&error).contains("row 5 stands behind row 9000"));
}

#[test]
fn the_limits_hold_for_the_second_reader_too() {
    let zeros = "<c t='s'><v>0</v></c>".repeat(100);
    let bytes = sheet(&format!("<row r='2'>{zeros}</row><row r='1'>{zeros}</row>"));
    let read = |limits: WorkbookLimits| {
        let mut book = workbook::open_bytes(bytes.clone(), "test".as_ref(), &limits).unwrap();
        try_show(&mut book, 0).map_err(|error| chain(&error))
    };
    let ample = WorkbookLimits::default();
    assert_eq!(read(ample.clone()).unwrap().matches("zero").count(), 200);
    for limits in [
        WorkbookLimits {
            cells: 199,
            ..ample.clone()
        },
        WorkbookLimits {
            strings_bytes: 799,
            ..ample
        },
    ] {
        let refused = read(limits).unwrap_err();
        assert!(refused.contains("row 1 stands behind row 2"), "{refused}");
    }
}

#[test]
fn binary_workbooks_have_a_second_reader() {
    let file = std::fs::File::open(fixture("binary.xlsb")).unwrap();
    let mut packed = zip::ZipArchive::new(file).unwrap();
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for at in 0..packed.len() {
        let mut part = packed.by_index(at).unwrap();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        parts.push((part.name().unwrap().to_string(), content));
    }
    let (_, content) = parts
        .iter_mut()
        .find(|(name, _)| name.ends_with("sheet2.bin"))
        .unwrap();
    let (mut ordered, whole) = (content.clone(), content.clone());
    swap_first_rows(&mut ordered, &whole);
    assert_ne!(ordered, whole);
    *content = ordered;
    let named: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, content)| (name.as_str(), content.as_slice()))
        .collect();
    let mut book = open_bytes(&archive(&named)).unwrap();
    let shown = try_show(&mut book, 1).unwrap();
    assert!(shown.starts_with("1 |"), "{shown}");
    assert_eq!(said_of(&book.sheet_notes(1))[0].rule.code, "R208");
    let mut whole = workbook::open(&fixture("binary.xlsb"), &WorkbookLimits::default()).unwrap();
    let numbers = |text: &str| {
        let rows = text
            .lines()
            .map(|line| line.split(' ').next().unwrap().to_owned());
        rows.collect::<Vec<String>>()
    };
    assert_eq!(numbers(&shown), numbers(&try_show(&mut whole, 1).unwrap()));
}

/// Writes the first two rows of a binary sheet in the opposite order.
fn swap_first_rows(out: &mut Vec<u8>, content: &[u8]) {
    let mut source = Cursor::new(content);
    let mut rows = Vec::new();
    let mut end = None;
    while let Some((kind, start)) = record(&mut source) {
        match kind {
            0x00 => rows.push(start),
            0x92 => end = Some(start),
            _ => {}
        }
    }
    let end = end.unwrap();
    let third = rows.get(2).copied().unwrap_or(end);
    out.clear();
    out.extend_from_slice(&content[..rows[0]]);
    out.extend_from_slice(&content[rows[1]..third]);
    out.extend_from_slice(&content[rows[0]..rows[1]]);
    out.extend_from_slice(&content[third..]);
}

/// The kind of the next record, and where it begins.
fn record(source: &mut Cursor<&[u8]>) -> Option<(u32, usize)> {
    let start = usize::try_from(source.position()).unwrap();
    let kind = number(source, 2)?;
    let length = number(source, 4)?;
    source.set_position(source.position() + u64::from(length));
    Some((kind, start))
}

/// A number of some bytes with seven bits each.
fn number(source: &mut Cursor<&[u8]>, most: u32) -> Option<u32> {
    let mut value = 0;
    for place in 0..most {
        let mut byte = [0];
        source.read_exact(&mut byte).ok()?;
        let byte = u32::from(byte[0]);
        value |= (byte & 0x7F) << (7 * place);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some(value)
}
