//! The cells of an XLS sheet. They need not stand in order, so they are collected first; a sheet of
//! this format has 65,536 rows at most.

use std::collections::HashSet;
use std::sync::Arc;

use super::super::binary::{byte, error_text, f64_at, rk_at, u16_at};
use super::super::error::Limit;
use super::super::error::WorkbookError;
use super::super::format::{Digits, Rendered, render_f64, render_text};
use super::super::grid::{Grid, Merge, Shown};
use super::super::limits::{WorkbookLimits, within};
use super::super::notes::{Filter, Notebook, Protection};
use super::super::rows::CellSource;
use super::globals::Globals;
use super::record::{self, Records};
use crate::More;
use crate::batch::{CellKind, RowBatch};
use crate::place::CellAddress;

/// A cell with its value in `Collected::text`.
#[derive(Debug, Clone, Copy)]
struct Cell {
    row: u16,
    column: u16,
    start: u32,
    end: u32,
    kind: CellKind,
    note: Note,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Note {
    None,
    LongNumber,
}

/// A sheet's cells and what belongs to them.
#[derive(Debug, Default)]
pub(super) struct Collected {
    text: String,
    cells: Vec<Cell>,
    merges: Vec<Merge>,
    hidden: HashSet<u16>,
}

/// Reads the records of the sheet that begins at `place`.
pub(super) fn collect(
    stream: &[u8],
    place: usize,
    globals: &Globals,
    notes: &Notebook,
    limits: &WorkbookLimits,
) -> Result<Collected, WorkbookError> {
    let mut found = Collected::default();
    let mut records = Records::new(stream, place);
    if records
        .clone()
        .next()
        .is_none_or(|record| record.kind != record::BEGIN)
    {
        return Err(WorkbookError::damaged(
            "workbook",
            "a sheet is not where it should be",
        ));
    }
    let mut depth = 0_u32;
    // The cell of the last formula, whose text follows in a record of its own.
    let mut formula = None;
    while let Some(record) = records.next() {
        let data = record.data;
        match record.kind {
            record::BEGIN => depth += 1,
            record::EOF => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            // Charts inside the sheet have cells of their own.
            _ if depth > 1 => {}
            record::FORMULA => {
                formula = found.formula(data, globals);
            }
            record::FORMULA_TEXT => {
                if let Some((row, column)) = formula.take() {
                    let mut whole = data.to_vec();
                    for more in records.continued() {
                        // Each continued piece says its width again; it is always the same.
                        whole.extend_from_slice(more.get(1..).unwrap_or_default());
                    }
                    let start = found.text.len();
                    globals.strings.push(&whole, 0, 2, &mut found.text);
                    found.end(row, column, start, CellKind::Text);
                }
            }
            record::MERGES => found.merges(data),
            record::ROW => {
                if byte(data, 12) & 0x20 != 0 {
                    found.hidden.insert(u16_at(data, 0));
                }
            }
            kind => {
                found.cell(kind, data, globals)?;
                sheet_note(kind, data, notes);
            }
        }
        let bytes = (found.text.len() + found.cells.len() * size_of::<Cell>()) as u64;
        within(
            Limit::Strings,
            bytes,
            limits.strings_bytes.min(u64::from(u32::MAX)),
        )?;
    }
    let ordered = found.cells.is_sorted_by_key(|cell| (cell.row, cell.column));
    if !ordered {
        found.cells.sort_by_key(|cell| (cell.row, cell.column));
    }
    Ok(found)
}

fn sheet_note(kind: u16, data: &[u8], notes: &Notebook) {
    match kind {
        record::COLUMNS if u16_at(data, 8) & 1 == 1 => {
            let (first, last) = (u16_at(data, 0), u16_at(data, 2).min(255));
            if first <= last {
                notes.hidden_columns(first.into(), last.into());
            }
        }
        record::PROTECT if u16_at(data, 0) == 1 => {
            notes.open().protection = Protection::Protected;
        }
        record::FILTER => {
            let filter = &mut notes.open().filter;
            if *filter == Filter::None {
                *filter = Filter::Buttons;
            }
        }
        record::FILTER_MODE => notes.open().filter = Filter::Active,
        _ => {}
    }
}

impl Collected {
    /// Ends the cell whose text begins at `start`.
    fn end(&mut self, row: u16, column: u16, start: usize, kind: CellKind) {
        // The caller holds the text below 4 GiB.
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.cells.push(Cell {
            row,
            column,
            start: place(start),
            end: place(self.text.len()),
            kind,
            note: Note::None,
        });
    }

    fn number(&mut self, (row, column): (u16, u16), style: u16, number: f64, globals: &Globals) {
        if !number.is_finite() {
            return;
        }
        let start = self.text.len();
        let format = globals.styles.format(style.into());
        let rendered = render_f64(number, format, globals.system, &mut self.text);
        let kind = match rendered {
            Rendered::Date => CellKind::Date,
            Rendered::Number(_) => CellKind::Number,
        };
        self.end(row, column, start, kind);
        if rendered == Rendered::Number(Digits::BeyondFifteen)
            && let Some(cell) = self.cells.last_mut()
        {
            cell.note = Note::LongNumber;
        }
    }

