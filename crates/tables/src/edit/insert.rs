//! New columns in the middle of a sheet: all that stands right of them moves, as it does where a
//! person inserts columns. Only for plain sheets: whatever counts on where columns stand in a way that
//! is not known here (formulas, rules, validations, tables, drawings, comments) is refused.

use std::io::{self, BufRead, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, Writer};

use super::error::EditError;
use super::frame::range_text;
use super::notes::place_of;
use super::package::Package;
use super::survey::{column_of, range_of};
use super::xml;
use crate::place::column_letters;

/// A sheet's columns.
const MOST_COLUMNS: u32 = 16_384;

/// So much is made ready at once, in bytes.
const READY: usize = 1 << 15;

/// Columns that come into a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Insertion {
    /// The first of them, from 0.
    pub at: u32,
    /// How many.
    pub count: u32,
    /// The rows of the list that they belong to, first and last, from 1: beside them nothing may be torn
    /// apart.
    pub rows: (u32, u32),
    /// The column of the list's names, from 0, left of these.
    pub name: u32,
    /// So many rows with a name may follow that are the list's, too, though a run has left them out.
    pub left_out: u32,
}

impl Insertion {
    /// Where a column stands afterwards.
    pub fn moved(self, column: u32) -> u32 {
        if column < self.at {
            column
        } else {
            column + self.count
        }
    }

    /// A text that speaks of cells of this row (from 1) in brackets, afterwards: `Level (B3): ...`; of
    /// ranges (`(K10:K12, L3:L4)`) of all rows.
    pub fn in_text(self, text: &str, row: u32) -> String {
        let text = self.ranges_in_text(text);
        in_text(&text, row, |column| Some((row, self.moved(column))))
    }

    fn ranges_in_text(self, text: &str) -> String {
        let mut moved = String::with_capacity(text.len() + 8);
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('(') {
            moved.push_str(before);
            moved.push('(');
            let ranges = behind.split_once(')').and_then(|(inside, _)| {
                let each = inside.split(", ").map(|range| match range {
                    "\u{2026}" => Some(range.to_owned()),
                    _ if range.contains(':') => self.range(range).ok(),
                    _ => None,
                });
                let each = each.collect::<Option<Vec<String>>>()?;
                Some((each.join(", "), &behind[inside.len()..]))
            });
            rest = match ranges {
                Some((ranges, behind)) => {
                    moved.push_str(&ranges);
                    behind
                }
                None => behind,
            };
        }
        moved + rest
    }

    /// A range afterwards: it grows where columns come into it.
    fn range(self, range: &str) -> Result<String, EditError> {
        let known = range_of(range).filter(|(_, (_, right))| self.moved(*right) < MOST_COLUMNS);
        let ((top, left), (bottom, right)) = known.ok_or_else(|| counts("a range"))?;
        let moved = ((top, self.moved(left)), (bottom, self.moved(right)));
        if !range.contains(':') {
            return Ok(cell_text(moved.0));
        }
        Ok(range_text(moved.0, moved.1))
    }

    fn ranges(self, ranges: &str) -> Result<String, EditError> {
        let each: Result<Vec<String>, EditError> = ranges
            .split_ascii_whitespace()
            .map(|range| self.range(range))
            .collect();
        Ok(each?.join(" "))
    }

    /// A merged cell afterwards. One that columns would come into covers what they hold, beside the list.
    fn merged(self, range: &str) -> Result<String, EditError> {
        let corners = range_of(range).ok_or_else(|| counts("a merged cell"))?;
        let ((top, left), (bottom, right)) = corners;
        let grows = left < self.at && self.at <= right;
        let (first, last) = self.rows;
        if grows && bottom + 1 >= first && top < last.saturating_add(self.left_out) {
            return Err(counts("a merged cell"));
        }
        self.range(range)
    }
}

