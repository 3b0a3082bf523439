//! Work that ends early: what went wrong, of which kind that is, and what to do about it.

use super::advice::Advice;
use super::near;
use super::rows::without_quoted;
use crate::api::classify::Stop;
use crate::api::errors::advice;
use crate::api::http::EndpointError;
use crate::api::network::NetworkError;
use crate::check::mapping::OptionError;
use crate::journal::JournalError;
use crate::report::ReportError;
use crate::sandbox;
use crate::settings::SettingsError;
pub use crate::settings::chain;
use crate::submit;
use tables::ReadError;

/// Which kind of thing went wrong: what a caller goes by who does not read the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What was asked for is wrong or cannot be had, and nothing was sent.
    Usage,
    /// The input cannot be read.
    Input,
    /// The service refuses the login, or what it is asked for.
    Refused,
    /// The work stopped, and can be continued.
    Stopped,
    /// Somebody else is at work there.
    Locked,
    /// Whoever asked for the work asked for its end.
    Interrupted,
    /// Whoever was asked did not agree, and nothing was done: that is no error.
    Declined,
}

/// What is said where the time is up that a run was given.
pub const TIME_UP: &str = "the time of --max-duration is up";

/// What is said where the service stops answering, and where it does not answer from the first: before a
/// colon and the words of the network.
pub const NO_ANSWER: &str = "the service did not answer for too long";
/// The end of the other.
pub const UNREACHABLE: &str = "cannot be reached";

/// Work that ends early.
#[derive(Debug)]
pub struct Failure {
    /// Which kind of thing went wrong.
    pub kind: Kind,
    /// What went wrong, with its causes.
    pub message: String,
    /// What it consists of, one per line.
    pub details: Vec<String>,
    /// What to do, most promising first.
    pub advice: Vec<Advice>,
}

impl Failure {
    /// Work that ends early, with nothing to advise yet.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: without_numbers(message.into()),
            details: Vec::new(),
            advice: Vec::new(),
        }
    }

    /// What was asked for is wrong or cannot be had.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// The input cannot be read.
    pub fn input(message: impl Into<String>) -> Self {
        Self::new(Kind::Input, message)
    }

    /// The service refuses.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(Kind::Refused, message)
    }

    /// The work stopped, and can be continued.
    pub fn stopped(message: impl Into<String>) -> Self {
        Self::new(Kind::Stopped, message)
    }

    /// Its end was asked for.
    pub fn interrupted(message: impl Into<String>) -> Self {
        Self::new(Kind::Interrupted, message)
    }

    /// Whoever was asked did not agree; it can be typed again.
    pub fn declined(message: impl Into<String>) -> Self {
        Self::new(Kind::Declined, message).hint(Advice::TypeAgain)
    }

    /// Adds what it consists of.
    #[must_use]
    pub fn details(mut self, details: Vec<String>) -> Self {
        self.details = details;
        self
    }

    /// The message with what it consists of, for those who take it as one text.
    pub fn in_full(&self) -> String {
        let mut text = self.message.clone();
        for detail in &self.details {
            text.push_str("\n  ");
            text.push_str(detail);
        }
        text
    }

    /// The same for logs, which hold no cell of a list: the lines below the message may quote some.
    pub fn in_full_for_logs(&self) -> String {
        let mut text = self.message.clone();
        for detail in &self.details {
            text.push_str("\n  ");
            text.push_str(&without_quoted(detail));
        }
        text
    }

    /// Adds advice; an empty text is none.
    #[must_use]
    pub fn hint(mut self, advice: impl Into<Advice>) -> Self {
        let advice = advice.into();
        if advice != Advice::Text(String::new()) {
            self.advice.push(advice);
        }
        self
    }

    /// The same for whoever has just looked at the plan.
    #[must_use]
    pub fn without_plan(mut self) -> Self {
        let is_look = |advice: &Advice| matches!(advice, Advice::LookAtPlan(_));
        self.advice.retain(|advice| !is_look(advice));
        self
    }

    /// The same, in the words of an error and its causes.
    pub fn caused(kind: Kind, error: &dyn std::error::Error) -> Self {
        Self::new(kind, chain(error))
    }
}

/// Whether a file is not there, or its folder.
fn is_missing(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory)
}

