//! The cells of an XLSX sheet, streamed. This is the hot path: one look at each tag, no allocation
//! per cell.

use std::sync::Arc;

use super::super::error::WorkbookError;
use super::super::format::Digits;
use super::super::format::{DateSystem, Rendered, render_number_text, render_text};
use super::super::grid::{Grid, Shown};
use super::super::limits::MAX_COLUMNS;
use super::super::notes::Notebook;
use super::super::package::Package;
use super::super::reference::parse_column;
use super::super::rows::CellSource;
use super::super::transcode::PartReader;
use super::super::xml::{Event, Scanner, Tag};
use super::super::xmltext::{decode_into, is_true, parse_u32, push_utf8};
use super::prescan::Tail;
use super::strings::{Strings, replace_escapes, rich_text};
use super::styles::Styles;
use crate::More;
use crate::batch::{CellKind, RowBatch};

/// What a sheet needs of its workbook.
pub(super) struct Context {
    pub(super) strings: Arc<Strings>,
    pub(super) styles: Arc<Styles>,
    pub(super) system: DateSystem,
    pub(super) notes: Notebook,
}

/// Reads a sheet from the top.
pub(super) struct SheetReader {
    scanner: Scanner<PartReader>,
    strings: Arc<Strings>,
    styles: Arc<Styles>,
    system: DateSystem,
    grid: Grid,
    place: Place,
    /// The row that follows when a row does not say its number, from 0.
    next_row: u32,
    next_column: u32,
    /// The text of the cell that is being read.
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Before,
    Cells,
    Behind,
}

/// What a cell's tag says.
#[derive(Clone, Copy)]
struct Head {
    column: u32,
    style: u32,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Shared,
    Inline,
    Formula,
    Bool,
    Error,
    Iso,
}

impl SheetReader {
    pub(super) fn open(
        package: &Package,
        part: &str,
        context: Context,
        tail: &Tail,
    ) -> Result<Self, WorkbookError> {
        let scanner = Scanner::new(package.xml(part)?, part, package.limits());
        {
            let mut notes = context.notes.open();
            notes.filter = tail.filter;
            notes.protection = tail.protection;
            notes.tables.clone_from(&tail.tables);
        }
        let limits = Arc::clone(package.limits());
        Ok(Self {
            scanner,
            strings: context.strings,
            styles: context.styles,
            system: context.system,
            grid: Grid::new(context.notes, limits, &tail.merges),
            place: Place::Before,
            next_row: 0,
            next_column: 0,
            text: String::new(),
        })
    }

    /// Reads up to the cells.
    fn before(&mut self) -> Result<(), WorkbookError> {
        while self.place == Place::Before {
            match self.scanner.next()? {
                Event::Start(tag) if tag.name == b"sheetData" => {
                    self.place = if tag.empty {
                        Place::Behind
                    } else {
                        Place::Cells
                    };
                }
                Event::Start(tag) if tag.name == b"col" && tag.is_true(b"hidden") => {
                    // What is folded away has a sign above the columns that brings it back.
                    let folded = tag.number(b"outlineLevel").is_some_and(|level| level > 0);
                    if !folded
                        && let (Some(first), Some(last)) = (tag.number(b"min"), tag.number(b"max"))
                        && (1..=last).contains(&first)
                    {
                        let last = last.min(MAX_COLUMNS);
                        self.grid.notes().hidden_columns(first - 1, last - 1);
                    }
                }
                Event::Eof => self.place = Place::Behind,
                _ => {}
            }
        }
        Ok(())
    }

    /// Reads cells until the batch is full or the sheet ends.
    fn cells(&mut self, batch: &mut RowBatch) -> Result<(), WorkbookError> {
        loop {
            match self.scanner.next()? {
                Event::Start(tag) if tag.name == b"c" => {
                    let head = head(&tag, self.next_column);
                    self.next_column = head.column.saturating_add(1);
                    if !tag.empty {
                        self.cell(head, batch)?;
                    }
                }
                Event::Start(tag) if tag.name == b"row" => {
                    let number = tag.number(b"r").filter(|number| *number > 0);
                    let row = number.map_or(self.next_row, |number| number - 1);
                    let shown = if tag.is_true(b"hidden") {
                        Shown::Hidden
                    } else {
                        Shown::Yes
                    };
                    self.next_row = row.saturating_add(1);
                    self.next_column = 0;
                    self.grid.begin_row(row, shown)?;
                }
                Event::Start(tag) => {
                    if !tag.empty {
                        self.scanner.skip_element()?;
                    }
                }
                Event::End(b"row") => {
                    self.grid.end_row(batch)?;
                    if self.grid.is_full(batch) {
                        return Ok(());
                    }
                }
                Event::End(b"sheetData") | Event::Eof => {
                    self.place = Place::Behind;
                    self.grid.finish();
                    return Ok(());
                }
                Event::Text(_) | Event::Verbatim(_) | Event::End(_) => {}
            }
        }
    }

