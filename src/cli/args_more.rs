//! The command line of what goes on around a run: settings, stored passwords, old journals.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::args::{InputArgs, RunArgs, TargetArgs, TextOrJson};

#[derive(Debug, Args)]
pub struct ConfigArgs {
    #[command(subcommand)]
    pub command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Show every setting as a run would find it; no password is shown, and none is asked for
    Show(Box<ShowArgs>),
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The file that would be run; a profile beside it counts
    pub file: Option<PathBuf>,
    /// How the settings are written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: TableOrJson,
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub target: TargetArgs,
    #[command(flatten)]
    pub run: RunArgs,
}

/// How settings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableOrJson {
    /// For people.
    Table,
    /// One JSON object.
    Json,
}

#[derive(Debug, Args)]
pub struct LoginArgs {
    /// Keep the password without trying it at the service
    #[arg(long)]
    pub no_verify: bool,
    #[command(flatten)]
    pub target: TargetArgs,
}

#[derive(Debug, Args)]
pub struct LogoutArgs {
    /// The service's address, as it was when logging in
    #[arg(long, value_name = "URL")]
    pub endpoint: Option<String>,
    /// The customer, as it was when logging in
    #[arg(long, value_name = "NAME")]
    pub partner: Option<String>,
    /// The user's name, as it was when logging in
    #[arg(long, value_name = "NAME")]
    pub username: Option<String>,
}

#[derive(Debug, Args)]
#[group(id = "which", required = true, multiple = true, args = ["keep", "older_than"])]
pub struct PruneArgs {
    /// Keep the newest N runs
    #[arg(long, value_name = "N")]
    pub keep: Option<usize>,
    /// Remove runs that began longer ago, such as 90d or 12h; with --keep, both must agree
    #[arg(long, value_name = "TIME", value_parser = parse_age)]
    pub older_than: Option<Duration>,
    /// Only say what would be removed
    #[arg(long)]
    pub dry_run: bool,
    /// Unfinished runs too: what they sent last is then settled by nobody
    #[arg(long)]
    pub unfinished: bool,
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
    /// How the result is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextOrJson,
}

/// An age: `90d`, `2w`, or a time as elsewhere.
fn parse_age(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    for (unit, days) in [("d", 1), ("w", 7)] {
        if let Some(number) = text.strip_suffix(unit) {
            let number: Option<u64> = number.trim().parse().ok();
            return number
                .and_then(|number| number.checked_mul(days * 86_400))
                .map(Duration::from_secs)
                .ok_or_else(|| format!("\"{text}\" is no age: write it like 90d, 2w or 12h"));
        }
    }
    super::args::parse_time(text)
        .map_err(|_| format!("\"{text}\" is no age: write it like 90d, 2w or 12h"))
}
