//! Settlement: what has no answer is looked up in the tenant before anything else happens to it.
//!
//! Found under its parent with its key: ours. Not found: the lost request may still land, so wait
//! until it no longer can, look again, and only then send again; what an earlier process may have
//! sent is looked for everywhere before that. Looks are repeat-safe, and one look serves every row
//! below the same parent, or all.

use std::time::Duration;

use tokio::time::Instant;

use super::op::{How, IfNotFound, said};
use super::operation::{may_be_sent_twice, never_answered, switches};
use super::schedule::OpId;
use super::sight::{Scope, Sight, Trace};
use super::state::State;
use crate::api::ServerError;
use crate::model::{PartnerId, Reason, code};
use crate::plan::Tenant;

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
/// After so long a tree that does, which may be large.
const SEARCH_AGAIN: Duration = Duration::from_secs(30);
/// And not before this.
const SOON: Duration = Duration::from_millis(100);

impl State<'_> {
    /// What a look says of one row. `left` is when the look left.
    pub(super) fn take_list(
        &mut self,
        id: OpId,
        parent: PartnerId,
        seen @ (_, scope): (&Tenant, Scope),
        left: Instant,
    ) {
        let op = &self.ops[id.index()];
        let trace = Trace::of(op.evidence);
        match self.sight(op.row, Some(parent), op.operation.partner(), seen, trace) {
            Sight::Ours(found) => self.done(id, found, How::Found),
            Sight::Nobody => {
                let showing = self.showing(id, parent, seen, left);
                self.not_there(id, (left, scope), showing);
            }
            Sight::InTheWay(why) => {
                self.will_fail(id, why);
                self.not_there(id, (left, scope), Showing::Nothing);
            }
            // More than that the service has denied it.
            Sight::Perhaps(why) => {
                let op = &mut self.ops[id.index()];
                if matches!(op.if_not_found, IfNotFound::Fail(_)) {
                    op.if_not_found = IfNotFound::Send;
                }
                self.will_fail(id, why);
                self.not_there(id, (left, scope), Showing::Nothing);
            }
        }
    }

    /// Whether a list is new enough to show what the lost request may have made: whoever was created
    /// below the same parent after the loss tells, and in a tree the parent itself.
    fn showing(
        &self,
        id: OpId,
        parent: PartnerId,
        (tenant, scope): (&Tenant, Scope),
        left: Instant,
    ) -> Showing {
        if scope == Scope::Tree && tenant.get(parent.get()).is_none() {
            let mut created = self.answered.values().flatten();
            if let Some((at, customer)) = created.find(|(_, one)| *one == parent).copied() {
                return Showing::Lags { at, customer };
            }
        }
        let Some(lost_at) = self.ops[id.index()].lost_at else {
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
    fn not_there(&mut self, id: OpId, (left, scope): (Instant, Scope), showing: Showing) {
        let (settle_wait, landing_wait) = (
            self.around.settings.settle_wait,
            self.around.settings.landing_wait(),
        );
        let op = &mut self.ops[id.index()];
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
            (IfNotFound::Fail(why), _) => self.fail_with(id, *why),
            (IfNotFound::Block(by), _) => self.block(id, by),
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
                let again = match scope {
                    Scope::Children => left + LOOK_AGAIN,
                    Scope::Tree => self.now + SEARCH_AGAIN,
                };
                self.timers
                    .push(again.min(at + settle_wait).max(left + SOON), id);
            }
            (IfNotFound::Send, _) if op.search && scope == Scope::Children => {
                self.to_search.push(id);
            }
            (IfNotFound::Send, _) => {
                op.search = false;
                self.send_again(id);
            }
        }
    }

    /// The same where the service says that whom it is about does not exist: then nothing is to be
    /// sent for the row, now or later.
    pub(super) fn not_there_for(&mut self, id: OpId, left: Instant, error: &ServerError) {
        self.will_fail(id, said(error));
        self.not_there(id, (left, Scope::Children), Showing::Nothing);
    }

    /// Unless it is found before, the row fails once nothing can land any more.
    fn will_fail(&mut self, id: OpId, why: Reason) {
        let op = &mut self.ops[id.index()];
        if op.if_not_found == IfNotFound::Send {
            op.if_not_found = IfNotFound::Fail(Box::new(why));
            self.denied.insert(id);
        }
    }

    /// Nothing of the row's request is there, and no request of ours can still bring it about.
    fn send_again(&mut self, id: OpId) {
        let most = self.around.settings.max_sends;
        let op = &mut self.ops[id.index()];
        op.if_not_found = IfNotFound::default();
        if op.lost >= most {
            let why = never_answered(&op.operation, op.lost, &op.last_trouble);
            self.fails_when_nothing_lands(id, self.now, why);
        } else {
            self.send_if_not_too_often(id);
        }
    }

    /// A look at the operation's customer has seen nothing of its request.
    pub(super) fn nothing_of_it(&mut self, id: OpId, left: Instant) {
        let op = &self.ops[id.index()];
        match &op.if_not_found {
            IfNotFound::Send if may_be_sent_twice(&op.operation) => self.send_again(id),
            IfNotFound::Fail(why) if switches(&op.operation) => {
                let why = (**why).clone();
                self.fails_when_nothing_lands(id, left, why);
            }
            _ => self.not_there(id, (left, Scope::Children), Showing::Nothing),
        }
    }

    /// The operation fails; but that is an outcome only when nothing of ours can be carried out any
    /// more. Else its customer is looked at again then.
    pub(super) fn fails_when_nothing_lands(&mut self, id: OpId, left: Instant, why: Reason) {
        match self.may_land_until(id).filter(|until| left < *until) {
            Some(until) => self.timers.push(until, id),
            None => self.fail_with(id, why),
        }
    }

    /// Until when a request for the operation that was given up may be carried out.
    pub(super) fn may_land_until(&self, id: OpId) -> Option<Instant> {
        let op = &self.ops[id.index()];
        let from = op.heard_at.or(op.lost_at)?;
        Some(from + self.around.settings.settle_wait)
    }
}
