//! `fleet FLEET.toml`: checks and shows many tenants, and with `--yes` runs them.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::json;
use tokio::runtime::Handle;

use crate::api::address::{canonical, without_user};
use crate::cli::args::{Common, FleetArgs, TextOrJson};
use crate::cli::credentials::given;
use crate::cli::error::exit_of;
use crate::cli::exit::Exit;
use crate::cli::reach::host_name;
use crate::cli::repeat::Repeat;
use crate::cli::settings::machine;
use crate::cli::show::advice;
use crate::cli::show::output::{Messages, Output};
use crate::cli::signals::watch_signals_for;
use crate::flow::clock::now_ms;
use crate::flow::credentials;
use crate::flow::event::{Note, Silence};
use crate::flow::failure::Failure;
use crate::flow::fleet::{Fleet, Ready, Tenant, TenantEnd, carry_out, rank, worst};
use crate::flow::open::full_path;
use crate::flow::target::{lock_key, pacer_of_fleet, place};
use crate::flow::watch::{After, FleetWatch, JobState};
use crate::model::{Ending, printable};
use crate::report::fleet::{FleetTold, TenantTold};
use crate::report::metrics::{Labels, Sample};
use crate::settings::profile::fleet::{FleetFile, TenantEntry, read};
use crate::settings::profile::{load, trust::Trust};
use crate::settings::table::{
    ENDPOINT, MAX_DURATION, OUT, PARTNER, PASSWORD, PASSWORD_FILE, RATE, STATE_DIR, USERNAME,
};
use crate::settings::{
    Content, Layers, Machine, RateChoice, Resolved, Settings, SettingsError, Typed, Watching,
};

/// What of the environment would lead every tenant to the same place.
const REFUSED: [&crate::settings::Setting; 4] = [&ENDPOINT, &PARTNER, &USERNAME, &PASSWORD];

/// Runs the command.
pub async fn run(common: &Common, args: &FleetArgs, output: Output) -> Result<Exit, Failure> {
    let machine = machine();
    refuse_environment(&machine)?;
    let file = args.file.as_deref().unwrap_or(Path::new(""));
    let fleet = read(file)?;
    let mut typed = common.flags.and(&args.watching);
    if let Some(rate) = &args.rate {
        typed.add(&RATE, Content::Text(rate.clone()));
    }
    if let Some(time) = &args.max_duration {
        typed.add(&MAX_DURATION, Content::Text(time.clone()));
    }
    let layers = Layers::of(&typed, &machine, &fleet.own);
    let state_dir = state_dir(&layers, &machine)?;
    let chosen = chosen(&fleet, args)?;
    let tenants: Vec<Tenant> = fleet
        .tenants
        .iter()
        .map(|entry| tenant(entry, common, &state_dir, &machine))
        .collect();
    refuse_twice(&tenants)?;
    let keep = |(index, _): &(usize, Tenant)| chosen.contains(index);
    let tenants: Vec<Tenant> = tenants
        .into_iter()
        .enumerate()
        .filter(keep)
        .map(|(_, tenant)| tenant)
        .collect();
    if !args.yes {
        return show(&tenants, args.format, output);
    }
    let watching = Watching::of_fleet(&layers).map_err(SettingsError::from)?;
    let watch = FleetWatch::of(&watching, job_state(&state_dir, file, &tenants))?;
    let rate = match layers.value(&RATE).map_err(SettingsError::from)? {
        Some(RateChoice::At(rate)) => Some(rate),
        Some(RateChoice::Unlimited) | None => None,
    };
    let at_once = args.at_once.or(fleet.at_once).unwrap_or(NonZeroUsize::MIN);
    let most = layers.value(&MAX_DURATION).map_err(SettingsError::from)?;
    output.say(&format!(
        "fleet: {}, {at_once} at once, {}",
        in_number(tenants.len()),
        rate.map_or("no limit of requests".to_owned(), |rate| {
            format!("{rate} together")
        })
    ));
    watch.begins().await;
    let began = Instant::now();
    let ends = carry_out(&Fleet {
        tenants: &tenants,
        at_once,
        pacer: pacer_of_fleet(rate, &state_dir),
        host: host_name(),
        control: watch_signals_for(most),
        credentials: &|access| credentials::find(access, given, &Silence),
        ending_of: exit_of,
        note: &|name, note| {
            if is_news(note) {
                output.say(&format!("{name}: {note}"));
            }
        },
        after: &after,
        ended: &|end| {
            if output.messages() == Messages::Logged {
                return log_end(end);
            }
            let told = told(end, &tenants[end.index]);
            output.say(&format!("{}: {}", end.name, told.in_a_line()));
        },
    });
    let told = FleetTold {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        file: file_name(file),
        host: host_name(),
        ending: worst(&ends),
        ended_ms: now_ms(),
        seconds: began.elapsed().as_secs_f64(),
        tenants: ends
            .iter()
            .map(|end| told(end, &tenants[end.index]))
            .collect(),
    };
    watch.ended(&told, &samples(&tenants, &ends)).await;
    match args.format {
        TextOrJson::Text => output.text(&told.text(rank))?,
        TextOrJson::Json => output.document(&told.json())?,
    }
    Ok(told.ending)
}

