//! The closing summary for people: plain text, as wide as its reader's terminal.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::causes::{Cause, Kind, causes, counted_twice, left_differing};
use super::counts::Counts;
use super::facts::Facts;
use super::next::{Next, seen_from, told};
use super::status::Status;
use super::time::rfc3339;
use super::undo_facts::UndoFacts;
use super::wrap::wrap;
use crate::model::number::{counted, grouped};
use crate::model::rules::tenant::{DEPLOYMENT_NOT_REACHED_BEFORE, DEPLOYMENT_REFUSED_BEFORE};
use crate::model::{Ending, left_out_shown, printable};

const MOST_PROBLEMS: usize = 10;
/// So many causes are shown; the files have all rows.
const MOST_CAUSES: usize = 8;

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
    // Where all is well the headline has said all of it.
    if facts.undo.is_some() || !facts.is_well() {
        counts(&mut out, facts.counts, setting);
    }
    if let Some(made) = facts.makeup() {
        out.push('\n');
        wrapped(&mut out, &format!("created: {made}"), (2, 4), setting);
    }
    if let Some(told) = facts.counts.automatic_deployment.told() {
        out.push('\n');
        wrapped(&mut out, &told, (2, 4), setting);
    }
    let differing = left_differing(facts);
    if differing.rows() > 0 {
        let verb = if differing.rows() == 1 { "was" } else { "were" };
        let text = format!("{}, and {verb} left as in the tenant", differing.told());
        out.push('\n');
        wrapped(&mut out, &text, (2, 4), setting);
    }
    if let Some(left_out) = left_out_shown(&facts.info.left_out) {
        out.push('\n');
        wrapped(&mut out, &printable(&left_out), (2, 4), setting);
    }
    quarantined(&mut out, facts.quarantined(), setting);
    beside(&mut out, facts, setting);
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
    let line = format!("{}{}", nothing_real(facts), undo.counts.told());
    wrapped(&mut out, &line, (0, 2), setting);
    let how = match undo.state.finished_ms {
        Some(at_ms) => format!("finished ({})", rfc3339(at_ms / 1000 * 1000)),
        None => "stopped".to_owned(),
    };
    let line = format!("Undo of run {} {how}", printable(&facts.info.id));
    wrapped(&mut out, &line, (0, 2), setting);
    exit_code(&mut out, setting);
    undo_counts(&mut out, undo, setting);
    let mut kept = undo.fates.iter().filter(|fate| !fate.status.is_done());
    let first: Vec<_> = kept.by_ref().take(MOST_PROBLEMS).collect();
    if !first.is_empty() {
        out.push_str(match undo.counts.changed {
            0 => "\nNot removed:\n",
            _ => "\nNot removed, or not restored:\n",
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
        let _ = writeln!(out, "  ... and {} more in removed.csv", grouped(more));
    }
    end(&mut out, files, next, setting);
    out
}

/// What became of the run's customers, where that is more than the headline says: all of them as they
/// should be.
fn undo_counts(out: &mut String, undo: &UndoFacts, setting: &Setting<'_>) {
    let counts = &undo.counts;
    if counts.some().all(|(status, _)| status.is_done()) {
        return;
    }
    out.push('\n');
    for (status, count) in counts.some() {
        let line = format!("{status:<8} {:>9}  {}", grouped(count), status.meaning());
        wrapped(out, &line, (2, 22), setting);
    }
    let of = match (counts.created, counts.changed) {
        (_, 0) => "created by the run",
        (0, _) => "changed by the run",
        _ => "created or changed by the run",
    };
    let all = counts.created + counts.changed;
    let line = format!("{:<8} {:>9}  {of}", "all", grouped(all));
    wrapped(out, &line, (2, 22), setting);
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
        let _ = writeln!(out, "  {}", printable(&step.command_from(setting.here)));
    }
}

