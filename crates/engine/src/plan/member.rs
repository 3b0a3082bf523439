//! The members of a customer that a row can set and the tenant tells: what both say, compared one
//! by one, and what is to be sent where they differ.
//!
//! A member that the tenant did not tell is not compared, and a member that the row does not set
//! never counts as different: nothing is ever emptied.

use std::borrow::Cow;

use super::action::Difference;
use super::known::Member;
use super::tenant::Customer;
use crate::model::partner::BillingContact;
use crate::model::{
    Address, Company, CountryCode, CustomerName, Flag, Level, PartnerChanges, PartnerInfo,
    ServiceType, State, Text,
};
use countries::{Resolution, resolve};

/// A member in which a row and the tenant differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    /// Which.
    pub member: Member,
    /// What the tenant has.
    pub tenant: String,
    /// What the row says.
    pub row: String,
}

impl From<Differing> for Difference {
    fn from(one: Differing) -> Self {
        Self {
            member: one.member.path(),
            tenant: one.tenant,
            row: one.row,
        }
    }
}

/// The members in which a row and a customer of the tenant differ, in a fixed order.
pub fn compare(partner: &PartnerInfo, customer: &Customer) -> Vec<Differing> {
    let mut differing = Vec::new();
    each_value(partner, |member, row| {
        if let Some(tenant) = of_tenant(customer, member)
            && !same(member, tenant.trim(), row)
        {
            differing.push(Differing {
                member,
                tenant: tenant.trim().to_owned(),
                row: row.to_owned(),
            });
        }
    });
    differing
}

/// The members in which a customer of the tenant and a row differ, of those a row can set and the
/// tree tells.
pub fn differences(partner: &PartnerInfo, customer: &Customer) -> Vec<Difference> {
    let differing = compare(partner, customer).into_iter();
    differing.map(Difference::from).collect()
}

/// Whether a customer of the tenant has everything that an update was to change.
pub fn has_changes(changes: &PartnerChanges, customer: &Customer) -> bool {
    wanted(changes, &customer.name).is_some_and(|wanted| compare(&wanted, customer).is_empty())
}

/// What an update is to make of a customer of this name; `None` where nobody can be called so.
pub(super) fn wanted(changes: &PartnerChanges, name: &str) -> Option<PartnerInfo> {
    let name = match &changes.name {
        Some(name) => name.clone(),
        None => CustomerName::parse(name).ok()?,
    };
    let PartnerChanges {
        name: _,
        level,
        service_type,
        child_service_types,
        state,
        device_country,
        location_id,
        external_code,
        flags,
        company,
        trial_registration_time,
        trial_expiration_time,
    } = changes.clone();
    Some(PartnerInfo {
        level,
        service_type,
        child_service_types,
        state,
        device_country,
        location_id,
        external_code,
        flags,
        company,
        trial_registration_time,
        trial_expiration_time,
        ..PartnerInfo::named(name)
    })
}

/// What is sent to bring the differing members to what the row says.
pub fn changes(partner: &PartnerInfo, differing: &[Differing]) -> PartnerChanges {
    let mut changes = PartnerChanges::default();
    for one in differing {
        take_over(partner, one.member, &mut changes);
    }
    changes
}