/// Where it is kept how these tenants of the fleet ended.
fn job_state(state_dir: &Path, file: &Path, tenants: &[Tenant]) -> JobState {
    let names: Vec<&str> = tenants.iter().map(|one| one.name.as_str()).collect();
    let job = format!("fleet {}", full_path(file));
    JobState::of(state_dir, &job, &names.join("\n"))
}

/// One of them would send every list into one tenant.
fn refuse_environment(machine: &Machine) -> Result<(), Failure> {
    let set = REFUSED.iter().filter_map(|setting| setting.variable);
    let set: Vec<&str> = set
        .map(|one| one.name)
        .filter(|name| machine.variables.contains_key(name))
        .collect();
    if set.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "{} is set in the environment, and would count for every tenant",
        set.join(", ")
    ))
    .hint("take it out of the environment; what leads to a tenant stands in its profile"))
}

/// Where the tenants' directories are.
fn state_dir(layers: &Layers, machine: &Machine) -> Result<PathBuf, Failure> {
    let given = layers.path(&STATE_DIR).map(|given| given.value);
    let usual = || machine.data_dir.as_ref().map(|dir| dir.join("fleet"));
    Ok(given.or_else(usual).ok_or(SettingsError::NoHome)?)
}

/// The places of the tenants that were asked for.
fn chosen(fleet: &FleetFile, args: &FleetArgs) -> Result<Vec<usize>, Failure> {
    let count = fleet.tenants.len();
    if let Some(index) = args.index {
        if index < count {
            return Ok(vec![index]);
        }
        let text = format!("there is no tenant in place {index}: the fleet has {count}, from 0");
        return Err(Failure::usage(text));
    }
    if args.tenant.is_empty() {
        return Ok((0..count).collect());
    }
    let place = |name: &String| {
        let found = fleet.tenants.iter().position(|one| one.name == *name);
        found.ok_or_else(|| {
            Failure::usage(format!("there is no tenant \"{name}\" in this fleet"))
                .hint("its names are shown without --yes")
        })
    };
    args.tenant.iter().map(place).collect()
}

/// A tenant with what its night goes by, or with what is wrong with that.
fn tenant(entry: &TenantEntry, common: &Common, state_dir: &Path, machine: &Machine) -> Tenant {
    let own = state_dir.join(&entry.name);
    Tenant {
        name: entry.name.clone(),
        list: entry.list.clone(),
        ready: ready(entry, common, &own, machine),
    }
}

fn ready(
    entry: &TenantEntry,
    common: &Common,
    state_dir: &Path,
    machine: &Machine,
) -> Result<Ready, Failure> {
    let trust = Trust(machine.config_dir.as_deref());
    let profile = load(Some(&entry.profile), Some(&entry.list), trust)?;
    let mut flags = common.flags.clone();
    *flags = (*flags).clone().without(&STATE_DIR);
    flags.add(&STATE_DIR, Content::Path(state_dir.to_owned()));
    // What the environment says, it says of the fleet.
    let machine = Machine {
        variables: BTreeMap::new(),
        ..machine.clone()
    };
    let mut typed = Typed::default();
    if let Some(path) = &entry.password_file {
        typed.add(&PASSWORD_FILE, Content::Path(path.clone()));
    }
    let says_where = profile.entry(&OUT).is_some();
    let results = entry.results.clone();
    let results = results.or_else(|| (!says_where).then(|| state_dir.join("results")));
    if let Some(results) = results {
        typed.add(&OUT, Content::Path(results));
    }
    let settings = Settings::new(profile, (*flags).clone(), machine)?;
    let mut resolved = settings.with(&typed)?;
    // Those who hear of the fleet hear of it once.
    resolved.watching = Watching {
        after: resolved.watching.after,
        job: resolved.watching.job,
        ..Watching::default()
    };
    let common = Common {
        profile: Some(entry.profile.clone()),
        flags,
        ..common.clone()
    };
    let flags = move |info: &crate::journal::RunInfo| {
        Repeat::of(&common, &settings, &typed, info.into()).report_flags()
    };
    Ok(Ready {
        resolved,
        flags: Box::new(flags),
    })
}

