//! Workbooks with several customer sheets, tables, colours of their own, and drawings of other kinds.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Color, Format, Table, TableColumn, TableFunction, Workbook};

use super::sound::{Element, is_sound, parts, seen};
use super::{Book, inline, relation, sheet};
use crate::cli::desk::{Desk, Service};

const TITLES: [&str; 4] = ["Name", "Level", "State", "Country"];

/// The text of each note of a part of comments, by cell.
fn notes(part: &str) -> BTreeMap<String, String> {
    let comments = Element::of(part);
    let notes = comments.all("comment").into_iter().map(|note| {
        let text = note.all("t").iter().map(|one| one.text.clone()).collect();
        (note.get("ref").unwrap().to_owned(), text)
    });
    notes.collect()
}

/// A workbook with customers on two of its sheets, each in its own columns.
fn two_sheets() -> Vec<u8> {
    let mut book = Workbook::new();
    let north = book.add_worksheet().set_name("Nord & Süd's").unwrap();
    let rows = [
        TITLES,
        ["Acme", "EndCustomer", "InTrial", "DE"],
        ["Below", "EndCostumer", "InTrial", "DE"],
    ];
    for (row, cells) in (0..).zip(rows) {
        north.write_row(row, 0, cells).unwrap();
    }
    let prices = book.add_worksheet().set_name("Prices").unwrap();
    prices.write_row(0, 0, ["Article", "Price"]).unwrap();
    prices.write_row(1, 0, ["a", "1"]).unwrap();
    let south = book.add_worksheet().set_name("West 😀").unwrap();
    south.write_string(0, 0, "Customers of the west").unwrap();
    let rows = [
        ["State", "Customer", "Our remark", "Country", "Level"],
        ["InTrial", "Third", "''x", "Korea", "EndCustomer"],
        ["InTrial", "Fourth", "", "AT", "EndCustomer"],
    ];
    for (row, cells) in (3..).zip(rows) {
        south.write_row(row, 2, cells).unwrap();
    }
    south
        .insert_note(5, 2, &rust_xlsxwriter::Note::new("ask Bob"))
        .unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn every_sheet_that_was_read_is_filled_in() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("list.xlsx", two_sheets());
    let run = |file: &str, out: &str| {
        desk.run_at(
            &service,
            &["run", file, "--all-sheets", "--yes", "--out", out],
        )
    };
    run("list.xlsx", "out").exits(1);
    let path = desk.path("out/results.xlsx");
    let copied = parts(&path);
    is_sound(&copied);
    let north = seen(&path, "Nord & Süd's");
    assert_eq!(
        north[0][4..],
        ["ID", "ImportStatus", "ImportCode", "ImportMessage"]
    );
    assert_eq!([&north[1][5], &north[2][5]], ["created", "invalid"]);
    assert!(north[1][4].starts_with('#'), "a number");
    let west = seen(&path, "West 😀");
    assert_eq!(
        west[3][7..],
        ["ID", "ImportStatus", "ImportCode", "ImportMessage"]
    );
    assert_eq!([&west[4][8], &west[5][8]], ["invalid", "created"]);
    assert_eq!(west[4][4], "'''x", "what looks like our mark is marked");
    assert_eq!(seen(&path, "Prices")[1], ["a", "1"]);
    let all: Vec<_> = copied
        .iter()
        .filter(|(name, _)| name.starts_with("xl/comments"))
        .map(|(_, text)| notes(text))
        .collect();
    let on = |cell: &str| all.iter().find_map(|notes| notes.get(cell)).expect(cell);
    assert!(on("B3").starts_with("partner-import:\nerror V"), "{all:?}");
    assert!(on("F5").contains("Korea"), "{all:?}");
    assert!(on("C6").ends_with("ask Bob"), "{all:?}");
    let workbook = &copied["xl/workbook.xml"];
    for filter in ["'Nord &amp; Süd''s'!$A$1:$H$3", "'West 😀'!$C$4:$K$6"] {
        assert!(
            workbook.contains(&format!(">{filter}</definedName>")),
            "{workbook}"
        );
    }

    let told = told(&path);
    for sheet in ["Nord & Süd's", "West 😀"] {
        let line = format!("Sheet {sheet}: 1 created, 1 invalid");
        assert!(told.contains(&line), "{told}");
    }

    // One of the two is mended; the copy is the next input, and its columns stay four.
    let mended = std::fs::read(&path).unwrap();
    let mended = with_parts(&mended, |_, text| text.replace(">Korea<", ">KR<"));
    desk.write("mended.xlsx", mended);
    let before = service.requests(partner_import::sandbox::Method::AddPartner);
    run("mended.xlsx", "again").exits(1);
    assert_eq!(
        desk.table("again/results.csv").statuses(),
        ["exists", "invalid", "created", "exists"]
    );
    let sent = service.requests(partner_import::sandbox::Method::AddPartner) - before;
    assert_eq!(sent, 1, "only the open row");
    let path = desk.path("again/results.xlsx");
    is_sound(&parts(&path));
    let west = seen(&path, "West 😀");
    assert_eq!((west[3].len(), west[4][8].as_str()), (11, "created"));
    assert_eq!(west[4][4], "'''x");
    let left: String = parts(&path)
        .into_iter()
        .filter(|(name, _)| name.starts_with("xl/comments"))
        .map(|(_, text)| text)
        .collect();
    assert!(
        left.contains("ask Bob") && !left.contains("Korea"),
        "{left}"
    );
}

