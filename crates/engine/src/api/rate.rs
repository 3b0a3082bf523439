//! The most requests in a window of time, and how far apart they leave for it: the same for the
//! requests of one process and for those of all that share a rate.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

/// The most requests in any window of time: `5/s`, `300/m`, `10000/h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    requests: NonZeroU32,
    window: Duration,
}

/// A rate that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a rate: write requests per second, minute or hour, such as 5/s or 300/m")]
pub struct InvalidRate(String);

/// Added to every window: two requests may take different times to reach the server.
const GUARD: Duration = Duration::from_millis(5);

/// A request that left late pushes back the one that is a whole window behind it, but for this
/// part of the guard.
const SLACK: Duration = Duration::from_millis(2);

impl Rate {
    /// Timers wake late by up to a millisecond or two; so much lateness is made up for, within the
    /// window, instead of being lost.
    pub(super) const CATCH_UP: Duration = Duration::from_millis(4);

    /// At most `requests` in any `window`.
    pub fn new(requests: NonZeroU32, window: Duration) -> Self {
        Self { requests, window }
    }

    /// The most requests in a window.
    pub fn requests(self) -> u32 {
        self.requests.get()
    }

    /// The length of the window.
    pub fn window(self) -> Duration {
        self.window
    }

    /// The time between two requests.
    pub fn interval(self) -> Duration {
        (self.window + GUARD) / self.requests.get()
    }

    /// How long after a request's departure the one a whole window behind it may leave.
    pub(super) fn reopens(self) -> Duration {
        (self.window + GUARD).saturating_sub(SLACK)
    }
}

impl FromStr for Rate {
    type Err = InvalidRate;

    fn from_str(text: &str) -> Result<Self, InvalidRate> {
        let wrong = || InvalidRate(text.to_owned());
        let (requests, unit) = text.trim().split_once('/').ok_or_else(wrong)?;
        let window = match unit.trim() {
            "s" | "sec" | "second" => 1,
            "m" | "min" | "minute" => 60,
            "h" | "hour" => 3600,
            _ => return Err(wrong()),
        };
        let requests: NonZeroU32 = requests.trim().parse().map_err(|_| wrong())?;
        if requests.get() > 1_000_000 {
            return Err(wrong());
        }
        Ok(Self::new(requests, Duration::from_secs(window)))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.window.as_secs() {
            60 => "m",
            3600 => "h",
            _ => "s",
        };
        write!(out, "{}/{unit}", self.requests)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> Rate {
        text.parse().unwrap()
    }

    #[test]
    fn rates_are_read_and_shown() {
        for text in ["5/s", "300/m", "10000/h"] {
            assert_eq!(rate(text).to_string(), text);
        }
        for wrong in ["5", "0/s", "-1/s", "5/d", "/s", "x/s", "9999999/s"] {
            assert!(wrong.parse::<Rate>().is_err(), "{wrong}");
        }
    }
}
