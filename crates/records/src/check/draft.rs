//! From a row's values to a customer.

use std::sync::Arc;

use super::accepted::{Accepted, NamedReference, Parent};
use super::columns::Column;
use super::field::Field;
use super::row_draft::{Draft, RowAt};
use crate::model::partner::BillingContact;
use crate::model::{
    Address, AdvancedProperties, CellAddress, Company, CustomerName, LevelChoice, PartnerInfo, Text,
};

/// How a billing contact's id goes over the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BillingContactForm {
    /// As a string of digits, as the vendor's page says.
    #[default]
    AsString,
    /// As a number, as the vendor's schema says.
    AsInteger,
}

/// The customer of a row without errors; its parent is settled at the end of the table.
pub(super) fn accept(
    columns: &[Column],
    form: BillingContactForm,
    at: RowAt,
    draft: &Draft<'_>,
    level: LevelChoice,
    parent: Parent,
) -> Accepted {
    let name = CustomerName::parse(draft.text(Field::Name))
        .expect("a row without errors has a valid name");
    let partner = PartnerInfo {
        level: level.given(),
        service_type: draft.service_type,
        child_service_types: draft.child_service_types.words(),
        state: draft.state,
        device_country: draft.device_country,
        location_id: draft.location_id,
        external_code: text(draft, Field::ExternalCode),
        flags: draft.flags.words(),
        company: Box::new(company(draft, form)),
        trial_registration_time: draft.registration,
        trial_expiration_time: draft.expiration,
        advanced_partner_properties: AdvancedProperties {
            region_id: draft.region_id,
            responsible_user_id: draft.responsible_user_id,
        },
        ..PartnerInfo::named(name)
    };
    Accepted {
        row: at.index,
        number: at.number,
        partner: Arc::new(partner),
        default_account: draft.default_account,
        deployment: draft.deployment,
        level,
        level_in_list: level.given(),
        level_for_all: None,
        parent,
        existing_id: draft.existing_id,
        doubts: draft.doubts,
        location_name: reference(columns, at, draft, Field::Location).map(Box::new),
        region_name: reference(columns, at, draft, Field::Region).map(Box::new),
    }
}

fn company(draft: &Draft<'_>, form: BillingContactForm) -> Company {
    Company {
        post_address: Address {
            country: draft.country,
            state: text(draft, Field::PostState),
            district: text(draft, Field::District),
            city: text(draft, Field::City),
            zip_code: text(draft, Field::ZipCode),
            address: text(draft, Field::Address),
        },
        phone_number: text(draft, Field::PhoneNumber),
        fax_number: text(draft, Field::FaxNumber),
        website_address: text(draft, Field::WebsiteAddress),
        legal_company_name: text(draft, Field::LegalCompanyName),
        chamber_of_commerce_number: text(draft, Field::ChamberOfCommerceNumber),
        vat_number: text(draft, Field::VatNumber),
        bank_account_number: text(draft, Field::BankAccountNumber),
        billing_contact_person_id: draft.billing_contact.map(|id| match form {
            BillingContactForm::AsString => BillingContact::Digits(id),
            BillingContactForm::AsInteger => BillingContact::Integer(id),
        }),
    }
}

fn text(draft: &Draft<'_>, field: Field) -> Option<Text> {
    match draft.text(field) {
        "" => None,
        text => Some(Text::parse(text).expect("a row without errors has valid texts")),
    }
}

fn reference(
    columns: &[Column],
    at: RowAt,
    draft: &Draft<'_>,
    field: Field,
) -> Option<NamedReference> {
    let name = text(draft, field)?;
    let column = columns.iter().find(|column| column.field == field)?;
    Some(NamedReference {
        name,
        at: CellAddress {
            row: at.number,
            column: column.letter,
        },
        column: column.header.clone(),
    })
}