/// A text that speaks of cells of this row (from 1) in brackets, with the places that these have got:
/// row from 1 and column from 0, by the column that they had.
pub fn in_text(text: &str, row: u32, place: impl Fn(u32) -> Option<(u32, u32)>) -> String {
    let mut moved = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('(') {
        moved.push_str(before);
        moved.push('(');
        let cell = behind
            .split_once(')')
            .and_then(|(cell, _)| Some((cell, place_of(cell)?)));
        let ours = cell.filter(|(_, (at, column))| *at + 1 == row && *column < MOST_COLUMNS);
        let ours = ours.and_then(|(cell, (_, column))| Some((cell, place(column)?)));
        rest = match ours {
            Some((cell, (row, column))) => {
                moved.push_str(&cell_text((row.saturating_sub(1), column)));
                &behind[cell.len()..]
            }
            None => behind,
        };
    }
    moved + rest
}

fn cell_text((row, column): (u32, u32)) -> String {
    format!("{}{}", column_letters(column), row + 1)
}

fn counts(what: &str) -> EditError {
    EditError::refused(format!("{what} in it may count on where columns stand"))
}

/// A sheet's part, with these columns inserted where that is wanted.
///
/// # Errors
///
/// As [`Package::stream`].
pub fn stream<'a>(
    package: &'a mut Package,
    part: &str,
    insertion: Option<Insertion>,
) -> Result<Box<dyn BufRead + 'a>, EditError> {
    let sheet = package.stream(part)?;
    Ok(match insertion {
        Some(insertion) => Box::new(Inserted::of(sheet, insertion)),
        None => Box::new(sheet),
    })
}

/// Whether columns can be inserted into a sheet for certain.
///
/// # Errors
///
/// As [`Package::stream`].
pub fn is_certain(
    package: &mut Package,
    part: &str,
    insertion: Insertion,
) -> Result<bool, EditError> {
    let mut sheet = stream(package, part, Some(insertion))?;
    Ok(io::copy(&mut sheet, &mut io::sink()).is_ok())
}

