//! What calamine loses of a workbook and this crate keeps: a test for each row of the README's table.
//! Where a newer calamine has caught up, its half of the test fails, and the row can go.

use std::io::{Cursor, Write as _};
use std::path::Path;

use calamine::{Data, Reader as _};
use tables::workbook::{SheetReader, Workbook, WorkbookError, WorkbookLimits, open, open_bytes};
use tables::{CellKind, More, ReadError, RowBatch};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        let options = zip::write::SimpleFileOptions::default();
        out.start_file(*name, options).unwrap();
        out.write_all(text.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// An XLSX file with one sheet; style 1 shows five digits.
fn xlsx(sheet: &str) -> Vec<u8> {
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let relations = |inside: &str| {
        format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{inside}</Relationships>")
    };
    let types = format!(
        "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"
    );
    let root = relations(&relation("rId1", "officeDocument", "xl/workbook.xml"));
    let inner = relation("rId1", "worksheet", "worksheets/sheet1.xml")
        + &relation("rId2", "styles", "styles.xml");
    let workbook = format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>\
         <sheet name=\"List\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let styles = format!(
        "<styleSheet xmlns=\"{MAIN}\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"00000\"/></numFmts>\
         <cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>"
    );
    archive(&[
        ("[Content_Types].xml", &types),
        ("_rels/.rels", &root),
        ("xl/workbook.xml", &workbook),
        ("xl/_rels/workbook.xml.rels", &relations(&inner)),
        ("xl/styles.xml", &styles),
        (
            "xl/worksheets/sheet1.xml",
            &format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{sheet}</sheetData></worksheet>"),
        ),
    ])
}

fn ours(bytes: &[u8]) -> Workbook {
    let limits = WorkbookLimits::default();
    open_bytes(bytes.to_vec(), Path::new("list"), &limits).unwrap()
}

/// The texts of a sheet's rows.
fn rows(book: &mut Workbook) -> Result<Vec<Vec<(String, CellKind)>>, ReadError> {
    let mut rows = book.rows(0)?;
    let (mut batch, mut all) = (RowBatch::default(), Vec::new());
    loop {
        let more = rows.next_batch(&mut batch)?;
        let cells = |row: tables::Row<'_>| {
            let cells = row.cells().map(|cell| (cell.text.to_owned(), cell.kind));
            cells.collect()
        };
        all.extend(batch.rows().map(cells));
        if more == More::No {
            return Ok(all);
        }
    }
}

fn theirs(bytes: &[u8]) -> calamine::Range<Data> {
    let mut book: calamine::Xlsx<_> = calamine::Xlsx::new(Cursor::new(bytes)).unwrap();
    book.worksheet_range("List").unwrap()
}

#[test]
fn number_formats_of_xlsx() {
    let bytes = xlsx("<row r=\"1\"><c r=\"A1\" s=\"1\"><v>1067</v></c></row>");
    let shown = rows(&mut ours(&bytes)).unwrap();
    assert_eq!(shown[0][0], ("01067".to_owned(), CellKind::Number));
    assert_eq!(theirs(&bytes).get((0, 0)), Some(&Data::Float(1067.0)));
}

#[test]
fn number_formats_of_xls() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/workbook/masks.xls");
    let mut book = open(&path, &WorkbookLimits::default()).unwrap();
    let mut theirs: calamine::Xls<_> = calamine::open_workbook(&path).unwrap();
    let theirs = theirs.worksheet_range_at(0).unwrap().unwrap();
    let mut lost = 0;
    for (row, cells) in (0..).zip(rows(&mut book).unwrap()) {
        for (column, (text, kind)) in (0..).zip(cells) {
            let padded = text.len() > 1 && text.bytes().all(|byte| byte.is_ascii_digit());
            if kind == CellKind::Number && padded && text.starts_with('0') {
                let value = theirs.get_value((row, column)).unwrap();
                assert_ne!(value.to_string(), text);
                lost += 1;
            }
        }
    }
    assert!(lost > 0);
}

