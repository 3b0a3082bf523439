//! What flags, environment and profile amount to: resolved once, passed along.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};

use super::args::{
    Common, ExistingArgs, InputArgs, Purpose, RateChoice, RunArgs, RunCommandArgs, TargetArgs,
    parse_time,
};
use super::error::CliError;
use super::output::Output;
use super::profile::{self, BillingContact, Profile, trust};
use crate::api::{Network, ProxyUrl, Rate};
use crate::check::mapping::is_by_letters;
use crate::check::{
    BillingContactForm, CheckSettings, Comparison, Deriving, Field, Keep, MappingOptions,
};
use crate::flow::agree::{Agreement, Asking, CONFIRM_ABOVE};
use crate::plan::{Moves, OnExists, PlanOptions};
use crate::read::{Delimiter, ReadOptions, Sheets, TextEncoding};
use crate::report::next::typed;
use crate::submit::{Concurrency, MaxErrors, RunSettings};

/// The vendor's endpoint.
pub const DEFAULT_ENDPOINT: &str = "https://api.backup.management/jsonapi";
/// Five requests a second: what careful clients of the live service keep to.
const DEFAULT_RATE: u32 = 5;
/// The sandbox of `--sandbox` dies with the process, and with it every request that was under way.
const SANDBOX_SETTLE_WAIT: Duration = Duration::from_secs(1);
/// Of the live service nobody knows how far its lists lag behind.
const LIVE_SETTLE_WAIT: Duration = Duration::from_secs(600);
/// How long a lost request is taken to be on its way, where lists are seen not to lag.
const LIVE_LANDING_WAIT: Duration = Duration::from_secs(120);

/// Everything but the command's own arguments.
#[derive(Debug)]
pub struct Settings {
    /// The profile.
    pub profile: Profile,
    /// The profile's file name without its ending; empty without a profile.
    pub profile_name: String,
    /// Where journals and locks are kept.
    pub state_dir: PathBuf,
}

impl Settings {
    /// Resolves what every command shares, and says which profile counts. `input` is the file at
    /// hand, beside which a profile may lie.
    ///
    /// Fails where a profile that was found decides what only a trusted one may, and the command
    /// contacts a service or writes.
    pub fn resolve(
        common: &Common,
        input: Option<&Path>,
        output: Output,
    ) -> Result<Self, CliError> {
        let found = Self::of(common, input)?;
        found.say_profile(common.purpose, output)?;
        Ok(found)
    }

    fn of(common: &Common, input: Option<&Path>) -> Result<Self, CliError> {
        let mut profile = profile::load(common.profile.as_deref(), input)?;
        if input.is_some_and(is_result_in_text) {
            // Letters are those of the list; result files in text have headers that do without, and
            // other columns in these places.
            profile.map.retain(|header, _| !is_by_letters(header));
        }
        let first = profile.found.files().next();
        let name = first.and_then(Path::file_stem);
        let profile_name = name.unwrap_or_default().to_string_lossy().into_owned();
        let state_dir = match chosen_state_dir(common, &profile) {
            Some(directory) => directory,
            None => default_state_dir()?,
        };
        Ok(Self {
            profile,
            profile_name,
            state_dir,
        })
    }

    fn say_profile(&self, purpose: Purpose, output: Output) -> Result<(), CliError> {
        let found = &self.profile.found;
        let files: Vec<String> = found
            .files()
            .map(|path| path.display().to_string())
            .collect();
        if !files.is_empty() {
            output.say(&format!("profile: {}", files.join(", then ")));
        }
        let Some(path) = found
            .path
            .as_deref()
            .filter(|_| !found.held_back.is_empty())
        else {
            return Ok(());
        };
        let whole = super::repeat::absolute(path);
        let path = path.display();
        let keys = found.held_back_shown();
        let said = format!("{path} is not trusted, so {keys} cannot count");
        if purpose == Purpose::Show {
            output.say(&said);
            return Ok(());
        }
        let trust = typed(["trust", &whole]);
        Err(CliError::usage(said)
            .hint(format!(
                "look at these lines; if they are right, type: {trust}"
            ))
            .hint(
                "a profile that is found decides only how a list is read ([input], [map], \
                 [default], [set]); one that is named with --profile decides all",
            ))
    }

