//! The end: intents of rows that never left are taken back, and of the others is said what is known.

use tokio::time::Instant;

use super::event::Command;
use super::op::{Evidence, IfNotFound};
use super::operation::may_be_sent_twice;
use super::schedule::OpId;
use super::state::{Direction, State};
use crate::journal::Replayed;
use crate::model::{Happening, Standing};
use crate::submit::reason::EndReason;

/// How the engine came to its end.
#[derive(Debug)]
pub(in crate::submit) struct Closed {
    /// Why.
    pub(in crate::submit) reason: EndReason,
    /// The plan, and where each row stands now.
    pub(in crate::submit) replayed: Replayed,
    /// How many calls were made again.
    pub(in crate::submit) retries: u64,
    /// How many customers stay.
    pub(in crate::submit) kept: usize,
    /// When the first and the last request that changes something left and was answered.
    pub(in crate::submit) span: Option<(Instant, Instant)>,
}

impl State<'_> {
    /// Nothing more comes: what is to be written still, to be done before [`Self::closed`].
    pub(in crate::submit) fn close(&mut self, now: Instant) -> Vec<Command> {
        self.now = now;
        self.put_forbidden_back();
        let lost = self.stopping.as_ref().is_some_and(EndReason::is_journals);
        if self.schedule.open() == 0 && !lost {
            // What was to stop it came with its last row.
            self.stopping = None;
        }
        if !lost {
            self.close_open_rows();
        }
        std::mem::take(&mut self.commands)
    }

    /// The first so many entries are durable, and no others will be; what is to be told of them, and
    /// how it all ended.
    pub(in crate::submit) fn closed(mut self, up_to: u64) -> (Vec<Command>, Closed) {
        while let Some(event) = self.events.pop_durable(up_to) {
            self.tell(event);
        }
        let failed = self.failed;
        let all_failed = self.failed_before + failed;
        let closed = Closed {
            reason: self
                .stopping
                .map_or(EndReason::Done, |reason| reason.counted(failed, all_failed)),
            replayed: self.replayed,
            retries: self.retries,
            kept: self.kept,
            span: self.span,
        };
        (self.commands, closed)
    }

    fn close_open_rows(&mut self) {
        for id in self.schedule.unsent() {
            self.release_or_leave_open(id);
        }
        for id in self.schedule.taken() {
            // The service has said no, and nothing of ours was lost: that is an outcome.
            let op = &self.ops[id.index()];
            if let (IfNotFound::Fail(why), Evidence::None) = (&op.if_not_found, op.evidence) {
                let why = (**why).clone();
                self.fail_with(id, why);
            }
        }
        for id in self.schedule.taken() {
            if self.ops[id.index()].under_way {
                self.leave_open(id);
            } else {
                self.release_or_leave_open(id);
            }
        }
    }

    /// Where nothing can be carried out any more, nothing was sent.
    fn release_or_leave_open(&mut self, id: OpId) {
        let op = &self.ops[id.index()];
        let lands = self
            .may_land_until(id)
            .is_some_and(|until| self.now < until);
        // A removal of an earlier process may have been carried out, and nobody has looked yet.
        let is_out = self.schedule.is_taken(id) || may_be_sent_twice(&op.operation);
        let settles = op.evidence != Evidence::None && is_out;
        if lands || settles {
            return self.leave_open(id);
        }
        let row = op.row;
        if let Some(standing) = self.replayed.progress.get_mut(row.as_usize()) {
            *standing = Standing::Pending;
        }
        self.write(row, Happening::Released);
    }

    fn leave_open(&mut self, id: OpId) {
        let op = &self.ops[id.index()];
        // Of an earlier process's request nothing more is known than before.
        if op.sends == 0 && op.evidence == Evidence::Intent {
            return;
        }
        let message = match (op.last_trouble.as_str(), self.direction) {
            ("", Direction::Forth) => "no answer when the run was stopped".to_owned(),
            ("", Direction::Back) => "the undoing stopped before an answer came".to_owned(),
            (trouble, _) => trouble.to_owned(),
        };
        let row = op.row;
        if let Some(standing) = self.replayed.progress.get_mut(row.as_usize()) {
            *standing = Standing::Open {
                message: message.clone(),
            };
        }
        self.write(row, Happening::Unknown { message });
    }
}
