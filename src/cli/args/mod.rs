//! The command line as it is typed. What it amounts to, with profile and environment, is worked
//! out in `settings`.

mod around;
mod flags;
mod formats;
pub mod short;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::settings::{LogFormat, Profile, Typed, Verbosity};

pub use self::around::{
    CompletionsArgs, ConfigArgs, ConfigCommand, CountryArgs, ExplainArgs, FleetArgs, FleetCommand,
    GuiArgs, LoginArgs, LogoutArgs, ManArgs, PruneArgs, RenderArgs, SandboxArgs, SandboxCommand,
    Scheduler, SupportArgs, TrustArgs, UndoArgs,
};
pub use self::flags::{
    AgreeingArgs, CommonFlags, ContinuedArgs, ExistingArgs, InputArgs, JournalKind, PartArgs,
    PlannedArgs, RunArgs, TargetArgs,
};
pub use self::formats::{
    CheckFormat, PlanFormat, PreviewFormat, RunFormat, TableFormat, TableOrJson, TextOrJson,
};

/// Bulk-imports customers into Cove Data Protection, each exactly once.
#[derive(Debug, Parser)]
#[command(name = "partner-import", version, max_term_width = 80)]
#[command(after_help = "Start with partner-import LIST; with --sandbox nothing real is touched.")]
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
    #[command(flatten)]
    pub flags: CommonFlags,
    /// What the command is for.
    #[arg(skip)]
    pub purpose: Purpose,
    /// The profile that was read when the process began.
    #[arg(skip)]
    pub begun: Begun,
    /// How much is said, and how.
    #[arg(skip)]
    pub messages: Wanted,
}

/// How much is said, and how: flags before the profile.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// Whether progress is shown.
    pub progress: bool,
    /// How log lines are written, where anybody said so.
    pub log_format: Option<LogFormat>,
    /// How much is said.
    pub verbosity: Verbosity,
}

/// What was found when the process began, for the input at hand.
#[derive(Debug, Clone, Default)]
pub struct Begun {
    /// The input.
    pub input: Option<PathBuf>,
    /// The profile; none where it cannot be read, which the command that needs it says.
    pub profile: Option<Profile>,
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

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check a file, offline
    Check(CheckArgs),
    /// Show how a file is read
    Preview(PreviewArgs),
    /// Look at a list: how it is read, what is wrong with it, what to type next
    #[command(hide = true)]
    Open(OpenArgs),
    /// Show what a run would do; changes nothing
    Plan(PlanArgs),
    /// Import a file; continues an unfinished run of the same file
    Run(Box<RunCommandArgs>),
    /// Open the page in the browser: drop a list, fix it, plan, run
    Gui(GuiArgs),
    /// Continue an unfinished run
    Resume(ResumeArgs),
    /// Check, list or run many tenants, one by one or several at once
    Fleet(Box<FleetArgs>),
    /// Revert what a run created and changed
    Undo(UndoArgs),
    /// List the runs
    Runs(RunsArgs),
    /// Write a run's result files again
    Report(ReportArgs),
    /// Pack what a maintainer needs, without customer data
    SupportBundle(SupportArgs),
    /// Look at the service and its tenant before the first run; changes nothing
    Doctor(DoctorArgs),
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
    /// Let all settings of a found profile count, until it changes
    Trust(TrustArgs),
    /// Store the password (API token) in the system's keyring
    Login(LoginArgs),
    /// Remove the password from the system's keyring
    Logout(LogoutArgs),
    /// Explain a rule or an error number
    Explain(ExplainArgs),
    /// Run the sandbox, a local stand-in for the service
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
    /// How the problems are written [default: text; with --log-format json JSON lines]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<CheckFormat>,
    /// End with 1 for warnings too; notes never count
    #[arg(long)]
    pub strict: bool,
    /// Show every problem, also where many rows have the same one
    #[arg(long)]
    pub all: bool,
    /// Write a copy of the table (OUT.csv) or of your workbook (OUT.xlsx) with every cell fixed
    /// that can be fixed in only one way, and list the changes; or propose changes for --mends to
    /// make whenever the list is read (OUT.mends.toml)
    #[arg(long, value_name = "OUT")]
    pub fix: Option<PathBuf>,
    /// Check the rows against a tenant as well, offline: a snapshot written by `lookup partners
    /// --save`
    #[arg(long, value_name = "SNAPSHOT", conflicts_with = "fix")]
    pub tenant: Option<PathBuf>,
    #[command(flatten)]
    pub input: InputArgs,
}

