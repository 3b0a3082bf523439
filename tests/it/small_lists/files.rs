//! Tables written as files: delimited text, XLSX and ODS.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use rust_xlsxwriter::{Format, Table, TableColumn, Workbook};
use toml::Value;
use zip::write::SimpleFileOptions;

type Rows = [Vec<Value>];

fn text_of(cell: &Value) -> String {
    match cell {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Quoted where it has to be.
pub(super) fn delimited(rows: &Rows, delimiter: char) -> Vec<u8> {
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().map(|cell| {
            let cell = text_of(cell);
            if cell.contains([delimiter, '"', '\n', '\r']) {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                cell
            }
        });
        text += &cells.collect::<Vec<_>>().join(&delimiter.to_string());
        text += "\r\n";
    }
    text.into_bytes()
}

pub(super) fn xlsx(
    rows: &Rows,
    merged: &[String],
    tables: &[String],
    number_formats: &BTreeMap<String, String>,
) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, format) in number_formats {
        let format = Format::new().set_num_format(format);
        let column = place(&format!("{column}1")).1;
        sheet.set_column_format(column, &format).unwrap();
    }
    for (number, row) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(row) {
            match cell {
                Value::String(text) if text.is_empty() => {}
                Value::String(text) => {
                    sheet.write_string(number, column, text).unwrap();
                }
                Value::Boolean(value) => {
                    sheet.write_boolean(number, column, *value).unwrap();
                }
                other => {
                    let value: f64 = other.to_string().parse().expect("a number");
                    sheet.write_number(number, column, value).unwrap();
                }
            }
        }
    }
    for range in merged {
        let (from, to) = range.split_once(':').expect("a range: B1:D1");
        let ((first_row, first), (last_row, last)) = (place(from), place(to));
        let text = text_of(&rows[first_row as usize][usize::from(first)]);
        let format = Format::new();
        let merge = sheet.merge_range(first_row, first, last_row, last, &text, &format);
        merge.unwrap();
    }
    for range in tables {
        let (from, to) = range.split_once(':').expect("a range: A1:C7");
        let ((first_row, first), (last_row, last)) = (place(from), place(to));
        let header = &rows[first_row as usize];
        let columns = (first..=last).map(|column| {
            let text = text_of(&header[usize::from(column)]);
            TableColumn::new().set_header(text)
        });
        let table = Table::new().set_columns(&columns.collect::<Vec<_>>());
        let added = sheet.add_table(first_row, first, last_row, last, &table);
        added.unwrap();
    }
    book.save_to_buffer().unwrap()
}

/// Row and column of `B12`, from 0.
fn place(cell: &str) -> (u32, u16) {
    let digits = cell.find(|letter: char| letter.is_ascii_digit());
    let (letters, number) = cell.split_at(digits.expect("a cell: B12"));
    let column = letters.bytes().fold(0, |column, letter| {
        column * 26 + u16::from(letter - b'A') + 1
    });
    (number.parse::<u32>().expect("a row") - 1, column - 1)
}

pub(super) fn ods(rows: &Rows) -> Vec<u8> {
    let mut table = String::new();
    for row in rows {
        table += "<table:table-row>";
        for cell in row {
            let text = text_of(cell);
            let shown: String = text.split('\n').map(paragraph).collect();
            let _ = match cell {
                Value::String(text) if text.is_empty() => write!(table, "<table:table-cell/>"),
                Value::String(_) => write!(
                    table,
                    "<table:table-cell office:value-type=\"string\">{shown}</table:table-cell>"
                ),
                Value::Boolean(_) => write!(
                    table,
                    "<table:table-cell office:value-type=\"boolean\" \
                     office:boolean-value=\"{text}\">{}</table:table-cell>",
                    paragraph(&text.to_uppercase())
                ),
                _ => write!(
                    table,
                    "<table:table-cell office:value-type=\"float\" \
                     office:value=\"{text}\">{shown}</table:table-cell>"
                ),
            };
        }
        table += "</table:table-row>";
    }
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" office:version=\"1.3\">\
         <office:body><office:spreadsheet><table:table table:name=\"Sheet1\">{table}\
         </table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    for (name, part) in [("mimetype", kind), ("content.xml", &content)] {
        out.start_file(name, SimpleFileOptions::default()).unwrap();
        out.write_all(part.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn paragraph(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    format!("<text:p>{text}</text:p>")
}
