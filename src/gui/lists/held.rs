//! The rows of a list, as they were read.

use std::sync::OnceLock;

use tables::Row;

use super::lines::LinesOut;
use crate::flow::list::HeldTable;
use crate::model::RowBatch;
use crate::model::place::column_letters;

/// A table with the way to each of its rows. Rows are counted through from 0, whether they count or
/// not.
pub struct Held {
    /// As it was read.
    pub table: HeldTable,
    /// Lines of the file that are none of its rows.
    pub lines: LinesOut,
    /// The first row of each batch.
    starts: Vec<usize>,
    numbers: Vec<u32>,
    /// Whether the numbers rise, as they do on one sheet.
    rising: bool,
    /// Of each column, once somebody asked: the rows without a text. The file stays as it is, and
    /// looking through it after each edit would take longer than all else that follows from one.
    empty: Vec<OnceLock<Vec<u32>>>,
}

impl Held {
    /// Of a table.
    pub fn new(table: HeldTable) -> Self {
        let (mut starts, mut numbers) = (Vec::new(), Vec::new());
        for batch in &table.batches {
            starts.push(numbers.len());
            numbers.extend(batch.rows().map(|row| row.number()));
        }
        Self {
            starts,
            rising: numbers.is_sorted(),
            empty: table.header.cells.iter().map(|_| OnceLock::new()).collect(),
            numbers,
            table,
            lines: LinesOut::default(),
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// How many columns.
    pub fn width(&self) -> usize {
        self.table.header.cells.len()
    }

    /// The row's number in the user's file.
    pub fn number(&self, row: usize) -> u32 {
        self.numbers.get(row).copied().unwrap_or_default()
    }

    /// The row of this number.
    pub fn row_of(&self, number: u32) -> Option<usize> {
        if self.rising {
            return self.numbers.binary_search(&number).ok();
        }
        self.numbers.iter().position(|one| *one == number)
    }

    /// A row.
    pub fn row(&self, row: usize) -> Option<Row<'_>> {
        let batch = self
            .starts
            .partition_point(|start| *start <= row)
            .checked_sub(1)?;
        self.table.batches[batch].row(row - self.starts[batch])
    }

    /// What the file says in a cell.
    pub fn text(&self, row: usize, column: usize) -> &str {
        self.row(row).map_or("", |row| row.text(column))
    }

    /// The rows in which a column of the file has no text.
    pub fn empty_in(&self, column: usize) -> &[u32] {
        let Some(known) = self.empty.get(column) else {
            return &[];
        };
        known.get_or_init(|| {
            let rows = self.table.batches.iter().flat_map(RowBatch::rows);
            let empty = (0..).zip(rows);
            let empty = empty.filter(|(_, row)| row.text(column).trim().is_empty());
            empty.map(|(at, _)| at).collect()
        })
    }

    /// The column as a spreadsheet shows it.
    pub fn letter(&self, column: usize) -> String {
        self.table
            .header
            .cells
            .get(column)
            .map(|cell| column_letters(cell.column))
            .unwrap_or_default()
    }

    /// The place of a column of the file.
    pub fn place(&self, column: u32) -> Option<usize> {
        let cells = &self.table.header.cells;
        cells.iter().position(|cell| cell.column == column)
    }

    /// The same table with this row only.
    pub fn alone(&self, row: usize) -> Option<RowBatch> {
        let mut batch = RowBatch::default();
        batch.push_row(self.row(row)?);
        Some(batch)
    }
}
