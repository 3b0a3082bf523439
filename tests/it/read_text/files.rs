//! Encodings, sizes, limits and previews of whole files.

use std::io::Write;

use partner_import::flow::digest::sha256;
use partner_import::model::RowBatch;
use partner_import::report::preview::{Cells, PreviewMode, Rows, preview, preview_table};
use partner_import::tables::content::Pretender;
use partner_import::tables::{
    Delimiter, Limits, NoKnowledge, ReadError, ReadOptions, TextEncoding, open, read_bytes,
};

use super::{Customers, load_with};

/// Many rows of plain ASCII, then `last`.
fn long_file(last: &[u8]) -> Vec<u8> {
    let mut bytes = b"Name,City\n".to_vec();
    for row in 0..100_000 {
        bytes.extend_from_slice(format!("Customer number {row},Berlin\n").as_bytes());
    }
    bytes.extend_from_slice(last);
    bytes
}

#[test]
fn letters_far_behind_the_beginning_still_decide() {
    let loaded = load_with(
        &long_file(b"M\xFCller,K\xF6ln\n"),
        &ReadOptions::default(),
        &Customers,
    );
    assert_eq!(loaded.rows[100_000], ["Müller", "Köln"]);
    assert_eq!(loaded.notes[0].rule.code, "R010");
    assert!(loaded.notes[0].at.is_some_and(|at| at.row > 90_000));
    let loaded = load_with(
        &long_file("Müller,Köln\n".as_bytes()),
        &ReadOptions::default(),
        &Customers,
    );
    assert_eq!(loaded.rows[100_000], ["Müller", "Köln"]);
    assert!(loaded.notes.is_empty());
}

#[test]
fn a_damaged_line_far_behind_is_that_lines_problem() {
    let mut bytes = "Name,City\nBjörk,Oslo\n".as_bytes().to_vec();
    bytes.extend_from_slice(&long_file(b"Acme,K\xF6ln\nFoo,Bonn\n")[10..]);
    let loaded = load_with(&bytes, &ReadOptions::default(), &Customers);
    assert_eq!(loaded.rows[100_001], ["Acme", "Köln"]);
    let note = &loaded.notes[0];
    assert_eq!(note.at.unwrap().to_string(), "B100003");
    assert_eq!(note.row.unwrap().0, 100_001);
    assert_eq!(
        (note.column.as_str(), note.value.as_deref()),
        ("City", Some("Köln"))
    );
    assert!(note.is_error());
}

