//! The rows of the sheet of rows as XML, one at a time.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;

use super::cells::{MOST_EXACT, marked};
use super::data::{height, notes_of};
use super::formats::Looks;
use super::limits::MANY_ROWS;
use crate::journal::{RowRecord, Store};
use crate::model::place::column_letters;
use crate::report::ReportError;
use crate::report::behind::behind;
use crate::report::facts::Facts;
use crate::report::layout::OutCell;
use crate::report::note::Notes;
use crate::report::verdict::Verdict;
use tables::edit::cells::cut;
use tables::edit::insert::in_text;
use tables::edit::xml::push_escaped;

/// So much is handed on at a time.
const MUCH: usize = 1 << 16;

/// A sheet with a header and, below it, cells that show the formats, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sheet<'a> {
    /// Before and after the cells that it says it has.
    before_range: &'a str,
    after_range: &'a str,
    /// What follows the rows.
    after: &'a str,
    looks: Looks,
}

impl<'a> Sheet<'a> {
    /// Of the sheet's XML; none where it is another one.
    pub(super) fn of(xml: &'a str) -> Option<Self> {
        let (head, rows) = xml.split_once("<sheetData>")?;
        let header_end = rows.find("</row>")? + "</row>".len();
        let (shown, after) = rows[header_end..].split_once("</sheetData>")?;
        let start = "<dimension ref=\"";
        let range_at = head.find(start)? + start.len();
        let range_end = range_at + head[range_at..].find('"')?;
        let numbers = shown.split("<c ").skip(1).filter_map(|cell| {
            let (_, number) = cell.split_once(" s=\"")?;
            number.split('"').next()
        });
        let head_length = head.len() + "<sheetData>".len() + header_end;
        Some(Self {
            before_range: &xml[..range_at],
            after_range: &xml[range_end..head_length],
            after: &xml[xml.len() - after.len() - "</sheetData>".len()..],
            looks: Looks::of(numbers)?,
        })
    }
}

/// A column of the sheet.
struct Column<'a> {
    letters: String,
    /// Its place in the result files.
    place: usize,
    look: &'a str,
}

/// The rows on their way into the sheet.
pub(super) struct Rows<'a> {
    facts: &'a Facts,
    sheet: &'a Sheet<'a>,
    at_fault: Notes<'a>,
    columns: Vec<Column<'a>>,
    next_row: u32,
    /// What is not handed on yet.
    xml: String,
}

impl<'a> Rows<'a> {
    /// `places` says where each column of the result files stands in the sheet.
    pub(super) fn of(facts: &'a Facts, places: &[u16], sheet: &'a Sheet<'a>) -> Self {
        let ids = facts.layout.id_position();
        let message = facts.layout.status_position() + 2;
        let mut columns: Vec<(u16, usize)> = places.iter().copied().zip(0..).collect();
        columns.sort_unstable();
        let columns = columns.into_iter().map(|(column, place)| Column {
            letters: column_letters(column.into()),
            place,
            look: match place {
                place if place == ids => &sheet.looks.id,
                place if place == message => &sheet.looks.message,
                _ => &sheet.looks.text,
            },
        });
        Self {
            at_fault: Notes::of(&facts.faults),
            columns: columns.collect(),
            next_row: 2,
            xml: String::with_capacity(2 * MUCH),
            facts,
            sheet,
        }
    }

    /// Writes the whole sheet; `path` is the workbook. A long one is packed by another thread meanwhile.
    pub(super) fn write(
        self,
        store: &Store,
        path: &Path,
        out: &mut (impl Write + Send),
    ) -> Result<(), ReportError> {
        let failed = |source: io::Error| ReportError::Write {
            path: path.to_owned(),
            source,
        };
        if self.facts.numbers.len() > MANY_ROWS {
            behind(out, |out| self.write_to(store, out, failed), failed)
        } else {
            self.write_to(store, out, failed)
        }
    }

    fn write_to(
        mut self,
        store: &Store,
        out: &mut impl Write,
        failed: impl Fn(io::Error) -> ReportError,
    ) -> Result<(), ReportError> {
        let last_row = self.facts.numbers.len() + 1;
        let last_column = self.columns.last().map_or("A", |one| &*one.letters);
        let range = format!("A1:{last_column}{last_row}");
        for text in [self.sheet.before_range, &range, self.sheet.after_range] {
            self.xml.push_str(text);
        }
        self.facts.each_row(store, |row, verdict| {
            self.row(row, verdict);
            if self.xml.len() > MUCH {
                out.write_all(self.xml.as_bytes()).map_err(&failed)?;
                self.xml.clear();
            }
            Ok(())
        })?;
        self.xml.push_str(self.sheet.after);
        out.write_all(self.xml.as_bytes()).map_err(failed)
    }

