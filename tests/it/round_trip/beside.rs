//! ID and status beside the name in a copy: where that is harmless, and where all columns stay.

use super::sound::{Element, parts, seen};
use super::{Book, TYPES, imported, inline, mended_and_run_again, relation, rows, sheet};
use crate::cli::desk::{Desk, Service};

/// Workbooks, each with the column in which the ID comes to stand.
fn cases() -> Vec<(&'static str, Book, usize)> {
    let note = |cell: &str| format!("<row r=\"9\">{}</row>", inline(cell, "x"));
    let formula = "<row r=\"9\"><c r=\"A9\"><f>1+1</f><v>2</v></c></row>";
    let other = |inside: &str| {
        let mut book = Book::of(&sheet(&format!("<sheetData>{}</sheetData>", rows('A', 1))));
        book.types += &format!(
            "<Override PartName=\"/xl/worksheets/sheet2.xml\" ContentType=\"{TYPES}.worksheet+xml\"/>"
        );
        book.relations += &relation("rId7", "worksheet", "worksheets/sheet2.xml");
        let entry = "<sheet name=\"Other\" sheetId=\"2\" r:id=\"rId7\"/></sheets>";
        book.workbook = book.workbook.replace("</sheets>", entry);
        book.part("xl/worksheets/sheet2.xml", &sheet(inside))
    };
    let named = |name: &str| {
        let mut book = Book::of(&sheet(&format!("<sheetData>{}</sheetData>", rows('A', 1))));
        let names = format!("</sheets><definedNames>{name}</definedNames>");
        book.workbook = book.workbook.replace("</sheets>", &names);
        book
    };
    let own = |before: &str, more: &str, behind: &str| {
        let text = format!(
            "{before}<sheetData>{}{more}</sheetData>{behind}",
            rows('A', 1)
        );
        Book::of(&sheet(&text))
    };
    let view = "<sheetViews><sheetView workbookViewId=\"0\"><pane xSplit=\"1\" ySplit=\"1\" \
        topLeftCell=\"B2\" activePane=\"bottomRight\" state=\"frozen\"/></sheetView></sheetViews>";
    let chosen = view.replace(
        "</sheetView>",
        "<selection pane=\"topRight\"/><selection pane=\"bottomLeft\"/></sheetView>",
    );
    let merged = "<mergeCells count=\"1\"><mergeCell ref=\"A20:C20\"/></mergeCells>";
    let titles = |range: &str| {
        format!("<definedName name=\"_xlnm.Print_Titles\" localSheetId=\"0\">{range}</definedName>")
    };
    vec![
        ("a plain list", own("", "", ""), 1),
        ("a view of its own", own(view, "", ""), 1),
        ("a view with nothing chosen", own(&chosen, "", ""), 1),
        (
            "a filter that is too short",
            own("", "", "<autoFilter ref=\"A1:E2\"/>"),
            1,
        ),
        ("a filter", own("", "", "<autoFilter ref=\"A1:E3\"/>"), 1),
        ("merged cells below", own("", "", merged), 1),
        ("another sheet", other("<sheetData/>"), 1),
        ("rows on each page", named(&titles("List!$1:$1")), 1),
        (
            "columns on each page",
            named(&titles("List!$A:$B,List!$1:$1")),
            5,
        ),
        (
            "a name",
            named("<definedName name=\"Zips\">List!$E$2:$E$9</definedName>"),
            5,
        ),
        ("a remark below the list", own("", &note("B9"), ""), 5),
        ("a formula", own("", formula, ""), 5),
        (
            "a formula elsewhere",
            other("<sheetData><row r=\"1\"><c r=\"A1\"><f>List!E2</f></c></row></sheetData>"),
            5,
        ),
        (
            "a validation elsewhere",
            other(
                "<sheetData/><dataValidations count=\"1\"><dataValidation type=\"list\" \
                 sqref=\"A1\"><formula1>List!$E$2:$E$3</formula1></dataValidation></dataValidations>",
            ),
            5,
        ),
        (
            "a rule",
            own("", "", "<conditionalFormatting sqref=\"A2:B9\"/>"),
            5,
        ),
    ]
}

#[test]
fn id_and_status_stand_beside_the_name_where_nothing_counts_on_columns() {
    for (case, book, id) in cases() {
        let (desk, service, parts) = imported(book);
        let cells = seen(&desk.path("out/results.xlsx"), "List");
        let header = &cells[0];
        assert_eq!(
            header[id..id + 2],
            ["ID", "ImportStatus"],
            "{case}: {cells:?}"
        );
        assert_eq!(header[0], "Name", "{case}");
        assert_eq!(
            header[7..9],
            ["ImportCode", "ImportMessage"],
            "{case}: {cells:?}"
        );
        assert!(cells[1][id].starts_with('#'), "{case}: {cells:?}");
        assert_eq!(
            [&*cells[1][id + 1], &*cells[2][id + 1]],
            ["created", "invalid"],
            "{case}"
        );
        let sheet = &parts["xl/worksheets/sheet1.xml"];
        let is_beside = id == 1;
        assert_eq!(sheet.contains("xSplit=\"3\""), is_beside, "{case}: {sheet}");
        assert_eq!(sheet.matches("<pane").count(), 1, "{case}: {sheet}");
        let filter = format!("autoFilter ref=\"A1:I{}\"", 3);
        assert!(sheet.contains(&filter), "{case}: {sheet}");
        // The message names the cell where it stands now.
        let level = if is_beside {
            "Level (D3): "
        } else {
            "Level (B3): "
        };
        assert!(cells[2][8].starts_with(level), "{case}: {cells:?}");
        let noted = if is_beside {
            "ref=\"D3\""
        } else {
            "ref=\"B3\""
        };
        assert!(parts["xl/comments1.xml"].contains(noted), "{case}");
        if parts.contains_key("xl/worksheets/sheet2.xml")
            && !parts["xl/workbook.xml"].contains("Other")
        {
            mended_and_run_again(&desk, &service, &parts);
        } else {
            let again = ["run", "out/results.xlsx", "--yes", "--out", "again"];
            desk.run_at(&service, &again).exits(1);
            assert_eq!(
                desk.table("again/results.csv").statuses(),
                ["exists", "invalid"]
            );
        }
        let again = seen(&desk.path("again/results.xlsx"), "List");
        assert_eq!(again[0], *header, "{case}: it stays where it is");
    }
}