/// Two tenants that are one customer, have one list or one place for their results: mostly a profile
/// that was copied.
fn refuse_twice(tenants: &[Tenant]) -> Result<(), Failure> {
    let mut seen: BTreeMap<(&str, String), &str> = BTreeMap::new();
    let mut problems = Vec::new();
    for tenant in tenants {
        let full = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let shown = |path: &Path| full(path).display().to_string();
        let mut keys = vec![("read the list", shown(&tenant.list))];
        if let Ok(ready) = &tenant.ready {
            let resolved = &ready.resolved;
            if let Some(out) = &resolved.out {
                keys.push(("write their results to", shown(&out.value)));
            }
            if !resolved.access.is_sandbox() {
                let place = place(&resolved.access);
                let user = resolved.access.account.username.as_deref();
                let key = lock_key(&canonical(&place.name), &place.partner);
                keys.push((
                    "log in as",
                    format!("{} of {key}", user.unwrap_or_default()).replace('\n', ", "),
                ));
            }
        }
        for (what, key) in keys {
            match seen.entry((what, key)) {
                std::collections::btree_map::Entry::Vacant(place) => {
                    place.insert(&tenant.name);
                }
                std::collections::btree_map::Entry::Occupied(other) => {
                    let (what, key) = other.key();
                    let other = other.get();
                    problems.push(format!("{other} and {} both {what} {key}", tenant.name));
                }
            }
        }
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(Failure::usage("two tenants of the fleet are the same")
        .details(problems)
        .hint("nothing was sent: give each its own profile, list and results"))
}

/// Shows the tenants, and what is wrong with them.
fn show(tenants: &[Tenant], format: TextOrJson, output: Output) -> Result<Exit, Failure> {
    let shown: Vec<Shown> = tenants.iter().map(Shown::of).collect();
    let wrong = shown.iter().filter(|one| !one.problems.is_empty()).count();
    match format {
        TextOrJson::Json => {
            let tenants: Vec<_> = shown.iter().map(Shown::json).collect();
            output.document(&json!({ "version": 1, "tenants": tenants, "wrong": wrong }))?;
        }
        TextOrJson::Text => {
            let text: String = shown.iter().map(Shown::text).collect();
            let wrong = match wrong {
                0 => "all are ready".to_owned(),
                wrong => format!("{wrong} not ready"),
            };
            output.text(&format!(
                "{text}{}, {wrong}; nothing was sent: --yes runs them\n",
                in_number(tenants.len())
            ))?;
        }
    }
    Ok(if wrong == 0 { Exit::Done } else { Exit::Usage })
}

/// `1 tenant`, `2 tenants`.
fn in_number(tenants: usize) -> String {
    match tenants {
        1 => "1 tenant".to_owned(),
        many => format!("{many} tenants"),
    }
}

/// A tenant as it is shown.
struct Shown {
    name: String,
    list: String,
    endpoint: String,
    partner: String,
    username: String,
    results: String,
    problems: Vec<String>,
}

impl Shown {
    fn of(tenant: &Tenant) -> Self {
        let mut shown = Self {
            name: tenant.name.clone(),
            list: tenant.list.display().to_string(),
            endpoint: String::new(),
            partner: String::new(),
            username: String::new(),
            results: String::new(),
            problems: Vec::new(),
        };
        match &tenant.ready {
            Err(failure) => {
                shown.problems.push(failure.message.clone());
                shown.problems.extend(failure.details.iter().cloned());
            }
            Ok(ready) => {
                let access = &ready.resolved.access;
                let place = place(access);
                shown.endpoint = without_user(&place.name);
                shown.partner = place.partner;
                shown.username = access.account.username.clone().unwrap_or_default();
                let out = ready.resolved.out.as_ref();
                shown.results = out
                    .map(|out| out.value.display().to_string())
                    .unwrap_or_default();
                // A command is not run for being looked at.
                let is_run = matches!(access.password, crate::settings::PasswordSource::Command(_));
                if !access.is_sandbox()
                    && !is_run
                    && let Err(failure) = credentials::find(access, given, &Silence)
                {
                    shown.problems.push(failure.message);
                }
            }
        }
        if !tenant.list.is_file() {
            shown
                .problems
                .push(format!("there is no list {}", shown.list));
        }
        shown
    }

    fn text(&self) -> String {
        let user = match self.username.as_str() {
            "" => String::new(),
            user => format!(" as {}", printable(user)),
        };
        let mut text = format!(
            "{}: {}{user} at {}\n  list: {}\n",
            printable(&self.name),
            printable(&self.partner),
            printable(&self.endpoint),
            printable(&self.list),
        );
        for problem in &self.problems {
            text.push_str(&format!("  not ready: {}\n", printable(problem)));
        }
        text
    }

    fn json(&self) -> serde_json::Value {
        json!({
            "name": self.name,
            "list": self.list,
            "endpoint": self.endpoint,
            "partner": self.partner,
            "username": self.username,
            "results": self.results,
            "problems": self.problems,
        })
    }
}

/// What of a tenant's night is worth a line beside its end.
fn is_news(note: &Note) -> bool {
    matches!(
        note,
        Note::CutOff { .. }
            | Note::UndoGivenUp { .. }
            | Note::SetAside { .. }
            | Note::Unreadable(_)
            | Note::Quarantined { .. }
            | Note::Continuing { .. }
            | Note::Mismatch(_)
            | Note::Remark(_)
    )
}

/// Runs what is to be run after a tenant's run.
fn after(tenant: &Tenant, end: &TenantEnd) -> Option<String> {
    let ready = tenant.ready.as_ref().ok()?;
    let (program, arguments) = ready.resolved.watching.after.split_first()?;
    let run = end.run.clone().unwrap_or_default();
    let after = After {
        program: program.clone(),
        arguments: arguments.to_vec(),
        run_id: run.id,
        list: std::path::absolute(&tenant.list).unwrap_or_else(|_| tenant.list.clone()),
        results: run.results,
    };
    in_the_runtime(crate::cli::after::run(&after, end.ending))
}

/// Waits on a thread that is none of the runtime's own.
fn in_the_runtime<T>(work: impl Future<Output = T>) -> T {
    Handle::current().block_on(work)
}

fn told(end: &TenantEnd, tenant: &Tenant) -> TenantTold {
    let run = end.run.clone().unwrap_or_default();
    let failure = end.failure.as_ref();
    TenantTold {
        name: end.name.clone(),
        ending: end.ending,
        meaning: end.ending.meaning_of_run().to_owned(),
        list: tenant.list.clone(),
        reason: reason(end),
        help: failure.map_or_else(Vec::new, |failure| {
            failure.advice.iter().map(advice::text).collect()
        }),
        run_id: end.run.as_ref().map(|run| run.id.clone()),
        results: end
            .run
            .as_ref()
            .map(|run| run.results.display().to_string()),
        counts: run.counts,
        codes: run.codes,
        seconds: end.took.as_secs_f64(),
    }
}

/// A tenant's end in a log, at the level of what it asks of somebody.
fn log_end(end: &TenantEnd) {
    let (tenant, exit_code) = (end.name.as_str(), end.ending.number());
    let failure = end.failure.iter().map(Failure::in_full_for_logs);
    let reasons: Vec<String> = failure.chain(end.after.clone()).collect();
    let reason = reasons.join("; ").replace('\n', ";");
    match end.ending {
        Ending::Done => tracing::info!(tenant, exit_code, "a tenant has ended"),
        Ending::SomeRows | Ending::Interrupted => {
            tracing::warn!(tenant, exit_code, reason, "a tenant has ended");
        }
        _ => tracing::error!(tenant, exit_code, reason, "a tenant has ended"),
    }
}

/// Why a tenant's night is not a good one, as far as more is to be said than its exit code.
fn reason(end: &TenantEnd) -> Option<String> {
    let failure = end.failure.iter();
    let failure = failure.map(|failure| failure.in_full().replace('\n', ";"));
    let reasons: Vec<String> = failure.chain(end.after.clone()).collect();
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

/// The figures of the tenants that were at work.
fn samples(tenants: &[Tenant], ends: &[TenantEnd]) -> Vec<(String, Sample)> {
    let begun = ends.iter().filter_map(|end| Some((end, end.ended_ms?)));
    begun
        .map(|(end, ended_ms)| {
            let run = end.run.clone().unwrap_or_default();
            let sample = Sample {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                labels: labels(&tenants[end.index]),
                counts: run.counts,
                quarantined: run.quarantined,
                orphans: run.orphans,
                has_run: end.run.is_some(),
                requests: run.requests,
                duration_seconds: end.took.as_secs_f64(),
                ended_ms,
                ending: end.ending,
            };
            (end.name.clone(), sample)
        })
        .collect()
}

fn labels(tenant: &Tenant) -> Option<Labels> {
    let resolved: &Resolved = &tenant.ready.as_ref().ok()?.resolved;
    Some(Labels {
        endpoint: without_user(&place(&resolved.access).name),
        profile: resolved.profile_name.clone(),
    })
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// How a fleet ends that could not begin is the failure's; this one's is the worst of its tenants'.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Ending;

    #[test]
    fn a_note_that_only_says_where_is_no_news() {
        assert!(!is_news(&Note::Plain("x".into())));
        assert!(is_news(&Note::Mismatch("x".into())));
        assert_eq!(rank(Ending::Interrupted), 7);
    }
}
