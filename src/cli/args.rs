//! The command line as it is typed. What it amounts to, with profile and environment, is worked
//! out in `settings`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::watch::WatchArgs;
use crate::api::Rate;
use crate::plan::OnExists;
use crate::read::{Delimiter, TextEncoding};
use crate::submit::{Concurrency, MaxErrors};

/// Bulk-imports customers into Cove Data Protection, each exactly once.
#[derive(Debug, Parser)]
#[command(name = "partner-import", version, max_term_width = 100)]
#[command(
    after_help = "Start with `partner-import check FILE`. To try everything without touching \
    anything real: `partner-import run FILE --sandbox`."
)]
pub struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

/// Flags of every command.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// Profile with target, mapping and defaults [default: partner-import.toml beside the input
    /// or in the current directory]
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Common options"
    )]
    pub profile: Option<PathBuf>,
    /// Where journals and locks are kept [default: the platform's data directory] [environment:
    /// `PARTNER_IMPORT_STATE_DIR`]
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        help_heading = "Common options"
    )]
    pub state_dir: Option<PathBuf>,
    /// Show no progress, also on a terminal
    #[arg(long, global = true, help_heading = "Common options")]
    pub no_progress: bool,
    /// How log lines are written to stderr
    #[arg(
        long,
        global = true,
        value_name = "FORMAT",
        help_heading = "Common options"
    )]
    pub log_format: Option<LogFormat>,
    /// Tell more; twice for every request
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    #[arg(help_heading = "Common options")]
    pub verbose: u8,
    /// Tell only what went wrong
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    #[arg(help_heading = "Common options")]
    pub quiet: bool,
    /// What the command is for.
    #[arg(skip)]
    pub purpose: Purpose,
}

/// What a command does, as far as it matters who wrote its profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Purpose {
    /// It reads files and shows something.
    Show,
    /// It contacts a service or writes.
    #[default]
    Act,
}

impl Common {
    /// Takes from the profile what was not typed.
    pub fn fill_from(&mut self, profile: &super::profile::Output) {
        use super::profile::{LogFormat as Format, Verbosity};
        self.no_progress |= profile.progress == Some(false);
        self.log_format = self
            .log_format
            .or(profile.log_format.map(|format| match format {
                Format::Text => LogFormat::Text,
                Format::Json => LogFormat::Json,
            }));
        if self.verbose == 0 && !self.quiet {
            match profile.verbosity {
                Some(Verbosity::Quiet) => self.quiet = true,
                Some(Verbosity::Verbose) => self.verbose = 1,
                Some(Verbosity::Debug) => self.verbose = 2,
                Some(Verbosity::Normal) | None => {}
            }
        }
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

/// How the input is read.
#[derive(Debug, Clone, Default, Args)]
pub struct InputArgs {
    /// The sheet of a workbook [default: the one that looks like a list of customers]
    #[arg(long, value_name = "NAME", help_heading = "Input options")]
    pub sheet: Option<String>,
    /// Read every sheet of a workbook that holds customers, as one input
    #[arg(long, help_heading = "Input options", conflicts_with = "sheet")]
    pub all_sheets: bool,
    /// The row of the header, from 1 [default: found out]
    #[arg(long, value_name = "N", help_heading = "Input options")]
    pub header_row: Option<u32>,
    /// The encoding of a text file, such as windows-1252 [default: found out]
    #[arg(long, value_name = "NAME", help_heading = "Input options", value_parser = parse_encoding)]
    pub encoding: Option<TextEncoding>,
    /// The delimiter of a text file: a character, "tab" or "semicolon" [default: found out]
    #[arg(long, value_name = "CHAR", help_heading = "Input options", value_parser = parse_delimiter)]
    pub delimiter: Option<Delimiter>,
    /// Says which column a header stands for, such as "Client Name=Name", or a column of the file
    /// by its letters, column:B=Name; "-" leaves it out; may be given several times
    #[arg(long, value_name = "HEADER=COLUMN", value_parser = parse_pair)]
    #[arg(help_heading = "Input options")]
    pub map: Vec<(String, String)>,
    /// A value for every row, whatever its cell holds, such as Level=EndCustomer; may be given
    /// several times
    #[arg(long, value_name = "COLUMN=VALUE", value_parser = parse_pair)]
    #[arg(help_heading = "Input options")]
    pub set: Vec<(String, String)>,
    /// A value for rows whose cell is empty, such as Country=DE; may be given several times.
    /// Level=derive works it out from the parent's level
    #[arg(long, value_name = "COLUMN=VALUE", value_parser = parse_pair)]
    #[arg(help_heading = "Input options")]
    pub default: Vec<(String, String)>,
    /// The run that wrote the file, when it is a result file that was mended: codes, ZIPs and phone
    /// numbers that a spreadsheet program has damaged are put back; "last", or "none" to take the
    /// file as it is [default: the run in whose result directory the file lies]
    #[arg(long, value_name = "RUN", value_parser = parse_of_run, help_heading = "Input options")]
    pub of_run: Option<OfRun>,
}

/// Where the service is and who logs in.
#[derive(Debug, Clone, Default, Args)]
pub struct TargetArgs {
    /// Use the local stand-in instead of the service
    #[arg(long, help_heading = "Target options", conflicts_with = "endpoint")]
    pub sandbox: bool,
    /// The service's address [default: <https://api.backup.management/jsonapi>] [environment:
    /// `PARTNER_IMPORT_ENDPOINT`]
    #[arg(long, value_name = "URL", help_heading = "Target options")]
    pub endpoint: Option<String>,
    /// The customer to log in under, exactly as the console shows it, e-mail in brackets included
    /// [environment: `PARTNER_IMPORT_PARTNER`]
    #[arg(long, value_name = "NAME", help_heading = "Target options")]
    pub partner: Option<String>,
    /// The user's (API user's) name [environment: `PARTNER_IMPORT_USERNAME`]
    #[arg(long, value_name = "NAME", help_heading = "Target options")]
    pub username: Option<String>,
    /// A file whose first line is the password (API token) [environment, for the password itself:
    /// `PARTNER_IMPORT_PASSWORD`]
    #[arg(long, value_name = "FILE", help_heading = "Target options")]
    pub password_file: Option<PathBuf>,
    /// Read the password from standard input
    #[arg(
        long,
        help_heading = "Target options",
        conflicts_with = "password_file"
    )]
    pub password_stdin: bool,
    /// The most requests in any second, minute or hour, or "none" [default: 5/s; none with
    /// --sandbox]
    #[arg(long, value_name = "RATE", help_heading = "Target options", value_parser = parse_rate)]
    pub rate: Option<RateChoice>,
    /// How long one request may take [default: 60s]
    #[arg(long, value_name = "TIME", help_heading = "Target options", value_parser = parse_time)]
    pub timeout: Option<Duration>,
}