#[test]
fn number_formats_of_ods() {
    let names = "urn:oasis:names:tc:opendocument:xmlns";
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content xmlns:office=\"{names}:office:1.0\" \
         xmlns:table=\"{names}:table:1.0\" xmlns:text=\"{names}:text:1.0\" xmlns:style=\"{names}:style:1.0\" \
         xmlns:number=\"{names}:datastyle:1.0\"><office:automatic-styles>\
         <number:number-style style:name=\"N1\"><number:number number:decimal-places=\"0\" \
         number:min-integer-digits=\"5\"/></number:number-style>\
         <style:style style:name=\"ce1\" style:family=\"table-cell\" style:data-style-name=\"N1\"/>\
         </office:automatic-styles><office:body>\
         <office:spreadsheet><table:table table:name=\"List\"><table:table-row>\
         <table:table-cell table:style-name=\"ce1\" office:value-type=\"float\" office:value=\"1067\"><text:p>01067</text:p>\
         </table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>\
         </office:document-content>"
    );
    let bytes = archive(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        (
            "META-INF/manifest.xml",
            "<?xml version=\"1.0\"?><manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>",
        ),
        ("content.xml", &content),
    ]);
    let shown = rows(&mut ours(&bytes)).unwrap();
    assert_eq!(shown[0][0], ("01067".to_owned(), CellKind::Number));
    let mut book: calamine::Ods<_> = calamine::Ods::new(Cursor::new(&bytes)).unwrap();
    let range = book.worksheet_range("List").unwrap();
    assert_eq!(range.get((0, 0)), Some(&Data::Float(1067.0)));
}

#[test]
fn hidden_rows() {
    let cell = |place: &str| format!("<c r=\"{place}\"><v>1</v></c>");
    let bytes = xlsx(&format!(
        "<row r=\"1\">{}</row><row r=\"2\" hidden=\"1\">{}</row>",
        cell("A1"),
        cell("A2")
    ));
    let mut book = ours(&bytes);
    assert_eq!(rows(&mut book).unwrap().len(), 2);
    assert_eq!(book.sheet_notes(0).hidden_rows[0].first, 2);
    // The row is there, and nothing tells it from the other.
    let range = theirs(&bytes);
    assert_eq!(range.get((0, 0)), range.get((1, 0)));
}

#[test]
fn sheets_that_claim_to_be_large() {
    let bytes = xlsx(
        "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>\
         <row r=\"1000\"><c r=\"AMJ1000\"><v>2</v></c></row>",
    );
    // Two cells take room for a million.
    assert_eq!(theirs(&bytes).cells().count(), 1_024_000);
    let limits = WorkbookLimits {
        cells: 1_000,
        ..WorkbookLimits::default()
    };
    let mut book = open_bytes(bytes, Path::new("list"), &limits).unwrap();
    assert!(is_too_large(&rows(&mut book).unwrap_err()));
}

#[test]
fn bombs() {
    let blanks = " ".repeat(4 << 20);
    let bytes = xlsx(&format!(
        "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>{blanks}"
    ));
    assert!(bytes.len() < 64 << 10);
    assert_eq!(theirs(&bytes).get((0, 0)), Some(&Data::Float(1.0)));
    let limits = WorkbookLimits {
        ratio_free_bytes: 1 << 20,
        ..WorkbookLimits::default()
    };
    let read = open_bytes(bytes, Path::new("list"), &limits).and_then(|mut book| rows(&mut book));
    assert!(is_too_large(&read.unwrap_err()));
}

fn is_too_large(error: &ReadError) -> bool {
    matches!(
        error,
        ReadError::Workbook {
            source: WorkbookError::TooLarge { .. },
            ..
        }
    )
}

/// Here calamine is the better one, and reads for us.
#[test]
fn rows_out_of_order() {
    let bytes = xlsx(
        "<row r=\"2\"><c r=\"A2\"><v>2</v></c></row><row r=\"1\"><c r=\"A1\"><v>1</v></c></row>",
    );
    let mut book = ours(&bytes);
    let shown: Vec<String> = rows(&mut book)
        .unwrap()
        .into_iter()
        .map(|row| row[0].0.clone())
        .collect();
    assert_eq!(shown, ["1", "2"]);
    assert_eq!(book.sheet_notes(0).read_by, SheetReader::Second);
}
