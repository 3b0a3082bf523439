//! What was typed and found, as the use cases take it: where to go and as whom, how a list is read,
//! when rows are left alone.

use super::args::{ExistingArgs, InputArgs, RunArgs, TargetArgs};
use super::args::{parse_delimiter, parse_encoding, parse_of_run, parse_pair};
use super::credentials;
use super::error::CliError;
use super::output::Output;
use super::settings::{Settings, usual_state_dir, variable};
use super::show::face::Face;
use crate::check::Keep;
use crate::flow::check::Reading;
use crate::flow::host::{Host, Keeps};
use crate::flow::quarantine::{Holding, Rule};
use crate::flow::target::{self, Access, Destination, Expected, Place, Target};
use crate::plan::document::{OptionSource, PlanOption};

/// Where flags, environment and profile lead, without going there.
pub fn place(args: &TargetArgs, settings: &Settings) -> Place {
    if settings.sandbox(args) {
        return Place::of_sandbox();
    }
    let account = credentials::account(args, settings);
    Place {
        name: account.endpoint,
        partner: account.partner.unwrap_or_default(),
    }
}

/// How a service is spoken to; `connections` is how many calls may be under way.
pub fn access(
    args: &TargetArgs,
    settings: &Settings,
    connections: usize,
) -> Result<Access, CliError> {
    Ok(Access {
        network: settings.network()?,
        timeout: settings.timeout(args)?,
        rate: settings.rate(args)?,
        connections,
        state_dir: settings.state_dir.clone(),
    })
}

/// Makes a client for what flags, environment and profile say.
pub async fn connect(
    args: &TargetArgs,
    settings: &Settings,
    connections: usize,
    output: Output,
) -> Result<Target, CliError> {
    let destination = if settings.sandbox(args) {
        Destination::Sandbox
    } else {
        let account = credentials::account(args, settings);
        Destination::Service {
            credentials: credentials::find(args, settings, &account, output)?,
            endpoint: account.endpoint,
        }
    };
    let access = access(args, settings, connections)?;
    target::connect(destination, &access, &Face::on(output)).await
}

/// What environment and profile say of the target.
pub fn expected(settings: &Settings) -> Expected {
    let of = |name, profile: &Option<String>| {
        let profile = profile.clone().filter(|text| !text.trim().is_empty());
        variable(name).or(profile)
    };
    let target = &settings.profile.target;
    Expected {
        endpoint: of("PARTNER_IMPORT_ENDPOINT", &target.endpoint),
        partner: of("PARTNER_IMPORT_PARTNER", &target.partner),
    }
}

/// This process.
pub fn host(settings: &Settings) -> Host {
    let is_usual = usual_state_dir().as_ref() == Some(&settings.state_dir);
    Host {
        name: host_name(),
        state_dir: settings.state_dir.clone(),
        keeps: if is_usual {
            Keeps::Usual
        } else {
            Keeps::Chosen
        },
    }
}

/// The machine's name, as far as the environment says it.
pub fn host_name() -> String {
    let variable = |name| std::env::var(name).ok().filter(|name| !name.is_empty());
    variable("HOSTNAME")
        .or_else(|| variable("COMPUTERNAME"))
        .or_else(|| std::fs::read_to_string("/etc/hostname").ok())
        .map_or_else(|| "this machine".to_owned(), |name| name.trim().to_owned())
}

/// How a list is read.
pub fn reading(settings: &Settings, args: &InputArgs, keep: Keep) -> Result<Reading, CliError> {
    Ok(Reading {
        options: settings.read_options(args)?,
        checking: settings.check_settings(args, keep),
        of_run: args.of_run.clone(),
        state_dir: settings.state_dir.clone(),
    })
}

/// When rows are left alone.
pub fn quarantine(settings: &Settings, args: &RunArgs) -> Option<Rule> {
    let after = args
        .quarantine_after
        .or(settings.profile.limits.quarantine_after)?;
    Some(Rule {
        after,
        holding: if args.retry_quarantined {
            Holding::Nothing
        } else {
            Holding::Back
        },
    })
}

/// Completes what was typed now by what was typed when it was planned. What stands in the profile is
/// read anew, so that a change there is noticed.
pub fn as_planned(options: &[PlanOption], input: &mut InputArgs, existing: &mut ExistingArgs) {
    let typed = options.iter();
    for option in typed.filter(|one| one.from == OptionSource::CommandLine) {
        let value = option.value.as_str();
        match option.name.as_str() {
            "map" => complete_pair(&mut input.map, value),
            "set" => complete_pair(&mut input.set, value),
            "default" => complete_pair(&mut input.default, value),
            "all-sheets" => input.all_sheets = true,
            "sheet" => complete(&mut input.sheet, Some(value.to_owned())),
            "header-row" => complete(&mut input.header_row, value.parse().ok()),
            "encoding" => complete(&mut input.encoding, parse_encoding(value).ok()),
            "delimiter" => complete(&mut input.delimiter, parse_delimiter(value).ok()),
            "of-run" => complete(&mut input.of_run, parse_of_run(value).ok()),
            "on-exists" => complete(&mut existing.on_exists, value.parse().ok()),
            "allow-move" => existing.allow_move = true,
            _ => {}
        }
    }
}

fn complete<T>(typed: &mut Option<T>, planned: Option<T>) {
    if typed.is_none() {
        *typed = planned;
    }
}

fn complete_pair(typed: &mut Vec<(String, String)>, planned: &str) {
    let Ok(pair) = parse_pair(planned) else {
        return;
    };
    let is_typed = |(key, _): &(String, String)| key.eq_ignore_ascii_case(&pair.0);
    if !typed.iter().any(is_typed) {
        typed.push(pair);
    }
}