fn title(out: &mut String, facts: &Facts, setting: &Setting<'_>) {
    let said = match &facts.undo {
        Some(undo) => undo.told(),
        None => headline_of_all(facts),
    };
    let line = format!("{}{said}", nothing_real(facts));
    wrapped(out, &line, (0, 2), setting);
    if let Some(undo) = &facts.undo {
        undo_counts(out, undo, setting);
        let line = format!("Before it was undone: {}", headline(facts.counts));
        out.push('\n');
        wrapped(out, &line, (0, 2), setting);
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

/// What is said first of what was done in the sandbox.
fn nothing_real(facts: &Facts) -> &'static str {
    if facts.is_sandbox() {
        "SANDBOX, nothing real: "
    } else {
        ""
    }
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

/// `1,733 created, 267 need you`: what became of the rows, as people would put it.
pub fn headline(counts: Counts) -> String {
    let mut parts = Vec::new();
    let mut add = |count: u64, words: &str| {
        if count > 0 {
            parts.push(format!("{} {words}", grouped(count)));
        }
    };
    add(counts.created, "created");
    add(counts.updated, "changed");
    add(counts.exists, "already there");
    let needed = counts.rejected_for_good();
    add(needed, if needed == 1 { "needs you" } else { "need you" });
    let deployments = counts.automatic_deployment;
    parts.extend(deployments.lacking_told());
    let mut add = |count: u64, words: &str| {
        if count > 0 {
            parts.push(format!("{} {words}", grouped(count)));
        }
    };
    // Of rows that are not sent yet that goes without saying.
    if counts.open() == 0 {
        add(deployments.open, "still without automatic deployment");
    }
    add(counts.unknown, "not settled");
    add(counts.pending, "not sent yet");
    if counts.rows == 0 {
        "no rows".to_owned()
    } else if counts.made_it() == 0 {
        format!("nothing created, {}", parts.join(", "))
    } else {
        parts.join(", ")
    }
}

/// The headline; where all is well, with the sum, since no table of counts follows.
fn headline_of_all(facts: &Facts) -> String {
    let said = headline(facts.counts);
    match facts.counts.rows {
        0 => said,
        _ if !facts.is_well() => said,
        1 => format!("{said} (the only row of the list)"),
        _ if facts.counts.terms().filter(|(_, count)| *count > 0).count() == 1 => {
            format!("{said} (every row of the list)")
        }
        many => format!("{said} (all {} rows of the list)", grouped(many)),
    }
}

fn counts(out: &mut String, counts: Counts, setting: &Setting<'_>) {
    out.push('\n');
    let mut line = |word: &str, count: u64, meaning: &str| {
        let line = format!("{word:<8} {:>9}  {meaning}", grouped(count));
        wrapped(out, &line, (2, 22), setting);
    };
    for status in Status::ALL {
        let count = counts.get(status);
        if count > 0 || status == Status::Created {
            line(status.as_str(), count, status.meaning());
        }
    }
    line("all", counts.rows, "rows of the list");
}

fn quarantined(out: &mut String, rows: u64, setting: &Setting<'_>) {
    if rows > 0 {
        let text = format!(
            "{} of the failed rows quarantined: refused in earlier runs, not sent again until they \
             change",
            grouped(rows)
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
            "1 row has nearly the same name as an existing customer, and is probably the same one"
                .to_owned(),
        ),
        near => Some(format!(
            "{} have nearly the same names as existing customers, and are probably the same ones",
            counted(near, "row")
        )),
    };
    let near = near.map(|near| format!("{near} (T204): look at them before you use them"));
    let orphans = match facts.info.orphans {
        None | Some(0) => None,
        Some(1) => Some("1 customer of the tenant is not in the list".to_owned()),
        Some(orphans) => Some(format!(
            "{} of the tenant are not in the list",
            counted(orphans, "customer")
        )),
    };
    let orphans = orphans.map(|text| format!("{text}: `plan` with `--orphans` lists them"));
    for text in near.into_iter().chain(orphans) {
        out.push('\n');
        wrapped(out, &text, (2, 2), setting);
    }
}

/// What needs somebody: the causes, the worst first, each with some of its rows.
fn problems(out: &mut String, facts: &Facts, setting: &Setting<'_>) {
    let causes = causes(facts);
    if causes.is_empty() {
        return;
    }
    out.push('\n');
    let title = if counted_twice(facts, &causes) {
        "What needs you (some rows have several causes):"
    } else {
        "What needs you:"
    };
    wrapped(out, title, (0, 2), setting);
    for cause in causes.iter().take(MOST_CAUSES) {
        one_cause(out, facts, cause, setting);
    }
    let more = causes.len().saturating_sub(MOST_CAUSES);
    if more > 0 {
        let more = counted(more, "more cause");
        let _ = writeln!(out, "  ... and {more}: the files have every row");
    }
}

/// The codes of what earlier runs left, in words of their own.
const SAID_BY_RULE: [&str; 2] = [
    DEPLOYMENT_REFUSED_BEFORE.code,
    DEPLOYMENT_NOT_REACHED_BEFORE.code,
];

fn one_cause(out: &mut String, facts: &Facts, cause: &Cause, setting: &Setting<'_>) {
    let rows = counted(cause.rows, "row");
    let mut line = format!("{rows:>9}  ");
    line.push_str(match cause.kind {
        Kind::Refused => "the service refused: ",
        // That is said by the rule.
        Kind::NotDeployed if SAID_BY_RULE.contains(&cause.code.as_str()) => "",
        Kind::NotDeployed => "automatic deployment was refused, the customer is there: ",
        Kind::Unknown | Kind::Wrong | Kind::Blocked => "",
    });
    line.push_str(&printable(&cause.reason));
    if cause.others > 0 {
        let _ = write!(
            line,
            "; {} of them with other messages",
            grouped(cause.others)
        );
    }
    if !cause.code.is_empty() {
        let _ = write!(line, " ({})", printable(&cause.code));
    }
    wrapped(out, &line, (2, 13), setting);
    let places: Vec<String> = cause.places.iter().map(|at| facts.place(*at)).collect();
    let shown = u64::try_from(places.len()).unwrap_or(u64::MAX);
    let rows = if cause.rows == 1 { "row" } else { "rows" };
    let more = match cause.rows.saturating_sub(shown) {
        0 => String::new(),
        more => format!(" and {} more", grouped(more)),
    };
    let line = format!("{rows} {}{more}", places.join(", "));
    wrapped(out, &line, (13, 13), setting);
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
    fn the_headline_says_it_as_people_would() {
        let said = |change: fn(&mut Counts)| {
            let mut counts = Counts {
                rows: 2_000,
                ..Counts::default()
            };
            change(&mut counts);
            headline(counts)
        };
        let of = said(|counts| (counts.created, counts.invalid, counts.failed) = (1_733, 200, 67));
        assert_eq!(of, "1,733 created, 267 need you");
        let of = said(|counts| (counts.updated, counts.exists, counts.blocked) = (2, 3, 1));
        assert_eq!(of, "2 changed, 3 already there, 1 needs you");
        let of = said(|counts| (counts.pending, counts.unknown) = (1_999, 1));
        assert_eq!(of, "nothing created, 1 not settled, 1,999 not sent yet");
        assert_eq!(headline(Counts::default()), "no rows");
    }
}