pub(super) fn take_over(partner: &PartnerInfo, member: Member, changes: &mut PartnerChanges) {
    let (from, to) = (&*partner.company, &mut *changes.company);
    let text = |from: &Option<Text>, to: &mut Option<Text>| to.clone_from(from);
    match member {
        Member::Name => changes.name = Some(partner.name.clone()),
        Member::Level => changes.level = partner.level,
        Member::ServiceType => changes.service_type = partner.service_type,
        Member::ChildServiceTypes => {
            changes
                .child_service_types
                .clone_from(&partner.child_service_types);
        }
        Member::State => changes.state = partner.state,
        Member::DeviceCountry => changes.device_country = partner.device_country,
        Member::LocationId => changes.location_id = partner.location_id,
        Member::ExternalCode => text(&partner.external_code, &mut changes.external_code),
        Member::Flags => changes.flags.clone_from(&partner.flags),
        Member::PhoneNumber => text(&from.phone_number, &mut to.phone_number),
        Member::FaxNumber => text(&from.fax_number, &mut to.fax_number),
        Member::WebsiteAddress => text(&from.website_address, &mut to.website_address),
        Member::LegalCompanyName => text(&from.legal_company_name, &mut to.legal_company_name),
        Member::ChamberOfCommerceNumber => text(
            &from.chamber_of_commerce_number,
            &mut to.chamber_of_commerce_number,
        ),
        Member::VatNumber => text(&from.vat_number, &mut to.vat_number),
        Member::BankAccountNumber => text(&from.bank_account_number, &mut to.bank_account_number),
        Member::BillingContactPersonId => {
            to.billing_contact_person_id = from.billing_contact_person_id;
        }
        Member::Country => to.post_address.country = from.post_address.country,
        Member::Province => text(&from.post_address.state, &mut to.post_address.state),
        Member::District => text(&from.post_address.district, &mut to.post_address.district),
        Member::City => text(&from.post_address.city, &mut to.post_address.city),
        Member::ZipCode => text(&from.post_address.zip_code, &mut to.post_address.zip_code),
        Member::Address => text(&from.post_address.address, &mut to.post_address.address),
        Member::TrialRegistrationTime => {
            changes.trial_registration_time = partner.trial_registration_time;
        }
        Member::TrialExpirationTime => {
            changes.trial_expiration_time = partner.trial_expiration_time;
        }
    }
}

/// Hands every member that a row sets to `each`, as text.
pub(super) fn each_value(partner: &PartnerInfo, mut each: impl FnMut(Member, &str)) {
    let mut put = |member, value: Option<&str>| {
        if let Some(value) = value {
            each(member, value);
        }
    };
    put(Member::Name, Some(partner.name.as_str()));
    put(Member::Level, partner.level.map(Level::as_str));
    put(
        Member::ServiceType,
        partner.service_type.map(ServiceType::as_str),
    );
    if !partner.child_service_types.is_empty() {
        let words = partner.child_service_types.iter();
        let words = words.map(|one| one.as_str()).collect::<Vec<_>>().join(";");
        put(Member::ChildServiceTypes, Some(&words));
    }
    put(Member::State, partner.state.map(State::as_str));
    put(
        Member::DeviceCountry,
        partner.device_country.map(CountryCode::as_str),
    );
    let number = partner.location_id.map(|id| id.to_string());
    put(Member::LocationId, number.as_deref());
    put(
        Member::ExternalCode,
        partner.external_code.as_ref().map(Text::as_str),
    );
    if !partner.flags.is_empty() {
        let words = partner.flags.iter().map(|one: &Flag| one.as_str());
        let words = words.collect::<Vec<_>>().join(";");
        put(Member::Flags, Some(&words));
    }
    each_of_company(&partner.company, &mut put);
    for (member, time) in [
        (
            Member::TrialRegistrationTime,
            partner.trial_registration_time,
        ),
        (Member::TrialExpirationTime, partner.trial_expiration_time),
    ] {
        let number = time.map(|time| time.get().to_string());
        put(member, number.as_deref());
    }
}

fn each_of_company(company: &Company, put: &mut impl FnMut(Member, Option<&str>)) {
    if company.is_empty() {
        return;
    }
    let Company {
        post_address,
        phone_number,
        fax_number,
        website_address,
        legal_company_name,
        chamber_of_commerce_number,
        vat_number,
        bank_account_number,
        billing_contact_person_id,
    } = company;
    let Address {
        country,
        state,
        district,
        city,
        zip_code,
        address,
    } = post_address;
    let mut text = |member, value: &Option<Text>| put(member, value.as_ref().map(Text::as_str));
    text(Member::PhoneNumber, phone_number);
    text(Member::FaxNumber, fax_number);
    text(Member::WebsiteAddress, website_address);
    text(Member::LegalCompanyName, legal_company_name);
    text(Member::ChamberOfCommerceNumber, chamber_of_commerce_number);
    text(Member::VatNumber, vat_number);
    text(Member::BankAccountNumber, bank_account_number);
    text(Member::Province, state);
    text(Member::District, district);
    text(Member::City, city);
    text(Member::ZipCode, zip_code);
    text(Member::Address, address);
    put(Member::Country, country.map(CountryCode::as_str));
    let contact = billing_contact_person_id.map(|contact| match contact {
        BillingContact::Integer(id) | BillingContact::Digits(id) => id.to_string(),
    });
    put(Member::BillingContactPersonId, contact.as_deref());
}

