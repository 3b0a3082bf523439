//! `check --fix FILE.xlsx`: the user's workbook with some cells fixed, and nothing else.

use super::*;

/// A list with two cells that can be mended in one way only, one of them with a style.
fn damaged() -> String {
    format!(
        "<cols><col min=\"2\" max=\"2\" width=\"9\"/></cols><sheetData><row r=\"1\" spans=\"1:4\">{}{}{}{}</row>\
         <row r=\"3\" spans=\"1:4\"><c r=\"A3\" s=\"1\" t=\"inlineStr\"><is><t>M\u{c3}\u{bc}ller GmbH</t></is></c>\
         {}<c r=\"D3\"><f>1+1</f><v>2</v></c></row>\
         <row r=\"4\">{}{}{}</row></sheetData><pageMargins left=\"1\"/>",
        inline("A1", "Name"),
        inline("B1", "Level"),
        inline("C1", "City"),
        inline("D1", "Seats"),
        inline("B3", "EndCustomer"),
        inline("A4", "Acme"),
        inline("B4", "EndCustomer"),
        inline("C4", "K\u{c3}\u{b6}ln"),
    )
}

/// With the two styles that its cells name.
fn styled(book: Book) -> Book {
    let xfs = "<xf numFmtId=\"0\" fontId=\"0\"/><xf numFmtId=\"49\" fontId=\"0\"/>";
    let mut book = book.styles(xfs);
    let (_, styles) = book.parts.last_mut().expect("the styles");
    *styles = styles.replace("<cellXfs>", "<cellXfs count=\"2\">");
    book
}

/// What `--fix` makes of the workbook, part by part, and the original's parts.
type Both = (BTreeMap<String, String>, BTreeMap<String, String>);

fn fixed(desk: &Desk, list: &str) -> Both {
    desk.run(&["check", list, "--fix", "out.xlsx"]).exits(0);
    (parts(&desk.path(list)), parts(&desk.path("out.xlsx")))
}

#[test]
fn a_mended_workbook_differs_in_the_mended_cells_alone() {
    let desk = Desk::new();
    let book = Book::of(&sheet(&damaged()));
    let book = styled(book).part("xl/custom.xml", "<own>kept</own>");
    desk.write("list.xlsx", book.bytes());
    let (before, after) = fixed(&desk, "list.xlsx");
    is_sound(&after);
    assert!(before.keys().eq(after.keys()));
    for name in ["xl/workbook.xml", "xl/styles.xml", "xl/custom.xml"] {
        assert_eq!(after[name], before[name], "{name}");
    }
    let preserved = |text: &str| format!("<is><t xml:space=\"preserve\">{text}</t></is>");
    let expected = before["xl/worksheets/sheet1.xml"]
        .replace(
            "<is><t>M\u{c3}\u{bc}ller GmbH</t></is>",
            &preserved("Müller GmbH"),
        )
        .replace("<is><t>K\u{c3}\u{b6}ln</t></is>", &preserved("Köln"))
        .replace("<row r=\"3\" spans=\"1:4\">", "<row r=\"3\">");
    assert_eq!(after["xl/worksheets/sheet1.xml"], expected);
    let check = desk.run(&["check", "out.xlsx", "--format", "json"]).json();
    assert!(!check.to_string().contains("mojibake"), "{check}");
    // There is nothing left to mend, and that is a copy, too.
    let again = ["check", "out.xlsx", "--fix", "again.xlsx"];
    let none = desk.run(&again).exits(0).out;
    assert!(none.contains("cells fixed: 0"), "{none}");
    assert_eq!(parts(&desk.path("again.xlsx")), after);
}

#[test]
fn a_mended_workbook_is_worked_out_anew_and_has_no_macros() {
    let desk = Desk::new();
    let mut book = Book::of(&sheet(&damaged()));
    book.relations += "<Relationship Id=\"rId8\" Type=\"http://schemas.microsoft.com/office/2006/relationships/vbaProject\" Target=\"vbaProject.bin\"/>";
    book.relations += &relation("rId7", "calcChain", "calcChain.xml");
    book.types = book.types.replace(
        &format!("{TYPES}.sheet.main+xml"),
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    );
    book.types +=
        "<Default Extension=\"bin\" ContentType=\"application/vnd.ms-office.vbaProject\"/>";
    let book = styled(book)
        .part("xl/vbaProject.bin", "macros")
        .part("xl/calcChain.xml", "<calcChain/>");
    desk.write("list.xlsm", book.bytes());
    let fixed = desk.run(&["check", "list.xlsm", "--fix", "out.xlsx"]);
    let fixed = fixed.exits(0).says(&["without its macros"]);
    assert!(fixed.out.contains("cells fixed: 2"), "{}", fixed.out);
    let after = parts(&desk.path("out.xlsx"));
    is_sound(&after);
    for gone in ["vbaProject", "calcChain"] {
        assert!(!after.keys().any(|name| name.contains(gone)), "{gone}");
    }
    assert!(after["xl/workbook.xml"].contains("fullCalcOnLoad=\"1\""));
    assert!(!after["xl/workbook.xml"].contains("definedName"));
}

#[test]
fn what_is_written_follows_from_the_name_and_nothing_is_written_over() {
    let desk = Desk::new();
    desk.write("list.csv", "Name,Level\nM\u{c3}\u{bc}ller,EndCustomer\n");
    desk.run(&["check", "list.csv", "--fix", "out.xlsx"])
        .exits(2)
        .says(&["list.csv is not an .xlsx", "ends in .csv"]);
    for name in ["out.xls", "out.ods", "out.toml", "out", "csv", ".mends.tom"] {
        let refused = desk.run(&["check", "list.csv", "--fix", name]).exits(2);
        refused.says(&["in .csv", "in .xlsx", "in .mends.toml"]);
        assert!(!desk.path(name).exists(), "{name}");
    }
    let strict = "http://purl.oclc.org/ooxml/spreadsheetml/main";
    let mut book = Book::of(&sheet(&damaged()).replace(MAIN, strict));
    book.workbook = book.workbook.replace(MAIN, strict);
    desk.write("strict.xlsx", book.bytes());
    desk.run(&["check", "strict.xlsx", "--fix", "out.xlsx"])
        .exits(2)
        .says(&["Strict Open XML", "ends in .csv"]);
    assert!(!desk.path("out.xlsx").exists());
    desk.write("out.xlsx", "mine");
    desk.write("list.xlsx", Book::of(&sheet(&damaged())).bytes());
    desk.run(&["check", "list.xlsx", "--fix", "out.xlsx"])
        .exits(2)
        .says(&["already exists"]);
    assert_eq!(desk.read("out.xlsx"), "mine");
}