    /// Reads what stands inside a cell and puts its value into the grid.
    fn cell(&mut self, head: Head, batch: &mut RowBatch) -> Result<(), WorkbookError> {
        let mut formula = false;
        let mut value = None;
        self.text.clear();
        loop {
            match self.scanner.next()? {
                Event::Start(tag) => match tag.name {
                    b"v" if !tag.empty => value = self.value(head, batch)?.or(value),
                    b"is" if !tag.empty => {
                        rich_text(&mut self.scanner, &mut self.text)?;
                        value = Some(CellKind::Text);
                    }
                    name => {
                        formula |= name == b"f";
                        if !tag.empty {
                            self.scanner.skip_element()?;
                        }
                    }
                },
                Event::End(b"c") | Event::Eof => break,
                _ => {}
            }
        }
        let (row, column) = (self.grid.row(), head.column);
        match value {
            // Shared strings went straight into the grid.
            Some(_) if head.kind == Kind::Shared && self.text.is_empty() => Ok(()),
            Some(kind) => {
                if kind == CellKind::Text {
                    render_text(self.styles.format(head.style), 0, &mut self.text);
                }
                if kind == CellKind::Error {
                    self.grid.notes().error(row, column);
                }
                self.grid.push(batch, column, &self.text, kind)
            }
            None => {
                if formula && head.kind != Kind::Formula {
                    self.grid.notes().without_result(row, column);
                }
                Ok(())
            }
        }
    }

    /// Reads the content of `v`, up to its end tag.
    fn value(
        &mut self,
        head: Head,
        batch: &mut RowBatch,
    ) -> Result<Option<CellKind>, WorkbookError> {
        let mut found = None;
        let inside = self.scanner.depth();
        loop {
            let (raw, verbatim) = match self.scanner.next()? {
                Event::Text(raw) => (raw, false),
                Event::Verbatim(raw) => (raw, true),
                Event::End(_) | Event::Eof => break,
                Event::Start(_) => continue,
            };
            let text = &mut self.text;
            let (row, column) = (self.grid.row(), head.column);
            found = Some(match head.kind {
                Kind::Shared => {
                    let string = parse_u32(raw).and_then(|index| self.strings.get(index));
                    let Some(string) = string else {
                        return Err(WorkbookError::damaged(
                            self.scanner.part(),
                            format!(
                                "cell {} names a shared string that is not there",
                                crate::place::CellAddress::cell(row + 1, column)
                            ),
                        ));
                    };
                    if self.styles.format(head.style).dresses_text() {
                        text.push_str(string);
                    } else {
                        self.grid.push(batch, column, string, CellKind::Text)?;
                    }
                    CellKind::Text
                }
                Kind::Number => {
                    let format = self.styles.format(head.style);
                    match render_number_text(raw, format, self.system, text) {
                        Some(Rendered::Date) => CellKind::Date,
                        Some(Rendered::Number(digits)) => {
                            if digits == Digits::BeyondFifteen {
                                self.grid.notes().long_number(row, column);
                            }
                            CellKind::Number
                        }
                        // No number: kept as it is, and empty when there is only white space.
                        None => {
                            decode_into(raw.trim_ascii(), text);
                            CellKind::Text
                        }
                    }
                }
                Kind::Bool => {
                    text.push_str(if is_true(raw) { "TRUE" } else { "FALSE" });
                    CellKind::Bool
                }
                Kind::Iso => super::super::iso::push_iso(&String::from_utf8_lossy(raw), text),
                kind @ (Kind::Formula | Kind::Inline | Kind::Error) => {
                    if verbatim {
                        push_utf8(raw, text);
                    } else {
                        decode_into(raw, text);
                    }
                    if kind == Kind::Error {
                        CellKind::Error
                    } else {
                        CellKind::Text
                    }
                }
            });
        }
        while self.scanner.depth() >= inside {
            self.scanner.skip_element()?;
        }
        if head.kind == Kind::Formula {
            replace_escapes(&mut self.text, 0);
        }
        Ok(found)
    }
}

fn head(tag: &Tag<'_>, next: u32) -> Head {
    let mut head = Head {
        column: next,
        style: 0,
        kind: Kind::Number,
    };
    for (name, value) in tag.attributes() {
        match name {
            b"r" => head.column = parse_column(value).unwrap_or(next),
            b"s" => head.style = parse_u32(value).unwrap_or(0),
            b"t" => {
                head.kind = match value {
                    b"s" => Kind::Shared,
                    b"inlineStr" => Kind::Inline,
                    b"str" => Kind::Formula,
                    b"b" => Kind::Bool,
                    b"e" => Kind::Error,
                    b"d" => Kind::Iso,
                    _ => Kind::Number,
                }
            }
            _ => {}
        }
    }
    head
}

impl CellSource for SheetReader {
    fn fill(&mut self, batch: &mut RowBatch) -> Result<More, WorkbookError> {
        self.before()?;
        if self.place == Place::Cells {
            self.cells(batch)?;
        }
        Ok(if self.place == Place::Behind {
            More::No
        } else {
            More::Maybe
        })
    }
}
