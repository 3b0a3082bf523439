//! The cells of an XLSB sheet, streamed.

use std::sync::Arc;

use super::super::binary::{byte, error_text, f64_at, render_number, rk_at, u32_at};
use super::super::error::Limit;
use super::super::error::WorkbookError;
use super::super::format::{DateSystem, render_text};
use super::super::grid::{Grid, Merge, Shown};
use super::super::limits::{MAX_COLUMNS, within};
use super::super::notes::{Filter, Notebook, Protection};
use super::super::package::Package;
use super::super::rows::CellSource;
use super::super::xlsx::{Strings, Styles};
use super::record::{self, Records, push_wide};
use crate::More;
use crate::batch::{CellKind, RowBatch};
use crate::place::CellAddress;

/// More merged cells than any sheet has.
const MAX_MERGES: u64 = 4_000_000;

/// What a sheet needs of its workbook.
pub(super) struct Context {
    pub(super) strings: Arc<Strings>,
    pub(super) styles: Arc<Styles>,
    pub(super) system: DateSystem,
    pub(super) notes: Notebook,
}

/// Reads a sheet from the top.
pub(super) struct SheetReader {
    records: Records,
    strings: Arc<Strings>,
    styles: Arc<Styles>,
    system: DateSystem,
    grid: Grid,
    inside: bool,
    open_row: bool,
    next_column: u32,
    text: String,
}

impl SheetReader {
    pub(super) fn open(
        package: &Package,
        part: &str,
        context: Context,
    ) -> Result<Self, WorkbookError> {
        let limits = Arc::clone(package.limits());
        let merges = look_ahead(package, part, &context.notes)?;
        Ok(Self {
            records: Records::new(package.part(part)?, part, limits.token_bytes),
            strings: context.strings,
            styles: context.styles,
            system: context.system,
            grid: Grid::new(context.notes, limits, &merges),
            inside: false,
            open_row: false,
            next_column: 0,
            text: String::new(),
        })
    }

    /// Reads one record.
    fn step(&mut self, batch: &mut RowBatch) -> Result<Step, WorkbookError> {
        let Some((kind, data)) = self.records.next()? else {
            return Ok(Step::End);
        };
        match kind {
            record::BEGIN_CELLS => self.inside = true,
            record::END_CELLS => return Ok(Step::End),
            _ if !self.inside => {}
            record::ROW => {
                let (row, flags) = (u32_at(data, 0), byte(data, 11));
                if self.open_row {
                    self.grid.end_row(batch)?;
                }
                let shown = if flags & 0x10 == 0 {
                    Shown::Yes
                } else {
                    Shown::Hidden
                };
                self.open_row = true;
                self.next_column = 0;
                self.grid.begin_row(row, shown)?;
                return Ok(Step::Row);
            }
            record::RK..=record::SHORT_SHARED | record::RICH_TEXT if self.open_row => {
                // Short cells say no column and are otherwise alike.
                let short = (record::SHORT_BLANK..=record::SHORT_SHARED).contains(&kind);
                let column = if short {
                    self.next_column
                } else {
                    u32_at(data, 0)
                };
                let cell = data.get(if short { 0 } else { 4 }..).unwrap_or_default();
                let kind = if short {
                    kind - record::SHORT_BLANK + 1
                } else {
                    kind
                };
                self.next_column = column.saturating_add(1);
                self.text.clear();
                let place = Place {
                    grid: &self.grid,
                    column,
                    strings: &self.strings,
                    styles: &self.styles,
                    system: self.system,
                };
                let Some(found) = place.value(kind, cell, &mut self.text) else {
                    let at = CellAddress::cell(self.grid.row() + 1, column);
                    let what = format!("cell {at} names a shared string that is not there");
                    return Err(WorkbookError::damaged(self.records.part(), what));
                };
                self.grid.push(batch, column, &self.text, found)?;
            }
            0x01 => self.next_column = u32_at(data, 0).saturating_add(1),
            _ => {}
        }
        Ok(Step::Inside)
    }
}

/// What a record did.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// It ended a row, if any, and began another.
    Row,
    /// It belongs to a row or to none.
    Inside,
    /// It was the last.
    End,
}

/// Where a cell stands and what its value is looked up in.
struct Place<'a> {
    grid: &'a Grid,
    column: u32,
    strings: &'a Strings,
    styles: &'a Styles,
    system: DateSystem,
}

impl Place<'_> {
    /// Writes a cell's value; `None` when it names a string that is not there.
    fn value(&self, kind: u16, cell: &[u8], text: &mut String) -> Option<CellKind> {
        let format = self.styles.format(u32_at(cell, 0) & 0x00FF_FFFF);
        let number = |number: f64, text: &mut String| {
            render_number(number, format, self.system, (self.grid, self.column), text)
        };
        Some(match kind {
            record::RK => number(rk_at(cell, 4), text),
            record::REAL | record::FORMULA_NUMBER => number(f64_at(cell, 4), text),
            record::BOOL | record::FORMULA_BOOL => {
                text.push_str(if byte(cell, 4) == 0 { "FALSE" } else { "TRUE" });
                CellKind::Bool
            }
            record::ERROR | record::FORMULA_ERROR => {
                text.push_str(error_text(byte(cell, 4)));
                self.grid.notes().error(self.grid.row(), self.column);
                CellKind::Error
            }
            record::TEXT | record::FORMULA_TEXT | record::RICH_TEXT => {
                push_wide(cell, if kind == record::RICH_TEXT { 5 } else { 4 }, text);
                render_text(format, 0, text);
                CellKind::Text
            }
            record::SHARED => {
                text.push_str(self.strings.get(u32_at(cell, 4))?);
                render_text(format, 0, text);
                CellKind::Text
            }
            _ => CellKind::Text,
        })
    }
}

/// Reads what must be known before the cells, most of which stands behind them.
fn look_ahead(
    package: &Package,
    part: &str,
    notes: &Notebook,
) -> Result<Vec<Merge>, WorkbookError> {
    let limit = package.limits().token_bytes;
    let mut records = Records::new(package.part(part)?, part, limit);
    let mut merges = Vec::new();
    while let Some((kind, data)) = records.next()? {
        match kind {
            record::MERGE => {
                within(Limit::Cells, merges.len() as u64, MAX_MERGES)?;
                merges.push(Merge {
                    rows: (u32_at(data, 0), u32_at(data, 4)),
                    columns: (u32_at(data, 8), u32_at(data, 12)),
                });
            }
            record::COLUMNS if byte(data, 16) & 1 == 1 => {
                let (first, last) = (u32_at(data, 0), u32_at(data, 4).min(MAX_COLUMNS - 1));
                if first <= last {
                    notes.hidden_columns(first, last);
                }
            }
            record::FILTER => {
                let filter = &mut notes.open().filter;
                if *filter == Filter::None {
                    *filter = Filter::Buttons;
                }
            }
            record::FILTER_COLUMN => notes.open().filter = Filter::Active,
            record::PROTECTION | record::PROTECTION_ISO => {
                notes.open().protection = Protection::Protected;
            }
            _ => {}
        }
    }
    Ok(merges)
}

impl CellSource for SheetReader {
    fn fill(&mut self, batch: &mut RowBatch) -> Result<More, WorkbookError> {
        loop {
            match self.step(batch)? {
                Step::Row if self.grid.is_full(batch) => return Ok(More::Maybe),
                Step::Row | Step::Inside => {}
                Step::End => break,
            }
        }
        if self.open_row {
            self.grid.end_row(batch)?;
        }
        self.grid.finish();
        Ok(More::No)
    }
}
