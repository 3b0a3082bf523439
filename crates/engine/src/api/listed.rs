//! Customers, devices, places and countries as the service tells of them, read leniently.

use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use smol_str::{SmolStr, ToSmolStr};

use crate::model::PartnerId;

/// A customer as the service tells of it. Read leniently: unknown words and missing members are
/// no reason to fail.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TenantPartner {
    /// Its id; 0 when not told.
    #[serde(deserialize_with = "null_default")]
    pub id: i64,
    /// Its parent's id; 0 when not told.
    #[serde(deserialize_with = "null_default")]
    pub parent_id: i64,
    /// Its name.
    #[serde(deserialize_with = "null_default")]
    pub name: SmolStr,
    /// Its level, as the service spells it.
    #[serde(deserialize_with = "null_default")]
    pub level: SmolStr,
    /// Its state.
    #[serde(deserialize_with = "null_default")]
    pub state: SmolStr,
    /// The service it gets.
    #[serde(deserialize_with = "null_default")]
    pub service_type: SmolStr,
    /// The services it may give.
    #[serde(deserialize_with = "null_default")]
    pub child_service_types: Vec<SmolStr>,
    /// The "Customer Reference"; empty when it has none.
    #[serde(deserialize_with = "null_default")]
    pub external_code: SmolStr,
    /// Its UID; empty when it has none.
    #[serde(deserialize_with = "null_default")]
    pub uid: SmolStr,
    /// Its storage location.
    #[serde(deserialize_with = "told")]
    pub location_id: Option<SmolStr>,
    /// The country of its devices.
    #[serde(deserialize_with = "told")]
    pub device_country: Option<SmolStr>,
    /// Its properties; `None` when not told.
    #[serde(deserialize_with = "told_list")]
    pub flags: Option<Vec<SmolStr>>,
    /// When its trial was registered, Unix seconds.
    #[serde(deserialize_with = "told")]
    pub trial_registration_time: Option<SmolStr>,
    /// When its trial ends, Unix seconds.
    #[serde(deserialize_with = "told")]
    pub trial_expiration_time: Option<SmolStr>,
    /// The company behind it.
    pub company: Option<Box<TenantCompany>>,
}

/// Whether a list of the customers below somebody tells what looking for one takes. Nothing may be
/// sent because somebody is missing in a list that does not say who is who.
pub(super) struct Census {
    parent: PartnerId,
    ids: Vec<i64>,
    anybody: bool,
    lacking: Option<String>,
}

impl Census {
    /// For the list of the customers below `parent`.
    pub(super) fn below(parent: PartnerId) -> Self {
        Self {
            parent,
            ids: Vec::new(),
            anybody: false,
            lacking: None,
        }
    }

    /// Takes note of the next customer.
    pub(super) fn see(&mut self, one: &TenantPartner) {
        let lacking = if one.id <= 0 {
            Some("an id")
        } else if one.parent_id <= 0 {
            Some("the customer above it")
        } else if one.name.trim().is_empty() {
            Some("a name")
        } else {
            None
        };
        if let (Some(lacking), None) = (lacking, &self.lacking) {
            let id = one.id;
            self.lacking = Some(format!(
                "the list has a customer (id {id}) without {lacking}"
            ));
        }
        self.ids.push(one.id);
        self.anybody |= one.parent_id == self.parent.number();
    }

    /// Takes note of the customers that come after, which were looked at apart.
    pub(super) fn add(&mut self, after: Self) {
        self.lacking = self.lacking.take().or(after.lacking);
        self.ids.extend(after.ids);
        self.anybody |= after.anybody;
    }

    /// What the list lacks, where it lacks anything.
    pub(super) fn lacks(mut self) -> Option<String> {
        if self.lacking.is_some() {
            return self.lacking;
        }
        self.ids.sort_unstable();
        if let Some([twice, _]) = self.ids.windows(2).find(|pair| pair[0] == pair[1]) {
            return Some(format!("the list has two customers of the id {twice}"));
        }
        let (parent, elsewhere) = (self.parent, !self.ids.is_empty() && !self.anybody);
        elsewhere
            .then(|| format!("the list has nobody directly below {parent}, for whom it was asked"))
    }
}

/// Reads a list of customers, and hands each on as soon as it is read.
pub(super) struct EachPartner<F>(pub(super) F);

impl<'de, F: FnMut(TenantPartner)> DeserializeSeed<'de> for EachPartner<F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(TenantPartner)> Visitor<'de> for EachPartner<F> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list of customers")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while let Some(one) = list.next_element()? {
            (self.0)(one);
        }
        Ok(())
    }
}

