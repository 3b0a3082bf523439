//! The beginning: what the journal and the tenant say together. Settles what an earlier process may
//! have sent and the tenant shows, and schedules the rest.

use tokio::time::Instant;

use super::op::{Evidence, How, IfNotFound, Op};
use super::operation::{creates, looks_first, may_be_sent_twice, outcome, removes};
use super::schedule::{Earlier, Link, NewOp, OpId, Schedule, parents_first};
use super::sight::{Scope, Sight, Trace};
use super::state::{Direction, State, Surroundings};
use crate::journal::Replayed;
use crate::journal::refused::QUARANTINED;
use crate::model::{
    Happening, Operation, Outcome, Parent, PartnerId, PartnerInfo, Planned, Reason, RowIndex,
    Standing,
};
use crate::plan::Key;
use crate::plan::{Found, Shown, Tenant, shown, stands};
use crate::submit::observe::RunEvent;

/// One customer of a run that is to be taken back, or of which that is known already.
#[derive(Debug)]
pub(in crate::submit) struct Back {
    pub(in crate::submit) row: RowIndex,
    /// The place of the one that waits for it, which comes later.
    pub(in crate::submit) above: Option<usize>,
    pub(in crate::submit) step: Step,
}

/// What is done about a customer that is to be taken back.
#[derive(Debug)]
pub(in crate::submit) enum Step {
    /// Nothing: it is known what became of it.
    Known(Outcome),
    /// A request.
    Send {
        operation: Operation,
        /// Whether an earlier process may have sent it.
        earlier: Earlier,
        /// What of it cannot be taken back.
        short_of: Option<Reason>,
    },
}

impl<'a> State<'a> {
    /// A run, begun or continued. `replayed` is what the journal says.
    pub(in crate::submit) fn of_run(
        around: Surroundings<'a>,
        replayed: Replayed,
        now: Instant,
    ) -> Self {
        let mut state = Self::new(around, Direction::Forth, replayed, now);
        state.begin_run();
        state
    }

    /// The undoing of a run, begun or continued; nobody waits for one that comes later.
    pub(in crate::submit) fn of_undoing(
        around: Surroundings<'a>,
        steps: Vec<Back>,
        now: Instant,
    ) -> Self {
        let rows = steps.iter().map(|one| one.row.as_usize() + 1).max();
        let replayed = Replayed {
            progress: vec![Standing::Pending; rows.unwrap_or(0)],
            ..Replayed::default()
        };
        let mut state = Self::new(around, Direction::Back, replayed, now);
        state.begin_undoing(steps);
        state
    }

    fn begin_run(&mut self) {
        let parents: Vec<Option<RowIndex>> = self
            .replayed
            .planned
            .iter()
            .map(|planned| parent_row(&planned.action))
            .collect();
        let mut ids: Vec<Option<OpId>> = vec![None; parents.len()];
        let mut new_ops = Vec::new();
        for row in parents_first(&parents) {
            if let Some(earlier) = self.begin_row(row) {
                let parent = parents[row.as_usize()].and_then(|above| ids[above.as_usize()]);
                ids[row.as_usize()] = Some(OpId(u32::try_from(new_ops.len()).unwrap_or(u32::MAX)));
                new_ops.push(NewOp {
                    link: parent.map_or(Link::None, Link::Needs),
                    earlier,
                });
            }
        }
        self.count_earlier_failures();
        self.schedule = Schedule::new(new_ops.iter().copied());
        self.tell(RunEvent::Started {
            to_send: new_ops.len(),
        });
        if !new_ops.is_empty() {
            self.stop_when_too_many_failed();
        }
        self.wait_for_earlier(&new_ops);
    }

    /// What an earlier process may have sent is settled when it can no longer land. The tenant has just
    /// been read: that was an answer, so nothing is held back before it.
    fn wait_for_earlier(&mut self, new_ops: &[NewOp]) {
        let until = self.now + self.around.settings.settle_wait;
        for (index, new) in new_ops.iter().enumerate() {
            if new.earlier == Earlier::Nothing {
                continue;
            }
            let op = &mut self.ops[index];
            (op.lost_at, op.heard_at) = (Some(self.now), Some(self.now));
            let parent = op.operation.parent();
            let id = OpId(u32::try_from(index).unwrap_or(u32::MAX));
            match parent {
                // It was sent if an earlier process knew the parent's id, which is to be found.
                Parent::Row(above) if self.parent_id(parent).is_none() => {
                    self.orphans.entry(above).or_default().push(id);
                }
                _ => self.timers.push(until, id),
            }
        }
    }

