//! The members of a customer, and what is known of each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

macro_rules! members {
    ($($(#[$doc:meta])* $name:ident = $path:literal),+ $(,)?) => {
        /// A member of a customer.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the paths on the wire say it")]
        pub enum Member {
            $($name,)+
        }

        impl Member {
            /// Every member, in the order in which they are compared.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The dotted path on the wire.
            pub fn path(self) -> &'static str {
                match self {
                    $(Self::$name => $path,)+
                }
            }
        }
    };
}

members! {
    Name = "Name",
    Level = "Level",
    ServiceType = "ServiceType",
    ChildServiceTypes = "ChildServiceTypes",
    State = "State",
    DeviceCountry = "DeviceCountry",
    LocationId = "LocationId",
    ExternalCode = "ExternalCode",
    Flags = "Flags",
    PhoneNumber = "Company.PhoneNumber",
    FaxNumber = "Company.FaxNumber",
    WebsiteAddress = "Company.WebsiteAddress",
    LegalCompanyName = "Company.LegalCompanyName",
    ChamberOfCommerceNumber = "Company.ChamberOfCommerceNumber",
    VatNumber = "Company.VatNumber",
    BankAccountNumber = "Company.BankAccountNumber",
    BillingContactPersonId = "Company.BillingContactPersonId",
    Country = "Company.PostAddress.Country",
    Province = "Company.PostAddress.State",
    District = "Company.PostAddress.District",
    City = "Company.PostAddress.City",
    ZipCode = "Company.PostAddress.ZipCode",
    Address = "Company.PostAddress.Address",
    TrialRegistrationTime = "TrialRegistrationTime",
    TrialExpirationTime = "TrialExpirationTime",
}

/// What is known of a customer beside the members that every `Customer` has: empty
/// values are kept,  and take no room.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, String>", into = "BTreeMap<String, String>")]
pub struct KnownMembers {
    known: u32,
    values: Vec<(Member, Box<str>)>,
}

impl From<BTreeMap<String, String>> for KnownMembers {
    /// Members of other names are passed over: a newer version may have told them.
    fn from(values: BTreeMap<String, String>) -> Self {
        let mut known = Self::default();
        for member in Member::ALL {
            known.note(*member, values.get(member.path()).map(String::as_str));
        }
        known
    }
}

impl From<KnownMembers> for BTreeMap<String, String> {
    fn from(known: KnownMembers) -> Self {
        let all = Member::ALL.iter().filter_map(|member| {
            let value = known.get(*member)?;
            Some((member.path().to_owned(), value.to_owned()))
        });
        all.collect()
    }
}

impl KnownMembers {
    /// Whether nothing was told.
    pub fn is_empty(&self) -> bool {
        self.known == 0
    }

    /// Notes a member; `None` is one that the tenant did not tell.
    pub fn note(&mut self, member: Member, value: Option<&str>) {
        let Some(value) = value.map(str::trim) else {
            return;
        };
        self.known |= 1 << member as u32;
        if !value.is_empty() {
            self.values.push((member, value.into()));
        }
    }

    /// What the tenant says of a member; empty when it has none, `None` when it was not told.
    pub(super) fn get(&self, member: Member) -> Option<&str> {
        let is_known = self.known & (1 << member as u32) != 0;
        is_known.then(|| {
            let found = self.values.iter().find(|(one, _)| *one == member);
            found.map_or("", |(_, value)| &**value)
        })
    }
}
