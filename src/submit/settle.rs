//! Settlement: what has no answer is looked up in the tenant before anything else happens to it.
//!
//! Found under its parent with its key: ours. Not found: the lost request may still land, so wait
//! until it no longer can, look again, and only then send again. Looks are repeat-safe, and one
//! look serves every row below the same parent.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::begin::is_updated;
use super::health::Certainty;
use super::runner::{EndReason, Finished, IfNotFound, Runner};
use super::schedule::OpId;
use super::sight::{Scope, Sight, Trace};
use super::told::customer;
use crate::api::ServerError;
use crate::api::classify::Trouble;
use crate::api::errors::{Meaning, meaning};
use crate::api::wire::{Depth, TenantPartner};
use crate::model::{Operation, PartnerId, Reason, code};
use crate::plan::{Customer, Tenant};

/// What a list without the row's customer shows otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Showing {
    /// A customer that was created after the row's request was lost: it is new enough.
    Later,
    /// Nothing that tells.
    Nothing,
    /// Nobody of those who were created since, this one the first of them: it lags behind.
    Lags { at: Instant, customer: PartnerId },
}

/// After so long a list that lags behind is read again.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// And not before this.
const SOON: Duration = Duration::from_millis(100);

/// The most looks under way at once.
const LOOKS_AT_ONCE: usize = 4;

