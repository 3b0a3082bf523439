//! How a run behaves.

use crate::model::number::grouped;
use std::num::NonZeroUsize;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

/// Whether the number of calls under way is adapted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Adaptation {
    /// Always as many as were asked for.
    #[default]
    Fixed,
    /// Between one and as many as were asked for, as the service takes them.
    Auto,
}

/// Tells the time of day in Unix milliseconds. Only written down, never reckoned with: it may
/// jump.
pub type WallClock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Everything that a run can be told.
#[derive(Clone)]
pub struct RunSettings {
    /// The most calls under way at once.
    pub concurrency: NonZeroUsize,
    /// Whether fewer than that are tried first, and as many as the service takes well.
    pub adaptation: Adaptation,
    /// How long a request without an answer could still land, and how far lists may lag behind: both
    /// together.
    pub settle_wait: Duration,
    /// The first of the two alone, where that is known: so long is waited where a list is seen not to
    /// lag.
    pub landing_wait: Option<Duration>,
    /// How long a target that is down is waited for.
    pub outage_limit: Duration,
    /// How long the first login is tried where the target is not reached at all: less where somebody
    /// waits for it who can mend the address.
    pub first_contact: Duration,
    /// How often one customer is sent without a clear answer before it counts as failed.
    pub max_sends: u32,
    /// How often one customer is sent at all, refused visas and "too many requests" included.
    pub max_tries: u32,
    /// How many rows of the run may fail before it stops, over all processes that work on it.
    pub max_errors: Option<MaxErrors>,
    /// How long a process may go on with the run, as it was asked for: whoever hands its control in
    /// sees to that.
    pub max_duration: Option<Duration>,
    /// How long calls under way are waited for when the run is stopped.
    pub drain: Duration,
    /// Seeds the jitter of pauses.
    pub seed: u64,
    /// The time of day.
    pub wall_clock: WallClock,
}

impl std::fmt::Debug for RunSettings {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("RunSettings")
            .field("concurrency", &self.concurrency)
            .field("adaptation", &self.adaptation)
            .field("settle_wait", &self.settle_wait)
            .field("outage_limit", &self.outage_limit)
            .field("max_errors", &self.max_errors)
            .finish_non_exhaustive()
    }
}

impl RunSettings {
    /// The same for work whose number of calls is not found out: `auto` is the usual number there.
    #[must_use]
    pub fn without_search(mut self) -> Self {
        if self.adaptation == Adaptation::Auto {
            self.concurrency = self.concurrency.min(USUAL);
            self.adaptation = Adaptation::Fixed;
        }
        self
    }

    /// How long a request without an answer could still land, lists apart.
    pub fn landing_wait(&self) -> Duration {
        let landing = self.landing_wait.unwrap_or(self.settle_wait);
        landing.min(self.settle_wait)
    }

    /// The defaults, with a clock.
    pub fn new(wall_clock: WallClock) -> Self {
        Self {
            concurrency: USUAL,
            adaptation: Adaptation::Fixed,
            settle_wait: Duration::from_secs(120),
            landing_wait: None,
            outage_limit: Duration::from_secs(15 * 60),
            first_contact: Duration::from_secs(60),
            max_sends: 5,
            max_tries: 30,
            max_errors: None,
            max_duration: None,
            drain: Duration::from_secs(30),
            seed: 0,
            wall_clock,
        }
    }
}

/// The most calls unless told otherwise.
const USUAL: NonZeroUsize = match NonZeroUsize::new(4) {
    Some(usual) => usual,
    None => NonZeroUsize::MIN,
};

/// The most calls with `auto`, unless another number is given.
const MOST_WITH_AUTO: NonZeroUsize = match NonZeroUsize::new(32) {
    Some(most) => most,
    None => NonZeroUsize::MIN,
};

/// How many calls at once: `4`, as many as the service takes well (`auto`, at most 32), or the same
/// with another limit (`auto:16`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Concurrency {
    /// The number, or the greatest.
    pub most: NonZeroUsize,
    /// Whether it is found out.
    pub adaptation: Adaptation,
}

impl std::fmt::Display for Concurrency {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.adaptation {
            Adaptation::Fixed => write!(out, "{}", self.most),
            Adaptation::Auto if self.most == MOST_WITH_AUTO => out.write_str("auto"),
            Adaptation::Auto => write!(out, "auto:{}", self.most),
        }
    }
}

/// A number of calls that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a number of calls: write 4, auto, or auto:16 for at most 16")]
pub struct InvalidConcurrency(String);

