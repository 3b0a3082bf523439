//! Where readers of all formats put their cells: fills gaps with empty cells and rows, carries
//! merged cells down, counts against the limits. Knows no file format.

use std::collections::HashMap;
use std::sync::Arc;

use super::error::{Limit, WorkbookError};
use super::limits::{MAX_COLUMNS, MAX_ROWS, WorkbookLimits};
use super::notes::{CellRange, Notebook, Span};
use crate::batch::{CellKind, RowBatch};

/// Whether a row is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// As usual.
    Yes,
    /// By hand, by a filter or in a folded group.
    Hidden,
}

/// How many merged cells may reach into one row; further ones are not carried.
const MAX_LABELS: usize = 256;

/// A rectangle as files count: rows and columns from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Merge {
    pub(super) rows: (u32, u32),
    pub(super) columns: (u32, u32),
}

/// A merged cell whose value labels the rows below.
#[derive(Debug)]
struct Label {
    merge: Merge,
    text: String,
    kind: CellKind,
    carried: bool,
}

/// The sheet as it is filled, row by row from the top and cell by cell from the left.
#[derive(Debug)]
pub(super) struct Grid {
    notes: Notebook,
    limits: Arc<WorkbookLimits>,
    /// The merged cells that are still to come, by their first cell.
    merges: HashMap<(u32, u32), Merge>,
    /// Those that reach into the row.
    labels: Vec<Label>,
    /// The row that is being filled, from 0.
    row: Option<u32>,
    shown: Shown,
    /// The next column of the row, from 0; 0 means nothing was put into the row.
    column: u32,
    /// How many rows were handed out.
    rows: u32,
    /// How many cells there were so far, and how many when the last batch was handed on.
    cells: u64,
    handed_on: u64,
}

impl Grid {
    /// A grid for a sheet whose merged cells are known.
    pub(super) fn new(notes: Notebook, limits: Arc<WorkbookLimits>, merges: &[Merge]) -> Self {
        let mut grid = Self {
            notes,
            limits,
            merges: HashMap::new(),
            labels: Vec::new(),
            row: None,
            shown: Shown::Yes,
            column: 0,
            rows: 0,
            cells: 0,
            handed_on: 0,
        };
        for merge in merges {
            grid.merge(*merge);
        }
        grid
    }

    /// Announces a merged cell; its first cell must still be to come.
    pub(super) fn merge(&mut self, merge: Merge) {
        let (top, bottom) = merge.rows;
        let (left, right) = merge.columns;
        if bottom < top || right < left || (bottom, right) == (top, left) {
            return;
        }
        self.notes.open().merged.push(merge.range());
        self.merges.insert((top, left), merge);
    }

    /// The notes of the sheet.
    pub(super) fn notes(&self) -> &Notebook {
        &self.notes
    }

    /// The row that is being filled, from 0.
    pub(super) fn row(&self) -> u32 {
        self.row.unwrap_or(0)
    }

    /// Begins a row, counted from 0. Rows come in order.
    pub(super) fn begin_row(&mut self, row: u32, shown: Shown) -> Result<(), WorkbookError> {
        if row >= MAX_ROWS {
            return Err(Limit::Rows.exceeded(u64::from(MAX_ROWS)));
        }
        if self.row.is_some_and(|last| row <= last) {
            let what = format!("row {} stands behind row {}", row + 1, self.row() + 1);
            return Err(WorkbookError::disordered(what));
        }
        self.row = Some(row);
        self.shown = shown;
        self.column = 0;
        if !self.labels.is_empty() {
            self.retire(row);
        }
        Ok(())
    }

    /// Puts a value into the row; an empty one is not there. Cells come in order.
    pub(super) fn push(
        &mut self,
        batch: &mut RowBatch,
        column: u32,
        text: &str,
        kind: CellKind,
    ) -> Result<(), WorkbookError> {
        if text.is_empty() {
            return Ok(());
        }
        if !self.labels.is_empty() && self.is_covered(column) {
            self.notes.covered(self.row(), column);
            return Ok(());
        }
        if column != self.column || column == 0 || column >= MAX_COLUMNS {
            self.advance(batch, column)?;
        }
        batch.push_cell(text, kind);
        self.cells += 1;
        self.column = column + 1;
        if !self.merges.is_empty()
            && let Some(merge) = self.merges.remove(&(self.row(), column))
            && self.labels.len() < MAX_LABELS
        {
            self.labels.push(Label {
                merge,
                text: text.to_owned(),
                kind,
                carried: false,
            });
        }
        Ok(())
    }

