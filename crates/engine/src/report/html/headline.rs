//! What is read first: how it ended, how many rows have ended how, and when.

use std::fmt::Write;

use super::escape::Html;
use super::words::{Grouped, icon, moment, rows, sentence, shape, with_links};
use crate::model::{Deployments, left_out_shown};
use crate::report::facts::Facts;
use crate::report::text::duration;
use crate::report::undo_facts::UndoFacts;
use crate::report::workbook;
use crate::report::{Counts, Status};

/// How it stands with a run, for somebody who reads nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Every row is in the tenant as it should be.
    Well,
    /// Some rows need somebody.
    NeedsYou,
    /// It is not over.
    Stopped,
    /// It was taken back.
    Undone,
}

impl State {
    fn of(facts: &Facts) -> Self {
        let counts = facts.counts;
        if facts.undo.is_some() {
            Self::Undone
        } else if !facts.finished || counts.open() > 0 {
            Self::Stopped
        } else if facts.is_well() {
            Self::Well
        } else {
            Self::NeedsYou
        }
    }

    /// Its class, and its shape.
    fn look(self) -> (&'static str, &'static str) {
        match self {
            Self::Well => ("well", "ok"),
            Self::NeedsYou => ("needs", "err"),
            Self::Stopped => ("stopped", "hold"),
            Self::Undone => ("undone", "minus"),
        }
    }
}

/// The section.
pub(super) fn section(out: &mut String, facts: &Facts) {
    let state = State::of(facts);
    let (class, shape) = state.look();
    let _ = write!(
        out,
        "<section class=\"head {class}\" aria-labelledby=\"title\">\n<h1 id=\"title\">{}<span>{}</span></h1>\n<p class=\"lead\">{}</p>\n<p class=\"when\">{}</p>\n",
        icon(shape),
        title(facts, state),
        with_links(&lead(facts, state)),
        when(facts),
    );
    share(out, facts.counts);
    filters(out, facts.counts);
    if let Some(told) = facts.counts.automatic_deployment.told() {
        let _ = writeln!(out, "<p class=\"quiet\">{}</p>", Html(&sentence(&told)));
    }
    if let Some(left_out) = left_out_shown(&facts.info.left_out) {
        let _ = writeln!(out, "<p class=\"quiet\">{}</p>", Html(&left_out));
    }
    out.push_str("</section>\n");
}

fn title(facts: &Facts, state: State) -> String {
    let counts = facts.counts;
    match state {
        State::Well => facts.in_the_tenant_told(),
        State::Undone => {
            let undo = facts
                .undo
                .as_ref()
                .map_or_else(String::new, UndoFacts::told);
            sentence(&undo).trim_end_matches('.').to_owned()
        }
        State::Stopped => format!("Stopped: {}", uncapitalised(&facts.in_the_tenant_told())),
        State::NeedsYou => {
            let need = counts.rejected_for_good();
            let need = match (need, counts.automatic_deployment.lacking_told()) {
                (0, None) => facts.mismatches() as u64,
                (0, Some(lacking)) => {
                    return format!("{}, <span class=\"need\">{lacking}</span>", made_it(counts));
                }
                (need, _) => need,
            };
            let verb = if need == 1 { "needs" } else { "need" };
            format!(
                "{}, <span class=\"need\">{} {verb} you</span>",
                made_it(counts),
                Grouped(need)
            )
        }
    }
}

/// A sentence as it goes on behind a colon.
fn uncapitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(char::to_lowercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// `1,733 created, 12 already there`.
fn made_it(counts: Counts) -> String {
    let parts = [
        (counts.created, "created"),
        (counts.updated, "changed"),
        (counts.exists, "already there"),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, word)| format!("{} {word}", Grouped(count)))
        .collect();
    if parts.is_empty() {
        return "Nobody created".to_owned();
    }
    parts.join(", ")
}

