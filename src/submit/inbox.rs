//! What comes in to a loop that owns calls: their ends, the journal's acknowledgements, what the
//! person asks, a time. Runs and undoings wait here; what is done with what came is theirs.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};

use super::runner::EndReason;
use super::settings::Control;
use crate::journal::writer::Acknowledged;

/// What a loop waits for, and whether it is to come to its end. `F` is what a call ends with.
pub(super) struct Inbox<F> {
    /// The calls under way.
    pub(super) calls: JoinSet<F>,
    acknowledged: watch::Receiver<Acknowledged>,
    control: watch::Receiver<Control>,
    control_open: bool,
    journal_open: bool,
    stopping: Option<EndReason>,
    drain_until: Option<Instant>,
}

/// What has come.
pub(super) enum Came<F> {
    /// A call has ended.
    Call(Result<F, JoinError>),
    /// The journal or the person has news, or a time has come: look at all of them.
    News,
    /// The journal's writer has ended.
    JournalLost,
}

impl<F: Send + 'static> Inbox<F> {
    pub(super) fn new(
        acknowledged: watch::Receiver<Acknowledged>,
        control: watch::Receiver<Control>,
    ) -> Self {
        Self {
            calls: JoinSet::new(),
            acknowledged,
            control,
            control_open: true,
            journal_open: true,
            stopping: None,
            drain_until: None,
        }
    }

    /// Waits for whatever comes first; `timer` counts only while nothing is to stop. Nothing is
    /// lost when the waiting is given up.
    pub(super) async fn next(&mut self, timer: Option<Instant>) -> Came<F> {
        let timer = timer.filter(|_| self.stopping.is_none());
        let until = [timer, self.drain_until].into_iter().flatten().min();
        tokio::select! {
            biased;
            changed = self.control.changed(), if self.control_open => {
                self.control_open = changed.is_ok();
                Came::News
            }
            Some(finished) = self.calls.join_next(), if !self.calls.is_empty() => {
                Came::Call(finished)
            }
            changed = self.acknowledged.changed(), if self.journal_open => {
                self.journal_open = changed.is_ok();
                if self.journal_open { Came::News } else { Came::JournalLost }
            }
            () = sleep_until(until.unwrap_or_else(Instant::now)), if until.is_some() => Came::News,
            // Nothing to wait for: the loop looks again whether it is over.
            else => Came::News,
        }
    }

    /// A call that has ended already.
    pub(super) fn ended_call(&mut self) -> Option<Result<F, JoinError>> {
        self.calls.try_join_next()
    }

    /// What the journal has made durable; [`Self::next`] tells of what comes after this.
    pub(super) fn acknowledged(&mut self) -> Acknowledged {
        self.acknowledged.borrow_and_update().clone()
    }

    /// What is asked of the loop; [`Self::next`] tells of what comes after this.
    pub(super) fn asked(&mut self) -> Control {
        *self.control.borrow_and_update()
    }

    /// A view of what is asked, for reads that must end with it.
    pub(super) fn control(&self) -> watch::Receiver<Control> {
        self.control.clone()
    }

    /// Nothing new is begun, and calls under way are waited for no longer than `drain`. The first
    /// reason counts; `false` for all others.
    pub(super) fn stop(&mut self, reason: EndReason, drain: Duration) -> bool {
        if self.stopping.is_some() {
            return false;
        }
        self.stopping = Some(reason);
        self.drain_until = Some(Instant::now() + drain);
        true
    }

    /// Why the loop is to come to its end, where it is.
    pub(super) fn stopping(&self) -> Option<&EndReason> {
        self.stopping.as_ref()
    }

    /// Whether calls under way have been waited for long enough; says so once.
    pub(super) fn is_drained_out(&mut self) -> bool {
        let over = self
            .drain_until
            .is_some_and(|until| Instant::now() >= until);
        if over {
            self.drain_until = None;
        }
        over
    }
}

/// Things that wait for their entry of the journal to be durable, in the order of the entries.
#[derive(Debug)]
pub(super) struct Uncommitted<T>(VecDeque<(u64, T)>);

impl<T> Uncommitted<T> {
    pub(super) fn new() -> Self {
        Self(VecDeque::new())
    }

    /// One more, with the number of its entry.
    pub(super) fn push(&mut self, number: u64, one: T) {
        self.0.push_back((number, one));
    }

    /// The next whose entry is among the first `up_to`.
    pub(super) fn pop_durable(&mut self, up_to: u64) -> Option<T> {
        self.0.front().filter(|(number, _)| *number <= up_to)?;
        self.0.pop_front().map(|(_, one)| one)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
