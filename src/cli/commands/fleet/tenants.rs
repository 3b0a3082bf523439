//! The tenants of a fleet, each with what its night goes by.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::api::address::canonical;
use crate::cli::args::{Common, FleetArgs};
use crate::cli::repeat::Repeat;
use crate::flow::failure::Failure;
use crate::flow::fleet::{Ready, Tenant};
use crate::flow::open::full_path;
use crate::flow::target::{lock_key, place};
use crate::flow::watch::JobState;
use crate::settings::profile::fleet::{FleetFile, TenantEntry};
use crate::settings::profile::{load, trust::Trust};
use crate::settings::table::{
    ENDPOINT, OUT, PARTNER, PASSWORD, PASSWORD_FILE, STATE_DIR, USERNAME,
};
use crate::settings::{
    Content, Layers, Machine, Setting, Settings, SettingsError, Typed, Watching,
};

/// What of the environment would lead every tenant to the same place.
const REFUSED: [&Setting; 4] = [&ENDPOINT, &PARTNER, &USERNAME, &PASSWORD];

/// One of them would send every list into one tenant.
pub(super) fn refuse_environment(machine: &Machine) -> Result<(), Failure> {
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
    .hint("remove it from the environment; settings of a tenant belong in its profile"))
}

/// Where the tenants' directories are.
pub(super) fn state_dir(layers: &Layers, machine: &Machine) -> Result<PathBuf, Failure> {
    let given = layers.path(&STATE_DIR).map(|given| given.value);
    let usual = || machine.data_dir.as_ref().map(|dir| dir.join("fleet"));
    Ok(given.or_else(usual).ok_or(SettingsError::NoHome)?)
}

/// Where it is kept how the fleet ended, or those of its tenants that were asked for: known even where its
/// file cannot be read, so that the night on which it is mended is a change.
pub(super) fn job_state(state_dir: &Path, args: &FleetArgs, fleet: &FleetFile) -> JobState {
    let job = format!("fleet {}", full_path(&fleet.path));
    let asked_for = args.index.map(|index| format!("index {index}"));
    let asked_for = asked_for.unwrap_or_else(|| args.tenant.join("\n"));
    JobState::of(state_dir, &job, &asked_for)
}

/// The file as others are told of it: its directories are nobody's business.
pub(super) fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// The tenants that were asked for. Two of the fleet that are the same are refused whichever are.
pub(super) fn tenants(
    fleet: &FleetFile,
    args: &FleetArgs,
    common: &Common,
    state_dir: &Path,
    machine: &Machine,
) -> Result<Vec<Tenant>, Failure> {
    let chosen = chosen(fleet, args)?;
    let tenants = fleet.tenants.iter();
    let tenants = tenants.map(|entry| tenant(entry, common, state_dir, machine));
    let tenants: Vec<Tenant> = tenants.collect();
    refuse_twice(&tenants)?;
    let places = tenants.into_iter().enumerate();
    let asked_for = places.filter(|(place, _)| chosen.contains(place));
    Ok(asked_for.map(|(_, tenant)| tenant).collect())
}

/// The places of the tenants that were asked for.
fn chosen(fleet: &FleetFile, args: &FleetArgs) -> Result<Vec<usize>, Failure> {
    let count = fleet.tenants.len();
    if let Some(index) = args.index {
        if index < count {
            return Ok(vec![index]);
        }
        let text =
            format!("there is no tenant with index {index}: the fleet has {count}, counted from 0");
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