#[test]
fn rows_that_a_run_leaves_out_are_rows_of_the_list() {
    let list = sheet(&format!("<sheetData>{}</sheetData>", rows('A', 1)));
    for (case, part) in [
        ("the first rows", ["--first", "1"]),
        ("all but some", ["--leave-out", "Name = Below"]),
    ] {
        let (desk, service) = (Desk::new(), Service::new());
        desk.write("list.xlsx", Book::of(&list).bytes());
        let first = ["run", "list.xlsx", "--yes", "--out", "out"];
        desk.run_at(&service, &[&first[..], &part].concat())
            .exits(0);
        let whole = ["run", "out/results.xlsx", "--yes", "--out", "again"];
        desk.run_at(&service, &whole).exits(1);
        for out in ["out", "again"] {
            let path = desk.path(&format!("{out}/results.xlsx"));
            let header = &seen(&path, "List")[0];
            assert_eq!(header[1..3], ["ID", "ImportStatus"], "{case}, {out}");
            let sheet = &parts(&path)["xl/worksheets/sheet1.xml"];
            assert!(
                sheet.contains("autoFilter ref=\"A1:I3\""),
                "{case}, {out}: sorting moves all rows: {sheet}"
            );
        }
    }
}

#[test]
fn titles_beside_the_name_look_like_its_own() {
    let cells = super::again::grid("Name|Level\nAcme|EndCustomer\nBelow|EndCostumer");
    let cells = cells.replace("r=\"A1\"", "r=\"A1\" s=\"1\"");
    let cells = cells.replace("r=\"B1\"", "r=\"B1\" s=\"2\"");
    let book = Book::of(&sheet(&cells)).styles("<xf/><xf numFmtId=\"49\"/><xf numFmtId=\"14\"/>");
    let (_, _, parts) = imported(book);
    let sheet = Element::of(&parts["xl/worksheets/sheet1.xml"]);
    let cells = sheet.all("c");
    let style = |at: &str| {
        let cell = cells.iter().find(|cell| cell.get("r") == Some(at));
        cell.expect(at).get("s").unwrap_or("0").to_owned()
    };
    let styles = ["A1", "B1", "C1", "D1", "E1", "F1"].map(style);
    assert_eq!(styles, ["1", "1", "1", "2", "2", "2"]);
}

#[test]
fn a_row_is_as_high_as_its_message() {
    let own = rows('A', 1).replace("<row r=\"2\"", "<row r=\"2\" ht=\"12\"");
    let long = ">EndCostumer of a kind that nobody has heard of until today, as far as we know<";
    let own = own.replace(">EndCostumer<", long);
    let (_, _, parts) = imported(Book::of(&sheet(&format!("<sheetData>{own}</sheetData>"))));
    let sheet = Element::of(&parts["xl/worksheets/sheet1.xml"]);
    let heights: Vec<_> = sheet.all("row").iter().map(|row| row.get("ht")).collect();
    assert_eq!(heights[..2], [None, Some("12")], "others stay as they are");
    let lines: u32 = heights[2].expect("a height").parse::<u32>().unwrap() / 15;
    assert!(lines > 1, "{heights:?}");
}

#[test]
fn columns_that_are_named_by_their_letters_stay() {
    let (desk, service) = (Desk::new(), Service::new());
    let list = sheet(&format!("<sheetData>{}</sheetData>", rows('A', 1)));
    desk.write("list.xlsx", Book::of(&list).bytes());
    let by_letters = [
        "run",
        "list.xlsx",
        "--yes",
        "--out",
        "out",
        "--map",
        "column:A=Name",
    ];
    desk.run_at(&service, &by_letters).exits(1);
    let cells = seen(&desk.path("out/results.xlsx"), "List");
    assert_eq!(cells[0][5..7], ["ID", "ImportStatus"], "{cells:?}");
}

#[test]
fn whoever_is_sent_into_the_copy_is_told_that_its_cells_have_moved() {
    for (case, book, id) in cases() {
        if !["a plain list", "a formula"].contains(&case) {
            continue;
        }
        let (desk, service) = (Desk::new(), Service::new());
        desk.write("list.xlsx", book.bytes());
        let done = desk.import(&service, "list.xlsx").exits(1);
        let told = done.out.split_whitespace().collect::<Vec<_>>().join(" ");
        let moved = "fix them in results.xlsx (there columns B and C are new, so what stood in B stands in D, \
                     and so on) and run that";
        assert_eq!(told.contains(moved), id == 1, "{case}: {told}");
        let report = std::fs::read_to_string(desk.path("out/report.html")).unwrap();
        assert!(
            report.contains("Cells on this page are those of the list."),
            "{case}"
        );
    }
}
