//! Answers as JSON text, written straight into one buffer.
//!
//! No tree of values is built: a listing of a hundred thousand customers is one pass. Must not
//! know: who asked, and why.

use std::io::Write;

use super::fields::Fields;
use super::geo::{self, LOCATIONS, REGIONS};
use super::kinds::{Kind, Set};
use super::partner::{Details, Partner};
use super::user::User;
use super::wire::Id;

/// An object being written.
pub(super) struct Object<'a> {
    out: &'a mut Vec<u8>,
    first: bool,
}

impl<'a> Object<'a> {
    pub(super) fn begin(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, first: true }
    }

    pub(super) fn end(self) {
        self.out.push(b'}');
    }

    /// Writes a member's name; the value is to follow in the buffer handed back.
    pub(super) fn key(&mut self, key: &str) -> &mut Vec<u8> {
        if !self.first {
            self.out.push(b',');
        }
        self.first = false;
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    pub(super) fn int(&mut self, key: &str, value: i64) {
        let out = self.key(key);
        let _ = write!(out, "{value}");
    }

    pub(super) fn text(&mut self, key: &str, value: &str) {
        text(self.key(key), value);
    }

    /// Text that may be missing; the service then writes empty text.
    fn maybe(&mut self, key: &str, value: Option<&str>) {
        self.text(key, value.unwrap_or_default());
    }

    pub(super) fn null(&mut self, key: &str) {
        self.key(key).extend_from_slice(b"null");
    }

    fn bool(&mut self, key: &str, value: bool) {
        let text: &[u8] = if value { b"true" } else { b"false" };
        self.key(key).extend_from_slice(text);
    }

    /// A set; the service writes an empty one as null.
    fn set<K: Kind>(&mut self, key: &str, set: Set<K>) {
        if set.is_empty() {
            return self.null(key);
        }
        let out = self.key(key);
        let mut before = b'[';
        for kind in set.iter() {
            out.push(before);
            before = b',';
            text(out, kind.as_str());
        }
        out.push(b']');
    }
}

/// Writes JSON text with its quotes.
pub(super) fn text(out: &mut Vec<u8>, value: &str) {
    // Writing into a vector cannot fail.
    let _ = serde_json::to_writer(out, value);
}

/// Writes an array of objects.
pub(super) fn list<T>(
    out: &mut Vec<u8>,
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut Object<'_>, T),
) -> usize {
    out.push(b'[');
    let mut count = 0;
    for item in items {
        if count > 0 {
            out.push(b',');
        }
        count += 1;
        let mut object = Object::begin(out);
        write(&mut object, item);
        object.end();
    }
    out.push(b']');
    count
}

/// Writes a member of a closed set.
pub(super) fn kind(out: &mut Vec<u8>, kind: impl Kind) {
    text(out, kind.as_str());
}

/// Writes the start of every answer: the echoed id and the protocol's version.
pub(super) fn head(out: &mut Vec<u8>, id: &Id<'_>) {
    out.extend_from_slice(b"{\"id\":");
    match id {
        Id::Null => out.extend_from_slice(b"null"),
        Id::Int(number) => {
            let _ = write!(out, "{number}");
        }
        Id::Float(number) => {
            let _ = serde_json::to_writer(&mut *out, number);
        }
        Id::Text(id) => text(out, id),
    }
    out.extend_from_slice(b",\"jsonrpc\":\"2.0\",");
}

/// Writes a refusal, whole.
pub(super) fn error(out: &mut Vec<u8>, id: &Id<'_>, code: i32, data: i64, message: &str) {
    head(out, id);
    out.extend_from_slice(b"\"error\":");
    let mut object = Object::begin(out);
    object.int("code", code.into());
    object.int("data", data);
    object.text("message", message);
    object.end();
    out.push(b'}');
}

/// The unique text of a partner: looks random, and its end gives the id back.
pub(super) fn uid(seed: u64, id: i32) -> String {
    let mut mixed = fastrand::Rng::with_seed(seed ^ u64::from(id.cast_unsigned()));
    let front = mixed.u64(..);
    let tail = u64::from(id.cast_unsigned()) ^ uid_mask(seed);
    format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{tail:012x}",
        front >> 32,
        (front >> 16) & 0xffff,
        (front >> 4) & 0xfff,
        front.rotate_left(20) & 0xfff,
    )
}

/// The partner a unique text belongs to.
pub(super) fn id_of_uid(seed: u64, text: &str) -> Option<i32> {
    let tail = text.rsplit('-').next()?;
    let id = u64::from_str_radix(tail, 16).ok()? ^ uid_mask(seed);
    let id = i32::try_from(id).ok()?;
    (uid(seed, id) == text).then_some(id)
}

