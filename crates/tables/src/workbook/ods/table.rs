//! The cells of an ODS table, streamed; repeated cells and rows are unfolded within the
//! limits.

use std::sync::Arc;

use super::super::error::WorkbookError;
use super::super::format::{DateSystem, Digits, Rendered, render_number_text};
use super::super::grid::{Grid, Merge, Shown};
use super::super::iso::{push_duration, push_iso};
use super::super::limits::{MAX_COLUMNS, MAX_ROWS, WorkbookLimits};
use super::super::notes::{Filter, Notebook};
use super::super::rows::CellSource;
use super::super::transcode::PartReader;
use super::super::xml::{Event, Scanner, Tag};
use super::super::xmltext::decoded;
use super::styles::{DateShows, Styles};
use super::text::paragraph;
use crate::More;
use crate::batch::{CellKind, RowBatch};

/// Reads a table from the top.
pub(super) struct TableReader {
    scanner: Scanner<PartReader>,
    styles: Arc<Styles>,
    grid: Grid,
    /// The default style of columns: the first column behind each run, and its style.
    columns: Vec<(u32, Option<String>)>,
    next_row: u32,
    row: RowBuffer,
    ended: bool,
}

/// Whether a table has anything in it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cells {
    /// Its element was just entered.
    Follow,
    /// It is empty.
    None,
}

/// A row that is read once and may be repeated.
#[derive(Default)]
struct RowBuffer {
    text: String,
    cells: Vec<Filled>,
    shown: Option<Shown>,
    style: Option<String>,
    /// How often it still stands.
    left: u32,
    next_column: u32,
}

/// A cell with a value, or several alike side by side.
struct Filled {
    column: u32,
    count: u32,
    text: (usize, usize),
    kind: CellKind,
    notes: CellNotes,
    /// How many rows and columns it spans.
    span: (u32, u32),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum CellNotes {
    None,
    Error,
    LongNumber,
    WithoutResult,
}

/// What a cell's tag says.
struct Head {
    count: u32,
    span: (u32, u32),
    style: Option<String>,
    value: Value,
    formula: bool,
}

/// What a spreadsheet program shows for truth values that it keeps as numbers.
const TRUTH: [&str; 2] = ["TRUE", "FALSE"];

enum Value {
    /// What the paragraphs say.
    Text(Option<String>),
    Number(String),
    Amount(String),
    Date(String),
    Time(String),
    Bool(bool),
    Error,
    None,
}

impl TableReader {
    pub(super) fn new(
        scanner: Scanner<PartReader>,
        cells: Cells,
        styles: Arc<Styles>,
        notes: Notebook,
        limits: Arc<WorkbookLimits>,
    ) -> Self {
        Self {
            scanner,
            styles,
            grid: Grid::new(notes, limits, &[]),
            columns: Vec::new(),
            next_row: 0,
            row: RowBuffer::default(),
            ended: cells == Cells::None,
        }
    }

    /// Reads up to the end of the next row; `false` at the end of the table.
    fn next_row(&mut self) -> Result<bool, WorkbookError> {
        loop {
            match self.scanner.next()? {
                Event::Start(tag) => match tag.name {
                    b"table-row" => {
                        self.row.begin(&tag);
                        if tag.local(b"visibility") == Some(b"filter") {
                            self.grid.notes().open().filter = Filter::Active;
                        }
                        if !tag.empty {
                            self.read_row()?;
                        }
                        return Ok(true);
                    }
                    b"table-column" => {
                        let count = tag.number(b"number-columns-repeated").unwrap_or(1);
                        let hidden =
                            matches!(tag.local(b"visibility"), Some(b"collapse" | b"filter"));
                        let style = tag.text(b"default-cell-style-name");
                        self.column(count, hidden, style);
                    }
                    // Groups and headers of rows and columns hold rows and columns.
                    name if name.starts_with(b"table-row")
                        || name.starts_with(b"table-column")
                        || name == b"table-header-rows"
                        || name == b"table-header-columns" => {}
                    _ => {
                        if !tag.empty {
                            self.scanner.skip_element()?;
                        }
                    }
                },
                Event::End(b"table") | Event::Eof => return Ok(false),
                _ => {}
            }
        }
    }

