//! `runs prune`: removes journals that nobody needs any more.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::args::{Common, PruneArgs, TextOrJson};
use crate::cli::clock::{now_ms, show};
use crate::cli::exit::Exit;
use crate::cli::reach::host_at;
use crate::cli::show::face::Face;
use crate::cli::show::output::{Answer, Output};
use crate::flow::failure::Failure;
use crate::flow::prune::{
    Kept, Old, Sorted, Which, Why, in_use, old_runs, remove, remove_drafts, remove_empty,
};
use crate::model::number::counted;
use crate::model::printable;
use crate::settings::Settings;

/// Runs the command.
pub fn run(common: &Common, args: &PruneArgs, output: Output) -> Result<Exit, Failure> {
    let settings = Settings::resolve(common, None, output)?;
    let host = host_at(&settings.state_dir);
    let which = Which {
        keep: args.keep,
        older_than: args.older_than,
        unfinished: args.unfinished,
    };
    let sorted = old_runs(&host, &which, now_ms(), &Face::on(output))?;
    let Sorted {
        mut old,
        mut kept,
        empty,
    } = sorted;
    old.retain(|run| match in_use(&host, run) {
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
            match remove(&host, &run, now_ms())? {
                None => removed.push(run),
                Some(why) => kept.push(Kept {
                    id: run.info.id,
                    why,
                }),
            }
        }
    }
    if !args.dry_run {
        for path in &empty {
            remove_empty(path)?;
        }
        remove_drafts(&host);
    }
    tell((&removed, &empty), &kept, args, output)?;
    Ok(Exit::Done)
}

fn confirm(old: &[Old], args: &PruneArgs, output: Output) -> Result<(), Failure> {
    if args.yes {
        return Ok(());
    }
    let bytes: u64 = old.iter().map(|run| run.bytes).sum();
    for run in old {
        output.say(&line(run));
    }
    let question = format!("Remove {}, {}?", journals(old.len()), shown(bytes));
    match output.ask(&question) {
        Answer::Yes => Ok(()),
        Answer::No => Err(Failure::declined("nothing was removed")),
        Answer::Nobody => Err(
            Failure::usage(format!("this would remove {}", journals(old.len())))
                .hint("add --yes to do so without a question, or --dry-run to see which"),
        ),
    }
}

fn tell(
    (removed, empty): (&[Old], &[PathBuf]),
    kept: &[Kept],
    args: &PruneArgs,
    output: Output,
) -> Result<(), Failure> {
    let empty: Vec<_> = empty.iter().map(|path| id_of(path)).collect();
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
            "kept": kept.iter().map(|one| json!({ "run_id": one.id, "why": in_words(&one.why) }))
                .collect::<Vec<_>>(),
            "empty": empty,
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
        output.say(&format!("kept: {}: {}", one.id, in_words(&one.why)));
    }
    let verb = if args.dry_run {
        "would be removed"
    } else {
        "removed"
    };
    for id in empty {
        output.say(&format!(
            "{id} {verb}: it is empty, its process ended before the run had begun"
        ));
    }
    let count = journals(removed.len());
    output.say(&format!("{count} {verb}, {}", shown(bytes)));
    Ok(())
}

/// The id of the run whose journal this is.
fn id_of(path: &Path) -> String {
    let name = path.file_stem().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn in_words(why: &Why) -> &str {
    match why {
        Why::Unfinished => "unfinished; continue it with `resume`, or add --unfinished",
        Why::InUse(text) => text,
    }
}

fn line(run: &Old) -> String {
    let Old { info, bytes, .. } = run;
    format!("{}  {:>9}  {}", info.id, shown(*bytes), info.input_path)
}

fn journals(count: usize) -> String {
    counted(count, "journal")
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