#[test]
fn every_unicode_encoding_is_read() {
    let text = "Name;City\r\nMüller;Łódź\r\n東京;Αθήνα\r\n";
    let utf16 =
        |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let (little, big) = (utf16(u16::to_le_bytes), utf16(u16::to_be_bytes));
    for bytes in [
        text.as_bytes().to_vec(),
        [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        [b"\xFF\xFE", little.as_slice()].concat(),
        [b"\xFE\xFF", big.as_slice()].concat(),
        little,
        big,
    ] {
        let loaded = load_with(&bytes, &ReadOptions::default(), &Customers);
        assert_eq!(loaded.header, ["Name", "City"]);
        assert_eq!(loaded.rows, [["Müller", "Łódź"], ["東京", "Αθήνα"]]);
    }
}

#[test]
fn options_decide() {
    let options = ReadOptions {
        encoding: TextEncoding::parse("windows-1251"),
        delimiter: Delimiter::parse("pipe"),
        header_row: Some(2),
        ..ReadOptions::default()
    };
    let loaded = load_with(
        b"x|y\nName|City\n\xCC\xEE\xF1\xEA\xE2\xE0|a,b\n",
        &options,
        &NoKnowledge,
    );
    assert_eq!(loaded.header, ["Name", "City"]);
    assert_eq!(loaded.rows, [["Москва", "a,b"]]);
    let none = ReadOptions {
        header_row: Some(0),
        ..ReadOptions::default()
    };
    let loaded = load_with(b"Name,City\nAcme,Berlin\n", &none, &Customers);
    assert_eq!((loaded.header.len(), loaded.rows.len()), (0, 2));
    let beyond = ReadOptions {
        header_row: Some(9),
        ..ReadOptions::default()
    };
    let refused = read_bytes(b"Name\nAcme\n", &beyond, &NoKnowledge).err();
    assert!(matches!(
        refused,
        Some(ReadError::NoSuchHeaderRow { row: 9, .. })
    ));
}

fn refusal(bytes: &[u8], limits: Limits) -> Option<ReadError> {
    let options = ReadOptions {
        limits,
        ..ReadOptions::default()
    };
    let mut table = match read_bytes(bytes, &options, &NoKnowledge) {
        Ok(table) => table,
        Err(error) => return Some(error),
    };
    let mut batch = RowBatch::default();
    loop {
        match table.next_batch(&mut batch) {
            Ok(partner_import::tables::More::No) => return None,
            Ok(_) => {}
            Err(error) => return Some(error),
        }
    }
}

#[test]
fn limits_end_in_words() {
    let limits = Limits {
        row_bytes: 1000,
        columns: 10,
        rows: 100,
    };
    let wide = format!("a,b\n{}\n", ",".repeat(10));
    assert!(matches!(
        refusal(wide.as_bytes(), limits),
        Some(ReadError::TooManyColumns { row: 2, .. })
    ));
    let long = "a,b\n".repeat(101);
    assert!(matches!(
        refusal(long.as_bytes(), limits),
        Some(ReadError::TooManyRows { .. })
    ));
    let endless = vec![b'a'; 3_000_000];
    assert!(matches!(
        refusal(&endless, limits),
        Some(ReadError::RowTooLong { row: 1, .. })
    ));
    assert!(refusal("a,b\n".repeat(100).as_bytes(), limits).is_none());
}

#[test]
fn files_that_are_no_tables_are_refused_in_words() {
    let error = read_bytes(b"%PDF-1.7 ...", &ReadOptions::default(), &NoKnowledge)
        .err()
        .unwrap();
    assert!(matches!(
        error,
        ReadError::NotATable {
            kind: Pretender::Pdf,
            ..
        }
    ));
    assert_eq!(
        error.to_string(),
        "cannot read (memory) as a table: it is a PDF document"
    );
    assert!(error.help().starts_with("export the list"));
    let missing = std::path::Path::new("no/such/file.csv");
    assert!(matches!(
        open(missing, &ReadOptions::default(), &NoKnowledge),
        Err(ReadError::Open { .. })
    ));
}

#[test]
fn a_file_is_recognised_by_its_digest() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"abc").unwrap();
    assert_eq!(
        sha256(file.path()).unwrap(),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

fn written(bytes: &[u8], mode: PreviewMode, format: &str) -> String {
    let table = read_bytes(bytes, &ReadOptions::default(), &Customers).unwrap();
    let preview = preview_table(table, mode).unwrap();
    let mut out = Vec::new();
    match format {
        "csv" => preview.write_csv(&mut out),
        "json" => preview.write_json(&mut out),
        _ => preview.write_table(&mut out),
    }
    .unwrap();
    String::from_utf8(out).unwrap()
}

const RAW: PreviewMode = PreviewMode {
    rows: Rows::All,
    cells: Cells::Raw,
};

#[test]
fn a_raw_preview_is_the_table_as_it_stands() {
    let bytes =
        b"List\r\n\r\nName;City;;Zip\r\n=Acme, \"x\"; Berlin ;;01067\r\nFoo;\"a\r\nb\";;\r\n";
    assert_eq!(
        written(bytes, RAW, "csv"),
        "Name,City,,Zip\n\"=Acme, \"\"x\"\"\", Berlin ,,01067\nFoo,\"a\r\nb\",,\n"
    );
    assert_eq!(written(b"", RAW, "csv"), "");
    assert_eq!(written(b"", RAW, "table"), "");
    assert_eq!(
        written(b"A1,2\nB2,3\nC3,4\n", RAW, "csv"),
        "A1,2\nB2,3\nC3,4\n"
    );
}

#[test]
fn a_preview_shows_the_first_rows() {
    let head = PreviewMode {
        rows: Rows::Head(1),
        cells: Cells::Trimmed,
    };
    let bytes = b"Title\n\nName,City\n Acme ,Berlin\nFoo,Bonn\nBar,Ulm\n";
    assert_eq!(
        written(bytes, head, "table"),
        "   A     B\n3  Name  City\n4  Acme  Berlin\n"
    );
    let json: serde_json::Value = serde_json::from_str(&written(bytes, head, "json")).unwrap();
    assert_eq!(json["header_row"], 3);
    assert_eq!(
        json["columns"][1],
        serde_json::json!({ "column": "B", "name": "City" })
    );
    assert_eq!(
        json["rows"],
        serde_json::json!([{ "row": 4, "cells": ["Acme", "Berlin"] }])
    );
    assert_eq!(json["more"], true);
    assert_eq!(json["notes"][0]["code"], "R040");
}

#[test]
fn a_file_on_disk_is_previewed() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"Name\tCity\nAcme\tBerlin\n").unwrap();
    let shown = preview(file.path(), &ReadOptions::default(), &Customers, RAW).unwrap();
    assert_eq!(shown.names, ["Name", "City"]);
    assert_eq!(shown.rows().count(), 1);
}

#[test]
fn lines_and_rows_are_counted_as_people_do() {
    let bytes = b"sep=,\r\nName,City\r\n\r\n\"A\r\nB\",x\r\nC,y\r\n";
    let mut table = read_bytes(bytes, &ReadOptions::default(), &Customers).unwrap();
    let mut batch = RowBatch::default();
    table.next_batch(&mut batch).unwrap();
    let places: Vec<(u32, u32)> = batch.rows().map(|row| (row.number(), row.line())).collect();
    assert_eq!((table.header.row, places), (1, vec![(3, 4), (4, 6)]));
}
