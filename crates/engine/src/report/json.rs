//! `summary.json`, and the same with the files' names for `run --format json`.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Map, Value};

use super::ReportError;
use super::counts::Counts;
use super::facts::Facts;
use super::file::write_file;
use super::time::{RETRIES, rfc3339};
use super::undo_facts::Short;
use crate::journal::RunInfo;
use crate::model::LeftOutRows;

/// The version of what summaries hold: with the second one `updated` is a status of its own.
const VERSION: u32 = 2;

/// What `summary.json` holds, in its order.
#[derive(Debug, Serialize)]
struct Summary<'a> {
    version: u32,
    run_id: &'a str,
    tool_version: &'a str,
    started_at: String,
    finished_at: Option<String>,
    input: Input<'a>,
    endpoint: &'a str,
    mode: &'a str,
    counts: Counts,
    #[serde(skip_serializing_if = "<[LeftOutRows]>::is_empty")]
    left_out_by: &'a [LeftOutRows],
    quarantined: u64,
    #[serde(skip_serializing_if = "is_zero")]
    near_names: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    orphans: Option<u64>,
    requests: Map<String, Value>,
    verified: bool,
    mismatches: usize,
    exit_code: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    undo: Option<Short>,
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<Vec<String>>,
}

#[derive(Debug, Serialize)]
pub(super) struct Input<'a> {
    path: &'a str,
    sha256: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sheets: Vec<&'a str>,
}

impl<'a> Input<'a> {
    pub(super) fn of(info: &'a RunInfo) -> Self {
        Self {
            path: &info.input_path,
            sha256: &info.input_sha256,
            sheet: info.sheet.as_deref(),
            sheets: info.sheets.names().collect(),
        }
    }
}

impl<'a> Summary<'a> {
    fn of(facts: &'a Facts) -> Self {
        let info = &facts.info;
        Self {
            version: VERSION,
            run_id: &info.id,
            tool_version: &info.tool_version,
            started_at: rfc3339(info.started_ms),
            finished_at: facts.ended.map(|ended| rfc3339(ended.at_ms)),
            input: Input::of(info),
            endpoint: &info.endpoint,
            mode: info.mode.as_str(),
            counts: facts.counts,
            left_out_by: &info.left_out,
            quarantined: facts.quarantined(),
            near_names: facts.near_names(),
            orphans: info.orphans,
            requests: requests(&facts.requests),
            verified: facts.finished && facts.mismatches() == 0,
            mismatches: facts.mismatches(),
            exit_code: facts.ended.map(|ended| ended.ending.number()),
            undo: facts.undo.as_ref().map(Short::of),
            files: None,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Requests by method, with `retries` and `total`.
pub(super) fn requests(counts: &[(String, u64)]) -> Map<String, Value> {
    let mut requests: Map<String, Value> = counts
        .iter()
        .map(|(method, count)| (method.clone(), Value::from(*count)))
        .collect();
    let (retries, methods): (Vec<_>, Vec<_>) =
        counts.iter().partition(|(method, _)| method == RETRIES);
    let sum = |counts: Vec<&(String, u64)>| -> u64 { counts.iter().map(|(_, count)| count).sum() };
    requests.insert(RETRIES.to_owned(), sum(retries).into());
    requests.insert("total".to_owned(), sum(methods).into());
    requests
}

/// The text of `summary.json`.
pub fn summary(facts: &Facts) -> String {
    pretty(&Summary::of(facts))
}

/// The same for a machine that started the run: with the files that were written.
pub fn document(facts: &Facts, files: &[PathBuf]) -> String {
    pretty(&Summary {
        files: Some(shown(files)),
        ..Summary::of(facts)
    })
}

/// The same on one line, of type `summary`.
pub fn write_line(
    facts: &Facts,
    files: &[PathBuf],
    out: &mut dyn std::io::Write,
) -> std::io::Result<()> {
    #[derive(Serialize)]
    struct Line<'a> {
        #[serde(rename = "type")]
        kind: &'static str,
        #[serde(flatten)]
        summary: Summary<'a>,
    }
    let line = Line {
        kind: "summary",
        summary: Summary {
            files: Some(shown(files)),
            ..Summary::of(facts)
        },
    };
    serde_json::to_writer(&mut *out, &line)?;
    out.write_all(b"\n")
}

fn shown(files: &[PathBuf]) -> Vec<String> {
    let shown = |path: &PathBuf| path.to_string_lossy().into_owned();
    files.iter().map(shown).collect()
}

pub(super) fn pretty(summary: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(summary).unwrap_or_default();
    text.push('\n');
    text
}

/// Writes `summary.json`.
pub fn write(facts: &Facts, path: &Path) -> Result<PathBuf, ReportError> {
    write_file(path, summary(facts).as_bytes())
}
