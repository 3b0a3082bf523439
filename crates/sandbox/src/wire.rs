//! Requests as they come in: typed members by their exact names, and a note of all others.
//!
//! Field types are those of the service's published schema. A null counts as not given. Must not
//! know: what any value means, what the tenant holds.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::fields::Fields;
use super::kinds::{
    AccountType, AutoDeployment, Flag, Level, OrUndefined, ServiceType, Set, SortOrder, State,
    TwoFactor, UserFlag,
};

/// Text that is borrowed from the request where it can be.
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrowing;
        impl<'de> Visitor<'de> for Borrowing {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Borrowing)
    }
}

/// A truth value; text saying "true" or "false" is taken too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LooseBool(pub(super) bool);

impl<'de> Deserialize<'de> for LooseBool {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Loose;
        impl Visitor<'_> for Loose {
            type Value = LooseBool;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a bool")
            }
            fn visit_bool<E>(self, value: bool) -> Result<LooseBool, E> {
                Ok(LooseBool(value))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<LooseBool, E> {
                match text {
                    "true" => Ok(LooseBool(true)),
                    "false" => Ok(LooseBool(false)),
                    _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }
        }
        deserializer.deserialize_any(Loose)
    }
}

/// What can say which of its members were given.
pub(super) trait Given {
    /// The names of the members that were given.
    fn given(&self) -> impl Iterator<Item = &'static str>;
}

/// Makes a struct of optional members that are read by exact name; other names are noted.
macro_rules! members {
    ($(#[$meta:meta])* $name:ident { $($field:ident : $ty:ty = $wire:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Default)]
        pub(super) struct $name {
            $(pub(super) $field: Option<$ty>,)+
            /// Names of members that do not exist, in the order they came.
            pub(super) unknown: Vec<String>,
        }

        impl Given for $name {
            fn given(&self) -> impl Iterator<Item = &'static str> {
                [$((self.$field.is_some(), $wire)),+]
                    .into_iter()
                    .filter_map(|(given, name)| given.then_some(name))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Members;
                impl<'de> Visitor<'de> for Members {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str(concat!("an object (", stringify!($name), ")"))
                    }
                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        let mut members = $name::default();
                        while let Some(Text(key)) = map.next_key::<Text<'de>>()? {
                            match key.as_ref() {
                                $($wire => members.$field = map.next_value().map_err(|error| {
                                    de::Error::custom(format_args!("{}: {error}", $wire))
                                })?,)+
                                other => {
                                    members.unknown.push(other.to_owned());
                                    map.next_value::<IgnoredAny>()?;
                                }
                            }
                        }
                        Ok(members)
                    }
                }
                deserializer.deserialize_map(Members)
            }
        }
    };
}

members! {
    /// The parameters of all methods together; each method takes its own.
    Params {
        partner: String = "partner",
        username: String = "username",
        password: String = "password",
        partner_info: Box<PartnerInfo> = "partnerInfo",
        create_default_account: bool = "createDefaultAccount",
        force: LooseBool = "forceRemoveCustomColumnValuesInOldScope",
        parent_partner_id: i32 = "parentPartnerId",
        fetch_recursively: LooseBool = "fetchRecursively",
        fields: Fields = "fields",
        partner_id: i32 = "partnerId",
        range: Range = "range",
        partner_filter: Filter = "partnerFilter",
        name: String = "name",
        partner_uid: String = "partnerUid",
        query: Query = "query",
        account_info: AccountInfo = "accountInfo",
        home_node: IgnoredAny = "homeNodeInfo",
        account_id: i32 = "accountId",
        values: Vec<(i32, String)> = "values",
        partner_ids: Vec<i32> = "partnerIds",
        user_info: Box<UserInfo> = "userInfo",
        user_id: i32 = "userId",
        filter: String = "filter",
        children_limit: i64 = "childrenLimit",
        auto_deployment: OrUndefined<AutoDeployment> = "autoDeploymentState",
    }
}