impl Customer {
    /// What the tenant says of a member, as a cell of a list would; `None` where it was not told.
    pub fn value(&self, member: Member) -> Option<String> {
        of_tenant(self, member).map(Cow::into_owned)
    }
}

pub(super) fn of_tenant(customer: &Customer, member: Member) -> Option<Cow<'_, str>> {
    let text = match member {
        Member::Name => &customer.name,
        Member::Level => &customer.level,
        Member::ServiceType => &customer.service_type,
        Member::State => &customer.state,
        Member::ExternalCode => &customer.external_code,
        Member::ChildServiceTypes => {
            return Some(Cow::Owned(customer.child_service_types.join(";")));
        }
        other => customer.told.get(other)?,
    };
    Some(Cow::Borrowed(text))
}

/// Whether both say the same: sets in any order, countries by code or name.
pub(super) fn same(member: Member, tenant: &str, row: &str) -> bool {
    if tenant == row {
        return true;
    }
    match member {
        Member::Flags | Member::ChildServiceTypes => words(tenant) == words(row),
        Member::Country | Member::DeviceCountry => {
            matches!(resolve(tenant), Resolution::Resolved(code) if code.as_str() == row)
        }
        _ => false,
    }
}

fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = text.split(';').filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::KnownMembers;

    fn text(value: &str) -> Option<Text> {
        Text::parse(value).ok()
    }

    fn row() -> PartnerInfo {
        let mut row = PartnerInfo::named(CustomerName::parse("Acme").unwrap());
        row.flags = vec![Flag::HasCustomBranding, Flag::CanInvoiceOthers];
        row.company.phone_number = text("+43 1");
        row.company.vat_number = text("ATU1");
        row.company.post_address.city = text("Wien");
        row.company.post_address.country = CountryCode::parse("AT");
        row
    }

    fn customer() -> Customer {
        let mut told = KnownMembers::default();
        told.note(Member::Flags, Some("CanInvoiceOthers;HasCustomBranding"));
        told.note(Member::PhoneNumber, Some("+43 2"));
        told.note(Member::City, Some(""));
        told.note(Member::Country, Some("Austria"));
        told.note(Member::ZipCode, Some("1010"));
        Customer {
            id: 5,
            name: "Acme".into(),
            told,
            ..Customer::default()
        }
    }

    #[test]
    fn only_what_both_tell_is_compared_and_only_what_differs_is_sent() {
        let differing = compare(&row(), &customer());
        let shown: Vec<String> = differing
            .iter()
            .map(|one| format!("{} {:?} {:?}", one.member.path(), one.tenant, one.row))
            .collect();
        assert_eq!(
            shown,
            [
                r#"Company.PhoneNumber "+43 2" "+43 1""#,
                r#"Company.PostAddress.City "" "Wien""#
            ]
        );
        let sent = serde_json::to_string(&changes(&row(), &differing)).unwrap();
        assert_eq!(
            sent,
            r#"{"Company":{"PostAddress":{"City":"Wien"},"PhoneNumber":"+43 1"}}"#
        );
    }

    #[test]
    fn a_change_is_there_when_all_of_its_members_are() {
        let differing = compare(&row(), &customer());
        let changes = changes(&row(), &differing);
        let mut after = customer();
        assert!(!has_changes(&changes, &after));
        after.told = KnownMembers::default();
        after.told.note(Member::PhoneNumber, Some("+43 1"));
        after.told.note(Member::City, Some("Graz"));
        assert!(!has_changes(&changes, &after));
        after.told = KnownMembers::default();
        after.told.note(Member::PhoneNumber, Some("+43 1"));
        after.told.note(Member::City, Some("Wien"));
        // Somebody else's change to another member is none of ours.
        after.told.note(Member::ZipCode, Some("9999"));
        assert!(has_changes(&changes, &after));
    }
}
