//! What comes back: each answer, refusal or silence becomes an outcome, a look or another try.

use tokio::time::Instant;

use super::begin::adopted;
use super::forbidden::{Before, Blame, Rest, Word, blame};
use super::health::{Advice, Certainty};
use super::observe::RunEvent;
use super::runner::{EndReason, Evidence, Finished, IfNotFound, Runner};
use super::schedule::OpId;
use crate::api::classify::{Fate, Stop, Trouble};
use crate::api::errors::{Meaning, meaning};
use crate::api::{Created, ServerError};
use crate::model::{Happening, Operation, Origin, Outcome, PartnerId, Reason, RowIndex, code};

impl Runner<'_> {
    pub(super) fn take_finished(&mut self, finished: Result<Finished, tokio::task::JoinError>) {
        match finished {
            Ok(Finished::Create { op, left, result }) => {
                self.creates_in_flight = self.creates_in_flight.saturating_sub(1);
                if let Some((_, last)) = &mut self.span {
                    *last = Instant::now();
                }
                self.weigh(left, &result);
                self.note_heard(left, &result);
                self.take_created(op, left, result);
            }
            Ok(Finished::Look {
                parent,
                ops,
                left,
                result,
            }) => {
                self.looks_in_flight = self.looks_in_flight.saturating_sub(1);
                self.note_heard(left, &result);
                self.take_look(parent, ops, left, result);
            }
            Ok(Finished::Reread { op, left, result }) => {
                self.looks_in_flight = self.looks_in_flight.saturating_sub(1);
                self.note_heard(left, &result);
                self.take_reread(op, left, *result);
            }
            // A call that panicked or was aborted may have left: its row stays open.
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => {}
        }
    }

    /// A request that left after a loss has its result, so the service is at work: what stood in its
    /// queue until now can land from now on only, and its time counts from now. An error may be a
    /// front's that knows nothing of the queue.
    fn note_heard<T>(&mut self, left: Instant, result: &Result<T, Trouble>) {
        if result.is_err() {
            return;
        }
        let now = Instant::now();
        let ops = &mut self.ops;
        self.unheard.retain(|id| {
            let op = &mut ops[id.0 as usize];
            let is_later = op.lost_at.is_none_or(|lost_at| left >= lost_at);
            if is_later {
                op.heard_at.get_or_insert(now);
            }
            !is_later
        });
    }

    /// What an answer tells of how many calls the service takes well.
    fn weigh(&mut self, left: Instant, result: &Result<Created, Trouble>) {
        let now = Instant::now();
        match result {
            Ok(_) | Err(Trouble::Refused(_) | Trouble::Denied(_)) => {
                self.workers.answered(left, now);
            }
            Err(Trouble::TryAgain { .. } | Trouble::NotSent(_) | Trouble::Unknown { .. }) => {
                self.workers.troubled(left, now);
            }
            Err(Trouble::VisaRefused(_) | Trouble::Stop(_)) => {}
        }
    }

    pub(super) fn take_created(
        &mut self,
        id: OpId,
        left: Instant,
        result: Result<Created, Trouble>,
    ) {
        match result {
            Ok(Created(partner)) => {
                self.health.opened();
                if let Some(parent) = self.parent_id(self.ops[id.0 as usize].parent) {
                    let answered = self.answered.entry(parent).or_default();
                    answered.push((Instant::now(), partner));
                }
                self.answered_with(id, partner);
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
                let advice = self.health.asked_to_wait(left, Instant::now(), after);
                self.follow(advice, text);
            }
            Err(Trouble::NotSent(text)) => {
                self.schedule.put_back(id);
                let advice = self.health.lost(left, Instant::now(), Certainty::Down);
                self.follow(advice, text);
            }
            Err(Trouble::Unknown { fate, text }) => self.lost(id, left, fate, text),
        }
    }

    /// A request without a clear answer: the tenant is looked at next.
    pub(super) fn lost(&mut self, id: OpId, left: Instant, fate: Fate, text: String) {
        let op = &mut self.ops[id.0 as usize];
        op.evidence = Evidence::Left;
        match fate {
            Fate::Closed => op.turned_away += 1,
            _ => op.lost += 1,
        }
        op.lost_at = Some(Instant::now());
        op.heard_at = None;
        op.last_trouble.clone_from(&text);
        op.if_not_found = IfNotFound::Send;
        let row = op.row;
        self.unheard.push(id);
        self.note_loss(row, &text);
        self.tell_of_loss(row, text.clone());
        self.look_for(id);
        let now = Instant::now();
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
        let op = &mut self.ops[id.0 as usize];
        op.turned_away += 1;
        op.last_trouble = text;
        self.send_if_not_too_often(id);
    }

    /// Nothing was done for the row: it is sent again, unless it was sent so often already.
    pub(super) fn send_if_not_too_often(&mut self, id: OpId) {
        let op = &self.ops[id.0 as usize];
        let sent = op.turned_away + op.lost;
        if sent < self.settings.max_tries {
            self.schedule.put_back(id);
            return;
        }
        let last = &op.last_trouble;
        let message = format!("sent {sent} times and turned away each time; the last time: {last}");
        self.fail_with(id, Reason::new(&code::NO_ANSWER, message));
    }

    /// The service said no, in words of which nobody has seen that they mean that nothing was
    /// done. Looked for now and when it can no longer land; then failed, and not sent again.
    fn denied(&mut self, id: OpId, error: ServerError) {
        self.health.opened();
        let by_filter = meaning(&error) == Meaning::Forbidden;
        let op = &mut self.ops[id.0 as usize];
        op.lost_at = Some(Instant::now());
        op.heard_at = None;
        // Who has a name that is taken may be somebody else.
        if meaning(&error) != Meaning::NameTaken {
            op.evidence = Evidence::Left;
        }
        op.last_trouble = error.to_string();
        let row = op.row;
        let evidence = op.evidence;
        op.if_not_found = IfNotFound::Fail(Reason::from(&error));
        self.denied.insert(id);
        self.unheard.push(id);
        if evidence == Evidence::Left {
            self.note_loss(row, &error.to_string());
        }
        self.tell_of_loss(row, error.to_string());
        self.look_for(id);
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
        let failed = self.failed_before + self.failed + self.denied.len();
        let budget = self.settings.max_errors;
        !self.denied.is_empty()
            && budget.is_some_and(|budget| budget.is_spent(failed, self.to_send))
    }

    pub(super) fn follow(&mut self, advice: Advice, reason: String) {
        match advice {
            Advice::GoOn => {}
            Advice::GiveUp => self.stop(EndReason::Outage(reason)),
            Advice::Pause(pause) => {
                if self.client.pacer().hold(Instant::now() + pause) {
                    self.observer.observe(RunEvent::Paused { pause, reason });
                }
            }
        }
    }

    /// The service said no, and nothing was done.
    fn refused(&mut self, id: OpId, error: ServerError) {
        if meaning(&error) == Meaning::Forbidden {
            self.forbidden(id, error);
        } else {
            self.fail(id, &error);
        }
    }

    /// While nothing else comes back, being forbidden may be the rows' fault or the user's role.
    /// Where it is the role's, no row has failed: they are to be sent when it has been mended.
    fn forbidden(&mut self, id: OpId, error: ServerError) {
        self.forbidden.push((id, error.clone()));
        let ids = self.forbidden.iter().map(|(id, _)| *id);
        let theirs: usize = ids.map(|id| self.schedule.size_below(id) + 1).sum();
        let before = match self.succeeded + self.failed {
            0 => Before::Nothing,
            _ => Before::Something,
        };
        let rest = if theirs == self.schedule.open() {
            Rest::None
        } else {
            Rest::Some
        };
        match blame(Word::Services, self.forbidden.len(), before, rest) {
            Blame::User => self.stop(EndReason::Stopped(Stop::Forbidden(error))),
            Blame::Requests => self.fail_forbidden(),
            Blame::Unknown => {}
        }
    }

    /// Something else has come back: those that were forbidden have failed for themselves.
    pub(super) fn fail_forbidden(&mut self) {
        for (id, error) in std::mem::take(&mut self.forbidden) {
            self.fail(id, &error);
        }
    }

    pub(super) fn put_forbidden_back(&mut self) {
        for (id, _) in std::mem::take(&mut self.forbidden) {
            self.schedule.put_back(id);
        }
    }

    pub(super) fn fail(&mut self, id: OpId, error: &ServerError) {
        self.fail_with(id, error.into());
    }

    pub(super) fn fail_with(&mut self, id: OpId, why: Reason) {
        self.denied.remove(&id);
        let row = self.ops[id.0 as usize].row;
        self.settle(row, Outcome::Failed(Box::new(why)));
        for below in self.schedule.failed(id) {
            let child = self.ops[below.0 as usize].row;
            self.settle(child, Outcome::Blocked { by: row });
        }
        self.failed += 1;
        self.fail_forbidden();
        self.stop_when_too_many_failed();
    }

    /// Failures of earlier processes of the run count too.
    pub(super) fn stop_when_too_many_failed(&mut self) {
        let failed = self.failed_before + self.failed;
        let budget = self.settings.max_errors;
        if budget.is_some_and(|budget| budget.is_spent(failed, self.to_send)) {
            self.stop(EndReason::ErrorBudget { failed });
        }
    }

    /// The service has answered with the customer's id.
    fn answered_with(&mut self, id: OpId, partner: PartnerId) {
        let row = self.ops[id.0 as usize].row;
        let creates = matches!(self.ops[id.0 as usize].request, Operation::Create { .. });
        if creates && self.is_somebody_elses(id, partner) {
            return;
        }
        let outcome = match self.ops[id.0 as usize].request {
            Operation::Create { .. } => Outcome::Created(partner, Origin::Answered),
            Operation::Update { .. } => Outcome::Updated(partner),
            Operation::Remove { .. } => Outcome::Removed,
        };
        self.succeed(id, row, outcome, Origin::Answered);
    }

    /// The customer was looked for, and is as it was to become.
    pub(super) fn found(&mut self, id: OpId, partner: PartnerId) {
        let op = &self.ops[id.0 as usize];
        let outcome = adopted(&op.request, partner, op.evidence);
        self.succeed(id, op.row, outcome, Origin::Found);
    }

    fn succeed(&mut self, id: OpId, row: RowIndex, outcome: Outcome, how: Origin) {
        self.denied.remove(&id);
        self.settle(row, outcome);
        self.succeeded += 1;
        self.schedule.created(id);
        self.see_to_orphans(row, how);
        self.fail_forbidden();
    }

    /// Rows of an earlier process below a customer whose id is known now. Below one that was made just
    /// now nobody can stand; below one that was found they may.
    fn see_to_orphans(&mut self, above: RowIndex, how: Origin) {
        let now = Instant::now();
        for id in self.orphans.remove(&above).unwrap_or_default() {
            let op = &mut self.ops[id.0 as usize];
            match how {
                Origin::Answered => {
                    op.evidence = Evidence::None;
                    op.if_not_found = IfNotFound::Send;
                    self.schedule.put_back(id);
                }
                Origin::Found | Origin::Met => {
                    op.lost_at = Some(now);
                    self.unheard.push(id);
                    self.look_for(id);
                }
            }
        }
    }

    /// A request has no clear answer: the tenant is looked at next.
    fn tell_of_loss(&mut self, row: RowIndex, message: String) {
        let happening = Happening::Unknown { message };
        self.observer.observe(RunEvent::Row(row, happening));
    }

    /// The journal is to know that a request has left: its intent alone does not say so.
    fn note_loss(&mut self, row: RowIndex, text: &str) {
        let message = if text.is_empty() {
            "no clear answer".to_owned()
        } else {
            text.to_owned()
        };
        self.write_event(row, Happening::Unknown { message });
    }

    /// Whether the id that a create was answered with is that of a customer that was there before,
    /// or of another row. Then the answer says nothing, the row stays open, and the run stops.
    fn is_somebody_elses(&mut self, id: OpId, partner: PartnerId) -> bool {
        let row = self.ops[id.0 as usize].row;
        let owner = match self.claims.other_than(row, partner) {
            Some(other) => format!("data row {} has already", other.as_usize() + 1),
            None if self.tenant.get(partner.get()).is_some() => "was there before".to_owned(),
            None => return false,
        };
        let text = format!(
            "the service answered data row {} with the id {partner}, which {owner}",
            row.as_usize() + 1
        );
        let op = &mut self.ops[id.0 as usize];
        op.evidence = Evidence::Left;
        op.last_trouble.clone_from(&text);
        self.note_loss(row, &text);
        self.stop(EndReason::IdTwice(text));
        true
    }

    /// Writes a row's outcome down; it is told of when that is durable.
    pub(super) fn settle(&mut self, row: RowIndex, outcome: Outcome) {
        if let Some(id) = outcome.id() {
            self.claims.add(id, row);
        }
        self.replayed.progress[row.as_usize()] = outcome.clone().into();
        let happening = Happening::Ended(outcome);
        let number = self.write_event(row, happening.clone());
        self.events.push(number, RunEvent::Row(row, happening));
        let (count, clock) = (&mut self.count, &self.settings.wall_clock);
        for entry in count.after_outcome(&self.client, self.retries, || clock()) {
            self.journal.write(entry);
        }
    }
}
