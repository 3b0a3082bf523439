//! What came of reading and checking a file: its columns, its sheets, its rows, and those that do not
//! count.

use std::sync::Arc;

use crate::check::join::Joined;
use crate::check::{Checked, Mapping};
use crate::model::{CellAddress, Diagnostic, RowFate, RowIndex, Source, TableSummary};
use tables::Format;

/// A file that was read and checked.
pub struct CheckedFile {
    /// The file, and the sheet where one was read.
    pub source: Source,
    /// What kind of file it is.
    pub format: Format,
    /// The number of the header's (last) row, from 1; 0 when the table has none.
    pub header_row: u32,
    /// What became of the columns: of all sheets, joined, where several were read.
    pub mapping: Mapping,
    /// The sheets, where several were read as one input.
    pub sheets: Vec<CheckedSheet>,
    /// How the sheets' columns are joined.
    pub joined: Option<Joined>,
    /// Rows that do not count, of each table that was read.
    pub dropped: Vec<Dropped>,
    /// What came of the rows.
    pub checked: Checked,
}

/// The places of a table's rows that do not count, from 0, in order, each with the reason.
#[derive(Debug, Clone, Default)]
pub struct Dropped {
    pub(super) rows: Vec<u32>,
    pub(super) why: Vec<Arc<str>>,
}

impl Dropped {
    /// The rows that do not count, each with the reason.
    pub fn each(&self) -> impl Iterator<Item = (u32, &Arc<str>)> {
        self.rows.iter().copied().zip(&self.why)
    }

    /// The place among the rows that count; none for one that does not.
    pub fn place(&self, row: u32) -> Option<u32> {
        match self.rows.binary_search(&row) {
            Ok(_) => None,
            Err(before) => Some(row - u32::try_from(before).unwrap_or(u32::MAX)),
        }
    }

    /// Whether the row stays in its batch.
    pub fn fate(&self, row: u32) -> RowFate {
        self.place(row).map_or(RowFate::Drop, |_| RowFate::Keep)
    }

    /// Moves a row to its place among those that count; false for one that does not.
    pub(super) fn moves(&self, row: &mut Option<RowIndex>) -> bool {
        let Some(place) = row else { return true };
        let moved = self.place(place.0);
        *row = moved.map(RowIndex);
        moved.is_some()
    }
}

/// One of several sheets.
pub struct CheckedSheet {
    /// Its name.
    pub name: String,
    /// Its first row, counted through all sheets.
    pub first: RowIndex,
    /// The number of its header's (last) row, from 1; 0 when it has none.
    pub header_row: u32,
    /// What became of its columns.
    pub mapping: Mapping,
}

impl CheckedFile {
    /// Where a problem's cell stands among the columns, from 0; none without a cell.
    pub fn position(&self, diagnostic: &Diagnostic) -> Option<usize> {
        let column = diagnostic.at?.column?;
        let own = |mapping: &Mapping| mapping.columns.iter().position(|one| one.column == column);
        let of_row = diagnostic.row.and_then(|row| {
            let at = self.sheets.iter().rposition(|sheet| sheet.first <= row)?;
            Some(&self.sheets[at].mapping)
        });
        let Some(mapping) = of_row else {
            return own(&self.mapping);
        };
        // The columns of several sheets are joined by their fields, else by their headers.
        let sought = &mapping.columns[own(mapping)?];
        self.mapping
            .columns
            .iter()
            .position(|one| match sought.field() {
                Some(field) => one.field() == Some(field),
                None => one.header == sought.header,
            })
    }

    /// What is said once for many rows, of each of them, in its cell where there is one.
    pub fn of_each_row(&self) -> Vec<Diagnostic> {
        let each = self.checked.of_each_row().map(|(field, one)| {
            let mapping = one.row.map_or(&self.mapping, |row| self.mapping_of(row));
            match (mapping.column_of(field), one.at) {
                (Some(column), Some(at)) => one
                    .at(CellAddress::cell(at.row, column.column))
                    .in_column(&column.header),
                _ => one,
            }
        });
        each.collect()
    }

    /// The mapping of the row's sheet.
    fn mapping_of(&self, row: RowIndex) -> &Mapping {
        let own = self.sheets.iter().rfind(|sheet| sheet.first <= row);
        own.map_or(&self.mapping, |sheet| &sheet.mapping)
    }

    /// The counts, and what became of the columns, each on its sheet.
    pub fn summary(&self) -> TableSummary {
        let mut summary = self.checked.summary(&self.mapping);
        if !self.sheets.is_empty() {
            let columns = self.sheets.iter().flat_map(|sheet| {
                let mut columns = sheet.mapping.columns_used();
                for column in &mut columns {
                    column.sheet = Some(sheet.name.clone());
                }
                columns
            });
            summary.columns = columns.collect();
        }
        summary
    }
}
