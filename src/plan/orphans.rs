//! Customers that the tenant has and the list has not: whoever left stays there, and is billed.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::action::Plan;
use super::tenant::{Customer, Tenant};
use crate::check::{Accepted, Checked};
use crate::model::{Parent, PartnerId, Text};

/// The customers below the tenant's root for which no row of the list stands, as far as that is certain:
/// not those above a customer of the list, and none with the code or the name of any of its rows, those
/// that are wrong or blocked among them.
pub fn orphans<'t>(plan: &Plan, checked: &Checked, tenant: &'t Tenant) -> Vec<&'t Customer> {
    let ids = plan.items.iter().filter_map(|item| item.action.id());
    let listed: Ids = ids.map(PartnerId::get).collect();
    let above = above(plan, &listed, tenant);
    let root = tenant.root().id;
    let mut orphans = tenant.customers().iter().collect::<Vec<_>>();
    orphans.retain(|one| one.id != root && !listed.contains(&one.id) && !above.contains(&one.id));
    // Mostly there are none: then codes and names of a long list need not be looked at.
    if orphans.is_empty() {
        return orphans;
    }
    let mut codes: HashSet<&str, RandomState> = HashSet::default();
    let mut names: HashSet<String, RandomState> = HashSet::default();
    for partner in checked.accepted.iter().map(Accepted::partner) {
        codes.extend(partner.external_code.as_ref().map(Text::as_str));
        names.insert(partner.name.as_str().to_lowercase());
    }
    for row in &checked.refused {
        codes.insert(row.code.trim());
        names.insert(row.name.trim().to_lowercase());
    }
    orphans.retain(|one| {
        (one.external_code.is_empty() || !codes.contains(&*one.external_code))
            && !names.contains(&one.name.to_lowercase())
    });
    orphans
}

/// Ids of customers.
type Ids = HashSet<u64, RandomState>;

/// Whoever stands above a customer of the list, or will stand above one that is created.
fn above(plan: &Plan, listed: &Ids, tenant: &Tenant) -> Ids {
    let parents = plan
        .items
        .iter()
        .filter_map(|item| match item.action.parent() {
            Some(Parent::Customer(id)) => Some(id.get()),
            Some(Parent::Row(_)) | None => None,
        });
    let of_listed = listed.iter().filter_map(|id| Some(tenant.get(*id)?.parent));
    let mut above = Ids::default();
    for start in parents.chain(of_listed) {
        let mut at = start;
        // A chain that was walked before, or that leads nowhere, ends here.
        while at != 0 && above.insert(at) {
            at = tenant.get(at).map_or(0, |one| one.parent);
        }
    }
    above
}
