//! Files that pretend to be workbooks, are locked or damaged: recognised by content, refused in
//! words, with the way out.

use partner_import::tables::workbook::{self, WorkbookLimits};

use super::{chain, fixture, open, open_bytes};

#[track_caller]
fn check(name: &str, expected: &str, way_out: &str) {
    let error = workbook::open(&fixture(name), &WorkbookLimits::default())
        .and_then(|mut book| super::try_show(&mut book, 0).map(|_| ()))
        .unwrap_err();
    let said = chain(&error);
    let said = said
        .rsplit_once(&format!("{name}: "))
        .map_or(said.as_str(), |(_, said)| said);
    assert_eq!(said, expected);
    assert!(error.help().contains(way_out), "{}", error.help());
}

#[test]
fn pretenders_are_named() {
    let save_as = "save it as .xlsx";
    check(
        "page.xls",
        "it is a web page (HTML), not a workbook",
        save_as,
    );
    check(
        "spreadsheetml.xls",
        "it is an Excel 2003 XML table, not a workbook",
        save_as,
    );
    check(
        "text.xlsx",
        "it is a text file (CSV), not a workbook",
        "name it .csv",
    );
    check(
        "numbers.xlsx",
        "it is an Apple Numbers document, not a workbook",
        "Export To > Excel",
    );
    check(
        "word.xlsx",
        "it is a Word document, not a workbook",
        "copy the table",
    );
    check(
        "packed.xlsx",
        "it is a ZIP archive, not a workbook",
        "unpack it",
    );
}

#[test]
fn locked_and_damaged_workbooks_are_told_apart() {
    let unlock = "Encrypt with Password";
    check("locked.xlsx", "it is protected by a password", unlock);
    check("locked.ods", "it is protected by a password", unlock);
    let again = "fetch the file again";
    check(
        "cut-off.xlsx",
        "it is damaged: its table of contents is not there; it was cut off, or is no workbook (zip)",
        again,
    );
    check(
        "no-workbook.xlsx",
        "it is damaged or incomplete: the part xl/workbook.xml is missing",
        again,
    );
    check(
        "doctype.xlsx",
        "its part xl/workbook.xml declares a document type (DOCTYPE), which workbooks never do",
        "if you trust",
    );
}

#[test]
fn a_locked_xls_is_told_by_its_records() {
    // The beginning of an Excel 95 stream, then the record that says it is encrypted.
    let bytes = b"\x09\x08\x08\0\0\x05\x05\0\0\0\0\0\x2F\0\x06\0\0\0\x12\x34\x56\x78";
    let error = open_bytes(bytes).unwrap_err();
    assert!(
        chain(&error).ends_with("it is protected by a password"),
        "{}",
        chain(&error)
    );
}

#[test]
fn missing_sheets_and_charts_are_named() {
    let mut book = open("excel.xlsx");
    let error = book.find_sheet("Clients").unwrap_err();
    assert!(chain(&error).ends_with("it has no sheet \"Clients\""));
    assert!(
        error
            .help()
            .starts_with("it has: \"Instructions\", \"Customers\"")
    );
    let error = book.rows(4).err().unwrap();
    assert!(chain(&error).ends_with("its sheet \"Chart\" is a chart, not a sheet of cells"));
}

#[test]
fn damage_inside_the_archive_is_noticed() {
    let mut bytes = std::fs::read(fixture("excel.xlsx")).unwrap();
    // A flipped bit in the middle of a part: the checksum is the only witness.
    let at = bytes
        .windows(20)
        .position(|part| part.ends_with(b"sheet2.xml"))
        .unwrap()
        + 200;
    bytes[at] ^= 0x10;
    let read = open_bytes(&bytes).and_then(|mut book| super::try_show(&mut book, 1));
    assert!(chain(&read.unwrap_err()).contains("damaged"));
}
