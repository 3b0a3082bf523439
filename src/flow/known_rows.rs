//! What is known of a list's rows that need not be at hand any more.

use std::collections::{BTreeMap, HashMap};

use super::export::names_in_tenant;
use super::list::CheckedFile;
use super::read_rows::ReadRows;
use crate::check::Mapping;
use crate::check::mapping::Role;
use crate::journal::Learnt;
use crate::model::RowIndex;
use crate::report::layout::LEARNT_COLUMNS;
use tables::formula::restore;

/// The length of a UID.
const UID: usize = 36;

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

/// What the columns of an earlier result file say of its rows.
fn earlier_results(mapping: &Mapping, rows: &ReadRows) -> BTreeMap<RowIndex, Learnt> {
    let columns = &mapping.columns;
    let place = |name: &str| {
        let same = |header: &str| header.trim().eq_ignore_ascii_case(name);
        let is_it = |role: &Role, header: &str| *role == Role::Reserved && same(header);
        columns.iter().position(|one| is_it(&one.role, &one.header))
    };
    let [uid, _, account] = LEARNT_COLUMNS.map(place);
    let mut known = BTreeMap::new();
    if uid.is_none() && account.is_none() {
        return known;
    }
    for (first, batch) in rows.batches() {
        for (offset, cells) in (0..).zip(batch.rows()) {
            let row = RowIndex(first.0 + offset);
            let text = |column: Option<usize>| {
                let text = restore(cells.text(column?)).trim().to_owned();
                (!text.is_empty()).then_some(text)
            };
            let learnt = Learnt {
                uid: text(uid).filter(|uid| is_uid(uid)),
                account: text(account),
            };
            if learnt != Learnt::default() {
                known.insert(row, learnt);
            }
        }
    }
    known
}

fn is_uid(text: &str) -> bool {
    let is_part = |one: char| one.is_ascii_hexdigit() || one == '-';
    text.len() == UID && text.chars().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::is_uid;

    #[test]
    fn only_what_looks_like_a_uid_is_taken_from_a_file() {
        assert!(is_uid("0f0e0d0c-0b0a-0908-0706-050403020100"));
        for text in [
            "",
            "see above",
            "zf0e0d0c-0b0a-0908-0706-050403020100",
            "=1+1",
        ] {
            assert!(!is_uid(text), "{text}");
        }
    }
}
