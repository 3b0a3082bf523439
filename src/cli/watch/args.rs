//! The flags that have a run seen from outside.

use std::convert::Infallible;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use serde::Deserialize;

/// Who is told of a run.
#[derive(Debug, Clone, Default, Args)]
pub struct WatchArgs {
    /// Write the run's figures here when it ends, however it ends, for the textfile collector of
    /// Prometheus' node exporter
    #[arg(long, value_name = "FILE", help_heading = "Watching options")]
    pub metrics_file: Option<PathBuf>,
    /// Post a summary to this webhook when the run ends; may be given several times, also as
    /// `teams+https://...` or `slack+https://...` [environment, away from the eyes of other users:
    /// `PARTNER_IMPORT_NOTIFY`]
    #[arg(long, value_name = "URL", help_heading = "Watching options")]
    pub notify: Vec<Hidden>,
    /// A file with such webhooks, one per line
    #[arg(long, value_name = "FILE", help_heading = "Watching options")]
    pub notify_file: Option<PathBuf>,
    /// How the summary is written where the webhook does not say so [default: json]
    #[arg(long, value_name = "FORMAT", help_heading = "Watching options")]
    pub notify_format: Option<NotifyFormat>,
    /// Get this address when the run has ended with 0, and the same with /fail behind it when it
    /// ended otherwise [environment: `PARTNER_IMPORT_PING`]
    #[arg(long, value_name = "URL", help_heading = "Watching options")]
    pub ping: Option<Hidden>,
    /// Get the address of --ping with /start behind it when the run starts
    #[arg(long, help_heading = "Watching options")]
    pub ping_start: bool,
}

/// How a summary is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NotifyFormat {
    /// One JSON object.
    #[default]
    Json,
    /// An Adaptive Card for a workflow of Microsoft Teams.
    Teams,
    /// A message for an incoming webhook of Slack.
    Slack,
}

impl fmt::Display for NotifyFormat {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Json => "json",
            Self::Teams => "teams",
            Self::Slack => "slack",
        })
    }
}

/// Text that may hold a token: taken as it is, so that no message about it repeats it, and never
/// shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Hidden(pub String);

impl fmt::Debug for Hidden {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("(hidden)")
    }
}

impl FromStr for Hidden {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}
