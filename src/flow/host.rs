//! What the process that hosts the work knows, and the use cases do not look for; and what the steps
//! of one run share.

use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::watch;

use super::event::Events;
use super::target::Target;
use crate::submit::{Control, Patience, RunSettings};

/// The process.
#[derive(Debug, Clone)]
pub struct Host {
    /// The machine's name.
    pub name: String,
    /// Where journals and locks are.
    pub state_dir: PathBuf,
    /// Whose directory that is.
    pub keeps: Keeps,
}

/// Whose a state directory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    /// Ours alone: the place where journals usually are.
    Usual,
    /// A place that somebody chose, for whom he likes.
    Chosen,
}

/// What the steps of one run share.
#[derive(Clone)]
pub struct Work<'w> {
    /// The process.
    pub host: &'w Host,
    /// The service.
    pub target: &'w Target,
    /// How the run goes.
    pub running: &'w RunSettings,
    /// What whoever asked for it asks now.
    pub control: watch::Receiver<Control>,
    /// Who is told.
    pub events: Events<'w>,
}

impl Work<'_> {
    /// The time of day, in Unix milliseconds.
    pub fn now_ms(&self) -> i64 {
        (self.running.wall_clock)()
    }

    /// How long its first requests are tried.
    pub fn patience(&self) -> Patience {
        first_patience(self.control.clone(), self.running)
    }
}

/// How long the very first requests are tried: a wrong address should be known soon.
const FIRST_LIMIT: Duration = Duration::from_secs(60);

/// Patience for the first requests of what goes as `running` says.
pub fn first_patience(control: watch::Receiver<Control>, running: &RunSettings) -> Patience {
    Patience {
        limit: running.outage_limit.min(FIRST_LIMIT),
        first_contact: running.first_contact,
        seed: fastrand::u64(..),
        control,
    }
}
