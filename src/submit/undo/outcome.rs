//! What comes back: each look, answer, refusal or silence becomes an outcome, another look or a
//! request.

use tokio::task::JoinError;
use tokio::time::Instant;

use super::carry::{Finished, Stage, UndoNews, Undoer, kept};
use super::look::{Seen, says_gone};
use crate::api::ServerError;
use crate::api::classify::{Fate, Stop, Trouble};
use crate::api::errors::{Meaning, meaning, with_advice};
use crate::model::{Happening, Outcome, Reason, code};
use crate::submit::EndReason;
use crate::submit::forbidden::{Before, Blame, Rest, Word, blame};
use crate::submit::health::Certainty;

impl Undoer<'_> {
    pub(super) fn take_finished(&mut self, finished: Result<Finished, JoinError>) {
        match finished {
            Ok(Finished::Look { op, left, result }) => {
                self.in_flight = self.in_flight.saturating_sub(1);
                self.ops[op].stage = Stage::Waiting;
                self.take_look(op, left, result);
            }
            Ok(Finished::Remove { op, left, result }) => {
                self.in_flight = self.in_flight.saturating_sub(1);
                self.ops[op].stage = Stage::Waiting;
                self.take_answer(op, left, result);
            }
            // A call that panicked or was aborted may have left: its row stays open.
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => {}
        }
    }

    fn take_look(&mut self, op: usize, left: Instant, result: Result<Seen, Trouble>) {
        match result {
            Ok(seen) => {
                self.health.answered();
                self.take_seen(op, seen);
            }
            Err(Trouble::Refused(error)) => {
                self.stop(EndReason::Outage(format!(
                    "cannot look at customer {}: {error}",
                    self.ops[op].item.id
                )));
            }
            Err(trouble) => self.try_again(op, left, trouble),
        }
    }

    fn take_seen(&mut self, place: usize, seen: Seen) {
        let op = &self.ops[place];
        // What was denied is not asked for again.
        let seen = match (&op.denied, seen) {
            (Some(error), Seen::AsCreated) => Seen::Changed(said(error)),
            (_, seen) => seen,
        };
        match seen {
            Seen::Gone if op.maybe_done => self.settle(place, Happening::Ended(Outcome::Removed)),
            Seen::Gone => self.settle(place, Happening::Ended(Outcome::Gone)),
            Seen::Changed(reason) => self.keep(place, reason),
            Seen::AsCreated if op.lost >= self.settings.max_sends => {
                let message = format!(
                    "asked for {} times without a clear answer, and it is still there; the last \
                     time: {}",
                    op.lost, op.last_trouble
                );
                self.keep(place, Reason::new(&code::REMOVAL_WITHOUT_ANSWER, message));
            }
            // A second request does no harm: whichever comes first removes, the other finds nobody.
            Seen::AsCreated if self.inbox.stopping().is_none() => self.intend(place),
            Seen::AsCreated => {}
        }
    }

    /// The customer stays; but that is an outcome only when no request of ours can be carried out
    /// any more.
    fn keep(&mut self, place: usize, reason: Reason) {
        let op = &mut self.ops[place];
        match op.may_land_until {
            Some(until) if until > Instant::now() => {
                op.stage = Stage::Resting;
                self.resting.push(until, place);
            }
            _ => self.settle(place, kept(reason)),
        }
    }

    fn take_answer(&mut self, place: usize, left: Instant, result: Result<(), Trouble>) {
        match result {
            Ok(()) => {
                self.health.opened();
                self.settle(place, Happening::Ended(Outcome::Removed));
            }
            Err(Trouble::Refused(error)) => {
                self.health.opened();
                self.refused(place, error);
            }
            // Not in words that were seen to mean it: looked at now and when it can no longer be
            // carried out.
            Err(Trouble::Denied(error)) => {
                self.health.opened();
                let op = &mut self.ops[place];
                op.maybe_done |= !says_gone(&error);
                op.last_trouble = error.to_string();
                op.denied = Some(error.clone());
                op.may_land_until = Some(Instant::now() + self.settings.settle_wait);
                self.to_look.push_front(place);
                self.forbidden_by_filter(error);
            }
            Err(Trouble::Unknown { fate, text }) => self.lost(place, left, fate, text),
            Err(trouble) => self.try_again(place, left, trouble),
        }
    }

    /// A removal without a clear answer: it may have been carried out, or be so later.
    fn lost(&mut self, place: usize, left: Instant, fate: Fate, text: String) {
        let now = Instant::now();
        let op = &mut self.ops[place];
        op.maybe_done = true;
        op.lost += u32::from(fate != Fate::Closed);
        op.last_trouble.clone_from(&text);
        let row = op.item.row;
        let message = text.clone();
        self.observer.observe(UndoNews::Unsettled { row, message });
        self.ops[place].may_land_until = Some(now + self.settings.settle_wait);
        self.to_look.push_front(place);
        let advice = match fate {
            Fate::StaleVisa => return self.health.answered(),
            Fate::MayLandLater => self.health.lost(left, now, Certainty::Perhaps),
            Fate::Closed => self.health.closed(left, now),
            Fate::WrongTarget => {
                return self.stop(EndReason::Stopped(Stop::WrongTarget(text)));
            }
        };
        self.follow(advice, text);
    }

    /// Nothing was done, and nothing was learnt: the customer is looked at once more.
    fn try_again(&mut self, place: usize, left: Instant, trouble: Trouble) {
        let now = Instant::now();
        let text = trouble.to_string();
        self.to_look.push_front(place);
        match trouble {
            Trouble::Stop(stop) => self.stop(EndReason::Stopped(stop)),
            Trouble::VisaRefused(_) => self.health.answered(),
            Trouble::TryAgain { after, .. } => {
                let advice = self.health.asked_to_wait(left, now, after);
                self.follow(advice, text);
            }
            Trouble::NotSent(_)
            | Trouble::Unknown { .. }
            | Trouble::Refused(_)
            | Trouble::Denied(_) => {
                let advice = self.health.lost(left, now, Certainty::Down);
                self.follow(advice, text);
            }
        }
    }

    /// The service said no.
    fn refused(&mut self, place: usize, error: ServerError) {
        if says_gone(&error) {
            // Nobody is there to be removed: by our doing, if a request of ours was lost.
            self.take_seen(place, Seen::Gone);
        } else if meaning(&error) == Meaning::Forbidden {
            self.ops[place].stage = Stage::Forbidden;
            self.forbidden.push((place, error));
            self.weigh_forbidden(Rest::Some);
        } else {
            self.keep(place, said(&error));
        }
    }

    /// While nothing else comes back, being forbidden may be the customers' fault or the user's role.
    pub(super) fn weigh_forbidden(&mut self, rest: Rest) {
        let Some((_, error)) = self.forbidden.last() else {
            return;
        };
        let error = error.clone();
        match blame(Word::Services, self.forbidden.len(), self.before(), rest) {
            Blame::User => self.stop(EndReason::Stopped(Stop::Forbidden(error))),
            Blame::Requests => self.keep_forbidden(),
            Blame::Unknown => {}
        }
    }

    /// The same where something before the service forbids it.
    fn forbidden_by_filter(&mut self, error: ServerError) {
        if meaning(&error) != Meaning::Forbidden {
            return;
        }
        self.denied += 1;
        if blame(Word::Filters, self.denied, self.before(), Rest::Some) == Blame::User {
            self.stop(EndReason::Stopped(Stop::Forbidden(error)));
        }
    }

    fn before(&self) -> Before {
        match self.succeeded {
            0 => Before::Nothing,
            _ => Before::Something,
        }
    }

    /// Something else has come back: those that were forbidden stay for themselves.
    fn keep_forbidden(&mut self) {
        for (place, error) in std::mem::take(&mut self.forbidden) {
            self.keep(place, said(&error));
        }
    }

    /// A customer has its outcome; those above it may have their turn, or stay with it.
    fn settle(&mut self, place: usize, kind: Happening) {
        let removed = kind == Happening::Ended(Outcome::Removed);
        let mut next = Some((place, kind));
        while let Some((place, kind)) = next.take() {
            let op = &mut self.ops[place];
            op.stage = Stage::Done;
            let (row, id, parent) = (op.item.row, op.item.id, op.parent);
            let stays = matches!(kind, Happening::Ended(Outcome::Kept(_))).then(|| {
                let name = op.item.partner.name.as_str();
                let message = format!("customer \"{name}\" (id {id}) stands below it");
                Reason::new(&code::HAS_CUSTOMERS, message)
            });
            self.open = self.open.saturating_sub(1);
            self.settled(row, id, kind);
            if let Some(parent) = parent {
                let above = &mut self.ops[parent];
                above.waiting = above.waiting.saturating_sub(1);
                if above.keeps.is_none() {
                    above.keeps = stays;
                }
                if above.waiting == 0 {
                    match above.keeps.clone() {
                        // It was never sent in this process; an earlier one sends no parent first.
                        Some(reason) => next = Some((parent, kept(reason))),
                        None => self.to_look.push_back(parent),
                    }
                }
            }
        }
        if removed {
            self.succeeded += 1;
            self.keep_forbidden();
        }
    }
}

/// The service's no, as a reason.
fn said(error: &ServerError) -> Reason {
    Reason {
        code: error.number.to_string(),
        message: with_advice(error),
    }
}