/// A package with its text parts changed.
fn with_parts(bytes: &[u8], change: impl Fn(&str, String) -> String) -> Vec<u8> {
    use std::io::{Cursor, Read, Write};
    let mut package = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..package.len() {
        let mut entry = package.by_index(at).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        let bytes = match String::from_utf8(bytes) {
            Ok(text) => change(&name, text).into_bytes(),
            Err(binary) => binary.into_bytes(),
        };
        let options = zip::write::SimpleFileOptions::default();
        out.start_file(name, options).unwrap();
        out.write_all(&bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// A sheet with a list that is a table, with a row of totals, and something else beside it or not.
fn with_table(beside: Option<u32>) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("List").unwrap();
    sheet.write_string(0, 0, "Customers").unwrap();
    let rows = [
        ["Acme", "EndCustomer", "InTrial", "DE"],
        ["Below", "EndCostumer", "InTrial", "DE"],
    ];
    for (row, cells) in (3..).zip(rows) {
        sheet.write_row(row, 1, cells).unwrap();
    }
    let columns: Vec<TableColumn> = TITLES
        .iter()
        .map(|title| TableColumn::new().set_header(*title))
        .collect();
    let mut columns = columns;
    columns[0] = columns[0].clone().set_total_label("Ergebnis");
    columns[3] = columns[3].clone().set_total_function(TableFunction::Count);
    let table = Table::new().set_columns(&columns).set_total_row(true);
    sheet.add_table(2, 1, 5, 4, &table).unwrap();
    if let Some(row) = beside {
        sheet.write_string(row, 6, "see Ann").unwrap();
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn a_table_grows_unless_something_stands_beside_it() {
    for (beside, range, status) in [
        (None, "B3:I6", 6),
        (Some(3), "B3:E6", 8),
        (Some(30), "B3:E6", 8),
    ] {
        let (desk, service) = (Desk::new(), Service::new());
        desk.write("list.xlsx", with_table(beside));
        desk.import(&service, "list.xlsx").exits(1);
        let path = desk.path("out/results.xlsx");
        let copied = parts(&path);
        is_sound(&copied);
        let table = Element::of(&copied["xl/tables/table1.xml"]);
        assert_eq!(table.get("ref"), Some(range), "{beside:?}");
        let cells = seen(&path, "List");
        assert_eq!(
            [&cells[3][status], &cells[4][status]],
            ["created", "invalid"]
        );
        assert!(!copied["xl/worksheets/sheet1.xml"].contains("<autoFilter"));

        desk.run_at(
            &service,
            &["run", "out/results.xlsx", "--yes", "--out", "again"],
        )
        .exits(1);
        let again = parts(&desk.path("again/results.xlsx"));
        is_sound(&again);
        let table = Element::of(&again["xl/tables/table1.xml"]);
        assert_eq!(table.get("ref"), Some(range), "no wider than before");
        // A remark below the list is a row without a name.
        let again = desk.table("again/results.csv");
        assert_eq!(again.statuses()[..2], ["exists", "invalid"]);
    }
}

#[test]
fn totals_of_a_table_beside_the_list_leave_no_customer_out() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("List").unwrap();
    for (row, name) in (0..).zip(["Name", "Acme", "Below", "Third"]) {
        let cells = [name, "EndCustomer", "InTrial", "DE"];
        let cells = if row == 0 { TITLES } else { cells };
        sheet.write_row(row, 0, cells).unwrap();
    }
    let columns = ["Seats", "Price"].map(|title| TableColumn::new().set_header(title));
    let table = Table::new().set_columns(&columns).set_total_row(true);
    sheet.add_table(0, 5, 3, 6, &table).unwrap();
    let desk = Desk::new();
    desk.write("list.xlsx", book.save_to_buffer().unwrap());
    let said = desk.run(&["check", "list.xlsx"]).exits(0);
    assert!(said.out.contains("3 rows: 3 accepted"), "{}", said.out);
}

#[test]
fn a_mended_cell_has_its_own_colour_again() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("List").unwrap();
    sheet.write_row(0, 0, TITLES).unwrap();
    let (green, theme) = (
        Format::new().set_background_color(0x00CC_FFCC),
        Format::new().set_background_color(Color::Theme(4, 1)),
    );
    for (row, cells) in (1..).zip([
        ["Acme", "EndCostumer", "InTrial", "DE"],
        ["Below", "EndCustomer", "InTrial", "Korea"],
        ["Third", "EndCostumer", "InTrial", "DE"],
        ["Fourth", "EndCustomer", "InTrial", "DE"],
    ]) {
        sheet.write_row(row, 0, cells).unwrap();
    }
    let like_ours = Format::new().set_background_color(0x00FF_D9D9);
    sheet
        .write_with_format(4, 1, "EndCustomer", &like_ours)
        .unwrap();
    sheet
        .write_with_format(1, 1, "EndCostumer", &green)
        .unwrap();
    sheet.write_with_format(2, 3, "Korea", &theme).unwrap();
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("list.xlsx", book.save_to_buffer().unwrap());
    desk.import(&service, "list.xlsx").exits(1);
    let grounds = |file: &str| {
        let parts = parts(&desk.path(file));
        is_sound(&parts);
        let styles = parts.iter().find(|(name, _)| name.contains("xl/styles"));
        let styles = Element::of(styles.unwrap().1);
        let sheet = Element::of(&parts["xl/worksheets/sheet1.xml"]);
        let cells = sheet.all("c");
        ["D2", "F3", "D4", "D5"].map(|cell| {
            let cell = cells.iter().find(|one| one.get("r") == Some(cell)).unwrap();
            let number = |text: Option<&str>| text.map_or(0, |text| text.parse::<usize>().unwrap());
            let xf = &styles.child("cellXfs").unwrap().children[number(cell.get("s"))];
            let fill = &styles.child("fills").unwrap().children[number(xf.get("fillId"))];
            let colour = fill.all("fgColor").first().and_then(|one| one.get("rgb"));
            colour.unwrap_or("none").to_owned()
        })
    };
    let at_fault = "FFFFD9D9";
    assert_eq!(
        grounds("out/results.xlsx"),
        [at_fault, at_fault, at_fault, at_fault],
        "a ground like ours is the user's own as long as the sheet is no result of ours"
    );
    let noted = |file: &str| {
        let parts = parts(&desk.path(file));
        let comments = parts.iter().find(|(name, _)| name.contains("xl/comments"));
        comments.map_or_else(BTreeMap::new, |(_, text)| notes(text))
    };
    let first = noted("out/results.xlsx");
    assert!(
        first["D2"].ends_with("\n\nColour before: #CCFFCC"),
        "{first:?}"
    );
    assert!(!first["D4"].contains("Colour"), "{first:?}");

    // Nothing mended: the colour is still known. Then one after the other.
    for (from, mend, expected) in [
        ("out", ("", ""), [at_fault, at_fault, at_fault, "none"]),
        (
            "one",
            (">EndCostumer<", ">EndCustomer<"),
            ["FFCCFFCC", at_fault, "none", "none"],
        ),
        (
            "two",
            (">Korea<", ">KR<"),
            ["FFCCFFCC", "FFDCE6F2", "none", "none"],
        ),
    ] {
        let file = std::fs::read(desk.path(&format!("{from}/results.xlsx"))).unwrap();
        let mended = with_parts(&file, |_, text| match mend {
            ("", _) => text,
            (old, new) => text.replace(old, new),
        });
        desk.write("mended.xlsx", mended);
        let out = match from {
            "out" => "one",
            "one" => "two",
            _ => "three",
        };
        desk.run_at(&service, &["run", "mended.xlsx", "--yes", "--out", out]);
        assert_eq!(grounds(&format!("{out}/results.xlsx")), expected, "{out}");
    }
    assert_eq!(noted("three/results.xlsx"), BTreeMap::new());
}

/// The texts of the sheet of counts.
fn told(file: &std::path::Path) -> String {
    let rows = seen(file, "Import summary");
    rows.iter()
        .map(|row| row.join(" "))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn what_could_not_be_done_stands_on_the_sheet_of_counts() {
    let list = |row: u32| {
        format!(
            "<sheetData><row r=\"1\">{}</row><row r=\"{row}\">{}{}{}</row><row r=\"{}\">{}{}{}</row></sheetData>",
            inline("A1", "Our customers"),
            inline(&format!("A{row}"), "Name"),
            inline(&format!("B{row}"), "Level"),
            inline(&format!("C{row}"), "Country"),
            row + 1,
            inline(&format!("A{}", row + 1), "Acme"),
            inline(&format!("B{}", row + 1), "EndCostumer"),
            inline(&format!("C{}", row + 1), "DE"),
        )
    };
    let mut book = Book::of(&sheet(&format!(
        "{}<legacyDrawing r:id=\"rId2\"/>",
        list(20)
    )));
    book.sheet_relations = relation("rId2", "vmlDrawing", "../drawings/odd.vml");
    book.types += "<Default Extension=\"vml\" ContentType=\"application/vnd.openxmlformats-officedocument.vmlDrawing\"/>";
    let odd = "<xml><shape id=\"theirs\"/></xml>";
    let book = book.part("xl/drawings/odd.vml", odd);
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("list.xlsx", book.bytes());
    desk.import(&service, "list.xlsx").exits(1).says(&[
        "results.xlsx is your workbook without notes on the cells at fault of the sheet \"List\"",
    ]);
    let path = desk.path("out/results.xlsx");
    let copied = parts(&path);
    is_sound(&copied);
    assert_eq!(copied["xl/drawings/odd.vml"], odd, "it stays as it is");
    assert!(!copied.keys().any(|name| name.contains("comments")));
    let told = told(&path);
    for remark in [
        "Remark This is your workbook without notes on the cells at fault of the sheet \"List\": the drawing",
        "Remark The header of the sheet \"List\" is not kept in view when one scrolls: it stands in row 20",
    ] {
        assert!(told.contains(remark), "{told}");
    }
    let near = Book::of(&sheet(&list(2))).bytes();
    desk.write("near.xlsx", near);
    desk.run_at(&service, &["run", "near.xlsx", "--yes", "--out", "near"]);
    let told = self::told(&desk.path("near/results.xlsx"));
    assert!(!told.contains("Remark"), "{told}");
}

#[test]
fn a_workbook_written_anew_says_why() {
    let strict = sheet(&format!("<sheetData>{}</sheetData>", super::rows('A', 1))).replace(
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    );
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("list.xlsx", Book::of(&strict).bytes());
    desk.import(&service, "list.xlsx").exits(1);
    let told = told(&desk.path("out/results.xlsx"));
    let why = "Remark This is a new workbook with the rows as they were read, because your workbook \
               cannot be filled in: it is Strict Open XML.";
    assert!(told.contains(why), "{told}");
}

#[test]
fn more_cells_at_fault_than_notes_are_told_of() {
    let mut lines = "Name,Level,Country\n".to_owned();
    for row in 0..10_001 {
        lines += &format!("C{row},Nobody,DE\n");
    }
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("list.csv", lines);
    desk.import(&service, "list.csv").exits(1);
    let path = desk.path("out/results.xlsx");
    let said = "10,001 cells are at fault. The first 10,000 of them have a note";
    assert!(told(&path).contains(said), "{}", told(&path));
    assert_eq!(notes(&parts(&path)["xl/comments1.xml"]).len(), 10_000);
    // Filled in, it says the same.
    let arguments = ["run", "out/results.xlsx", "--yes", "--out", "again"];
    desk.run_at(&service, &arguments).exits(1);
    let path = desk.path("again/results.xlsx");
    assert!(told(&path).contains(said), "{}", told(&path));
    let comments = parts(&path);
    let comments = comments
        .iter()
        .find(|(name, _)| name.contains("xl/comments"));
    assert_eq!(notes(comments.unwrap().1).len(), 10_000);
}