    /// Settings as they are when no profile is looked for.
    pub fn without_profile(common: &Common) -> Result<Self, CliError> {
        let profile = Profile::default();
        let state_dir = match chosen_state_dir(common, &profile) {
            Some(directory) => directory,
            None => default_state_dir()?,
        };
        Ok(Self {
            profile,
            profile_name: String::new(),
            state_dir,
        })
    }

    /// The same for a run whose input lay at `input`: a profile beside it counts again.
    pub fn beside(self, common: &Common, input: &Path, output: Output) -> Result<Self, CliError> {
        let found = Self::of(common, Some(input))?;
        let file = |settings: &Self| settings.profile.found.path.as_deref().map(trust::full);
        if file(&found) != file(&self) {
            found.say_profile(common.purpose, output)?;
        }
        Ok(Self {
            state_dir: self.state_dir,
            ..found
        })
    }

    /// Whether all sheets are read: a sheet named on the command line outweighs the profile.
    pub fn all_sheets(&self, args: &InputArgs) -> bool {
        let by_profile = self.profile.input.all_sheets.unwrap_or(false);
        args.all_sheets || (by_profile && args.sheet.is_none())
    }

    /// How the input is read.
    pub fn read_options(&self, args: &InputArgs) -> Result<ReadOptions, CliError> {
        let input = &self.profile.input;
        let mut options = ReadOptions {
            sheet: args
                .sheet
                .clone()
                .or_else(|| input.sheet.clone())
                .filter(|_| !args.all_sheets),
            sheets: if self.all_sheets(args) {
                Sheets::All
            } else {
                Sheets::One
            },
            header_row: args.header_row.or(input.header_row),
            encoding: args.encoding,
            delimiter: args.delimiter.clone(),
            mapped: args.map.clone(),
            ..ReadOptions::default()
        };
        let of_profile = self.profile.map.iter();
        options
            .mapped
            .extend(of_profile.map(|(header, field)| (header.clone(), field.clone())));
        if let (None, Some(text)) = (options.encoding, &input.encoding) {
            let encoding = TextEncoding::parse(text);
            options.encoding =
                Some(encoding.ok_or_else(|| in_profile("input.encoding", text, &"no encoding"))?);
        }
        if let (None, Some(text)) = (&options.delimiter, &input.delimiter) {
            let delimiter = Delimiter::parse(text);
            options.delimiter = Some(
                delimiter.ok_or_else(|| in_profile("input.delimiter", text, &"no delimiter"))?,
            );
        }
        Ok(options)
    }

    /// How the rows are checked. Flags come before the profile.
    pub fn check_settings(&self, args: &InputArgs, keep: Keep) -> CheckSettings {
        let billing_contact = match self.profile.target.billing_contact {
            Some(BillingContact::Text) => BillingContactForm::AsString,
            Some(BillingContact::Integer) | None => BillingContactForm::AsInteger,
        };
        let pairs = |map: &std::collections::BTreeMap<String, String>| {
            map.iter()
                .map(|(left, right)| (left.clone(), right.clone()))
                .collect::<Vec<_>>()
        };
        // A flag takes the place of what the profile says of the same header or column.
        let merge = |flags: &[(String, String)], profile: Vec<(String, String)>| {
            let of_flags = flags.iter().chain(&args.default).chain(&args.set);
            let said: Vec<&String> = of_flags.map(|(name, _)| name).collect();
            let mut merged = flags.to_vec();
            for (name, value) in profile {
                if !said.iter().any(|said| same_name(said, &name)) {
                    merged.push((name, value));
                }
            }
            merged
        };
        let merge_map = |flags: &[(String, String)], profile: Vec<(String, String)>| {
            let mut merged = flags.to_vec();
            for (header, column) in profile {
                if !flags
                    .iter()
                    .any(|(other, _)| other.eq_ignore_ascii_case(&header))
                {
                    merged.push((header, column));
                }
            }
            merged
        };
        CheckSettings {
            mapping: MappingOptions {
                map: merge_map(&args.map, pairs(&self.profile.map)),
                set: merge(&args.set, pairs(&self.profile.set)),
                default: merge(&args.default, pairs(&self.profile.default)),
            },
            billing_contact,
            keep,
            comparison: Comparison::Nothing,
            deriving: Deriving::Offline,
        }
    }

