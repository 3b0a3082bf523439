//! Customers that the tenant has and the list has not: whoever left stays there, and is billed.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::action::Plan;
use super::tenant::{Customer, Tenant};
use crate::check::{Accepted, Checked};
use crate::model::{Parent, Text};

/// The customers below the tenant's root for which no row of the list stands, as far as that is certain:
/// not those above a customer of the list, and none with the code or the name of any of its rows, those
/// that are wrong or blocked among them.
pub fn orphans<'t>(plan: &Plan, checked: &Checked, tenant: &'t Tenant) -> Vec<&'t Customer> {
    let mut listed = vec![false; tenant.customers().len()];
    for id in plan.items.iter().filter_map(|item| item.action.id()) {
        if let Some(place) = tenant.place(id.get()) {
            listed[place] = true;
        }
    }
    let above = above(plan, &listed, tenant);
    let root = tenant.root().id;
    let customers = tenant.customers().iter().enumerate();
    let mut orphans: Vec<&Customer> = customers
        .filter(|(place, one)| one.id != root && !listed[*place] && !above[*place])
        .map(|(_, one)| one)
        .collect();
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

/// Whoever stands above a customer of the list, or will stand above one that is created: marks by place, as
/// `listed` has them.
fn above(plan: &Plan, listed: &[bool], tenant: &Tenant) -> Vec<bool> {
    let parents = plan
        .items
        .iter()
        .filter_map(|item| match item.action.parent() {
            Some(Parent::Customer(id)) => Some(id.get()),
            Some(Parent::Row(_)) | None => None,
        });
    let customers = tenant.customers();
    let of_listed = customers.iter().zip(listed);
    let of_listed = of_listed.filter_map(|(one, is_listed)| is_listed.then_some(one.parent));
    let mut above = vec![false; listed.len()];
    for start in parents.chain(of_listed) {
        let mut at = tenant.place(start);
        // A chain that was walked before, or that leads nowhere, ends here.
        while let Some(place) = at.filter(|place| !above[*place]) {
            above[place] = true;
            at = tenant.place(customers[place].parent);
        }
    }
    above
}
