//! A second opinion on a sheet that our own reader refuses because its rows or cells are out of
//! order: calamine reads it, within limits of its own, and the cells are put in order.
//!
//! The only file of this layer that names calamine. What calamine does not tell (number formats,
//! hidden rows) is lost, and R208 says so. Whatever goes wrong here, the first reader's refusal
//! stands.

use std::fmt::Write as _;
use std::io::Cursor;
use std::sync::Arc;

use calamine::{Cell, DataRef, ExcelDateTime, Reader, Xlsb, Xlsx};

use super::error::WorkbookError;
use super::format::{Digits, write_f64};
use super::grid::{Grid, Merge, Shown};
use super::iso::{push_duration, push_iso};
use super::limits::WorkbookLimits;
use super::notes::{CellRange, Notebook, Places, SheetReader};
use super::package::{Bytes, Package};
use super::rows::CellSource;
use crate::More;
use crate::batch::{CellKind, RowBatch};
use crate::caught::caught;
use crate::content::WorkbookFormat;

/// Larger files get no second opinion.
const FILE_BYTES: u64 = 64 << 20;
/// calamine inflates whatever there is and keeps it in memory.
const INFLATED_BYTES: u64 = 256 << 20;
/// The cells with a value; all of them are in memory at once.
const CELLS: u64 = 4_000_000;
/// Their text; a shared string can stand in every cell.
const TEXT_BYTES: u64 = 256 << 20;

/// What a second opinion needs: the file, the format it was found to have, and the sheet's name.
#[derive(Debug, Clone)]
pub(super) struct Second {
    pub(super) bytes: Bytes,
    pub(super) format: WorkbookFormat,
    pub(super) sheet: String,
    pub(super) notes: Notebook,
    pub(super) limits: Arc<WorkbookLimits>,
}

/// The rows of the first reader, or of the second one when the first stumbles over the order
/// before it has handed out anything.
pub(super) struct Either {
    source: Box<dyn CellSource>,
    second: Option<Second>,
}

impl Either {
    pub(super) fn new(source: Box<dyn CellSource>, second: Second) -> Self {
        Self {
            source,
            second: Some(second),
        }
    }
}

impl CellSource for Either {
    fn fill(&mut self, batch: &mut RowBatch) -> Result<More, WorkbookError> {
        let filled = self.source.fill(batch);
        // Once rows were handed out there is no way back.
        let second = self.second.take();
        if let (Err(WorkbookError::Disordered { .. }), Some(second)) = (&filled, second)
            && let Some(sorted) = second.read()
        {
            batch.clear();
            self.source = Box::new(sorted);
            return self.source.fill(batch);
        }
        filled
    }
}

impl Second {
    /// Whether there is a second reader for files of this format and size.
    pub(super) fn exists_for(format: WorkbookFormat, bytes: &Bytes) -> bool {
        let known = matches!(
            format,
            WorkbookFormat::Xlsx | WorkbookFormat::Xlsm | WorkbookFormat::Xlsb
        );
        known && bytes.as_ref().len() as u64 <= FILE_BYTES
    }

    /// The sheet's cells in order; none when calamine refuses as well, when the limits are
    /// reached, and when a cell is there twice with different values.
    fn read(self) -> Option<Sorted> {
        self.inflates_well().ok()?;
        let found = caught(|| self.cells())??;
        let found = found.in_order()?;
        let merges: Vec<Merge> = {
            let mut notes = self.notes.open();
            notes.read_by = SheetReader::Second;
            // These were counted up to where the first reader stumbled.
            notes.hidden_rows.clear();
            notes.carried.clear();
            notes.without_result = Places::default();
            notes.long_numbers = Places::default();
            notes.errors = Places::default();
            notes.covered = Places::default();
            let merged = std::mem::take(&mut notes.merged);
            merged.into_iter().map(merge_of).collect()
        };
        Some(Sorted {
            grid: Grid::new(self.notes, self.limits, &merges),
            found,
            at: 0,
        })
    }

    /// Inflates every part once: checksums, and no more than calamine may hold in memory.
    fn inflates_well(&self) -> Result<(), WorkbookError> {
        let limits = WorkbookLimits {
            inflated_bytes: self.limits.inflated_bytes.min(INFLATED_BYTES),
            ..WorkbookLimits::clone(&self.limits)
        };
        let package = Package::open(self.bytes.clone(), Arc::new(limits))?;
        for name in package.names() {
            std::io::copy(&mut package.part(name)?, &mut std::io::sink())
                .map_err(|error| WorkbookError::from_io(name, error))?;
        }
        Ok(())
    }

