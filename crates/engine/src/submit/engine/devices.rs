//! Who has devices, as far as may be known. One list serves many customers for a while.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::api::ServerError;
use crate::api::errors::with_advice;
use crate::model::{PartnerId, Reason, code};

/// Who has devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Devices {
    /// Their names by customer; those that have none are left out.
    Of(HashMap<PartnerId, Vec<String>>),
    /// No list shows more than one customer's own: each is asked for.
    OfEach,
    /// The user may not see them.
    Unseen(ServerError),
}

impl Devices {
    /// What speaks against removing a customer.
    pub fn against(&self, id: PartnerId) -> Option<Reason> {
        match self {
            Self::Of(by_customer) => by_customer.get(&id).and_then(|names| has_devices(names)),
            Self::OfEach => None,
            Self::Unseen(error) => Some(Reason::new(
                &code::DEVICES_UNSEEN,
                format!(
                    "whether it has devices cannot be seen, so it is not removed: {}",
                    with_advice(error)
                ),
            )),
        }
    }
}

/// Devices are on a customer.
pub(super) fn has_devices(names: &[String]) -> Option<Reason> {
    let first = names.first()?;
    let message = match names.len() {
        1 => format!("it has a device: \"{first}\""),
        count => format!("it has {count} devices, \"{first}\" among them"),
    };
    Some(Reason::new(&code::HAS_DEVICES, message))
}

/// So long a list of devices stands for, at rates that allow for more than a few requests in that time.
pub(super) const LIST_STANDS_FOR: Duration = Duration::from_secs(60);
/// So long at least it stands for once it has come: the list of a large tenant may take minutes, and would be read
/// for ever.
const ONCE_THERE: Duration = Duration::from_secs(20);

/// The list that is in use.
#[derive(Debug, Default)]
pub(super) struct DeviceList {
    list: Option<Listed>,
    pub(super) under_way: bool,
}

/// A list, when it was asked for, and when it came.
#[derive(Debug)]
struct Listed {
    left: Instant,
    came: Instant,
    devices: Devices,
}

impl DeviceList {
    /// One that left at `left` has come.
    pub(super) fn set(&mut self, left: Instant, came: Instant, devices: Devices) {
        self.under_way = false;
        self.list = Some(Listed {
            left,
            came,
            devices,
        });
    }

    /// Until when the list counts that is in use: so long after it left.
    pub(super) fn stands_until(&self, stands_for: Duration) -> Option<Instant> {
        let list = self.list.as_ref()?;
        Some((list.left + stands_for).max(list.came + ONCE_THERE))
    }

    /// Something speaks against what it says.
    pub(super) fn forget(&mut self) {
        self.list = None;
    }

    /// The list, where it still counts, and left after the last pause.
    pub(super) fn fresh(
        &self,
        now: Instant,
        stands_for: Duration,
        paused_at: Option<Instant>,
    ) -> Option<&Devices> {
        let list = self.list.as_ref()?;
        let is_new = now <= self.stands_until(stands_for)?
            && paused_at.is_none_or(|paused| list.left > paused);
        is_new.then_some(&list.devices)
    }
}
