//! The drawings of a run over time, each with the same figures in words and as a table.

use std::fmt::Write;

use super::timing::{Bar, Timing, within};
use crate::report::facts::rfc3339;
use crate::report::text::duration;

/// Where the bars begin and how wide all of them are together, in the drawing's own units.
const LEFT: u64 = 110;
const WIDTH: u64 = 880;
/// Where zero is, and how tall the tallest is.
const FLOOR: u64 = 170;
const HEIGHT: u64 = 150;

/// The section; empty when nothing was sent.
pub(super) fn section(timing: &Timing) -> String {
    if timing.bars.is_empty() {
        return String::new();
    }
    let mut out = String::from(
        "<section aria-labelledby=\"time-title\">\n<h2 id=\"time-title\">Over time</h2>\n",
    );
    words(&mut out, timing);
    let each = bar_length(timing.width_ms);
    let _ = writeln!(
        out,
        "<figure><figcaption>Rows in each {each}: <span class=\"badge created\">created or found</span> \
         <span class=\"badge failed\">refused</span> <span class=\"badge unknown\">sent once more</span></figcaption>"
    );
    rows(&mut out, timing);
    out.push_str("</figure>\n");
    if !timing.waits_ms.is_empty() {
        out.push_str(
            "<figure><figcaption>Time from a row's turn to its outcome: <span class=\"badge exists\">half of the rows within</span> \
             <span class=\"badge pending\">95 in 100 within</span></figcaption>\n",
        );
        waits(&mut out, timing);
        out.push_str("</figure>\n");
    }
    table(&mut out, timing);
    out.push_str("</section>\n");
    out
}

fn words(out: &mut String, timing: &Timing) {
    let sum = |of: fn(&Bar) -> u64| timing.bars.iter().map(of).sum::<u64>();
    let (created, refused) = (sum(|bar| bar.created), sum(|bar| bar.refused));
    let repeated = sum(|bar| bar.repeated);
    let _ = write!(
        out,
        "<p>{created} created or found, {refused} refused, {repeated} sent once more."
    );
    let half = within(&timing.waits_ms, 50);
    if let (Some(half), Some(most)) = (half, within(&timing.waits_ms, 95)) {
        let _ = write!(
            out,
            " Half of the rows had their outcome within {} of their turn, 95 in 100 within {}; \
             waiting for the rate limit is part of it.",
            duration(half),
            duration(most)
        );
    }
    out.push_str("</p>\n");
}

fn bar_length(milliseconds: i64) -> String {
    match milliseconds {
        ..1000 => format!("{milliseconds} ms"),
        1000..60_000 => format!("{} s", milliseconds / 1000),
        60_000..3_600_000 => format!("{} min", milliseconds / 60_000),
        _ => format!("{} h", milliseconds / 3_600_000),
    }
}

/// The bar's beginning, Unix milliseconds.
fn begins(timing: &Timing, place: usize) -> i64 {
    timing.from_ms + timing.width_ms * i64::try_from(place).unwrap_or(0)
}

/// The frame: what the drawing says in words, its floor, its highest value and its times.
fn frame(out: &mut String, timing: &Timing, label: &str, highest: &str) {
    let (from, to) = (
        rfc3339(timing.from_ms),
        rfc3339(begins(timing, timing.bars.len())),
    );
    let right = LEFT + WIDTH;
    let _ = writeln!(
        out,
        "<svg class=\"chart\" viewBox=\"0 0 1000 200\" role=\"img\" aria-label=\"{label}, from {from} to {to}\">\n\
         <text x=\"100\" y=\"32\" text-anchor=\"end\">{highest}</text><text x=\"100\" y=\"172\" text-anchor=\"end\">0</text>\
         <line x1=\"{LEFT}\" y1=\"{FLOOR}\" x2=\"{right}\" y2=\"{FLOOR}\"/>\n\
         <text x=\"{LEFT}\" y=\"194\">{}</text><text x=\"{right}\" y=\"194\" text-anchor=\"end\">{}</text>",
        clock(&from),
        clock(&to),
    );
}

/// `2026-01-02 03:04:05` of an RFC 3339 moment.
fn clock(moment: &str) -> String {
    let seconds = moment.get(..19).unwrap_or(moment);
    seconds.replace('T', " ")
}

fn bar_width(timing: &Timing) -> u64 {
    (WIDTH / timing.bars.len().max(1) as u64).min(60)
}

fn rows(out: &mut String, timing: &Timing) {
    let height_of = |bar: &Bar| bar.created + bar.refused + bar.repeated;
    let tallest = timing.bars.iter().map(height_of).max().unwrap_or(0).max(1);
    let label = format!(
        "Rows over time, at most {tallest} in {}",
        bar_length(timing.width_ms)
    );
    frame(out, timing, &label, &tallest.to_string());
    let each = bar_width(timing);
    for (place, bar) in (0..).zip(&timing.bars) {
        let mut floor = FLOOR;
        for (class, count) in [
            ("created", bar.created),
            ("failed", bar.refused),
            ("unknown", bar.repeated),
        ] {
            if count > 0 {
                let height = (count * HEIGHT).div_ceil(tallest);
                floor -= height.min(floor);
                let (x, width) = (LEFT + place * each, each.saturating_sub(2).max(1));
                let _ = write!(
                    out,
                    "<rect class=\"{class}\" x=\"{x}\" y=\"{floor}\" width=\"{width}\" height=\"{height}\"/>"
                );
            }
        }
    }
    out.push_str("</svg>\n");
}

fn waits(out: &mut String, timing: &Timing) {
    let most_of = |bar: &Bar| within(&bar.waits_ms, 95);
    let tallest = timing.bars.iter().filter_map(most_of).max();
    let tallest = tallest.unwrap_or(0).max(1);
    let label = format!(
        "Time from a row's turn to its outcome, at most {}",
        duration(tallest)
    );
    frame(out, timing, &label, &duration(tallest));
    let each = bar_width(timing);
    for (place, bar) in (0..).zip(&timing.bars) {
        for (class, percent) in [("pending", 95), ("exists", 50)] {
            let Some(wait) = within(&bar.waits_ms, percent) else {
                continue;
            };
            let height = u128::from(wait) * u128::from(HEIGHT) / u128::from(tallest);
            let height = u64::try_from(height).unwrap_or(HEIGHT).max(1);
            let (x, y) = (LEFT + place * each, FLOOR - height.min(FLOOR));
            let width = each.saturating_sub(2).max(1);
            let _ = write!(
                out,
                "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"
            );
        }
    }
    out.push_str("</svg>\n");
}

fn table(out: &mut String, timing: &Timing) {
    out.push_str(
        "<details class=\"figures\"><summary>The same as a table</summary>\n\
         <div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Figures over time\"><table>\n<thead><tr>",
    );
    for title in [
        "From (UTC)",
        "Created or found",
        "Refused",
        "Sent once more",
        "Half within",
        "95 in 100 within",
    ] {
        let _ = write!(out, "<th scope=\"col\">{title}</th>");
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for (place, bar) in timing.bars.iter().enumerate() {
        if bar.created + bar.refused + bar.repeated == 0 {
            continue;
        }
        let wait = |percent| within(&bar.waits_ms, percent).map_or_else(String::new, duration);
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            rfc3339(begins(timing, place)),
            bar.created,
            bar.refused,
            bar.repeated,
            wait(50),
            wait(95),
        );
    }
    out.push_str("</tbody>\n</table></div></details>\n");
}
