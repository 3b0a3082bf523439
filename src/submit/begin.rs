//! The beginning of a run: what the journal and the tenant say together. Settles what an earlier
//! process may have sent and the tenant shows, and schedules the rest.

use tokio::time::Instant;

use super::observe::RunEvent;
use super::runner::{Evidence, IfNotFound, OpState, Runner};
use super::schedule::{Earlier, NewOp, OpId, Schedule, parents_first};
use super::sight::{Scope, Sight, Trace};
use crate::model::{
    Happening, Operation, Origin, Outcome, Parent, PartnerId, PartnerInfo, Planned, Relocation,
    RowIndex, Standing, Update,
};
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
        // The tenant has just been read: that was an answer, so nothing is held back before it.
        let now = Instant::now();
        let until = now + self.settings.settle_wait;
        for (index, op) in new_ops.iter().enumerate() {
            if op.earlier == Earlier::MaybeSent {
                let id = OpId(u32::try_from(index).unwrap_or(u32::MAX));
                let parent = self.ops[index].parent;
                match parent {
                    // It was sent if an earlier process knew the parent's id, which is to be found.
                    Parent::Row(above) if self.parent_id(parent).is_none() => {
                        self.orphans.entry(above).or_default().push(id);
                    }
                    _ => {
                        let op = &mut self.ops[index];
                        (op.lost_at, op.heard_at) = (Some(now), Some(now));
                        self.timers.push(until, id);
                    }
                }
            }
        }
    }

    /// The error budget is the run's, however many processes it takes.
    fn count_earlier_failures(&mut self) {
        let planned = self.replayed.planned.iter();
        self.to_send = planned
            .filter(|planned| planned.action.operation().is_some())
            .count();
        let failed = self.replayed.progress.iter().filter_map(Standing::failed);
        self.failed_before = failed.count();
    }

    /// Decides about one row at the beginning; `None` when it has its outcome, else it becomes an
    /// op (pushed to `self.ops`).
    pub(super) fn begin_row(&mut self, row: RowIndex, tenant: &Tenant) -> Option<Earlier> {
        let index = row.as_usize();
        if self.replayed.progress[index].is_final() {
            return None;
        }
        let request = self.replayed.planned[index].action.operation()?.clone();
        let parent = request.parent();
        if let Parent::Row(above) = parent {
            let by = match self.replayed.progress[above.as_usize()].outcome() {
                Some(Outcome::Failed(_) | Outcome::Invalid) => Some(above),
                Some(Outcome::Blocked { by }) => Some(*by),
                _ => None,
            };
            if let Some(by) = by {
                self.settle(row, Outcome::Blocked { by });
                return None;
            }
        }
        let parent_id = self.parent_id(parent);
        let evidence = match &self.replayed.progress[index] {
            Standing::Open { message } if message.is_empty() => Evidence::Intent,
            Standing::Open { .. } => Evidence::Left,
            _ => Evidence::None,
        };
        let mut if_not_found = IfNotFound::Send;
        match self.sight_at_first(row, parent_id, &request, evidence, tenant) {
            Sight::Ours(found) => {
                self.adopt(row, found, &request, evidence);
                return None;
            }
            Sight::InTheWay(why) | Sight::Perhaps(why) if evidence == Evidence::None => {
                self.settle(row, Outcome::Failed(Box::new(why)));
                return None;
            }
            // What may have been sent may still land: the row fails when it no longer can.
            Sight::InTheWay(why) | Sight::Perhaps(why) => if_not_found = IfNotFound::Fail(why),
            Sight::Nobody => {}
        }
        if let (Operation::Create { partner, .. }, Evidence::None) = (&request, evidence) {
            for id in self.beside(row, parent_id, partner, tenant) {
                self.replayed.beside.insert((row, id));
                self.write_event(row, Happening::Beside(id));
            }
        }
        let earlier = match evidence {
            Evidence::None => Earlier::Nothing,
            Evidence::Intent | Evidence::Left => Earlier::MaybeSent,
        };
        self.ops.push(OpState {
            row,
            parent,
            request,
            sends: 0,
            lost: 0,
            turned_away: 0,
            evidence,
            lost_at: None,
            heard_at: None,
            if_not_found,
            last_trouble: match &self.replayed.progress[index] {
                Standing::Open { message } => message.clone(),
                _ => String::new(),
            },
        });
        Some(earlier)
    }

    /// What the tenant as it was read says of a row. An open row's customer may have been moved or
    /// changed since; one that was never sent meets the conflicts that a plan would have found.
    fn sight_at_first(
        &self,
        row: RowIndex,
        parent: Option<PartnerId>,
        request: &Operation,
        evidence: Evidence,
        tenant: &Tenant,
    ) -> Sight {
        match request {
            Operation::Create { partner, .. } => {
                let trace = Trace::of(evidence);
                self.sight(row, parent, partner, (tenant, Scope::Tree), trace)
            }
            Operation::Update { id, update, .. } => {
                let customer = tenant.get(id.get());
                match (customer, parent) {
                    (Some(one), Some(parent)) if is_updated(update, parent, one) => {
                        Sight::Ours(*id)
                    }
                    _ => Sight::Nobody,
                }
            }
            Operation::Remove { .. } => Sight::Nobody,
        }
    }

    /// A row whose customer the tenant shows as it was to become.
    fn adopt(&mut self, row: RowIndex, id: PartnerId, request: &Operation, evidence: Evidence) {
        self.settle(row, adopted(request, id, evidence));
    }
}

/// The outcome of a row that was found as it was to become, and not by an answer.
pub(super) fn adopted(request: &Operation, id: PartnerId, evidence: Evidence) -> Outcome {
    match (request, evidence) {
        // Where no request of ours was lost, somebody else was faster.
        (_, Evidence::None) => Outcome::Exists(id),
        (Operation::Update { .. }, _) => Outcome::Updated(id),
        (_, Evidence::Intent) => Outcome::Created(id, Origin::Met),
        (_, Evidence::Left) => Outcome::Created(id, Origin::Found),
    }
}

fn parent_row(action: &Planned) -> Option<RowIndex> {
    match action.operation()?.parent() {
        Parent::Row(row) => Some(row),
        Parent::Customer(_) => None,
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