/// A text without the numbers that systems have for their errors: the words beside them say it.
fn without_numbers(mut text: String) -> String {
    const BEGIN: &str = " (os error ";
    let mut from = 0;
    while let Some(at) = text[from..].find(BEGIN).map(|at| from + at) {
        let number = &text[at + BEGIN.len()..];
        let digits = number.len()
            - number
                .trim_start_matches(|one: char| one.is_ascii_digit())
                .len();
        if digits > 0 && number[digits..].starts_with(')') {
            text.replace_range(at..=at + BEGIN.len() + digits, "");
        } else {
            from = at + BEGIN.len();
        }
    }
    text
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        let failure = Self::usage(error.to_string());
        match error {
            SettingsError::Profile { problems } => failure.details(problems).hint(
                "docs/reference/profile.md lists the keys; `partner-import init FILE` writes a \
                 profile with all of them",
            ),
            SettingsError::Fleet { problems } => failure.details(problems).hint(
                "docs/guide/fleet.md shows one; settings of one tenant belong in its profile",
            ),
            SettingsError::NoHome => failure.hint(Advice::ChooseStateDir),
            SettingsError::Unreadable { path, source } if is_missing(&source) => {
                Self::usage(format!("there is no profile {}", path.display()))
                    .hint(near::instead_of(&path))
            }
            SettingsError::Unreadable { .. }
            | SettingsError::Value(_)
            | SettingsError::MoveWithoutUpdate => failure,
        }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        match &error {
            ReadError::Open { path, source } if is_missing(source) => {
                return Self::input(format!("there is no file {}", path.display()))
                    .hint(near::instead_of_list(path));
            }
            ReadError::Open { path, .. } | ReadError::Io { path, .. } if path.is_dir() => {
                return Self::input(format!("cannot read {} as a list", path.display()))
                    .hint(near::instead_of_folder(path));
            }
            _ => {}
        }
        Self::caused(Kind::Input, &error).hint(crate::model::notes::help(&error))
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        let kind = match error {
            JournalError::Locked { .. } | JournalError::AtWork { .. } => Kind::Locked,
            JournalError::NoSuchRun { .. } | JournalError::Blank { .. } => Kind::Usage,
            _ if error.is_of_rights() => Kind::Usage,
            _ => Kind::Stopped,
        };
        Self::caused(kind, &error).hint(error.help())
    }
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        Self::caused(Kind::Stopped, &error).hint(error.help())
    }
}

impl From<EndpointError> for Failure {
    fn from(error: EndpointError) -> Self {
        let error = match error {
            EndpointError::Network(error) => return error.into(),
            other => other,
        };
        Self::caused(Kind::Usage, &error)
            .hint("the vendor's endpoint is https://api.backup.management/jsonapi, the default")
    }
}

impl From<NetworkError> for Failure {
    fn from(error: NetworkError) -> Self {
        Self::caused(Kind::Usage, &error).hint(error.help())
    }
}

impl From<sandbox::SandboxError> for Failure {
    fn from(error: sandbox::SandboxError) -> Self {
        Self::caused(Kind::Usage, &error)
    }
}

impl From<sandbox::ServerError> for Failure {
    fn from(error: sandbox::ServerError) -> Self {
        Self::caused(Kind::Usage, &error)
    }
}

impl From<sandbox::LogError> for Failure {
    fn from(error: sandbox::LogError) -> Self {
        Self::caused(Kind::Usage, &error)
    }
}

impl From<OptionError> for Failure {
    fn from(error: OptionError) -> Self {
        Self::usage(chain(&error)).hint(error.help())
    }
}

impl Failure {
    /// The first requests to the service at `target` came to nothing.
    pub fn of_reading(error: submit::ReadError, target: &str) -> Self {
        match error {
            submit::ReadError::Stopped(stop) => stop.into(),
            submit::ReadError::Refused(error) => {
                Self::refused(format!("the service refused: {error}")).hint(advice(&error))
            }
            submit::ReadError::Unreachable(text) => {
                Self::stopped(format!("the service at {target} {UNREACHABLE}: {text}"))
                    .hint(Advice::Connection)
            }
            submit::ReadError::Interrupted => Self::interrupted("interrupted"),
            submit::ReadError::TimeUp => Self::interrupted(TIME_UP),
        }
    }
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::BadCredentials(error) => {
                let text = format!("the service refused the login: {error}");
                Self::refused(text)
                    .hint(advice(&error))
                    .hint("nothing was retried: repeated wrong logins lock the account for a while")
            }
            Stop::Forbidden(error) => {
                Self::refused(format!("the service refused: {error}")).hint(advice(&error))
            }
            Stop::Unusable(text) => Self::usage(text)
                .hint("it was not retried: that would change nothing until this is fixed"),
            Stop::WrongTarget(text) => Self::stopped(text).hint(
                "the vendor's endpoint is https://api.backup.management/jsonapi, the default",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_systems_are_left_out() {
        for (text, left) in [
            (
                "cannot read a: Denied (os error 13): b (os error 2)",
                "cannot read a: Denied: b",
            ),
            ("a (os error ) b (os error 2", "a (os error ) b (os error 2"),
            ("(os error 5)", "(os error 5)"),
        ] {
            assert_eq!(without_numbers(text.to_owned()), left);
        }
    }
}
