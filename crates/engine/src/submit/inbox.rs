//! What comes in to the loop that owns calls: their ends, the journal's acknowledgements, what the
//! person asks, a time. Knows nothing of what is done with it.

use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};

use super::settings::Control;
use crate::journal::writer::Acknowledged;

/// What the loop waits for. `F` is what a call ends with.
pub(super) struct Inbox<F> {
    /// The calls under way.
    pub(super) calls: JoinSet<F>,
    acknowledged: watch::Receiver<Acknowledged>,
    control: watch::Receiver<Control>,
    control_open: bool,
    journal_open: bool,
}

/// What has come.
pub(super) enum Came<F> {
    /// A call has ended.
    Call(Result<F, JoinError>),
    /// The journal or the person has news, or the time has come: look at all of them.
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
        }
    }

    /// Waits for whatever comes first, but no longer than `until`. Nothing is lost when the waiting is
    /// given up.
    pub(super) async fn next(&mut self, until: Option<Instant>) -> Came<F> {
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
}
