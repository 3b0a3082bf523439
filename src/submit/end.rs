//! The end of a run: intents of rows that never left are taken back, the journal is flushed, and
//! whoever watches is told of the last outcomes.

use super::runner::{EndReason, Evidence, IfNotFound, RunEnd, Runner};
use crate::model::{Happening, Standing};

impl Runner<'_> {
    pub(super) async fn end(mut self) -> RunEnd {
        self.permit = None;
        self.put_forbidden_back();
        let mut reason = self.inbox.stopping().cloned().unwrap_or(EndReason::Done);
        if self.schedule.open() == 0 && !reason.is_journals() {
            // What was to stop the run came with its last row.
            reason = EndReason::Done;
        }
        if !reason.is_journals() {
            self.close_open_rows();
        }
        let reason = match self.journal.flush().await {
            Ok(()) => reason,
            Err(failure) => EndReason::of_journal(self.journal, failure),
        };
        let up_to = self.inbox.acknowledged().up_to;
        while let Some(event) = self.events.pop_durable(up_to) {
            self.observer.observe(event);
        }
        RunEnd {
            reason,
            replayed: self.replayed,
            retries: self.retries,
            span: self.span,
            count: self.count,
        }
    }

    /// Takes back the intents of rows whose requests were certainly not carried out, and says of
    /// the others what is known.
    pub(super) fn close_open_rows(&mut self) {
        for id in self.schedule.unsent() {
            let row = self.ops[id.0 as usize].row;
            self.replayed.progress[row.as_usize()] = Standing::Pending;
            self.write_event(row, Happening::Released);
        }
        for id in self.schedule.taken() {
            // The service has said no, and nothing of ours was lost: that is an outcome.
            let op = &mut self.ops[id.0 as usize];
            if let (IfNotFound::Fail(why), Evidence::None) = (&op.if_not_found, op.evidence) {
                let why = why.clone();
                self.fail_with(id, why);
            }
        }
        for id in self.schedule.taken() {
            let op = &self.ops[id.0 as usize];
            let row = op.row;
            // Of an earlier process's request nothing more is known than before.
            if op.sends == 0 && op.evidence == Evidence::Intent {
                continue;
            }
            let message = match op.last_trouble.as_str() {
                "" => "no answer when the run was stopped".to_owned(),
                trouble => trouble.to_owned(),
            };
            self.replayed.progress[row.as_usize()] = Standing::Open {
                message: message.clone(),
            };
            self.write_event(row, Happening::Unknown { message });
        }
    }
}
