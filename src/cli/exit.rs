//! The exit codes, which scripts rely on.

use crate::api::classify::Stop;
use crate::submit::EndReason;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done; every row created or already there. For `check`: no errors.
    Done,
    /// Finished, and some rows failed, are invalid or blocked. For `check`: errors found.
    SomeRows,
    /// The command line or the profile is wrong.
    Usage,
    /// The input cannot be read.
    Input,
    /// Log-in or permission refused.
    Refused,
    /// Stopped, and can be continued: target unreachable, error budget spent, disk full.
    Stopped,
    /// Another run holds the lock.
    Locked,
    /// Interrupted, and can be continued.
    Interrupted,
}

impl Exit {
    /// How work ends that was stopped for this reason; `None` when it came to its end.
    pub fn of_stop(reason: &EndReason) -> Option<Self> {
        match reason {
            EndReason::Done => None,
            EndReason::Interrupted => Some(Self::Interrupted),
            EndReason::Stopped(Stop::BadCredentials(_) | Stop::Forbidden(_)) => Some(Self::Refused),
            EndReason::Stopped(Stop::WrongTarget(_) | Stop::Unusable(_))
            | EndReason::ErrorBudget { .. }
            | EndReason::Outage(_)
            | EndReason::IdTwice(_)
            | EndReason::JournalFailed(_)
            | EndReason::Displaced(_) => Some(Self::Stopped),
        }
    }

    /// Every way, in the order of the codes.
    pub const ALL: &'static [Self] = &[
        Self::Done,
        Self::SomeRows,
        Self::Usage,
        Self::Input,
        Self::Refused,
        Self::Stopped,
        Self::Locked,
        Self::Interrupted,
    ];

    /// The process's exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::SomeRows => 1,
            Self::Usage => 2,
            Self::Input => 3,
            Self::Refused => 4,
            Self::Stopped => 5,
            Self::Locked => 6,
            Self::Interrupted => 130,
        }
    }

    /// What it means at the end of a run, or of its undoing, in a line.
    pub fn of_run(self) -> &'static str {
        match self {
            Self::Done => "done, nothing is left to do",
            Self::SomeRows => "finished, but not every row made it",
            Self::Usage => "nothing was sent",
            Self::Input => "the input cannot be read",
            Self::Refused => "log-in or permission refused; it can be continued",
            Self::Stopped => "stopped; it can be continued",
            Self::Locked => "another run holds the lock",
            Self::Interrupted => "interrupted; it can be continued",
        }
    }

    /// The way that has this exit code.
    pub fn of_code(code: i64) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|exit| i64::from(exit.code()) == code)
    }

    /// What to do about it.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Done => "nothing",
            Self::SomeRows => {
                "mend the rows in `results.xlsx` and run it (or `rejected.csv` with a text editor), \
                 or mend the list and run it again (check: mend the cells that are named)"
            }
            Self::Usage => "read the message: it names the flag, or the profile's line",
            Self::Input => "read the message; `partner-import preview FILE` shows what is seen",
            Self::Refused => {
                "look at partner, user, password and role; `partner-import lookup partners` tries them"
            }
            Self::Stopped => {
                "see to what the message names, then `partner-import resume`, or the same command again"
            }
            Self::Locked => "wait for the run that the message names",
            Self::Interrupted => "`partner-import resume`, or the same command again",
        }
    }

    /// What it means, for documentation.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done: every row created or already there (check: no errors)",
            Self::SomeRows => {
                "finished, and some rows failed, are invalid or blocked (check: errors found)"
            }
            Self::Usage => {
                "the command line or the profile is wrong; or nothing was sent, because nobody \
                 could be asked, --max-create was exceeded, or the approved plan no longer holds"
            }
            Self::Input => "the input, a plan or a snapshot cannot be read",
            Self::Refused => "log-in or permission refused",
            Self::Stopped => {
                "stopped, can be continued: target unreachable, error budget spent, disk full"
            }
            Self::Locked => "another run holds the lock",
            Self::Interrupted => "interrupted, can be continued",
        }
    }
}