impl Runner<'_> {
    /// Has the row looked for, together with others below the same parent.
    pub(super) fn look_for(&mut self, id: OpId) {
        if let Operation::Update { .. } = self.ops[id.0 as usize].request {
            self.to_reread.push_back(id);
        } else if let Some(parent) = self.parent_of(id) {
            self.to_look.entry(parent).or_default().push(id);
        }
    }

    /// Whether anything is to be looked for.
    pub(super) fn has_looks(&self) -> bool {
        !self.to_look.is_empty() || !self.to_reread.is_empty()
    }

    /// Rows whose lost request can no longer land are looked for once more.
    pub(super) fn wake_due_timers(&mut self) {
        let now = Instant::now();
        while let Some(id) = self.timers.pop(now) {
            self.look_for(id);
        }
    }

    /// Starts looks, one per parent; only one call at all while the target is in trouble.
    pub(super) fn start_looks(&mut self) {
        loop {
            let calls = self.creates_in_flight + self.looks_in_flight;
            let most = if self.health.is_troubled() {
                usize::from(calls == 0)
            } else {
                LOOKS_AT_ONCE
            };
            if self.looks_in_flight >= most {
                return;
            }
            if let Some(id) = self.to_reread.pop_front() {
                self.start_reread(id);
                continue;
            }
            let Some((parent, ops)) = self.to_look.pop_first() else {
                return;
            };
            let client = Arc::clone(&self.client);
            self.looks_in_flight += 1;
            self.inbox.calls.spawn(async move {
                let left = Instant::now();
                let result = client.partners_below(parent, Depth::Children).await;
                Finished::Look {
                    parent,
                    ops,
                    left,
                    result,
                }
            });
        }
    }

    pub(super) fn take_look(
        &mut self,
        parent: PartnerId,
        ops: Vec<OpId>,
        left: Instant,
        result: Result<Vec<TenantPartner>, Trouble>,
    ) {
        let trouble = match result {
            Ok(below) => {
                self.health.answered();
                let top = Customer {
                    id: parent.get(),
                    ..Customer::default()
                };
                let tenant = Tenant::new(top, below.into_iter().map(customer));
                for id in ops {
                    self.take_looked(id, parent, &tenant, left);
                }
                return;
            }
            // Nobody stands below a customer that does not exist.
            Err(Trouble::Refused(error)) if meaning(&error) == Meaning::ParentNotFound => {
                self.health.answered();
                for id in ops {
                    self.not_there_for(id, left, &error);
                }
                return;
            }
            Err(trouble) => trouble,
        };
        self.to_look.entry(parent).or_default().extend(ops);
        let what = format!("list the customers below {parent}");
        self.look_failed(left, &what, trouble);
    }

    /// A look that has no answer is made again, as far as anything still can be.
    fn look_failed(&mut self, left: Instant, what: &str, trouble: Trouble) {
        let now = Instant::now();
        let text = trouble.to_string();
        match trouble {
            Trouble::Stop(stop) => self.stop(EndReason::Stopped(stop)),
            Trouble::Refused(error) | Trouble::Denied(error) => {
                self.stop(EndReason::Outage(format!("cannot {what}: {error}")));
            }
            Trouble::VisaRefused(_) => self.health.answered(),
            Trouble::TryAgain { after, .. } => {
                let advice = self.health.asked_to_wait(left, now, after);
                self.follow(advice, text);
            }
            Trouble::NotSent(_) | Trouble::Unknown { .. } => {
                let advice = self.health.lost(left, now, Certainty::Down);
                self.follow(advice, text);
            }
        }
    }

    /// What a look says of one row. `left` is when the look left.
    fn take_looked(&mut self, id: OpId, parent: PartnerId, tenant: &Tenant, left: Instant) {
        let op = &self.ops[id.0 as usize];
        let Operation::Create { partner, .. } = &op.request else {
            return;
        };
        let trace = Trace::of(op.evidence);
        let seen = (tenant, Scope::Children);
        match self.sight(op.row, Some(parent), partner, seen, trace) {
            Sight::Ours(found) => self.found(id, found),
            Sight::Nobody => {
                let showing = self.showing(id, parent, tenant, left);
                self.not_there(id, left, showing);
            }
            Sight::InTheWay(why) => {
                self.will_fail(id, why);
                self.not_there(id, left, Showing::Nothing);
            }
            // More than that the service has denied it.
            Sight::Perhaps(why) => {
                self.ops[id.0 as usize].if_not_found = IfNotFound::Send;
                self.will_fail(id, why);
                self.not_there(id, left, Showing::Nothing);
            }
        }
    }

    /// Whether a list is new enough to show what the lost request may have made: whoever was created
    /// below the same parent after the loss tells.
    fn showing(&self, id: OpId, parent: PartnerId, tenant: &Tenant, left: Instant) -> Showing {
        let Some(lost_at) = self.ops[id.0 as usize].lost_at else {
            return Showing::Nothing;
        };
        let answered = self.answered.get(&parent).map_or(&[][..], Vec::as_slice);
        let first = answered.partition_point(|(at, _)| *at <= lost_at);
        let mut later = answered[first..]
            .iter()
            .filter(|(at, _)| *at < left)
            .peekable();
        let Some((at, customer)) = later.peek().copied().copied() else {
            return Showing::Nothing;
        };
        if later.any(|(_, one)| tenant.get(one.get()).is_some()) {
            Showing::Later
        } else {
            Showing::Lags { at, customer }
        }
    }

    /// A look has not found what the row's request was to do.
    fn not_there(&mut self, id: OpId, left: Instant, showing: Showing) {
        let (settle_wait, landing_wait) = (self.settings.settle_wait, self.settings.landing_wait());
        let op = &mut self.ops[id.0 as usize];
        let from = op.heard_at.or(op.lost_at).unwrap_or(left);
        let wait = match showing {
            Showing::Later => landing_wait,
            Showing::Nothing | Showing::Lags { .. } => settle_wait,
        };
        if left < from + wait {
            let early = from + landing_wait;
            let until = if left < early { early } else { from + wait };
            self.timers.push(until, id);
            return;
        }
        match (op.if_not_found.clone(), showing) {
            (IfNotFound::Fail(why), _) => self.fail_with(id, why),
            (IfNotFound::Send, Showing::Lags { at, customer }) if left >= at + settle_wait => {
                let message = format!(
                    "a request for it may have been carried out, and the list of customers does \
                     not show it, nor customer {customer}, created {} s ago: the list lags behind; \
                     it is not sent again: look for it in the console",
                    left.duration_since(at).as_secs()
                );
                self.fail_with(id, Reason::new(&code::UNCLEAR, message));
            }
            (IfNotFound::Send, Showing::Lags { at, .. }) => {
                let next = (left + LOOK_AGAIN).min(at + settle_wait).max(left + SOON);
                self.timers.push(next, id);
            }
            (IfNotFound::Send, _) => self.send_again(id),
        }
    }

    /// The same where the service says that whom it is about does not exist: then nothing is to be
    /// sent for the row, now or later.
    fn not_there_for(&mut self, id: OpId, left: Instant, error: &ServerError) {
        self.will_fail(id, Reason::from(error));
        self.not_there(id, left, Showing::Nothing);
    }

    /// Unless it is found before, the row fails once nothing can land any more.
    fn will_fail(&mut self, id: OpId, why: Reason) {
        let op = &mut self.ops[id.0 as usize];
        if op.if_not_found == IfNotFound::Send {
            op.if_not_found = IfNotFound::Fail(why);
            self.denied.insert(id);
        }
    }

    /// The row is certainly not in the tenant, and no request of ours can still put it there.
    fn send_again(&mut self, id: OpId) {
        let op = &mut self.ops[id.0 as usize];
        op.if_not_found = IfNotFound::default();
        if op.lost >= self.settings.max_sends {
            let missing = match op.request {
                Operation::Create { .. } => "not in the tenant",
                Operation::Update { .. } => "not changed in the tenant",
                Operation::Remove { .. } => "still in the tenant",
            };
            let message = format!(
                "sent {} times without a clear answer, and {missing}; the last time: {}",
                op.lost, op.last_trouble
            );
            self.fail_with(id, Reason::new(&code::NO_ANSWER, message));
        } else {
            self.send_if_not_too_often(id);
        }
    }

    /// Reads the customer of a row again whose update has no answer.
    fn start_reread(&mut self, id: OpId) {
        let Operation::Update { id: partner, .. } = self.ops[id.0 as usize].request else {
            return;
        };
        let client = Arc::clone(&self.client);
        self.looks_in_flight += 1;
        self.inbox.calls.spawn(async move {
            let left = Instant::now();
            let result = Box::new(client.partner(partner).await);
            Finished::Reread {
                op: id,
                left,
                result,
            }
        });
    }

    /// What a customer says whose update has no answer: it has the changes, or it does not.
    pub(super) fn take_reread(
        &mut self,
        id: OpId,
        left: Instant,
        result: Result<TenantPartner, Trouble>,
    ) {
        let Operation::Update {
            id: partner,
            update,
            ..
        } = self.ops[id.0 as usize].request.clone()
        else {
            return;
        };
        match result {
            Ok(told) => {
                self.health.answered();
                let parent = self.parent_of(id);
                let customer = customer(told);
                if parent.is_some_and(|parent| is_updated(&update, parent, &customer)) {
                    self.found(id, partner);
                } else {
                    self.not_there(id, left, Showing::Nothing);
                }
            }
            // The customer is gone, and its update with it.
            Err(Trouble::Refused(error)) if meaning(&error) == Meaning::ParentNotFound => {
                self.health.answered();
                self.not_there_for(id, left, &error);
            }
            Err(trouble) => {
                self.to_reread.push_back(id);
                self.look_failed(left, &format!("read customer {partner}"), trouble);
            }
        }
    }

    fn parent_of(&self, id: OpId) -> Option<PartnerId> {
        self.parent_id(self.ops[id.0 as usize].parent)
    }
}
