//! Whether a customer is as a run left it: only such a one may be removed. Pure.

use crate::model::{PartnerId, PartnerInfo, Reason, code};
use crate::plan::{Customer, Difference, differences};

/// Members that an answer passes over where they are empty: every customer has them.
const IS_NEVER_EMPTY: [&str; 3] = ["ServiceType", "ChildServiceTypes", "State"];

/// What speaks against removing a customer that was created below `parent` as `partner`, of what can
/// be seen of it alone.
pub fn changed(parent: PartnerId, partner: &PartnerInfo, customer: &Customer) -> Option<Reason> {
    if customer.parent != parent.get() {
        let message = format!(
            "it was moved: it is below id {} instead of {parent}",
            customer.parent
        );
        return Some(Reason::new(&code::MOVED, message));
    }
    let differing = differences(partner, customer);
    for one in &differing {
        let code = match one.member {
            "Name" => &code::RENAMED,
            "ExternalCode" => &code::CODE_CHANGED,
            "Level" => &code::LEVEL_CHANGED,
            _ => continue,
        };
        let message = format!(
            "{} is \"{}\" instead of \"{}\"",
            one.member, one.tenant, one.row
        );
        return Some(Reason::new(code, message));
    }
    let external = customer.external_code.trim();
    let got_one = partner.external_code.is_none() && !external.is_empty();
    if got_one {
        let message = format!("ExternalCode is \"{external}\", and the run gave it none");
        return Some(Reason::new(&code::CODE_CHANGED, message));
    }
    changed_since(&differing)
}

/// What else of it is not as the run has sent it, of what the service tells.
fn changed_since(differing: &[Difference]) -> Option<Reason> {
    let told: Vec<String> = differing
        .iter()
        .filter(|one| !one.tenant.is_empty() || !IS_NEVER_EMPTY.contains(&one.member))
        .map(|one| {
            format!(
                "{} is \"{}\" instead of \"{}\"",
                one.member, one.tenant, one.row
            )
        })
        .collect();
    (!told.is_empty()).then(|| {
        let message = format!("it was changed since the run: {}", told.join("; "));
        Reason::new(&code::CHANGED_SINCE, message)
    })
}

/// Customers stand below it that stay.
pub fn has_customers<'a>(names: impl IntoIterator<Item = &'a Customer>) -> Option<Reason> {
    let mut names = names.into_iter();
    let first = names.next()?.shown();
    let message = match names.count() {
        0 => format!("customer {first} is below it"),
        1 => format!("customer {first} and another one are below it"),
        more => format!("customer {first} and {more} others are below it"),
    };
    Some(Reason::new(&code::HAS_CUSTOMERS, message))
}