/// `--rate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateChoice {
    /// No limit.
    Unlimited,
    /// At most this.
    At(Rate),
}

/// How a run goes.
#[derive(Debug, Clone, Default, Args)]
pub struct RunArgs {
    /// Where the result files go [default: INPUT-results/RUN/]
    #[arg(long, value_name = "DIR", help_heading = "Run options")]
    pub out: Option<PathBuf>,
    /// The most calls at once; "auto" finds out how many the service takes well, up to 32, or up to
    /// N with "auto:N" [default: 4]
    #[arg(long, value_name = "N|auto", help_heading = "Run options")]
    pub concurrency: Option<Concurrency>,
    /// Stop when more rows of the run fail, over all its tries: a number, or a share such as 5%
    /// [default: never]
    #[arg(long, value_name = "N|N%", help_heading = "Run options")]
    pub max_errors: Option<MaxErrors>,
    /// How long a request without an answer could still land, and lists may lag behind [default: 10m; 1s with
    /// --sandbox]
    #[arg(long, value_name = "TIME", help_heading = "Run options", value_parser = parse_time)]
    pub settle_wait: Option<Duration>,
    /// How long a target that is down is waited for [default: 15m]
    #[arg(long, value_name = "TIME", help_heading = "Run options", value_parser = parse_time)]
    pub outage_limit: Option<Duration>,
    /// Do not send rows again that the service has refused in each of the last N runs, until they
    /// change [default: off]
    #[arg(long, value_name = "N", help_heading = "Run options")]
    pub quarantine_after: Option<std::num::NonZeroU32>,
    /// Send quarantined rows all the same
    #[arg(long, help_heading = "Run options")]
    pub retry_quarantined: bool,
    #[command(flatten)]
    pub watch: WatchArgs,
    /// Where the journal is kept; anything but "full" loses what was sent when the power fails
    #[arg(long, value_name = "HOW", default_value = "full", hide = true)]
    pub journal: JournalKind,
    /// Do not ask before anything is sent
    #[arg(short, long, help_heading = "Run options")]
    pub yes: bool,
}

