//! The closing summary for people: plain text, as wide as its reader's terminal.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::counts::Counts;
use super::facts::Facts;
use super::next::{Next, seen_from, told};
use super::status::Status;
use super::time::rfc3339;
use super::undo_facts::{UndoFacts, UndoStatus};
use super::wrap::wrap;
use crate::model::{Ending, left_out_shown, printable};

const MOST_PROBLEMS: usize = 10;

/// Where the summary is read.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// How wide lines may be, in columns. Paths and commands stay whole.
    pub width: usize,
    /// The directory that its reader is in; paths below it are shown from there.
    pub here: Option<&'a Path>,
    /// How the command ends, and what that means.
    pub exit: Option<(Ending, &'a str)>,
}

impl Default for Setting<'_> {
    fn default() -> Self {
        Self {
            width: 80,
            here: None,
            exit: None,
        }
    }
}

/// The closing summary: counts, what went wrong, the files, what to type next.
pub fn closing(facts: &Facts, files: &[PathBuf], next: &[Next], setting: &Setting<'_>) -> String {
    let mut out = String::new();
    title(&mut out, facts, setting);
    counts(&mut out, facts.counts, setting);
    if let Some(left_out) = left_out_shown(&facts.info.left_out) {
        out.push('\n');
        wrapped(&mut out, &printable(&left_out), (2, 4), setting);
    }
    quarantined(&mut out, facts.quarantined(), setting);
    beside(&mut out, facts, setting);
    if let Some(undo) = &facts.undo {
        out.push_str("\nUndone since:\n\n");
        undo_counts(&mut out, undo, setting);
    }
    problems(&mut out, facts, setting);
    end(&mut out, files, next, setting);
    out
}

/// The same for the undoing of a run.
pub fn undo_closing(
    facts: &Facts,
    undo: &UndoFacts,
    files: &[PathBuf],
    next: &[Next],
    setting: &Setting<'_>,
) -> String {
    let mut out = String::new();
    if facts.is_sandbox() {
        out.push_str("SANDBOX: no real customer was removed\n");
    }
    let how = match undo.state.finished_ms {
        Some(at_ms) => format!("finished ({})", rfc3339(at_ms / 1000 * 1000)),
        None => "stopped".to_owned(),
    };
    let line = format!("Undo of run {} {how}", printable(&facts.info.id));
    wrapped(&mut out, &line, (0, 2), setting);
    exit_code(&mut out, setting);
    out.push('\n');
    undo_counts(&mut out, undo, setting);
    let mut kept = undo.fates.iter().filter(|fate| !fate.status.is_done());
    let first: Vec<_> = kept.by_ref().take(MOST_PROBLEMS).collect();
    if !first.is_empty() {
        out.push_str(match undo.counts.changed {
            0 => "\nNot removed:\n",
            _ => "\nNot removed, or not taken back:\n",
        });
    }
    for fate in first {
        let line = format!(
            "row {}, id {}: {} {}: {}",
            fate.number,
            fate.id,
            fate.status,
            printable(&fate.code),
            printable(&fate.message)
        );
        wrapped(&mut out, line.trim_end_matches([':', ' ']), (2, 6), setting);
    }
    let more = kept.count();
    if more > 0 {
        let _ = writeln!(out, "  ... and {more} more in removed.csv");
    }
    end(&mut out, files, next, setting);
    out
}

fn undo_counts(out: &mut String, undo: &UndoFacts, setting: &Setting<'_>) {
    let counts = &undo.counts;
    for (status, count) in counts.each() {
        if count > 0 || status == UndoStatus::Removed {
            let line = format!("{status:<8} {count:>9}  {}", status.meaning());
            wrapped(out, &line, (2, 22), setting);
        }
    }
    let parts = counts
        .each()
        .into_iter()
        .filter(|(status, _)| counts.changed > 0 || *status != UndoStatus::Restored)
        .map(|(status, count)| (status.to_string(), count));
    let of = match counts.changed {
        0 => "created",
        _ => "created and changed",
    };
    sum(
        out,
        (of, counts.created + counts.changed),
        parts,
        setting.width,
    );
}

