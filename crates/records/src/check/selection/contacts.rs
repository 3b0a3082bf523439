//! Exports with a row for each contact of a customer: which rows are of one customer.

use std::collections::HashMap;
use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use crate::check::exports::Export;
use crate::check::mapping::columns_called;
use crate::check::text::{fold_name, trim};
use crate::model::{Header, Row};

/// Rows of one customer, who has a row for each contact.
#[derive(Debug)]
pub(super) struct Contacts {
    columns: Vec<usize>,
    /// Columns in which rows of the same customer do not differ.
    apart: Vec<Vec<usize>>,
    /// By the name, what stands in these columns; nothing where the cell is empty.
    seen: HashMap<u64, Vec<Vec<Option<u64>>>, FixedState>,
    hasher: FixedState,
    pub(super) reason: usize,
}

impl Contacts {
    /// None where each row of the export is a customer.
    pub(super) fn of(export: &Export, header: &Header) -> Option<Self> {
        let columns = columns_called(header, export.one_row_per.as_deref()?);
        let apart = export.told_apart_by.iter();
        let is_there = |name: &String| !columns_called(header, name).is_empty();
        let has_contacts = export.contacts.is_empty() || export.contacts.iter().any(is_there);
        (has_contacts && !columns.is_empty()).then(|| Self {
            columns,
            apart: apart.map(|name| columns_called(header, name)).collect(),
            seen: HashMap::default(),
            hasher: FixedState::default(),
            reason: 0,
        })
    }

    /// The reason, where a row of the same customer has been met.
    pub(super) fn again(&mut self, row: &Row<'_>) -> Option<usize> {
        let mut folded = Vec::new();
        let mut filled = |columns: &[usize]| {
            let mut texts = columns.iter().map(|at| trim(row.text(*at)));
            let text = texts.find(|text| !text.is_empty())?;
            fold_name(text, &mut folded);
            Some(self.hasher.hash_one(&folded))
        };
        let name = filled(&self.columns)?;
        let own: Vec<Option<u64>> = self.apart.iter().map(|columns| filled(columns)).collect();
        let seen = self.seen.entry(name).or_default();
        // An empty cell says nothing against it.
        let same = |other: &Vec<Option<u64>>| {
            let mut pairs = other.iter().zip(&own);
            pairs.all(|(one, other)| one.is_none() || other.is_none() || one == other)
        };
        if seen.iter().any(same) {
            return Some(self.reason);
        }
        seen.push(own);
        None
    }
}