/// Where the journal is kept. For measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum JournalKind {
    /// On disk, each commit before it is acknowledged.
    #[default]
    Full,
    /// In memory: gone with the process.
    Memory,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check a file, offline
    Check(CheckArgs),
    /// Show what the importer sees in a file
    Preview(PreviewArgs),
    /// Show what a run would do; changes nothing
    Plan(PlanArgs),
    /// Import a file; continues an unfinished run of the same file
    Run(Box<RunCommandArgs>),
    /// Continue an unfinished run
    Resume(ResumeArgs),
    /// Remove what a run created, leaves first, after its number was typed
    Undo(UndoArgs),
    /// List the runs
    Runs(RunsArgs),
    /// Write a run's result files again
    Report(ReportArgs),
    /// Pack what a maintainer needs to look into a run, without customers' data
    SupportBundle(SupportArgs),
    /// Show what the tenant offers
    Lookup(LookupArgs),
    /// Show how country names resolve, one per line: code, tab, suggestion
    Country(CountryArgs),
    /// Write an empty input file
    Template(TemplateArgs),
    /// Write a profile with the guessed mapping, for review
    Init(InitArgs),
    /// Show the settings, and where each comes from
    Config(ConfigArgs),
    /// Let a profile that lies about decide all that it says, until it changes
    Trust(TrustArgs),
    /// Keep the password (API token) in the system's keyring
    Login(LoginArgs),
    /// Remove the password from the system's keyring
    Logout(LogoutArgs),
    /// Explain a rule or an error number
    Explain(ExplainArgs),
    /// Run the local stand-in for the service
    Sandbox(SandboxArgs),
    /// Write shell completions
    Completions(CompletionsArgs),
    /// Write man pages
    Man(ManArgs),
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The list of customers: CSV, TSV, XLSX, XLSM, XLSB, XLS or ODS
    pub file: PathBuf,
    /// How the problems are written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: CheckFormat,
    /// End with 1 for warnings too; notes never do that
    #[arg(long)]
    pub strict: bool,
    /// Show every problem, also where many rows have the same one
    #[arg(long)]
    pub all: bool,
    /// Write a mended copy as CSV, where a cell can be mended in one way only, and list the changes
    #[arg(long, value_name = "OUT")]
    pub fix: Option<PathBuf>,
    /// Hold the rows against a tenant as well, offline: a snapshot that `lookup partners --save`
    /// wrote
    #[arg(long, value_name = "SNAPSHOT", conflicts_with = "fix")]
    pub tenant: Option<PathBuf>,
    #[command(flatten)]
    pub input: InputArgs,
}

