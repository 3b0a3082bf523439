//! Packages whose relationships name their parts in odd ways, as programs other than Excel do: what
//! can be read can be filled in, and is read again.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};

use super::{Book, rows, sheet};
use crate::cli::desk::{Desk, Service};

/// A package that differs from the usual one.
struct Odd {
    name: &'static str,
    /// Other names of entries.
    renamed: &'static [(&'static str, &'static str)],
    /// Other texts in the relationship parts and the content types.
    said: &'static [(&'static str, &'static str)],
}

/// By this the user's sheet is known again.
const MARK: &str = "<sheetPr codeName=\"Ours\"/>";
const SHEET: &str = "xl/worksheets/sheet1.xml";
const TARGET: &str = "Target=\"worksheets/sheet1.xml\"";
const MAIN: &str = "Target=\"xl/workbook.xml\"";

const ODD: &[Odd] = &[
    odd(
        "absolute",
        &[(TARGET, "Target=\"/xl/worksheets/sheet1.xml\"")],
    ),
    odd(
        "from the root without its slash",
        &[(TARGET, "Target=\"xl/worksheets/sheet1.xml\"")],
    ),
    odd(
        "up and down",
        &[(TARGET, "Target=\"../xl/worksheets/sheet1.xml\"")],
    ),
    odd(
        "up beyond the root",
        &[(TARGET, "Target=\"../../../xl/worksheets/sheet1.xml\"")],
    ),
    odd(
        "backslashes",
        &[(TARGET, "Target=\"worksheets\\sheet1.xml\"")],
    ),
    odd(
        "absolute with backslashes",
        &[(TARGET, "Target=\"\\xl\\worksheets\\sheet1.xml\"")],
    ),
    odd(
        "percent escapes",
        &[(TARGET, "Target=\"worksheets/sheet%31.xml\"")],
    ),
    odd(
        "absolute with percent escapes",
        &[(TARGET, "Target=\"/xl/work%73heets/sheet1%2Exml\"")],
    ),
    odd(
        "another case",
        &[(TARGET, "Target=\"Worksheets/Sheet1.XML\"")],
    ),
    odd(
        "absolute without its first folder",
        &[(TARGET, "Target=\"/worksheets/sheet1.xml\"")],
    ),
    odd(
        "idle steps",
        &[(TARGET, "Target=\"./worksheets/.//sheet1.xml\"")],
    ),
    odd(
        "an absolute workbook",
        &[(MAIN, "Target=\"/xl/workbook.xml\"")],
    ),
    odd(
        "a workbook with a backslash",
        &[(MAIN, "Target=\"xl\\workbook.xml\"")],
    ),
    odd(
        "a workbook with an escape",
        &[(MAIN, "Target=\"xl/workbook%2Exml\"")],
    ),
    odd(
        "a workbook that is named and not there",
        &[(MAIN, "Target=\"xl/book.xml\"")],
    ),
    Odd {
        name: "a workbook of another name",
        renamed: &[
            ("xl/workbook.xml", "xl/book2.xml"),
            ("xl/_rels/workbook.xml.rels", "xl/_rels/book2.xml.rels"),
        ],
        said: &[
            (MAIN, "Target=\"/xl/book2.xml\""),
            ("/xl/workbook.xml", "/xl/book2.xml"),
        ],
    },
    Odd {
        name: "a workbook in the root",
        renamed: &[
            ("xl/workbook.xml", "workbook.xml"),
            ("xl/_rels/workbook.xml.rels", "_rels/workbook.xml.rels"),
        ],
        said: &[
            (MAIN, "Target=\"workbook.xml\""),
            (TARGET, "Target=\"/xl/worksheets/sheet1.xml\""),
            ("/xl/workbook.xml", "/workbook.xml"),
        ],
    },
    Odd {
        name: "entries with backslashes",
        renamed: &[
            (SHEET, "xl\\worksheets\\sheet1.xml"),
            ("xl/_rels/workbook.xml.rels", "xl\\_rels\\workbook.xml.rels"),
        ],
        said: &[],
    },
    Odd {
        name: "a space in a name",
        renamed: &[(SHEET, "xl/worksheets/sheet 1.xml")],
        said: &[
            (TARGET, "Target=\"worksheets/sheet%201.xml\""),
            ("/xl/worksheets/sheet1.xml", "/xl/worksheets/sheet%201.xml"),
        ],
    },
    Odd {
        name: "an entry whose name is escaped",
        renamed: &[(SHEET, "xl/worksheets/sheet%201.xml")],
        said: &[
            (TARGET, "Target=\"worksheets/sheet%201.xml\""),
            ("/xl/worksheets/sheet1.xml", "/xl/worksheets/sheet%201.xml"),
        ],
    },
];

const fn odd(name: &'static str, said: &'static [(&'static str, &'static str)]) -> Odd {
    Odd {
        name,
        renamed: &[],
        said,
    }
}

impl Odd {
    fn bytes(&self) -> Vec<u8> {
        let inside = format!("{MARK}<sheetData>{}</sheetData>", rows('A', 1));
        let usual = Book::of(&sheet(&inside)).bytes();
        let mut archive = zip::ZipArchive::new(Cursor::new(usual)).unwrap();
        let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index).unwrap();
            let mut name = entry.name().unwrap().into_owned();
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            if name.contains("_rels/") || name == "[Content_Types].xml" {
                for (before, after) in self.said {
                    text = text.replace(before, after);
                }
            }
            let renamed = self.renamed.iter().find(|(before, _)| *before == name);
            if let Some((_, after)) = renamed {
                (*after).clone_into(&mut name);
            }
            out.start_file(name, zip::write::SimpleFileOptions::default())
                .unwrap();
            out.write_all(text.as_bytes()).unwrap();
        }
        out.finish().unwrap().into_inner()
    }
}

/// The texts of all entries, by their names with slashes.
fn entries(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let count = archive.len();
    let one = |index| {
        let mut entry = archive.by_index(index).unwrap();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        (entry.name().unwrap().replace('\\', "/"), text)
    };
    (0..count).map(one).collect()
}

#[test]
fn what_is_read_is_filled_in_whatever_leads_to_its_parts() {
    let mut problems = Vec::new();
    for odd in ODD {
        let (desk, service) = (Desk::new(), Service::new());
        let before = odd.bytes();
        desk.write("list.xlsx", &before);
        let done = desk.import(&service, "list.xlsx");
        if done.code != 1 {
            problems.push(format!("{}: {}", odd.name, done.err));
            continue;
        }
        let after = entries(&std::fs::read(desk.path("out/results.xlsx")).unwrap());
        let sheets = |parts: &BTreeMap<String, String>| -> Vec<String> {
            let sheets = parts.iter().filter(|(_, text)| text.contains("<worksheet"));
            sheets.map(|(name, _)| name.clone()).collect()
        };
        for name in sheets(&entries(&before)) {
            let text = after.get(&name).map_or("", String::as_str);
            if !text.contains("ImportStatus") || !text.contains(MARK) {
                problems.push(format!("{}: {name} was not filled in", odd.name));
            }
        }
        let again = desk.run(&["preview", "out/results.xlsx", "--raw", "--format", "csv"]);
        let lines: Vec<&str> = again.out.lines().collect();
        let filled = lines.len() == 3
            && lines[0].contains("Zip")
            && lines[0].contains("ImportStatus")
            && lines[1].contains("created")
            && lines[2].contains("invalid");
        if !filled {
            problems.push(format!("{}: {}{}", odd.name, again.out, again.err));
        }
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}
