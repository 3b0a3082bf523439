//! A run that this process leaves: why it stopped, what became of its rows, what to type next.

use std::path::Path;

use crate::cli::args::RunFormat;
use crate::cli::exit::Exit;
use crate::cli::reported::Reported;
use crate::cli::show::formats;
use crate::cli::show::grid::Room;
use crate::cli::show::output::{Messages, Output, Stream};
use crate::flow::clock::now_ms;
use crate::flow::failure::Failure;
use crate::flow::run::Ended;
use crate::model::number::counted;
use crate::plan::Plan;
use crate::report::causes::left_differing;
use crate::report::next::seen_from;
use crate::report::text::Setting;
use crate::report::verdict::Verdict;
use crate::report::wrap::wrap;
use crate::report::{self, Written};
use crate::settings::Verbosity;
use crate::submit::verify::Mismatch;

/// So many mismatches are named; the files have all.
const MOST_MISMATCHES: usize = 10;

/// How much a run tells people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// Problems, progress, the closing summary.
    All,
    /// One line: there is nothing to do.
    OneLine,
}

impl Telling {
    /// One line where every row already exists and stays as it is, unless more is asked for.
    pub fn of(plan: &Plan, verbosity: Verbosity) -> Self {
        let counts = plan.counts();
        let left = counts.deploy_alone + plan.deployments_failed_before();
        let all_there = counts.exists == plan.items.len() && left == 0;
        let more = matches!(verbosity, Verbosity::Verbose | Verbosity::Debug);
        if all_there && !plan.items.is_empty() && !more {
            Self::OneLine
        } else {
            Self::All
        }
    }
}

/// Runs what is to be run after it, then shows how a run ended, and what to do next: the end that is shown,
/// logged and written is the last one.
pub async fn show_ended(
    mut ended: Ended,
    telling: Telling,
    format: RunFormat,
    reported: &Reported,
    output: Output,
) -> Result<Exit, Failure> {
    if let Some(failure) = &ended.stopped {
        reported.fails(failure);
    }
    reported.ended(&ended.written.facts);
    if ended.unwritten.is_none()
        && let Some(problem) = reported.follow(ended.ending).await
    {
        ended.fails_after(&problem, now_ms())?;
    }
    let written = &ended.written;
    for remark in &written.remarks {
        output.warn(remark);
    }
    if let Some(failure) = &ended.stopped {
        output.error(failure);
    }
    show_mismatches(&ended, output);
    let one_line = telling == Telling::OneLine && written.facts.finished && ended.after.is_none();
    let text = |setting: &Setting<'_>| {
        let meaning = |(exit, meaning)| (exit, ended.after.as_deref().unwrap_or(meaning));
        let setting = &Setting {
            exit: setting.exit.map(meaning),
            ..*setting
        };
        if one_line {
            nothing_to_do(written, Path::new(&ended.info.out_dir), setting)
        } else {
            report::text::closing(&written.facts, &written.paths, &written.steps(), setting)
        }
    };
    let of = (written, &ended.store);
    formats::result(format, of, Some(ended.ending), text, output)?;
    ended.log();
    let next = ended.written.next.first();
    if let Some(failure) = ended.unwritten {
        let next = next.map(|next| output.step(next));
        return Err(failure.hint(next.unwrap_or_default()));
    }
    if ended.stopped.is_some() {
        output.say_next(next);
    }
    // The process ends here: a million rows need not be let go one by one.
    std::mem::forget(ended.written);
    Ok(ended.ending)
}

/// What the tenant shows otherwise than it should; the log has the rows alone.
fn show_mismatches(ended: &Ended, output: Output) {
    let shown = ended.mismatches.iter().take(MOST_MISMATCHES);
    if output.messages() == Messages::Plain {
        for Mismatch { message, .. } in shown {
            output.say(&format!("the tenant does not agree: {message}"));
        }
        return;
    }
    for Mismatch { row, .. } in shown {
        let row = ended.written.facts.numbers.get(row.as_usize());
        tracing::warn!(row, "the tenant does not agree");
    }
}

/// The one line of a run that found every customer there.
fn nothing_to_do(written: &Written, out: &Path, setting: &Setting<'_>) -> String {
    let facts = &written.facts;
    let with_notes = |verdict: &&Verdict| !verdict.message.is_empty();
    let noted = facts.verdicts.iter().filter(with_notes).count();
    let notes = match noted {
        0 => String::new(),
        1 => " (1 with a note)".to_owned(),
        _ => format!(" ({noted} with notes)"),
    };
    let sandbox = if facts.is_sandbox() { "SANDBOX: " } else { "" };
    let out = out.display().to_string();
    let out = setting
        .here
        .map_or(out.clone(), |here| seen_from(here, &out));
    let rows = counted(facts.counts.rows, "row");
    let differing = left_differing(facts);
    let what = match differing.rows() {
        0 => format!("nothing to do: {rows}, all already there{notes}"),
        1 => format!(
            "{rows}, all already there; {}: --on-exists update changes it",
            differing.told()
        ),
        _ => format!(
            "{rows}, all already there; {}: --on-exists update changes them",
            differing.told()
        ),
    };
    let line = format!("{sandbox}{what}; results in {out}");
    // In a log it is one line.
    let line = match Stream::Out.room() {
        Room::Columns(_) => wrap(&line, setting.width, 0, 2),
        Room::Endless => line,
    };
    line + "\n"
}
