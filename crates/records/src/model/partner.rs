//! A customer as `AddPartner` takes it: member names and types of the vendor's page and schema.
//!
//! Absent members are left out of the JSON, never sent as null or "". `ParentId` is missing here
//! on purpose: it is known only when the parent exists, and the call adds it.

use serde::{Deserialize, Serialize};

use super::CountryCode;
use super::fields::{
    ContactId, CustomerName, Flag, Level, LocationId, RegionId, ServiceType, State, Text,
    UnixSeconds, UserId,
};

/// The members of the schema's `PartnerInfo` that an import sets, without `Id` (never sent) and
/// `ParentId` (added by the call).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PartnerInfo {
    /// The customer's name.
    pub name: CustomerName,
    /// Its level; below its parent's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub level: Option<Level>,
    /// The service it gets.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub service_type: Option<ServiceType>,
    /// The services it may give to its own customers; a set, sent as an array in the schema's
    /// order.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub child_service_types: Vec<ServiceType>,
    /// Trial or production.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub state: Option<State>,
    /// The country of its devices, which fixes the storage location.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub device_country: Option<CountryCode>,
    /// The default storage location, where it is not to follow from the country.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub location_id: Option<LocationId>,
    /// The console's "Customer Reference".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub external_code: Option<Text>,
    /// Properties; a set, sent as an array in the schema's order.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub flags: Vec<Flag>,
    /// The company behind the customer.
    #[serde(skip_serializing_if = "Company::is_empty", default)]
    pub company: Box<Company>,
    /// When the trial was registered.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trial_registration_time: Option<UnixSeconds>,
    /// When the trial ends.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trial_expiration_time: Option<UnixSeconds>,
    /// Region and responsible user.
    #[serde(skip_serializing_if = "AdvancedProperties::is_empty", default)]
    pub advanced_partner_properties: AdvancedProperties,
}

impl PartnerInfo {
    /// A customer of which only the name is known.
    pub fn named(name: CustomerName) -> Self {
        Self {
            name,
            level: None,
            service_type: None,
            child_service_types: Vec::new(),
            state: None,
            device_country: None,
            location_id: None,
            external_code: None,
            flags: Vec::new(),
            company: Box::default(),
            trial_registration_time: None,
            trial_expiration_time: None,
            advanced_partner_properties: AdvancedProperties::default(),
        }
    }
}

/// The schema's `PartnerCompanyInfo`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Company {
    /// The postal address.
    #[serde(skip_serializing_if = "Address::is_empty")]
    pub post_address: Address,
    /// Phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<Text>,
    /// Fax.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fax_number: Option<Text>,
    /// Website, in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website_address: Option<Text>,
    /// The legal name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_company_name: Option<Text>,
    /// The number in the trade register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chamber_of_commerce_number: Option<Text>,
    /// The VAT number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat_number: Option<Text>,
    /// The bank account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bank_account_number: Option<Text>,
    /// The contact person for bills.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_contact_person_id: Option<BillingContact>,
}

impl Company {
    /// Whether no member is set, so that `Company` is left out of the call.
    pub fn is_empty(&self) -> bool {
        let Self {
            post_address,
            phone_number: None,
            fax_number: None,
            website_address: None,
            legal_company_name: None,
            chamber_of_commerce_number: None,
            vat_number: None,
            bank_account_number: None,
            billing_contact_person_id: None,
        } = self
        else {
            return false;
        };
        post_address.is_empty()
    }
}

/// How a billing contact's id goes over the wire: the vendor's page says String, the schema int.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum BillingContact {
    /// As a JSON number, as the schema has it.
    Integer(ContactId),
    /// As a JSON string of digits, as the page has it.
    #[serde(with = "digits")]
    Digits(ContactId),
}

mod digits {
    //! A contact id as a string of digits.
    use serde::{Deserialize, Deserializer, Serializer};

    use super::ContactId;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
    pub(super) fn serialize<S: Serializer>(id: &ContactId, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(id)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<ContactId, D::Error> {
        String::deserialize(from)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// The schema's `PostAddressInfo`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Address {
    /// The customer's country; the storage location follows from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<CountryCode>,
    /// State or province.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<Text>,
    /// District.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub district: Option<Text>,
    /// City.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<Text>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zip_code: Option<Text>,
    /// Street address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Text>,
}

impl Address {
    /// Whether no member is set, so that `PostAddress` is left out of the call.
    pub fn is_empty(&self) -> bool {
        matches!(
            self,
            Self {
                country: None,
                state: None,
                district: None,
                city: None,
                zip_code: None,
                address: None,
            }
        )
    }
}

/// The schema's `AdvancedPartnerPropertiesInfo`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AdvancedProperties {
    /// The region, from `EnumerateRegions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region_id: Option<RegionId>,
    /// The user in charge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub responsible_user_id: Option<UserId>,
}

impl AdvancedProperties {
    /// Whether no member is set, so that the member is left out of the call.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// `AutomaticDeployment`: whether it is switched on for the customer. Never unless the cell says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Deployment {
    /// It stays as it is.
    #[default]
    AsItIs,
    /// It is switched on, where it is off, once the customer is there.
    SwitchOn,
}

/// What automatic deployment of a customer's devices is switched to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

/// Since when there is a customer whose automatic deployment is switched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Since {
    /// The run has created it.
    ThisRun,
    /// It was there before.
    Before,
}

/// `createDefaultAccount`: whether the service makes a backup account along with the customer.
/// Always sent; never `Create` unless the cell says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum DefaultAccount {
    /// No account.
    #[default]
    None,
    /// One default backup account.
    Create,
}
