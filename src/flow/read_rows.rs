//! The rows of a list as they were read. Who shows them keeps them; a run hands them to its journal, piece by piece,
//! and only what is asked of each later stays: a million rows are half a gigabyte.

use std::collections::{BTreeMap, HashMap};

use super::excerpts::MOST_KEPT;
use super::export::names_in_tenant;
use super::learnt::earlier_results;
use super::list::CheckedFile;
use crate::journal::Learnt;
use crate::model::{RowBatch, RowIndex};

/// The rows, with the index of the first of each batch.
#[derive(Debug, Default)]
pub struct ReadRows(pub(super) Vec<(RowIndex, RowBatch)>);

impl ReadRows {
    /// The batches, each with the index of its first row.
    pub fn batches(&self) -> &[(RowIndex, RowBatch)] {
        &self.0
    }

    /// Whether they may stay at hand until they are shown.
    pub(super) fn are_few(&self) -> bool {
        let text: usize = self.0.iter().map(|(_, batch)| batch.text_len()).sum();
        text <= MOST_KEPT
    }

    /// What stands in a column of each row, trimmed; nothing where there is no such column.
    pub fn column(&self, column: Option<usize>) -> Vec<String> {
        let rows = self.0.iter().flat_map(|(_, batch)| batch.rows());
        rows.map(|row| {
            let text = column.map_or("", |column| row.text(column));
            text.trim().to_owned()
        })
        .collect()
    }
}

/// What is asked of rows that need not be at hand any more.
pub struct KnownOfRows {
    /// Of each row its number, as a spreadsheet shows it, and the line of a text file on which it begins.
    places: Vec<(u32, u32)>,
    /// What the list says that the tenant called the rows' customers.
    pub(super) names_in_tenant: HashMap<RowIndex, Box<str>>,
    /// What an earlier result file says of its own rows.
    pub(super) earlier: BTreeMap<RowIndex, Learnt>,
}

impl KnownOfRows {
    pub(super) fn of(file: &CheckedFile, rows: &ReadRows) -> Self {
        let all = rows.0.iter().flat_map(|(_, batch)| batch.rows());
        Self {
            places: all.map(|row| (row.number(), row.line())).collect(),
            names_in_tenant: names_in_tenant(&file.mapping, rows),
            earlier: earlier_results(&file.mapping, rows),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The rows' numbers as a spreadsheet shows them.
    pub fn numbers(&self) -> Vec<u32> {
        self.places.iter().map(|(number, _)| *number).collect()
    }

    /// The line on which a row begins; none where rows have no lines.
    pub(super) fn line(&self, row: RowIndex) -> Option<u32> {
        let (_, line) = self.places.get(row.as_usize())?;
        Some(*line).filter(|line| *line > 0)
    }
}
