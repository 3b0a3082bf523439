//! The methods that change the tenant, and the rules they keep.
//!
//! Where the service's rule is not published, a plausible one was chosen and its comment says so.
//! Must not know: the frame of a request, faults.

use super::config::{NamePolicy, RemovalPolicy};
use super::device::Device;
use super::error::{ErrorName, Refusal};
use super::geo;
use super::kinds::{AutoDeployment, Level, OrUndefined, ServiceType, Set, State};
use super::partner::{Details, Partner};
use super::reach::{reach, required};
use super::store::Store;
use super::user::User;
use super::wire::{AdvancedInfo, CompanyInfo, Params, PartnerInfo};

/// The longest name, in characters; the service publishes no limit.
const MAX_NAME: usize = 255;

/// How long a trial lasts that was given no end: 30 days.
const TRIAL_SECS: i64 = 30 * 24 * 60 * 60;

/// Creates a customer and says its id.
pub(super) fn add_partner(
    store: &mut Store,
    names: NamePolicy,
    caller: &User,
    params: Params,
    now_secs: i64,
) -> Result<i32, Refusal> {
    let Some(info) = params.partner_info else {
        return Err(Refusal::invalid("partnerInfo is missing"));
    };
    let parent_id = info
        .parent_id
        .ok_or_else(|| Refusal::of(ErrorName::PartnerNotFound))?;
    let parent = reach(store, caller, parent_id)?;
    let Some(OrUndefined(Some(level))) = info.level else {
        return Err(Refusal::invalid("partnerInfo: Level is missing"));
    };
    if info.name.is_none() {
        return Err(Refusal::invalid("partnerInfo: Name is missing"));
    }
    check_new_state(&info)?;
    let has_location = info.location_id.is_some();
    let trial = (info.trial_registration, info.trial_expiration);
    let mut draft = Partner {
        id: 0,
        parent_id,
        name: Box::default(),
        level,
        // Not published: customers in the service's samples that were given no state have this one.
        state: State::Registered,
        service_type: usual_service(parent.offers()),
        child_service_types: Set::EMPTY,
        location_id: parent.location_id,
        country: None,
        device_country: None,
        external_code: None,
        flags: Set::EMPTY,
        trial_registration: 0,
        trial_expiration: 0,
        created: now_secs,
        removed: false,
        details: None,
    };
    apply(*info, &mut draft, caller, store)?;
    if draft.state == State::InTrial {
        // The page's sample of a customer in trial registered it when it was created and lets it
        // expire 30 days later (contract, section 8, documented).
        draft.trial_registration = trial.0.unwrap_or(now_secs);
        let expiration = draft.trial_registration.saturating_add(TRIAL_SECS);
        draft.trial_expiration = trial.1.unwrap_or(expiration);
    }
    if !has_location {
        // The country of the devices fixes the location where both countries are given.
        let country = draft.device_country.as_deref().or(draft.country.as_deref());
        if let Some(country) = country.and_then(geo::country) {
            draft.location_id = country.location_id;
        }
    }
    check(store, names, &draft, None)?;
    if params.create_default_account == Some(true) {
        let account = store.new_account_id();
        let device = Device::default_of(store.next_id(), account, draft.location_id, now_secs);
        draft.details_mut().devices.push(device);
    }
    store.insert(draft).map_err(|error| error.refusal())
}

/// The page names two states for a new customer (contract, section 8, documented). That the others
/// are refused is inferred: the schema has them, and what the service does with them is not known.
fn check_new_state(info: &PartnerInfo) -> Result<(), Refusal> {
    match info.state {
        Some(OrUndefined(Some(state)))
            if !matches!(state, State::InTrial | State::InProduction) =>
        {
            Err(Refusal::invalid(format!(
                "State {state} is not possible on creation"
            )))
        }
        _ => Ok(()),
    }
}

/// Changes the members that were given.
pub(super) fn modify_partner(
    store: &mut Store,
    names: NamePolicy,
    caller: &User,
    params: Params,
    now_secs: i64,
) -> Result<i32, Refusal> {
    let Some(info) = params.partner_info else {
        return Err(Refusal::invalid("partnerInfo is missing"));
    };
    let id = info.id.ok_or_else(|| Refusal::of(ErrorName::Security))?;
    let before = reach(store, caller, id)?;
    if id == caller.partner_id {
        return Err(Refusal::of(ErrorName::Security));
    }
    let mut draft = before.clone();
    if let Some(parent_id) = info.parent_id {
        reach(store, caller, parent_id)?;
        draft.parent_id = parent_id;
    }
    apply(*info, &mut draft, caller, store)?;
    check(store, names, &draft, Some(before))?;
    store
        .change(draft, now_secs)
        .map_err(|error| error.refusal())?;
    Ok(id)
}

