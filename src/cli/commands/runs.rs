//! `runs`: the runs there are.

use serde_json::json;

use crate::cli::args::{Common, RunsArgs, TextOrJson};
use crate::cli::clock::show;
use crate::cli::error::{CliError, chain};
use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::cli::settings::Settings;
use crate::journal::store::RunState;
use crate::journal::{RunInfo, Store, runs};

/// Lists the runs, oldest first.
pub fn run(common: &Common, args: &RunsArgs, output: Output) -> Result<Exit, CliError> {
    let settings = Settings::resolve(common, None)?;
    let mut text = String::new();
    let mut documents = Vec::new();
    for path in runs(&settings.state_dir)? {
        let (info, state) = match Store::open(&path).and_then(|store| store.info()) {
            Ok(found) => found,
            Err(error) => {
                output.say(&format!("{}: {}", path.display(), chain(&error)));
                continue;
            }
        };
        text.push_str(&format!(
            "{}  {:10}  {}\n",
            info.id,
            status(state),
            info.input_path
        ));
        documents.push(document(&info, state));
    }
    if args.format == TextOrJson::Json {
        output.text(&format!("{:#}\n", serde_json::Value::from(documents)))?;
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
    match (state.planned_ms, state.finished_ms, state.exit_code) {
        (None, _, _) => "not begun".to_owned(),
        (_, None, _) => "unfinished".to_owned(),
        (_, Some(_), Some(0)) => "done".to_owned(),
        (_, Some(_), code) => format!("done ({})", code.unwrap_or_default()),
    }
}

fn document(info: &RunInfo, state: RunState) -> serde_json::Value {
    json!({
        "run_id": info.id,
        "input": { "path": info.input_path, "sha256": info.input_sha256 },
        "endpoint": info.endpoint,
        "mode": info.mode.as_str(),
        "started_at": show(info.started_ms),
        "finished_at": state.finished_ms.map(show),
        "exit_code": state.exit_code,
        "resumable": state.planned_ms.is_some() && state.finished_ms.is_none(),
        "out": info.out_dir,
    })
}
