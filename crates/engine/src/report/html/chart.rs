//! The drawings of a run over time, each with the same figures in words and as a table.

use std::fmt::Write;

use super::words::{Grouped, minute};
use crate::model::number::counted;
use crate::report::text::duration;
use crate::report::time::rfc3339;
use crate::report::timing::{Bar, Timing};

/// Where the bars begin and how wide all of them are together, in the drawing's own units.
const LEFT: u64 = 110;
const WIDTH: u64 = 880;
/// Where zero is, and how tall the tallest is.
const FLOOR: u64 = 170;
const HEIGHT: u64 = 150;

/// What a bar is made of, from below: the class that gives a part its colour, and its size.
type Parts = Vec<(&'static str, u64)>;

/// One drawing.
struct Drawing {
    /// Its name for those who do not see it.
    label: &'static str,
    /// What each colour means: class and words.
    legend: &'static [(&'static str, &'static str)],
    parts: fn(&Bar) -> Parts,
    stacking: Stacking,
    /// A size in words.
    size: fn(u64) -> String,
}

/// How the parts of a bar stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stacking {
    /// One upon the other.
    Upon,
    /// One before the other, each from the floor; the tallest is behind.
    Before,
}

const ROWS: Drawing = Drawing {
    label: "Rows that came to their outcome",
    legend: &[("created", "created or found"), ("failed", "refused")],
    parts: |bar| vec![("created", bar.created), ("failed", bar.refused)],
    stacking: Stacking::Upon,
    size: |rows| Grouped(rows).to_string(),
};

const REQUESTS: Drawing = Drawing {
    label: "Requests, look-ups and logins included",
    legend: &[
        ("exists", "answered"),
        ("unknown", "told to come again later"),
        ("failed", "without a clear answer"),
    ],
    parts: |bar| {
        vec![
            ("exists", bar.answered),
            ("unknown", bar.put_off),
            ("failed", bar.lost),
        ]
    },
    stacking: Stacking::Upon,
    size: |requests| Grouped(requests).to_string(),
};

const ANSWERS: Drawing = Drawing {
    label: "How long answers took",
    legend: &[("pending", "95 in 100 within"), ("exists", "half within")],
    parts: |bar| {
        let within = |percent| bar.took.within(percent).unwrap_or(0);
        vec![("pending", within(95)), ("exists", within(50))]
    },
    stacking: Stacking::Before,
    size: duration,
};

/// The section; empty when the run was too short for its time to have a shape.
pub(super) fn section(timing: &Timing) -> String {
    if !timing.has_shape() {
        return String::new();
    }
    let mut out = String::from(
        "<section aria-labelledby=\"time-title\">\n<h2 id=\"time-title\">Over time</h2>\n",
    );
    words(&mut out, timing);
    for drawing in [ROWS, REQUESTS, ANSWERS] {
        draw(&mut out, timing, &drawing);
    }
    table(&mut out, timing);
    out.push_str("</section>\n");
    out
}

