//! The command line of what goes on around a run: settings, stored passwords, old journals.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};

use super::flags::{InputArgs, RunArgs, TargetArgs, UndoFlags, WatchingArgs};
use super::formats::{TableOrJson, TextOrJson};
use crate::sandbox::{FaultSpec, Ids, NamePolicy, RateLimit, RemovalPolicy, VisaChain};
use crate::settings::{Takes, Typed, parse_time};

#[derive(Debug, Args)]
pub struct ConfigArgs {
    #[command(subcommand)]
    pub command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Show every setting as a run would use it; shows no password and asks for none
    Show(Box<ShowArgs>),
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The list that would be run; a profile beside it counts
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

#[derive(Debug, Args)]
pub struct GuiArgs {
    /// The list of customers to open: CSV, TSV, XLSX, XLSM, XLSB, XLS or ODS
    pub file: Option<PathBuf>,
    /// Open no browser; print a link instead, which works once, within ten minutes
    #[arg(long)]
    pub no_open: bool,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct FleetArgs {
    /// The fleet file: what its tenants share, and a profile and a list for each
    #[arg(required = true)]
    pub file: Option<PathBuf>,
    /// Run the tenants; without it they are only checked and listed
    #[arg(long)]
    pub yes: bool,
    /// How many tenants run at once [default: the file's, or 1]
    #[arg(long, value_name = "N")]
    pub at_once: Option<NonZeroUsize>,
    /// Only this tenant; may be given several times
    #[arg(long, value_name = "NAME", conflicts_with = "index")]
    pub tenant: Vec<String>,
    /// Only the tenant in this place, from 0: the index of a pod in an Indexed Job [default: all
    /// tenants]
    #[arg(long, value_name = "N")]
    pub index: Option<usize>,
    /// How tenants, or their results, are written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextOrJson,
    /// The most requests in any second, minute or hour, of all tenants together, or "none"
    /// [default: the file's, or 5/s]
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub rate: Option<String>,
    /// Stop after this time: wait for the calls in flight, start no other tenant, and end with 130
    /// [default: the file's, or no limit]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub max_duration: Option<String>,
    #[command(flatten)]
    pub watching: WatchingArgs,
    #[command(subcommand)]
    pub command: Option<FleetCommand>,
}

#[derive(Debug, Subcommand)]
pub enum FleetCommand {
    /// Write what runs the fleet every night: systemd units, a crontab line, or manifests
    Render(RenderArgs),
}

#[derive(Debug, Args)]
pub struct RenderArgs {
    /// For which scheduler
    pub what: Scheduler,
    /// The fleet file
    pub file: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Scheduler {
    /// A service and a timer.
    Systemd,
    /// A line for /etc/cron.d.
    Cron,
    /// An Indexed Job: one pod for each tenant, each with its own tries.
    Kubernetes,
}

fn rate(text: &str) -> Result<String, String> {
    Takes::Rate.check(text).map(|()| text.to_owned())
}

fn time(text: &str) -> Result<String, String> {
    Takes::Time.check(text).map(|()| text.to_owned())
}

#[derive(Debug, Args)]
pub struct LoginArgs {
    /// Store the password without trying it at the service
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
#[command(group(ArgGroup::new("which").required(true).multiple(true).args(["keep", "older_than"])))]
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
    /// Remove unfinished runs too: their last requests are then never settled
    #[arg(long)]
    pub unfinished: bool,
    /// Do not ask before it is done
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
                .ok_or_else(|| format!("\"{text}\" is not an age: write it like 90d, 2w or 12h"));
        }
    }
    parse_time(text).map_err(|_| format!("\"{text}\" is not an age: write it like 90d, 2w or 12h"))
}

#[derive(Debug, Args)]
pub struct UndoArgs {
    /// The run's id, as `runs` lists it; its beginning is enough. `last` is the newest run that
    /// created or changed customers and is not undone
    pub run_id: String,
    /// Dry run: only show what would be removed or kept, and why
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask, but give the number of customers to remove or restore; it must be right
    #[arg(long, value_name = "N")]
    pub confirm: Option<usize>,
    /// Include customers that were found after an interruption and that somebody else may have
    /// created
    #[arg(long)]
    pub found: bool,
    /// How the result is written [default: text; with --log-format json JSON]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<TextOrJson>,
    /// Where the result files go [default: where the run's went]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// The most calls in flight at once [default: 4]
    #[arg(long, value_name = "N")]
    pub concurrency: Option<std::num::NonZeroUsize>,
    #[command(flatten)]
    pub flags: UndoFlags,
    #[command(flatten)]
    pub target: TargetArgs,
}

#[derive(Debug, Args)]
pub struct SupportArgs {
    /// The run's id, as `runs` lists it; its beginning is enough
    pub run_id: String,
    /// The file to write [default: support-RUN.zip in the current directory]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// First show the full text of every file in it
    #[arg(long)]
    pub show: bool,
    /// Do not ask before it is done
    #[arg(short, long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct SandboxArgs {
    /// The address to listen on; port 0 picks a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// How many customers exist at the start
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub tenant_size: usize,
    /// Keep the tenant in this file, so that it survives a restart [default: in memory]
    #[arg(long, value_name = "FILE")]
    pub db: Option<PathBuf>,
    /// How long every answer takes
    #[arg(long, value_name = "TIME", default_value = "0ms", value_parser = parse_time)]
    pub latency: Duration,
    /// Refuse requests beyond this rate, such as 10/s [default: no limit]
    #[arg(long, value_name = "RATE")]
    pub rate_limit: Option<RateLimit>,
    /// How long a visa is valid
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = parse_time)]
    pub visa_ttl: Duration,
    /// What happens to a visa when the next one is issued: overlapping (it stays valid) or strict
    /// (it expires)
    #[arg(long, value_name = "HOW", default_value = "overlapping")]
    pub visa_chain: VisaChain,
    /// Where names must be unique: global, per-parent or any (nowhere)
    #[arg(long, value_name = "WHERE", default_value = "global")]
    pub names: NamePolicy,
    /// What happens when a customer with customers or devices is removed: refuse or cascade
    #[arg(long, value_name = "WHAT", default_value = "refuse")]
    pub removal: RemovalPolicy,
    /// How large ids are: usual, or wide (beyond 32 bits)
    #[arg(long, value_name = "RANGE", default_value = "usual")]
    pub ids: Ids,
    /// A fault to inject: `KIND=PROBABILITY[:ARG][@METHOD]`; may be given several times.
    /// See `partner-import explain faults`
    #[arg(long = "fault", value_name = "FAULT")]
    pub faults: Vec<FaultSpec>,
    /// Decides the tenant's names and the faults
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// Write one JSON line per request
    #[arg(long, value_name = "FILE")]
    pub request_log: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Option<SandboxCommand>,
}

#[derive(Debug, Subcommand)]
pub enum SandboxCommand {
    /// Reset the tenant that --sandbox uses to its state before the first run
    Reset,
}

#[derive(Debug, Args)]
pub struct TrustArgs {
    /// The profile
    pub file: PathBuf,
    /// Stop trusting it
    #[arg(long)]
    pub forget: bool,
}

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub struct ManArgs {
    /// Where to write one page per command [default: the main page to standard output]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A rule (V101), an error number of the service (2115), a status or code of the result files
    /// (blocked, quarantined), an exit code (5), or "faults" [default: a list of all]
    #[arg(allow_negative_numbers = true)]
    pub code: Option<String>,
    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextOrJson,
}

#[derive(Debug, Args)]
pub struct CountryArgs {
    /// The names; "-" reads them from standard input, one per line
    #[arg(required = true)]
    pub names: Vec<String>,
    /// How the result is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextOrJson,
}

impl ShowArgs {
    /// What was typed of all settings.
    pub fn typed(&self) -> Typed {
        let typed = self.input.and(&self.target);
        typed.and(&self.run.flags)
    }
}