/// Removes a customer; what is below it or on it keeps it, or goes with it.
pub(super) fn remove_partner(
    store: &mut Store,
    removal: RemovalPolicy,
    caller: &User,
    params: &Params,
) -> Result<i32, Refusal> {
    let id = params
        .partner_id
        .ok_or_else(|| Refusal::of(ErrorName::Security))?;
    let partner = reach(store, caller, id)?;
    let bare = store.children(id).is_empty() && !partner.has_devices();
    if id == caller.partner_id || (removal == RemovalPolicy::Refuse && !bare) {
        return Err(Refusal::of(ErrorName::CanNotBeRemoved));
    }
    let mut doomed = vec![id];
    store.walk(id, &mut |below| doomed.push(below.id));
    for id in doomed.into_iter().rev() {
        store.remove(id).map_err(|error| error.refusal())?;
    }
    Ok(id)
}

/// Switches automatic deployment of a customer's devices on or off.
///
/// Evidence: the method and its two usable values are the schema's and the vendor's scripts' (contract,
/// section 8, documented and observed); that `Unspecified` cannot be set is observed. The UID is
/// generated when it is switched on first (documented) and kept after (inferred). For whom of those
/// below it counts is not known: here for the customer alone.
pub(super) fn auto_deployment(
    store: &mut Store,
    caller: &User,
    params: &Params,
    now_secs: i64,
) -> Result<i32, Refusal> {
    let id = required(params.partner_id)?;
    let mut partner = reach(store, caller, id)?.clone();
    let state = match params.auto_deployment {
        Some(OrUndefined(Some(state))) if state != AutoDeployment::Unspecified => state,
        Some(_) => {
            return Err(Refusal::invalid(
                "autoDeploymentState can be set to Enable or Disable only",
            ));
        }
        None => return Err(Refusal::invalid("autoDeploymentState is missing")),
    };
    let details = partner.details_mut();
    details.auto_deployment = Some(state);
    details.has_uid |= state == AutoDeployment::Enable;
    store
        .change(partner, now_secs)
        .map_err(|error| error.refusal())?;
    Ok(id)
}

fn usual_service(offered: Set<ServiceType>) -> Option<ServiceType> {
    offered.iter().next()
}

/// Takes over the members that were given, each checked by itself.
fn apply(
    info: PartnerInfo,
    draft: &mut Partner,
    caller: &User,
    store: &Store,
) -> Result<(), Refusal> {
    if let Some(name) = info.name {
        draft.name = checked_name(name)?;
    }
    if let Some(OrUndefined(Some(level))) = info.level {
        draft.level = level;
    }
    if let Some(OrUndefined(Some(state))) = info.state {
        draft.state = state;
    }
    if let Some(OrUndefined(Some(service))) = info.service_type {
        draft.service_type = Some(service);
    }
    if let Some(services) = info.child_service_types {
        draft.child_service_types = services;
    }
    if let Some(flags) = info.flags {
        draft.flags = flags;
    }
    if let Some(country) = info.device_country {
        checked_country("DeviceCountry", &country)?;
        draft.device_country = Some(country);
    }
    if let Some(id) = info.location_id {
        if !geo::location_exists(id) {
            return Err(not_found("LocationId", id));
        }
        draft.location_id = id;
    }
    if let Some(code) = info.external_code {
        draft.external_code = Some(code).filter(|code| !code.is_empty());
    }
    if let Some(time) = info.trial_registration {
        draft.trial_registration = checked_time("TrialRegistrationTime", time)?;
    }
    if let Some(time) = info.trial_expiration {
        draft.trial_expiration = checked_time("TrialExpirationTime", time)?;
    }
    if let Some(mail_from) = info.mail_from {
        draft.details_mut().mail_from = Some(mail_from);
    }
    if let Some(advanced) = info.advanced {
        apply_advanced(&advanced, draft.details_mut(), caller, store)?;
    }
    if let Some(company) = info.company {
        apply_company(company, draft)?;
    }
    Ok(())
}

fn apply_company(company: CompanyInfo, draft: &mut Partner) -> Result<(), Refusal> {
    let mut address = company.post_address.unwrap_or_default();
    if let Some(country) = address.country.take() {
        // Kept as it was given: the samples of answers show "Greece" and "NL" alike (documented).
        checked_country("Country", &country)?;
        draft.country = Some(country);
    }
    let given = [
        (company.phone, field(|details| &mut details.phone)),
        (company.fax, field(|details| &mut details.fax)),
        (company.website, field(|details| &mut details.website)),
        (company.legal_name, field(|details| &mut details.legal_name)),
        (
            company.chamber_number,
            field(|details| &mut details.chamber_number),
        ),
        (company.vat_number, field(|details| &mut details.vat_number)),
        (
            company.bank_account,
            field(|details| &mut details.bank_account),
        ),
        (address.state, field(|details| &mut details.province)),
        (address.district, field(|details| &mut details.district)),
        (address.city, field(|details| &mut details.city)),
        (address.zip_code, field(|details| &mut details.zip_code)),
        (address.address, field(|details| &mut details.address)),
    ];
    for (value, place) in given {
        if let Some(value) = value {
            *place(draft.details_mut()) = Some(value);
        }
    }
    if let Some(contact) = company.billing_contact {
        draft.details_mut().billing_contact = Some(contact.0);
    }
    Ok(())
}

