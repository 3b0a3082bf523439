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
/// values are kept, and take no room. The others stand in one text, in the order of the members: a tenant
/// may have a million customers with a dozen of them each.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, String>", into = "BTreeMap<String, String>")]
pub struct KnownMembers {
    known: u32,
    filled: u32,
    /// Where each value that is not empty ends.
    ends: Vec<u32>,
    text: String,
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

    /// None, with room for so many values of so many bytes.
    pub fn with_room(values: usize, bytes: usize) -> Self {
        Self {
            ends: Vec::with_capacity(values),
            text: String::with_capacity(bytes),
            ..Self::default()
        }
    }

    /// Gives back the room that was not needed.
    pub fn shrink(&mut self) {
        self.ends.shrink_to_fit();
        self.text.shrink_to_fit();
    }

    /// Notes a member; `None` is one that the tenant did not tell. The first word on a member counts.
    pub fn note(&mut self, member: Member, value: Option<&str>) {
        let Some(value) = value.map(str::trim) else {
            return;
        };
        self.known |= bit(member);
        let length = u32::try_from(value.len()).unwrap_or_default();
        if length == 0 || self.filled & bit(member) != 0 {
            return;
        }
        let place = self.place(member);
        let start = self.start(place);
        self.text.insert_str(start as usize, value);
        self.ends.insert(place, start + length);
        for end in &mut self.ends[place + 1..] {
            *end += length;
        }
        self.filled |= bit(member);
    }

    /// What the tenant says of a member; empty when it has none, `None` when it was not told.
    pub(super) fn get(&self, member: Member) -> Option<&str> {
        (self.known & bit(member) != 0).then(|| {
            if self.filled & bit(member) == 0 {
                return "";
            }
            let place = self.place(member);
            let (start, end) = (self.start(place), self.ends[place]);
            &self.text[start as usize..end as usize]
        })
    }

    /// Where a member stands, or would, among those that are not empty.
    fn place(&self, member: Member) -> usize {
        (self.filled & (bit(member) - 1)).count_ones() as usize
    }

    fn start(&self, place: usize) -> u32 {
        place.checked_sub(1).map_or(0, |before| self.ends[before])
    }
}

fn bit(member: Member) -> u32 {
    1 << member as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_may_be_noted_in_any_order() {
        let noted = [
            (Member::City, "Wien"),
            (Member::LocationId, " 7 "),
            (Member::Address, "Straße 1"),
            (Member::Flags, ""),
            (Member::City, "Graz"),
            (Member::TrialExpirationTime, "1"),
            (Member::Name, "Acme"),
        ];
        let mut known = KnownMembers::with_room(3, 10);
        known.note(Member::ZipCode, None);
        for (member, value) in noted {
            known.note(member, Some(value));
        }
        known.shrink();
        let told = |member| known.get(member);
        assert_eq!(told(Member::City), Some("Wien"));
        assert_eq!(told(Member::LocationId), Some("7"));
        assert_eq!(told(Member::Address), Some("Straße 1"));
        assert_eq!(told(Member::Flags), Some(""));
        assert_eq!(told(Member::TrialExpirationTime), Some("1"));
        assert_eq!(told(Member::Name), Some("Acme"));
        assert_eq!((told(Member::ZipCode), told(Member::State)), (None, None));
        let kept: BTreeMap<String, String> = known.clone().into();
        assert_eq!(KnownMembers::from(kept), known);
    }
}