#[derive(Debug, Args)]
pub struct PreviewArgs {
    /// The list of customers: CSV, TSV, XLSX, XLSM, XLSB, XLS or ODS
    pub file: PathBuf,
    /// Show every row, not only the first ones
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

/// `partner-import LIST`, which is `partner-import open LIST`.
#[derive(Debug, Args)]
#[command(override_usage = "partner-import [OPTIONS] <LIST>")]
pub struct OpenArgs {
    /// The list of customers: CSV, TSV, XLSX, XLSM, XLSB, XLS or ODS
    pub file: PathBuf,
    /// Show every problem, also where many rows have the same one
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub target: TargetArgs,
}

#[derive(Debug, Args)]
pub struct PlanArgs {
    /// The list of customers: CSV, TSV, XLSX, XLSM, XLSB, XLS or ODS
    pub file: PathBuf,
    /// How the plan is written [default: text; with --log-format json JSON lines]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<PlanFormat>,
    /// Write the plan to a file as well: FILE.json to be approved and carried out with `run
    /// --plan`, or FILE.xlsx for people to read; may be given several times
    #[arg(long, value_name = "FILE")]
    pub save: Vec<PathBuf>,
    /// Show the customers below the target that are not in the list; they are never changed
    #[arg(long)]
    pub orphans: bool,
    #[command(flatten)]
    pub guards: PlannedArgs,
    #[command(flatten)]
    pub existing: ExistingArgs,
    #[command(flatten)]
    pub part: PartArgs,
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub target: TargetArgs,
}

#[derive(Debug, Clone, Args)]
pub struct RunCommandArgs {
    /// The list of customers: CSV, TSV, XLSX, XLSM, XLSB, XLS or ODS [default: that of --plan]
    #[arg(required_unless_present = "plan")]
    pub file: Option<PathBuf>,
    /// Carry out a plan written by `plan --save`; refused if anything it relies on has changed
    #[arg(long, value_name = "PLAN")]
    pub plan: Option<PathBuf>,
    /// Dry run: only show what would be done
    #[arg(long)]
    pub dry_run: bool,
    /// Start a new run even if there is an unfinished one of this file or of an earlier version of
    /// it
    #[arg(long)]
    pub new_run: bool,
    #[command(flatten)]
    pub agreeing: AgreeingArgs,
    /// How the result is written [default: text; with --log-format json JSON lines]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<RunFormat>,
    #[command(flatten)]
    pub existing: ExistingArgs,
    #[command(flatten)]
    pub part: PartArgs,
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub target: TargetArgs,
    #[command(flatten)]
    pub run: RunArgs,
}

#[derive(Debug, Args)]
pub struct ResumeArgs {
    /// The run's id, as `runs` lists it; its beginning is enough, and `last`, the default, is the
    /// last unfinished one
    pub run_id: Option<String>,
    /// Continue with rows and options as they were when the run began, even if the file or the
    /// profile has changed
    #[arg(long)]
    pub as_begun: bool,
    #[command(flatten)]
    pub limits: ContinuedArgs,
    /// How the result is written [default: text; with --log-format json JSON lines]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<RunFormat>,
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
    Prune(PruneArgs),
}

#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The run's id, as `runs` lists it; its beginning is enough
    pub run_id: String,
    /// Where the result files go [default: where they went before]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// How the result is written [default: text; with --log-format json JSON lines]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<RunFormat>,
}

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextOrJson,
    /// Write the shapes of all answers to a new file, for the maintainers of this program: every
    /// value replaced by its type and length, no names, ids numbered from 1
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    #[command(flatten)]
    pub target: TargetArgs,
}

#[derive(Debug, Args)]
pub struct LookupArgs {
    /// What to list
    pub what: Lookup,
    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: TableFormat,
    /// With partners, instead of listing them: write a snapshot of the tenant for `check
    /// --tenant`, or, as FILE.xlsx, a workbook with every customer, its id and all columns, to
    /// edit and import with --on-exists update
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
    /// Where to write it; never overwrites a file [default: standard output]
    pub file: Option<PathBuf>,
    /// The same as FILE
    #[arg(short, long, value_name = "FILE", conflicts_with = "file")]
    pub output: Option<PathBuf>,
    /// What is written [default: by the file's name, else csv]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<TemplateFormat>,
    /// In a workbook, offer the customers, locations and regions of a tenant, from a snapshot
    /// written by `lookup partners --save`; --sandbox, --endpoint, --partner or --username read
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
    /// Overwrite an existing profile
    #[arg(long)]
    pub force: bool,
    /// Write the settings of a scheduled job as well: guards, and what happens if the list changes
    /// while a run is unfinished
    #[arg(long)]
    pub nightly: bool,
    #[command(flatten)]
    pub input: InputArgs,
}

impl PlanArgs {
    /// What was typed of all settings.
    pub fn typed(&self) -> Typed {
        let typed = self.existing.and(&self.input).and(&self.target);
        typed.and(&self.part).and(&self.guards)
    }
}

impl RunCommandArgs {
    /// What was typed of all settings.
    pub fn typed(&self) -> Typed {
        let typed = self.agreeing.and(&self.existing);
        typed
            .and(&self.part)
            .and(&self.input)
            .and(&self.target)
            .and(&self.run.flags)
    }
}

impl Command {
    /// Whether the command only shows what is in files.
    pub fn purpose(&self) -> Purpose {
        match self {
            Self::Check(args) if args.fix.is_none() => Purpose::Show,
            Self::Runs(args) if args.command.is_none() => Purpose::Show,
            Self::Open(_) | Self::Preview(_) | Self::Config(_) => Purpose::Show,
            _ => Purpose::Act,
        }
    }

    /// The list that is read, or looked at.
    pub fn list(&self) -> Option<&std::path::Path> {
        match self {
            Self::Init(args) => Some(&args.file),
            _ => self.input(),
        }
    }

    /// The table at hand, beside which a profile may lie.
    pub fn input(&self) -> Option<&std::path::Path> {
        match self {
            Self::Check(args) => Some(&args.file),
            Self::Open(args) => Some(&args.file),
            Self::Preview(args) => Some(&args.file),
            Self::Plan(args) => Some(&args.file),
            Self::Run(args) => args.file.as_deref(),
            Self::Gui(args) => args.file.as_deref(),
            Self::Config(ConfigArgs {
                command: ConfigCommand::Show(args),
            }) => args.file.as_deref(),
            _ => None,
        }
    }
}
