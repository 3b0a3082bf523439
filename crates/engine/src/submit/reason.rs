//! Why work at the service ended, as a value. Must not know: exit codes, words for people.

use crate::api::classify::Stop;
use crate::journal::Journal;
use crate::model::Ending;
use crate::submit::settings::MaxErrors;

/// Why a run or its undoing ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndReason {
    /// Every row has its outcome.
    Done,
    /// The person or the system asked.
    Interrupted,
    /// The time is up that the run was given.
    TimeUp,
    /// Too many rows failed.
    ErrorBudget {
        /// How many.
        failed: usize,
        /// What was allowed.
        budget: MaxErrors,
        /// Of how many rows.
        rows: usize,
    },
    /// The service has refused whatever it was sent.
    AllRefused {
        /// How many rows.
        failed: usize,
    },
    /// The target was down for too long.
    Outage(String),
    /// No request can succeed: login or permission refused, or not the service.
    Stopped(Stop),
    /// The service has answered a row with the id of somebody else's customer.
    IdTwice(String),
    /// The journal can no longer be written.
    JournalFailed(String),
    /// A file that the run stands on was moved or removed: others no longer see that it is at work.
    Displaced(String),
}

impl EndReason {
    /// The thread that writes the journal is gone.
    pub(super) fn journal_lost() -> Self {
        Self::JournalFailed("the journal's writer has ended".into())
    }

    /// The journal can no longer be written, for this reason or since it is no longer in its place.
    pub(super) fn of_journal(journal: &Journal, reason: String) -> Self {
        match journal.displaced() {
            Some(reason) => Self::Displaced(reason),
            None => Self::JournalFailed(reason),
        }
    }

    /// The reason with what was counted in the end: calls that were under way when it was found were
    /// waited for, and may have failed, too. `now` is what this process counts, `all` what all do.
    pub(super) fn counted(self, now: usize, all: usize) -> Self {
        match self {
            Self::ErrorBudget {
                failed,
                budget,
                rows,
            } => Self::ErrorBudget {
                failed: failed.max(all),
                budget,
                rows,
            },
            Self::AllRefused { failed } => Self::AllRefused {
                failed: failed.max(now),
            },
            other => other,
        }
    }

    /// How work ends that was stopped for this reason; `None` when it came to its end.
    pub fn ending(&self) -> Option<Ending> {
        match self {
            Self::Done => None,
            Self::Interrupted | Self::TimeUp => Some(Ending::Interrupted),
            Self::Stopped(Stop::BadCredentials(_) | Stop::Forbidden(_)) => Some(Ending::Refused),
            Self::Stopped(Stop::WrongTarget(_) | Stop::Unusable(_))
            | Self::ErrorBudget { .. }
            | Self::AllRefused { .. }
            | Self::Outage(_)
            | Self::IdTwice(_)
            | Self::JournalFailed(_)
            | Self::Displaced(_) => Some(Ending::Stopped),
        }
    }

    /// Whether nothing more can be kept.
    pub(super) fn is_journals(&self) -> bool {
        matches!(self, Self::JournalFailed(_) | Self::Displaced(_))
    }
}
