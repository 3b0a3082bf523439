//! A first look through the customer sheet: what is where, and what would make filling it in
//! unsafe. Keeps no cells.

use std::collections::HashMap;
use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::error::EditError;
use super::notes::{Places, place_of};
use super::xml;
use crate::place::column_letters;

/// What is looked for.
#[derive(Debug)]
pub struct Question<'a> {
    /// The header's row, from 1.
    pub header_row: u32,
    /// The column of the last header cell, from 0.
    pub last_header: u32,
    /// Columns whose cells are written anew, from 0.
    pub written: &'a [u32],
    /// Cells whose styles matter.
    pub noted: &'a Places,
    /// The column of the list's names, from 0.
    pub name: Option<u32>,
    /// The last row of the list that is known, from 1.
    pub last_row: u32,
    /// So many rows with a name may follow that are the list's, too.
    pub left_out: u32,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Survey {
    /// The prefix of the sheet's elements, with its colon; may be empty.
    pub prefix: String,
    /// The last column in use from the header's row on, from 0.
    pub rightmost: u32,
    /// The style of the last header cell.
    pub header_style: u32,
    /// The style of the names' header cell.
    pub name_style: u32,
    /// The style of the first name's cell.
    pub first_name_style: Option<u32>,
    /// The last row of the list, from 1.
    pub last_row: u32,
    /// The highest style any cell names.
    pub highest_style: u32,
    /// The parts of the sheet, and `pane` where a view has one.
    pub sections: Vec<String>,
    /// The range of the sheet's filter.
    pub filter: Option<String>,
    /// The relationship of the drawing with the notes' boxes.
    pub boxes: Option<String>,
    /// Columns with a style of their own: first, last, style.
    pub column_styles: Vec<(u32, u32, u32)>,
    /// The styles of the cells that were asked for, by row and column from 0.
    pub noted: HashMap<(u32, u32), u32>,
}

impl Survey {
    /// Whether the sheet has such a part.
    pub fn has(&self, section: &str) -> bool {
        self.sections.iter().any(|name| name == section)
    }
}

/// Looks through a sheet.
///
/// # Errors
///
/// When the sheet is no XML, or is of a kind that cannot be filled in safely.
pub fn survey(sheet: impl BufRead, question: &Question<'_>) -> Result<Survey, EditError> {
    let mut look = Look {
        question,
        survey: Survey {
            rightmost: question.last_header,
            last_row: question.last_row,
            ..Survey::default()
        },
        row: 0,
        column: None,
        left_out: question.left_out,
        in_cells: false,
    };
    let broken = |error: quick_xml::Error| EditError::unreadable("sheet", error);
    let mut reader = Reader::from_reader(sheet);
    let (mut buffer, mut depth) = (Vec::new(), 0_u32);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(broken)? {
            Event::Start(tag) => {
                look.element(&tag, depth)?;
                depth += 1;
            }
            Event::Empty(tag) => look.element(&tag, depth)?,
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                if depth == 1 {
                    look.in_cells = false;
                }
            }
            Event::DocType(_) => return Err(EditError::refused("it declares a document type")),
            Event::Eof if depth > 0 => return Err(EditError::unreadable("sheet", "cut off")),
            Event::Eof => return Ok(look.survey),
            _ => {}
        }
    }
}

struct Look<'a> {
    question: &'a Question<'a>,
    survey: Survey,
    /// The row, from 1.
    row: u32,
    /// The column, from 0.
    column: Option<u32>,
    /// So many rows may still be the list's.
    left_out: u32,
    in_cells: bool,
}

