//! Which row has which customer and which name, while a plan is made.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::model::RowIndex;

/// What rows have so far: each customer belongs to the first that comes.
pub(super) struct Taken<'a> {
    pub(super) customers: HashMap<u64, RowIndex, RandomState>,
    pub(super) names: HashMap<(Below, &'a str), Holder, RandomState>,
}

/// Below whom a row stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Below {
    Customer(u64),
    NewRow(RowIndex),
}

impl Taken<'_> {
    /// None yet, with room for so many rows: names that are many are not hashed again and again.
    pub(super) fn with_room(rows: usize) -> Self {
        Self {
            customers: HashMap::with_capacity_and_hasher(rows, RandomState::default()),
            names: HashMap::with_capacity_and_hasher(rows, RandomState::default()),
        }
    }
}

/// The row that has a name.
#[derive(Clone, Copy)]
pub(super) struct Holder {
    pub(super) row: RowIndex,
    /// Whether its customer already exists.
    pub(super) is_there: bool,
}
