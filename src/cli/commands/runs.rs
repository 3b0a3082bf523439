//! `runs`: the runs there are.

use serde_json::json;

use crate::cli::args::{Common, RunsArgs, TextOrJson};
use crate::cli::clock::show;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::show::output::Output;
use crate::flow::failure::{Failure, chain};
use crate::flow::runs::{Listed, Undoing, Unreadable, list};
use crate::journal::RunInfo;
use crate::journal::store::RunState;
use crate::model::printable;

/// Lists the runs, oldest first.
pub fn run(common: &Common, args: &RunsArgs, output: Output) -> Result<Exit, Failure> {
    let settings = Settings::resolve(common, None, output)?;
    let mut text = String::new();
    let mut documents = Vec::new();
    for found in list(&settings.state_dir)? {
        let Listed { info, state, undo } = match found {
            Ok(found) => found,
            Err(unreadable) => {
                let Unreadable { path, error } = *unreadable;
                output.say(&format!("{}: {}", path.display(), chain(&error)));
                continue;
            }
        };
        text.push_str(&format!(
            "{}  {:10}  {}\n",
            info.id,
            undo.as_ref().map_or_else(|| status(state), undo_status),
            printable(&info.input_path)
        ));
        documents.push(document(&info, state, undo.as_ref()));
    }
    if args.format == TextOrJson::Json {
        output.document(&documents.into())?;
    } else if text.is_empty() {
        output.say(&format!(
            "there are no runs in {}",
            settings.state_dir.display()
        ));
    } else {
        output.text(&text)?;
    }
    Ok(Exit::Done)
}

fn status(state: RunState) -> String {
    match (state.planned_ms, state.finished_ms, state.ending) {
        (None, _, _) => "not begun".to_owned(),
        (_, None, _) => "unfinished".to_owned(),
        (_, Some(_), None | Some(Exit::Done)) => "done".to_owned(),
        (_, Some(_), Some(ending)) => format!("done ({})", ending.number()),
    }
}

fn undo_status(undo: &Undoing) -> String {
    match (undo.state.finished_ms, undo.state.ending) {
        (None, _) => "undoing".to_owned(),
        (Some(_), None | Some(Exit::Done)) => "undone".to_owned(),
        (Some(_), Some(ending)) => format!("undone ({})", ending.number()),
    }
}

fn document(info: &RunInfo, state: RunState, undo: Option<&Undoing>) -> serde_json::Value {
    json!({
        "run_id": info.id,
        "input": { "path": info.input_path, "sha256": info.input_sha256 },
        "endpoint": info.endpoint,
        "mode": info.mode.as_str(),
        "started_at": show(info.started_ms),
        "finished_at": state.finished_ms.map(show),
        "exit_code": state.ending.map(Exit::number),
        "resumable": state.planned_ms.is_some() && state.finished_ms.is_none(),
        "out": info.out_dir,
        "undo": undo.map(|undo| json!({
            "begun_at": show(undo.state.begun_ms),
            "finished_at": undo.state.finished_ms.map(show),
            "exit_code": undo.state.ending.map(Exit::number),
            "created": undo.created,
            "away": undo.away,
        })),
    })
}