    /// The rate limit: `None` is no limit. The sandbox needs none.
    pub fn rate(&self, target: &TargetArgs) -> Result<Option<Rate>, CliError> {
        let sandbox = self.sandbox(target);
        let text = self.profile.limits.rate.as_deref();
        let choice = match (target.rate, text) {
            (Some(choice), _) => choice,
            (None, _) if sandbox => RateChoice::Unlimited,
            (None, Some("none" | "unlimited")) => RateChoice::Unlimited,
            (None, Some(text)) => RateChoice::At(
                text.parse()
                    .map_err(|error| in_profile("limits.rate", text, &error))?,
            ),
            (None, None) => {
                let rate = std::num::NonZeroU32::new(DEFAULT_RATE).map(Rate::per_second);
                return Ok(rate);
            }
        };
        Ok(match choice {
            RateChoice::Unlimited => None,
            RateChoice::At(rate) => Some(rate),
        })
    }

    /// Whether the local stand-in is used: an address that was typed or stands in the environment
    /// comes before a profile that asks for it.
    pub fn sandbox(&self, target: &TargetArgs) -> bool {
        target.sandbox || (self.profile.target.sandbox == Some(true) && endpoint(target).is_none())
    }

    /// How connections are made.
    pub fn network(&self) -> Result<Network, CliError> {
        let target = &self.profile.target;
        let proxy = target.proxy.as_deref().map(ProxyUrl::parse).transpose();
        Ok(Network {
            ca_file: target.ca_file.clone(),
            proxy: proxy.map_err(|error| {
                CliError::usage(format!(
                    "the profile's target.proxy cannot be used: {error}"
                ))
            })?,
        })
    }

    /// How long one request may take.
    pub fn timeout(&self, target: &TargetArgs) -> Result<Duration, CliError> {
        let profile = self.profile.limits.timeout.as_deref();
        time(
            target.timeout,
            "limits.timeout",
            profile,
            Duration::from_secs(60),
        )
    }

    /// How a run is agreed to. `asking` is how somebody is asked where `--yes` does not stand.
    pub fn agreement(&self, args: &RunCommandArgs, asking: Asking) -> Agreement {
        let limits = &self.profile.limits;
        let confirm_above = args.confirm_above.or(limits.confirm_above);
        Agreement {
            asking: if args.run.yes { Asking::Never } else { asking },
            confirm_above: confirm_above.unwrap_or(CONFIRM_ABOVE),
            max_create: args.max_create.or(limits.max_create),
        }
    }

    /// What is done with customers that are there already.
    pub fn plan_options(&self, args: &ExistingArgs) -> Result<PlanOptions, CliError> {
        let existing = &self.profile.existing;
        let on_exists = match (args.on_exists, &existing.on_exists) {
            (Some(choice), _) => choice,
            (None, Some(text)) => text
                .parse()
                .map_err(|error| in_profile("existing.on_exists", text, &error))?,
            (None, None) => OnExists::default(),
        };
        let moves = if args.allow_move || existing.allow_move {
            Moves::Allowed
        } else {
            Moves::Forbidden
        };
        if args.allow_move && on_exists != OnExists::Update {
            return Err(CliError::usage(
                "--allow-move changes nothing without --on-exists update",
            ));
        }
        Ok(PlanOptions { on_exists, moves })
    }

