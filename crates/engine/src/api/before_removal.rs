//! What is asked right before a customer is removed, as JSON: itself, who stands below it, and who has
//! devices.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::listed::{TenantPartner, null_default};
use super::wire::COMPARED;
use crate::model::PartnerId;

/// `EnumerateChildPartners`'s parameters.
#[derive(Debug, Serialize)]
pub struct EnumerateChildPartners {
    /// Whom; it is told of too.
    #[serde(rename = "partnerId")]
    partner_id: PartnerId,
    /// Which members, as in `EnumeratePartners`.
    fields: &'static [u8],
    /// How many of those below.
    range: Range,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Range {
    offset: usize,
    size: usize,
}

impl EnumerateChildPartners {
    /// Asks for what an undoing compares, and for a few of those below: that there is one is enough.
    pub fn of(partner_id: PartnerId) -> Self {
        Self {
            partner_id,
            fields: COMPARED,
            range: Range {
                offset: 0,
                size: 10,
            },
        }
    }
}

/// A customer in a tree, as the service tells of it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PartnerNode {
    info: Option<TenantPartner>,
    actual_child_count: Option<i64>,
    #[serde(deserialize_with = "null_default")]
    children: Vec<PartnerNode>,
}

/// A customer, and some at least of those below it, where there are any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithChildren {
    /// The customer.
    pub info: TenantPartner,
    /// Some of those below.
    pub children: Vec<TenantPartner>,
}

impl PartnerNode {
    /// What it says of this customer; else what it lacks. Nobody may be removed because nothing was
    /// told of those below.
    pub fn read(self, id: PartnerId) -> Result<WithChildren, String> {
        let info = self
            .info
            .ok_or("the answer does not tell of the customer")?;
        if info.id != id.number() {
            let other = info.id;
            return Err(format!(
                "the service returned customer {other} when asked for {id}"
            ));
        }
        if info.parent_id <= 0 || info.name.trim().is_empty() {
            return Err(format!(
                "the answer tells of customer {id} without a name or the customer above it"
            ));
        }
        let count = self.actual_child_count;
        let count = count.ok_or("the answer does not tell how many stand below")?;
        let told = self.children.into_iter().filter_map(|one| one.info);
        let mut children: Vec<TenantPartner> = told.collect();
        if children.is_empty() && count != 0 {
            // Not told who.
            children.push(TenantPartner::default());
        }
        Ok(WithChildren { info, children })
    }
}

/// `EnumerateAccountStatistics`'s parameters.
#[derive(Debug, Serialize)]
pub struct EnumerateAccountStatistics {
    query: Query,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Query {
    partner_id: PartnerId,
    start_record_number: usize,
    records_count: usize,
    columns: &'static [&'static str],
}

impl EnumerateAccountStatistics {
    /// So many devices are asked for at once.
    pub const AT_ONCE: usize = 5000;

    /// Asks for devices' names, from the one at this place on.
    pub fn of(partner_id: PartnerId, start: usize) -> Self {
        Self {
            query: Query {
                partner_id,
                start_record_number: start,
                records_count: Self::AT_ONCE,
                columns: &["I1"],
            },
        }
    }
}

/// A device of a customer, with what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AccountStatistics {
    /// Whose it is; 0 when not told.
    #[serde(deserialize_with = "null_default")]
    pub partner_id: i64,
    /// One entry per column: its name and value.
    #[serde(deserialize_with = "null_default")]
    pub settings: Vec<BTreeMap<String, serde_json::Value>>,
}

impl AccountStatistics {
    /// The device's name; empty when not told.
    pub fn name(&self) -> String {
        let name = self.settings.iter().find_map(|one| one.get("I1"));
        let name = name.and_then(serde_json::Value::as_str);
        name.unwrap_or_default().to_owned()
    }
}