    /// The error budget is the run's, however many processes it takes. Rows in quarantine are not sent,
    /// and spend nothing of it.
    fn count_earlier_failures(&mut self) {
        let planned = self.replayed.planned.iter();
        let sent = planned.filter(|planned| planned.action.operation().is_some());
        self.to_send = sent.count();
        let failed = |one: &&Standing| one.failed().is_some_and(|why| why.code != QUARANTINED);
        self.failed_before = self.replayed.progress.iter().filter(failed).count();
    }

    /// Decides about one row at the beginning; `None` when it has its outcome, else it becomes an
    /// op (pushed to `self.ops`).
    fn begin_row(&mut self, row: RowIndex) -> Option<Earlier> {
        let index = row.as_usize();
        if self.replayed.progress[index].is_final() {
            return None;
        }
        let operation = self.replayed.planned[index].action.operation()?.clone();
        let (evidence, last_trouble) = evidence(&self.replayed.progress[index]);
        let mut if_not_found = IfNotFound::Send;
        if let Some(by) = self.blocked_by(operation.parent()) {
            // What may have been sent below a customer that exists is looked for first.
            let may_be_there =
                evidence != Evidence::None && self.parent_id(operation.parent()).is_some();
            if !may_be_there {
                self.settle(row, Outcome::Blocked { by });
                return None;
            }
            if_not_found = IfNotFound::Block(by);
        }
        match self.sight_at_first(row, &operation, evidence) {
            Sight::Ours(found) => {
                self.adopt(row, found, &operation, evidence);
                return None;
            }
            Sight::InTheWay(why) | Sight::Perhaps(why) if evidence == Evidence::None => {
                self.settle(row, Outcome::Failed(Box::new(why)));
                return None;
            }
            // What may have been sent may still land: the row fails when it no longer can.
            Sight::InTheWay(why) | Sight::Perhaps(why) => {
                if if_not_found == IfNotFound::Send {
                    if_not_found = IfNotFound::Fail(Box::new(why));
                }
            }
            Sight::Nobody => {}
        }
        if let (Operation::Create { partner, .. }, Evidence::None) = (&operation, evidence) {
            let parent = self.parent_id(operation.parent());
            for id in self.beside(row, parent, partner, self.around.tenant) {
                self.replayed.beside.insert((row, id));
                self.write(row, Happening::Beside(id));
            }
        }
        self.lookers += usize::from(looks_first(&operation));
        let earlier = match evidence {
            Evidence::None => Earlier::Nothing,
            Evidence::Intent | Evidence::Left => Earlier::MaybeSent,
        };
        let op = Op {
            evidence,
            if_not_found,
            search: evidence != Evidence::None && creates(&operation),
            last_trouble,
            ..Op::new(row, operation)
        };
        Some(self.begin_op(op, earlier))
    }

    /// Takes an operation that an earlier process may have sent. One that may be sent twice has its turn
    /// like any other; what was lost still counts where it is refused.
    fn begin_op(&mut self, mut op: Op, earlier: Earlier) -> Earlier {
        let at_once = may_be_sent_twice(&op.operation);
        if earlier == Earlier::MaybeSent && at_once {
            (op.lost_at, op.heard_at) = (Some(self.now), Some(self.now));
        }
        self.ops.push(op);
        if at_once { Earlier::Nothing } else { earlier }
    }

    /// The row to blame, where the one above did not make it.
    fn blocked_by(&self, parent: Parent) -> Option<RowIndex> {
        let Parent::Row(above) = parent else {
            return None;
        };
        match self.replayed.progress[above.as_usize()].outcome()? {
            Outcome::Blocked { by } => Some(*by),
            outcome => outcome.blocks().then_some(above),
        }
    }

