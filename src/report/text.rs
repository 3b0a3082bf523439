//! The closing summary for people: plain text in 80 columns.

use std::fmt::Write;
use std::path::PathBuf;

use super::counts::Counts;
use super::facts::{Facts, rfc3339};
use super::next::Next;
use super::undone::{UndoFacts, UndoStatus};
use super::verdict::Status;

const WIDTH: usize = 80;
const MOST_PROBLEMS: usize = 10;

/// The closing summary: counts, what went wrong, the files, what to type next.
pub fn closing(facts: &Facts, files: &[PathBuf], next: &[Next]) -> String {
    let mut out = String::new();
    title(&mut out, facts);
    counts(&mut out, facts.counts, facts.updated());
    quarantined(&mut out, facts.quarantined());
    if let Some(undo) = &facts.undo {
        out.push_str("\nUndone since:\n\n");
        undo_counts(&mut out, undo);
    }
    problems(&mut out, facts);
    end(&mut out, files, next);
    out
}

/// The same for the undoing of a run.
pub fn undo_closing(facts: &Facts, undo: &UndoFacts, files: &[PathBuf], next: &[Next]) -> String {
    let mut out = String::new();
    if facts.is_sandbox() {
        out.push_str("SANDBOX: no real customer was removed\n");
    }
    let how = match undo.state.finished_ms {
        Some(at_ms) => format!("finished ({})", rfc3339(at_ms / 1000 * 1000)),
        None => "stopped".to_owned(),
    };
    let _ = writeln!(out, "Undo of run {} {how}\n", plain(&facts.info.id));
    undo_counts(&mut out, undo);
    let mut kept = undo.fates.iter().filter(|fate| !fate.status.is_away());
    let first: Vec<_> = kept.by_ref().take(MOST_PROBLEMS).collect();
    if !first.is_empty() {
        out.push_str("\nNot removed:\n");
    }
    for fate in first {
        let line = format!(
            "row {}, id {}: {} {}: {}",
            fate.number,
            fate.id,
            fate.status,
            plain(&fate.code),
            plain(&fate.message)
        );
        wrap(&mut out, line.trim_end_matches([':', ' ']), 2, 6);
    }
    let more = kept.count();
    if more > 0 {
        let _ = writeln!(out, "  ... and {more} more in removed.csv");
    }
    end(&mut out, files, next);
    out
}

fn undo_counts(out: &mut String, undo: &UndoFacts) {
    let counts = &undo.counts;
    for (status, count) in counts.each() {
        if count > 0 || status == UndoStatus::Removed {
            let _ = writeln!(out, "  {status:<8} {count:>9}  {}", status.meaning());
        }
    }
    let (mut names, mut numbers) = ("created".to_owned(), counts.created.to_string());
    for (status, count) in counts.each() {
        let sign = if status == UndoStatus::Removed {
            '='
        } else {
            '+'
        };
        let width = names.len().max(numbers.len());
        names = format!("{names:<width$} {sign} {status}");
        numbers = format!("{numbers:<width$} {sign} {count}");
    }
    let _ = writeln!(out, "\n  {names}\n  {numbers}");
}

/// The files, and what to type next.
fn end(out: &mut String, files: &[PathBuf], next: &[Next]) {
    if !files.is_empty() {
        out.push_str("\nFiles:\n");
        for path in files {
            let _ = writeln!(out, "  {}", plain(&path.to_string_lossy()));
        }
    }
    for (step, word) in next.iter().zip(["Next", "Then"].into_iter().cycle()) {
        let (why, command) = (plain(&step.why), plain(&step.command));
        let _ = writeln!(out, "\n{word}, {why}:\n  {command}");
    }
}

fn title(out: &mut String, facts: &Facts) {
    if facts.is_sandbox() {
        out.push_str("SANDBOX: no real customer was created\n");
    }
    let how = if facts.finished {
        "finished"
    } else {
        "stopped"
    };
    let _ = write!(out, "Run {} {how}", plain(&facts.info.id));
    if let Some(ended) = facts.ended {
        let took = (ended.at_ms - facts.info.started_ms).max(0).unsigned_abs();
        let at = rfc3339(ended.at_ms / 1000 * 1000);
        let _ = write!(out, " after {} ({at})", duration(took));
    }
    out.push('\n');
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

fn counts(out: &mut String, counts: Counts, updated: usize) {
    out.push('\n');
    for status in Status::ALL {
        let count = counts.get(status);
        if count > 0 || status == Status::Created {
            let _ = write!(out, "  {status:<8} {count:>9}  {}", status.meaning());
            if status == Status::Exists && updated > 0 {
                let _ = write!(out, ", {updated} of them changed by this run");
            }
            out.push('\n');
        }
    }
    let mut names = "rows".to_owned();
    let mut numbers = counts.rows.to_string();
    for status in Status::ALL {
        let sign = if status == Status::Created { '=' } else { '+' };
        let width = names.chars().count().max(numbers.len());
        let count = counts.get(status);
        names = format!("{names:<width$} {sign} {status}");
        numbers = format!("{numbers:<width$} {sign} {count}");
    }
    let _ = writeln!(out, "\n  {names}\n  {numbers}");
}

fn quarantined(out: &mut String, rows: u64) {
    if rows > 0 {
        let text = format!(
            "{rows} of the failed rows quarantined: refused in earlier runs, not sent again until \
             they change"
        );
        out.push('\n');
        wrap(out, &text, 2, 2);
    }
}

fn problems(out: &mut String, facts: &Facts) {
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
            format!(" {}", plain(&verdict.code))
        };
        let line = format!(
            "row {}: {}{code}: {}",
            facts.place(index),
            verdict.status,
            plain(&verdict.message)
        );
        wrap(out, &line, 2, 6);
    }
    let more = rejected.count();
    if more > 0 {
        let _ = writeln!(out, "  ... and {more} more in rejected.csv");
    }
}

/// Breaks a line at spaces; words longer than a line stay whole.
fn wrap(out: &mut String, line: &str, first: usize, rest: usize) {
    let mut column = first;
    out.extend(std::iter::repeat_n(' ', first));
    let mut fresh = true;
    for word in line.split(' ') {
        let length = word.chars().count();
        if !fresh && column + 1 + length > WIDTH {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', rest));
            column = rest;
            fresh = true;
        }
        if !fresh {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
        fresh = false;
    }
    out.push('\n');
}

/// Text that cannot move the cursor or colour the terminal.
fn plain(text: &str) -> String {
    let harmless = |letter: char| match letter {
        '\n' | '\r' | '\t' => ' ',
        _ if letter.is_control() => '\u{fffd}',
        // Marks that turn the direction of writing around.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        _ => letter,
    };
    text.chars().map(harmless).collect()
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
            failed: 1_000_000,
            invalid: 1_000_000,
            blocked: 1_000_000,
            unknown: 1_000_000,
            pending: 1_000_000,
        };
        counts(&mut out, all, 0);
        assert!(
            out.lines().all(|line| line.chars().count() <= WIDTH),
            "{out}"
        );
        assert!(out.ends_with(
            "  rows    = created + exists  + failed  + invalid + blocked + unknown + pending\n  \
               7000000 = 1000000 + 1000000 + 1000000 + 1000000 + 1000000 + 1000000 + 1000000\n"
        ), "{out}");
    }

    #[test]
    fn nothing_moves_the_cursor() {
        assert_eq!(plain("a\u{1b}[31m\nb\u{202e}"), "a\u{fffd}[31m b\u{fffd}");
    }
}