    fn bool_or_error(&mut self, (row, column): (u16, u16), is_error: bool, value: u8) {
        let start = self.text.len();
        let (text, kind) = match (is_error, value) {
            (true, code) => (error_text(code), CellKind::Error),
            (false, 0) => ("FALSE", CellKind::Bool),
            (false, _) => ("TRUE", CellKind::Bool),
        };
        self.text.push_str(text);
        self.end(row, column, start, kind);
    }

    /// Reads a formula's result; hands back its cell when a text follows.
    fn formula(&mut self, data: &[u8], globals: &Globals) -> Option<(u16, u16)> {
        let at = (u16_at(data, 0), u16_at(data, 2));
        if u16_at(data, 12) != 0xFFFF {
            self.number(at, u16_at(data, 4), f64_at(data, 6), globals);
            return None;
        }
        match byte(data, 6) {
            0 => Some(at),
            1 => {
                self.bool_or_error(at, false, byte(data, 8));
                None
            }
            2 => {
                self.bool_or_error(at, true, byte(data, 8));
                None
            }
            _ => None,
        }
    }

    /// Reads a cell that stands in one record; anything else is none.
    fn cell(&mut self, kind: u16, data: &[u8], globals: &Globals) -> Result<(), WorkbookError> {
        let (row, column) = (u16_at(data, 0), u16_at(data, 2));
        let style = u16_at(data, 4);
        match kind {
            record::NUMBER => self.number((row, column), style, f64_at(data, 6), globals),
            record::RK => self.number((row, column), style, rk_at(data, 6), globals),
            record::MULTI_RK => {
                let cells = data
                    .get(4..data.len().saturating_sub(2))
                    .unwrap_or_default();
                for (at, cell) in (column..).zip(cells.chunks_exact(6)) {
                    self.number((row, at), u16_at(cell, 0), rk_at(cell, 2), globals);
                }
            }
            record::BOOL_OR_ERROR => {
                self.bool_or_error((row, column), byte(data, 7) != 0, byte(data, 6));
            }
            record::SHARED | record::LABEL | record::RICH_TEXT => {
                let start = self.text.len();
                if kind == record::SHARED {
                    let number = super::super::binary::u32_at(data, 6);
                    let Some(string) = globals.shared.get(number) else {
                        let at = CellAddress::cell(u32::from(row) + 1, column.into());
                        let what = format!("cell {at} names a shared string that is not there");
                        return Err(WorkbookError::damaged("workbook", what));
                    };
                    self.text.push_str(string);
                } else {
                    globals.strings.push(data, 6, 2, &mut self.text);
                }
                render_text(globals.styles.format(style.into()), start, &mut self.text);
                self.end(row, column, start, CellKind::Text);
            }
            _ => {}
        }
        Ok(())
    }

    fn merges(&mut self, data: &[u8]) {
        let ranges = data.get(2..).unwrap_or_default().chunks_exact(8);
        self.merges.extend(ranges.map(|range| Merge {
            rows: (u16_at(range, 0).into(), u16_at(range, 2).into()),
            columns: (u16_at(range, 4).into(), u16_at(range, 6).into()),
        }));
    }
}

/// Hands the collected cells out.
pub(super) struct SheetReader {
    sheet: Collected,
    grid: Grid,
    next: usize,
}

impl SheetReader {
    pub(super) fn new(sheet: Collected, notes: Notebook, limits: Arc<WorkbookLimits>) -> Self {
        Self {
            grid: Grid::new(notes, limits, &sheet.merges),
            sheet,
            next: 0,
        }
    }

    fn put_row(&mut self, batch: &mut RowBatch, row: u16) -> Result<(), WorkbookError> {
        let hidden = self.sheet.hidden.contains(&row);
        let shown = if hidden { Shown::Hidden } else { Shown::Yes };
        self.grid.begin_row(row.into(), shown)?;
        while let Some(cell) = self
            .sheet
            .cells
            .get(self.next)
            .filter(|cell| cell.row == row)
        {
            self.next += 1;
            let further = self.sheet.cells.get(self.next);
            if further.is_some_and(|next| (next.row, next.column) == (cell.row, cell.column)) {
                // A cell that is written twice: the last one counts.
                continue;
            }
            let (row, column) = (u32::from(cell.row), u32::from(cell.column));
            if cell.kind == CellKind::Error {
                self.grid.notes().error(row, column);
            }
            if cell.note == Note::LongNumber {
                self.grid.notes().long_number(row, column);
            }
            let text = &self.sheet.text[cell.start as usize..cell.end as usize];
            self.grid.push(batch, column, text, cell.kind)?;
        }
        self.grid.end_row(batch)
    }
}

impl CellSource for SheetReader {
    fn fill(&mut self, batch: &mut RowBatch) -> Result<More, WorkbookError> {
        while let Some(cell) = self.sheet.cells.get(self.next) {
            self.put_row(batch, cell.row)?;
            if self.grid.is_full(batch) {
                return Ok(More::Maybe);
            }
        }
        self.grid.finish();
        Ok(More::No)
    }
}
