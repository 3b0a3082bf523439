//! After the run: the tree is read back and compared with what the journal says of it.

use super::engine::Claims;
use crate::journal::{PlannedRow, Replayed};
use crate::model::{Operation, Outcome, Parent, PartnerId, Planned, RowIndex, Standing};
use crate::plan::{Found, Shown, Tenant, shown};
use crate::plan::{Key, differences};

/// A row whose customer is not in the tenant as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The data row.
    pub row: RowIndex,
    /// What differs.
    pub message: String,
}

/// Compares every created or adopted row with the tenant: there exactly once, under its parent,
/// with its name, level and key.
pub fn verify(replayed: &Replayed, tenant: &Tenant) -> Vec<Mismatch> {
    let claims = Claims::of(replayed);
    let rows = replayed.planned.iter().zip(&replayed.progress);
    rows.filter_map(|(planned, progress)| {
        let message = shared(planned, progress, &claims)
            .or_else(|| check_row(planned, progress, replayed, tenant))?;
        Some(Mismatch {
            row: planned.row,
            message,
        })
    })
    .collect()
}

/// A customer that two rows have.
fn shared(planned: &PlannedRow, progress: &Standing, claims: &Claims) -> Option<String> {
    let id = progress.id()?;
    let other = claims.other_than(planned.row, id)?;
    Some(format!(
        "customer {id} is that of data row {} too",
        other.as_usize() + 1
    ))
}

/// Whether a list lacks a customer that the run has created.
pub(super) fn missing(replayed: &Replayed, tenant: &Tenant) -> bool {
    let rows = replayed.progress.iter();
    rows.filter_map(Standing::created)
        .any(|id| tenant.get(id.get()).is_none())
}

fn check_row(
    planned: &PlannedRow,
    progress: &Standing,
    replayed: &Replayed,
    tenant: &Tenant,
) -> Option<String> {
    let id = progress.id()?;
    if matches!(planned.action, Planned::Refuse { .. }) {
        return None;
    }
    let (parent, partner) = planned.action.parent().zip(planned.action.partner())?;
    let Some(customer) = tenant.get(id.get()) else {
        return Some(format!("the tenant no longer shows customer {id}"));
    };
    // What existed before may differ; the plan has said so.
    if matches!(planned.action, Planned::Exists { .. }) {
        return None;
    }
    let parent = parent_id(parent, replayed)?;
    if let Planned::Send(Operation::Update {
        update, partner, ..
    }) = &planned.action
    {
        let as_told = !matches!(progress, Standing::Ended(Outcome::Updated(..)))
            || shown(update, Some(parent), partner, customer) == Shown::AsWanted;
        return (!as_told).then(|| {
            format!(
                "customer {id} does not show the change that was made: {}",
                update.told
            )
        });
    }
    if customer.parent != parent.get() {
        return Some(format!(
            "customer {id} is below {} instead of {parent}",
            customer.parent
        ));
    }
    let differing: Vec<String> = differences(partner, customer)
        .into_iter()
        .filter(|one| matches!(one.member, "Name" | "Level" | "ExternalCode"))
        .map(|one| {
            format!(
                "{} is {:?} instead of {:?}",
                one.member, one.tenant, one.row
            )
        })
        .collect();
    if !differing.is_empty() {
        return Some(format!("customer {id}: {}", differing.join("; ")));
    }
    let key = Key::of(partner);
    let mut with_code = tenant.with_code(key.external_code.unwrap_or_default());
    if let Some(other) = with_code.find(|one| one.id != customer.id) {
        return Some(format!(
            "customer {id}: {} below {} has its ExternalCode too",
            other.shown(),
            other.parent
        ));
    }
    match tenant.find(parent, key) {
        Found::Several(one, other) => Some(format!(
            "the customer is there twice: {} and {}",
            one.shown(),
            other.shown()
        )),
        _ => None,
    }
}

fn parent_id(parent: Parent, replayed: &Replayed) -> Option<PartnerId> {
    match parent {
        Parent::Customer(id) => Some(id),
        Parent::Row(row) => replayed.progress.get(row.as_usize()).and_then(Standing::id),
    }
}
