//! Automatic deployment on the wire: what switches it, and the UID that comes of it.

use serde::{Deserialize, Serialize};

use super::listed::null_default;
use crate::model::{PartnerId, Switch};

/// The parameters of `ModifyAutoDeploymentPartnerState`.
#[derive(Debug, Serialize)]
pub struct ModifyDeployment {
    /// Whose.
    #[serde(rename = "partnerId")]
    pub partner_id: PartnerId,
    /// `Enable` or `Disable`.
    #[serde(rename = "autoDeploymentState")]
    pub state: &'static str,
}

impl ModifyDeployment {
    /// What switches it so.
    pub fn to(partner_id: PartnerId, to: Switch) -> Self {
        let state = match to {
            Switch::On => "Enable",
            Switch::Off => "Disable",
        };
        Self { partner_id, state }
    }
}

/// A customer's UID.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PartnerUid {
    /// Its id; 0 when not told.
    #[serde(deserialize_with = "null_default")]
    pub id: i64,
    /// Its UID; empty when it has none.
    #[serde(deserialize_with = "null_default")]
    pub uid: String,
}
