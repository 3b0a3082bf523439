//! An accepted row field by field, in words: what `AddPartner` would get, before the tenant is asked.
//! Everything reads back as the same value.

use std::borrow::Cow;

use jiff::Timestamp;

use super::accepted::{Accepted, ParentTarget};
use super::field::Field;
use super::mapping::Mapping;
use crate::model::level::DERIVE;
use crate::model::partner::BillingContact;
use crate::model::{
    CountryCode, DefaultAccount, Deployment, LevelChoice, PartnerInfo, Text, UnixSeconds,
};

/// The fields that a table gives: those with a column, a default or a value for every row, in the
/// order of the documentation.
pub fn fields_given(mapping: &Mapping) -> Vec<Field> {
    let given = |field: &Field| {
        mapping.index_of(*field).is_some()
            || mapping.default_of(*field).is_some()
            || mapping.constant_of(*field).is_some()
    };
    Field::ALL.iter().copied().filter(given).collect()
}

/// The value of one field; empty where the field is left out of the call.
pub fn value(row: &Accepted, field: Field) -> Cow<'_, str> {
    use Field::{
        AutomaticDeployment, CreateDefaultAccount, Id, Level, Location, Parent, ParentId, Region,
    };
    match field {
        Id => shown(row.existing_id()),
        ParentId => match row.parent().target {
            ParentTarget::Id(id) => shown(Some(id)),
            _ => shown(row.parent().expected_id),
        },
        Parent => text(row.parent().written.as_ref()),
        Level => word(level(row)),
        Location => text(row.location_name().map(|one| &one.name)),
        Region => text(row.region_name().map(|one| &one.name)),
        CreateDefaultAccount => match row.default_account() {
            DefaultAccount::None => "false".into(),
            DefaultAccount::Create => "true".into(),
        },
        AutomaticDeployment => match row.deployment() {
            Deployment::AsItIs => "false".into(),
            Deployment::SwitchOn => "true".into(),
        },
        _ => of_partner(row.partner(), field).unwrap_or_default(),
    }
}

/// The value of one field of a customer as it is sent; empty where the field is left out of the call,
/// none where the customer alone does not tell.
pub fn of_partner(partner: &PartnerInfo, field: Field) -> Option<Cow<'_, str>> {
    use Field::{
        AutomaticDeployment, BillingContactPersonId, ChildServiceTypes, Country,
        CreateDefaultAccount, DeviceCountry, Flags, Id, Level, Location, LocationId, Name, Parent,
        ParentId, Region, RegionId, ResponsibleUserId, ServiceType, State, TrialExpirationTime,
        TrialRegistrationTime,
    };
    let advanced = &partner.advanced_partner_properties;
    Some(match field {
        Id | ParentId | Parent | Location | Region | CreateDefaultAccount | AutomaticDeployment => {
            return None;
        }
        Name => partner.name.as_str().into(),
        Level => word(partner.level.map(crate::model::Level::as_str)),
        ServiceType => word(partner.service_type.map(crate::model::ServiceType::as_str)),
        ChildServiceTypes => joined(partner.child_service_types.iter().map(|one| one.as_str())),
        State => word(partner.state.map(crate::model::State::as_str)),
        Country => word(
            partner
                .company
                .post_address
                .country
                .map(CountryCode::as_str),
        ),
        DeviceCountry => word(partner.device_country.map(CountryCode::as_str)),
        LocationId => shown(partner.location_id),
        Flags => joined(partner.flags.iter().map(|one| one.as_str())),
        BillingContactPersonId => match partner.company.billing_contact_person_id {
            Some(BillingContact::Digits(id) | BillingContact::Integer(id)) => shown(Some(id)),
            None => "".into(),
        },
        TrialRegistrationTime => moment(partner.trial_registration_time, "T00:00:00Z"),
        TrialExpirationTime => moment(partner.trial_expiration_time, "T23:59:59Z"),
        RegionId => shown(advanced.region_id),
        ResponsibleUserId => shown(advanced.responsible_user_id),
        _ => text(plain(partner, field)),
    })
}

/// The level as far as the list tells; the word for what only the tenant tells.
fn level(row: &Accepted) -> Option<&'static str> {
    match (row.level_in_list(), row.level()) {
        (Some(level), _) => Some(level.as_str()),
        (None, LevelChoice::Derived) => Some(DERIVE),
        (None, _) => None,
    }
}

/// A field that is sent as the text it is.
fn plain(partner: &PartnerInfo, field: Field) -> Option<&Text> {
    let company = &partner.company;
    let address = &company.post_address;
    let text = match field {
        Field::ExternalCode => &partner.external_code,
        Field::LegalCompanyName => &company.legal_company_name,
        Field::PhoneNumber => &company.phone_number,
        Field::FaxNumber => &company.fax_number,
        Field::WebsiteAddress => &company.website_address,
        Field::ChamberOfCommerceNumber => &company.chamber_of_commerce_number,
        Field::VatNumber => &company.vat_number,
        Field::BankAccountNumber => &company.bank_account_number,
        Field::PostState => &address.state,
        Field::District => &address.district,
        Field::City => &address.city,
        Field::ZipCode => &address.zip_code,
        Field::Address => &address.address,
        _ => &None,
    };
    text.as_ref()
}

fn text(text: Option<&Text>) -> Cow<'_, str> {
    text.map_or("", Text::as_str).into()
}

fn word(word: Option<&'static str>) -> Cow<'static, str> {
    word.unwrap_or_default().into()
}

fn shown(value: Option<impl ToString>) -> Cow<'static, str> {
    value.map_or(Cow::Borrowed(""), |value| value.to_string().into())
}

fn joined<'a>(words: impl Iterator<Item = &'a str>) -> Cow<'static, str> {
    words.collect::<Vec<_>>().join(";").into()
}

/// A bare date where the moment is what a bare date means, else date and time in UTC.
fn moment(seconds: Option<UnixSeconds>, bare: &str) -> Cow<'static, str> {
    let Some(seconds) = seconds else {
        return "".into();
    };
    // 0 stands for no trial.
    let time = Timestamp::from_second(seconds.get());
    let Some(time) = time.ok().filter(|_| seconds.get() > 0) else {
        return seconds.get().to_string().into();
    };
    let whole = time.to_string();
    match whole.strip_suffix(bare) {
        Some(date) => date.to_owned().into(),
        None => whole.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_bare_date_where_that_says_all() {
        let at = |seconds| moment(UnixSeconds::new(seconds), "T23:59:59Z");
        assert_eq!(at(1_535_673_599), "2018-08-30");
        assert_eq!(at(1_535_673_600), "2018-08-31T00:00:00Z");
        assert_eq!(moment(UnixSeconds::new(86_400), "T00:00:00Z"), "1970-01-02");
        assert_eq!(at(0), "0");
        assert_eq!(moment(None, "T00:00:00Z"), "");
    }
}
