//! How a row can end, in one word, and what people are told of it.

use std::fmt;

use crate::model::{Outcome, Standing};

/// How a row has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// This run has created the customer.
    Created,
    /// The customer was already there, and stays as it is.
    Exists,
    /// The customer was already there, and this run has changed it.
    Updated,
    /// The service said no.
    Failed,
    /// Wrong; not sent.
    Invalid,
    /// The row above it did not make it; not sent.
    Blocked,
    /// Sent, and the tenant could not be asked what became of it.
    Unknown,
    /// The run stopped before it.
    Pending,
}

impl Status {
    /// How many there are.
    pub const COUNT: usize = 8;

    /// Every status, in the order in which they are shown.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Created,
        Self::Exists,
        Self::Updated,
        Self::Failed,
        Self::Invalid,
        Self::Blocked,
        Self::Unknown,
        Self::Pending,
    ];

    /// Their words in the result files.
    pub const WORDS: [&str; Self::COUNT] = {
        let mut words = [""; Self::COUNT];
        let mut at = 0;
        while at < Self::COUNT {
            words[at] = Self::ALL[at].as_str();
            at += 1;
        }
        words
    };

    /// The word in the result files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Exists => "exists",
            Self::Updated => "updated",
            Self::Failed => "failed",
            Self::Invalid => "invalid",
            Self::Blocked => "blocked",
            Self::Unknown => "unknown",
            Self::Pending => "pending",
        }
    }

    /// What the word means, in a few words.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Created => "created by this run",
            Self::Exists => "already there",
            Self::Updated => "already there, changed by this run",
            Self::Failed => "refused by the service",
            Self::Invalid => "has errors, not sent",
            Self::Blocked => "its parent row was not imported, so it was not sent",
            Self::Unknown => "sent, but the tenant could not be checked",
            Self::Pending => "the run stopped before this row",
        }
    }

    /// What `ImportCode` holds beside it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Created | Self::Exists | Self::Unknown | Self::Pending => "codes of warnings",
            Self::Updated => "`T502`, and codes of warnings",
            Self::Failed => {
                "the service's number; or `quarantined`, `no-answer`; with `--on-exists \
                 fail` a rule's code"
            }
            Self::Invalid => "codes of the rules, errors first",
            Self::Blocked => "`H301` first",
        }
    }

    /// What to do about such a row.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Created | Self::Exists => "nothing",
            Self::Updated => "nothing; `ImportMessage` has old and new values",
            Self::Failed => {
                "read `ImportMessage`, fix the row and run the file again; `explain` says more \
                 about the number"
            }
            Self::Invalid => "fix the cell that `ImportMessage` names and run the file again",
            Self::Blocked => "fix the row that blocks it; this one then needs nothing",
            Self::Unknown => {
                "`partner-import resume`, or the same `run` again: the row is looked up before \
                 anything is sent"
            }
            Self::Pending => "`partner-import resume`, or the same `run` again",
        }
    }

    /// Whether the customer is in the tenant: such rows are not in `rejected.csv`.
    pub fn made_it(self) -> bool {
        matches!(self, Self::Created | Self::Exists | Self::Updated)
    }

    pub(super) fn of(standing: &Standing) -> Self {
        match standing {
            Standing::Open { .. } => Self::Unknown,
            Standing::Pending => Self::Pending,
            Standing::Ended(outcome) => match outcome {
                Outcome::Created(..) => Self::Created,
                Outcome::Exists(_) => Self::Exists,
                Outcome::Updated(..) => Self::Updated,
                Outcome::Invalid => Self::Invalid,
                Outcome::Blocked { .. } => Self::Blocked,
                // None but the first is an outcome of a run.
                Outcome::Failed(_)
                | Outcome::Kept(_)
                | Outcome::Removed
                | Outcome::Gone
                | Outcome::Restored => Self::Failed,
            },
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}