type Place = fn(&mut Details) -> &mut Option<Box<str>>;

fn field(place: Place) -> Place {
    place
}

fn apply_advanced(
    advanced: &AdvancedInfo,
    details: &mut Details,
    caller: &User,
    store: &Store,
) -> Result<(), Refusal> {
    if let Some(id) = advanced.region_id {
        if id != 0 && !geo::region_exists(id) {
            return Err(not_found("RegionId", id));
        }
        details.region_id = Some(id);
    }
    if let Some(id) = advanced.responsible_user_id {
        let known =
            |user: &User| user.id == id && store.is_within(caller.partner_id, user.partner_id);
        if id != 0 && !store.users().any(|user| known(user)) {
            return Err(not_found("ResponsibleUserId", id));
        }
        details.responsible_user_id = Some(id);
    }
    Ok(())
}

fn not_found(member: &str, id: i32) -> Refusal {
    Refusal::saying(
        ErrorName::EntityNotFound,
        format!("{member} {id} does not exist"),
    )
}

fn checked_name(name: Box<str>) -> Result<Box<str>, Refusal> {
    if name.trim().is_empty() {
        return Err(Refusal::invalid("Name is empty"));
    }
    if name.chars().nth(MAX_NAME).is_some() {
        return Err(Refusal::invalid(format!(
            "Name is longer than {MAX_NAME} characters"
        )));
    }
    Ok(name)
}

fn checked_country(member: &str, text: &str) -> Result<(), Refusal> {
    let Some(country) = geo::country(text) else {
        return Err(Refusal::invalid(format!(
            "{member} {text:?} is not a known country"
        )));
    };
    if country.is_blocked() {
        return Err(Refusal::invalid(format!("{member} {text:?} is blocked")));
    }
    Ok(())
}

fn checked_time(member: &str, time: i64) -> Result<i64, Refusal> {
    if time < 0 {
        return Err(Refusal::invalid(format!("{member} {time} is before 1970")));
    }
    Ok(time)
}

/// Holds a new or changed customer against its surroundings.
fn check(
    store: &Store,
    names: NamePolicy,
    draft: &Partner,
    before: Option<&Partner>,
) -> Result<(), Refusal> {
    let parent = store
        .get(draft.parent_id)
        .ok_or_else(|| Refusal::of(ErrorName::PartnerNotFound))?;
    let moved = before.is_none_or(|before| before.parent_id != draft.parent_id);
    if moved {
        if before.is_some() && store.is_within(draft.id, parent.id) {
            return Err(Refusal::invalid(
                "ParentId is the customer itself or below it",
            ));
        }
        if matches!(
            parent.state,
            State::NotActive | State::Rejected | State::Expired
        ) {
            return Err(Refusal::of(ErrorName::ParentState));
        }
    }
    check_level(store, draft, parent)?;
    let sold = |partner: &Partner| (partner.service_type, partner.child_service_types);
    if moved || before.is_some_and(|before| sold(before) != sold(draft)) {
        check_services(draft, parent)?;
    }
    let renamed = before.is_none_or(|before| before.name != draft.name);
    if (renamed || moved) && is_taken(store, names, draft) {
        return Err(Refusal::of(ErrorName::SameName));
    }
    Ok(())
}

fn check_level(store: &Store, draft: &Partner, parent: &Partner) -> Result<(), Refusal> {
    let level = draft.level;
    if level <= parent.level {
        return Err(Refusal::invalid(format!(
            "Level {level} is not lower than the parent's level {}",
            parent.level
        )));
    }
    if level == Level::Site && parent.level != Level::EndCustomer {
        return Err(Refusal::invalid(
            "Level Site is possible under an EndCustomer only",
        ));
    }
    let mut children = store
        .children(draft.id)
        .iter()
        .filter_map(|id| store.get(*id));
    let fits = |child: &Partner| {
        child.level > level && (child.level != Level::Site || level == Level::EndCustomer)
    };
    if draft.id != 0 && !children.all(fits) {
        return Err(Refusal::invalid(format!(
            "Level {level} does not fit the customers below"
        )));
    }
    Ok(())
}

fn check_services(draft: &Partner, parent: &Partner) -> Result<(), Refusal> {
    let offered = parent.offers();
    if let Some(service) = draft.service_type
        && !offered.contains(service)
    {
        return Err(Refusal::invalid(format!(
            "ServiceType {service} is not offered by the parent"
        )));
    }
    if !draft.child_service_types.is_subset(offered) {
        return Err(Refusal::invalid(
            "ChildServiceTypes go beyond what the parent offers",
        ));
    }
    Ok(())
}

/// Has somebody else the name, as far as that matters?
fn is_taken(store: &Store, names: NamePolicy, draft: &Partner) -> bool {
    let mut others = store
        .named(&draft.name)
        .iter()
        .filter(|id| **id != draft.id);
    match names {
        NamePolicy::Any => false,
        NamePolicy::Global => others.next().is_some(),
        NamePolicy::PerParent => others
            .filter_map(|id| store.get(*id))
            .any(|other| other.parent_id == draft.parent_id),
    }
}
