//! What is known of customers that already exist, without a request: UIDs from the list of customers,
//! for rows that ask for automatic deployment, and what an earlier result file says of its own rows.

use std::collections::BTreeMap;

use super::check::Prepared;
use crate::check::Accepted;
use crate::journal::{Entry, Learnt};
use crate::model::{Deployment, PartnerId, RowIndex};
use crate::plan::{Plan, Tenant};

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
