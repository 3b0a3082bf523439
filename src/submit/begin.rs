//! The beginning of a run: what the journal and the tenant say together. Settles what an earlier
//! process may have sent and the tenant shows, and schedules the rest.

use std::sync::Arc;

use tokio::time::Instant;

use super::observe::{How, RunEvent};
use super::runner::{IfNotFound, OpState, Request, Runner, Timer};
use super::schedule::{Earlier, NewOp, OpId, Schedule, parents_first};
use crate::journal::record::PlannedParent;
use crate::journal::{EventKind, PlannedAction, Progress};
use crate::model::{PartnerId, PartnerInfo, RowIndex};
use crate::plan::build::key_of;
use crate::plan::{Found, Tenant};

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
        self.to_create = new_ops.len();
        self.schedule = Schedule::new(new_ops.iter().copied());
        self.observer.observe(RunEvent::Started {
            to_create: self.to_create,
        });
        let until = Instant::now() + self.settings.settle_wait;
        for (index, op) in new_ops.iter().enumerate() {
            if op.earlier == Earlier::MaybeSent {
                let id = OpId(u32::try_from(index).unwrap_or(u32::MAX));
                self.timers.push(Timer(std::cmp::Reverse(until), id));
            }
        }
    }

    /// Decides about one row at the beginning; `None` when it has its outcome, else it becomes an
    /// op (pushed to `self.ops`).
    pub(super) fn begin_row(&mut self, row: RowIndex, tenant: &Tenant) -> Option<Earlier> {
        let index = row.as_usize();
        if self.replayed.progress[index].is_final() {
            return None;
        }
        let PlannedAction::Create {
            parent,
            partner,
            account,
        } = &self.replayed.planned[index].action
        else {
            return None;
        };
        let (parent, partner, account) = (*parent, partner.as_ref().clone(), *account);
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
        if let Some(found) = parent_id.and_then(|id| found_in(tenant, id, &partner)) {
            if open {
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
            request: Arc::new(Request { partner, account }),
            sends: 0,
            lost: 0,
            ever_lost: earlier == Earlier::MaybeSent,
            lost_at: None,
            if_not_found: IfNotFound::Send,
            last_trouble: String::new(),
        });
        Some(earlier)
    }
}

fn parent_row(action: &PlannedAction) -> Option<RowIndex> {
    match action {
        PlannedAction::Create {
            parent: PlannedParent::Row(row),
            ..
        } => Some(*row),
        _ => None,
    }
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