    /// What the tenant as it was read says of a row. An open row's customer may have been moved or
    /// changed since; one that was never sent meets the conflicts that a plan would have found.
    fn sight_at_first(&self, row: RowIndex, operation: &Operation, evidence: Evidence) -> Sight {
        // No list of customers tells of it.
        if matches!(operation, Operation::Deploy { .. }) {
            return Sight::Nobody;
        }
        let (tenant, parent) = (self.around.tenant, self.parent_id(operation.parent()));
        let Operation::Update {
            id,
            update,
            partner,
            ..
        } = operation
        else {
            let trace = Trace::of(evidence);
            return self.sight(
                row,
                parent,
                operation.partner(),
                (tenant, Scope::Tree),
                trace,
            );
        };
        let is_done = tenant.get(id.get()).is_some_and(|customer| {
            // Of a request that may have left, what stands says that it was carried out.
            let may_be_made = evidence != Evidence::None;
            parent.is_some()
                && (shown(update, parent, partner, customer) == Shown::AsWanted
                    || may_be_made && !stands(update, parent, partner, customer).is_empty())
        });
        if is_done {
            Sight::Ours(*id)
        } else {
            Sight::Nobody
        }
    }

    /// A row whose customer the tenant shows as it was to become.
    fn adopt(&mut self, row: RowIndex, id: PartnerId, operation: &Operation, evidence: Evidence) {
        let op = Op {
            evidence,
            ..Op::new(row, operation.clone())
        };
        self.settle(row, outcome(&op, id, How::Found, self.direction));
    }

    fn begin_undoing(&mut self, steps: Vec<Back>) {
        let mut ids: Vec<Option<OpId>> = Vec::with_capacity(steps.len());
        let mut next = 0;
        for one in &steps {
            let sends = matches!(one.step, Step::Send { .. });
            ids.push(sends.then_some(OpId(next)));
            next += u32::from(sends);
        }
        self.tell(RunEvent::Started {
            to_send: next as usize,
        });
        let mut new_ops = Vec::with_capacity(next as usize);
        for Back { row, above, step } in steps {
            match step {
                Step::Known(outcome) => {
                    self.kept += usize::from(matches!(outcome, Outcome::Kept(_)));
                    self.settle(row, outcome);
                }
                Step::Send {
                    operation,
                    earlier,
                    short_of,
                } => {
                    let above = above.and_then(|above| ids[above]);
                    new_ops.push(NewOp {
                        link: above.map_or(Link::None, Link::NeededBy),
                        earlier: self.begin_back(row, operation, earlier, short_of),
                    });
                }
            }
        }
        self.to_send = new_ops.len();
        self.schedule = Schedule::new(new_ops.iter().copied());
        self.wait_for_earlier(&new_ops);
    }

    /// One request of an undoing. What may be sent twice is looked at in its turn; a change must not be
    /// made twice.
    fn begin_back(
        &mut self,
        row: RowIndex,
        operation: Operation,
        earlier: Earlier,
        short_of: Option<Reason>,
    ) -> Earlier {
        self.removals += usize::from(removes(&operation));
        self.lookers += 1;
        let mut op = Op::new(row, operation);
        op.short_of = short_of.map(Box::new);
        if earlier == Earlier::MaybeSent {
            op.evidence = Evidence::Intent;
        }
        self.begin_op(op, earlier)
    }
}

/// What an earlier process may have done, and what it said of it.
fn evidence(standing: &Standing) -> (Evidence, String) {
    match standing {
        Standing::Open { message } if message.is_empty() => (Evidence::Intent, String::new()),
        Standing::Open { message } => (Evidence::Left, message.clone()),
        Standing::Pending | Standing::Ended(_) => (Evidence::None, String::new()),
    }
}

fn parent_row(action: &Planned) -> Option<RowIndex> {
    match action.operation()?.parent() {
        Parent::Row(row) => Some(row),
        Parent::Customer(_) => None,
    }
}

/// The customer below `parent` that answers to the row; where several do, the one that came
/// first.
pub(in crate::submit) fn found_in(
    tenant: &Tenant,
    parent: PartnerId,
    partner: &PartnerInfo,
) -> Option<PartnerId> {
    match tenant.find(parent, Key::of(partner)) {
        Found::Ours(customer) => customer.partner_id(),
        Found::Several(one, other) => one.partner_id().min(other.partner_id()),
        Found::Nobody | Found::CodeElsewhere(_) | Found::NameWithOtherCode(_) => None,
    }
}
