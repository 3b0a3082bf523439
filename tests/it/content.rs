//! What a file is, its content says: the same to every command, whatever the file is called.

use crate::cli::desk::{Desk, Service};

/// A record of an old Excel file.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap();
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
}

/// The stream of an XLS file without the compound file around it: of Excel 95 (version 5), or of a
/// later one (version 6, whose texts begin with a byte that says how wide they are).
fn bare(version: u8, rows: &[&[&str]]) -> Vec<u8> {
    let text = |text: &str| {
        let wide: &[u8] = if version == 6 { &[0] } else { &[] };
        [wide, text.as_bytes()].concat()
    };
    let begin = |kind: u8| {
        let mut data = vec![0, version, kind, 0];
        data.resize(if version == 6 { 16 } else { 8 }, 0);
        record(0x809, &data)
    };
    let listed = |place: usize| {
        let place = u32::try_from(place).unwrap().to_le_bytes();
        record(0x85, &[&place[..], &[0, 0, 4], &text("List")].concat())
    };
    let globals = [begin(5), listed(0), record(0x0A, &[])].concat().len();
    let mut stream = [begin(5), listed(globals), record(0x0A, &[]), begin(0x10)].concat();
    for (row, cells) in (0_u16..).zip(rows) {
        for (column, cell) in (0_u16..).zip(*cells) {
            let length = u16::try_from(cell.len()).unwrap();
            let place = [row, column, 0, length].map(u16::to_le_bytes).concat();
            stream.extend(record(0x204, &[place, text(cell)].concat()));
        }
    }
    stream.extend(record(0x0A, &[]));
    stream
}

/// A single XML file of `LibreOffice` without an XML declaration.
fn flat(rows: &[&[&str]]) -> Vec<u8> {
    let cell = |text: &&str| {
        format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let row = |cells: &&[&str]| {
        let cells: String = cells.iter().map(cell).collect();
        format!("<table:table-row>{cells}</table:table-row>")
    };
    let rows: String = rows.iter().map(row).collect();
    let names = "urn:oasis:names:tc:opendocument:xmlns";
    format!(
        "<office:document xmlns:office=\"{names}:office:1.0\" xmlns:table=\"{names}:table:1.0\" \
         xmlns:text=\"{names}:text:1.0\" \
         office:mimetype=\"application/vnd.oasis.opendocument.spreadsheet\"><office:body>\
         <office:spreadsheet><table:table table:name=\"List\">{rows}</table:table>\
         </office:spreadsheet></office:body></office:document>"
    )
    .into_bytes()
}

const LIST: &[&[&str]] = &[
    &["Name", "Level", "State", "Country"],
    &["Acme", "EndCustomer", "InTrial", "DE"],
    &["Bell", "EndCustomer", "InTrial", "AT"],
];

#[test]
fn workbooks_without_their_usual_wrapping_are_read_by_every_command() {
    for (what, bytes) in [
        ("Excel 95", bare(5, LIST)),
        ("Excel 97", bare(6, LIST)),
        ("FODS", flat(LIST)),
    ] {
        for name in ["list.csv", "list.xls", "list"] {
            let (desk, service) = (Desk::new(), Service::new());
            desk.write(name, &bytes);
            desk.run(&["check", name]).exits(0);
            let seen = desk.run(&["preview", name, "--format", "json"]).exits(0);
            assert_eq!(seen.json()["sheet"], "List", "{what}");
            assert_eq!(seen.json()["rows"][1]["cells"][0], "Bell", "{what}");
            desk.import(&service, name).exits(0);
            assert_eq!(service.added().len(), 2, "{what}");
            let again = desk.run(&["preview", "out/results.xlsx", "--format", "csv"]);
            assert_eq!(again.out.matches("created").count(), 2, "{}", again.out);
        }
    }
}

#[test]
fn what_is_no_table_is_called_by_its_name_by_every_command() {
    let kinds: &[(&[u8], &str)] = &[
        (
            b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n\r\n--a",
            "a saved web page",
        ),
        (
            b"From: <Saved by Blink>\r\nSubject: List\r\nMIME-Version: 1.0\r\n\
              Content-Type: multipart/related;\r\n\r\n--a",
            "a saved web page",
        ),
        (b"<html><table><tr><td>Name</td></tr></table>", "a web page"),
        (b"<div><table><tr><td>Name</td></tr></table></div>", "a web page"),
        (b"<tr><td>Name</td><td>City</td></tr>", "a web page"),
        (
            b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>",
            "an Excel 2003 XML table",
        ),
        (
            b"<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>",
            "an Excel 2003 XML table",
        ),
        (b"<?xml version=\"1.0\"?><list/>", "an XML file"),
        (b"\x09\x08\x10\0\0\x06\x10\0", "very old Excel"),
        (b"\x09\0\x04\0\x02\0\x10\0", "very old Excel"),
        (b"\x09\x02\x06\0\0\0\x10\0", "very old Excel"),
        (b"\x09\x04\x06\0\0\0\x10\0", "very old Excel"),
        (b"\0\0\x02\0\x06\x04\x06\0", "Lotus 1-2-3"),
        (b"\0\0\x1A\0\0\x10\x04\0", "Lotus 1-2-3"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"{\\rtf1 Name}", "a rich text document"),
        (b"[{\"Name\": \"Acme\"}]", "a JSON document"),
        (b"\x1F\x8B\x08\0\0", "packed with gzip"),
        (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive"),
        (b"Rar!\x1A\x07\0", "a RAR archive"),
        (b"BZh91AY", "a compressed archive"),
        (b"\xFD7zXZ\0", "a compressed archive"),
        (b"\x28\xB5\x2F\xFD", "a compressed archive"),
        (b"\x89PNG\r\n\x1A\n", "a picture"),
        (b"\xFF\xD8\xFF\xE0", "a picture"),
        (b"GIF89a", "a picture"),
        (b"SQLite format 3\0", "a database"),
        (b"\0\x01\0\0Standard Jet DB", "a database"),
        (b"PAR1\x15", "a database"),
        (b"\x7FELF\x02", "neither text nor a workbook"),
        (b"MZ\x90\0", "neither text nor a workbook"),
    ];
    let mut problems = Vec::new();
    let (desk, service) = (Desk::new(), Service::new());
    for (bytes, name) in kinds {
        desk.write("list.csv", bytes);
        for done in [
            desk.run(&["check", "list.csv"]),
            desk.run(&["preview", "list.csv"]),
            desk.import(&service, "list.csv"),
        ] {
            if done.code != 3 || !done.err.contains(name) {
                problems.push(format!(
                    "{}: {} {}",
                    bytes.escape_ascii(),
                    done.code,
                    done.err
                ));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}