/// What that means for its reader, in a sentence.
fn lead(facts: &Facts, state: State) -> String {
    let counts = facts.counts;
    match state {
        State::Well if workbook::fits(facts) => {
            "Nothing is left to do. The new IDs are in results.xlsx and results.csv.".to_owned()
        }
        State::Well => "Nothing is left to do. The new IDs are in results.csv.".to_owned(),
        State::Undone => format!(
            "{}. What the run did before it was undone stands below.",
            facts.in_the_tenant_told()
        ),
        State::NeedsYou
            if counts.rejected_for_good() == 0 && counts.automatic_deployment.lacking() > 0 =>
        {
            not_deployed(counts.automatic_deployment)
        }
        State::NeedsYou if counts.rejected_for_good() == 0 => {
            "The tenant shows some of these customers differently after the run.".to_owned()
        }
        State::NeedsYou => {
            let mut text = match counts.failed + counts.invalid {
                0 => String::new(),
                1 => "1 row needs fixing".to_owned(),
                many => format!("{} need fixing", rows(many)),
            };
            if counts.blocked > 0 {
                let waits = if counts.blocked == 1 { "waits" } else { "wait" };
                let _ = write!(
                    text,
                    "; {} {waits} for one of these and will follow",
                    rows(counts.blocked)
                );
            }
            text.push('.');
            match counts.automatic_deployment.lacking() {
                0 if counts.created + counts.updated + counts.exists == 0 => {}
                0 => text.push_str(" All others are done."),
                _ => {
                    text.push(' ');
                    text.push_str(&not_deployed(counts.automatic_deployment));
                }
            }
            text
        }
        State::Stopped => stopped(counts),
    }
}

/// That customers are there without the automatic deployment that their rows ask for.
fn not_deployed(deployments: Deployments) -> String {
    let lacking = deployments.lacking();
    let (are, their) = match lacking {
        1 => ("customer is", "its"),
        _ => ("customers are", "their"),
    };
    let why = match (deployments.refused, deployments.not_reached) {
        (_, 0) => ": the service refused it".to_owned(),
        (0, _) => ": the run that was to switch it on did not come to it".to_owned(),
        (refused, _) => format!("; the service refused it for {} of them", Grouped(refused)),
    };
    format!(
        "{} {are} in the tenant without the automatic deployment that {their} row asks for{why}.",
        Grouped(lacking)
    )
}

fn stopped(counts: Counts) -> String {
    let mut left = Vec::new();
    for (count, words) in [
        (counts.pending, "not sent yet"),
        (counts.unknown, "sent with unknown outcome"),
        (counts.failed + counts.invalid, "to be fixed"),
        (counts.blocked, "waiting for one of these"),
    ] {
        if count > 0 {
            left.push(format!("{} {words}", rows(count)));
        }
    }
    if counts.automatic_deployment.open > 0 {
        let open = Grouped(counts.automatic_deployment.open);
        left.push(format!("automatic deployment for {open}"));
    }
    match left.as_slice() {
        [] => "The run stopped before its end; continue it.".to_owned(),
        left => format!("The run stopped before its end. Left: {}.", left.join(", ")),
    }
}

/// Which list went where, when, and how long it took.
fn when(facts: &Facts) -> String {
    let info = &facts.info;
    let took = facts.ended.map(|ended| ended.at_ms - info.started_ms);
    let took = took.map_or_else(String::new, |took| {
        format!("<span>took {}</span>", duration(took.max(0).unsigned_abs()))
    });
    let sheet = info.sheet.as_ref().map_or_else(String::new, |sheet| {
        format!(", sheet <bdi>{}</bdi>", Html(sheet))
    });
    format!(
        "<span><bdi>{}</bdi>{sheet} into <bdi>{}</bdi></span><span>{}</span>{took}",
        Html(&info.input_path),
        Html(&info.partner),
        moment(info.started_ms),
    )
}

/// The shares of the statuses, as one bar.
fn share(out: &mut String, counts: Counts) {
    out.push_str(
        "<svg class=\"shares\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
    );
    let mut before = 0;
    for (status, count) in counts.terms().filter(|(_, count)| *count > 0) {
        let place = |rows: u64| rows * 1000 / counts.rows.max(1);
        let (from, to) = (place(before), place(before + count));
        // One in ten thousand is seen all the same.
        let (width, from) = ((to - from).max(4), from.min(996));
        let _ = write!(
            out,
            "<rect class=\"{status}\" x=\"{from}\" y=\"0\" width=\"{width}\" height=\"10\"/>"
        );
        before += count;
    }
    out.push_str("</svg>\n");
}

/// How many rows have ended how, without those that nobody has: each shows its rows in the table.
fn filters(out: &mut String, counts: Counts) {
    out.push_str("<ul class=\"counts\" aria-label=\"Rows by status\">\n");
    for status in Status::ALL {
        let count = counts.get(status);
        if count > 0 {
            let meaning = match status {
                Status::Created => String::new(),
                _ => format!("<small>{}</small>", status.meaning()),
            };
            let _ = writeln!(
                out,
                "<li><button type=\"button\" class=\"st {status}\" data-status=\"{status}\" aria-pressed=\"false\" disabled>{}<span><b>{}</b> {status}{meaning}</span></button></li>",
                icon(shape(status)),
                Grouped(count)
            );
        }
    }
    out.push_str("</ul>\n");
}