/// `created = removed + gone`, and the numbers below; in several pairs of lines where one is too
/// wide.
fn sum(
    out: &mut String,
    (whole, total): (&str, u64),
    parts: impl IntoIterator<Item = (String, u64)>,
    width: usize,
) {
    const START: &str = "  ";
    let mut names = whole.to_owned();
    let mut numbers = total.to_string();
    out.push('\n');
    for (index, (name, count)) in parts.into_iter().enumerate() {
        let sign = if index == 0 { '=' } else { '+' };
        let count = count.to_string();
        let so_far = names.len().max(numbers.len());
        if START.len() + so_far + 3 + name.len().max(count.len()) > width {
            let _ = writeln!(out, "{START}{names}\n{START}{numbers}");
            (names, numbers) = (String::new(), String::new());
        }
        let so_far = names.len().max(numbers.len());
        let gap = if so_far == 0 { "" } else { " " };
        names = format!("{names:<so_far$}{gap}{sign} {name}");
        numbers = format!("{numbers:<so_far$}{gap}{sign} {count}");
    }
    let _ = writeln!(out, "{START}{names}\n{START}{numbers}");
}

/// The files, and what to type next.
fn end(out: &mut String, files: &[PathBuf], next: &[Next], setting: &Setting<'_>) {
    if !files.is_empty() {
        out.push_str("\nFiles:\n");
        for path in files {
            let path = path.to_string_lossy();
            let path = match setting.here {
                Some(here) => seen_from(here, &path),
                None => path.into_owned(),
            };
            let _ = writeln!(out, "  {}", printable(&path));
        }
    }
    steps(out, next, setting);
}

/// What to type next, one step below the other.
pub fn steps(out: &mut String, next: &[Next], setting: &Setting<'_>) {
    for (step, word) in told(next) {
        out.push('\n');
        wrapped(
            out,
            &format!("{word}, {}:", printable(&step.why)),
            (0, 2),
            setting,
        );
        let _ = writeln!(out, "  {}", printable(&step.command()));
    }
}

fn title(out: &mut String, facts: &Facts, setting: &Setting<'_>) {
    if facts.is_sandbox() {
        out.push_str("SANDBOX: no real customer was created\n");
    }
    let how = if facts.finished {
        "finished"
    } else {
        "stopped"
    };
    let mut line = format!("Run {} {how}", printable(&facts.info.id));
    if let Some(ended) = facts.ended {
        let took = (ended.at_ms - facts.info.started_ms).max(0).unsigned_abs();
        let at = rfc3339(ended.at_ms / 1000 * 1000);
        let _ = write!(line, " after {} ({at})", duration(took));
    }
    wrapped(out, &line, (0, 2), setting);
    exit_code(out, setting);
}

fn exit_code(out: &mut String, setting: &Setting<'_>) {
    if let Some((ending, meaning)) = setting.exit {
        let code = ending.number();
        wrapped(
            out,
            &format!("Exit code {code}: {meaning}"),
            (0, 2),
            setting,
        );
    }
}

/// `850 ms`, `12.3 s`, `4 min 05 s`, `2 h 03 min`.
pub fn duration(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    match seconds {
        0 => format!("{milliseconds} ms"),
        1..=59 => format!("{seconds}.{} s", milliseconds % 1000 / 100),
        60..=3599 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", seconds / 3600, seconds / 60 % 60),
    }
}

fn counts(out: &mut String, counts: Counts, setting: &Setting<'_>) {
    out.push('\n');
    for status in Status::ALL {
        let count = counts.get(status);
        if count > 0 || status == Status::Created {
            let line = format!("{status:<8} {count:>9}  {}", status.meaning());
            wrapped(out, &line, (2, 22), setting);
        }
    }
    let parts = counts
        .terms()
        .map(|(status, count)| (status.to_string(), count));
    sum(out, ("rows", counts.rows), parts, setting.width);
}

