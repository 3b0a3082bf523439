//! The result files of an undoing: `removed.csv`, `undo.json`, and anew those of the run that tell who is
//! in the tenant.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Map, Value};

use super::ReportError;
use super::csv::write_undone;
use super::facts::Facts;
use super::file::{private_directory, write_file};
use super::former::holds_another_run;
use super::html;
use super::json::{self, Input, pretty, requests};
use super::next::{Next, undo_next};
use super::undo_facts::{Short, UndoFacts};
use crate::journal::Store;
use crate::model::Ending;

/// What `undo.json` holds, in its order.
#[derive(Debug, Serialize)]
struct UndoSummary<'a> {
    run_id: &'a str,
    tool_version: &'a str,
    input: Input<'a>,
    endpoint: &'a str,
    mode: &'a str,
    #[serde(flatten)]
    short: Short,
    requests: Map<String, Value>,
    exit_code: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<Vec<String>>,
}

impl<'a> UndoSummary<'a> {
    fn of(facts: &'a Facts, undo: &UndoFacts) -> Self {
        Self {
            run_id: &facts.info.id,
            tool_version: &facts.info.tool_version,
            input: Input::of(&facts.info),
            endpoint: &facts.info.endpoint,
            mode: facts.info.mode.as_str(),
            short: Short::of(undo),
            requests: requests(&undo.requests),
            exit_code: undo.state.ending.map(Ending::number),
            files: None,
        }
    }
}

/// The text of `undo.json`, with the files that were written, for a machine that asked.
pub fn document(facts: &Facts, undo: &UndoFacts, files: &[PathBuf]) -> String {
    let shown = |path: &PathBuf| path.to_string_lossy().into_owned();
    pretty(&UndoSummary {
        files: Some(files.iter().map(shown).collect()),
        ..UndoSummary::of(facts, undo)
    })
}

/// Tries to write `removed.csv` and `undo.json`, each whatever becomes of the other.
pub(super) fn write_files(
    facts: &Facts,
    undo: &UndoFacts,
    store: &Store,
    out_dir: &Path,
) -> [Result<PathBuf, ReportError>; 2] {
    let summary = pretty(&UndoSummary::of(facts, undo));
    [
        write_undone(facts, undo, store, &out_dir.join("removed.csv")),
        write_file(&out_dir.join("undo.json"), summary.as_bytes()),
    ]
}

/// What was written of an undoing.
#[derive(Debug)]
pub struct WrittenUndo {
    /// The files.
    pub paths: Vec<PathBuf>,
    /// What to type next.
    pub next: Vec<Next>,
    /// What the files were made of; there is an undoing in it.
    pub facts: Facts,
}

/// Writes the result files of a run's undoing into `out_dir`, and anew those of the run that tell
/// how many customers are in the tenant (`report.html`, `summary.json`), where they are: nobody shall
/// be shown customers that are gone. `flags` are repeated in the commands that are shown. Nothing where
/// nobody has begun to undo the run.
pub fn write_undo(
    store: &Store,
    out_dir: &Path,
    flags: &[String],
) -> Result<WrittenUndo, ReportError> {
    let facts = Facts::read(store, None)?;
    let (mut paths, mut next) = (Vec::new(), Vec::new());
    if let Some(undo) = &facts.undo {
        private_directory(out_dir)?;
        next = undo_next(&facts, undo, flags);
        let attempts = write_files(&facts, undo, store, out_dir).into_iter();
        let beside = PathBuf::from(&facts.info.out_dir);
        // A later run may have written its own over them since.
        let is_there =
            beside.join("report.html").is_file() && !holds_another_run(&beside, &facts.info.id);
        let runs = if is_there { &beside } else { out_dir };
        let page = html::write(&facts, store, &next, &runs.join("report.html"));
        let summary = json::write(&facts, &runs.join("summary.json"));
        let attempts: Vec<_> = attempts.chain([page, summary]).collect();
        paths = attempts.into_iter().collect::<Result<_, _>>()?;
    }
    Ok(WrittenUndo { paths, next, facts })
}
