//! `fleet FLEET.toml`: checks and shows many tenants, and with `--yes` runs them.

mod refused;
pub mod render;
mod shown;
mod tenants;
mod told;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;

use self::refused::tell_of_refusal;
use self::shown::{in_number, show};
use self::tenants::{file_name, job_state, refuse_environment, state_dir, tenants};
use self::told::{log_end, samples, told};
use crate::api::Rate;
use crate::cli::args::{Common, FleetArgs, TextOrJson};
use crate::cli::credentials::given;
use crate::cli::error::exit_of;
use crate::cli::exit::Exit;
use crate::cli::here::host_name;
use crate::cli::settings::machine;
use crate::cli::show::output::{Messages, Output};
use crate::cli::signals::watch_signals_for;
use crate::flow::clock::now_ms;
use crate::flow::credentials;
use crate::flow::event::{Note, Silence};
use crate::flow::failure::Failure;
use crate::flow::fleet::{Fleet, Tenant, TenantEnd, carry_out, rank, worst};
use crate::flow::target::pacer_of_fleet;
use crate::flow::watch::{After, FleetWatch};
use crate::report::fleet::FleetTold;
use crate::settings::profile::fleet::{FleetFile, read_as_far};
use crate::settings::table::{MAX_DURATION, RATE};
use crate::settings::{Content, Layers, Machine, RateChoice, SettingsError, Watching};

/// Runs the command.
pub async fn run(common: &Common, args: &FleetArgs, output: Output) -> Result<Exit, Failure> {
    let machine = machine();
    let file = args.file.as_deref().unwrap_or(Path::new(""));
    let (fleet, mistake) = read_as_far(file);
    let layers = layers(common, args, &machine, &fleet);
    let prepared = refuse_environment(&machine)
        .and_then(|()| match mistake {
            None => Ok(()),
            Some(mistake) => Err(mistake.into()),
        })
        .and_then(|()| prepare(common, args, &machine, &fleet, &layers));
    match prepared {
        Ok(prepared) if args.yes => carried_out(args, &fleet, prepared, output).await,
        Ok(prepared) => show(&prepared.tenants, args.format, output),
        Err(failure) => {
            if args.yes {
                tell_of_refusal(&failure, args, &machine, &fleet, &layers).await;
            }
            Err(failure)
        }
    }
}

/// What counts for the fleet: what was typed, then the environment, then its file.
fn layers(common: &Common, args: &FleetArgs, machine: &Machine, fleet: &FleetFile) -> Layers {
    let mut typed = common.flags.and(&args.watching);
    if let Some(rate) = &args.rate {
        typed.add(&RATE, Content::Text(rate.clone()));
    }
    if let Some(time) = &args.max_duration {
        typed.add(&MAX_DURATION, Content::Text(time.clone()));
    }
    Layers::of(&typed, machine, &fleet.own)
}

/// A fleet of which everything that can be known beforehand is right.
struct Prepared {
    tenants: Vec<Tenant>,
    state_dir: PathBuf,
    watch: FleetWatch,
    rate: Option<Rate>,
    most: Option<Duration>,
}

fn prepare(
    common: &Common,
    args: &FleetArgs,
    machine: &Machine,
    fleet: &FleetFile,
    layers: &Layers,
) -> Result<Prepared, Failure> {
    let state_dir = state_dir(layers, machine)?;
    let tenants = tenants(fleet, args, common, &state_dir, machine)?;
    let watching = Watching::of_fleet(layers).map_err(SettingsError::from)?;
    let rate = match layers.value(&RATE).map_err(SettingsError::from)? {
        Some(RateChoice::At(rate)) => Some(rate),
        Some(RateChoice::Unlimited) | None => None,
    };
    Ok(Prepared {
        watch: FleetWatch::of(&watching, job_state(&state_dir, args, fleet))?,
        most: layers.value(&MAX_DURATION).map_err(SettingsError::from)?,
        tenants,
        state_dir,
        rate,
    })
}

async fn carried_out(
    args: &FleetArgs,
    fleet: &FleetFile,
    prepared: Prepared,
    output: Output,
) -> Result<Exit, Failure> {
    let Prepared {
        tenants,
        state_dir,
        watch,
        rate,
        most,
    } = prepared;
    let at_once = args.at_once.or(fleet.at_once).unwrap_or(NonZeroUsize::MIN);
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
        file: file_name(&fleet.path),
        host: host_name(),
        ending: worst(&ends),
        ended_ms: now_ms(),
        seconds: began.elapsed().as_secs_f64(),
        refused: None,
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
