//! When things happened: answers over time and how long they took, from the journal's events.

use std::fmt::Write;

use crate::journal::{EventKind, Store};
use crate::report::ReportError;
use crate::report::facts::{Facts, rfc3339};
use crate::report::text::duration;

/// Bars in the drawing, at most.
const MOST_BARS: i64 = 60;
/// Widths of a bar that people can read, in milliseconds.
const WIDTHS: [i64; 14] = [
    100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000,
    21_600_000, 86_400_000,
];

/// One bar: what came in its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Bar {
    /// Customers created, or found to be there.
    pub(super) created: u64,
    /// Rows refused by the service.
    pub(super) refused: u64,
    /// Requests without an answer, or sent once more.
    pub(super) repeated: u64,
}

/// What the events tell of time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Timing {
    /// When the first bar begins, Unix milliseconds.
    pub(super) from_ms: i64,
    /// How long a bar is.
    pub(super) width_ms: i64,
    /// The bars, without a hole.
    pub(super) bars: Vec<Bar>,
    /// From a row's last intent to its outcome, sorted.
    pub(super) answers_ms: Vec<i64>,
}

/// What an event counts as.
#[derive(Clone, Copy)]
enum Point {
    Created,
    Refused,
    Repeated,
}

impl Timing {
    /// Reads the events.
    pub(super) fn read(facts: &Facts, store: &Store) -> Result<Self, ReportError> {
        let mut points = Vec::new();
        let mut answers_ms = Vec::new();
        let mut intents: Vec<(u32, i64)> = vec![(0, 0); facts.numbers.len()];
        store.each_event(|event| {
            let Some((sent, last)) = intents.get_mut(event.row.as_usize()) else {
                return;
            };
            let point = match event.kind {
                EventKind::Intent => {
                    *sent += 1;
                    *last = event.at_ms;
                    (*sent > 1).then_some(Point::Repeated)
                }
                EventKind::Created(_) | EventKind::Exists(_) | EventKind::Updated(_) => {
                    Some(Point::Created)
                }
                EventKind::Failed { .. } => Some(Point::Refused),
                EventKind::Released
                | EventKind::Blocked { .. }
                | EventKind::Unknown { .. }
                | EventKind::Mismatch { .. } => None,
            };
            if let Some(Point::Created | Point::Refused) = point
                && *sent > 0
            {
                answers_ms.push((event.at_ms - *last).max(0));
            }
            points.extend(point.map(|point| (event.at_ms, point)));
        })?;
        answers_ms.sort_unstable();
        Ok(Self {
            answers_ms,
            ..Self::of(&points)
        })
    }

    fn of(points: &[(i64, Point)]) -> Self {
        let times = || points.iter().map(|(at, _)| *at);
        let (Some(first), Some(last)) = (times().min(), times().max()) else {
            return Self::default();
        };
        let fits = |width: &&i64| last / **width - first / **width < MOST_BARS;
        let longest = WIDTHS[WIDTHS.len() - 1];
        // A run that lay still for years: a bar is as many days as it takes.
        let days = ((last - first) / longest / (MOST_BARS - 1) + 1) * longest;
        let width_ms = WIDTHS.iter().find(fits).copied().unwrap_or(days);
        let from_ms = first / width_ms * width_ms;
        let place = |at: i64| usize::try_from((at - from_ms) / width_ms).unwrap_or(0);
        let mut bars = vec![Bar::default(); place(last) + 1];
        for (at, point) in points {
            let bar = &mut bars[place(*at)];
            match point {
                Point::Created => bar.created += 1,
                Point::Refused => bar.refused += 1,
                Point::Repeated => bar.repeated += 1,
            }
        }
        Self {
            from_ms,
            width_ms,
            bars,
            answers_ms: Vec::new(),
        }
    }

    /// The time within which this share of the answers came.
    fn within(&self, percent: usize) -> Option<u64> {
        let last = self.answers_ms.len().checked_sub(1)?;
        let found = self.answers_ms[last * percent / 100];
        u64::try_from(found).ok()
    }
}

