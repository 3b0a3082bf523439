//! Requests as JSON. Named parameters, `visa` at the top level beside `method`.

use serde::{Deserialize, Serialize};

use super::listed::null_default;
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
    /// The number of its role; optional as well.
    #[serde(default)]
    pub role_id: Option<i64>,
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
    /// trial's times, 18 ExternalCode, 21 Uid. The vendor's own scripts ask for all from 0 to 22.
    pub fields: &'static [u8],
}

/// All that a plan and an undoing compare, as [`EnumeratePartners::fields`] has it.
pub(super) const COMPARED: &[u8] = &[0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 18, 21];

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

impl EnumeratePartners {
    /// Asks for names and UIDs (21), which are there once automatic deployment has been switched on.
    pub fn uids_below(parent: PartnerId) -> Self {
        Self {
            parent_partner_id: parent,
            fetch_recursively: true,
            fields: &[0, 21],
        }
    }
}

impl EnumeratePartners {
    /// Asks for all members that the vendor's own scripts ask for, of those right below somebody.
    pub fn with_all_fields(parent: PartnerId) -> Self {
        const ALL: &[u8] = &[
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
        ];
        Self {
            parent_partner_id: parent,
            fetch_recursively: false,
            fields: ALL,
        }
    }
}

/// The parameters of `EnumerateUsers`.
#[derive(Debug, Serialize)]
pub struct EnumerateUsers {
    /// Whose users.
    #[serde(rename = "partnerIds")]
    pub partner_ids: [PartnerId; 1],
}

/// A user, as far as it matters what it may do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct User {
    /// What it logs in with.
    #[serde(deserialize_with = "null_default")]
    pub name: String,
    /// Its role's number; 0 when not told.
    #[serde(deserialize_with = "null_default")]
    pub role_id: i64,
}

/// What the service says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ServerInfo {
    /// Its version.
    #[serde(deserialize_with = "null_default")]
    pub version: String,
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
}
