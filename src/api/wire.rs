//! Requests and answers as JSON. Named parameters, `visa` at the top level beside `method`.

use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::model::{DefaultAccount, PartnerChanges, PartnerId, PartnerInfo};

/// The envelope of every request.
#[derive(Debug, Serialize)]
pub struct Call<'a, P> {
    /// Echoed by the service; each request has its own, so that an answer is known for another's.
    pub id: &'a str,
    /// The session's token; missing in `Login`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visa: Option<&'a str>,
    /// Case sensitive.
    pub method: &'a str,
    /// `2.0`.
    pub jsonrpc: &'a str,
    /// An object of named parameters.
    pub params: P,
}

impl<'a, P: Serialize> Call<'a, P> {
    /// A call of `method`.
    pub fn new(id: &'a str, method: &'a str, visa: Option<&'a str>, params: P) -> Self {
        Self {
            id,
            visa,
            method,
            jsonrpc: "2.0",
            params,
        }
    }

    /// The bytes to send.
    ///
    /// # Panics
    /// Never: the parameters are our own types, whose keys are strings.
    pub fn to_body(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("our own types serialise")
    }
}

/// `AddPartner`'s parameters.
#[derive(Debug, Serialize)]
pub struct AddPartner<'a> {
    /// The customer.
    #[serde(rename = "partnerInfo")]
    pub partner_info: PartnerInfoBelow<'a>,
    /// Whether a backup account is made along with it; always sent.
    #[serde(rename = "createDefaultAccount")]
    pub create_default_account: bool,
}

/// A `PartnerInfo` with its parent.
#[derive(Debug, Serialize)]
pub struct PartnerInfoBelow<'a> {
    /// The parent's id.
    #[serde(rename = "ParentId")]
    pub parent_id: PartnerId,
    /// Everything else.
    #[serde(flatten)]
    pub info: &'a PartnerInfo,
}

impl<'a> AddPartner<'a> {
    /// The parameters that create `info` below `parent`.
    pub fn new(parent: PartnerId, info: &'a PartnerInfo, account: DefaultAccount) -> Self {
        Self {
            partner_info: PartnerInfoBelow {
                parent_id: parent,
                info,
            },
            create_default_account: account == DefaultAccount::Create,
        }
    }
}

/// `ModifyPartner`'s parameters. `forceRemoveCustomColumnValuesInOldScope` is left out: no value
/// of a custom column is to be removed.
#[derive(Debug, Serialize)]
pub struct ModifyPartner<'a> {
    /// The customer and what changes.
    #[serde(rename = "partnerInfo")]
    pub partner_info: ChangesOf<'a>,
}

/// The changes of one customer.
#[derive(Debug, Serialize)]
pub struct ChangesOf<'a> {
    /// Which.
    #[serde(rename = "Id")]
    pub id: PartnerId,
    /// Below whom it is moved.
    #[serde(rename = "ParentId", skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<PartnerId>,
    /// The members that change.
    #[serde(flatten)]
    pub changes: &'a PartnerChanges,
}

/// `Login`'s parameters.
#[derive(Serialize)]
pub struct Login<'a> {
    /// The customer's full name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner: Option<&'a str>,
    /// The user.
    pub username: &'a str,
    /// The password or token.
    pub password: &'a str,
}

/// What `Login` tells.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UserInfo {
    /// The customer the user belongs to; optional by the schema.
    #[serde(default)]
    pub partner_id: Option<i64>,
}

/// The parameters of `GetPartnerInfo`.
#[derive(Debug, Serialize)]
pub struct ByName<'a> {
    /// The exact name.
    pub name: &'a str,
}

/// `EnumeratePartners`'s parameters.
#[derive(Debug, Serialize)]
pub struct EnumeratePartners {
    /// Below whom; not part of the answer.
    #[serde(rename = "parentPartnerId")]
    pub parent_partner_id: PartnerId,
    /// The whole tree, or one level.
    #[serde(rename = "fetchRecursively")]
    pub fetch_recursively: bool,
    /// Which members: 0 Name, 1 Level, 3 ChildServiceTypes, 4 ServiceType, 5 State, 6 and 7
    /// DeviceCountry (one of them, probably), 8 LocationId, 9 Flags, 10 Company, 11 and 12 the
    /// trial's times, 18 ExternalCode. The vendor's own scripts ask for all from 0 to 22.
    pub fields: &'static [u8],
}