members! {
    /// Which devices a listing of statistics holds, and which columns.
    Query {
        partner_id: i32 = "PartnerId",
        filter: IgnoredAny = "Filter",
        excluded: IgnoredAny = "ExcludedPartners",
        selection: String = "SelectionMode",
        labels: IgnoredAny = "Labels",
        start: usize = "StartRecordNumber",
        count: usize = "RecordsCount",
        order: IgnoredAny = "OrderBy",
        columns: Vec<String> = "Columns",
        totals: IgnoredAny = "Totals",
    }
}

members! {
    /// A device as sent. Some members exist and change nothing here.
    AccountInfo {
        id: i32 = "Id",
        name: Box<str> = "Name",
        alias: Box<str> = "NameAlias",
        password: IgnoredAny = "Password",
        token: IgnoredAny = "Token",
        kind: OrUndefined<AccountType> = "Type",
        partner_id: i32 = "PartnerId",
        product_id: i32 = "ProductId",
        location_id: i32 = "LocationId",
        creation_time: IgnoredAny = "CreationTime",
        expiration_time: i64 = "ExpirationTime",
        flags: IgnoredAny = "Flags",
        features: IgnoredAny = "Features",
        storage_location_id: IgnoredAny = "StorageLocationId",
        removal_time: IgnoredAny = "RemovalTime",
        group_id: IgnoredAny = "AccountGroupId",
        own_user_id: IgnoredAny = "OwnUserId",
        storage_id: IgnoredAny = "StorageId",
        profile_id: IgnoredAny = "ProfileId",
        override_virtual: IgnoredAny = "OverrideVirtual",
        continuity: IgnoredAny = "ContinuityEnabled",
    }
}

members! {
    /// A user as sent. Some members exist and change nothing here.
    UserInfo {
        id: i32 = "Id",
        partner_id: i32 = "PartnerId",
        name: Box<str> = "Name",
        password: Box<str> = "Password",
        role_id: i32 = "RoleId",
        contact_id: IgnoredAny = "ContactPersonId",
        two_factor: OrUndefined<TwoFactor> = "TwoFactorAuthenticationStatus",
        email: Box<str> = "EmailAddress",
        flags: Set<UserFlag> = "Flags",
        first_login: IgnoredAny = "FirstLoginTime",
        last_login: IgnoredAny = "LastLoginTime",
        first_name: Box<str> = "FirstName",
        full_name: Box<str> = "FullName",
        title: Box<str> = "Title",
        phone: Box<str> = "PhoneNumber",
    }
}

members! {
    /// A customer as sent. Some members exist and change nothing here.
    PartnerInfo {
        id: i32 = "Id",
        parent_id: i32 = "ParentId",
        name: Box<str> = "Name",
        level: OrUndefined<Level> = "Level",
        child_service_types: Set<ServiceType> = "ChildServiceTypes",
        service_type: OrUndefined<ServiceType> = "ServiceType",
        state: OrUndefined<State> = "State",
        device_country: Box<str> = "DeviceCountry",
        location_id: i32 = "LocationId",
        flags: Set<Flag> = "Flags",
        max_version: IgnoredAny = "UpdatePackagesMaxAllowedVersion",
        external_code: Box<str> = "ExternalCode",
        company: CompanyInfo = "Company",
        trial_registration: i64 = "TrialRegistrationTime",
        trial_expiration: i64 = "TrialExpirationTime",
        mail_from: Box<str> = "MailFrom",
        private_flags: IgnoredAny = "PrivateFlags",
        advanced: AdvancedInfo = "AdvancedPartnerProperties",
        external: IgnoredAny = "ExternalPartnerProperties",
        restrictions: IgnoredAny = "FeaturesRestrictions",
        mailing: IgnoredAny = "MailingOption",
        origin: IgnoredAny = "RegistrationOrigin",
        creation_time: i64 = "CreationTime",
        uid: String = "Uid",
        takeover_guid: String = "TakeoverGuid",
        guid: String = "Guid",
    }
}

