//! What the file itself says about rows of a sheet: other tables, rows of totals, merged cells.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::elsewhere::Elsewhere;

/// Whether columns of another table stand beside the list's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Neighbours {
    #[default]
    None,
    Table,
}

/// What the file itself says about rows of a sheet.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    /// Rows of totals.
    pub(super) totals: Vec<RangeInclusive<u32>>,
    /// Other tables further down: name and rows.
    pub(super) tables: Vec<(String, RangeInclusive<u32>)>,
    /// Rows in which one cell is merged over several columns.
    pub(super) merged: BTreeSet<u32>,
    /// Whether columns were left out beside the list.
    pub(super) neighbours: Neighbours,
    /// Another list above the header.
    pub(super) elsewhere: Elsewhere,
}
