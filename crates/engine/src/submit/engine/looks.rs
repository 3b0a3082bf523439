//! Looks at the tenant: started a few at once, taken apart by what they were for, repeated where they
//! told nothing.

use tokio::time::Instant;

use super::event::{Command, Look, Purpose, Seen};
use super::health::Certainty;
use super::op::{How, IfNotFound, said};
use super::operation::{
    Verdict, creates, gone, in_part, look_at, look_in_words, removes, says_gone, spare,
    tenant_below, verdict,
};
use super::schedule::OpId;
use super::sight::Scope;
use super::state::{Direction, State};
use crate::api::classify::{Stop, Trouble};
use crate::api::errors::{Meaning, meaning};
use crate::model::{Happening, Outcome};
use crate::plan::Tenant;
use crate::submit::reason::EndReason;

/// The most looks under way at once, beside those before a request.
const LOOKS_AT_ONCE: usize = 4;

impl State<'_> {
    /// Has an operation's customer looked for; rows below the same parent together.
    pub(super) fn look_for(&mut self, id: OpId) {
        if !creates(&self.ops[id.index()].operation) {
            self.to_see.push_back(id);
        } else if let Some(parent) = self.parent_of(id) {
            self.to_look.entry(parent).or_default().push(id);
        }
    }

    /// Whether anything is to be looked for.
    pub(super) fn has_looks(&self) -> bool {
        !self.to_look.is_empty() || !self.to_search.is_empty() || !self.to_see.is_empty()
    }

    /// Starts looks; only one call at all while the target is in trouble.
    pub(super) fn start_looks(&mut self) {
        loop {
            let calls = self.turns + self.looks;
            let most = if self.health.is_troubled() {
                usize::from(calls == 0)
            } else {
                LOOKS_AT_ONCE
            };
            if self.looks >= most {
                return;
            }
            let Some(look) = self.next_look() else {
                return;
            };
            self.looks += 1;
            self.commands.push(Command::Look { look, permit: None });
        }
    }

    fn next_look(&mut self) -> Option<Look> {
        if let Some(id) = self.to_see.pop_front() {
            let look = look_at(id, &self.ops[id.index()].operation, Purpose::Settling)?;
            return Some(self.with_devices(look));
        }
        if let Some((parent, ops)) = self.to_look.pop_first() {
            return Some(Look::Below { parent, ops });
        }
        // One list of everybody serves all that wait for one, whatever other looks are still to say of them.
        if !self.to_search.is_empty() && self.looks == 0 {
            let root = self.around.tenant.root().partner_id()?;
            let ops = std::mem::take(&mut self.to_search);
            return Some(Look::Tree { root, ops });
        }
        let wanted =
            self.schedule.ready() > 0 || !self.cleared.is_empty() || !self.denied.is_empty();
        if wanted && !self.devices.under_way && self.lacks_devices() {
            self.devices.under_way = true;
            let root = self.around.tenant.root().partner_id()?;
            return Some(Look::Devices { root });
        }
        None
    }

    pub(super) fn take_looked(&mut self, look: Look, left: Instant, result: Result<Seen, Trouble>) {
        if look.purpose() == Some(Purpose::BeforeSending) {
            self.turns = self.turns.saturating_sub(1);
        } else {
            self.looks = self.looks.saturating_sub(1);
        }
        let trouble = match result {
            Ok(seen) => {
                self.note_heard(left);
                // A list that is read anew after each pause must not make an outage look like none:
                // what it is read for may get no answer for ever.
                if !matches!(look, Look::Devices { .. }) {
                    self.health.answered();
                }
                return self.take_seen(look, left, seen);
            }
            Err(trouble) => trouble,
        };
        match (&look, trouble) {
            // Nobody stands below a customer that does not exist.
            (Look::Below { .. }, Trouble::Refused(error))
                if meaning(&error) == Meaning::ParentNotFound =>
            {
                self.health.answered();
                for id in look.ops() {
                    self.not_there_for(id, left, &error);
                }
            }
            (
                Look::Customer { op, .. } | Look::Deployment { op, .. } | Look::Bare { op, .. },
                Trouble::Refused(error),
            ) if says_gone(&error) => {
                self.health.answered();
                let operation = &self.ops[op.index()].operation;
                let verdict = gone(operation, Some(&error), self.direction);
                self.take_verdict(*op, Purpose::Settling, left, verdict);
            }
            // Whether it can be told at all is the service's affair; the customers are there.
            (Look::Deployment { op, .. }, Trouble::Refused(error)) => {
                self.health.answered();
                self.fails_when_nothing_lands(*op, left, said(&error));
            }
            // No list shows it, and the service may call an id that is gone a matter of rights.
            (Look::Customer { op, purpose, .. }, Trouble::Stop(Stop::Forbidden(error)))
                if self.ops[op.index()].only_looks().is_some() && !error.is_status() =>
            {
                self.health.answered();
                self.take_verdict(*op, *purpose, left, Verdict::Gone);
            }
            // One that may not be seen is like one that may not be changed.
            (
                Look::Customer { op, purpose, .. }
                | Look::Deployment { op, purpose, .. }
                | Look::Bare { op, purpose, .. },
                Trouble::Stop(Stop::Forbidden(error)),
            ) if *purpose == Purpose::BeforeSending && !error.is_status() => {
                self.health.answered();
                self.forbidden(*op, error);
            }
            (_, trouble) => {
                let what = look_in_words(&look);
                self.look_again(look);
                self.look_failed(left, &what, trouble);
            }
        }
    }

    fn look_again(&mut self, look: Look) {
        match look {
            Look::Below { parent, ops } => self.to_look.entry(parent).or_default().extend(ops),
            Look::Tree { ops, .. } => self.to_search.extend(ops),
            Look::Customer { op, purpose, .. }
            | Look::Deployment { op, purpose, .. }
            | Look::Bare { op, purpose, .. } => match purpose {
                Purpose::BeforeSending => self.schedule.put_back(op),
                Purpose::Settling => self.to_see.push_back(op),
            },
            Look::Devices { .. } => self.devices.under_way = false,
        }
    }

    /// A look that has no answer is made again, as far as anything still can be.
    fn look_failed(&mut self, left: Instant, what: &str, trouble: Trouble) {
        let text = trouble.to_string();
        match trouble {
            Trouble::Stop(stop) => self.stop(EndReason::Stopped(stop)),
            Trouble::Refused(error) | Trouble::Denied(error) => {
                self.stop(EndReason::Outage(format!("cannot {what}: {error}")));
            }
            Trouble::VisaRefused(_) => self.health.answered(),
            Trouble::Overdue => {}
            Trouble::TryAgain { after, .. } => {
                let advice = self.health.asked_to_wait(left, self.now, after);
                self.follow(advice, text);
            }
            Trouble::NotSent(_) | Trouble::Unknown { .. } => {
                let advice = self.health.lost(left, self.now, Certainty::Down);
                self.follow(advice, text);
            }
        }
    }

    fn take_seen(&mut self, look: Look, left: Instant, seen: Seen) {
        match (look, seen) {
            (Look::Below { parent, ops }, Seen::Below(below)) => {
                let tenant = tenant_below(parent, below);
                for id in ops {
                    self.take_list(id, parent, (&tenant, Scope::Children), left);
                }
            }
            (Look::Tree { ops, .. }, Seen::Tree(parts)) => {
                let tenant = Tenant::of_parts(self.around.tenant.root().clone(), parts);
                // Each has been looked for below its parent, or that was created just now.
                for id in ops {
                    if let Some(parent) = self.parent_of(id) {
                        self.take_list(id, parent, (&tenant, Scope::Tree), left);
                    }
                }
            }
            (Look::Devices { .. }, Seen::Devices(devices)) => {
                self.devices.set(left, self.now, devices);
                self.take_back_leases(|id| self.devices_on(id).is_some());
                // A device is a better reason than the service's number.
                for id in self.denied.clone() {
                    if let Some(why) = self.devices_on(id) {
                        self.ops[id.index()].if_not_found = IfNotFound::Fail(Box::new(why));
                    }
                }
            }
            (
                Look::Customer { op, purpose, .. }
                | Look::Deployment { op, purpose, .. }
                | Look::Bare { op, purpose, .. },
                seen,
            ) => {
                self.take_customer(op, purpose, left, &seen);
            }
            // Another look's answer tells nothing.
            (look, _) => self.look_again(look),
        }
    }

    /// What a look at an operation's customer says of it.
    fn take_customer(&mut self, id: OpId, purpose: Purpose, left: Instant, seen: &Seen) {
        let parent = self.parent_of(id);
        let op = &mut self.ops[id.index()];
        if self.direction == Direction::Back && op.only_looks().is_none() {
            spare(op, parent, seen);
        }
        let op = &self.ops[id.index()];
        let verdict = match verdict(&op.operation, parent, seen, self.direction) {
            verdict @ (Verdict::Ready | Verdict::Otherwise(_))
                if self.direction == Direction::Forth && !removes(&op.operation) =>
            {
                let in_part = in_part(op, parent, seen, purpose);
                match (verdict, in_part) {
                    // What others have made otherwise says more.
                    (verdict @ Verdict::Otherwise(_), Some(Verdict::InPart(_))) => verdict,
                    (verdict, in_part) => in_part.unwrap_or(verdict),
                }
            }
            Verdict::Ready => match self.devices_on(id) {
                Some(devices) => Verdict::Otherwise(devices),
                None => Verdict::Ready,
            },
            verdict => verdict,
        };
        self.take_verdict(id, purpose, left, verdict);
    }

    /// Members that somebody else has set as they were to become are not sent. The journal knows that
    /// before the rest leaves: that goes with an intent of its own.
    fn leave_out(&mut self, id: OpId, members: Vec<String>) {
        let op = &mut self.ops[id.index()];
        op.operation.leave_out(&members);
        let row = op.row;
        let planned = self.replayed.planned.get_mut(row.as_usize());
        if let Some(planned) = planned.and_then(|planned| planned.action.operation_mut()) {
            planned.leave_out(&members);
        }
        self.write(row, Happening::AsWanted { members });
        self.write(row, Happening::Released);
        self.schedule.start_over(id);
    }

    fn take_verdict(&mut self, id: OpId, purpose: Purpose, left: Instant, verdict: Verdict) {
        let verdict = match (self.ops[id.index()].only_looks(), verdict) {
            // What it is like does not matter: one that was not counted stays.
            (Some(why), Verdict::Ready | Verdict::InPart(_)) => Verdict::Otherwise(why.clone()),
            (Some(why), Verdict::Done | Verdict::Otherwise(_))
                if !removes(&self.ops[id.index()].operation) =>
            {
                Verdict::Otherwise(why.clone())
            }
            (_, verdict) => verdict,
        };
        match (verdict, purpose) {
            (Verdict::Done, _) => {
                if let Some(customer) = self.ops[id.index()].operation.id() {
                    self.done(id, customer, How::Found);
                }
            }
            (Verdict::Gone, _) => self.done_as(id, How::Found, Outcome::Gone),
            (Verdict::InPart(members), _) => self.leave_out(id, members),
            (Verdict::Otherwise(reason), _) => self.fails_when_nothing_lands(id, left, reason),
            (Verdict::Ready, Purpose::BeforeSending) => {
                self.ops[id.index()].seen = Some((left, self.now));
                self.cleared.push_back(id);
            }
            (Verdict::Ready, Purpose::Settling) => self.nothing_of_it(id, left),
        }
    }
}
