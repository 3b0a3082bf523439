//! What `ModifyPartner` is told about an existing customer: only the members that are to change.
//!
//! An absent member stays as it is, nested ones too: in the vendor's schema every member of
//! `Company` and `PostAddress` is optional by itself. No member is ever emptied.

use serde::{Deserialize, Serialize};

use super::CountryCode;
use super::fields::{CustomerName, Flag, Level, LocationId, ServiceType, State, Text, UnixSeconds};
use super::partner::Company;

/// The members of an existing customer that are to change, without `Id` and `ParentId` (added by
/// the call). Serialised as the members are called on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PartnerChanges {
    /// The new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<CustomerName>,
    /// The new level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// The service it gets from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_type: Option<ServiceType>,
    /// The services it may give from now on; empty when they stay.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub child_service_types: Vec<ServiceType>,
    /// The new state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// The new country of its devices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_country: Option<CountryCode>,
    /// The new default storage location.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location_id: Option<LocationId>,
    /// The new "Customer Reference".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_code: Option<Text>,
    /// The new properties; empty when they stay.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
    /// The members of the company that change.
    #[serde(skip_serializing_if = "Company::is_empty")]
    pub company: Box<Company>,
    /// When the trial was registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trial_registration_time: Option<UnixSeconds>,
    /// When the trial ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trial_expiration_time: Option<UnixSeconds>,
}

impl PartnerChanges {
    /// The same without the members of these dotted paths (`Company.PostAddress.City`).
    #[must_use]
    pub fn without(&self, paths: &[String]) -> Self {
        fn remove(from: &mut serde_json::Value, path: &str) {
            let (first, rest) = path.split_once('.').unwrap_or((path, ""));
            let Some(members) = from.as_object_mut() else {
                return;
            };
            match members.get_mut(first) {
                Some(below) if !rest.is_empty() => remove(below, rest),
                _ => drop(members.remove(first)),
            }
        }
        let Ok(mut members) = serde_json::to_value(self) else {
            return self.clone();
        };
        for path in paths {
            remove(&mut members, path);
        }
        serde_json::from_value(members).unwrap_or_else(|_| self.clone())
    }
}

/// Whether an update moves the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relocation {
    /// It stays where it is.
    #[default]
    Stays,
    /// It is moved below the parent of its row; `ParentId` is sent.
    Moves,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_left_out_by_their_paths_alone() {
        let text = |text: &str| Text::parse(text).ok();
        let mut changes = PartnerChanges {
            name: CustomerName::parse("Acme").ok(),
            external_code: text("A-1"),
            ..PartnerChanges::default()
        };
        changes.company.phone_number = text("+49 1");
        changes.company.post_address.city = text("Bonn");
        changes.company.post_address.zip_code = text("53111");
        let paths = [
            "Name",
            "Company.PhoneNumber",
            "Company.PostAddress.City",
            "Flags",
        ];
        let rest = changes.without(&paths.map(str::to_owned));
        let mut wanted = changes.clone();
        wanted.name = None;
        wanted.company.phone_number = None;
        wanted.company.post_address.city = None;
        assert_eq!(rest, wanted);
        assert_eq!(changes.without(&[]), changes);
    }
}