fn words(out: &mut String, timing: &Timing) {
    let sum = timing.sum();
    let (rows, requests) = (sum.rows(), sum.requests());
    let _ = write!(
        out,
        "<p>{} {} to an outcome: {} created or found, {} refused.",
        Grouped(rows),
        if rows == 1 { "row came" } else { "rows came" },
        Grouped(sum.created),
        Grouped(sum.refused)
    );
    if requests > 0 {
        let _ = write!(
            out,
            " {}: {} answered, {} told to come again later, {} without a clear answer.",
            counted(requests, "request"),
            Grouped(sum.answered),
            Grouped(sum.put_off),
            Grouped(sum.lost)
        );
    }
    if let (Some(half), Some(most)) = (sum.took.within(50), sum.took.within(95)) {
        let _ = write!(
            out,
            " Half of the answers came within {}, 95 in 100 within {}; waiting for the rate limit is no part of it.",
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
        3_600_000..86_400_000 => format!("{} h", milliseconds / 3_600_000),
        _ => format!("{} d", milliseconds / 86_400_000),
    }
}

/// How tall a bar is.
fn tall(parts: &Parts, stacking: Stacking) -> u64 {
    let sizes = parts.iter().map(|(_, size)| *size);
    match stacking {
        Stacking::Upon => sizes.sum(),
        Stacking::Before => sizes.max().unwrap_or(0),
    }
}

fn draw(out: &mut String, timing: &Timing, drawing: &Drawing) {
    let bars: Vec<Parts> = timing.bars.iter().map(drawing.parts).collect();
    let tallest = bars.iter().map(|parts| tall(parts, drawing.stacking)).max();
    let tallest = tallest.unwrap_or(0);
    // A run whose journal tells nothing of it.
    if tallest == 0 {
        return;
    }
    let (label, each) = (drawing.label, bar_length(timing.width_ms));
    let highest = (drawing.size)(tallest);
    let _ = write!(out, "<figure><figcaption>{label}, in each {each}:");
    for (class, meaning) in drawing.legend {
        let _ = write!(
            out,
            " <span class=\"key\"><svg class=\"chart\" viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect class=\"{class}\" width=\"10\" height=\"10\"/></svg>{meaning}</span>"
        );
    }
    let end = timing.begins(timing.bars.len());
    let (from, to) = (rfc3339(timing.from_ms), rfc3339(end));
    let (right, middle) = (LEFT + WIDTH, FLOOR - HEIGHT / 2);
    let _ = writeln!(
        out,
        "</figcaption>\n\
         <svg class=\"chart\" viewBox=\"0 0 1000 200\" role=\"img\" aria-label=\"{label}, at most {highest} in {each}, from {from} to {to}\">\n\
         <text x=\"100\" y=\"32\" text-anchor=\"end\">{highest}</text><text x=\"100\" y=\"172\" text-anchor=\"end\">0</text>\
         <line class=\"middle\" x1=\"{LEFT}\" y1=\"{middle}\" x2=\"{right}\" y2=\"{middle}\"/>\
         <line x1=\"{LEFT}\" y1=\"{FLOOR}\" x2=\"{right}\" y2=\"{FLOOR}\"/>\n\
         <text x=\"{LEFT}\" y=\"194\" data-time=\"{from}\">{} UTC</text><text x=\"{right}\" y=\"194\" text-anchor=\"end\" data-time=\"{to}\">{} UTC</text>",
        minute(&from),
        minute(&to),
    );
    let width = (WIDTH / bars.len().max(1) as u64).min(60);
    for (place, parts) in (0..).zip(&bars) {
        let mut floor = FLOOR;
        for (class, size) in parts.iter().filter(|(_, size)| *size > 0) {
            let height = u128::from(*size) * u128::from(HEIGHT) / u128::from(tallest);
            let height = u64::try_from(height).unwrap_or(HEIGHT).max(1);
            let top = floor.saturating_sub(height);
            let (x, wide) = (LEFT + place * width, width.saturating_sub(2).max(1));
            let _ = write!(
                out,
                "<rect class=\"{class}\" x=\"{x}\" y=\"{top}\" width=\"{wide}\" height=\"{height}\"/>"
            );
            if drawing.stacking == Stacking::Upon {
                floor = top;
            }
        }
    }
    out.push_str("</svg>\n</figure>\n");
}

fn table(out: &mut String, timing: &Timing) {
    out.push_str(
        "<details class=\"figures\"><summary>The same as a table</summary>\n\
         <div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Figures over time\"><table>\n<thead><tr>",
    );
    for title in [
        "From",
        "Created, changed or found",
        "Refused",
        "Requests answered",
        "To come later",
        "No clear answer",
        "Half within",
        "95 in 100 within",
    ] {
        let _ = write!(out, "<th scope=\"col\">{title}</th>");
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for (place, bar) in timing.bars.iter().enumerate() {
        if bar.rows() + bar.requests() == 0 {
            continue;
        }
        let within = |percent| bar.took.within(percent).map_or_else(String::new, duration);
        let begins = rfc3339(timing.begins(place));
        let _ = write!(
            out,
            "<tr><th scope=\"row\"><time datetime=\"{begins}\" data-seconds>{begins}</time></th>"
        );
        for count in [
            bar.created,
            bar.refused,
            bar.answered,
            bar.put_off,
            bar.lost,
        ] {
            let _ = write!(out, "<td>{}</td>", Grouped(count));
        }
        let _ = writeln!(out, "<td>{}</td><td>{}</td></tr>", within(50), within(95));
    }
    out.push_str("</tbody>\n</table></div></details>\n");
}
