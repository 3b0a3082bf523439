//! A fleet that is refused as a whole: whoever hears of its nights hears of that too.

use super::tenants::{file_name, job_state, state_dir};
use crate::cli::args::FleetArgs;
use crate::cli::error::exit_of;
use crate::cli::exit::InWords;
use crate::cli::here::host_name;
use crate::flow::clock::now_ms;
use crate::flow::failure::Failure;
use crate::flow::watch::FleetWatch;
use crate::report::fleet::{FleetTold, TenantTold};
use crate::report::metrics::Sample;
use crate::settings::profile::fleet::FleetFile;
use crate::settings::{Layers, Machine, Watching};

/// Tells everybody who can be told, as far as file, flags and environment say who that is.
pub(super) async fn tell_of_refusal(
    failure: &Failure,
    args: &FleetArgs,
    machine: &Machine,
    fleet: &FleetFile,
    layers: &Layers,
) {
    let (ending, ended_ms) = (exit_of(failure), now_ms());
    let state = state_dir(layers, machine).ok();
    let state = state.map(|state_dir| job_state(&state_dir, args, fleet));
    let watch = FleetWatch::of_refusal(&Watching::as_far_as_known(layers), state);
    let names = asked_for(args, fleet, || watch.tenants_of_metrics());
    let version = env!("CARGO_PKG_VERSION");
    let told = FleetTold {
        version: version.to_owned(),
        file: file_name(&fleet.path),
        host: host_name(),
        ending,
        ended_ms,
        seconds: 0.0,
        refused: Some(failure.in_full_for_logs().replace('\n', ";")),
        tenants: names
            .iter()
            .map(|name| TenantTold {
                name: name.clone(),
                ending,
                meaning: ending.meaning_of_run().to_owned(),
                ..TenantTold::default()
            })
            .collect(),
    };
    let samples: Vec<(String, Sample)> = names
        .into_iter()
        .map(|name| {
            let sample = Sample {
                version: version.to_owned(),
                ended_ms,
                ending,
                ..Sample::default()
            };
            (name, sample)
        })
        .collect();
    watch.ended(&told, &samples).await;
}

/// The tenants that were to be imported: those of the file that were asked for; where it names none, since
/// it cannot be read, those that are known from the last time.
fn asked_for(
    args: &FleetArgs,
    fleet: &FleetFile,
    known: impl FnOnce() -> Vec<String>,
) -> Vec<String> {
    let of_file: Vec<String> = fleet.tenants.iter().map(|one| one.name.clone()).collect();
    if let Some(index) = args.index {
        return of_file.get(index).cloned().into_iter().collect();
    }
    let is_asked_for = |name: &String| args.tenant.is_empty() || args.tenant.contains(name);
    let names = if of_file.is_empty() { known() } else { of_file };
    names.into_iter().filter(is_asked_for).collect()
}