impl FromStr for Concurrency {
    type Err = InvalidConcurrency;

    fn from_str(text: &str) -> Result<Self, InvalidConcurrency> {
        let text = text.trim();
        let number = |number: &str| {
            let number = number.trim().parse();
            number.map_err(|_| InvalidConcurrency(text.to_owned()))
        };
        let (most, adaptation) = match text.split_once(':') {
            _ if text == "auto" => (MOST_WITH_AUTO, Adaptation::Auto),
            Some(("auto", most)) => (number(most)?, Adaptation::Auto),
            _ => (number(text)?, Adaptation::Fixed),
        };
        Ok(Self { most, adaptation })
    }
}

/// The error budget of a run: `10` rows, or `5%` of the rows of its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaxErrors {
    /// So many rows may fail.
    Rows(usize),
    /// So many per cent of the rows of the list may fail: one at least, unless it is 0 %.
    Percent(u8),
}

impl MaxErrors {
    /// How many of so many rows may fail. A share of a short list is one row at least: else the one
    /// row that is refused every night would keep all others out.
    pub fn allows(self, rows: usize) -> usize {
        match self {
            Self::Rows(most) => most,
            Self::Percent(0) => 0,
            Self::Percent(percent) => (rows * usize::from(percent) / 100).max(1),
        }
    }

    /// Whether `failed` of `rows` are too many.
    pub fn is_spent(self, failed: usize, rows: usize) -> bool {
        failed > self.allows(rows)
    }

    /// What it allows, in words: `20 % of 43 rows allows 8`, `the budget allows 8`.
    pub fn in_words(self, rows: usize) -> String {
        let allows = self.allows(rows);
        match self {
            Self::Rows(_) => format!("the budget of errors allows {}", grouped(allows)),
            Self::Percent(percent) => {
                let plural = if rows == 1 { "" } else { "s" };
                format!(
                    "{percent} % of {} row{plural} allows {}",
                    grouped(rows),
                    grouped(allows)
                )
            }
        }
    }
}

/// An error budget that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not an error budget: write a number of rows (10) or a percentage (5%)")]
pub struct InvalidMaxErrors(String);

impl FromStr for MaxErrors {
    type Err = InvalidMaxErrors;

    fn from_str(text: &str) -> Result<Self, InvalidMaxErrors> {
        let wrong = || InvalidMaxErrors(text.to_owned());
        match text.trim().strip_suffix('%') {
            Some(percent) => match percent.trim().parse() {
                Ok(percent) if percent <= 100 => Ok(Self::Percent(percent)),
                _ => Err(wrong()),
            },
            None => text.trim().parse().map(Self::Rows).map_err(|_| wrong()),
        }
    }
}

/// What the person or the system asks of a run under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Control {
    /// Go on.
    #[default]
    Run,
    /// Send nothing more, wait for the calls under way.
    Drain,
    /// The same, because the time is up that the run was given.
    TimeUp,
    /// Give up the calls under way too; they are settled when the run is continued.
    Abandon,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_calls_is_fixed_or_found_out() {
        let read = |text: &str| {
            let read: Concurrency = text.parse().unwrap();
            assert_eq!(read.to_string(), text);
            (read.most.get(), read.adaptation)
        };
        assert_eq!(read("4"), (4, Adaptation::Fixed));
        assert_eq!(read("auto"), (32, Adaptation::Auto));
        assert_eq!(read("auto:16"), (16, Adaptation::Auto));
        for wrong in ["", "0", "auto:0", "auto:", "-1", "many", "4:auto"] {
            assert!(wrong.parse::<Concurrency>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn budgets_are_rows_or_per_cent() {
        let budget: MaxErrors = "10".parse().unwrap();
        assert!(!budget.is_spent(10, 1000) && budget.is_spent(11, 1000));
        let budget: MaxErrors = "5%".parse().unwrap();
        assert!(!budget.is_spent(50, 1000) && budget.is_spent(51, 1000));
        assert!("0".parse::<MaxErrors>().unwrap().is_spent(1, 1000));
        assert_eq!(budget.in_words(43), "5 % of 43 rows allows 2");
        // A share is one row at least, none only where it says so.
        assert!(!budget.is_spent(1, 3) && budget.is_spent(2, 3));
        assert!("0%".parse::<MaxErrors>().unwrap().is_spent(1, 1000));
        for wrong in ["", "x", "-1", "101%", "5 %%"] {
            assert!(wrong.parse::<MaxErrors>().is_err(), "{wrong}");
        }
    }
}