    fn column(&mut self, count: u32, hidden: bool, style: Option<String>) {
        let first = self.columns.last().map_or(0, |(end, _)| *end);
        let end = first.saturating_add(count).min(MAX_COLUMNS);
        if end <= first {
            return;
        }
        // A hidden rest of the sheet hides nothing that is there.
        if hidden && end < MAX_COLUMNS {
            self.grid.notes().hidden_columns(first, end - 1);
        }
        self.columns.push((end, style));
    }

    fn read_row(&mut self) -> Result<(), WorkbookError> {
        loop {
            match self.scanner.next()? {
                Event::Start(tag) => match tag.name {
                    b"table-cell" => {
                        let (head, empty) = (head(&tag), tag.empty);
                        self.cell(&head, empty)?;
                    }
                    b"covered-table-cell" => {
                        let count = tag.number(b"number-columns-repeated").unwrap_or(1);
                        self.row.next_column = self.row.next_column.saturating_add(count);
                        if !tag.empty {
                            self.scanner.skip_element()?;
                        }
                    }
                    _ => {
                        if !tag.empty {
                            self.scanner.skip_element()?;
                        }
                    }
                },
                Event::End(b"table-row") | Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn cell(&mut self, head: &Head, empty: bool) -> Result<(), WorkbookError> {
        let start = self.row.text.len();
        let mut paragraphs = 0;
        if !empty {
            let outside = self.scanner.depth() - 1;
            while self.scanner.depth() > outside {
                match self.scanner.next()? {
                    Event::Start(tag) if tag.name == b"p" => {
                        if paragraphs > 0 {
                            self.row.text.push('\n');
                        }
                        paragraphs += 1;
                        if !tag.empty {
                            paragraph(&mut self.scanner, &mut self.row.text)?;
                        }
                    }
                    // Comments and drawings.
                    Event::Start(tag) if !tag.empty => self.scanner.skip_element()?,
                    Event::Eof => break,
                    _ => {}
                }
            }
        }
        let column = self.row.next_column;
        self.row.next_column = column.saturating_add(head.count);
        let (kind, notes) = self.value(head, start, paragraphs > 0, column);
        let end = self.row.text.len();
        if end > start || notes != CellNotes::None {
            self.row.cells.push(Filled {
                column,
                count: head.count,
                text: (start, end),
                kind,
                notes,
                span: head.span,
            });
        }
        Ok(())
    }

    /// Makes the text behind `start` the cell's value.
    fn value(
        &mut self,
        head: &Head,
        start: usize,
        shown: bool,
        column: u32,
    ) -> (CellKind, CellNotes) {
        let style = head.style.as_deref().or(self.row.style.as_deref());
        let style = style.or_else(|| {
            let run = self.columns.iter().find(|(end, _)| column < *end)?;
            run.1.as_deref()
        });
        let style = self.styles.cell(style.unwrap_or(""));
        let text = &mut self.row.text;
        if matches!(head.value, Value::Number(_)) && TRUTH.contains(&&text[start..]) {
            return (CellKind::Bool, CellNotes::None);
        }
        if !matches!(head.value, Value::Text(_) | Value::Error | Value::None) {
            text.truncate(start);
        }
        let kind = match &head.value {
            Value::Number(number) => {
                let plain = super::super::format::NumberFormat::Plain;
                let meant = style.date == DateShows::Unknown;
                let format = if meant { &style.format } else { &plain };
                let system = DateSystem::From1900;
                match render_number_text(number.as_bytes(), format, system, text) {
                    Some(Rendered::Number(Digits::BeyondFifteen)) => {
                        return (CellKind::Number, CellNotes::LongNumber);
                    }
                    Some(_) => CellKind::Number,
                    None => CellKind::Text,
                }
            }
            Value::Amount(number) => {
                let plain = super::super::format::NumberFormat::Plain;
                render_number_text(number.as_bytes(), &plain, DateSystem::From1900, text);
                CellKind::Number
            }
            Value::Date(date) => {
                push_iso(date, text);
                let bare = !text[start..].contains('T');
                match style.date {
                    DateShows::Day if !bare => text.truncate(start + "2026-11-23".len()),
                    DateShows::Time if bare => text.push_str("T00:00:00"),
                    _ => {}
                }
                CellKind::Date
            }
            Value::Time(time) => push_duration(time, text),
            Value::Bool(value) => {
                text.push_str(if *value { "TRUE" } else { "FALSE" });
                CellKind::Bool
            }
            Value::Error => return (CellKind::Error, CellNotes::Error),
            Value::Text(instead) => {
                if let (Some(instead), false) = (instead, shown) {
                    text.push_str(instead);
                }
                let failed = head.formula
                    && instead.as_deref() == Some("")
                    && (text[start..].starts_with('#') || text[start..].starts_with("Err:"));
                if failed {
                    return (CellKind::Error, CellNotes::Error);
                }
                CellKind::Text
            }
            Value::None if head.formula && !shown => {
                return (CellKind::Text, CellNotes::WithoutResult);
            }
            Value::None => CellKind::Text,
        };
        (kind, CellNotes::None)
    }

    /// Puts the row into the grid once.
    fn put(&mut self, batch: &mut RowBatch) -> Result<(), WorkbookError> {
        let row = self.next_row;
        self.next_row += 1;
        self.row.left -= 1;
        let shown = self.row.shown.unwrap_or(Shown::Yes);
        self.grid.begin_row(row, shown)?;
        for cell in &self.row.cells {
            match cell.notes {
                CellNotes::None => {}
                CellNotes::Error => self.grid.notes().error(row, cell.column),
                CellNotes::LongNumber => self.grid.notes().long_number(row, cell.column),
                CellNotes::WithoutResult => self.grid.notes().without_result(row, cell.column),
            }
            let (rows, columns) = cell.span;
            if rows > 1 || columns > 1 {
                self.grid.merge(Merge {
                    rows: (row, row.saturating_add(rows.max(1) - 1)),
                    columns: (cell.column, cell.column.saturating_add(columns.max(1) - 1)),
                });
            }
            let text = &self.row.text[cell.text.0..cell.text.1];
            if !text.is_empty() {
                for column in cell.column..cell.column.saturating_add(cell.count) {
                    self.grid.push(batch, column, text, cell.kind)?;
                }
            }
        }
        self.grid.end_row(batch)
    }
}

impl RowBuffer {
    fn begin(&mut self, tag: &Tag<'_>) {
        self.text.clear();
        self.cells.clear();
        self.next_column = 0;
        self.left = tag.number(b"number-rows-repeated").unwrap_or(1).max(1);
        self.style = tag.text(b"default-cell-style-name");
        self.shown = Some(match tag.local(b"visibility") {
            Some(b"collapse" | b"filter") => Shown::Hidden,
            _ => Shown::Yes,
        });
    }
}

fn head(tag: &Tag<'_>) -> Head {
    let mut kind: &[u8] = b"";
    let (mut value, mut failed) = (None, false);
    let mut head = Head {
        count: 1,
        span: (1, 1),
        style: None,
        value: Value::None,
        formula: false,
    };
    for (name, raw) in tag.attributes() {
        let number = || super::super::xmltext::parse_u32(raw).unwrap_or(1).max(1);
        match name {
            b"table:number-columns-repeated" => head.count = number(),
            b"table:number-rows-spanned" => head.span.0 = number().min(MAX_ROWS),
            b"table:number-columns-spanned" => head.span.1 = number().min(MAX_COLUMNS),
            b"table:style-name" => head.style = Some(decoded(raw)),
            b"table:formula" => head.formula = true,
            b"office:value-type" => kind = raw,
            b"calcext:value-type" => failed = raw == b"error",
            b"office:value"
            | b"office:date-value"
            | b"office:time-value"
            | b"office:boolean-value"
            | b"office:string-value" => value = Some(decoded(raw)),
            _ => {}
        }
    }
    head.value = match (kind, value) {
        _ if failed => Value::Error,
        (b"float", Some(value)) => Value::Number(value),
        (b"percentage" | b"currency", Some(value)) => Value::Amount(value),
        (b"date", Some(value)) => Value::Date(value),
        (b"time", Some(value)) => Value::Time(value),
        (b"boolean", Some(value)) => Value::Bool(value.trim() == "true"),
        (b"string", value) => Value::Text(value),
        _ => Value::None,
    };
    head
}

impl CellSource for TableReader {
    fn fill(&mut self, batch: &mut RowBatch) -> Result<More, WorkbookError> {
        while !self.ended {
            if self.row.left == 0 {
                self.ended = !self.next_row()?;
                continue;
            }
            if self.row.cells.is_empty() {
                // Empty rows are handed out only when another follows.
                self.next_row = self.next_row.saturating_add(self.row.left);
                self.row.left = 0;
                continue;
            }
            self.put(batch)?;
            if self.grid.is_full(batch) {
                return Ok(More::Maybe);
            }
        }
        self.grid.finish();
        Ok(More::No)
    }
}
