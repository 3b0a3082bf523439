//! When things happened: answers over time and how long they took, from the journal's events.

use crate::journal::{EventKind, Store};
use crate::report::ReportError;
use crate::report::facts::Facts;

/// Bars in the drawing, at most.
const MOST_BARS: i64 = 60;
/// Widths of a bar that people can read, in milliseconds.
const WIDTHS: [i64; 14] = [
    100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000,
    21_600_000, 86_400_000,
];

/// One bar: what came in its time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Bar {
    /// Customers created, or found to be there.
    pub(super) created: u64,
    /// Rows refused by the service.
    pub(super) refused: u64,
    /// Requests without an answer, or sent once more.
    pub(super) repeated: u64,
    /// From a row's last intent to its outcome, milliseconds, sorted; of the outcomes of this bar.
    pub(super) waits_ms: Vec<u64>,
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
    /// From a row's last intent to its outcome, milliseconds, sorted; over all bars.
    pub(super) waits_ms: Vec<u64>,
}

/// What an event counts as; an outcome with the milliseconds since the row's last intent.
#[derive(Clone, Copy)]
enum Point {
    Created(Option<u64>),
    Refused(Option<u64>),
    Repeated,
}

impl Timing {
    /// Reads the events.
    pub(super) fn read(facts: &Facts, store: &Store) -> Result<Self, ReportError> {
        let mut points = Vec::new();
        let mut intents: Vec<(u32, i64)> = vec![(0, 0); facts.numbers.len()];
        store.each_event(|event| {
            let Some((sent, last)) = intents.get_mut(event.row.as_usize()) else {
                return;
            };
            let since = event.at_ms.saturating_sub(*last);
            let wait = (*sent > 0).then(|| u64::try_from(since).unwrap_or(0));
            let point = match event.kind {
                EventKind::Intent => {
                    *sent += 1;
                    *last = event.at_ms;
                    (*sent > 1).then_some(Point::Repeated)
                }
                EventKind::Created(_) | EventKind::Exists(_) | EventKind::Updated(_) => {
                    Some(Point::Created(wait))
                }
                EventKind::Failed { .. } => Some(Point::Refused(wait)),
                EventKind::Released
                | EventKind::Blocked { .. }
                | EventKind::Unknown { .. }
                | EventKind::Mismatch { .. } => None,
            };
            points.extend(point.map(|point| (event.at_ms, point)));
        })?;
        Ok(Self::of(&points))
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
                Point::Created(wait) => {
                    bar.created += 1;
                    bar.waits_ms.extend(wait);
                }
                Point::Refused(wait) => {
                    bar.refused += 1;
                    bar.waits_ms.extend(wait);
                }
                Point::Repeated => bar.repeated += 1,
            }
        }
        for bar in &mut bars {
            bar.waits_ms.sort_unstable();
        }
        let mut waits_ms: Vec<u64> = bars.iter().flat_map(|bar| bar.waits_ms.clone()).collect();
        waits_ms.sort_unstable();
        Self {
            from_ms,
            width_ms,
            bars,
            waits_ms,
        }
    }
}

/// The time within which this share of the outcomes came; `waits_ms` are sorted.
pub(super) fn within(waits_ms: &[u64], percent: usize) -> Option<u64> {
    let last = waits_ms.len().checked_sub(1)?;
    waits_ms.get(last * percent / 100).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_of_a_length_that_people_read() {
        let at = |ms: i64| (ms, Point::Created(Some(7)));
        let timing = Timing::of(&[
            at(1_000_250),
            at(1_000_300),
            (1_030_000, Point::Refused(None)),
        ]);
        assert_eq!((timing.width_ms, timing.from_ms), (1_000, 1_000_000));
        assert_eq!(timing.bars.len(), 31);
        assert_eq!((timing.bars[0].created, timing.bars[30].refused), (2, 1));
        assert_eq!(timing.bars[0].waits_ms, [7, 7]);
        assert_eq!(within(&timing.waits_ms, 95), Some(7));
        assert_eq!(within(&timing.bars[30].waits_ms, 50), None);
    }

    #[test]
    fn a_run_that_lay_still_for_years_fits() {
        let ten_years = 3_650 * 86_400_000;
        let timing = Timing::of(&[(0, Point::Created(None)), (ten_years, Point::Repeated)]);
        assert!(timing.bars.len() <= 60, "{}", timing.bars.len());
        assert_eq!(timing.bars.last().map(|bar| bar.repeated), Some(1));
        assert_eq!(Timing::of(&[]), Timing::default());
    }
}
