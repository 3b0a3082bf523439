//! Reads of the tenant what a list's plan needs.

use super::check::Prepared;
use super::event::{Event, Events, Note, Part, Stage};
use super::failure::Failure;
use super::target::Target;
use crate::check::Accepted;
use crate::model::PartnerId;
use crate::plan::{Customer, Tenant};
use crate::submit::Patience;
use crate::submit::reads::{Want, Wanted, log_in_patiently, read_tenant_below};

/// A tenant for rows of which none could be sent: nobody needs to log in.
pub fn nobody() -> Tenant {
    let root = Customer {
        id: 1,
        ..Customer::default()
    };
    Tenant::new(root, [])
}

/// Logs in and reads what the plan needs of the tenant.
pub async fn tenant_of(
    prepared: &Prepared,
    target: &Target,
    patience: &Patience,
    events: Events<'_>,
) -> Result<Tenant, Failure> {
    let root = log_in_patiently(&target.client, patience)
        .await
        .map_err(|error| Failure::of_reading(error, &target.name))?;
    say_of_role(target, events);
    tenant_below(prepared, target, patience, root, events).await
}

/// Says, before anything else, that the user most likely may not add customers.
pub(super) fn say_of_role(target: &Target, events: Events<'_>) {
    let role = target.client.role();
    if let Some(role) = role.filter(|role| !role.adds_customers()) {
        events.on(Event::Note(Note::LowRole(role)));
    }
}

/// The same where the login is done, and `root` is who one is logged in as.
pub async fn tenant_below(
    prepared: &Prepared,
    target: &Target,
    patience: &Patience,
    root: PartnerId,
    events: Events<'_>,
) -> Result<Tenant, Failure> {
    let _part = Part::begin(events, Stage::ReadingTenant);
    let wanted = wanted(&prepared.file.checked.accepted);
    read_tenant_below(&target.client, patience, root, wanted)
        .await
        .map_err(|error| Failure::of_reading(error, &target.name))
}

/// The lists that the rows' plan looks at.
fn wanted(accepted: &[Accepted]) -> Wanted {
    let named = |any: bool| any.then_some(Want::Needed);
    let helpful = |any: bool| any.then_some(Want::Helpful);
    let location_id = |row: &Accepted| row.partner().location_id.is_some();
    let country = |row: &Accepted| {
        let partner = row.partner();
        partner.device_country.is_some() || partner.company.post_address.country.is_some()
    };
    Wanted {
        locations: named(accepted.iter().any(|row| row.location_name().is_some()))
            .or(helpful(accepted.iter().any(location_id))),
        regions: named(accepted.iter().any(|row| row.region_name().is_some())),
        countries: helpful(accepted.iter().any(country)),
    }
}
