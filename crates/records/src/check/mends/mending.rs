//! Mends made once more, in a copy of the list.

use super::bound::BoundMends;
use super::entries::Mends;
use crate::model::{Header, RowBatch};

/// Changes by hand, made in the rows of a table.
#[derive(Debug)]
pub struct Mending(BoundMends);

impl Mending {
    /// For a table with this header.
    pub fn of(mends: &Mends, header: &Header) -> Self {
        Self(BoundMends::of(mends, header))
    }

    /// The rows with their mends; none where nothing changes.
    pub fn mended(&mut self, batch: &RowBatch) -> Option<RowBatch> {
        self.0.apply(batch).mended
    }
}
