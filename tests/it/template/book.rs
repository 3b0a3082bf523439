//! A template as a spreadsheet program sees it: its parts, its validations and lists, and a copy
//! with rows filled in the way such a program does.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// A workbook's parts: path and content.
pub(super) struct Book {
    parts: Vec<(String, Vec<u8>)>,
}

/// What may stand in the cells of one column.
#[derive(Debug, Clone)]
pub(super) struct Validation {
    /// The column's header.
    pub(super) header: String,
    /// The column's letters.
    pub(super) column: String,
    /// The rows, from 1: first and last.
    pub(super) rows: (u32, u32),
    /// `list`, `whole`, `date`, `textLength`.
    pub(super) kind: String,
    /// `stop` unless it says otherwise.
    pub(super) style: String,
    /// The bounds or the list.
    pub(super) formulas: Vec<String>,
    /// What is shown when something else is typed.
    pub(super) error: String,
}

/// A cell to fill in.
#[derive(Debug, Clone)]
pub(super) enum Typed {
    /// Text, as it stands in a cell formatted as text.
    Text(String),
    /// A number; a date where the column is formatted as one.
    Number(i64),
}

impl Book {
    pub(super) fn open(bytes: &[u8]) -> Self {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("a ZIP file");
        let parts = (0..archive.len()).map(|at| {
            let mut file = archive.by_index(at).expect("a part");
            let mut content = Vec::new();
            file.read_to_end(&mut content).expect("readable");
            (file.name().expect("a name").into_owned(), content)
        });
        Self {
            parts: parts.collect(),
        }
    }

    pub(super) fn part(&self, name: &str) -> String {
        let part = self.parts.iter().find(|(path, _)| path == name);
        String::from_utf8(part.unwrap_or_else(|| panic!("no {name}")).1.clone()).expect("UTF-8")
    }

    fn strings(&self) -> Vec<String> {
        let xml = self.part("xl/sharedStrings.xml");
        between(&xml, "<si>", "</si>")
            .map(|one| {
                between(one, "<t", "</t>")
                    .map(|run| unescaped(run.split_once('>').expect("a tag's end").1))
                    .collect()
            })
            .collect()
    }

    /// The text cells of a sheet, by their names.
    fn texts(&self, sheet: u32) -> Vec<(String, String)> {
        let strings = self.strings();
        let xml = self.part(&format!("xl/worksheets/sheet{sheet}.xml"));
        let cells = between(&xml, "<c ", "</c>").filter(|cell| cell.contains("t=\"s\""));
        cells
            .map(|cell| {
                let at: usize = tag(cell, "v").parse().expect("an index");
                (attribute(cell, "r"), strings[at].clone())
            })
            .collect()
    }

    /// The columns of the sheet to fill in: letters and header.
    pub(super) fn headers(&self) -> Vec<(String, String)> {
        let first = |(cell, text): (String, String)| {
            let column = cell.strip_suffix('1')?;
            column
                .bytes()
                .all(|byte| byte.is_ascii_uppercase())
                .then(|| (column.to_owned(), text))
        };
        self.texts(1).into_iter().filter_map(first).collect()
    }

    /// The letters of a column.
    pub(super) fn column(&self, header: &str) -> String {
        let headers = self.headers();
        let found = headers.into_iter().find(|(_, text)| text == header);
        found.unwrap_or_else(|| panic!("no column {header}")).0
    }

    /// The validations of the sheet to fill in, in the order of the columns.
    pub(super) fn validations(&self) -> Vec<Validation> {
        let xml = self.part("xl/worksheets/sheet1.xml");
        let headers = self.headers();
        let mut found: Vec<Validation> = between(&xml, "<dataValidation ", "</dataValidation>")
            .map(|one| {
                let range = attribute(one, "sqref");
                let (first, last) = range.split_once(':').expect("a range");
                let column: String = first.chars().filter(char::is_ascii_alphabetic).collect();
                let row = |cell: &str| cell[column.len()..].parse().expect("a row");
                let header = headers.iter().find(|(letters, _)| *letters == column);
                let style = attribute(one, "errorStyle");
                Validation {
                    header: header.expect("a header above").1.clone(),
                    rows: (row(first), row(last)),
                    kind: attribute(one, "type"),
                    style: if style.is_empty() {
                        "stop".into()
                    } else {
                        style
                    },
                    formulas: ["formula1", "formula2"]
                        .map(|name| unescaped(&tag(one, name)))
                        .into_iter()
                        .filter(|formula| !formula.is_empty())
                        .collect(),
                    error: unescaped(&attribute(one, "error")),
                    column,
                }
            })
            .collect();
        found.sort_by_key(|one| (one.column.len(), one.column.clone()));
        found
    }

