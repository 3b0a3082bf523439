//! XLSX files put together by hand: what tools other than Excel write, and what no tool should.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::time::{Duration, Instant};

use partner_import::model::RowBatch;
use partner_import::tables::More;
use partner_import::tables::workbook::{self, Limit, WorkbookError, WorkbookLimits};
use zip::write::SimpleFileOptions;

use super::{chain, check, open_bytes, refusal, said_of, show, try_show};

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// An archive of parts.
pub(super) fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        out.start_file(*name, SimpleFileOptions::default()).unwrap();
        out.write_all(content).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn relations(entries: &[(&str, &str)]) -> String {
    let mut inner = String::new();
    for (id, (kind, target)) in (1..).zip(entries) {
        let _ = write!(
            inner,
            "<Relationship Id=\"rId{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>"
        );
    }
    format!("<Relationships>{inner}</Relationships>")
}

const STYLES: &str = r#"<styleSheet><numFmts count="1"><numFmt numFmtId="164" formatCode="&quot;K-&quot;@"/></numFmts>
    <cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="21"/></cellXfs>
    <dxfs><dxf><numFmt numFmtId="164" formatCode="0.00"/></dxf></dxfs></styleSheet>"#;

/// A workbook with one sheet of this XML.
pub(super) fn book_of(sheet: &str) -> Vec<u8> {
    archive(&[
        ("_rels/.rels", relations(&[("officeDocument", "xl/workbook.xml")]).as_bytes()),
        (
            "xl/workbook.xml",
            b"<workbook><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            relations(&[("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]).as_bytes(),
        ),
        ("xl/styles.xml", STYLES.as_bytes()),
        ("xl/sharedStrings.xml", b"<sst><si><t>zero</t></si><si><r><t>o</t></r><rPh><t>x</t></rPh><r><t xml:space=\"preserve\">ne </t></r></si><si/></sst>"),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

#[track_caller]
fn check_sheet(sheet: &str, expected: &str) {
    let mut book = open_bytes(&book_of(sheet)).unwrap();
    check(&mut book, 0, expected);
}

#[test]
fn cells_and_rows_without_references_follow_one_another() {
    check_sheet(
        "<worksheet><sheetData><row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c></row>\
         <row><c/><c><v>5</v></c></row><row r=\"5\"><c r=\"C5\"><v>1</v></c><c><v>2</v></c></row>\
         </sheetData></worksheet>",
        "1 | zero | one \n2 |  | n:5\n3\n4\n5 |  |  | n:1 | n:2",
    );
}

#[test]
fn prefixes_comments_and_cdata_make_no_difference() {
    check_sheet(
        "<?xml version='1.0'?><!-- a > b --><x:worksheet xmlns:x='urn:x'><x:sheetData><x:row r='1'>\
         <x:c r='A1' t='inlineStr'><x:is><x:t>a<![CDATA[<b>]]>&amp;c</x:t></x:is></x:c>\
         <x:c r='B1' t='str'><x:f>\"x>y\"&amp;1</x:f><x:v>t_x000D_\n</x:v></x:c><x:extra><x:c/></x:extra>\
         </x:row></x:sheetData><x:mergeCells><x:mergeCell ref='A1:A2'/></x:mergeCells></x:worksheet>",
        "1 | a<b>&c | t\\r\\n",
    );
}

#[test]
fn every_kind_of_cell_is_read() {
    check_sheet(
        "<worksheet><sheetData><row r='1'><c r='A1' t='b'><v>1</v></c><c r='B1' t='e'><v>#REF!</v></c>\
         <c r='C1' t='d'><v>2026-11-23T00:00:00Z</v></c><c r='D1' s='1'><v>60</v></c>\
         <c r='E1' t='str' s='2'><v>9</v></c><c r='F1' t='s' s='2'><v>0</v></c>\
         <c r='G1' s='3'><v>0.25</v></c><c r='H1'><v> </v></c><c r='I1'><v>nonsense</v></c>\
         <c r='J1' t='s'><v>2</v></c><c r='K1' s='99'><v>1E+3</v></c></row></sheetData></worksheet>",
        "1 | b:TRUE | e:#REF! | d:2026-11-23T00:00:00 | d:1900-02-29 | K-9 | K-zero | d:06:00:00 |  | nonsense |  | n:1000",
    );
}

#[test]
fn merged_cells_label_only_rows_with_values_and_cover_what_is_beneath() {
    let sheet = "<worksheet><sheetData>\
        <row r='1'><c r='A1' t='s'><v>0</v></c></row>\
        <row r='2'><c r='A2'><v>9</v></c><c r='B2'><v>1</v></c></row>\
        <row r='3'/>\
        <row r='4'><c r='C4'><v>2</v></c></row>\
        <row r='5'><c r='A5'><v>3</v></c><c r='E5'><v>4</v></c></row>\
        <row r='6'><c r='B6'><v>7</v></c></row></sheetData><mergeCells>\
        <mergeCell ref='A1:A4'/><mergeCell ref='E5:F6'/></mergeCells></worksheet>";
    let mut book = open_bytes(&book_of(sheet)).unwrap();
    check(
        &mut book,
        0,
        "1 | zero\n2 | zero | n:1\n3\n4 | zero |  | n:2\n5 | n:3 |  |  |  | n:4\n6 |  | n:7 |  |  | n:4",
    );
    let notes = book.sheet_notes(0);
    let carried: Vec<String> = notes.carried.iter().map(ToString::to_string).collect();
    assert_eq!(carried, ["A1:A4", "E5:F6"]);
    assert_eq!(notes.covered.first[0].to_string(), "A2");
    assert_eq!(said_of(&notes)[1].rule.code, "R207");
}

#[test]
fn part_names_may_be_absolute_upper_case_or_missing() {
    let sheet = b"<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>";
    let workbook = b"<workbook><workbookPr date1904=\"1\"/><sheets><sheet name=\"A&amp;B\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
    let named = archive(&[
        (
            "_rels/.rels",
            relations(&[("officeDocument", "/XL/Workbook.xml")]).as_bytes(),
        ),
        ("xl\\workbook.xml", workbook),
        (
            "xl/_rels/workbook.xml.rels",
            relations(&[("worksheet", "/xl/Worksheets/Sheet1.xml")]).as_bytes(),
        ),
        ("xl/worksheets/sheet1.xml", sheet),
    ]);
    let bare = archive(&[
        ("xl/workbook.xml", workbook),
        ("xl/worksheets/sheet1.xml", sheet),
    ]);
    for bytes in [named, bare] {
        let mut book = open_bytes(&bytes).unwrap();
        assert_eq!(book.sheets()[0].name, "A&B");
        check(&mut book, 0, "1 | n:1");
    }
}

#[test]
fn parts_in_utf_16_are_read() {
    let sheet = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-16\"?><worksheet><sheetData><row><c t=\"inlineStr\"><is><t>Žižka 日本</t></is></c></row></sheetData></worksheet>";
    let wide: Vec<u8> = sheet.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bytes = archive(&[
        (
            "xl/workbook.xml",
            b"<workbook><sheets><sheet name='A' r:id='x'/></sheets></workbook>",
        ),
        ("xl/worksheets/sheet1.xml", &wide),
    ]);
    check(&mut open_bytes(&bytes).unwrap(), 0, "1 | Žižka 日本");
}

#[test]
fn a_far_cell_costs_rows_but_no_rectangle() {
    let sheet = "<worksheet><dimension ref='A1:XFD1048576'/><sheetData><row r='1048576'>\
                 <c r='XFD1048576'><v>1</v></c></row></sheetData></worksheet>";
    let start = Instant::now();
    let mut book = open_bytes(&book_of(sheet)).unwrap();
    let shown = show(&mut book, 0);
    assert_eq!(shown.lines().count(), 1_048_576);
    assert_eq!(shown.lines().nth(4).unwrap(), "5");
    assert!(shown.ends_with("|  | n:1\n"));
    assert!(start.elapsed() < Duration::from_secs(120));
}

#[test]
fn rows_that_reach_far_come_in_small_batches() {
    let mut sheet = String::from("<worksheet><sheetData>");
    for row in 1..=200 {
        let _ = write!(
            sheet,
            "<row r='{row}'><c r='XFD{row}'><v>{row}</v></c></row>"
        );
    }
    sheet.push_str("</sheetData></worksheet>");
    let mut book = open_bytes(&book_of(&sheet)).unwrap();
    let mut rows = book.rows(0).unwrap();
    let mut batch = RowBatch::default();
    let (mut largest, mut count) = (0, 0);
    while rows.next_batch(&mut batch).unwrap() == More::Maybe {
        largest = largest.max(batch.len());
        count += batch.len();
    }
    assert_eq!((largest, count + batch.len()), (16, 200));
}

#[test]
fn limits_hold() {
    let cell = "<c><v>1</v></c>";
    let wide = format!(
        "<worksheet><sheetData><row>{}</row></sheetData></worksheet>",
        cell.repeat(16_385)
    );
    let deep = format!("<worksheet>{}", "<a>".repeat(200));
    let long = format!("<worksheet><a b='{}'/></worksheet>", "x".repeat(5 << 20));
    let late =
        "<worksheet><sheetData><row r='1048577'><c><v>1</v></c></row></sheetData></worksheet>";
    for (sheet, limit) in [
        (wide.as_str(), Limit::Columns),
        (&deep, Limit::Depth),
        (&long, Limit::Token),
        (late, Limit::Rows),
    ] {
        let mut book = open_bytes(&book_of(sheet)).unwrap();
        match refusal(try_show(&mut book, 0).unwrap_err()) {
            WorkbookError::TooLarge { what, .. } => assert_eq!(what, limit),
            other => panic!("{limit:?}: {other}"),
        }
    }
}

#[test]
fn bombs_are_not_inflated() {
    let blank = " ".repeat(40 << 20);
    let sheet = format!("<worksheet><sheetData>{blank}</sheetData></worksheet>");
    let bytes = book_of(&sheet);
    let limits = |inflated_bytes, inflate_ratio| WorkbookLimits {
        inflated_bytes,
        inflate_ratio,
        ratio_free_bytes: 8 << 20,
        ..WorkbookLimits::default()
    };
    for (limits, limit) in [
        (limits(16 << 20, 2000), Limit::Inflated),
        (limits(8 << 30, 100), Limit::Ratio),
    ] {
        let mut book = workbook::open_bytes(bytes.clone(), "bomb".as_ref(), &limits).unwrap();
        match refusal(try_show(&mut book, 0).unwrap_err()) {
            WorkbookError::TooLarge { what, .. } => assert_eq!(what, limit),
            other => panic!("{limit:?}: {other}"),
        }
    }
}

#[test]
fn broken_sheets_are_refused_with_the_place() {
    for (sheet, expected) in [
        (
            "<worksheet><sheetData><row r='1'><c t='s'><v>7</v></c></row></sheetData></worksheet>",
            "cell A1 names a shared string that is not there",
        ),
        (
            "<worksheet><sheetData><row r='1'><c r='B1'><v>1</v>",
            "it is cut off",
        ),
        ("<!DOCTYPE x><worksheet/>", "declares a document type"),
    ] {
        let mut book = open_bytes(&book_of(sheet)).unwrap();
        let error = try_show(&mut book, 0).unwrap_err();
        assert!(chain(&error).contains(expected), "{}", chain(&error));
        assert!(!error.help().is_empty());
    }
}
