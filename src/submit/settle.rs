//! Settlement: what has no answer is looked up in the tenant before anything else happens to it.
//!
//! Found under its parent with its key: ours. Not found: the lost request may still land, so wait
//! until it no longer can, look again, and only then send again. Looks are repeat-safe, and one
//! look serves every row below the same parent.

use std::cmp::Reverse;
use std::sync::Arc;

use tokio::time::Instant;

use super::begin::{found_in, is_updated};
use super::health::Certainty;
use super::observe::How;
use super::runner::{EndReason, Finished, IfNotFound, Request, Runner, Timer};
use super::schedule::OpId;
use super::told::customer;
use crate::api::ServerError;
use crate::api::classify::Trouble;
use crate::api::errors::{Meaning, meaning};
use crate::api::wire::{Depth, TenantPartner};
use crate::model::{PartnerId, code};
use crate::plan::{Customer, Tenant};

/// The most looks under way at once.
const LOOKS_AT_ONCE: usize = 4;

impl Runner<'_> {
    /// Has the row looked for, together with others below the same parent.
    pub(super) fn look_for(&mut self, id: OpId) {
        if let Request::Update { .. } = *self.ops[id.0 as usize].request {
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
        while self.timers.peek().is_some_and(|timer| timer.0.0 <= now) {
            if let Some(Timer(_, id)) = self.timers.pop() {
                let op = &mut self.ops[id.0 as usize];
                if op.if_not_found == IfNotFound::LookAgain {
                    op.if_not_found = IfNotFound::Send;
                }
                self.look_for(id);
            }
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
        let op = &mut self.ops[id.0 as usize];
        let found = match &*op.request {
            Request::Create { partner, .. } => found_in(tenant, parent, partner),
            Request::Update { .. } => None,
        };
        if let Some(found) = found {
            self.created(id, found, How::Found);
            return;
        }
        self.not_there(id, left);
    }

    /// A look has not found what the row's request was to do.
    fn not_there(&mut self, id: OpId, left: Instant) {
        let op = &mut self.ops[id.0 as usize];
        let until = op.lost_at.unwrap_or(left) + self.settings.settle_wait;
        match op.if_not_found.clone() {
            IfNotFound::Fail(error) if left >= until => self.fail(id, &error),
            IfNotFound::LookAgain if left >= until => self.send_again(id),
            IfNotFound::Send => self.send_again(id),
            IfNotFound::Fail(_) | IfNotFound::LookAgain => {
                self.timers.push(Timer(Reverse(until), id));
            }
        }
    }

    /// The same where the service says that whom it is about does not exist: then nothing is to be
    /// sent for the row, now or later.
    fn not_there_for(&mut self, id: OpId, left: Instant, error: &ServerError) {
        let op = &mut self.ops[id.0 as usize];
        match op.if_not_found {
            // Nobody sends it any more, so it was settled before.
            IfNotFound::Send => self.fail(id, error),
            IfNotFound::Fail(_) => self.not_there(id, left),
            IfNotFound::LookAgain => {
                op.if_not_found = IfNotFound::Fail(error.clone());
                self.denied.insert(id);
                self.not_there(id, left);
            }
        }
    }

    /// The row is certainly not in the tenant, and no request of ours can still put it there.
    fn send_again(&mut self, id: OpId) {
        let op = &mut self.ops[id.0 as usize];
        op.if_not_found = IfNotFound::default();
        if op.lost >= self.settings.max_sends {
            let missing = match *op.request {
                Request::Create { .. } => "not in the tenant",
                Request::Update { .. } => "not changed in the tenant",
            };
            let message = format!(
                "sent {} times without a clear answer, and {missing}; the last time: {}",
                op.lost, op.last_trouble
            );
            self.fail_with(id, code::NO_ANSWER.code.into(), message);
        } else {
            self.send_if_not_too_often(id);
        }
    }

    /// Reads the customer of a row again whose update has no answer.
    fn start_reread(&mut self, id: OpId) {
        let Request::Update { id: partner, .. } = *self.ops[id.0 as usize].request else {
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
        let Request::Update {
            id: partner,
            update,
        } = &*Arc::clone(&self.ops[id.0 as usize].request)
        else {
            return;
        };
        match result {
            Ok(told) => {
                self.health.answered();
                let parent = self.parent_of(id);
                let customer = customer(told);
                if parent.is_some_and(|parent| is_updated(update, parent, &customer)) {
                    self.created(id, *partner, How::Found);
                } else {
                    self.not_there(id, left);
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
