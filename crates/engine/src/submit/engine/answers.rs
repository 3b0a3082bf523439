//! What comes back: each answer, refusal or silence becomes an outcome, a look or another try.

use tokio::time::Instant;

use super::forbidden::{Before, Blame, Rest, Word, blame};
use super::health::Certainty;
use super::op::{Evidence, How, IfNotFound, said};
use super::operation::{creates, is_done_by, outcome, stays_below, switches};
use super::schedule::OpId;
use super::state::{Direction, State, id_of};
use crate::api::ServerError;
use crate::api::classify::{Fate, Stop, Trouble};
use crate::api::errors::{Meaning, meaning};
use crate::model::number::counted;
use crate::model::{Happening, Outcome, PartnerId, Reason, RowIndex, code};
use crate::submit::observe::RunEvent;
use crate::submit::reason::EndReason;
use crate::submit::settings::MaxErrors;

/// So many rows are sent before "all were refused" says something of the service, not of the rows.
const REFUSED_IN_A_ROW: usize = 20;

impl State<'_> {
    pub(super) fn take_answered(
        &mut self,
        id: OpId,
        left: Instant,
        result: Result<PartnerId, Trouble>,
    ) {
        self.turns = self.turns.saturating_sub(1);
        self.ops[id.index()].under_way = false;
        self.leases.remove(&id);
        if let Some((_, last)) = &mut self.span {
            *last = self.now;
        }
        self.weigh(left, &result);
        if result.is_ok() {
            self.note_heard(left);
        }
        match result {
            Ok(partner) => {
                self.health.opened();
                self.note_answered(id, partner);
                self.done(id, partner, How::Answered);
            }
            Err(Trouble::Refused(error)) => {
                self.health.opened();
                self.refused(id, error);
            }
            Err(Trouble::Stop(stop)) => {
                self.schedule.put_back(id);
                self.stop(EndReason::Stopped(stop));
            }
            Err(Trouble::Denied(error)) => self.denied(id, error),
            // The next call logs in; the session knows when that is of no use any more.
            Err(Trouble::VisaRefused(error)) => {
                self.health.answered();
                self.turned_away(id, error.to_string());
            }
            Err(Trouble::TryAgain { after, text, .. }) => {
                self.turned_away(id, text.clone());
                let advice = self.health.asked_to_wait(left, self.now, after);
                self.follow(advice, text);
            }
            Err(Trouble::NotSent(text)) => {
                self.schedule.put_back(id);
                let advice = self.health.lost(left, self.now, Certainty::Down);
                self.follow(advice, text);
            }
            Err(Trouble::Overdue) => {
                let op = &mut self.ops[id.index()];
                op.stale += 1;
                op.sends -= 1;
                if op.sends > 0 {
                    self.retries -= 1;
                }
                self.schedule.put_back(id);
            }
            Err(Trouble::Unknown { fate, text }) => self.lost(id, left, fate, text),
        }
    }

    /// What an answer tells of how many calls the service takes well.
    fn weigh(&mut self, left: Instant, result: &Result<PartnerId, Trouble>) {
        match result {
            Ok(_) | Err(Trouble::Refused(_) | Trouble::Denied(_)) => {
                self.workers.answered(left, self.now);
            }
            Err(Trouble::TryAgain { .. } | Trouble::NotSent(_) | Trouble::Unknown { .. }) => {
                self.workers.troubled(left, self.now);
            }
            Err(Trouble::VisaRefused(_) | Trouble::Overdue | Trouble::Stop(_)) => {}
        }
    }

    /// Lists that are new enough show this customer.
    fn note_answered(&mut self, id: OpId, partner: PartnerId) {
        if creates(&self.ops[id.index()].operation)
            && let Some(parent) = self.parent_of(id)
        {
            let answered = self.answered.entry(parent).or_default();
            answered.push((self.now, partner));
        }
    }

    /// A request without a clear answer: the tenant is looked at next.
    fn lost(&mut self, id: OpId, left: Instant, fate: Fate, text: String) {
        let now = self.now;
        let op = &mut self.ops[id.index()];
        op.evidence = Evidence::Left;
        match fate {
            Fate::Closed => op.turned_away += 1,
            _ => op.lost += 1,
        }
        op.lost_at = Some(now);
        op.heard_at = None;
        op.last_trouble.clone_from(&text);
        op.if_not_found = IfNotFound::Send;
        let row = op.row;
        self.unheard.push(id);
        self.note_loss(row, &text);
        let message = text.clone();
        self.tell(RunEvent::Row(row, Happening::Unknown { message }));
        self.look_for(id);
        let advice = match fate {
            Fate::StaleVisa => return self.health.answered(),
            Fate::MayLandLater => self.health.lost(left, now, Certainty::Perhaps),
            Fate::Closed => self.health.closed(left, now),
            // The row stays open: it is settled when the run is continued.
            Fate::WrongTarget => {
                return self.stop(EndReason::Stopped(Stop::WrongTarget(text)));
            }
        };
        self.follow(advice, text);
    }

    /// A request that was certainly not carried out is sent again, but not for ever.
    fn turned_away(&mut self, id: OpId, text: String) {
        let op = &mut self.ops[id.index()];
        op.turned_away += 1;
        op.last_trouble = text;
        self.send_if_not_too_often(id);
    }

    /// Nothing was done for the row: it is sent again, unless it was sent so often already.
    pub(super) fn send_if_not_too_often(&mut self, id: OpId) {
        let op = &self.ops[id.index()];
        let sent = op.turned_away + op.lost;
        if sent < self.around.settings.max_tries {
            self.schedule.put_back(id);
            return;
        }
        let last = &op.last_trouble;
        let message = format!(
            "sent {} and turned away each time; the last time: {last}",
            counted(sent, "time")
        );
        let why = Reason::new(&code::NO_ANSWER, message);
        self.fails_when_nothing_lands(id, self.now, why);
    }

    /// The service said no, in words of which nobody has seen that they mean that nothing was
    /// done. Looked for now and when it can no longer land; then failed, and not sent again.
    fn denied(&mut self, id: OpId, error: ServerError) {
        self.health.opened();
        let by_filter = meaning(&error) == Meaning::Forbidden;
        let op = &mut self.ops[id.index()];
        // A switch shows at once whether it was carried out: only one that was lost is waited for.
        if op.lost_at.is_some() || !switches(&op.operation) {
            op.lost_at = Some(self.now);
            op.heard_at = None;
        }
        // Who has a name that is taken may be somebody else, and who is gone went by another's doing.
        if meaning(&error) != Meaning::NameTaken && !is_done_by(&op.operation, &error) {
            op.evidence = Evidence::Left;
        }
        op.last_trouble = error.to_string();
        let (row, evidence) = (op.row, op.evidence);
        op.if_not_found = IfNotFound::Fail(Box::new(said(&error)));
        let may_land = op.lost_at.is_some();
        self.denied.insert(id);
        if may_land {
            self.unheard.push(id);
        }
        if evidence == Evidence::Left {
            self.note_loss(row, &error.to_string());
        }
        let message = error.to_string();
        self.tell(RunEvent::Row(row, Happening::Unknown { message }));
        self.look_for(id);
        // A customer that may not be removed may have got a device.
        self.devices.forget();
        let before = match self.succeeded {
            0 => Before::Nothing,
            _ => Before::Something,
        };
        let denied = self.denied.len();
        if by_filter && blame(Word::Filters, denied, before, Rest::Some) == Blame::User {
            self.stop(EndReason::Stopped(Stop::Forbidden(error)));
        }
    }

    /// Whether the error budget is spent if the rows that were denied have failed: nothing more is
    /// sent until that is known.
    pub(super) fn budget_may_be_spent(&self) -> bool {
        !self.denied.is_empty() && self.too_many_failed(self.denied.len()).is_some()
    }

    /// Why nothing more may be sent, where as many more rows than are known to have failed have.
    ///
    /// The share is of the whole list, most of which may be already there. So that a service that refuses
    /// everybody is still noticed early, it is also of the rows that are sent, until one has made it.
    fn too_many_failed(&self, more: usize) -> Option<EndReason> {
        let budget = self.around.settings.max_errors?;
        let rows = self.replayed.planned.len();
        let now = self.failed + more;
        let failed = self.failed_before + now;
        if budget.is_spent(failed, rows) {
            return Some(EndReason::ErrorBudget {
                failed,
                budget,
                rows,
            });
        }
        let refuses_all = self.succeeded == 0
            && now >= REFUSED_IN_A_ROW
            && matches!(budget, MaxErrors::Percent(_))
            && budget.is_spent(failed, self.to_send);
        refuses_all.then_some(EndReason::AllRefused { failed: now })
    }

    /// The service said no, and nothing was done.
    fn refused(&mut self, id: OpId, error: ServerError) {
        if meaning(&error) == Meaning::Forbidden {
            self.forbidden(id, error);
        } else {
            self.fails_when_nothing_lands(id, self.now, said(&error));
        }
    }

    /// While nothing else comes back, being forbidden may be the rows' fault or the user's role.
    /// Where it is the role's, no row has failed: they are to be sent when it has been mended.
    pub(super) fn forbidden(&mut self, id: OpId, error: ServerError) {
        self.forbidden.push((id, error));
        let ids = self.forbidden.iter().map(|(id, _)| *id);
        let theirs = self.schedule.stands_on(ids);
        self.weigh_forbidden(if theirs == self.schedule.open() {
            Rest::None
        } else {
            Rest::Some
        });
    }

    /// Nothing else may come back any more although rows are open.
    pub(super) fn weigh_when_idle(&mut self) {
        let waits = !self.is_idle() || !self.timers.is_empty();
        if !waits && !self.forbidden.is_empty() {
            self.weigh_forbidden(Rest::None);
        }
    }

    fn weigh_forbidden(&mut self, rest: Rest) {
        let before = match self.succeeded + self.failed {
            0 => Before::Nothing,
            _ => Before::Something,
        };
        match blame(Word::Services, self.forbidden.len(), before, rest) {
            Blame::User => {
                if let Some((_, error)) = self.forbidden.last().cloned() {
                    self.stop(EndReason::Stopped(Stop::Forbidden(error)));
                }
            }
            Blame::Requests => self.fail_forbidden(),
            Blame::Unknown => {}
        }
    }

    /// Something else has come back: those that were forbidden have failed for themselves.
    fn fail_forbidden(&mut self) {
        for (id, error) in std::mem::take(&mut self.forbidden) {
            self.fails_when_nothing_lands(id, self.now, said(&error));
        }
    }

    pub(super) fn put_forbidden_back(&mut self) {
        for (id, _) in std::mem::take(&mut self.forbidden) {
            self.schedule.put_back(id);
        }
    }

    /// The operation will not be done, for this reason.
    pub(super) fn fail_with(&mut self, id: OpId, why: Reason) {
        self.denied.remove(&id);
        let row = self.ops[id.index()].row;
        match self.direction {
            Direction::Forth => {
                self.settle(row, Outcome::Failed(Box::new(why)));
                self.block_below(id, row);
                self.failed += 1;
                self.fail_forbidden();
                self.stop_when_too_many_failed();
            }
            Direction::Back => {
                self.settle(row, Outcome::Kept(Box::new(why)));
                self.kept += 1;
                let stays = stays_below(&self.ops[id.index()]);
                self.release(id, stays);
            }
        }
    }

    /// The row is not sent, since the one to blame did not make it.
    pub(super) fn block(&mut self, id: OpId, by: RowIndex) {
        self.settle(self.ops[id.index()].row, Outcome::Blocked { by });
        self.block_below(id, by);
    }

    /// Nor are those that wait for it. What an earlier process may have sent below a customer that exists is looked for
    /// first: the change that it waited for may have been made then, and not be what it is now.
    fn block_below(&mut self, id: OpId, by: RowIndex) {
        let Self {
            schedule,
            ops,
            replayed,
            ..
        } = self;
        let may_be_there = |one: OpId| {
            let op = &ops[one.index()];
            op.evidence != Evidence::None && id_of(replayed, op.operation.parent()).is_some()
        };
        let below = schedule.failed(id, may_be_there);
        for kept in below.kept {
            ops[kept.index()].if_not_found = IfNotFound::Block(by);
        }
        for one in below.failed {
            let child = self.ops[one.index()].row;
            self.settle(child, Outcome::Blocked { by });
        }
    }

    /// Failures of earlier processes of the run count too.
    pub(super) fn stop_when_too_many_failed(&mut self) {
        if let Some(reason) = self.too_many_failed(0) {
            self.stop(reason);
        }
    }

    /// The operation is done, by whomever.
    pub(super) fn done(&mut self, id: OpId, partner: PartnerId, how: How) {
        self.denied.remove(&id);
        let op = &self.ops[id.index()];
        if how == How::Answered && creates(&op.operation) && self.is_somebody_elses(id, partner) {
            return;
        }
        let outcome = outcome(&self.ops[id.index()], partner, how, self.direction);
        self.done_as(id, how, outcome);
    }

    /// Nothing more is to be done for the operation; this came of it.
    pub(super) fn done_as(&mut self, id: OpId, how: How, outcome: Outcome) {
        self.denied.remove(&id);
        let row = self.ops[id.index()].row;
        let is_news = outcome != Outcome::Gone;
        self.kept += usize::from(matches!(outcome, Outcome::Kept(_)));
        self.settle(row, outcome);
        match self.direction {
            Direction::Forth => self.schedule.finished(id),
            Direction::Back => self.release(id, None),
        }
        self.see_to_orphans(row, how);
        if is_news {
            self.succeeded += 1;
            self.fail_forbidden();
        }
    }

    /// Those above may have their turn, or stay with the one that stays: they were never sent, for no
    /// process sends a parent first.
    fn release(&mut self, id: OpId, stays: Option<Box<Reason>>) {
        let mut next = Some((id, stays));
        while let Some((id, stays)) = next.take() {
            self.schedule.finished(id);
            let Some(above) = self.schedule.above(id) else {
                return;
            };
            let op = &mut self.ops[above.index()];
            if op.keeps.is_none() {
                op.keeps = stays;
            }
            if self.schedule.is_free(above)
                && let Some(why) = self.ops[above.index()].keeps.take()
                && let Some(stays) = stays_below(&self.ops[above.index()])
            {
                self.settle(self.ops[above.index()].row, Outcome::Kept(why));
                self.kept += 1;
                next = Some((above, Some(stays)));
            }
        }
    }

    /// Rows of an earlier process below a customer whose id is known now. Below one that was found they
    /// may stand. Below one that was made just now nobody can; but where an earlier process has made it as
    /// well, and others gave it another name, those that it has created stand there.
    fn see_to_orphans(&mut self, above: RowIndex, how: How) {
        for id in self.orphans.remove(&above).unwrap_or_default() {
            let op = &mut self.ops[id.index()];
            match how {
                How::Answered if creates(&op.operation) => self.to_search.push(id),
                How::Answered => {
                    op.evidence = Evidence::None;
                    op.if_not_found = IfNotFound::Send;
                    self.schedule.put_back(id);
                }
                How::Found => {
                    (op.lost_at, op.heard_at) = (Some(self.now), None);
                    self.unheard.push(id);
                    self.look_for(id);
                }
            }
        }
    }

    /// The journal is to know that a request has left: its intent alone does not say so.
    fn note_loss(&mut self, row: RowIndex, text: &str) {
        let message = if text.is_empty() {
            "no clear answer".to_owned()
        } else {
            text.to_owned()
        };
        self.write(row, Happening::Unknown { message });
    }

    /// Whether the id that a create was answered with is that of a customer that was there before,
    /// or of another row. Then the answer says nothing, the row stays open, and the run stops.
    fn is_somebody_elses(&mut self, id: OpId, partner: PartnerId) -> bool {
        let row = self.ops[id.index()].row;
        let owner = match self.claims.other_than(row, partner) {
            Some(other) => format!("data row {} has already", other.as_usize() + 1),
            None if self.around.tenant.get(partner.get()).is_some() => {
                "was there before".to_owned()
            }
            None => return false,
        };
        let text = format!(
            "the service answered data row {} with the id {partner}, which {owner}",
            row.as_usize() + 1
        );
        let op = &mut self.ops[id.index()];
        op.evidence = Evidence::Left;
        op.last_trouble.clone_from(&text);
        self.note_loss(row, &text);
        self.stop(EndReason::IdTwice(text));
        true
    }
}