    fn cells(&self) -> Option<Found> {
        let bytes = Cursor::new(self.bytes.clone());
        let mut found = Found::within(&self.limits);
        if self.format == WorkbookFormat::Xlsb {
            let mut book = Xlsb::new(bytes).ok()?;
            only(&book.sheet_names(), &self.sheet)?;
            let mut cells = book.worksheet_cells_reader(&self.sheet).ok()?;
            while let Some(cell) = cells.next_cell().ok()? {
                found.add(&cell)?;
            }
        } else {
            let mut book = Xlsx::new(bytes).ok()?;
            only(&book.sheet_names(), &self.sheet)?;
            let mut cells = book.worksheet_cells_reader(&self.sheet).ok()?;
            while let Some(cell) = cells.next_cell().ok()? {
                found.add(&cell)?;
            }
        }
        Some(found)
    }
}

/// calamine finds sheets by name: the name must stand for one sheet.
fn only(names: &[String], name: &str) -> Option<()> {
    (names.iter().filter(|other| *other == name).count() == 1).then_some(())
}

fn merge_of(range: CellRange) -> Merge {
    Merge {
        rows: (
            range.rows.first.saturating_sub(1),
            range.rows.last.saturating_sub(1),
        ),
        columns: (range.columns.first, range.columns.last),
    }
}

/// A cell with a value.
#[derive(Debug, Clone, Copy)]
struct Place {
    row: u32,
    column: u32,
    kind: CellKind,
    /// More digits than a spreadsheet program keeps.
    long: bool,
    start: usize,
    end: usize,
}

/// The cells of a sheet, in whatever order.
#[derive(Debug)]
struct Found {
    places: Vec<Place>,
    text: String,
    most_cells: u64,
    most_text: u64,
}

impl Found {
    fn within(limits: &WorkbookLimits) -> Self {
        Self {
            places: Vec::new(),
            text: String::new(),
            most_cells: limits.cells.min(CELLS),
            most_text: limits.strings_bytes.min(TEXT_BYTES),
        }
    }

    /// Keeps a cell that has a value; none when there are too many.
    fn add(&mut self, cell: &Cell<DataRef<'_>>) -> Option<()> {
        let start = self.text.len();
        let (kind, digits) = write_value(cell.get_value(), &mut self.text);
        let end = self.text.len();
        if start == end {
            return Some(());
        }
        let (row, column) = cell.get_position();
        self.places.push(Place {
            row,
            column,
            kind,
            long: digits == Digits::BeyondFifteen,
            start,
            end,
        });
        let fits = self.places.len() as u64 <= self.most_cells && end as u64 <= self.most_text;
        fits.then_some(())
    }

    /// Row by row and cell by cell; none when two values claim one cell.
    fn in_order(mut self) -> Option<Self> {
        self.places.sort_by_key(|place| (place.row, place.column));
        let text = &self.text;
        let value = |place: &Place| (place.kind, &text[place.start..place.end]);
        let same = |one: &Place, other: &Place| (one.row, one.column) == (other.row, other.column);
        let mut pairs = self.places.windows(2);
        if pairs.any(|pair| same(&pair[0], &pair[1]) && value(&pair[0]) != value(&pair[1])) {
            return None;
        }
        self.places.dedup_by(|one, other| same(one, other));
        Some(self)
    }
}

/// Appends a value as our own readers would, as far as calamine knows it.
fn write_value(value: &DataRef<'_>, text: &mut String) -> (CellKind, Digits) {
    let kind = match value {
        DataRef::Empty => CellKind::Text,
        DataRef::String(string) => {
            text.push_str(string);
            CellKind::Text
        }
        DataRef::SharedString(string) => {
            text.push_str(string);
            CellKind::Text
        }
        DataRef::Bool(value) => {
            text.push_str(if *value { "TRUE" } else { "FALSE" });
            CellKind::Bool
        }
        DataRef::Error(error) => {
            text.push_str(&error.to_string());
            CellKind::Error
        }
        DataRef::Int(number) => {
            text.push_str(&number.to_string());
            let long = number.unsigned_abs() >= 1_000_000_000_000_000;
            let digits = if long {
                Digits::BeyondFifteen
            } else {
                Digits::Kept
            };
            return (CellKind::Number, digits);
        }
        DataRef::Float(number) => return (CellKind::Number, write_f64(*number, text)),
        DataRef::DateTime(date) => return write_date(date, text),
        DataRef::DateTimeIso(iso) => push_iso(iso, text),
        DataRef::DurationIso(iso) => push_duration(iso, text),
    };
    (kind, Digits::Kept)
}

