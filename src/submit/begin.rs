//! The beginning of a run: what the journal and the tenant say together. Settles what an earlier
//! process may have sent and the tenant shows, and schedules the rest.

use std::sync::Arc;

use tokio::time::Instant;

use super::observe::{How, RunEvent};
use super::runner::{IfNotFound, OpState, Request, Runner, Timer};
use super::schedule::{Earlier, NewOp, OpId, Schedule, parents_first};
use crate::journal::record::{PlannedParent, Update};
use crate::journal::{EventKind, PlannedAction, Progress};
use crate::model::{PartnerId, PartnerInfo, Relocation, RowIndex};
use crate::plan::build::key_of;
use crate::plan::{Customer, Found, Tenant, has_changes};

impl Runner<'_> {
    /// Settles what can be settled from the tenant as it was read, and schedules the rest.
    pub(super) fn begin(&mut self, tenant: &Tenant) {
        let parents: Vec<Option<RowIndex>> = self
            .replayed
            .planned
            .iter()
            .map(|planned| parent_row(&planned.action))
            .collect();
        let mut ids: Vec<Option<OpId>> = vec![None; parents.len()];
        let mut new_ops = Vec::new();
        for row in parents_first(&parents) {
            if let Some(earlier) = self.begin_row(row, tenant) {
                let parent = parents[row.as_usize()].and_then(|above| ids[above.as_usize()]);
                ids[row.as_usize()] = Some(OpId(u32::try_from(new_ops.len()).unwrap_or(u32::MAX)));
                new_ops.push(NewOp { parent, earlier });
            }
        }
        self.count_earlier_failures();
        self.schedule = Schedule::new(new_ops.iter().copied());
        self.observer.observe(RunEvent::Started {
            to_create: new_ops.len(),
        });
        if !new_ops.is_empty() {
            self.stop_when_too_many_failed();
        }
        let until = Instant::now() + self.settings.settle_wait;
        for (index, op) in new_ops.iter().enumerate() {
            if op.earlier == Earlier::MaybeSent {
                let id = OpId(u32::try_from(index).unwrap_or(u32::MAX));
                self.timers.push(Timer(std::cmp::Reverse(until), id));
            }
        }
    }

    /// The error budget is the run's, however many processes it takes.
    fn count_earlier_failures(&mut self) {
        let planned = self.replayed.planned.iter();
        self.to_send = planned.filter(|planned| is_sent(&planned.action)).count();
        let failed = |one: &&Progress| matches!(one, Progress::Failed { .. });
        self.failed_before = self.replayed.progress.iter().filter(failed).count();
    }

    /// Decides about one row at the beginning; `None` when it has its outcome, else it becomes an
    /// op (pushed to `self.ops`).
    pub(super) fn begin_row(&mut self, row: RowIndex, tenant: &Tenant) -> Option<Earlier> {
        let index = row.as_usize();
        if self.replayed.progress[index].is_final() {
            return None;
        }
        let (parent, request) = request_of(&self.replayed.planned[index].action)?;
        let open = matches!(self.replayed.progress[index], Progress::Open { .. });
        if let PlannedParent::Row(above) = parent {
            let by = match &self.replayed.progress[above.as_usize()] {
                Progress::Failed { .. } | Progress::Invalid => Some(above),
                Progress::Blocked { by } => Some(*by),
                _ => None,
            };
            if let Some(by) = by {
                self.settle(
                    row,
                    EventKind::Blocked { by },
                    RunEvent::Blocked { row, by },
                );
                return None;
            }
        }
        let parent_id = self.parent_id(parent);
        let found = parent_id.and_then(|id| is_done(tenant, id, &request));
        if let Some(found) = found {
            if open && matches!(request, Request::Update { .. }) {
                self.settle(
                    row,
                    EventKind::Updated(found),
                    RunEvent::Updated { row, id: found },
                );
            } else if open {
                let event = RunEvent::Created {
                    row,
                    id: found,
                    how: How::Found,
                };
                self.settle(row, EventKind::Created(found), event);
            } else {
                self.settle(
                    row,
                    EventKind::Exists(found),
                    RunEvent::Exists { row, id: found },
                );
            }
            return None;
        }
        let earlier = match (open, parent_id) {
            (false, _) => Earlier::Nothing,
            // Nobody could have sent it: it needs an id that nobody knew.
            (true, None) => Earlier::Intended,
            (true, Some(_)) => Earlier::MaybeSent,
        };
        self.ops.push(OpState {
            row,
            parent,
            request: Arc::new(request),
            sends: 0,
            lost: 0,
            turned_away: 0,
            ever_lost: earlier == Earlier::MaybeSent,
            lost_at: None,
            if_not_found: IfNotFound::Send,
            last_trouble: match &self.replayed.progress[index] {
                Progress::Open { message } => message.clone(),
                _ => String::new(),
            },
        });
        Some(earlier)
    }
}

/// Whether anything is sent for the row.
fn is_sent(action: &PlannedAction) -> bool {
    matches!(
        action,
        PlannedAction::Create { .. } | PlannedAction::Update { .. }
    )
}

fn parent_row(action: &PlannedAction) -> Option<RowIndex> {
    match action {
        PlannedAction::Create {
            parent: PlannedParent::Row(row),
            ..
        }
        | PlannedAction::Update {
            parent: PlannedParent::Row(row),
            ..
        } => Some(*row),
        _ => None,
    }
}

/// Below whom a row's customer stands, and what is sent for it, where anything is.
fn request_of(action: &PlannedAction) -> Option<(PlannedParent, Request)> {
    match action {
        PlannedAction::Create {
            parent,
            partner,
            account,
        } => {
            let (partner, account) = (partner.clone(), *account);
            Some((*parent, Request::Create { partner, account }))
        }
        PlannedAction::Update {
            id, parent, update, ..
        } => {
            let (id, update) = (*id, update.clone());
            Some((*parent, Request::Update { id, update }))
        }
        PlannedAction::Exists { .. }
        | PlannedAction::Refuse { .. }
        | PlannedAction::Invalid
        | PlannedAction::Blocked { .. } => None,
    }
}

/// The customer that a request was to make or change, where the tenant shows that it is done.
fn is_done(tenant: &Tenant, parent: PartnerId, request: &Request) -> Option<PartnerId> {
    match request {
        Request::Create { partner, .. } => found_in(tenant, parent, partner),
        Request::Update { id, update } => {
            let customer = tenant.get(id.get())?;
            is_updated(update, parent, customer).then_some(*id)
        }
    }
}

/// Whether a customer is as an update was to make it.
pub(super) fn is_updated(update: &Update, parent: PartnerId, customer: &Customer) -> bool {
    let stands = update.relocation == Relocation::Stays || customer.parent == parent.get();
    stands && has_changes(&update.changes, customer)
}

/// The customer below `parent` that answers to the row; where several do, the one that came
/// first.
pub(super) fn found_in(
    tenant: &Tenant,
    parent: PartnerId,
    partner: &PartnerInfo,
) -> Option<PartnerId> {
    match tenant.find(parent, key_of(partner)) {
        Found::Ours(customer) => customer.partner_id(),
        Found::Several(one, other) => one.partner_id().min(other.partner_id()),
        Found::Nobody | Found::CodeElsewhere(_) | Found::NameWithOtherCode(_) => None,
    }
}
