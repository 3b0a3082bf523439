//! Field types in which a wrong value cannot exist: private fields, one way in.
//!
//! Names and spellings are those of the vendor's schema (23.3); `ServiceOrganization` is newer than
//! it and in use.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// A value that a field cannot take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{value}\" is not a valid {field}")]
pub struct InvalidField {
    /// What was expected, in the field's terms.
    pub field: &'static str,
    /// What was given.
    pub value: String,
}

impl InvalidField {
    /// Says that `value` is no `field`.
    pub fn new(field: &'static str, value: &str) -> Self {
        Self {
            field,
            value: value.to_owned(),
        }
    }
}

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $field:literal, $longest:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "SmolStr")]
        pub struct $name(SmolStr);

        impl $name {
            /// The longest value, in characters.
            pub const LONGEST: usize = $longest;

            /// Trims `text` and takes it, unless it is empty, too long or holds control characters.
            pub fn parse(text: &str) -> Result<Self, InvalidField> {
                let trimmed = text.trim();
                let fits = trimmed.len() <= Self::LONGEST
                    || trimmed.chars().count() <= Self::LONGEST;
                if trimmed.is_empty() || !fits || trimmed.chars().any(char::is_control) {
                    return Err(InvalidField::new($field, text));
                }
                Ok(Self(trimmed.into()))
            }

            /// The text, trimmed, never empty.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<SmolStr> for $name {
            type Error = InvalidField;
            fn try_from(text: SmolStr) -> Result<Self, InvalidField> {
                Self::parse(&text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }
    };
}

text_type! {
    /// A customer's name: not empty (the schema's `OptionalNonEmptyString`), at most 255
    /// characters (no limit is published; the vendor's own columns keep 200 to 255).
    CustomerName, "customer name", 255
}

text_type! {
    /// Any other text that goes to the service: not empty, no control characters.
    Text, "text", 4096
}

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident, $field:literal, $inner:ty) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name($inner);

        impl FromStr for $name {
            type Err = InvalidField;
            /// Takes decimal digits, nothing else.
            fn from_str(text: &str) -> Result<Self, InvalidField> {
                let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                let number = if digits { text.parse::<$inner>().ok() } else { None };
                number.and_then(Self::new).ok_or_else(|| InvalidField::new($field, text))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "{}", self.0)
            }
        }
    };
}

id_type! {
    /// The id of a customer ("partner") in the tenant: a positive integer of 63 bits. The schema
    /// says `int`, and nobody has seen one of more than seven digits; but an id that does not fit
    /// would be a customer that is not seen.
    PartnerId, "customer id", NonZeroU64
}

impl PartnerId {
    /// The greatest there can be.
    pub const MOST: u64 = i64::MAX.unsigned_abs();

    fn new(number: NonZeroU64) -> Option<Self> {
        (number.get() <= Self::MOST).then_some(Self(number))
    }

    /// The id that a number from the service stands for; `None` unless it is positive.
    pub fn from_number(number: i64) -> Option<Self> {
        u64::try_from(number)
            .ok()
            .and_then(NonZeroU64::new)
            .and_then(Self::new)
    }

    /// The number.
    pub fn get(self) -> u64 {
        self.0.get()
    }

    /// The number as the wire and the journal have it.
    pub fn number(self) -> i64 {
        self.0.get().cast_signed()
    }
}

impl WholeId for PartnerId {
    const MOST: u64 = Self::MOST;
}

/// An id that is written as digits.
pub trait WholeId: FromStr {
    /// The greatest there can be.
    const MOST: u64;
}

macro_rules! plain_id {
    ($(#[$doc:meta])* $name:ident, $field:literal) => {
        id_type! { $(#[$doc])* $name, $field, u32 }

        impl $name {
            fn new(number: u32) -> Option<Self> {
                (number <= i32::MAX.unsigned_abs()).then_some(Self(number))
            }

            /// The id that a number from the service stands for; `None` unless 0 to 2^31-1.
            pub fn from_number(number: i64) -> Option<Self> {
                u32::try_from(number).ok().and_then(Self::new)
            }

            /// The number.
            pub fn get(self) -> u32 {
                self.0
            }
        }

        impl WholeId for $name {
            const MOST: u64 = i32::MAX.unsigned_abs() as u64;
        }
    };
}

plain_id! {
    /// The id of a storage location, from `EnumerateLocations`.
    LocationId, "location id"
}
plain_id! {
    /// The id of a region, from `EnumerateRegions`.
    RegionId, "region id"
}
plain_id! {
    /// The id of a user.
    UserId, "user id"
}
plain_id! {
    /// The id of a contact person. The vendor's page says String, the schema int: digits either way.
    ContactId, "contact id"
}

/// A moment in Unix seconds, UTC, as the service counts time. 0 stands for "no trial".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixSeconds(i64);

impl UnixSeconds {
    /// Takes seconds since 1970-01-01T00:00:00Z; `None` before that and after the year 9999.
    pub fn new(seconds: i64) -> Option<Self> {
        (0..=253_402_300_799)
            .contains(&seconds)
            .then_some(Self(seconds))
    }

    /// The seconds.
    pub fn get(self) -> i64 {
        self.0
    }
}

macro_rules! word_enum {
    ($(#[$doc:meta])* $name:ident, $field:literal, { $($(#[$vdoc:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
        }

        impl $name {
            /// Every value, in the schema's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word on the wire, case sensitive there.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($variant),)+
                }
            }
        }

        impl FromStr for $name {
            type Err = InvalidField;
            /// Takes the word exactly as the service spells it.
            fn from_str(text: &str) -> Result<Self, InvalidField> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|value| value.as_str() == text)
                    .ok_or_else(|| InvalidField::new($field, text))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(self.as_str())
            }
        }
    };
}

