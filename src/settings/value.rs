//! Types of settings that no layer below has.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::api::Rate;

/// How fast requests may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateChoice {
    /// As fast as they are answered.
    Unlimited,
    /// At most this.
    At(Rate),
}

impl FromStr for RateChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if matches!(text, "none" | "unlimited") {
            return Ok(Self::Unlimited);
        }
        text.parse()
            .map(Self::At)
            .map_err(|error: crate::api::rate::InvalidRate| error.to_string())
    }
}

/// How many rows a list has to have: `500`, or `50%` of those of the last good run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MinRows {
    /// So many.
    Rows(usize),
    /// So many per cent of the rows that the last good run of the list had.
    Percent(u8),
}

impl MinRows {
    /// The fewest rows that pass, where the last good run had so many; none where nobody can tell.
    pub fn fewest(self, last: Option<usize>) -> Option<usize> {
        match self {
            Self::Rows(rows) => Some(rows),
            Self::Percent(percent) => last.map(|rows| (rows * usize::from(percent)).div_ceil(100)),
        }
    }
}

impl fmt::Display for MinRows {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rows(rows) => write!(out, "{rows}"),
            Self::Percent(percent) => write!(out, "{percent}%"),
        }
    }
}

impl FromStr for MinRows {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "\"{text}\" is no number of rows: write a number (500), or a share of the last good \
                 run's rows (50%)"
            )
        };
        match text.trim().strip_suffix('%') {
            Some(percent) => match percent.trim().parse() {
                Ok(percent) if percent <= 100 => Ok(Self::Percent(percent)),
                _ => Err(wrong()),
            },
            None => text.trim().parse().map(Self::Rows).map_err(|_| wrong()),
        }
    }
}

/// The run that wrote the file that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfRun {
    /// By its id, or the beginning of it.
    Run(String),
    /// The last one that read another file.
    Last,
    /// The file is taken as it is.
    None,
}

impl FromStr for OfRun {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim() {
            "" => Err("write a run's id, as `partner-import runs` lists it, last, or none".into()),
            "last" => Ok(Self::Last),
            "none" => Ok(Self::None),
            id => Ok(Self::Run(id.to_owned())),
        }
    }
}

/// One of a few terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// The term.
    pub name: &'static str,
    /// What the help says of it; empty where it lists none of them.
    pub help: &'static str,
}

/// A term that the help does not explain.
pub const fn choice(name: &'static str) -> Choice {
    Choice { name, help: "" }
}

/// Types that are one of a few terms, each with its help.
macro_rules! terms {
    ($($(#[$about:meta])* $type:ident { $($(#[$of:meta])* $variant:ident = $($term:literal)|+, $help:literal;)* })*) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub enum $type { $($(#[$of])* $variant,)* }

        impl $type {
            /// Every term.
            pub const CHOICES: &[Choice] = &[$($(Choice { name: $term, help: $help },)+)*];
        }

        impl FromStr for $type {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($($term)|+ => Ok(Self::$variant),)*
                    _ => Err(none_of(text, Self::CHOICES)),
                }
            }
        }
    )*};
}

/// What is wrong with a text that is none of these.
pub fn none_of(text: &str, choices: &[Choice]) -> String {
    let names: Vec<&str> = choices.iter().map(|one| one.name).collect();
    format!("\"{text}\" is none of {}", names.join(", "))
}

terms! {
    /// How a summary is written for a webhook.
    NotifyFormat {
        /// One JSON object.
        #[default]
        Json = "json", "One JSON object";
        /// An Adaptive Card for a workflow of Microsoft Teams.
        Teams = "teams", "An Adaptive Card for a workflow of Microsoft Teams";
        /// A message for an incoming webhook of Slack.
        Slack = "slack", "A message for an incoming webhook of Slack";
    }
    /// Which ends of a run are worth a notification.
    NotifyWhen {
        /// Every one.
        #[default]
        Always = "always", "After every run";
        /// All but a good one.
        Failure = "failure", "When the exit code is not 0";
        /// One that is another than before.
        Change = "change", "When the job ends otherwise than its last run did: with another exit code, or with other numbers of rows that need somebody";
    }
    /// What is done when a list has changed under an unfinished run of it.
    IfChanged {
        /// Nothing: somebody decides.
        #[default]
        Stop = "stop", "Send nothing, and end with 2: somebody decides";
        /// The run goes on with the rows of its journal.
        AsBegun = "as-begun", "Finish the run with the rows as they were; the list as it is now has its turn with the next run";
        /// The run is given up for a new one.
        NewRun = "new-run", "Wait until nothing that the run has sent can land any more, then begin anew with the list as it is: customers that exist are recognised";
    }
    /// How log lines look.
    LogFormat {
        /// For people.
        #[default]
        Text = "text", "For people";
        /// One JSON object per line.
        Json = "json", "One JSON object per line";
    }
    /// How much is said.
    Verbosity {
        /// Only what went wrong.
        Quiet = "quiet", "";
        /// What people need.
        #[default]
        Normal = "normal", "";
        /// More.
        Verbose = "verbose", "";
        /// Every request.
        Debug = "debug", "";
    }
    /// How `BillingContactPersonId` goes over the wire.
    BillingContact {
        /// As a number, as the vendor's schema says.
        #[default]
        Integer = "integer", "";
        /// As a text of digits, as its page says.
        Text = "text" | "string", "";
    }
}

/// A length of time: `250ms`, `60s`, `15m`, `2h`. A bare number is refused: what is meant as minutes would
/// count as seconds.
pub fn parse_time(text: &str) -> Result<Duration, String> {
    let wrong = || format!("\"{text}\" is no time: write it like 250ms, 60s, 15m or 2h");
    let text = text.trim();
    let digits = text
        .find(|one: char| !one.is_ascii_digit() && one != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let seconds = match unit.trim() {
        "ms" => 0.001,
        "s" => 1.0,
        "" if number.parse::<f64>().is_ok() => {
            return Err(format!("\"{text}\" has no unit: write {text}s or {text}m"));
        }
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err(wrong()),
    };
    let number: f64 = number.parse().map_err(|_| wrong())?;
    match Duration::try_from_secs_f64(number * seconds) {
        Ok(time) if time <= LONGEST_TIME => Ok(time),
        _ if number.is_finite() => Err(format!("\"{text}\" is too long: at most a year, 8784h")),
        _ => Err(wrong()),
    }
}

/// Nobody waits longer, and clocks can be reckoned so far ahead.
const LONGEST_TIME: Duration = Duration::from_secs(366 * 24 * 3600);

/// What is shown in the place of a value that may hold a token.
pub const HIDDEN: &str = "(hidden)";

/// Text that may hold a token: taken as it is, so that no message about it repeats it, and never
/// shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(pub String);

impl fmt::Debug for Hidden {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(HIDDEN)
    }
}