fn quarantined(out: &mut String, rows: u64, setting: &Setting<'_>) {
    if rows > 0 {
        let text = format!(
            "{rows} of the failed rows quarantined: refused in earlier runs, not sent again until \
             they change"
        );
        out.push('\n');
        wrapped(out, &text, (2, 2), setting);
    }
}

/// What the tenant has beside the list.
fn beside(out: &mut String, facts: &Facts, setting: &Setting<'_>) {
    let near = match facts.near_names() {
        0 => None,
        1 => Some(
            "1 row has nearly the name of a customer that was there, and is probably the same"
                .to_owned(),
        ),
        near => Some(format!(
            "{near} rows have nearly the name of a customer that was there, and are probably the same"
        )),
    };
    let near = near.map(|near| format!("{near} (T204): look at them before they are used"));
    let orphans = match facts.info.orphans {
        None | Some(0) => None,
        Some(1) => Some("1 customer of the tenant is not in the list".to_owned()),
        Some(orphans) => Some(format!(
            "{orphans} customers of the tenant are not in the list"
        )),
    };
    let orphans = orphans.map(|text| format!("{text}: plan --orphans names them"));
    for text in near.into_iter().chain(orphans) {
        out.push('\n');
        wrapped(out, &text, (2, 2), setting);
    }
}

fn problems(out: &mut String, facts: &Facts, setting: &Setting<'_>) {
    let rows = facts.verdicts.iter().enumerate();
    let mut rejected =
        rows.filter(|(_, verdict)| !verdict.status.made_it() && verdict.status != Status::Pending);
    let first: Vec<_> = rejected.by_ref().take(MOST_PROBLEMS).collect();
    if first.is_empty() {
        return;
    }
    out.push_str("\nProblems:\n");
    for (index, verdict) in first {
        let code = if verdict.code.is_empty() {
            String::new()
        } else {
            format!(" {}", printable(&verdict.code))
        };
        let line = format!(
            "row {}: {}{code}: {}",
            facts.place(index),
            verdict.status,
            printable(&verdict.message)
        );
        wrapped(out, &line, (2, 6), setting);
    }
    let more = rejected.count();
    if more > 0 {
        let _ = writeln!(out, "  ... and {more} more in rejected.csv");
    }
}

fn wrapped(out: &mut String, line: &str, (first, rest): (usize, usize), setting: &Setting<'_>) {
    out.push_str(&" ".repeat(first));
    out.push_str(&wrap(line, setting.width, first, rest));
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short() {
        let shown = [850, 12_345, 245_000, 7_380_000].map(duration);
        assert_eq!(shown, ["850 ms", "12.3 s", "4 min 05 s", "2 h 03 min"]);
    }

    #[test]
    fn the_sum_fits_a_narrow_terminal() {
        let mut out = String::new();
        let all = Counts {
            rows: 7_000_000,
            created: 1_000_000,
            exists: 1_000_000,
            updated: 0,
            failed: 1_000_000,
            invalid: 1_000_000,
            blocked: 1_000_000,
            unknown: 1_000_000,
            pending: 1_000_000,
            left_out: 0,
        };
        counts(&mut out, all, &Setting::default());
        assert!(out.lines().all(|line| line.len() <= 80), "{out}");
        assert!(out.ends_with(
            "  rows    = created + exists  + failed  + invalid + blocked + unknown + pending\n  \
               7000000 = 1000000 + 1000000 + 1000000 + 1000000 + 1000000 + 1000000 + 1000000\n"
        ), "{out}");
    }

    #[test]
    fn a_sum_that_is_too_wide_goes_on_below() {
        let mut out = String::new();
        let parts = [("removed", 1), ("gone", 22_222_222), ("kept", 3)];
        let parts = parts.map(|(name, count)| (name.to_owned(), count));
        sum(&mut out, ("created", 22_222_226_u64), parts, 34);
        assert_eq!(
            out,
            "\n  created  = removed + gone\n  22222226 = 1       + 22222222\n  + kept\n  + 3\n"
        );
    }
}