/// All that a plan and an undoing compare, as [`EnumeratePartners::fields`] has it.
pub(super) const COMPARED: &[u8] = &[0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 18];

impl EnumeratePartners {
    /// Asks for all that a plan compares.
    pub fn below(parent: PartnerId, depth: Depth) -> Self {
        Self {
            parent_partner_id: parent,
            fetch_recursively: depth == Depth::Tree,
            fields: COMPARED,
        }
    }
}

/// How far `EnumeratePartners` looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Direct children only.
    Children,
    /// Everything below.
    Tree,
}

/// The parameters of `GetPartnerInfoById`, `EnumerateAccounts` and `RemovePartner`.
#[derive(Debug, Serialize)]
pub struct ById {
    /// Whom.
    #[serde(rename = "partnerId")]
    pub partner_id: PartnerId,
}

/// No parameters.
#[derive(Debug, Serialize)]
pub struct Nothing {}

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
    pub name: String,
    /// Its level, as the service spells it.
    #[serde(deserialize_with = "null_default")]
    pub level: String,
    /// Its state.
    #[serde(deserialize_with = "null_default")]
    pub state: String,
    /// The service it gets.
    #[serde(deserialize_with = "null_default")]
    pub service_type: String,
    /// The services it may give.
    #[serde(deserialize_with = "null_default")]
    pub child_service_types: Vec<String>,
    /// The "Customer Reference"; empty when it has none.
    #[serde(deserialize_with = "null_default")]
    pub external_code: String,
    /// Its storage location.
    #[serde(deserialize_with = "told")]
    pub location_id: Option<String>,
    /// The country of its devices.
    #[serde(deserialize_with = "told")]
    pub device_country: Option<String>,
    /// Its properties; `None` when not told.
    #[serde(deserialize_with = "told_list")]
    pub flags: Option<Vec<String>>,
    /// When its trial was registered, Unix seconds.
    #[serde(deserialize_with = "told")]
    pub trial_registration_time: Option<String>,
    /// When its trial ends, Unix seconds.
    #[serde(deserialize_with = "told")]
    pub trial_expiration_time: Option<String>,
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
                pub $field: Option<String>,
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
fn told<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    from.deserialize_any(Told)
}

/// Takes what stands for a text. (An untagged enum would keep each value twice: lists have a million.)
struct Told;

impl<'de> Visitor<'de> for Told {
    type Value = Option<String>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a text or a number")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Some(text))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(number).ok().map(|number| number.to_string()))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Some(String::new()))
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
fn told_list<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Vec<String>>, D::Error> {
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
    use crate::model::{CustomerName, Level, ServiceType};

    #[test]
    fn the_pages_sample_request_is_what_we_send() {
        let mut zeus = PartnerInfo::named(CustomerName::parse("Zeus & Sons").unwrap());
        zeus.level = Some(Level::EndCustomer);
        zeus.service_type = Some(ServiceType::AllInclusive);
        zeus.child_service_types = vec![ServiceType::AllInclusive];
        let parent = PartnerId::from_number(12345).unwrap();
        let call = Call::new(
            "jsonrpc",
            "AddPartner",
            Some("{{visa}}"),
            AddPartner::new(parent, &zeus, DefaultAccount::None),
        );
        // The page's "Country" is left out: it is no member of PartnerInfo.
        assert_eq!(
            String::from_utf8(call.to_body()).unwrap(),
            concat!(
                r#"{"id":"jsonrpc","visa":"{{visa}}","method":"AddPartner","jsonrpc":"2.0","#,
                r#""params":{"partnerInfo":{"ParentId":12345,"Name":"Zeus & Sons","#,
                r#""Level":"EndCustomer","ServiceType":"AllInclusive","#,
                r#""ChildServiceTypes":["AllInclusive"]},"createDefaultAccount":false}}"#
            )
        );
    }

    #[test]
    fn a_list_with_an_id_twice_tells_nothing() {
        let list = |ids: [i64; 3]| {
            let one = |id| TenantPartner {
                id,
                parent_id: 5,
                name: format!("Customer {id}"),
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
}
