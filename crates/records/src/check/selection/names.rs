//! Names and codes of rows that are left out, for those who name them as parents.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::check::field::Field;
use crate::check::mapping::Mapping;
use crate::check::text::{fold_name, trim};
use crate::model::Row;

/// Names and codes of rows that are left out, for those who name them as parents.
#[derive(Debug, Default)]
pub(in crate::check) struct LeftOutNames {
    columns: Vec<usize>,
    by_hash: HashMap<u64, LeftOutRow, FixedState>,
    hasher: FixedState,
}

/// A row that is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::check) struct LeftOutRow {
    /// Its number as people see it.
    pub(in crate::check) number: u32,
    /// Why it is left out.
    pub(in crate::check) why: Arc<str>,
    /// Whether it is no customer, by what is known of the export.
    pub(in crate::check) by_export: bool,
}

impl LeftOutNames {
    pub(super) fn of(mapping: &Mapping) -> Self {
        let columns = [Field::Name, Field::ExternalCode];
        Self {
            columns: columns
                .iter()
                .filter_map(|field| mapping.index_of(*field))
                .collect(),
            ..Self::default()
        }
    }

    pub(super) fn add(&mut self, row: &Row<'_>, left_out: &LeftOutRow) {
        for column in &self.columns {
            let text = trim(row.text(*column));
            if !text.is_empty() {
                let hash = hash(&self.hasher, text);
                self.by_hash.entry(hash).or_insert_with(|| left_out.clone());
            }
        }
    }

    /// Takes those of another table.
    pub(in crate::check) fn append(&mut self, other: Self) {
        for (hash, row) in other.by_hash {
            self.by_hash.entry(hash).or_insert(row);
        }
    }

    /// The row of this name or code.
    pub(in crate::check) fn find(&self, text: &str) -> Option<&LeftOutRow> {
        self.by_hash.get(&hash(&self.hasher, text))
    }
}

fn hash(hasher: &FixedState, text: &str) -> u64 {
    let mut folded = Vec::new();
    fold_name(text, &mut folded);
    let mut state = hasher.build_hasher();
    state.write(&folded);
    state.finish()
}
