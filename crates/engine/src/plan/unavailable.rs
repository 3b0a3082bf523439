//! What the service would refuse a new customer for, as far as its lists tell: countries it
//! blocks, storage locations it does not have. Pure.

use super::tenant::Tenant;
use crate::check::Accepted;
use crate::model::rules::tenant as rules;
use crate::model::{Diagnostic, PartnerChanges, PartnerInfo};

/// The problems of a row whose customer is to be changed.
pub(super) fn of_update(
    accepted: &Accepted,
    changes: &PartnerChanges,
    tenant: &Tenant,
) -> Vec<Diagnostic> {
    let mut changed = PartnerInfo::named(accepted.partner().name.clone());
    changed.device_country = changes.device_country;
    changed.location_id = changes.location_id;
    changed.company.post_address.country = changes.company.post_address.country;
    problems(accepted, &changed, tenant)
}

/// The problems of a row that is to be created as `partner`; none where the lists were not read.
pub(super) fn problems(
    accepted: &Accepted,
    partner: &PartnerInfo,
    tenant: &Tenant,
) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let of_row =
        |rule, message| Diagnostic::of_row(rule, accepted.row(), accepted.number(), message);
    let countries = [
        ("Country", partner.company.post_address.country),
        ("DeviceCountry", partner.device_country),
    ];
    for (member, country) in countries {
        let Some(code) = country else { continue };
        let of_service = tenant.countries.iter();
        let blocked = of_service
            .filter(|one| one.is_blocked)
            .find(|one| one.code.trim().eq_ignore_ascii_case(code.as_str()));
        if let Some(country) = blocked {
            let rule = &rules::COUNTRY_BLOCKED;
            let name = if country.name.is_empty() {
                String::new()
            } else {
                format!(" ({})", country.name)
            };
            let message = format!("{member} {code}{name} is blocked by the service");
            let problem = of_row(rule, message)
                .in_column(member)
                .with_value(code.as_str())
                .with_help(rule.fix);
            problems.push(problem);
        }
    }
    if let Some(id) = partner.location_id
        && !tenant.locations.is_empty()
        && !tenant
            .locations
            .iter()
            .any(|one| one.id == i64::from(id.get()))
    {
        let rule = &rules::LOCATION_UNKNOWN;
        let message = format!("the service has no storage location with the id {id}");
        let problem = of_row(rule, message)
            .in_column("LocationId")
            .with_value(&id.to_string())
            .with_help(rule.fix);
        problems.push(problem);
    }
    problems
}
