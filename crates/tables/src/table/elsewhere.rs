//! Where another list stands, above or below the one that is read, under a header of its own.

use std::collections::BTreeSet;

use crate::batch::Row;

/// What begins at a header further down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Other {
    /// Another list of customers.
    Customers,
    /// Another table.
    Table,
    /// Another table, or rows of the list that are out of line.
    Unsure,
}

/// Where the other list stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Elsewhere {
    /// The row of its header.
    pub(super) header: u32,
    /// The first column of either list.
    pub(super) first: usize,
    /// Its rows above the header of the list that is read.
    pub(super) above: BTreeSet<u32>,
}

impl Elsewhere {
    /// Seen from a list that begins in this column.
    pub(super) fn within(mut self, first: usize) -> Self {
        let either = self.above.is_empty() || first < self.first;
        self.first = if either { first } else { self.first };
        self
    }

    /// Its header is this one.
    pub(super) fn begins(&mut self, header: Row<'_>) {
        self.header = header.number();
        self.first = self.first.min(first_filled(header));
    }
}

pub(super) fn first_filled(row: Row<'_>) -> usize {
    (0..row.len())
        .find(|index| !row.is_blank(*index))
        .unwrap_or(0)
}