/// A date without a time when it has none: which of them the format shows is not known.
fn write_date(date: &ExcelDateTime, text: &mut String) -> (CellKind, Digits) {
    /// The day after 9999-12-31.
    const END: f64 = 2_958_466.0;
    const SECONDS: f64 = 86_400.0;
    let serial = date.as_f64();
    if !(0.0..END).contains(&serial) {
        return (CellKind::Number, write_f64(serial, text));
    }
    let days = serial.floor();
    let seconds = ((serial - days) * SECONDS).round().min(SECONDS - 1.0);
    if date.is_duration() {
        write_time(days * SECONDS + seconds, text);
        return (CellKind::Date, Digits::Kept);
    }
    if serial >= 1.0 {
        // calamine knows from which year the workbook counts.
        let (year, month, day, ..) = date.to_ymd_hms_milli();
        // Writing to a string does not fail.
        let _ = write!(text, "{year:04}-{month:02}-{day:02}");
        if seconds > 0.0 {
            text.push('T');
        }
    }
    if serial < 1.0 || seconds > 0.0 {
        write_time(seconds, text);
    }
    (CellKind::Date, Digits::Kept)
}

fn write_time(seconds: f64, text: &mut String) {
    let (hours, rest) = ((seconds / 3600.0).floor(), seconds % 3600.0);
    let (minutes, seconds) = ((rest / 60.0).floor(), rest % 60.0);
    let _ = write!(text, "{hours:02}:{minutes:02}:{seconds:02}");
}

/// The cells in order, as rows.
struct Sorted {
    grid: Grid,
    found: Found,
    at: usize,
}

impl CellSource for Sorted {
    fn fill(&mut self, batch: &mut RowBatch) -> Result<More, WorkbookError> {
        let places = &self.found.places;
        while let Some(first) = places.get(self.at) {
            if self.grid.is_full(batch) {
                return Ok(More::Maybe);
            }
            self.grid.begin_row(first.row, Shown::Yes)?;
            while let Some(place) = places.get(self.at).filter(|place| place.row == first.row) {
                let text = &self.found.text[place.start..place.end];
                if place.long {
                    self.grid.notes().long_number(place.row, place.column);
                }
                if place.kind == CellKind::Error {
                    self.grid.notes().error(place.row, place.column);
                }
                self.grid.push(batch, place.column, text, place.kind)?;
                self.at += 1;
            }
            self.grid.end_row(batch)?;
        }
        self.grid.finish();
        Ok(More::No)
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType::{DateTime, TimeDelta};

    use super::*;

    fn shown(value: &DataRef<'_>) -> String {
        let mut text = String::new();
        let (kind, digits) = write_value(value, &mut text);
        let long = if digits == Digits::BeyondFifteen {
            " long"
        } else {
            ""
        };
        format!("{kind:?} {text}{long}")
    }

    #[test]
    fn values_are_written_as_our_readers_write_them() {
        let date = |serial, kind, is_1904| {
            shown(&DataRef::DateTime(ExcelDateTime::new(
                serial, kind, is_1904,
            )))
        };
        assert_eq!(date(46_387.0, DateTime, false), "Date 2026-12-31");
        assert_eq!(date(44_925.0, DateTime, true), "Date 2026-12-31");
        assert_eq!(date(46_387.75, DateTime, false), "Date 2026-12-31T18:00:00");
        assert_eq!(date(0.25, DateTime, false), "Date 06:00:00");
        assert_eq!(date(1.25, TimeDelta, false), "Date 30:00:00");
        assert_eq!(date(-1.0, DateTime, false), "Number -1");
        assert_eq!(shown(&DataRef::Float(0.1 + 0.2)), "Number 0.3");
        assert_eq!(
            shown(&DataRef::Int(1_234_567_890_123_456)),
            "Number 1234567890123456 long"
        );
        assert_eq!(shown(&DataRef::Bool(true)), "Bool TRUE");
        assert_eq!(
            shown(&DataRef::Error(calamine::CellErrorType::NA)),
            "Error #N/A"
        );
        assert_eq!(
            shown(&DataRef::DateTimeIso("2026-11-23T20:15".into())),
            "Date 2026-11-23T20:15:00"
        );
    }
}
