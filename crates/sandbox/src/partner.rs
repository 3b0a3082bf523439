//! A customer as the tenant keeps it, and as outsiders may look at it.
//!
//! Must not know: requests, answers, rules.

use serde::{Deserialize, Serialize};

use super::device::Device;
use super::kinds::{AutoDeployment, Flag, Kind, Level, ServiceType, Set, State};

/// A customer, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Partner {
    pub(super) id: i32,
    pub(super) parent_id: i32,
    pub(super) name: Box<str>,
    pub(super) level: Level,
    pub(super) state: State,
    pub(super) service_type: Option<ServiceType>,
    pub(super) child_service_types: Set<ServiceType>,
    pub(super) location_id: i32,
    /// As it was given: alpha-2 or a name.
    pub(super) country: Option<Box<str>>,
    /// As it was given: alpha-2 or a name.
    pub(super) device_country: Option<Box<str>>,
    pub(super) external_code: Option<Box<str>>,
    pub(super) flags: Set<Flag>,
    pub(super) trial_registration: i64,
    pub(super) trial_expiration: i64,
    /// Unix seconds.
    pub(super) created: i64,
    pub(super) removed: bool,
    /// Boxed because most have none.
    pub(super) details: Option<Box<Details>>,
}

/// The members that few customers have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Details {
    pub(super) phone: Option<Box<str>>,
    pub(super) fax: Option<Box<str>>,
    pub(super) website: Option<Box<str>>,
    pub(super) legal_name: Option<Box<str>>,
    pub(super) chamber_number: Option<Box<str>>,
    pub(super) vat_number: Option<Box<str>>,
    pub(super) bank_account: Option<Box<str>>,
    pub(super) billing_contact: Option<i32>,
    pub(super) province: Option<Box<str>>,
    pub(super) district: Option<Box<str>>,
    pub(super) city: Option<Box<str>>,
    pub(super) zip_code: Option<Box<str>>,
    pub(super) address: Option<Box<str>>,
    pub(super) mail_from: Option<Box<str>>,
    pub(super) region_id: Option<i32>,
    pub(super) responsible_user_id: Option<i32>,
    /// In files of the first format alone: a default account, not yet among the devices.
    #[serde(default, rename = "default_account", skip_serializing)]
    pub(super) old_default_account: bool,
    /// Its devices in the order they came, removed ones too.
    #[serde(default)]
    pub(super) devices: Vec<Device>,
    /// Whether its devices are set up by themselves; nothing when never asked.
    #[serde(default)]
    pub(super) auto_deployment: Option<AutoDeployment>,
    /// Has it a UID? It got one when automatic deployment was switched on first, and keeps it.
    #[serde(default)]
    pub(super) has_uid: bool,
}

/// A customer as tests and tools see it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts that do not exclude each other"
)]
pub struct PartnerView {
    /// Its id.
    pub id: i32,
    /// Its parent's id.
    pub parent_id: i32,
    /// Its name.
    pub name: String,
    /// Its level, as on the wire.
    pub level: &'static str,
    /// Its state, as on the wire.
    pub state: &'static str,
    /// The service it is sold, as on the wire.
    pub service_type: Option<&'static str>,
    /// The services it may sell, as on the wire.
    pub child_service_types: Vec<&'static str>,
    /// The external code.
    pub external_code: Option<String>,
    /// The company's country as it was given: alpha-2 or a name.
    pub country: Option<String>,
    /// The devices' country as it was given: alpha-2 or a name.
    pub device_country: Option<String>,
    /// The storage location.
    pub location_id: i32,
    /// Its flags, as on the wire.
    pub flags: Vec<&'static str>,
    /// Unix seconds, 0 for none.
    pub trial_registration: i64,
    /// Unix seconds, 0 for none.
    pub trial_expiration: i64,
    /// The company's telephone number.
    pub phone: Option<String>,
    /// The city of the postal address.
    pub city: Option<String>,
    /// Has it a default account?
    pub default_account: bool,
    /// Its devices' names, the default account's apart.
    pub devices: Vec<String>,
    /// Has it a UID?
    pub has_uid: bool,
    /// Whether automatic deployment is on.
    pub deploys: bool,
    /// Unix seconds.
    pub created: i64,
    /// Was it there before the first request?
    pub original: bool,
    /// Is it in the caller's tree?
    pub visible: bool,
    /// Was it removed?
    pub removed: bool,
}

impl Partner {
    /// The details, made when there are none yet.
    pub(super) fn details_mut(&mut self) -> &mut Details {
        self.details.get_or_insert_with(Box::default)
    }

    /// Its devices, the default account among them, in the order they came.
    pub(super) fn devices(&self) -> impl Iterator<Item = &Device> {
        let details = self.details.as_deref();
        let devices = details.map_or(&[][..], |details| &details.devices);
        devices.iter().filter(|device| device.removed == 0)
    }

    /// Does it have any device, the default account included?
    pub(super) fn has_devices(&self) -> bool {
        self.devices().next().is_some()
    }

    /// Has it a UID?
    pub(super) fn has_uid(&self) -> bool {
        let details = self.details.as_deref();
        details.is_some_and(|details| details.has_uid)
    }

    /// What it may sell to its own customers: what it was given to sell, else what it is sold, else
    /// everything.
    pub(super) fn offers(&self) -> Set<ServiceType> {
        if !self.child_service_types.is_empty() {
            return self.child_service_types;
        }
        match self.service_type {
            Some(own) => [own].into_iter().collect(),
            None => Set::all(),
        }
    }

    /// As outsiders may look at it.
    pub(super) fn view(&self, original: bool, visible: bool) -> PartnerView {
        let owned = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
        let detail = |pick: fn(&Details) -> &Option<Box<str>>| {
            self.details
                .as_deref()
                .and_then(|details| owned(pick(details)))
        };
        PartnerView {
            id: self.id,
            parent_id: self.parent_id,
            name: self.name.to_string(),
            level: Kind::as_str(self.level),
            state: Kind::as_str(self.state),
            service_type: self.service_type.map(Kind::as_str),
            child_service_types: names(self.child_service_types),
            external_code: owned(&self.external_code),
            country: owned(&self.country),
            device_country: owned(&self.device_country),
            location_id: self.location_id,
            flags: names(self.flags),
            trial_registration: self.trial_registration,
            trial_expiration: self.trial_expiration,
            phone: detail(|details| &details.phone),
            city: detail(|details| &details.city),
            default_account: self.devices().any(|device| device.is_default),
            devices: self
                .devices()
                .filter(|device| !device.is_default)
                .map(|device| device.name.to_string())
                .collect(),
            has_uid: self.has_uid(),
            deploys: self
                .details
                .as_deref()
                .is_some_and(|details| details.auto_deployment == Some(AutoDeployment::Enable)),
            created: self.created,
            original,
            visible,
            removed: self.removed,
        }
    }
}

fn names<K: Kind>(set: Set<K>) -> Vec<&'static str> {
    set.iter().map(Kind::as_str).collect()
}
