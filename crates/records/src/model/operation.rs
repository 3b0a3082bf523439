//! A request that changes the tenant: a customer is created, changed or removed.
//!
//! Held by `Arc` where a customer is part of it: plan, journal and engine share it, and nobody copies one.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::change::{PartnerChanges, Relocation};
use super::fields::PartnerId;
use super::partner::{DefaultAccount, PartnerInfo, Since, Switch};
use super::place::RowIndex;

/// Below whom a customer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parent {
    /// A customer of the tenant.
    Customer(PartnerId),
    /// The customer of another row, whose id may be known only once it is created.
    Row(RowIndex),
}

impl Parent {
    /// The customer, where it is one of the tenant.
    pub fn customer(self) -> Option<PartnerId> {
        match self {
            Self::Customer(id) => Some(id),
            Self::Row(_) => None,
        }
    }
}

/// What is to change in a customer that already exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Update {
    /// The members that are sent.
    pub changes: PartnerChanges,
    /// Whether `ParentId` is sent too.
    pub relocation: Relocation,
    /// The change in words: members, old and new values.
    pub told: String,
    /// What the tenant had when it was planned in every member that is sent, by the member's dotted
    /// path (`Company.PostAddress.City`, `ParentId`): empty where it had nothing. Journals of older
    /// versions do not tell.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub before: BTreeMap<String, String>,
}

impl Update {
    /// The path of the member that says below whom a customer stands.
    pub const PARENT: &str = "ParentId";

    /// The same without the members of these dotted paths, of which `why` is said beside the change.
    #[must_use]
    pub fn without(&self, paths: &[String], why: &str) -> Self {
        let is_left_out = |path: &str| paths.iter().any(|one| one == path);
        let mut before = self.before.clone();
        before.retain(|path, _| !is_left_out(path));
        Self {
            changes: self.changes.without(paths),
            relocation: if is_left_out(Self::PARENT) {
                Relocation::Stays
            } else {
                self.relocation
            },
            told: format!("{} ({why}: {})", self.told, paths.join(", ")),
            before,
        }
    }
}

/// One request that changes the tenant, with whom it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// A customer is created.
    Create {
        /// Below whom.
        parent: Parent,
        /// What is sent.
        partner: Arc<PartnerInfo>,
        /// Whether a backup account comes along.
        account: DefaultAccount,
    },
    /// A customer that is there is changed.
    Update {
        /// Which.
        id: PartnerId,
        /// Below whom its row says it stands.
        parent: Parent,
        /// What its row says of it.
        partner: Arc<PartnerInfo>,
        /// What is sent.
        update: Arc<Update>,
    },
    /// Automatic deployment of a customer's devices is switched.
    Deploy {
        /// Whose.
        id: PartnerId,
        /// Below whom its row says it stands.
        parent: Parent,
        /// What its row says of it.
        partner: Arc<PartnerInfo>,
        /// To what.
        to: Switch,
        /// Since when it is there.
        since: Since,
    },
    /// A customer that the run created is removed.
    Remove {
        /// Which.
        id: PartnerId,
        /// Below whom it was created.
        parent: Parent,
        /// As what it was created.
        partner: Arc<PartnerInfo>,
    },
}

impl Operation {
    /// Below whom the customer stands or will stand, as its row says.
    pub fn parent(&self) -> Parent {
        match self {
            Self::Create { parent, .. }
            | Self::Update { parent, .. }
            | Self::Deploy { parent, .. }
            | Self::Remove { parent, .. } => *parent,
        }
    }

    /// An update without these members, which somebody else has set as they were to become.
    pub fn leave_out(&mut self, members: &[String]) {
        if let Self::Update { update, .. } = self {
            let why = "set so by somebody else before it was sent";
            *update = Arc::new(update.without(members, why));
        }
    }

    /// What its row says of the customer.
    pub fn partner(&self) -> &Arc<PartnerInfo> {
        match self {
            Self::Create { partner, .. }
            | Self::Update { partner, .. }
            | Self::Deploy { partner, .. }
            | Self::Remove { partner, .. } => partner,
        }
    }

    /// The customer, where it already exists.
    pub fn id(&self) -> Option<PartnerId> {
        match self {
            Self::Create { .. } => None,
            Self::Update { id, .. } | Self::Deploy { id, .. } | Self::Remove { id, .. } => {
                Some(*id)
            }
        }
    }
}
