//! What a sheet has that a list does not show: hidden rows and columns, merged cells, filters,
//! formulas that were never calculated. Collected while its rows are read.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::note::{Note, NoteKind};
use crate::place::CellAddress;

/// Consecutive rows or columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first.
    pub first: u32,
    /// The last, included.
    pub last: u32,
}

/// A rectangle of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellRange {
    /// The rows, numbered from 1 as they are shown.
    pub rows: Span,
    /// The columns, from 0.
    pub columns: Span,
}

impl fmt::Display for CellRange {
    /// `A5:B7`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = CellAddress::cell(self.rows.first, self.columns.first);
        let last = CellAddress::cell(self.rows.last, self.columns.last);
        if first == last {
            return write!(out, "{first}");
        }
        write!(out, "{first}:{last}")
    }
}

/// A table that somebody drew in a sheet (Insert > Table).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRange {
    /// Its name.
    pub name: String,
    /// Its cells, header and totals included.
    pub range: CellRange,
    /// How many rows at its top are headers.
    pub header_rows: u32,
    /// How many rows at its bottom are totals.
    pub totals_rows: u32,
}

/// Cells of one kind: how many, and the first of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places {
    /// How many there are.
    pub count: u64,
    /// The first of them, in order.
    pub first: Vec<CellAddress>,
}

impl Places {
    /// How many addresses are kept.
    const KEPT: usize = 20;

    fn add(&mut self, at: CellAddress) {
        self.count += 1;
        if self.first.len() < Self::KEPT {
            self.first.push(at);
        }
    }
}

/// Whether the sheet is protected against changes; reading it needs no password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Protection {
    /// It can be changed.
    #[default]
    None,
    /// It is locked.
    Protected,
}

/// Whether a filter hides rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filter {
    /// There is none.
    #[default]
    None,
    /// There are filter buttons, and nothing is filtered.
    Buttons,
    /// Rows are filtered out of view.
    Active,
}

/// Whose reading of a sheet its rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SheetReader {
    /// Ours.
    #[default]
    Own,
    /// The second one, which does not tell number formats and hidden rows.
    Second,
}

/// What was noticed about a sheet. Complete once its rows were read to the end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SheetNotes {
    /// Who read it.
    pub read_by: SheetReader,
    /// Rows with values that are hidden (by hand, by a filter or in a folded group); they are read
    /// like all others. Numbered from 1.
    pub hidden_rows: Vec<Span>,
    /// Hidden columns, from 0; they are read like all others.
    pub hidden_columns: Vec<Span>,
    /// All merged cells.
    pub merged: Vec<CellRange>,
    /// Those whose value was repeated in further rows, where it labels them.
    pub carried: Vec<CellRange>,
    /// Whether a filter is set.
    pub filter: Filter,
    /// Whether the sheet is locked.
    pub protection: Protection,
    /// The tables that people drew in the sheet (XLSX only): a hint where the list is, and which of
    /// its rows are totals.
    pub tables: Vec<TableRange>,
    /// Formulas whose result is not in the file; their cells are read as empty.
    pub without_result: Places,
    /// Whole numbers of more than 15 digits: spreadsheet programs lose the digits behind.
    pub long_numbers: Places,
    /// Cells that show an error such as `#N/A`.
    pub errors: Places,
    /// Values under a merged cell, where nobody sees them; they are not read.
    pub covered: Places,
}

impl SheetNotes {
    /// What matters to whoever reads the sheet as a list.
    pub fn notes(&self) -> Vec<Note> {
        let mut found = Vec::new();
        if self.read_by == SheetReader::Second {
            found.push(NoteKind::SecondReader.of_file());
        }
        if let Some(first) = self.hidden_rows.first() {
            found.push(NoteKind::HiddenRows(self.hidden_rows.clone()).in_row(first.first));
        }
        if !self.hidden_columns.is_empty() {
            found.push(NoteKind::HiddenColumns(self.hidden_columns.clone()).of_file());
        }
        if let Some(first) = self.carried.first() {
            let at = CellAddress::cell(first.rows.first, first.columns.first);
            found.push(NoteKind::MergedCells(self.carried.clone()).at(at));
        }
        let note = |places: &Places, kind: fn(u64) -> NoteKind| {
            let first = places.first.first();
            first.map(|first| kind(places.count).at(*first))
        };
        found.extend(note(&self.covered, NoteKind::CoveredValues));
        found.extend(note(&self.without_result, NoteKind::FormulasWithoutResult));
        found.extend(note(&self.long_numbers, NoteKind::LongNumbers));
        found
    }
}

/// The notes of a sheet that is being read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notebook(Arc<Mutex<SheetNotes>>);

impl Notebook {
    /// The notes so far.
    pub(crate) fn copy(&self) -> SheetNotes {
        self.open().clone()
    }

    /// To write several notes at once.
    pub(super) fn open(&self) -> MutexGuard<'_, SheetNotes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn hidden_row(&self, number: u32) {
        extend(&mut self.open().hidden_rows, number, number);
    }

    pub(super) fn hidden_columns(&self, first: u32, last: u32) {
        extend(&mut self.open().hidden_columns, first, last);
    }

    pub(super) fn without_result(&self, row: u32, column: u32) {
        self.open()
            .without_result
            .add(CellAddress::cell(row + 1, column));
    }

    pub(super) fn long_number(&self, row: u32, column: u32) {
        self.open()
            .long_numbers
            .add(CellAddress::cell(row + 1, column));
    }

    pub(super) fn covered(&self, row: u32, column: u32) {
        self.open().covered.add(CellAddress::cell(row + 1, column));
    }

    pub(super) fn error(&self, row: u32, column: u32) {
        self.open().errors.add(CellAddress::cell(row + 1, column));
    }
}

/// Adds to the last span when it goes on.
fn extend(spans: &mut Vec<Span>, first: u32, last: u32) {
    match spans.last_mut() {
        Some(span) if first <= span.last.saturating_add(1) => span.last = span.last.max(last),
        _ => spans.push(Span { first, last }),
    }
}
