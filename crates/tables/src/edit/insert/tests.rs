//! What moves with columns that come in, and what is refused.

use super::*;

const TWO: Insertion = Insertion {
    at: 1,
    count: 2,
    rows: (2, 9),
    name: 0,
    left_out: 0,
};

fn read(sheet: &str) -> io::Result<String> {
    let mut text = String::new();
    let mut sheet = Inserted::of(sheet.as_bytes(), TWO);
    sheet.read_to_string(&mut text).map(|_| text)
}

#[test]
fn all_that_stands_right_of_new_columns_moves_with_them() {
    for (before, after) in [
        ("<dimension ref=\"A1:C9\"/>", "<dimension ref=\"A1:E9\"/>"),
        ("<autoFilter ref=\"A2:C9\"/>", "<autoFilter ref=\"A2:E9\"/>"),
        (
            "<cols><col min=\"1\" max=\"3\" width=\"9\"/><col min=\"5\" max=\"16384\" style=\"1\"></col></cols>",
            "<cols><col width=\"9\" min=\"1\" max=\"1\"/><col width=\"9\" min=\"4\" max=\"5\"/>\
             <col style=\"1\" min=\"7\" max=\"16384\"></col></cols>",
        ),
        (
            "<sheetViews><sheetView><selection pane=\"topRight\"/></sheetView></sheetViews>",
            "<sheetViews><sheetView><selection pane=\"topRight\"/></sheetView></sheetViews>",
        ),
        (
            "<cols><col min=\"1\" max=\"2\"></col></cols>",
            "<cols><col min=\"1\" max=\"1\"/><col min=\"4\" max=\"4\"></col></cols>",
        ),
        (
            "<sheetViews><sheetView topLeftCell=\"B1\"><selection activeCell=\"B2\" sqref=\"A1 B2:C3\"/></sheetView></sheetViews>",
            "<sheetViews><sheetView topLeftCell=\"D1\"><selection activeCell=\"D2\" sqref=\"A1 D2:E3\"/></sheetView></sheetViews>",
        ),
        (
            "<sheetViews><sheetView><pane xSplit=\"1\" ySplit=\"2\" topLeftCell=\"B3\" state=\"frozen\"/></sheetView></sheetViews>",
            "<sheetViews><sheetView><pane ySplit=\"2\" state=\"frozen\" topLeftCell=\"D3\" xSplit=\"3\"/></sheetView></sheetViews>",
        ),
        (
            "<sheetData><row r=\"2\" spans=\"1:3\"><c r=\"A2\"/><c><v>1</v></c></row><row><c r=\"C3\" s=\"4\"><is><t>x</t></is></c></row></sheetData>",
            "<sheetData><row r=\"2\"><c r=\"A2\"/><c r=\"D2\"><v>1</v></c></row><row><c s=\"4\" r=\"E3\"><is><t>x</t></is></c></row></sheetData>",
        ),
        (
            "<mergeCells><mergeCell ref=\"A1:C1\"/><mergeCell ref=\"B4:C4\"/></mergeCells>",
            "<mergeCells><mergeCell ref=\"A1:E1\"/><mergeCell ref=\"D4:E4\"/></mergeCells>",
        ),
        (
            "<hyperlinks><hyperlink ref=\"C3\" r:id=\"rId1\"/></hyperlinks>",
            "<hyperlinks><hyperlink r:id=\"rId1\" ref=\"E3\"/></hyperlinks>",
        ),
        (
            "<ignoredErrors><ignoredError sqref=\"C2:C9\" numberStoredAsText=\"1\"/></ignoredErrors>",
            "<ignoredErrors><ignoredError numberStoredAsText=\"1\" sqref=\"E2:E9\"/></ignoredErrors>",
        ),
    ] {
        let sheet = |inside: &str| format!("<worksheet>{inside}</worksheet>");
        let moved = read(&sheet(before)).unwrap();
        assert_eq!(moved, sheet(after), "{before}");
    }
}

#[test]
fn what_may_count_on_columns_is_refused() {
    for refused in [
        "<sheetData><row r=\"2\"><c r=\"A2\"><f>B2</f><v>1</v></c></row></sheetData>",
        "<sheetData><row r=\"2\"><c r=\"A2\" cm=\"1\"><v>1</v></c></row></sheetData>",
        "<sheetData><row r=\"2\"><c r=\"XFD2\"/></row></sheetData>",
        "<sheetData><row r=\"1\"><c r=\"B1\"><v>above</v></c></row></sheetData>",
        "<sheetData><row r=\"10\"><c r=\"C10\"><v>below</v></c></row></sheetData>",
        "<conditionalFormatting sqref=\"A1\"/>",
        "<dataValidations/>",
        "<tableParts/>",
        "<drawing/>",
        "<legacyDrawing/>",
        "<sheetProtection/>",
        "<extLst/>",
        "<customSheetViews/>",
        "<autoFilter ref=\"A1:C9\"><filterColumn colId=\"2\"/></autoFilter>",
        "<mergeCells><mergeCell ref=\"A2:B2\"/></mergeCells>",
        "<hyperlinks><hyperlink ref=\"C3\" location=\"C9\"/></hyperlinks>",
        "<cols><col min=\"1\" max=\"3\" outlineLevel=\"1\"/></cols>",
        "<sheetViews><sheetView><pane xSplit=\"2400\" state=\"split\"/></sheetView></sheetViews>",
        "<sheetViews><sheetView topLeftCell=\"B1\"><pane xSplit=\"1\" state=\"frozen\"/></sheetView></sheetViews>",
    ] {
        let sheet = format!("<worksheet>{refused}</worksheet>");
        assert!(read(&sheet).is_err(), "{refused}");
    }
}

#[test]
fn places_of_a_row_are_told_anew() {
    assert_eq!(
        TWO.in_text("Name (A3): x (B4); Level (B3): is (no); Zip (AA3): (", 3),
        "Name (A3): x (B4); Level (D3): is (no); Zip (AC3): ("
    );
    assert_eq!(
        TWO.in_text(
            "Note (C3): 2 merged cells are repeated (B3:B5, C9:D9, …); (at 9:30)",
            3
        ),
        "Note (E3): 2 merged cells are repeated (D3:D5, E9:F9, …); (at 9:30)"
    );
}