word_enum! {
    /// The level of a customer in the tree, highest first: a customer's level must come after its
    /// parent's in this order (the schema's `PartnerLevel`).
    Level, "level", {
        /// The top of the service.
        Root,
        /// Below the root.
        SubRoot,
        /// A distributor.
        Distributor,
        /// Below a distributor.
        SubDistributor,
        /// A managed service provider.
        Reseller,
        /// Between reseller and end customer; newer than schema 23.3.
        ServiceOrganization,
        /// A customer whose devices are backed up.
        EndCustomer,
        /// A site of an end customer.
        Site,
    }
}

impl Level {
    /// Whether a customer of this level may stand directly below one of `parent`'s level by the
    /// vendor's rule "must be lower than the level of the parent".
    pub fn may_stand_below(self, parent: Self) -> bool {
        self > parent
    }

    /// The level with its article, for the middle of a sentence: `an EndCustomer`, `a Reseller`.
    pub fn with_article(self) -> String {
        let article = if self == Self::EndCustomer { "an" } else { "a" };
        format!("{article} {self}")
    }
}

word_enum! {
    /// The kind of service a customer gets (the schema's `PartnerServiceType`).
    ServiceType, "service type", {
        /// Storage included.
        AllInclusive,
        /// The customer brings its own storage.
        SoftwareOnly,
    }
}

word_enum! {
    /// The state of a customer (the schema's `PartnerState`). On creation `InTrial` and
    /// `InProduction` are what clients send; `InProduction` is billed.
    State, "state", {
        /// Registered, not yet on trial.
        Registered,
        /// Turned down.
        Rejected,
        /// On trial.
        InTrial,
        /// Billed.
        InProduction,
        /// Switched off.
        NotActive,
        /// Has asked for production.
        WaitingForProduction,
        /// The trial has run out.
        Expired,
    }
}

word_enum! {
    /// A property of a customer (the schema's `PartnerFlag`).
    Flag, "flag", {
        /// Own branding.
        HasCustomBranding,
        /// Own update packages.
        HasCustomUpdatePackages,
        /// No mails about trials.
        UnsubscribedFromTrialNotifications,
        /// May invoice others.
        CanInvoiceOthers,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_never_empty() {
        assert_eq!(
            CustomerName::parse("  Zeus & Sons ").unwrap().as_str(),
            "Zeus & Sons"
        );
        for wrong in ["", "   ", "a\u{7}b", "two\nlines", &"x".repeat(256)] {
            assert!(CustomerName::parse(wrong).is_err(), "{wrong:?}");
        }
        assert!(CustomerName::parse(&"ü".repeat(255)).is_ok());
    }

    #[test]
    fn ids_are_digits_only() {
        assert_eq!("12345".parse::<PartnerId>().unwrap().get(), 12345);
        for wrong in [
            "",
            "0",
            "-1",
            "+1",
            "1.0",
            " 1",
            "9223372036854775808",
            "99999999999999999999",
        ] {
            assert!(wrong.parse::<PartnerId>().is_err(), "{wrong:?}");
        }
        let wide = "4294967297".parse::<PartnerId>().unwrap();
        assert_eq!(PartnerId::from_number(wide.number()), Some(wide));
        assert!("2147483648".parse::<LocationId>().is_err());
        assert_eq!("0".parse::<LocationId>().unwrap().get(), 0);
        assert_eq!(PartnerId::from_number(0), None);
    }

    #[test]
    fn levels_are_ordered_from_the_top() {
        assert!(Level::Site.may_stand_below(Level::EndCustomer));
        assert!(Level::EndCustomer.may_stand_below(Level::Distributor));
        assert!(!Level::EndCustomer.may_stand_below(Level::EndCustomer));
        assert!(!Level::Reseller.may_stand_below(Level::ServiceOrganization));
    }

    #[test]
    fn times_stay_within_four_digit_years() {
        assert_eq!(
            UnixSeconds::new(1_535_673_599).unwrap().get(),
            1_535_673_599
        );
        assert_eq!(UnixSeconds::new(-1), None);
        assert_eq!(UnixSeconds::new(1_535_673_599_000), None);
    }
}