#[derive(Debug, Args)]
pub struct PreviewArgs {
    /// The list of customers: CSV, TSV, XLSX, XLSM, XLSB, XLS or ODS
    pub file: PathBuf,
    /// Show every row, not the first ones only
    #[arg(long)]
    pub all: bool,
    /// Show every cell of the detected table as read, header first
    #[arg(long)]
    pub raw: bool,
    /// Show every record as it would be sent, after mapping and cleaning, with the documented headers
    #[arg(long, conflicts_with = "raw")]
    pub mapped: bool,
    /// How the rows are written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: PreviewFormat,
    #[command(flatten)]
    pub input: InputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PreviewFormat {
    /// For people.
    Table,
    /// Comma-separated.
    Csv,
    /// One JSON document.
    Json,
    /// One JSON object per record; with --mapped.
    Jsonl,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// For people.
    Table,
    /// Comma-separated.
    Csv,
    /// One JSON array.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TextOrJson {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}

#[derive(Debug, Args)]
pub struct PlanArgs {
    /// The list of customers: CSV, TSV, XLSX, XLSM, XLSB, XLS or ODS
    pub file: PathBuf,
    /// How the plan is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: PlanFormat,
    /// Write the plan to a file as well, to be approved and carried out with `run --plan`
    #[arg(long, value_name = "PLAN")]
    pub save: Option<PathBuf>,
    #[command(flatten)]
    pub existing: ExistingArgs,
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub target: TargetArgs,
}

/// What happens to customers that are there already.
#[derive(Debug, Clone, Default, Args)]
pub struct ExistingArgs {
    /// What is done with a row whose customer is there already: "skip" takes it over as it is,
    /// "update" changes the members that differ, "fail" fails the row [default: skip]
    #[arg(long, value_name = "HOW", help_heading = "Existing customers")]
    pub on_exists: Option<OnExists>,
    /// Lets `--on-exists update` give a customer another parent or level
    #[arg(long, help_heading = "Existing customers")]
    pub allow_move: bool,
}

#[derive(Debug, Clone, Args)]
pub struct RunCommandArgs {
    /// The list of customers: CSV, TSV, XLSX, XLSM, XLSB, XLS or ODS [default: that of --plan]
    #[arg(required_unless_present = "plan")]
    pub file: Option<PathBuf>,
    /// Carry out a plan that `plan --save` wrote; refused when anything it rests on has changed
    #[arg(long, value_name = "PLAN")]
    pub plan: Option<PathBuf>,
    /// Only show what would be done
    #[arg(long)]
    pub dry_run: bool,
    /// Begin anew, although an unfinished run of this file, or of an earlier state of it, exists
    #[arg(long)]
    pub new_run: bool,
    /// Ask for the number to be typed when more than N customers would be created or changed
    /// [default: 100]
    #[arg(long, value_name = "N")]
    pub confirm_above: Option<usize>,
    /// Send nothing when more than N customers would be created, also with --yes [default: no
    /// limit]
    #[arg(long, value_name = "N")]
    pub max_create: Option<usize>,
    /// How the result is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: RunFormat,
    #[command(flatten)]
    pub existing: ExistingArgs,
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub target: TargetArgs,
    #[command(flatten)]
    pub run: RunArgs,
}

#[derive(Debug, Args)]
pub struct ResumeArgs {
    /// The run's id, as `runs` lists it; its beginning will do [default: the last unfinished one]
    pub run_id: Option<String>,
    /// Continue with the rows as they were when the run began, although the file has changed
    #[arg(long)]
    pub as_begun: bool,
    /// How the result is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: RunFormat,
    #[command(flatten)]
    pub target: TargetArgs,
    #[command(flatten)]
    pub run: RunArgs,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct RunsArgs {
    /// How the list is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextOrJson,
    #[command(subcommand)]
    pub command: Option<RunsCommand>,
}

#[derive(Debug, Subcommand)]
pub enum RunsCommand {
    /// Remove journals of old runs
    Prune(super::args_more::PruneArgs),
}

#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The run's id, as `runs` lists it; its beginning will do
    pub run_id: String,
    /// Where the result files go [default: where they went before]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// How the result is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: RunFormat,
}

#[derive(Debug, Args)]
pub struct LookupArgs {
    /// What of the tenant to list
    pub what: Lookup,
    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: TableFormat,
    /// With partners: write a snapshot of the tenant for `check --tenant` instead of listing it
    #[arg(long, value_name = "FILE", conflicts_with = "format")]
    pub save: Option<PathBuf>,
    #[command(flatten)]
    pub target: TargetArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lookup {
    /// The customers one can see.
    Partners,
    /// The storage locations.
    Locations,
    /// The countries the service knows.
    Countries,
    /// The regions.
    Regions,
}

#[derive(Debug, Args)]
pub struct TemplateArgs {
    /// Where to write it; never replaces a file [default: standard output]
    pub file: Option<PathBuf>,
    /// The same as FILE
    #[arg(short, long, value_name = "FILE", conflicts_with = "file")]
    pub output: Option<PathBuf>,
    /// What is written [default: by the file's name, else csv]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<TemplateFormat>,
    /// With a workbook: offer the customers, locations and regions of a tenant, from a snapshot
    /// that `lookup partners --save` wrote; --sandbox, --endpoint, --partner or --username read
    /// the tenant itself
    #[arg(long, value_name = "SNAPSHOT")]
    #[arg(conflicts_with_all = ["sandbox", "endpoint", "partner", "username"])]
    pub tenant: Option<PathBuf>,
    #[command(flatten)]
    pub target: TargetArgs,
}

/// What a template is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TemplateFormat {
    /// A header, comma-separated.
    Csv,
    /// A workbook with drop-downs, comments and an example.
    Xlsx,
}

#[derive(Debug, Args)]
pub struct InitArgs {
    /// The input to look at
    pub file: PathBuf,
    /// Where to write the profile; "-" for standard output [default: partner-import.toml beside
    /// the input]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Overwrite a profile that is there
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub input: InputArgs,
}

pub use super::args_more::{
    CheckFormat, CompletionsArgs, ConfigArgs, ConfigCommand, CountryArgs, ExplainArgs, LoginArgs,
    LogoutArgs, ManArgs, OfRun, PlanFormat, PruneArgs, RunFormat, SandboxArgs, ShowArgs,
    SupportArgs, TrustArgs, UndoArgs, parse_of_run, parse_pair,
};

/// An encoding by its name.
pub fn parse_encoding(text: &str) -> Result<TextEncoding, String> {
    TextEncoding::parse(text)
        .ok_or_else(|| "not a known encoding: try utf-8, windows-1252 or utf-16le".to_owned())
}

/// A delimiter: characters or a word.
pub fn parse_delimiter(text: &str) -> Result<Delimiter, String> {
    Delimiter::parse(text)
        .ok_or_else(|| "write one to eight characters, or comma, semicolon, tab, pipe".to_owned())
}

pub fn parse_rate(text: &str) -> Result<RateChoice, String> {
    if matches!(text, "none" | "unlimited") {
        return Ok(RateChoice::Unlimited);
    }
    text.parse()
        .map(RateChoice::At)
        .map_err(|error: crate::api::rate::InvalidRate| error.to_string())
}

/// A length of time: `250ms`, `60s`, `15m`, `2h`; a bare number is seconds.
pub fn parse_time(text: &str) -> Result<Duration, String> {
    let wrong = || format!("\"{text}\" is no time: write it like 250ms, 60s, 15m or 2h");
    let text = text.trim();
    let digits = text
        .find(|one: char| !one.is_ascii_digit() && one != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let seconds = match unit.trim() {
        "ms" => 0.001,
        "" | "s" => 1.0,
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
