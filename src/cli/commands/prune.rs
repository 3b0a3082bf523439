//! `runs prune`: removes journals that nobody needs any more.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;

use crate::cli::args::{Common, PruneArgs, TextOrJson};
use crate::cli::clock::{now_ms, show};
use crate::cli::error::{CliError, Kind, chain};
use crate::cli::exit::Exit;
use crate::cli::reach::host_at;
use crate::cli::settings::Settings;
use crate::cli::show::output::{Answer, Output};
use crate::flow::enter::lock;
use crate::flow::target::lock_key;
use crate::journal::store::RunState;
use crate::journal::{RunInfo, Store, TargetLock, removal, runs};
use crate::model::printable;

/// A run that may go.
struct Old {
    path: PathBuf,
    info: RunInfo,
    state: RunState,
    bytes: u64,
}

/// A run that stays although it is old enough, and why.
struct Kept {
    id: String,
    why: String,
}

/// Runs the command.
pub fn run(common: &Common, args: &PruneArgs, output: Output) -> Result<Exit, CliError> {
    let settings = Settings::resolve(common, None, output)?;
    let (mut old, mut kept) = old_runs(&settings, args, output)?;
    old.retain(|run| match in_use(&settings, run) {
        None => true,
        Some(why) => {
            let id = run.info.id.clone();
            kept.push(Kept { id, why });
            false
        }
    });
    let mut removed = Vec::new();
    if args.dry_run {
        removed = old;
    } else if !old.is_empty() {
        confirm(&old, args, output)?;
        for run in old {
            match remove(&settings, &run)? {
                None => removed.push(run),
                Some(why) => kept.push(Kept {
                    id: run.info.id,
                    why,
                }),
            }
        }
    }
    tell(&removed, &kept, args, output)?;
    Ok(Exit::Done)
}

/// The runs that are old enough, and those of them that stay.
fn old_runs(
    settings: &Settings,
    args: &PruneArgs,
    output: Output,
) -> Result<(Vec<Old>, Vec<Kept>), CliError> {
    let (mut old, mut kept) = (Vec::new(), Vec::new());
    let now = now_ms();
    let newest_first = runs(&settings.state_dir)?.into_iter().rev();
    for (place, path) in newest_first.enumerate() {
        let (info, state) = match Store::open(&path).and_then(|store| store.info()) {
            Ok(found) => found,
            Err(error) => {
                // What cannot be read may be all that is known of a run.
                output.say(&format!("kept: {}: {}", path.display(), chain(&error)));
                continue;
            }
        };
        let age = Duration::from_millis(u64::try_from(now - info.started_ms).unwrap_or(0));
        let beyond = args.keep.is_none_or(|keep| place >= keep);
        let aged = args.older_than.is_none_or(|limit| age > limit);
        if !beyond || !aged {
            continue;
        }
        if state.planned_ms.is_some() && state.finished_ms.is_none() && !args.unfinished {
            kept.push(Kept {
                id: info.id,
                why: "unfinished; continue it with `resume`, or add --unfinished".to_owned(),
            });
            continue;
        }
        let bytes = removal::size(&path);
        old.push(Old {
            path,
            info,
            state,
            bytes,
        });
    }
    old.reverse();
    Ok((old, kept))
}

/// Why a run must stay, when a process is at work on it. Only a note that names it is looked into,
/// so that no run that begins meanwhile finds its target locked.
fn in_use(settings: &Settings, run: &Old) -> Option<String> {
    let key = lock_key(&run.info.endpoint, &run.info.partner);
    let holder = TargetLock::holder(&settings.state_dir, &key)?;
    let may_be_it =
        holder.run == run.info.id || (holder.run.is_empty() && run.state.finished_ms.is_none());
    may_be_it.then(|| format!("at work: {holder}"))
}

fn confirm(old: &[Old], args: &PruneArgs, output: Output) -> Result<(), CliError> {
    if args.yes {
        return Ok(());
    }
    let bytes: u64 = old.iter().map(|run| run.bytes).sum();
    for run in old {
        output.say(&line(run));
    }
    let question = format!("Remove {}, {}?", counted(old.len()), shown(bytes));
    match output.ask(&question) {
        Answer::Yes => Ok(()),
        Answer::No => Err(CliError::interrupted("nothing was removed")),
        Answer::Nobody => Err(
            CliError::usage(format!("this would remove {}", counted(old.len())))
                .hint("add --yes to do so without being asked, or --dry-run to see which"),
        ),
    }
}

/// Removes a run's files, or says why not. A run that could be continued is locked meanwhile.
fn remove(settings: &Settings, run: &Old) -> Result<Option<String>, CliError> {
    let _lock = if run.state.finished_ms.is_none() {
        let key = lock_key(&run.info.endpoint, &run.info.partner);
        match lock(
            &host_at(&settings.state_dir),
            &key,
            "runs prune".as_ref(),
            now_ms(),
        ) {
            Ok(lock) => Some(lock),
            Err(error) if error.kind == Kind::Locked => return Ok(Some(error.message)),
            Err(error) => return Err(error),
        }
    } else {
        None
    };
    removal::remove(&run.path)?;
    Ok(None)
}

fn tell(removed: &[Old], kept: &[Kept], args: &PruneArgs, output: Output) -> Result<(), CliError> {
    let bytes: u64 = removed.iter().map(|run| run.bytes).sum();
    if args.format == TextOrJson::Json {
        let document = json!({
            "dry_run": args.dry_run,
            "removed": removed.iter().map(|run| json!({
                "run_id": run.info.id,
                "input": run.info.input_path,
                "started_at": show(run.info.started_ms),
                "bytes": run.bytes,
            })).collect::<Vec<_>>(),
            "kept": kept.iter().map(|one| json!({ "run_id": one.id, "why": one.why }))
                .collect::<Vec<_>>(),
            "bytes": bytes,
        });
        return output.document(&document);
    }
    let text: String = removed
        .iter()
        .map(|run| printable(&line(run)).into_owned() + "\n")
        .collect();
    output.text(&text)?;
    for one in kept {
        output.say(&format!("kept: {}: {}", one.id, one.why));
    }
    let verb = if args.dry_run {
        "would be removed"
    } else {
        "removed"
    };
    let count = counted(removed.len());
    output.say(&format!("{count} {verb}, {}", shown(bytes)));
    Ok(())
}

fn line(run: &Old) -> String {
    let Old { info, bytes, .. } = run;
    format!("{}  {:>9}  {}", info.id, shown(*bytes), info.input_path)
}

fn counted(count: usize) -> String {
    match count {
        1 => "1 journal".to_owned(),
        count => format!("{count} journals"),
    }
}

/// Bytes for people.
fn shown(bytes: u64) -> String {
    const UNITS: &[(u64, &str)] = &[(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match UNITS.iter().find(|(size, _)| bytes >= *size) {
        Some((size, unit)) => {
            let tenths = bytes.saturating_mul(10) / size;
            format!("{}.{} {unit}", tenths / 10, tenths % 10)
        }
        None => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn bytes_are_rounded_down_to_a_tenth() {
        assert_eq!(
            [0, 1023, 1024, 1_600_000, 5 << 30].map(shown),
            ["0 bytes", "1023 bytes", "1.0 KiB", "1.5 MiB", "5.0 GiB"]
        );
    }
}