fn uid_mask(seed: u64) -> u64 {
    fastrand::Rng::with_seed(seed).u64(..) & 0xffff_ffff_ffff
}

/// Writes the members of a partner that are asked for.
pub(super) fn partner(object: &mut Object<'_>, partner: &Partner, fields: Fields, seed: u64) {
    object.int("Id", partner.id.into());
    object.int("ParentId", partner.parent_id.into());
    if fields.has(Fields::NAME) {
        object.text("Name", &partner.name);
    }
    if fields.has(Fields::LEVEL) {
        object.text("Level", partner.level.as_str());
    }
    if fields.has(Fields::CHILD_SERVICE_TYPES) {
        object.set("ChildServiceTypes", partner.child_service_types);
    }
    if fields.has(Fields::SERVICE_TYPE) {
        object.text(
            "ServiceType",
            partner.service_type.map_or("Undefined", Kind::as_str),
        );
    }
    if fields.has(Fields::STATE) {
        object.text("State", partner.state.as_str());
    }
    if fields.has(Fields::DEVICE_COUNTRY) {
        object.maybe("DeviceCountry", partner.device_country.as_deref());
    }
    if fields.has(Fields::LOCATION_ID) {
        object.int("LocationId", partner.location_id.into());
    }
    if fields.has(Fields::FLAGS) {
        object.set("Flags", partner.flags);
    }
    if fields.has(Fields::TRIAL_REGISTRATION) {
        object.int("TrialRegistrationTime", partner.trial_registration);
    }
    if fields.has(Fields::TRIAL_EXPIRATION) {
        object.int("TrialExpirationTime", partner.trial_expiration);
    }
    if fields.has(Fields::EXTERNAL_CODE) {
        object.maybe("ExternalCode", partner.external_code.as_deref());
    }
    if fields.has(Fields::CREATION_TIME) {
        object.int("CreationTime", partner.created);
    }
    if fields.has(Fields::UID) {
        // Empty until automatic deployment is switched on (documented).
        let uid = partner.has_uid().then(|| uid(seed, partner.id));
        object.maybe("Uid", uid.as_deref());
    }
    let details = partner.details.as_deref();
    if fields.has(Fields::MAIL_FROM) {
        object.maybe(
            "MailFrom",
            details.and_then(|details| details.mail_from.as_deref()),
        );
    }
    if fields.has(Fields::ADVANCED) {
        let mut advanced = Object::begin(object.key("AdvancedPartnerProperties"));
        advanced.int(
            "RegionId",
            details.and_then(|d| d.region_id).unwrap_or(0).into(),
        );
        let responsible = details.and_then(|d| d.responsible_user_id).unwrap_or(0);
        advanced.int("ResponsibleUserId", responsible.into());
        advanced.end();
    }
    if fields.has(Fields::COMPANY) {
        company(object.key("Company"), partner);
    } else {
        object
            .key("Company")
            .extend_from_slice(b"{\"PostAddress\":null}");
    }
    object
        .key("ExternalPartnerProperties")
        .extend_from_slice(b"{}");
}

fn company(out: &mut Vec<u8>, partner: &Partner) {
    let none = Details::default();
    let details = partner.details.as_deref().unwrap_or(&none);
    let mut company = Object::begin(out);
    let mut address = Object::begin(company.key("PostAddress"));
    address.maybe("Country", partner.country.as_deref());
    address.maybe("State", details.province.as_deref());
    address.maybe("District", details.district.as_deref());
    address.maybe("City", details.city.as_deref());
    address.maybe("ZipCode", details.zip_code.as_deref());
    address.maybe("Address", details.address.as_deref());
    address.end();
    company.maybe("PhoneNumber", details.phone.as_deref());
    company.maybe("FaxNumber", details.fax.as_deref());
    company.maybe("WebsiteAddress", details.website.as_deref());
    company.maybe("LegalCompanyName", details.legal_name.as_deref());
    company.maybe("ChamberOfCommerceNumber", details.chamber_number.as_deref());
    company.maybe("VatNumber", details.vat_number.as_deref());
    company.maybe("BankAccountNumber", details.bank_account.as_deref());
    company.int(
        "BillingContactPersonId",
        details.billing_contact.unwrap_or(0).into(),
    );
    company.end();
}

/// Writes a partner of whom no members were asked for in a tree or a history: the level, and null for
/// the name.
///
/// Evidence: the samples of both pages (documented).
pub(super) fn bare_partner(object: &mut Object<'_>, partner: &Partner) {
    object
        .key("Company")
        .extend_from_slice(b"{\"PostAddress\":null}");
    object.null("ExternalPartnerProperties");
    object.int("Id", partner.id.into());
    object.text("Level", partner.level.as_str());
    object.null("Name");
    object.int("ParentId", partner.parent_id.into());
}

