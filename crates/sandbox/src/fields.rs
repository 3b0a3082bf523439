//! Which members of a customer a listing asks for.
//!
//! The service numbers them and published few of the numbers; numbers, names and objects are taken
//! and what is not known is passed over, as the service does. Must not know: what is listed.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Members asked for; id, parent and the empty frames come always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fields(u32);

macro_rules! fields {
    ($($konst:ident = $bit:literal [$($number:literal),*] $name:literal),+ $(,)?) => {
        impl Fields {
            $(pub(super) const $konst: Fields = Fields(1 << $bit);)+

            fn by_number(number: u64) -> Fields {
                let mut fields = Self::NONE;
                $(if [$($number),*].contains(&number) { fields = fields.and(Self::$konst); })+
                fields
            }

            fn by_name(name: &str) -> Fields {
                match name { $($name => Self::$konst,)+ _ => Self::NONE }
            }
        }
    };
}

fields! {
    NAME = 0 [0] "Name",
    LEVEL = 1 [1] "Level",
    CHILD_SERVICE_TYPES = 2 [3] "ChildServiceTypes",
    SERVICE_TYPE = 3 [4] "ServiceType",
    STATE = 4 [5] "State",
    DEVICE_COUNTRY = 5 [6, 7] "DeviceCountry",
    LOCATION_ID = 6 [8] "LocationId",
    FLAGS = 7 [9] "Flags",
    COMPANY = 8 [10] "Company",
    TRIAL_REGISTRATION = 9 [11] "TrialRegistrationTime",
    TRIAL_EXPIRATION = 10 [12] "TrialExpirationTime",
    EXTERNAL_CODE = 11 [18] "ExternalCode",
    CREATION_TIME = 12 [20] "CreationTime",
    UID = 13 [21] "Uid",
    MAIL_FROM = 14 [18] "MailFrom",
    ADVANCED = 15 [13] "AdvancedPartnerProperties",
}

impl Fields {
    const NONE: Fields = Fields(0);
    /// Everything there is.
    pub(super) const ALL: Fields = Fields(u32::MAX);

    /// Is every field of `other` asked for?
    pub(super) fn has(self, other: Fields) -> bool {
        self.0 & other.0 == other.0
    }

    fn and(self, other: Fields) -> Fields {
        Fields(self.0 | other.0)
    }
}

/// One element of the list: a number, a name, or something that is passed over.
struct Element(Fields);

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Element;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field's number or name")
            }
            fn visit_u64<E>(self, number: u64) -> Result<Element, E> {
                Ok(Element(Fields::by_number(number)))
            }
            fn visit_i64<E>(self, _: i64) -> Result<Element, E> {
                Ok(Element(Fields::NONE))
            }
            fn visit_str<E>(self, name: &str) -> Result<Element, E> {
                Ok(Element(Fields::by_name(name)))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Fields;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of fields")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Fields, A::Error> {
                let mut fields = Fields::NONE;
                let mut any = false;
                while let Some(Element(field)) = seq.next_element()? {
                    fields = fields.and(field);
                    any = true;
                }
                Ok(if any { fields } else { Fields::ALL })
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Fields::ALL)
            }
        }
        deserializer.deserialize_any(List)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Fields {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn numbers_and_names_mean_the_same() {
        assert_eq!(read("[0, 1, 5]"), read(r#"["Name", "Level", "State"]"#));
        assert_eq!(read("[18]"), read(r#"["ExternalCode", "MailFrom"]"#));
        assert!(!read("[0]").has(Fields::LEVEL));
    }

    #[test]
    fn nothing_asked_means_everything() {
        assert_eq!(read("[]"), Fields::ALL);
        assert_eq!(read("{}"), Fields::ALL);
    }

    #[test]
    fn what_is_not_known_is_passed_over() {
        assert_eq!(read("[0, 64, -1, \"Shoe\"]"), Fields::NAME);
        assert_eq!(read("[64]"), Fields::NONE);
    }
}
