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

/// The list that is in use.
#[derive(Debug, Default)]
pub(super) struct DeviceList {
    list: Option<(Instant, Devices)>,
    pub(super) under_way: bool,
}

impl DeviceList {
    /// One that left at `left` has come.
    pub(super) fn set(&mut self, left: Instant, devices: Devices) {
        self.under_way = false;
        self.list = Some((left, devices));
    }

    /// When the list left, that is in use.
    pub(super) fn left(&self) -> Option<Instant> {
        self.list.as_ref().map(|(left, _)| *left)
    }

    /// Something speaks against what it says.
    pub(super) fn forget(&mut self) {
        self.list = None;
    }

    /// The list, where it is new enough: it left no longer than `stands_for` ago, and after the last
    /// pause.
    pub(super) fn fresh(
        &self,
        now: Instant,
        stands_for: Duration,
        paused_at: Option<Instant>,
    ) -> Option<&Devices> {
        let (left, devices) = self.list.as_ref()?;
        let is_new = now.saturating_duration_since(*left) <= stands_for
            && paused_at.is_none_or(|paused| *left > paused);
        is_new.then_some(devices)
    }
}
