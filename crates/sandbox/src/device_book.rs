//! Whose each device of a tenant is, and which ids are given to new ones.

use std::collections::HashMap;

use super::device::Device;
use super::partner::Partner;

/// The first id of a device.
const FIRST: i32 = 70_001;

/// All devices that partners have.
#[derive(Debug)]
pub(super) struct DeviceBook {
    /// Whose each device is.
    holders: HashMap<i32, i32>,
    next: i32,
}

impl Default for DeviceBook {
    fn default() -> Self {
        Self {
            holders: HashMap::new(),
            next: FIRST,
        }
    }
}

impl DeviceBook {
    /// An id that no device has or had.
    pub(super) fn new_id(&mut self) -> i32 {
        self.next += 1;
        self.next - 1
    }

    /// New ids come behind all that these partners' devices have or had.
    pub(super) fn go_on_behind(&mut self, partners: &[Partner]) {
        let details = partners
            .iter()
            .filter_map(|partner| partner.details.as_deref());
        let devices = details.flat_map(|details| &details.devices);
        let last = devices.map(|device| device.id).max().unwrap_or(0);
        self.next = self.next.max(last.saturating_add(1));
    }

    /// Forgets whose devices are whose; no id is given again.
    pub(super) fn clear(&mut self) {
        self.holders.clear();
    }

    /// Whose a device is.
    pub(super) fn holder(&self, device: i32) -> Option<i32> {
        self.holders.get(&device).copied()
    }

    /// Enters a partner's devices.
    pub(super) fn link(&mut self, partner: &Partner) {
        let devices = partner.devices().map(|device| (device.id, partner.id));
        self.holders.extend(devices);
    }

    /// Takes a partner's devices out, but for those that were moved to another already.
    pub(super) fn unlink(&mut self, partner: &Partner) {
        for device in partner.devices() {
            if self.holders.get(&device.id) == Some(&partner.id) {
                self.holders.remove(&device.id);
            }
        }
    }

    /// Completes the devices of a file of the first format, which had names alone; says whether
    /// there were any.
    pub(super) fn settle(&mut self, partner: &mut Partner) -> bool {
        let (id, location_id, created) = (partner.id, partner.location_id, partner.created);
        let Some(details) = partner.details.as_deref_mut() else {
            return false;
        };
        let first = self.next;
        if std::mem::take(&mut details.old_default_account) {
            let device = Device::default_of(id, 0, location_id, created);
            details.devices.insert(0, device);
        }
        for device in details.devices.iter_mut().filter(|device| device.id == 0) {
            device.id = self.next;
            device.location_id = location_id;
            device.created = created;
            self.next += 1;
        }
        self.next > first
    }
}
