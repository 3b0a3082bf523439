//! What is known of customers that already exist, without a request: UIDs from the list of customers,
//! for rows that ask for automatic deployment, and what an earlier result file says of its own rows.

use std::collections::BTreeMap;

use super::check::Prepared;
use super::read_rows::ReadRows;
use crate::check::Accepted;
use crate::check::Mapping;
use crate::check::mapping::Role;
use crate::journal::{Entry, Learnt};
use crate::model::{Deployment, PartnerId, RowIndex};
use crate::plan::{Plan, Tenant};
use crate::report::layout::LEARNT_COLUMNS;
use tables::formula::restore;

/// The length of a UID.
const UID: usize = 36;

/// What the journal keeps of it.
pub(super) fn known_of(plan: &Plan, prepared: &Prepared, tenant: &Tenant) -> Vec<Entry> {
    let earlier = prepared.rows.earlier.iter();
    let of_those = earlier.filter(|(row, _)| there(plan, **row).is_some());
    let mut known: BTreeMap<RowIndex, Learnt> =
        of_those.map(|(row, one)| (*row, one.clone())).collect();
    let accepted = prepared.file.checked.accepted.iter();
    let asks = accepted.filter(|row| row.deployment() == Deployment::SwitchOn);
    let asks: Vec<RowIndex> = asks.map(Accepted::row).collect();
    let with_uid = known.iter().filter(|(_, one)| one.uid.is_some());
    let with_uid: Vec<RowIndex> = with_uid.map(|(row, _)| *row).collect();
    for row in asks.into_iter().chain(with_uid) {
        let uid = there(plan, row).and_then(|id| tenant.get(id.get()));
        // What the service tells counts more than what a file says.
        if let Some(uid) = uid.map(|one| &one.uid).filter(|uid| !uid.is_empty()) {
            known.entry(row).or_default().uid = Some(uid.to_string());
        }
    }
    let known = known.into_iter();
    known.map(|(row, one)| Entry::Learnt(row, one)).collect()
}

/// The customer of a row that already exists.
fn there(plan: &Plan, row: RowIndex) -> Option<PartnerId> {
    plan.items.get(row.as_usize())?.action.id()
}

/// What the columns of an earlier result file say of its rows.
pub(super) fn earlier_results(mapping: &Mapping, rows: &ReadRows) -> BTreeMap<RowIndex, Learnt> {
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