/// A sheet with columns inserted, as it is read.
struct Inserted<R> {
    sheet: Reader<R>,
    place: Placed,
    ready: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: BufRead> Inserted<R> {
    fn of(sheet: R, insertion: Insertion) -> Self {
        Self {
            sheet: Reader::from_reader(sheet),
            place: Placed {
                insertion,
                depth: 0,
                section: String::new(),
                row: 0,
                column: None,
                view: 0,
                named: (0, 0),
            },
            ready: Vec::new(),
            given: 0,
            ended: false,
        }
    }

    fn more(&mut self) -> Result<(), EditError> {
        let broken = |error: quick_xml::Error| EditError::unreadable("sheet", error);
        let mut buffer = Vec::new();
        while self.ready.len() < READY && !self.ended {
            buffer.clear();
            let event = self.sheet.read_event_into(&mut buffer).map_err(broken)?;
            let own = match &event {
                Event::Start(tag) => {
                    let own = self.place.element(tag)?;
                    self.place.depth += 1;
                    own.map(|tags| format!("<{}>", tags.join("/><")))
                }
                Event::Empty(tag) => {
                    let own = self.place.element(tag)?;
                    own.map(|tags| format!("<{}/>", tags.join("/><")))
                }
                Event::End(_) => {
                    self.place.depth = self.place.depth.saturating_sub(1);
                    None
                }
                Event::DocType(_) => return Err(EditError::refused("it declares a document type")),
                Event::Eof => {
                    self.ended = true;
                    None
                }
                _ => None,
            };
            match own {
                Some(text) => self.ready.extend_from_slice(text.as_bytes()),
                None if self.ended => {}
                None => {
                    let mut writer = Writer::new(&mut self.ready);
                    writer.write_event(event).map_err(EditError::Write)?;
                }
            }
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Inserted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut ready = self.fill_buf()?;
        let read = ready.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Inserted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.given == self.ready.len() && !self.ended {
            self.ready.clear();
            self.given = 0;
            self.more().map_err(io::Error::other)?;
        }
        Ok(&self.ready[self.given..])
    }

    fn consume(&mut self, read: usize) {
        self.given = (self.given + read).min(self.ready.len());
    }
}

/// Where in a sheet one is.
struct Placed {
    insertion: Insertion,
    depth: u32,
    /// The part of the sheet, by its element below the root.
    section: String,
    /// The row, from 1.
    row: u32,
    /// The column before the insertion, from 0.
    column: Option<u32>,
    /// The first column that the view shows, from 0.
    view: u32,
    /// How many rows with a name were met behind the list's last one, and the last of them.
    named: (u32, u32),
}

impl Placed {
    /// What an element becomes: tags without their brackets; none where it stays as it is.
    fn element(&mut self, tag: &BytesStart<'_>) -> Result<Option<Vec<String>>, EditError> {
        let full = tag.name();
        let name = xml::local(full.as_ref());
        if self.depth == 1 {
            name.clone_into(&mut self.section);
        }
        let insertion = self.insertion;
        let changed = match (self.depth, self.section.as_str(), name) {
            (1, "dimension" | "autoFilter", _) => with(tag, "ref", |range| insertion.range(range))?,
            (1, "sheetPr", _) if !has(tag, "syncRef") => return Ok(None),
            (1, "sheetFormatPr", _) if is_zero(tag, "outlineLevelCol") => return Ok(None),
            (0, ..)
            | (
                1,
                "sheetViews" | "cols" | "sheetData" | "sheetCalcPr" | "mergeCells" | "phoneticPr"
                | "hyperlinks" | "printOptions" | "pageMargins" | "pageSetup" | "headerFooter"
                | "ignoredErrors",
                _,
            )
            | (2, "sheetPr" | "headerFooter", _)
            | (5.., "sheetData", _) => return Ok(None),
            (2, "sheetViews", "sheetView") => self.view(tag)?,
            (3, "sheetViews", "pane") => self.pane(tag)?,
            // That of a pane in which nothing is chosen.
            (3, "sheetViews", "selection") if !has(tag, "sqref") && !has(tag, "activeCell") => {
                return Ok(None);
            }
            (3, "sheetViews", "selection") => {
                let moved = with(tag, "sqref", |ranges| insertion.ranges(ranges))?;
                let cell = xml::value_of(tag, "activeCell");
                let cell = cell.map(|cell| insertion.range(&cell)).transpose()?;
                match cell {
                    None => moved,
                    cell => {
                        let sqref = xml::value_of(tag, "sqref");
                        let sqref = sqref.map(|ranges| insertion.ranges(&ranges)).transpose()?;
                        let set = [("activeCell", cell.as_deref()), ("sqref", sqref.as_deref())];
                        xml::changed(tag, &set)
                    }
                }
            }
            (2, "cols", "col") => return self.columns(tag).map(Some),
            (2, "sheetData", "row") => {
                self.row = xml::number_of(tag, "r").unwrap_or(self.row + 1);
                self.column = None;
                // Which cells it has, programs work out themselves.
                xml::changed(tag, &[("spans", None)])
            }
            (3, "sheetData", "c") => self.cell(tag)?,
            (4, "sheetData", "v" | "is") => {
                return self.content().map(|()| None);
            }
            (2, "mergeCells", "mergeCell") => with(tag, "ref", |range| insertion.merged(range))?,
            (2, "hyperlinks", "hyperlink") if !has(tag, "location") => {
                with(tag, "ref", |range| insertion.range(range))?
            }
            (2, "ignoredErrors", "ignoredError") => {
                with(tag, "sqref", |ranges| insertion.ranges(ranges))?
            }
            _ => return Err(counts(name)),
        };
        Ok(Some(vec![changed]))
    }

    /// Something stands in the cell.
    fn content(&mut self) -> Result<(), EditError> {
        let Insertion {
            rows: (first, last),
            name,
            at,
            left_out,
            ..
        } = self.insertion;
        if self.row > last && self.column == Some(name) && self.named.0 < left_out {
            self.named = (self.named.0 + 1, self.row);
        }
        let behind = self.row > last && self.row != self.named.1;
        if (self.row < first || behind) && self.column.is_some_and(|column| column >= at) {
            return Err(counts("something above or below the list"));
        }
        Ok(())
    }

    fn view(&mut self, tag: &BytesStart<'_>) -> Result<String, EditError> {
        let corner = xml::value_of(tag, "topLeftCell");
        self.view = corner
            .as_deref()
            .and_then(place_of)
            .map_or(0, |(_, column)| column);
        match corner {
            None => Ok(xml::changed(tag, &[])),
            Some(_) => with(tag, "topLeftCell", |cell| self.insertion.range(cell)),
        }
    }

    /// Columns that were kept in view stay so, and new ones right behind them join them.
    fn pane(&self, tag: &BytesStart<'_>) -> Result<String, EditError> {
        let kept = xml::number_of(tag, "xSplit").unwrap_or(0);
        let frozen = xml::value_of(tag, "state").is_some_and(|state| state.starts_with("frozen"));
        let is_whole = !has(tag, "xSplit") || xml::number_of(tag, "xSplit").is_some();
        if !frozen || !is_whole || (kept > 0 && self.view > 0) {
            return Err(counts("a split view"));
        }
        let wider = (kept >= self.insertion.at).then(|| (kept + self.insertion.count).to_string());
        let corner = xml::value_of(tag, "topLeftCell");
        let corner = corner.map(|cell| self.insertion.range(&cell)).transpose()?;
        let mut set = vec![("topLeftCell", corner.as_deref())];
        if kept > 0 {
            set.extend(wider.as_deref().map(|wider| ("xSplit", Some(wider))));
        }
        Ok(xml::changed(tag, &set))
    }

    fn columns(&self, tag: &BytesStart<'_>) -> Result<Vec<String>, EditError> {
        let (min, max) = (xml::number_of(tag, "min"), xml::number_of(tag, "max"));
        let grouped = !is_zero(tag, "outlineLevel") || !is_zero(tag, "collapsed");
        let (Some(min), Some(max), false) = (min, max, grouped) else {
            return Err(counts("a group of columns"));
        };
        let Insertion { at, count, .. } = self.insertion;
        let before = (min <= at).then(|| (min, max.min(at)));
        let behind = (max > at).then(|| (min.max(at + 1) + count, (max + count).min(MOST_COLUMNS)));
        let each = before
            .into_iter()
            .chain(behind)
            .filter(|(min, max)| min <= max);
        let each = each.map(|(min, max)| {
            let (min, max) = (min.to_string(), max.to_string());
            xml::changed(tag, &[("min", Some(&min)), ("max", Some(&max))])
        });
        let each: Vec<String> = each.collect();
        if each.is_empty() {
            return Err(counts("a group of columns"));
        }
        Ok(each)
    }

    fn cell(&mut self, tag: &BytesStart<'_>) -> Result<String, EditError> {
        let column = column_of(tag, self.column);
        self.column = Some(column);
        let moved = self.insertion.moved(column);
        if moved >= MOST_COLUMNS || has(tag, "cm") || has(tag, "vm") || self.row == 0 {
            return Err(counts("a cell"));
        }
        let cell = cell_text((self.row - 1, moved));
        Ok(xml::changed(tag, &[("r", Some(&cell))]))
    }
}

fn has(tag: &BytesStart<'_>, name: &str) -> bool {
    xml::value_of(tag, name).is_some()
}

/// Whether an attribute says nothing.
fn is_zero(tag: &BytesStart<'_>, name: &str) -> bool {
    xml::value_of(tag, name).is_none_or(|value| value == "0" || value == "false")
}

/// A tag with one attribute changed, which it must have.
fn with(
    tag: &BytesStart<'_>,
    name: &str,
    change: impl Fn(&str) -> Result<String, EditError>,
) -> Result<String, EditError> {
    let value = xml::value_of(tag, name).ok_or_else(|| counts(name))?;
    let value = change(&value)?;
    Ok(xml::changed(tag, &[(name, Some(&value))]))
}

#[cfg(test)]
mod tests;
