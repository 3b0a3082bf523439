//! The rows of an earlier run, as a value.

use std::collections::HashMap;
use std::sync::Arc;

use crate::check::field::Field;
use crate::check::mapping::Mapping;
use crate::check::text::{fold_name, trim};
use crate::model::{CellKind, Diagnostic, Row, RowBatch};
use tables::formula::restore;

/// So many rows stand in one batch.
const BATCH: usize = 4096;

/// The rows of an earlier run as they were read then.
#[derive(Debug, Default)]
pub struct KnownRows {
    run: String,
    /// Its columns: headers, and the fields that they were.
    columns: Vec<(String, Option<Field>)>,
    batches: Vec<RowBatch>,
    /// Where each stands, as far as that is told.
    standings: Vec<Standing>,
}

/// Where a row of an earlier run stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Its number as a spreadsheet shows it.
    pub number: u32,
    /// Whether its customer is, or may be, at the service.
    pub there: bool,
    /// The codes of its problems, when it was refused before anything was sent.
    pub refused: String,
}

/// What a table is compared with, to find out what a spreadsheet program did to it.
#[derive(Debug, Clone, Default)]
pub enum Comparison {
    /// Nothing: it is no result file, or nobody knows of which run.
    #[default]
    Nothing,
    /// Nothing: the file is to be taken as it is.
    Unwanted,
    /// The rows of the run that wrote it.
    With(Arc<KnownRows>),
    /// There are such rows, and this is why they cannot be had.
    Impossible(Box<Diagnostic>),
}

impl PartialEq for Comparison {
    /// Rows are the same when they are the very same.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nothing, Self::Nothing) | (Self::Unwanted, Self::Unwanted) => true,
            (Self::With(one), Self::With(other)) => Arc::ptr_eq(one, other),
            (Self::Impossible(one), Self::Impossible(other)) => one == other,
            _ => false,
        }
    }
}

impl Eq for Comparison {}

/// Which rows have a name.
pub(super) type ByName = HashMap<Box<[u8]>, Vec<u32>>;

impl KnownRows {
    /// No rows yet, of the run with this id.
    pub fn of(run: &str, mapping: &Mapping) -> Self {
        let columns = mapping.columns.iter();
        Self {
            run: run.to_owned(),
            columns: columns
                .map(|one| (plain(&one.header).to_owned(), one.field()))
                .collect(),
            batches: Vec::new(),
            standings: Vec::new(),
        }
    }

    /// Adds a row as it was read.
    pub fn push<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) {
        let place = self.len();
        if self.batches.last().is_none_or(|batch| batch.len() == BATCH) {
            self.batches.push(RowBatch::default());
        }
        let Some(batch) = self.batches.last_mut() else {
            return;
        };
        for cell in cells {
            batch.push_cell(cell, CellKind::Text);
        }
        // Its line is its place among the known rows.
        batch.end_row(0, place);
    }

    /// Says where the rows stand, in their order.
    pub fn stand(&mut self, standings: Vec<Standing>) {
        self.standings = standings;
    }

    /// Which of the known rows a row of them is.
    pub(super) fn place_of(row: Row<'_>) -> u32 {
        row.line()
    }

    /// Whether the row's customer is at the service, as far as the run tells.
    pub(super) fn owns(&self, index: u32) -> bool {
        self.standing(index).is_some_and(|row| row.there)
    }

    /// Whether the row was refused for a rule.
    pub(super) fn was_refused(&self, index: u32, code: &str) -> bool {
        self.standing(index)
            .is_some_and(|row| row.refused.split_whitespace().any(|one| one == code))
    }

    /// The row's number as a spreadsheet shows it.
    pub(super) fn number(&self, index: u32) -> Option<u32> {
        self.standing(index).map(|row| row.number)
    }

    fn standing(&self, index: u32) -> Option<&Standing> {
        self.standings.get(index as usize)
    }

    /// The run's id.
    pub fn run(&self) -> &str {
        &self.run
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> u32 {
        let last = self.batches.last().map_or(0, RowBatch::len);
        let rows = self.batches.len().saturating_sub(1) * BATCH + last;
        u32::try_from(rows).unwrap_or(u32::MAX)
    }

    pub(super) fn row(&self, index: u32) -> Option<Row<'_>> {
        let index = index as usize;
        self.batches.get(index / BATCH)?.row(index % BATCH)
    }

    /// The column with this header, the `nth` of those that have it; else the one that was read as
    /// the field.
    pub(super) fn column(&self, header: &str, nth: usize, field: Option<Field>) -> Option<usize> {
        let same = |(_, (own, _)): &(usize, &(String, Option<Field>))| {
            own.eq_ignore_ascii_case(header) && !own.is_empty()
        };
        if let Some((place, _)) = self.columns.iter().enumerate().filter(same).nth(nth) {
            return Some(place);
        }
        let field = field?;
        let of_field = |(_, known): &(String, Option<Field>)| *known == Some(field);
        self.columns.iter().position(of_field)
    }

    /// The rows by the name in this column.
    pub(super) fn by_name(&self, column: usize) -> ByName {
        let mut found = ByName::new();
        let rows = self.batches.iter().flat_map(RowBatch::rows);
        for (index, row) in (0..).zip(rows) {
            let key = key_of(row.text(column));
            found.entry(key).or_default().push(index);
        }
        found
    }

    /// The rows whose cells in this column hold more than ASCII.
    pub(super) fn beyond_ascii(&self, column: usize) -> Vec<u32> {
        let rows = self.batches.iter().flat_map(RowBatch::rows);
        let beyond = (0..)
            .zip(rows)
            .filter(|(_, row)| !row.text(column).is_ascii());
        beyond.map(|(index, _)| index).collect()
    }
}

/// A cell as people mean it: without the mark that keeps a spreadsheet program from running it, and
/// without space around it.
pub(super) fn plain(text: &str) -> &str {
    let text = trim(text);
    match restore(text) {
        std::borrow::Cow::Borrowed(text) => trim(text),
        std::borrow::Cow::Owned(_) => text,
    }
}

/// What a name is found by.
pub(super) fn key_of(name: &str) -> Box<[u8]> {
    let mut folded = Vec::new();
    fold_name(plain(name), &mut folded);
    folded.into_boxed_slice()
}