members! {
    /// A customer's company as sent.
    CompanyInfo {
        post_address: AddressInfo = "PostAddress",
        phone: Box<str> = "PhoneNumber",
        fax: Box<str> = "FaxNumber",
        website: Box<str> = "WebsiteAddress",
        legal_name: Box<str> = "LegalCompanyName",
        chamber_number: Box<str> = "ChamberOfCommerceNumber",
        vat_number: Box<str> = "VatNumber",
        bank_account: Box<str> = "BankAccountNumber",
        billing_contact: BillingContact = "BillingContactPersonId",
    }
}

members! {
    /// A postal address as sent.
    AddressInfo {
        country: Box<str> = "Country",
        state: Box<str> = "State",
        district: Box<str> = "District",
        city: Box<str> = "City",
        zip_code: Box<str> = "ZipCode",
        address: Box<str> = "Address",
    }
}

members! {
    /// The advanced properties as sent.
    AdvancedInfo {
        region_id: i32 = "RegionId",
        responsible_user_id: i32 = "ResponsibleUserId",
    }
}

members! {
    /// A part of a listing.
    Range {
        offset: usize = "Offset",
        size: usize = "Size",
    }
}

members! {
    /// Which children a listing holds.
    Filter {
        states: Set<State> = "States",
        name_pattern: String = "NamePattern",
        external_code_pattern: String = "ExternalCodePattern",
        levels: Set<Level> = "Levels",
        sort_order: OrUndefined<SortOrder> = "SortOrder",
    }
}

impl PartnerInfo {
    /// Paths of all members that do not exist, from `partnerInfo` down.
    pub(super) fn unknown_paths(&self, note: &mut impl FnMut(String)) {
        let mut all = |path: &str, names: &[String]| {
            for name in names {
                note(format!("partnerInfo.{path}{name}"));
            }
        };
        all("", &self.unknown);
        if let Some(advanced) = &self.advanced {
            all("AdvancedPartnerProperties.", &advanced.unknown);
        }
        if let Some(company) = &self.company {
            all("Company.", &company.unknown);
            if let Some(address) = &company.post_address {
                all("Company.PostAddress.", &address.unknown);
            }
        }
    }
}

/// The billing contact: the service's page says text, its schema an integer; both are taken, as
/// long as the text is digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BillingContact(pub(super) i32);

impl<'de> Deserialize<'de> for BillingContact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits;
        impl Visitor<'_> for Digits {
            type Value = BillingContact;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an integer")
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<BillingContact, E> {
                match i32::try_from(number) {
                    Ok(number) => Ok(BillingContact(number)),
                    Err(_) => Err(E::invalid_value(de::Unexpected::Signed(number), &self)),
                }
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<BillingContact, E> {
                self.visit_i64(i64::try_from(number).unwrap_or(i64::MAX))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<BillingContact, E> {
                match text.parse() {
                    Ok(number) => Ok(BillingContact(number)),
                    Err(_) => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }
        }
        deserializer.deserialize_any(Digits)
    }
}

/// The caller's mark on a request, to be echoed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Id<'a> {
    #[default]
    Null,
    Int(i64),
    Float(f64),
    Text(Cow<'a, str>),
}

impl<'de> Deserialize<'de> for Id<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Id<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an id")
            }
            fn visit_unit<E>(self) -> Result<Id<'de>, E> {
                Ok(Id::Null)
            }
            fn visit_bool<E>(self, _: bool) -> Result<Id<'de>, E> {
                Ok(Id::Null)
            }
            fn visit_i64<E>(self, number: i64) -> Result<Id<'de>, E> {
                Ok(Id::Int(number))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Id<'de>, E> {
                Ok(i64::try_from(number).map_or(Id::Null, Id::Int))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Id<'de>, E> {
                Ok(Id::Float(number))
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Id<'de>, E> {
                Ok(Id::Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Id<'de>, E> {
                Ok(Id::Text(Cow::Owned(text.to_owned())))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Id<'de>, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Id::Null)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Id<'de>, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Id::Null)
            }
        }
        deserializer.deserialize_any(Any)
    }
}
