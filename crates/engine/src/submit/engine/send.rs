//! What leaves next: intents ahead of their turn, permits, the look before a request, the request.

use std::time::Duration;

use tokio::time::Instant;

use super::devices::{Devices, LIST_STANDS_FOR};
use super::event::{Command, Look, Purpose};
use super::operation::{look_at, looks_first, removes};
use super::schedule::OpId;
use super::state::{Direction, State};
use crate::api::{Lease, Ticket};
use crate::model::{Happening, Reason};

/// The most intents that are written ahead of their turn.
const LARGEST_AHEAD: usize = 4096;

/// So long a look stands for, at rates that allow for more than a few requests in that time: its
/// request is the next to leave.
const LOOK_STANDS_FOR: Duration = Duration::from_secs(10);

impl State<'_> {
    /// Whether a request could leave now. While the target is in trouble one call at a time is enough,
    /// and a look is a safer one than a change.
    pub(super) fn wants_to_send(&self) -> bool {
        let calls = self.turns + self.looks;
        if self.health.is_troubled() && (calls > 0 || self.has_looks()) {
            return false;
        }
        let has_room = self.turns + self.cleared.len() < self.room();
        let has_ready = has_room && self.schedule.ready() > 0 && !self.budget_may_be_spent();
        (has_ready || !self.cleared.is_empty()) && !self.lacks_devices()
    }

    /// How many operations may have their turn at once. What was looked at before a pause has to be
    /// looked at again after it, so not all are begun anew where the next pause may be near.
    fn room(&self) -> usize {
        let limit = self.workers.limit();
        match self.lookers {
            0 => limit,
            _ => limit.min(self.done_since_pause.saturating_add(1)),
        }
    }

    /// Whether the list of devices has to be read (again) before anything is removed.
    pub(super) fn lacks_devices(&self) -> bool {
        self.removals > 0 && self.fresh_devices().is_none()
    }

    pub(super) fn fresh_devices(&self) -> Option<&Devices> {
        let stands_for = self.stands_for(LIST_STANDS_FOR);
        self.devices.fresh(self.now, stands_for, self.paused_at)
    }

    /// Why an operation's customer is not removed, of what is known of devices.
    pub(super) fn devices_on(&self, id: OpId) -> Option<Reason> {
        let operation = &self.ops[id.index()].operation;
        let customer = operation.id().filter(|_| removes(operation))?;
        self.fresh_devices()?.against(customer)
    }

    /// At slow rates what was seen must stand until the next request may leave.
    fn stands_for(&self, usual: Duration) -> Duration {
        let interval = self.around.interval.unwrap_or_default();
        usual.max(interval.saturating_mul(4))
    }

    pub(super) fn write_intents(&mut self) {
        // Waiting for the disk with hands free: look further ahead next time. An undoing does not: what
        // it has intended has to be waited for when it is cut off.
        let starved = self.schedule.ready() == 0
            && !self.intents.is_empty()
            && self.turns < self.workers.limit();
        if starved && self.around.interval.is_none() && self.direction == Direction::Forth {
            self.ahead = (self.ahead * 2).min(LARGEST_AHEAD);
        }
        for id in self.schedule.to_intend(self.ahead) {
            let number = self.write(self.ops[id.index()].row, Happening::Intent);
            self.intents.push(number, id);
        }
    }

    /// One request may leave: that of an operation which was looked at, the look at another one, or a
    /// request that needs none.
    pub(super) fn take_permit(&mut self, permit: Ticket) {
        self.wants_permit = false;
        // One that a pause has overtaken is void.
        let held = self.held_until.is_some_and(|until| until > self.now);
        if self.stopping.is_some() || held || !self.wants_to_send() {
            return;
        }
        let fresh = |id: &OpId| self.is_fresh(*id) && self.devices_on(*id).is_none();
        let fresh = self.cleared.iter().position(fresh);
        if let Some(id) = fresh.and_then(|place| self.cleared.remove(place)) {
            self.send(id, permit);
        } else if let Some(id) = self.cleared.pop_front() {
            self.ops[id.index()].stale += 1;
            self.look_first(id, permit);
        } else if let Some(id) = self.schedule.take() {
            if looks_first(&self.ops[id.index()].operation) {
                self.look_first(id, permit);
            } else {
                self.send(id, permit);
            }
        }
    }

    /// Whether what was seen of a customer still counts: it is not long ago, and there was no pause.
    fn is_fresh(&self, id: OpId) -> bool {
        let seen = self.ops[id.index()].seen;
        seen.is_some_and(|(left, _)| {
            self.now <= self.look_stands_until(id)
                && self.paused_at.is_none_or(|paused| left > paused)
        })
    }

    /// Until when the look at its customer stands, and the list of devices for a removal. Where turns come late again
    /// and again, more is allowed for.
    fn look_stands_until(&self, id: OpId) -> Instant {
        let op = &self.ops[id.index()];
        let stands_for = self
            .stands_for(LOOK_STANDS_FOR)
            .saturating_mul(1 << op.stale.min(4));
        let until = op
            .seen
            .map_or(self.now, |(_, answered)| answered + stands_for);
        let stands_for = self.stands_for(LIST_STANDS_FOR);
        let list = self.devices.stands_until(stands_for);
        let list = list.filter(|_| removes(&op.operation));
        list.map_or(until, |list| until.min(list))
    }

    fn look_first(&mut self, id: OpId, permit: Ticket) {
        let operation = &self.ops[id.index()].operation;
        let Some(look) = look_at(id, operation, Purpose::BeforeSending) else {
            return;
        };
        let look = self.with_devices(look);
        self.turns += 1;
        self.commands.push(Command::Look {
            look,
            permit: Some(permit),
        });
    }

    /// The same look, with the customer's devices where no list shows them.
    pub(super) fn with_devices(&self, mut look: Look) -> Look {
        if let Look::Bare { devices, .. } = &mut look {
            *devices = matches!(self.fresh_devices(), Some(Devices::OfEach));
        }
        look
    }

    fn send(&mut self, id: OpId, permit: Ticket) {
        let parent = self.parent_of(id);
        let lease = if looks_first(&self.ops[id.index()].operation) {
            let lease = Lease::until(self.look_stands_until(id));
            self.leases.insert(id, lease.clone());
            lease
        } else {
            Lease::unlimited()
        };
        let op = &mut self.ops[id.index()];
        op.seen = None;
        op.under_way = true;
        if op.sends > 0 {
            self.retries += 1;
        }
        op.sends += 1;
        let operation = op.operation.clone();
        self.span.get_or_insert((self.now, self.now));
        self.turns += 1;
        self.workers.sent(self.turns);
        self.commands.push(Command::Send {
            op: id,
            operation,
            parent,
            permit,
            lease,
        });
    }

    /// A pause has come, or a list of devices: what was seen before a request may no longer be so. Those that have
    /// not left yet do not leave.
    pub(super) fn take_back_leases(&self, of: impl Fn(OpId) -> bool) {
        let some = self.leases.iter().filter(|(id, _)| of(**id));
        some.for_each(|(_, lease)| lease.take_back());
    }
}