impl Look<'_> {
    fn element(&mut self, tag: &BytesStart<'_>, depth: u32) -> Result<(), EditError> {
        let full = tag.name();
        let full: &str = full.as_ref();
        let name = xml::local(full);
        match (depth, name) {
            (0, _) => {
                xml::prefix(full).clone_into(&mut self.survey.prefix);
                if tag.attributes_raw().contains("purl.oclc.org/ooxml") {
                    return Err(EditError::refused("it is Strict Open XML"));
                }
            }
            (1, _) => {
                self.in_cells = name == "sheetData";
                self.survey.sections.push(name.to_owned());
                if name == "autoFilter" {
                    self.survey.filter = xml::value_of(tag, "ref");
                }
                if name == "legacyDrawing" {
                    self.survey.boxes = relation_id(tag);
                }
            }
            (2, "row") if self.in_cells => self.row(tag)?,
            (3, "c") if self.in_cells => self.cell(tag)?,
            (4, "v" | "is" | "f") if self.in_cells => {
                self.content(name, tag)?;
            }
            (_, "pane") => self.survey.sections.push("pane".to_owned()),
            (2, "mergeCell") => {
                let range = xml::value_of(tag, "ref").unwrap_or_default();
                if let Some((_, (bottom, right))) = range_of(&range)
                    && bottom + 1 >= self.question.header_row
                {
                    self.survey.rightmost = self.survey.rightmost.max(right);
                }
            }
            (2, "col") => {
                let number = |name| xml::number_of(tag, name);
                if let (Some(min), Some(max), Some(style)) =
                    (number("min"), number("max"), number("style"))
                {
                    self.survey.highest_style = self.survey.highest_style.max(style);
                    let (first, last) = (min.saturating_sub(1), max.saturating_sub(1));
                    self.survey.column_styles.push((first, last, style));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn row(&mut self, tag: &BytesStart<'_>) -> Result<(), EditError> {
        let number = xml::number_of(tag, "r").unwrap_or(self.row + 1);
        if number <= self.row {
            return Err(EditError::refused("its rows do not stand in order"));
        }
        self.row = number;
        self.column = None;
        let style = xml::number_of(tag, "s").unwrap_or(0);
        self.survey.highest_style = self.survey.highest_style.max(style);
        Ok(())
    }

    fn cell(&mut self, tag: &BytesStart<'_>) -> Result<(), EditError> {
        let column = column_of(tag, self.column);
        if self.column.is_some_and(|before| column <= before) {
            let why = format!("the cells of its row {} do not stand in order", self.row);
            return Err(EditError::refused(why));
        }
        self.column = Some(column);
        let style = xml::number_of(tag, "s").unwrap_or(0);
        self.survey.highest_style = self.survey.highest_style.max(style);
        let place = (self.row - 1, column);
        if self.question.noted.contains_key(&place) {
            self.survey.noted.insert(place, style);
        }
        if self.row == self.question.header_row && column == self.question.last_header {
            self.survey.header_style = style;
        }
        if self.row == self.question.header_row && Some(column) == self.question.name {
            self.survey.name_style = style;
        }
        if self.row > self.question.header_row && Some(column) == self.question.name {
            self.survey.first_name_style.get_or_insert(style);
        }
        Ok(())
    }

    fn content(&mut self, name: &str, tag: &BytesStart<'_>) -> Result<(), EditError> {
        let column = self.column.unwrap_or(0);
        if self.row < self.question.header_row {
            return Ok(());
        }
        self.survey.rightmost = self.survey.rightmost.max(column);
        let named = self.row > self.survey.last_row && Some(column) == self.question.name;
        if named && self.left_out > 0 {
            self.left_out -= 1;
            self.survey.last_row = self.row;
        }
        let shared = name == "f" && tag.try_get_attribute("t").is_ok_and(|kind| kind.is_some());
        if shared && self.question.written.contains(&column) {
            let why = format!(
                "its cell {}{} holds a formula that other cells share",
                column_letters(column),
                self.row
            );
            return Err(EditError::refused(why));
        }
        Ok(())
    }
}

/// The column of a cell, from 0; `before` is the last one of its row.
pub fn column_of(tag: &BytesStart<'_>, before: Option<u32>) -> u32 {
    let named = tag.try_get_attribute("r").ok().flatten();
    let place = named.and_then(|found| place_of(&found.value));
    place.map_or(before.map_or(0, |before| before + 1), |(_, column)| column)
}

/// The id of the relationship an element names, whatever the prefix.
pub fn relation_id(tag: &BytesStart<'_>) -> Option<String> {
    let mut attributes = tag.attributes();
    let found = attributes
        .with_checks(false)
        .flatten()
        .find(|found| xml::local(found.key.as_ref()) == "id" && found.key.as_ref().contains(':'));
    Some(found?.value.into_owned())
}

/// The corners of a range, row and column of each from 0: the upper left, the lower right.
pub type Corners = ((u32, u32), (u32, u32));

/// The corners of a range such as `A1:C12`.
pub fn range_of(range: &str) -> Option<Corners> {
    let (first, last) = range.split_once(':').unwrap_or((range, range));
    let (one, other) = (place_of(first)?, place_of(last)?);
    Some((
        (one.0.min(other.0), one.1.min(other.1)),
        (one.0.max(other.0), one.1.max(other.1)),
    ))
}