    /// Ends the row; one without values is handed out only when another follows.
    pub(super) fn end_row(&mut self, batch: &mut RowBatch) -> Result<(), WorkbookError> {
        if self.column == 0 {
            return Ok(());
        }
        if !self.labels.is_empty() {
            let row = self.row();
            let last = self.labels.iter().filter(|label| label.merge.rows.0 < row);
            if let Some(last) = last.map(|label| label.merge.columns.0).max() {
                self.pad(batch, last + 1)?;
            }
        }
        if self.cells > self.limits.cells {
            return Err(Limit::Cells.exceeded(self.limits.cells));
        }
        self.rows = self.row() + 1;
        batch.end_row(self.rows, self.rows);
        Ok(())
    }

    /// Ends the sheet.
    pub(super) fn finish(&mut self) {
        self.retire(u32::MAX);
    }

    /// Whether a batch has grown enough to be handed on; asked between rows.
    pub(super) fn is_full(&mut self, batch: &RowBatch) -> bool {
        const ROWS: usize = 4096;
        const TEXT: usize = 1 << 20;
        const CELLS: u64 = 1 << 18;
        let full =
            batch.len() >= ROWS || batch.text_len() >= TEXT || self.cells - self.handed_on >= CELLS;
        if full {
            self.handed_on = self.cells;
        }
        full
    }

    /// Makes room for a value at `column`: empty rows above and empty cells before it.
    fn advance(&mut self, batch: &mut RowBatch, column: u32) -> Result<(), WorkbookError> {
        if column >= MAX_COLUMNS {
            return Err(Limit::Columns.exceeded(u64::from(MAX_COLUMNS)));
        }
        if column < self.column {
            let what = format!("the cells of row {} are not in order", self.row() + 1);
            return Err(WorkbookError::disordered(what));
        }
        if self.column == 0 {
            let row = self.row();
            for number in self.rows + 1..=row {
                batch.end_row(number, number);
            }
            self.rows = self.rows.max(row);
            if self.shown == Shown::Hidden {
                self.notes.hidden_row(row + 1);
            }
        }
        self.pad(batch, column)
    }

    /// Fills the row up to `column` with empty cells, or with the labels that reach into it.
    fn pad(&mut self, batch: &mut RowBatch, column: u32) -> Result<(), WorkbookError> {
        if column > self.column {
            self.cells += u64::from(column - self.column);
            if self.cells > self.limits.cells {
                return Err(Limit::Cells.exceeded(self.limits.cells));
            }
        }
        let (row, mut next) = (self.row(), self.column);
        let reaching = self.labels.iter_mut().filter(|label| {
            let (left, top) = (label.merge.columns.0, label.merge.rows.0);
            top < row && (next..column).contains(&left)
        });
        let mut reaching: Vec<&mut Label> = reaching.collect();
        reaching.sort_by_key(|label| label.merge.columns.0);
        for label in reaching {
            let left = label.merge.columns.0;
            if left < next {
                continue;
            }
            (next..left).for_each(|_| batch.push_cell("", CellKind::Text));
            label.carried = true;
            batch.push_cell(&label.text, label.kind);
            next = left + 1;
        }
        (next..column).for_each(|_| batch.push_cell("", CellKind::Text));
        self.column = self.column.max(column);
        Ok(())
    }

    /// Whether a merged cell that began elsewhere lies over the cell.
    fn is_covered(&self, column: u32) -> bool {
        let at = (self.row(), column);
        self.labels.iter().any(|label| {
            let Merge { rows, columns } = label.merge;
            (columns.0..=columns.1).contains(&column) && at != (rows.0, columns.0)
        })
    }

    /// Forgets the labels that end above `row`.
    fn retire(&mut self, row: u32) {
        let notes = &self.notes;
        self.labels.retain(|label| {
            let reaches = label.merge.rows.1 >= row;
            if !reaches && label.carried {
                notes.open().carried.push(label.merge.range());
            }
            reaches
        });
    }
}

impl Merge {
    /// The same as people count.
    pub(super) fn range(self) -> CellRange {
        let rows = Span {
            first: self.rows.0 + 1,
            last: self.rows.1.saturating_add(1),
        };
        let columns = Span {
            first: self.columns.0,
            last: self.columns.1,
        };
        CellRange { rows, columns }
    }
}
