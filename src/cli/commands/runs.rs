//! `runs`: the runs there are.

use serde_json::json;

use crate::cli::args::{Common, RunsArgs, TextOrJson};

use crate::cli::exit::Exit;
use crate::cli::show::output::Output;
use crate::flow::clock::{show, show_local};
use crate::flow::failure::{Failure, chain};
use crate::flow::runs::{Listed, Undoing, Unreadable, list};
use crate::journal::outcomes::Outcomes;
use crate::journal::record::Mode;
use crate::journal::removal::aside;
use crate::journal::store::RunState;
use crate::model::number::grouped;
use crate::model::printable;
use crate::settings::Settings;

/// What is to be known of a journal that `--new-run` has moved out of the way.
const ASIDE: &str = "moved aside as damaged: what this run created and changed is in no list, and `undo` \
     does not find it. If the file is whole (it was moved by mistake, or restored from a backup), remove \
     `.damaged` from its name and from those of the files beside it (.lock, -wal); otherwise delete them when nobody needs them";

/// Lists the runs, newest first.
pub fn run(common: &Common, args: &RunsArgs, output: Output) -> Result<Exit, Failure> {
    let settings = Settings::resolve(common, None, output)?;
    let (mut listed, mut unreadable, mut of_place) = (Vec::new(), 0, None);
    for found in list(&settings.state_dir)?.into_iter().rev() {
        match found {
            Ok(found) => listed.push(found),
            // Said once, at the end: it is the same of each, and no journal's fault.
            Err(found) if found.error.is_of_the_place() => {
                of_place.get_or_insert(found.error);
            }
            Err(found) => {
                let Unreadable { path, error } = *found;
                output.warn(&format!("{}: {}", path.display(), chain(&error)));
                unreadable += 1;
            }
        }
    }
    let aside = aside(&settings.state_dir);
    for path in &aside {
        output.warn(&format!("{}: {ASIDE}", path.display()));
    }
    unreadable += aside.len();
    if let Some(error) = of_place {
        // What there is can be shown; that it is all there is would not be true.
        if args.format == TextOrJson::Text && !listed.is_empty() {
            output.text(&table(&listed))?;
        }
        return Err(error.into());
    }
    if args.format == TextOrJson::Json {
        let documents: Vec<_> = listed.iter().map(document).collect();
        output.document(&documents.into())?;
    } else if listed.is_empty() {
        let which = if unreadable == 0 {
            "no runs"
        } else {
            "no runs that can be read"
        };
        let place = settings.state_dir.display();
        output.say(&format!("there are {which} in {place}"));
    } else {
        output.text(&table(&listed))?;
    }
    Ok(Exit::Done)
}

/// A line per run: its id, when it began, where, how it stands, whom it created, changed and was refused,
/// and the list.
fn table(listed: &[Listed]) -> String {
    let lines = listed.iter().map(|one| {
        let Outcomes {
            created,
            updated,
            failed,
            automatic_deployment,
        } = one.outcomes;
        let mode = match one.info.mode {
            Mode::Sandbox => "SANDBOX",
            Mode::Live => "live",
        };
        let status = one
            .undo
            .as_ref()
            .map_or_else(|| status(one.state), undo_status);
        let job = one
            .info
            .job
            .as_deref()
            .map(|job| format!("  ({})", printable(job)));
        let deployments = automatic_deployment.told();
        let deployments = deployments.map(|told| format!("; {told}"));
        format!(
            "{}  {}  {mode:7}  {status:10}  {:>5} created  {:>5} updated  {:>5} failed  \
             {}{}{}\n",
            one.info.id,
            show_local(one.info.started_ms),
            grouped(created),
            grouped(updated),
            grouped(failed),
            printable(&one.info.input_path),
            job.unwrap_or_default(),
            deployments.unwrap_or_default(),
        )
    });
    lines.collect()
}

fn status(state: RunState) -> String {
    match (state.planned_ms, state.finished_ms, state.ending) {
        (None, _, _) => "not begun".to_owned(),
        (_, None, _) => "unfinished".to_owned(),
        (_, Some(_), None | Some(Exit::Done)) => "done".to_owned(),
        // A run that stopped by itself is not finished: this one was abandoned for another.
        (_, Some(_), Some(Exit::Stopped)) => "abandoned".to_owned(),
        (_, Some(_), Some(ending)) => format!("done ({})", ending.number()),
    }
}

fn undo_status(undo: &Undoing) -> String {
    match (undo.state.finished_ms, undo.state.ending) {
        (None, _) => "undoing".to_owned(),
        (Some(_), None | Some(Exit::Done)) => "undone".to_owned(),
        (Some(_), Some(Exit::Stopped)) => "undo ended".to_owned(),
        (Some(_), Some(ending)) => format!("undone ({})", ending.number()),
    }
}

fn document(listed: &Listed) -> serde_json::Value {
    let Listed {
        info,
        state,
        outcomes,
        undo,
    } = listed;
    let mut counts = json!({
        "created": outcomes.created,
        "updated": outcomes.updated,
        "failed": outcomes.failed,
    });
    if !outcomes.automatic_deployment.is_none() {
        counts["automatic_deployment"] = json!(outcomes.automatic_deployment);
    }
    json!({
        "run_id": info.id,
        "job": info.job,
        "input": { "path": info.input_path, "sha256": info.input_sha256 },
        "endpoint": info.endpoint,
        "mode": info.mode.as_str(),
        "started_at": show(info.started_ms),
        "finished_at": state.finished_ms.map(show),
        "exit_code": state.ending.map(Exit::number),
        "resumable": state.planned_ms.is_some() && state.finished_ms.is_none(),
        "counts": counts,
        "out": info.out_dir,
        "undo": undo.as_ref().map(|undo| json!({
            "begun_at": show(undo.state.begun_ms),
            "finished_at": undo.state.finished_ms.map(show),
            "exit_code": undo.state.ending.map(Exit::number),
            "created": undo.created,
            "away": undo.away,
        })),
    })
}
