//! Which row has which customer: one belongs to one row.

use std::cell::OnceCell;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::journal::{PlannedRow, Replayed};
use crate::model::{PartnerId, RowIndex};

/// Which row has which customer.
#[derive(Debug, Default)]
pub(in crate::submit) struct Claims {
    by_id: HashMap<PartnerId, RowIndex, RandomState>,
    /// The rows that are to be created, by name: made when it is asked for first.
    by_name: OnceCell<HashMap<Box<str>, Vec<RowIndex>, RandomState>>,
}

impl Claims {
    /// Those of a journal.
    pub(in crate::submit) fn of(replayed: &Replayed) -> Self {
        let mut claims = Self::default();
        for (planned, progress) in replayed.planned.iter().zip(&replayed.progress) {
            if let Some(id) = progress.id() {
                claims.add(id, planned.row);
            }
        }
        claims
    }

    pub(super) fn add(&mut self, id: PartnerId, row: RowIndex) {
        self.by_id.entry(id).or_insert(row);
    }

    /// The other row that has this customer.
    pub(in crate::submit) fn other_than(&self, row: RowIndex, id: PartnerId) -> Option<RowIndex> {
        self.by_id.get(&id).copied().filter(|other| *other != row)
    }

    pub(super) fn rows_named(&self, name: &str, planned: &[PlannedRow]) -> &[RowIndex] {
        let by_name = self.by_name.get_or_init(|| {
            let mut by_name: HashMap<Box<str>, Vec<RowIndex>, RandomState> = HashMap::default();
            for one in planned {
                if let Some(partner) = one.action.partner().filter(|_| one.action.creates()) {
                    let name = partner.name.as_str().trim();
                    by_name.entry(name.into()).or_default().push(one.row);
                }
            }
            by_name
        });
        by_name.get(name.trim()).map_or(&[], Vec::as_slice)
    }
}
