//! A device as the tenant keeps it.
//!
//! Must not know: customers, requests, answers.

use serde::{Deserialize, Serialize};

use super::kinds::AccountType;

/// When a device expires that was given no time: the last second of 32 bits, as in the vendor's
/// sample of listed devices.
const NEVER: i64 = 2_147_483_647;

/// A device of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored")]
pub(super) struct Device {
    /// 0 until the tenant gives it one.
    pub(super) id: i32,
    pub(super) name: Box<str>,
    pub(super) alias: Option<Box<str>>,
    pub(super) kind: AccountType,
    /// Did the customer get it when it was created?
    pub(super) is_default: bool,
    pub(super) product_id: i32,
    pub(super) location_id: i32,
    /// Unix seconds.
    pub(super) created: i64,
    /// Unix seconds.
    pub(super) expires: i64,
    /// Unix seconds, 0 while it is there.
    pub(super) removed: i64,
    /// Custom columns that have a value, by number.
    pub(super) columns: Vec<(i32, Box<str>)>,
}

impl Device {
    /// A new device.
    pub(super) fn new(id: i32, name: Box<str>, location_id: i32, created: i64) -> Self {
        Self {
            id,
            name,
            alias: None,
            kind: AccountType::BackupManager,
            is_default: false,
            product_id: 1,
            location_id,
            created,
            expires: NEVER,
            removed: 0,
            columns: Vec::new(),
        }
    }

    /// The device that a customer is created with, if that is asked for.
    ///
    /// Evidence: the parameter is documented (contract, section 3); what the device is called is
    /// not known, and chosen.
    pub(super) fn default_of(partner: i32, id: i32, location_id: i32, created: i64) -> Self {
        let name = format!("default-{partner}").into();
        let mut device = Self::new(id, name, location_id, created);
        device.is_default = true;
        device
    }
}

/// How a device stands in a file: the first format had names alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum Stored {
    Name(Box<str>),
    Whole(Whole),
}

/// The members of [`Device`], once more since it is read by way of this.
#[derive(Deserialize)]
struct Whole {
    id: i32,
    name: Box<str>,
    alias: Option<Box<str>>,
    kind: AccountType,
    is_default: bool,
    product_id: i32,
    location_id: i32,
    created: i64,
    expires: i64,
    removed: i64,
    columns: Vec<(i32, Box<str>)>,
}

impl From<Stored> for Device {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Name(name) => Self::new(0, name, 0, 0),
            Stored::Whole(whole) => Self {
                id: whole.id,
                name: whole.name,
                alias: whole.alias,
                kind: whole.kind,
                is_default: whole.is_default,
                product_id: whole.product_id,
                location_id: whole.location_id,
                created: whole.created,
                expires: whole.expires,
                removed: whole.removed,
                columns: whole.columns,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_an_older_file_is_a_device_and_a_device_comes_back_whole() {
        let old: Device = serde_json::from_str("\"srv-01\"").unwrap();
        assert_eq!((old.id, &*old.name), (0, "srv-01"));
        let mut new = Device::default_of(1001, 5, 18, 9);
        new.columns.push((7, "x".into()));
        let stored = serde_json::to_string(&new).unwrap();
        assert_eq!(serde_json::from_str::<Device>(&stored).unwrap(), new);
    }
}