macro_rules! told_texts {
    ($(#[$doc:meta])* $name:ident { $($(#[$member:meta])* $field:ident),+ $(,)? } $($rest:tt)*) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
        #[serde(rename_all = "PascalCase", default)]
        #[expect(missing_docs, reason = "named as on the wire")]
        pub struct $name {
            $(
                #[serde(deserialize_with = "told")]
                pub $field: Option<SmolStr>,
            )+
            $($rest)*
        }
    };
}

told_texts! {
    /// A company as the service tells of it; a member that was not told is `None`, one that is
    /// null or empty is `Some("")`.
    TenantCompany {
        phone_number, fax_number, website_address, legal_company_name,
        chamber_of_commerce_number, vat_number, bank_account_number, billing_contact_person_id,
    }
    /// Null when nothing of the company was asked for.
    pub post_address: Option<TenantAddress>,
}

told_texts! {
    /// A postal address as the service tells of it.
    TenantAddress { country, state, district, city, zip_code, address }
}

/// A text or number that is there; null is an empty one, anything else tells nothing.
fn told<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SmolStr>, D::Error> {
    from.deserialize_any(Told)
}

/// Takes what stands for a text. (An untagged enum would keep each value twice: lists have a million.)
struct Told;

impl<'de> Visitor<'de> for Told {
    type Value = Option<SmolStr>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a text or a number")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.into()))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Some(text.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(number.to_smolstr()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(number).ok().map(|number| number.to_smolstr()))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Some(SmolStr::default()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        IgnoredAny.visit_seq(list).map(|_| None)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        IgnoredAny.visit_map(object).map(|_| None)
    }
}

/// A list of words that is there; null is an empty one.
fn told_list<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Vec<SmolStr>>, D::Error> {
    null_default(from).map(Some)
}

pub(super) fn null_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::<T>::deserialize(from)?.unwrap_or_default())
}

/// A storage location or a region.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct NamedId {
    /// Its id.
    pub id: i64,
    /// Its name.
    #[serde(default)]
    pub name: String,
}

/// A device of a customer. Read leniently: that there is one is what counts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Account {
    /// Whose it is; 0 when not told.
    #[serde(deserialize_with = "null_default")]
    pub partner_id: i64,
    /// Its name.
    #[serde(deserialize_with = "null_default")]
    pub name: String,
}

/// A country as the service knows it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TenantCountry {
    /// The service's id of it.
    pub id: i64,
    /// Its English name.
    #[serde(deserialize_with = "null_default")]
    pub name: String,
    /// Alpha-2.
    #[serde(deserialize_with = "null_default")]
    pub iso_code: String,
    /// The storage location its customers get.
    pub location_id: Option<i64>,
    /// Customers cannot be placed there.
    #[serde(deserialize_with = "null_default")]
    pub is_blocked: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_with_an_id_twice_tells_nothing() {
        let list = |ids: [i64; 3]| {
            let one = |id| TenantPartner {
                id,
                parent_id: 5,
                name: format!("Customer {id}").into(),
                ..TenantPartner::default()
            };
            let mut census = Census::below(PartnerId::from_number(5).unwrap());
            ids.map(one).iter().for_each(|one| census.see(one));
            census.lacks()
        };
        assert_eq!(list([7, 9, 8]), None);
        assert!(list([7, 8, 7]).is_some_and(|why| why.contains("id 7")));
    }

    #[test]
    fn customers_are_read_leniently() {
        let json = r#"{"Id":5,"ParentId":null,"Name":"A","Level":"NewLevel","ChildServiceTypes":null,
            "ExternalCode":null,"Company":{"PostAddress":null},"Privilege":"Regular"}"#;
        let partner: TenantPartner = serde_json::from_str(json).unwrap();
        assert_eq!((partner.id, partner.parent_id), (5, 0));
        assert_eq!(
            (partner.level.as_str(), partner.external_code.as_str()),
            ("NewLevel", "")
        );
    }

    #[test]
    fn what_is_neither_text_nor_number_tells_nothing() {
        for (json, told) in [
            ("\"x\"", Some("x")),
            ("7", Some("7")),
            ("-7", Some("-7")),
            ("null", Some("")),
            ("0.5", None),
            ("true", None),
            ("18446744073709551615", None),
            ("[1,[2]]", None),
            ("{\"a\":{}}", None),
        ] {
            let text = format!(r#"{{"LocationId":{json},"Id":5}}"#);
            let partner: TenantPartner = serde_json::from_str(&text).unwrap();
            assert_eq!(
                (partner.id, partner.location_id.as_deref()),
                (5, told),
                "{json}"
            );
        }
    }
}