    /// The values of a named list.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let workbook = self.part("xl/workbook.xml");
        let range = between(&workbook, "<definedName ", "</definedName>")
            .find(|one| attribute(one, "name") == name)
            .unwrap_or_else(|| panic!("no list {name}"));
        let range = range
            .split_once("Lists!$")
            .expect("on the sheet of lists")
            .1;
        let (column, rows) = range.split_once('$').expect("a column");
        let (first, last) = rows.split_once(':').expect("a range");
        let rows = first.parse::<u32>().expect("a row")
            ..=last
                .rsplit('$')
                .next()
                .expect("a row")
                .parse()
                .expect("a row");
        let texts = self.texts(4);
        rows.map(|row| {
            let cell = format!("{column}{row}");
            let found = texts.iter().find(|(name, _)| *name == cell);
            found.unwrap_or_else(|| panic!("{cell} is empty")).1.clone()
        })
        .collect()
    }

    /// The comments of the sheet to fill in, by their cells.
    pub(super) fn comments(&self) -> Vec<(String, String)> {
        let xml = self.part("xl/comments1.xml");
        between(&xml, "<comment ", "</comment>")
            .map(|one| {
                let runs = between(one, "<t", "</t>");
                let text = runs.map(|run| unescaped(run.split_once('>').expect("a tag").1));
                (attribute(one, "ref"), text.collect())
            })
            .collect()
    }

    /// The format that a column gives to cells that are filled in: the number of its style.
    pub(super) fn style(&self, column: &str) -> String {
        let number = column
            .bytes()
            .fold(0, |sum, letter| sum * 26 + u32::from(letter - b'A') + 1);
        let xml = self.part("xl/worksheets/sheet1.xml");
        let col = between(&xml, "<col ", "/>").find(|col| {
            let bound = |name| attribute(col, name).parse::<u32>().expect("a column");
            (bound("min")..=bound("max")).contains(&number)
        });
        attribute(col.expect("a column's format"), "style")
    }

    /// What a column's numbers are shown as: the number of the number format.
    pub(super) fn number_format(&self, column: &str) -> String {
        let style: usize = self.style(column).parse().expect("a style");
        let xml = self.part("xl/styles.xml");
        let formats = between(&xml, "<cellXfs ", "</cellXfs>")
            .next()
            .expect("formats");
        let format = between(formats, "<xf ", ">").nth(style);
        attribute(format.expect("the style"), "numFmtId")
    }

    /// A copy with these rows below the header: header and cell.
    pub(super) fn filled(&self, rows: &[Vec<(&str, Typed)>]) -> Vec<u8> {
        let mut xml = String::new();
        for (number, cells) in (2..).zip(rows) {
            let mut cells: Vec<_> = cells
                .iter()
                .map(|(header, typed)| (self.column(header), typed))
                .collect();
            cells.sort_by_key(|(column, _)| (column.len(), column.clone()));
            xml += &format!("<row r=\"{number}\">");
            for (column, typed) in cells {
                let start = format!("<c r=\"{column}{number}\" s=\"{}\"", self.style(&column));
                xml += &match typed {
                    Typed::Text(text) => {
                        format!(
                            "{start} t=\"inlineStr\"><is><t>{}</t></is></c>",
                            escaped(text)
                        )
                    }
                    Typed::Number(number) => format!("{start}><v>{number}</v></c>"),
                };
            }
            xml += "</row>";
        }
        let sheet = self.part("xl/worksheets/sheet1.xml");
        let end = format!("A1:AH{}", rows.len() + 1);
        let sheet = sheet
            .replace("</sheetData>", &format!("{xml}</sheetData>"))
            .replace(
                "<dimension ref=\"A1:AH1\"/>",
                &format!("<dimension ref=\"{end}\"/>"),
            );
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in &self.parts {
            let first = name == "xl/worksheets/sheet1.xml";
            let content = if first { sheet.as_bytes() } else { content };
            writer
                .start_file(name, SimpleFileOptions::default())
                .expect("a part begins");
            writer.write_all(content).expect("a part is written");
        }
        writer.finish().expect("a ZIP file").into_inner()
    }
}

/// Everything between `start` and `end`, one after the other.
fn between<'a>(text: &'a str, start: &'a str, end: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(start)
        .skip(1)
        .filter_map(move |rest| rest.split_once(end))
        .map(|(inside, _)| inside)
}

fn attribute(tag: &str, name: &str) -> String {
    let tag = tag.split('>').next().unwrap_or_default();
    let start = format!("{name}=\"");
    let found = format!(" {tag}");
    let value = found.split_once(&format!(" {start}")).map(|(_, rest)| rest);
    value
        .and_then(|rest| rest.split_once('"'))
        .map(|(value, _)| value.to_owned())
        .unwrap_or_default()
}

fn tag(text: &str, name: &str) -> String {
    let (start, end) = (format!("<{name}>"), format!("</{name}>"));
    let found = between(text, &start, &end).next().unwrap_or_default();
    found.to_owned()
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#10;", "\n")
        .replace("&amp;", "&")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