/// The section; empty when nothing was sent.
pub(super) fn section(timing: &Timing) -> String {
    if timing.bars.is_empty() {
        return String::new();
    }
    let mut out = String::from(
        "<section aria-labelledby=\"time-title\">\n<h2 id=\"time-title\">Over time</h2>\n",
    );
    drawing(&mut out, timing);
    let sum = |of: fn(&Bar) -> u64| timing.bars.iter().map(of).sum::<u64>();
    let (created, refused) = (sum(|bar| bar.created), sum(|bar| bar.refused));
    let _ = write!(
        out,
        "<p>Each bar is {}: <span class=\"badge created\">{created} customers created or found</span> \
         <span class=\"badge failed\">{refused} rows refused</span> \
         <span class=\"badge unknown\">{} requests sent once more</span>.",
        bar_length(timing.width_ms),
        sum(|bar| bar.repeated),
    );
    if let (Some(half), Some(most)) = (timing.within(50), timing.within(95)) {
        let _ = write!(
            out,
            " Half of the answers came within {}, 95 in 100 within {}.",
            duration(half),
            duration(most)
        );
    }
    out.push_str("</p>\n</section>\n");
    out
}

fn bar_length(milliseconds: i64) -> String {
    match milliseconds {
        ..1000 => format!("{milliseconds} ms"),
        1000..60_000 => format!("{} s", milliseconds / 1000),
        60_000..3_600_000 => format!("{} min", milliseconds / 60_000),
        _ => format!("{} h", milliseconds / 3_600_000),
    }
}

fn drawing(out: &mut String, timing: &Timing) {
    const WIDTH: u64 = 900;
    const HEIGHT: u64 = 150;
    let height_of = |bar: &Bar| bar.created + bar.refused + bar.repeated;
    let tallest = timing.bars.iter().map(height_of).max().unwrap_or(0).max(1);
    let each = (WIDTH / timing.bars.len() as u64).min(60);
    let to_ms = timing.from_ms + timing.width_ms * i64::try_from(timing.bars.len()).unwrap_or(0);
    let (from, to) = (rfc3339(timing.from_ms), rfc3339(to_ms));
    let _ = writeln!(
        out,
        "<svg class=\"chart\" viewBox=\"0 0 1000 200\" role=\"img\" aria-label=\"Answers over time, from {from} to {to}; at most {tallest} in {}\">",
        bar_length(timing.width_ms)
    );
    let _ = writeln!(
        out,
        "<text x=\"60\" y=\"24\" text-anchor=\"end\">{tallest}</text><text x=\"60\" y=\"172\" text-anchor=\"end\">0</text><line x1=\"68\" y1=\"170\" x2=\"975\" y2=\"170\"/>"
    );
    for (place, bar) in (0..).zip(&timing.bars) {
        let mut floor = 170;
        for (class, count) in [
            ("created", bar.created),
            ("failed", bar.refused),
            ("unknown", bar.repeated),
        ] {
            if count > 0 {
                let height = (count * HEIGHT).div_ceil(tallest);
                floor -= height.min(floor);
                let x = 70 + place * each;
                let width = each.saturating_sub(2).max(1);
                let _ = write!(
                    out,
                    "<rect class=\"{class}\" x=\"{x}\" y=\"{floor}\" width=\"{width}\" height=\"{height}\"/>"
                );
            }
        }
    }
    let _ = writeln!(
        out,
        "\n<text x=\"70\" y=\"192\">{from}</text><text x=\"970\" y=\"192\" text-anchor=\"end\">{to}</text></svg>"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_of_a_length_that_people_read() {
        let at = |ms: i64| (ms, Point::Created);
        let timing = Timing::of(&[at(1_000_250), at(1_000_300), (1_030_000, Point::Refused)]);
        assert_eq!((timing.width_ms, timing.from_ms), (1_000, 1_000_000));
        assert_eq!(timing.bars.len(), 31);
        assert_eq!((timing.bars[0].created, timing.bars[30].refused), (2, 1));
    }

    #[test]
    fn a_run_that_lay_still_for_years_fits() {
        let ten_years = 3_650 * 86_400_000;
        let timing = Timing::of(&[(0, Point::Created), (ten_years, Point::Repeated)]);
        assert!(timing.bars.len() <= 60, "{}", timing.bars.len());
        assert_eq!(timing.bars.last().map(|bar| bar.repeated), Some(1));
        assert_eq!(Timing::of(&[]), Timing::default());
    }
}