/// What keeps the made-up texts apart that one customer has.
const GUIDS: u64 = 3;

/// Writes the members that newer samples have beside the others.
///
/// Evidence: the samples of the look-ups by id and by UID and of the children (documented). Nothing
/// here changes them, so their values are the samples'.
pub(super) fn newer_members(object: &mut Object<'_>, partner: &Partner, seed: u64) {
    object.text("Guid", &uid(seed ^ GUIDS, partner.id));
    object.text("MailingOption", "Undefined");
    object.null("PrivateFlags");
    object.text("RegistrationOrigin", "Domestic");
    object.text("UpdatePackagesMaxAllowedVersion", "");
}

/// Writes a partner in the long form of the single look-ups. `Privilege` and `Discount` stand in
/// samples and in no schema.
pub(super) fn whole_partner(out: &mut Vec<u8>, whole: &Partner, seed: u64) {
    let mut object = Object::begin(out);
    partner(&mut object, whole, Fields::ALL, seed);
    newer_members(&mut object, whole, seed);
    object.text("Privilege", "Regular");
    object.int("Discount", 0);
    object.end();
}

/// Writes a user; the password is never told.
pub(super) fn user(out: &mut Vec<u8>, user: &User) {
    let mut object = Object::begin(out);
    user_members(&mut object, user);
    object.end();
}

/// Writes the members of a user.
///
/// Evidence: the page's sample of listed users (documented).
pub(super) fn user_members(object: &mut Object<'_>, user: &User) {
    object.text("EmailAddress", &user.email);
    object.int("FirstLoginTime", user.first_login);
    object.text("FirstName", &user.first_name);
    object.set("Flags", user.flags);
    object.text("FullName", &user.full_name);
    object.int("Id", user.id.into());
    object.int("LastLoginTime", user.last_login);
    object.text("Name", &user.name);
    object.int("PartnerId", user.partner_id.into());
    object.text("PhoneNumber", &user.phone);
    object.int("RoleId", user.role.id().into());
    object.text("Title", &user.title);
    object.text("TwoFactorAuthenticationStatus", user.two_factor.as_str());
}

/// Writes all locations.
pub(super) fn locations(out: &mut Vec<u8>) -> usize {
    list(out, LOCATIONS, |object, location| {
        object.int("Id", location.id.into());
        object.text("Name", location.name);
        if location.strict {
            object
                .key("Flags")
                .extend_from_slice(b"[\"StrictLocationPolicy\"]");
        } else {
            object.null("Flags");
        }
    })
}

/// Writes all countries.
pub(super) fn countries(out: &mut Vec<u8>) -> usize {
    list(out, geo::countries(), |object, country| {
        object.int("Id", i64::try_from(country.id()).unwrap_or(0));
        object.text("Name", country.name);
        object.text("IsoCode", country.code);
        object.int("LocationId", country.location_id.into());
        object.bool("IsBlocked", country.is_blocked());
        object.bool("IsOnlyLocation", country.is_only_location());
    })
}

/// Writes all regions.
pub(super) fn regions(out: &mut Vec<u8>) -> usize {
    list(out, REGIONS, |object, (id, name)| {
        object.int("Id", id.into());
        object.text("Name", name);
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tenant;

    #[test]
    fn a_uid_gives_its_id_back_and_no_other_text_does() {
        for id in [0, 1, 1000, i32::MAX] {
            assert_eq!(id_of_uid(9, &uid(9, id)), Some(id));
            assert_eq!(id_of_uid(8, &uid(9, id)), None);
        }
        assert_eq!(id_of_uid(9, ""), None);
        assert_eq!(uid(9, 1000).len(), 36);
    }

    #[test]
    fn every_writer_writes_json() {
        let mut out = Vec::new();
        locations(&mut out);
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value[17]["Name"], "United States");
        out.clear();
        assert_eq!(countries(&mut out), 249);
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value[248]["Id"], 249);
        out.clear();
        regions(&mut out);
        assert!(
            serde_json::from_slice::<serde_json::Value>(&out)
                .unwrap()
                .is_array()
        );
        out.clear();
        whole_partner(&mut out, &tenant::fixed()[0], 0);
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value["Name"], "Root");
        assert_eq!(value["Flags"], serde_json::Value::Null);
        assert_eq!(value["TrialRegistrationTime"], 0);
        assert_eq!(value["Company"]["PhoneNumber"], "");
    }
}