    /// How a run goes.
    pub fn run_settings(
        &self,
        args: &RunArgs,
        target: &TargetArgs,
    ) -> Result<RunSettings, CliError> {
        let limits = &self.profile.limits;
        let mut settings = RunSettings::new(std::sync::Arc::new(crate::flow::clock::now_ms));
        let concurrency = match (args.concurrency, &limits.concurrency) {
            (Some(concurrency), _) => Some(concurrency),
            (None, None) => None,
            (None, Some(profile::Concurrency::Number(most))) => Some(Concurrency::fixed(*most)),
            (None, Some(profile::Concurrency::Text(text))) => Some(
                text.parse()
                    .map_err(|error| in_profile("limits.concurrency", text, &error))?,
            ),
        };
        if let Some(concurrency) = concurrency {
            settings.concurrency = concurrency.most;
            settings.adaptation = concurrency.adaptation;
        }
        settings.max_errors = match (args.max_errors, &limits.max_errors) {
            (Some(budget), _) => Some(budget),
            (None, None) => None,
            (None, Some(profile::MaxErrors::Rows(rows))) => Some(MaxErrors::Rows(
                usize::try_from(*rows).unwrap_or(usize::MAX),
            )),
            (None, Some(profile::MaxErrors::Text(text))) => Some(
                text.parse()
                    .map_err(|error| in_profile("limits.max_errors", text, &error))?,
            ),
        };
        let given = limits.settle_wait.as_deref();
        if self.sandbox(target) {
            settings.settle_wait = SANDBOX_SETTLE_WAIT;
        } else {
            settings.settle_wait = LIVE_SETTLE_WAIT;
            let is_given = args.settle_wait.is_some() || given.is_some();
            settings.landing_wait = (!is_given).then_some(LIVE_LANDING_WAIT);
        }
        let usual = settings.settle_wait;
        settings.settle_wait = time(args.settle_wait, "limits.settle_wait", given, usual)?;
        settings.outage_limit = time(
            args.outage_limit,
            "limits.outage_limit",
            limits.outage_limit.as_deref(),
            settings.outage_limit,
        )?;
        settings.seed = fastrand::u64(..);
        Ok(settings)
    }
}

fn time(
    flag: Option<Duration>,
    key: &str,
    profile: Option<&str>,
    default: Duration,
) -> Result<Duration, CliError> {
    match (flag, profile) {
        (Some(time), _) => Ok(time),
        (None, Some(text)) => parse_time(text).map_err(|error| in_profile(key, text, &error)),
        (None, None) => Ok(default),
    }
}

fn in_profile(key: &str, value: &str, problem: &dyn std::fmt::Display) -> CliError {
    CliError::usage(format!(
        "the profile's {key} = \"{value}\" cannot be used: {problem}"
    ))
}

/// Where journals are kept unless told otherwise; `None` without a home directory.
pub fn usual_state_dir() -> Option<PathBuf> {
    default_state_dir().ok()
}

/// The endpoint that was typed, else the environment's.
pub fn endpoint(target: &TargetArgs) -> Option<String> {
    let variable = || variable("PARTNER_IMPORT_ENDPOINT");
    target.endpoint.clone().or_else(variable)
}

/// A variable of the environment that holds something.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name)
        .ok()
        .filter(|text| !text.trim().is_empty())
}

fn chosen_state_dir(common: &Common, profile: &Profile) -> Option<PathBuf> {
    let of_environment = || variable("PARTNER_IMPORT_STATE_DIR").map(PathBuf::from);
    let typed = common.state_dir.clone().or_else(of_environment);
    typed.or_else(|| profile.output.state_dir.clone())
}

/// Whether a text file is one of our result files, by its first line.
fn is_result_in_text(path: &Path) -> bool {
    const LONGEST_HEADER: u64 = 1 << 16;
    // What is read from a pipe is gone.
    if !path.is_file() {
        return false;
    }
    let mut start = Vec::new();
    let read = std::fs::File::open(path)
        .and_then(|file| file.take(LONGEST_HEADER).read_to_end(&mut start));
    let header = start.split(|byte| *byte == b'\n').next();
    let holds = |name: &[u8]| {
        let header = header.unwrap_or_default();
        header.windows(name.len()).any(|part| part == name)
    };
    read.is_ok() && holds(b"ImportStatus") && holds(b"ImportMessage")
}

/// Whether two names mean the same column.
fn same_name(one: &str, other: &str) -> bool {
    match (one.parse::<Field>(), other.parse::<Field>()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one.eq_ignore_ascii_case(other),
    }
}

/// What the platform's directories are named after.
pub fn app() -> AppStrategyArgs {
    AppStrategyArgs {
        top_level_domain: "org".to_owned(),
        author: String::new(),
        app_name: "partner-import".to_owned(),
    }
}

fn default_state_dir() -> Result<PathBuf, CliError> {
    let strategy = choose_app_strategy(app());
    strategy.map(|strategy| strategy.data_dir()).map_err(|_| {
        CliError::usage("there is no home directory to keep the journal in")
            .hint("choose one with --state-dir")
    })
}
