//! What people see when a command cannot do its work: what went wrong, why, what to do, and the
//! exit code.

use super::exit::Exit;
use crate::api::classify::Stop;
use crate::api::errors::advice;
use crate::api::http::EndpointError;
use crate::api::network::NetworkError;
use crate::check::mapping::OptionError;
use crate::journal::JournalError;
use crate::read::ReadError;
use crate::report::ReportError;
use crate::sandbox;
use crate::settings::SettingsError;
pub use crate::settings::chain;
use crate::submit;

/// A command that ends early.
#[derive(Debug)]
pub struct CliError {
    /// The exit code's meaning.
    pub exit: Exit,
    /// What went wrong, with its causes.
    pub message: String,
    /// What it consists of, one per line.
    pub details: Vec<String>,
    /// What to do, one per line.
    pub hints: Vec<String>,
}

impl CliError {
    /// A command that ends early, with nothing to advise yet.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            details: Vec::new(),
            hints: Vec::new(),
        }
    }

    /// The command line or the profile is wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Adds what it consists of.
    #[must_use]
    pub fn details(mut self, details: Vec<String>) -> Self {
        self.details = details;
        self
    }

    /// The message with what it consists of, for those who take it as one text.
    pub fn told(&self) -> String {
        let mut told = self.message.clone();
        for detail in &self.details {
            told.push_str("\n  ");
            told.push_str(detail);
        }
        told
    }

    /// Adds advice; empty advice is none.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        let hint = hint.into();
        if !hint.is_empty() {
            self.hints.push(hint);
        }
        self
    }

    /// The same, in the words of an error and its causes.
    pub fn caused(exit: Exit, error: &dyn std::error::Error) -> Self {
        Self::new(exit, chain(error))
    }
}

impl From<SettingsError> for CliError {
    fn from(error: SettingsError) -> Self {
        let failure = Self::usage(error.to_string());
        match error {
            SettingsError::Profile { problems } => failure.details(problems).hint(
                "docs/reference/profile.md lists the keys; `partner-import init FILE` writes a \
                 profile with all of them",
            ),
            SettingsError::NoHome => failure.hint("choose one with --state-dir"),
            SettingsError::Unreadable { .. }
            | SettingsError::Value(_)
            | SettingsError::MoveWithoutUpdate => failure,
        }
    }
}

impl From<ReadError> for CliError {
    fn from(error: ReadError) -> Self {
        Self::caused(Exit::Input, &error).hint(error.help())
    }
}

impl From<JournalError> for CliError {
    fn from(error: JournalError) -> Self {
        let exit = match error {
            JournalError::Locked { .. } | JournalError::AtWork { .. } => Exit::Locked,
            JournalError::NoSuchRun { .. } => Exit::Usage,
            _ => Exit::Stopped,
        };
        Self::caused(exit, &error).hint(error.help())
    }
}

impl From<ReportError> for CliError {
    fn from(error: ReportError) -> Self {
        Self::caused(Exit::Stopped, &error).hint(error.help())
    }
}

impl From<EndpointError> for CliError {
    fn from(error: EndpointError) -> Self {
        let error = match error {
            EndpointError::Network(error) => return error.into(),
            other => other,
        };
        Self::caused(Exit::Usage, &error)
            .hint("the vendor's endpoint is https://api.backup.management/jsonapi, the default")
    }
}

impl From<NetworkError> for CliError {
    fn from(error: NetworkError) -> Self {
        Self::caused(Exit::Usage, &error).hint(error.help())
    }
}

impl From<sandbox::SandboxError> for CliError {
    fn from(error: sandbox::SandboxError) -> Self {
        Self::caused(Exit::Usage, &error)
    }
}

impl From<sandbox::ServerError> for CliError {
    fn from(error: sandbox::ServerError) -> Self {
        Self::caused(Exit::Usage, &error)
    }
}

impl From<sandbox::LogError> for CliError {
    fn from(error: sandbox::LogError) -> Self {
        Self::caused(Exit::Usage, &error)
    }
}

impl From<OptionError> for CliError {
    fn from(error: OptionError) -> Self {
        Self::usage(chain(&error)).hint(error.help())
    }
}

impl CliError {
    /// The first requests to the service at `target` came to nothing.
    pub fn of_reading(error: submit::ReadError, target: &str) -> Self {
        match error {
            submit::ReadError::Stopped(stop) => stop.into(),
            submit::ReadError::Refused(error) => {
                Self::new(Exit::Refused, format!("the service refused: {error}"))
                    .hint(advice(&error))
            }
            submit::ReadError::Unreachable(text) => Self::new(
                Exit::Stopped,
                format!("the service at {target} cannot be reached: {text}"),
            )
            .hint("check the network, the proxy and --endpoint, then type the command again"),
            submit::ReadError::Interrupted => Self::new(Exit::Interrupted, "interrupted"),
        }
    }
}

impl From<Stop> for CliError {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::BadCredentials(error) => {
                let text = format!("the service refused the log-in: {error}");
                Self::new(Exit::Refused, text).hint(advice(&error)).hint(
                    "nothing was tried again: repeated wrong log-ins lock the account for a while",
                )
            }
            Stop::Forbidden(error) => {
                Self::new(Exit::Refused, format!("the service refused: {error}"))
                    .hint(advice(&error))
            }
            Stop::Unusable(text) => Self::new(Exit::Usage, text)
                .hint("it was not tried again: nothing changes until this is mended"),
            Stop::WrongTarget(text) => Self::new(Exit::Stopped, text).hint(
                "the vendor's endpoint is https://api.backup.management/jsonapi, the default",
            ),
        }
    }
}
