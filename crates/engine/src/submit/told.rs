//! A customer as the service tells of it, as a plan sees it.

use crate::api::listed::{TenantCompany, TenantPartner};
use crate::plan::{Customer, KnownMembers, Member};

/// So many members of a customer are told mostly, and so many bytes.
const USUAL_MEMBERS: usize = 20;
const USUAL_LENGTH: usize = 400;

/// A customer as a plan sees it.
pub(super) fn customer(partner: TenantPartner) -> Customer {
    let number = |id: i64| u64::try_from(id).unwrap_or(0);
    // As those of most customers fit into it, they are not moved while they are noted.
    let mut told = KnownMembers::with_room(USUAL_MEMBERS, USUAL_LENGTH);
    told.note(Member::DeviceCountry, partner.device_country.as_deref());
    told.note(Member::LocationId, partner.location_id.as_deref());
    let flags = partner.flags.map(|flags| flags.join(";"));
    told.note(Member::Flags, flags.as_deref());
    if let Some(company) = partner.company {
        note_company(&mut told, *company);
    }
    for (member, time) in [
        (
            Member::TrialRegistrationTime,
            &partner.trial_registration_time,
        ),
        (Member::TrialExpirationTime, &partner.trial_expiration_time),
    ] {
        told.note(member, time.as_deref());
    }
    told.shrink();
    Customer {
        id: number(partner.id),
        parent: number(partner.parent_id),
        name: partner.name,
        level: partner.level,
        state: partner.state,
        service_type: partner.service_type,
        child_service_types: partner.child_service_types,
        external_code: partner.external_code,
        uid: partner.uid,
        told,
    }
}

/// A company that was told has every member: what is missing is empty. One of which nothing but a
/// null address came was not asked for.
fn note_company(told: &mut KnownMembers, company: TenantCompany) {
    if company == TenantCompany::default() {
        return;
    }
    let address = company.post_address.unwrap_or_default();
    for (member, value) in [
        (Member::PhoneNumber, company.phone_number),
        (Member::FaxNumber, company.fax_number),
        (Member::WebsiteAddress, company.website_address),
        (Member::LegalCompanyName, company.legal_company_name),
        (
            Member::ChamberOfCommerceNumber,
            company.chamber_of_commerce_number,
        ),
        (Member::VatNumber, company.vat_number),
        (Member::BankAccountNumber, company.bank_account_number),
        (
            Member::BillingContactPersonId,
            company.billing_contact_person_id,
        ),
        (Member::Country, address.country),
        (Member::Province, address.state),
        (Member::District, address.district),
        (Member::City, address.city),
        (Member::ZipCode, address.zip_code),
        (Member::Address, address.address),
    ] {
        told.note(member, Some(value.as_deref().unwrap_or_default()));
    }
}
