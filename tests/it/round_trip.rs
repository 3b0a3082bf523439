//! `results.xlsx` as a copy of the input: what it keeps, what it gets, and that it is the next
//! input. Packages are written by hand here, as odd as programs write them; `tests/office` does the
//! same through a real spreadsheet program.

mod again;
mod any;
mod beside;
mod mended;
mod sheets;
mod sound;
mod targets;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use partner_import::sandbox::Method;

use self::sound::{is_sound, parts, seen};
use crate::cli::desk::{Desk, Service};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const TYPES: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// A package under construction.
struct Book {
    parts: Vec<(String, String)>,
    types: String,
    relations: String,
    root: String,
    sheet_relations: String,
    workbook: String,
}

impl Book {
    /// A workbook with this sheet, whose name is `List`.
    fn of(sheet: &str) -> Self {
        Self {
            parts: vec![("xl/worksheets/sheet1.xml".into(), sheet.into())],
            types: format!(
                "<Override PartName=\"/xl/workbook.xml\" ContentType=\"{TYPES}.sheet.main+xml\"/>\
                 <Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"{TYPES}.worksheet+xml\"/>"
            ),
            relations: relation("rId1", "worksheet", "worksheets/sheet1.xml"),
            root: relation("rId1", "officeDocument", "xl/workbook.xml"),
            sheet_relations: String::new(),
            workbook: format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>\
                 <sheet name=\"List\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        }
    }

    fn part(mut self, name: &str, text: &str) -> Self {
        self.parts.push((name.into(), text.into()));
        self
    }

    fn styles(mut self, xfs: &str) -> Self {
        self.relations += &relation("rId2", "styles", "styles.xml");
        let text = format!(
            "<styleSheet xmlns=\"{MAIN}\"><fonts count=\"1\"><font><sz val=\"9\"/></font></fonts>\
             <fills count=\"1\"><fill><patternFill patternType=\"none\"/></fill></fills>\
             <borders count=\"1\"><border/></borders><cellXfs>{xfs}</cellXfs></styleSheet>"
        );
        self.part("xl/styles.xml", &text)
    }

    fn bytes(self) -> Vec<u8> {
        let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let rels = |inside: &str| {
            format!(
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{inside}</Relationships>"
            )
        };
        let types = format!(
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
             <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
             <Default Extension=\"xml\" ContentType=\"application/xml\"/>{}</Types>",
            self.types
        );
        let mut all = vec![
            ("[Content_Types].xml".to_owned(), types),
            ("_rels/.rels".to_owned(), rels(&self.root)),
            ("xl/workbook.xml".to_owned(), self.workbook),
            (
                "xl/_rels/workbook.xml.rels".to_owned(),
                rels(&self.relations),
            ),
        ];
        if !self.sheet_relations.is_empty() {
            let name = "xl/worksheets/_rels/sheet1.xml.rels".to_owned();
            all.push((name, rels(&self.sheet_relations)));
        }
        all.extend(self.parts);
        for (name, text) in all {
            out.start_file(name, zip::write::SimpleFileOptions::default())
                .unwrap();
            out.write_all(text.as_bytes()).unwrap();
        }
        out.finish().unwrap().into_inner()
    }
}

fn relation(id: &str, kind: &str, target: &str) -> String {
    format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
}

fn inline(cell: &str, text: &str) -> String {
    format!("<c r=\"{cell}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// A list of two customers, the second with a level that does not exist; `left` is its first
/// column, `top` its header's row.
fn rows(left: char, top: u32) -> String {
    let table = [
        ["Name", "Level", "State", "Country", "Zip"],
        ["Acme &amp; Co", "EndCustomer", "InTrial", "DE", "01067"],
        ["Below", "EndCostumer", "InTrial", "AT", "''x1"],
    ];
    let mut text = String::new();
    for (row, cells) in (top..).zip(table) {
        let cells = ((left as u8)..).zip(cells);
        let cells = cells.map(|(column, value)| inline(&format!("{}{row}", column as char), value));
        text += &format!(
            "<row r=\"{row}\" spans=\"1:5\">{}</row>",
            cells.collect::<String>()
        );
    }
    text
}

fn sheet(inside: &str) -> String {
    format!("<worksheet xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\">{inside}</worksheet>")
}

/// A desk on which this workbook was run; one of its rows is wrong.
fn imported(book: Book) -> (Desk, Service, BTreeMap<String, String>) {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("list.xlsx", book.bytes());
    desk.import(&service, "list.xlsx").exits(1);
    let parts = parts(&desk.path("out/results.xlsx"));
    is_sound(&parts);
    (desk, service, parts)
}

/// The result is the next input: the row that is there is verified, the other mended and sent.
fn mended_and_run_again(desk: &Desk, service: &Service, parts: &BTreeMap<String, String>) {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        out.start_file(name.as_str(), zip::write::SimpleFileOptions::default())
            .unwrap();
        let text = text.replace("EndCostumer", "EndCustomer");
        out.write_all(text.as_bytes()).unwrap();
    }
    desk.write("mended.xlsx", out.finish().unwrap().into_inner());
    let before = service.requests(Method::AddPartner);
    let arguments = ["run", "mended.xlsx", "--yes", "--out", "again"];
    desk.run_at(service, &arguments).exits(0);
    assert_eq!(
        desk.table("again/results.csv").statuses(),
        ["exists", "created"]
    );
    assert_eq!(service.requests(Method::AddPartner), before + 1);
    let again = self::parts(&desk.path("again/results.xlsx"));
    is_sound(&again);
    let all: String = again.values().cloned().collect();
    assert_eq!(all.matches(">ImportStatus<").count(), 1, "filled in place");
    assert_eq!(
        again["xl/workbook.xml"]
            .matches("<sheet ")
            .count()
            .max(again["xl/workbook.xml"].matches("sheet name=").count()),
        2
    );
    let comments = again.iter().filter(|(name, _)| name.contains("comments"));
    assert!(
        comments
            .map(|(_, text)| text)
            .all(|text| !text.contains("partner-import:"))
    );
}

#[test]
fn however_a_list_is_written_it_is_filled_in_and_run_again() {
    let shared = sheet(
        "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c></row>\
         <row r=\"2\"><c r=\"A2\" s=\"1\" t=\"s\"><v>3</v></c><c r=\"B2\" t=\"s\"><v>4</v></c><c r=\"C2\" t=\"s\"><v>5</v></c></row>\
         <row r=\"3\"><c r=\"A3\" s=\"1\" t=\"s\"><v>6</v></c><c r=\"B3\" s=\"1\" t=\"s\"><v>7</v></c><c r=\"C3\" t=\"s\"><v>5</v></c></row></sheetData>",
    );
    let mut with_strings = Book::of(&shared).styles("<xf fontId=\"0\"/><xf numFmtId=\"49\"/>");
    with_strings.relations += &relation("rId9", "sharedStrings", "sharedStrings.xml");
    let texts = [
        "Name",
        "Level",
        "State",
        "Acme",
        "EndCustomer",
        "InTrial",
        "Below",
        "EndCostumer",
    ];
    let items: String = texts.map(|text| format!("<si><t>{text}</t></si>")).concat();
    let with_strings = with_strings.part(
        "xl/sharedStrings.xml",
        &format!("<sst xmlns=\"{MAIN}\">{items}</sst>"),
    );
    let bare = sheet(&format!("<sheetData>{}</sheetData>", rows('A', 1)));
    let aside = sheet(&format!(
        "<sheetViews><sheetView topLeftCell=\"A9\" workbookViewId=\"0\"/></sheetViews>\
         <cols><col min=\"1\" max=\"16384\" width=\"9\" hidden=\"1\"/></cols><sheetData>\
         <row r=\"1\">{}</row>{}</sheetData>\
         <mergeCells count=\"1\"><mergeCell ref=\"A1:AF1\"/></mergeCells>",
        inline("A1", "Customers of 2026"),
        rows('V', 4)
    ));
    let prefixed = sheet(&format!("<sheetData>{}</sheetData>", rows('A', 1)))
        .replace("</", "\u{1}")
        .replace('<', "<x:")
        .replace('\u{1}', "</x:")
        .replace("xmlns=", "xmlns:x=");
    let unnumbered = bare.replace(" spans=\"1:5\"", "");
    let unnumbered = unnumbered
        .split(" r=\"")
        .enumerate()
        .map(|(at, piece)| match at {
            0 => piece,
            _ => piece.split_once('"').unwrap().1,
        })
        .collect::<String>();
    for (case, book, status, filter) in [
        ("shared strings", with_strings, (3, 2), "A1:G3"),
        ("no styles", Book::of(&bare), (2, 2), "A1:I3"),
        (
            "beyond Z, header in row 4",
            Book::of(&aside),
            (5, 23),
            "V4:AD6",
        ),
        ("a prefix", Book::of(&prefixed), (2, 2), "A1:I3"),
        ("no numbers", Book::of(&unnumbered), (2, 2), "A1:I3"),
    ] {
        let (desk, service, parts) = imported(book);
        let cells = seen(&desk.path("out/results.xlsx"), "List");
        let (row, column) = status;
        let row = if case == "shared strings" {
            row - 1
        } else {
            row
        };
        assert_eq!(cells[row][column], "invalid", "{case}: {cells:?}");
        assert_eq!(cells[row - 1][column], "created", "{case}");
        assert!(
            cells[row - 1][column - 1].starts_with('#'),
            "{case}: a number"
        );
        let sheet = &parts["xl/worksheets/sheet1.xml"];
        assert!(
            sheet.contains(&format!("autoFilter ref=\"{filter}\"")),
            "{case}: {sheet}"
        );
        assert!(sheet.contains("state=\"frozen\""), "{case}");
        // Programs that are not Excel would label bars with all that is not denied.
        let chart = &parts["xl/charts/chart1.xml"];
        for denied in ["LegendKey", "CatName", "SerName", "Percent", "BubbleSize"] {
            let denied = format!("<c:show{denied} val=\"0\"/>");
            assert!(chart.contains(&denied), "{denied}: {chart}");
        }
        assert!(chart.contains("<c:showVal val=\"1\"/>"), "{chart}");
        // The name stays in view where it stands at the left, ID and status with it.
        let split = sheet.contains("xSplit=\"3\"");
        assert_eq!(split, !filter.starts_with('V'), "{case}: {sheet}");
        assert!(!sheet.contains("spans="), "{case}");
        assert!(
            parts["xl/comments1.xml"].contains("partner-import:\nerror V"),
            "{case}"
        );
        mended_and_run_again(&desk, &service, &parts);
    }
}

#[test]
fn what_a_sheet_has_already_stays_and_comes_once() {
    let mut book = Book::of(&sheet(&format!(
        "<sheetViews><sheetView workbookViewId=\"0\"><pane xSplit=\"1\" topLeftCell=\"B1\" state=\"frozen\"/></sheetView></sheetViews>\
         <cols><col min=\"2\" max=\"2\" width=\"9\" hidden=\"1\"/></cols>\
         <sheetData>{}</sheetData><autoFilter ref=\"A1:E3\"><filterColumn colId=\"0\"/></autoFilter>\
         <pageMargins left=\"1\" right=\"1\" top=\"1\" bottom=\"1\" header=\"0\" footer=\"0\"/>\
         <legacyDrawing r:id=\"rId2\"/><extLst><ext uri=\"{{x}}\"/></extLst>",
        rows('A', 1).replace("<row r=\"2\"", "<row r=\"2\" hidden=\"1\"")
    )));
    book.sheet_relations = relation("rId1", "comments", "../comments1.xml")
        + &relation("rId2", "vmlDrawing", "../drawings/vmlDrawing1.vml");
    book.types += &format!(
        "<Default Extension=\"vml\" ContentType=\"application/vnd.openxmlformats-officedocument.vmlDrawing\"/>\
         <Override PartName=\"/xl/comments1.xml\" ContentType=\"{TYPES}.comments+xml\"/>"
    );
    let book = book
        .part(
            "xl/comments1.xml",
            &format!(
                "<comments xmlns=\"{MAIN}\"><authors><author>Ann</author></authors><commentList>\
                 <comment ref=\"B3\" authorId=\"0\"><text><t>ask Bob</t></text></comment>\
                 <comment ref=\"E2\" authorId=\"0\"><text><t>new zip</t></text></comment></commentList></comments>"
            ),
        )
        .part(
            "xl/drawings/vmlDrawing1.vml",
            "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns:x=\"urn:schemas-microsoft-com:office:excel\">\
             <v:shape id=\"_x0000_s1025\"><x:ClientData ObjectType=\"Note\"><x:Row>2</x:Row><x:Column>1</x:Column></x:ClientData></v:shape>\
             <v:shape id=\"_x0000_s1026\"><x:ClientData ObjectType=\"Note\"><x:Row>1</x:Row><x:Column>4</x:Column></x:ClientData></v:shape></xml>",
        );
    let (desk, service, parts) = imported(book);
    let sheet = &parts["xl/worksheets/sheet1.xml"];
    for kept in [
        "<pane xSplit=\"1\" topLeftCell=\"B1\" state=\"frozen\"/>",
        "<filterColumn colId=\"0\"/>",
        "<extLst><ext uri=\"{x}\"/></extLst>",
        "hidden=\"1\"",
    ] {
        assert!(sheet.contains(kept), "{kept}: {sheet}");
    }
    assert_eq!(sheet.matches("<autoFilter").count(), 1);
    assert!(
        sheet.contains("<autoFilter ref=\"A1:I3\">"),
        "wide enough for our columns"
    );
    assert_eq!(sheet.matches("<pane").count(), 1);
    assert_eq!(sheet.matches("<legacyDrawing").count(), 1);
    let comments = &parts["xl/comments1.xml"];
    assert!(comments.contains("new zip"));
    assert!(
        comments.contains(
            "<r><t>ask Bob</t></r><r><t xml:space=\"preserve\">\n\npartner-import:\nerror V"
        ),
        "{comments}"
    );
    mended_and_run_again(&desk, &service, &parts);
    let again = self::parts(&desk.path("again/results.xlsx"));
    assert!(again["xl/comments1.xml"].contains("ask Bob"));
}

#[test]
fn a_table_has_its_own_filter() {
    let mut book = Book::of(&sheet(&format!(
        "<sheetData>{}</sheetData><tableParts count=\"1\"><tablePart r:id=\"rId1\"/></tableParts>",
        rows('A', 1)
    )));
    book.sheet_relations = relation("rId1", "table", "../tables/table1.xml");
    book.types += &format!(
        "<Override PartName=\"/xl/tables/table1.xml\" ContentType=\"{TYPES}.table+xml\"/>"
    );
    let names = ["Name", "Level", "State", "Country", "Zip"];
    let columns: String = (1..)
        .zip(names)
        .map(|(at, name)| format!("<tableColumn id=\"{at}\" name=\"{name}\"/>"))
        .collect();
    let table = format!(
        "<table xmlns=\"{MAIN}\" id=\"1\" name=\"T\" displayName=\"T\" ref=\"A1:E3\">\
         <autoFilter ref=\"A1:E3\"/><tableColumns count=\"5\">{columns}</tableColumns></table>"
    );
    let (desk, service, parts) = imported(book.part("xl/tables/table1.xml", &table));
    let sheet = &parts["xl/worksheets/sheet1.xml"];
    assert!(!sheet.contains("autoFilter"), "{sheet}");
    let table = &parts["xl/tables/table1.xml"];
    assert!(
        table.contains("ref=\"A1:I3\"><autoFilter ref=\"A1:I3\"/><tableColumns count=\"9\">")
            && table.contains(
                "<tableColumn id=\"6\" name=\"ID\"/><tableColumn id=\"7\" name=\"ImportStatus\"/>"
            ),
        "it grows by our columns: {table}"
    );
    let cells = seen(&desk.path("out/results.xlsx"), "List");
    assert_eq!(cells[0][5..7], ["ID", "ImportStatus"]);
    mended_and_run_again(&desk, &service, &parts);
}

#[test]
fn macros_and_signatures_are_left_out_and_that_is_said() {
    let mut book = Book::of(&sheet(&format!("<sheetData>{}</sheetData>", rows('A', 1))));
    let macros = "<Relationship Id=\"rId8\" Type=\"http://schemas.microsoft.com/office/2006/relationships/vbaProject\" Target=\"vbaProject.bin\"/>";
    book.relations += macros;
    book.root += "<Relationship Id=\"rId8\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin\" Target=\"_xmlsignatures/origin.sigs\"/>";
    book.relations += &relation("rId7", "calcChain", "calcChain.xml");
    book.types = book.types.replace(
        &format!("{TYPES}.sheet.main+xml"),
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    );
    book.types += "<Default Extension=\"bin\" ContentType=\"application/vnd.ms-office.vbaProject\"/>\
        <Default Extension=\"sigs\" ContentType=\"application/vnd.openxmlformats-package.digital-signature-origin\"/>";
    let book = book
        .part("xl/vbaProject.bin", "macros")
        .part("_xmlsignatures/origin.sigs", "")
        .part("xl/calcChain.xml", "<calcChain/>");
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("list.xlsm", book.bytes());
    desk.import(&service, "list.xlsm")
        .exits(1)
        .says(&["without its macros", "without its digital signature"]);
    let parts = parts(&desk.path("out/results.xlsx"));
    is_sound(&parts);
    for gone in ["vbaProject", "calcChain", "sigs"] {
        assert!(!parts.keys().any(|name| name.contains(gone)), "{gone}");
    }
    assert!(!parts["[Content_Types].xml"].contains("macroEnabled"));
    assert!(parts["xl/workbook.xml"].contains("fullCalcOnLoad=\"1\""));
}

#[test]
fn a_file_that_is_gone_or_cannot_be_filled_in_is_written_anew_and_that_is_said() {
    let list = sheet(&format!("<sheetData>{}</sheetData>", rows('A', 1)));
    let (desk, service, copied) = imported(Book::of(&list));
    assert!(copied["xl/worksheets/sheet1.xml"].contains("Acme &amp; Co"));
    let run = desk.summary()["run_id"].as_str().unwrap().to_owned();
    let report = |desk: &Desk| {
        let done = desk
            .run_at(&service, &["report", &run, "--out", "late"])
            .exits(0);
        (done, parts(&desk.path("late/results.xlsx")))
    };
    let (done, late) = report(&desk);
    assert!(!done.err.contains("results.xlsx is"), "{}", done.err);
    for part in [
        "xl/worksheets/sheet1.xml",
        "xl/styles1.xml",
        "xl/comments1.xml",
    ] {
        assert_eq!(late[part], copied[part], "the same again");
    }
    let other = Book::of(&list.replace("Acme", "Other")).bytes();
    desk.write("list.xlsx", other);
    let (done, late) = report(&desk);
    let done = done.says(&[
        "results.xlsx is a new workbook",
        "list.xlsx has changed since the run",
    ]);
    assert!(!done.err.contains("Other"));
    assert!(
        late.contains_key("xl/comments1.xml"),
        "the journal knows the faults"
    );
    assert_eq!(
        seen(&desk.path("late/results.xlsx"), "List")[1][0],
        "Acme & Co"
    );
    fs::remove_file(desk.path("list.xlsx")).unwrap();
    report(&desk).0.says(&["list.xlsx is no longer there"]);
    let anew = seen(&desk.path("late/results.xlsx"), "List");
    let level = anew[0].iter().position(|title| title == "Level");
    assert_eq!(level, Some(3), "{anew:?}");
    let message = anew[2].last().unwrap();
    assert!(
        message.starts_with("Level (D3): "),
        "where it stands now: {message}"
    );

    let strict = list.replace(
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    );
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("list.xlsx", Book::of(&strict).bytes());
    desk.import(&service, "list.xlsx")
        .exits(1)
        .says(&["your workbook cannot be filled in: it is Strict Open XML"]);
    assert_eq!(
        seen(&desk.path("out/results.xlsx"), "List")[1][0],
        "Acme & Co"
    );
}

/// What LibreOffice saved of a copy after one cell was mended there; `tests/office/round-trip.py`
/// writes the file with `--keep-saved`.
#[test]
fn a_copy_saved_by_libreoffice_is_the_next_input() {
    let saved = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/round-trip/saved-by-libreoffice.xlsx");
    let (desk, service) = (Desk::new(), Service::new());
    desk.write(
        "before.csv",
        "Name,Zip,Phone,Level,State,Country\nNord GmbH,01067,+49 351 123456,EndCustomer,InTrial,DE\n\
         West,00501,+1 212 555 0100,EndCustomer,InProduction,US\n",
    );
    // One after the other, so that the ids are those in the saved file.
    desk.run_at(
        &service,
        &["run", "before.csv", "--yes", "--concurrency", "1"],
    )
    .exits(0);
    desk.write("saved.xlsx", fs::read(saved).unwrap());
    let before = service.requests(Method::AddPartner);
    desk.run_at(&service, &["run", "saved.xlsx", "--yes", "--out", "again"])
        .exits(1);
    assert_eq!(
        desk.table("again/results.csv").statuses(),
        ["exists", "created", "invalid", "exists"]
    );
    assert_eq!(service.requests(Method::AddPartner), before + 1);
    let parts = parts(&desk.path("again/results.xlsx"));
    is_sound(&parts);
    assert_eq!(
        parts["xl/workbook.xml"].matches("<sheet ").count(),
        4,
        "no second sheet of counts"
    );
    let comments = parts.iter().find(|(name, _)| name.contains("comments"));
    let comments = comments.unwrap().1;
    assert_eq!(comments.matches("partner-import:").count(), 1, "{comments}");
    assert!(comments.contains("ask Bob") && comments.contains("our first"));
}