    fn row(&mut self, row: &RowRecord, verdict: &Verdict) {
        let layout = &self.facts.layout;
        let looks = &self.sheet.looks;
        let at_fault = notes_of(&mut self.at_fault, row.row, layout);
        let (status, ids) = (layout.status_position(), layout.id_position());
        let number = self.next_row.to_string();
        let mut cells = Vec::with_capacity(self.columns.len());
        layout.each_cell(&row.cells, verdict, |cell| cells.push(cell));
        let xml = &mut self.xml;
        push(xml, ["<row r=\"", &number, "\""]);
        if let Some(height) = height(&verdict.message) {
            push(
                xml,
                [" ht=\"", &height.to_string(), "\" customHeight=\"1\""],
            );
        }
        xml.push('>');
        for column in &self.columns {
            let place = column.place;
            let faulty = at_fault.iter().find(|note| note.column as usize == place);
            let begin = |xml: &mut String, look: &str| {
                push(
                    xml,
                    ["<c r=\"", &column.letters, &number, "\" s=\"", look, "\""],
                );
            };
            match &cells[place] {
                OutCell::Id(id) => {
                    begin(xml, column.look);
                    let id = id.get();
                    if id <= MOST_EXACT {
                        push(xml, ["><v>", &id.to_string(), "</v></c>"]);
                    } else {
                        push_text(xml, &id.to_string());
                    }
                }
                OutCell::Text(text) => {
                    let told;
                    let text: &str = if place == status + 2 {
                        let rows = (row.number, self.next_row);
                        told = with_places(text, self.facts, &self.columns, rows);
                        &told
                    } else {
                        text
                    };
                    let look = if place == status {
                        looks.status(verdict.status)
                    } else if let Some(note) = faulty {
                        looks.at_fault(note.worst)
                    } else if place == ids {
                        &looks.text
                    } else {
                        column.look
                    };
                    if !text.is_empty() {
                        begin(xml, look);
                        push_text(xml, &cut(marked(text)));
                    } else if faulty.is_some() {
                        begin(xml, look);
                        xml.push_str("/>");
                    }
                }
            }
        }
        xml.push_str("</row>");
        self.next_row += 1;
    }
}

/// A message with the places that a row's cells have in the sheet; `rows` is the row's number in the input
/// and here.
fn with_places<'t>(
    message: &'t str,
    facts: &Facts,
    columns: &[Column<'_>],
    rows: (u32, u32),
) -> Cow<'t, str> {
    let info = &facts.info;
    // Where each of several sheets has its columns is not known here.
    if !message.contains('(') || !info.places.is_empty() {
        return Cow::Borrowed(message);
    }
    let place = |column: u32| {
        let in_header = match &info.place {
            Some(table) => table.columns.iter().position(|at| *at == Some(column))?,
            None => column as usize,
        };
        let place = facts.layout.position_of(in_header)?;
        let column = columns.iter().position(|one| one.place == place)?;
        Some((rows.1, u32::try_from(column).ok()?))
    };
    Cow::Owned(in_text(message, rows.0, place))
}

fn push<const N: usize>(xml: &mut String, texts: [&str; N]) {
    for text in texts {
        xml.push_str(text);
    }
}

/// The rest of a cell that holds a text.
fn push_text(xml: &mut String, text: &str) {
    let space = ['\t', '\n', ' '];
    xml.push_str(if text.starts_with(space) || text.ends_with(space) {
        " t=\"inlineStr\"><is><t xml:space=\"preserve\">"
    } else {
        " t=\"inlineStr\"><is><t>"
    });
    push_escaped(xml, text);
    xml.push_str("</t></is></c>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::status::Status;

    #[test]
    fn a_sheet_is_taken_apart_at_its_rows_and_at_its_range() {
        let shown: String = (0..5 + Status::COUNT)
            .map(|look| {
                format!(
                    "<row r=\"{0}\"><c r=\"A{0}\" s=\"{look}\"/></row>",
                    look + 2
                )
            })
            .collect();
        let head = "<worksheet><dimension ref=\"A1:B14\"/>";
        let header = "<row r=\"1\"><c r=\"A1\" s=\"9\" t=\"s\"><v>0</v></c></row>";
        let tail = "</sheetData><autoFilter ref=\"A1:B3\"/></worksheet>";
        let xml = format!("{head}<sheetData>{header}{shown}{tail}");
        let sheet = Sheet::of(&xml).unwrap();
        assert_eq!(sheet.before_range, "<worksheet><dimension ref=\"");
        assert_eq!(sheet.after_range, format!("\"/><sheetData>{header}"));
        assert_eq!(sheet.after, tail);
        assert_eq!((&*sheet.looks.text, &*sheet.looks.message), ("0", "2"));
        assert_eq!(sheet.looks.status(Status::ALL[0]), "5");
        let fewer = xml.replace("<row r=\"3\"><c r=\"A3\" s=\"1\"/></row>", "");
        assert_eq!(Sheet::of(&fewer), None, "a format is missing");
    }
}
