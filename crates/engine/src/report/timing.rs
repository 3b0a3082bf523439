//! When things happened: rows that came to their outcome and requests that were answered, over
//! time, from the journal's events and samples.

use crate::journal::Store;
use crate::model::{Happening, Outcome, Took};
use crate::report::ReportError;

/// Bars in the drawing, at most.
const MOST_BARS: i64 = 60;
/// A drawing has so many bars in which something happened, at least, and spans so many milliseconds.
const FEWEST_BARS: usize = 5;
const SHORTEST_MS: i64 = 10_000;
/// Widths of a bar that people can read, in milliseconds.
const WIDTHS: [i64; 14] = [
    100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000,
    21_600_000, 86_400_000,
];

/// One bar: what fell into its time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Bar {
    /// Customers created, changed, or found to be there.
    pub(super) created: u64,
    /// Rows refused by the service.
    pub(super) refused: u64,
    /// Requests that were answered with yes or no.
    pub(super) answered: u64,
    /// Requests that were told to come again later.
    pub(super) put_off: u64,
    /// Requests without a clear answer.
    pub(super) lost: u64,
    /// How long the answers took.
    pub(super) took: Took,
}

impl Bar {
    /// Requests that left.
    pub(super) fn requests(&self) -> u64 {
        self.answered + self.put_off + self.lost
    }

    /// Rows that came to their outcome.
    pub(super) fn rows(&self) -> u64 {
        self.created + self.refused
    }

    fn add(&mut self, other: &Self) {
        self.created += other.created;
        self.refused += other.refused;
        self.answered += other.answered;
        self.put_off += other.put_off;
        self.lost += other.lost;
        self.took.merge(&other.took);
    }
}

/// What the journal tells of time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Timing {
    /// When the first bar begins, Unix milliseconds.
    pub(super) from_ms: i64,
    /// How long a bar is, in milliseconds.
    pub(super) width_ms: i64,
    /// The bars, without a hole; none where nothing was sent.
    pub(super) bars: Vec<Bar>,
}

impl Timing {
    /// Reads events and samples. The times are the machine's: a clock that was set shows.
    pub(super) fn read(store: &Store) -> Result<Self, ReportError> {
        let Some((first, last)) = store.span_ms()? else {
            return Ok(Self::default());
        };
        let mut timing = Self::between(first, last);
        store.each_event(|event| match event.kind {
            Happening::Ended(Outcome::Created(..) | Outcome::Exists(_) | Outcome::Updated(..)) => {
                timing.at(event.at_ms).created += 1;
            }
            Happening::Ended(Outcome::Failed(_)) => timing.at(event.at_ms).refused += 1,
            _ => {}
        })?;
        store.each_sample(|sample| {
            let bar = timing.at(sample.at_ms);
            bar.answered += sample.answered;
            bar.put_off += sample.put_off;
            bar.lost += sample.lost;
            bar.took.merge(&sample.took);
        })?;
        let sum = timing.sum();
        if sum.rows() + sum.requests() == 0 {
            return Ok(Self::default());
        }
        Ok(timing)
    }

    /// Whether a drawing of it says more than a number: it went on for a while, and in several bars
    /// something happened.
    pub(super) fn has_shape(&self) -> bool {
        let busy = self
            .bars
            .iter()
            .filter(|bar| bar.rows() + bar.requests() > 0);
        let bars = i64::try_from(self.bars.len()).unwrap_or(i64::MAX);
        busy.count() >= FEWEST_BARS && bars.saturating_mul(self.width_ms) >= SHORTEST_MS
    }

    /// All bars together.
    pub(super) fn sum(&self) -> Bar {
        let mut sum = Bar::default();
        for bar in &self.bars {
            sum.add(bar);
        }
        sum
    }

    /// When a bar begins, Unix milliseconds.
    pub(super) fn begins(&self, place: usize) -> i64 {
        self.from_ms + self.width_ms * i64::try_from(place).unwrap_or(0)
    }

    /// Empty bars from the first moment to the last.
    fn between(first: i64, last: i64) -> Self {
        let fits = |width: &&i64| (last - first) / **width < MOST_BARS;
        let longest = WIDTHS[WIDTHS.len() - 1];
        // A run that lay still for years: a bar is as many days as it takes.
        let days = ((last - first) / longest / (MOST_BARS - 1) + 1) * longest;
        let width_ms = WIDTHS.iter().find(fits).copied().unwrap_or(days);
        let bars = usize::try_from((last - first) / width_ms).unwrap_or(0) + 1;
        Self {
            from_ms: first,
            width_ms,
            bars: vec![Bar::default(); bars],
        }
    }

    /// The bar of a moment.
    fn at(&mut self, at_ms: i64) -> &mut Bar {
        let place = usize::try_from((at_ms - self.from_ms) / self.width_ms).unwrap_or(0);
        let last = self.bars.len() - 1;
        &mut self.bars[place.min(last)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_of_a_length_that_people_read() {
        let mut timing = Timing::between(1_000_250, 1_030_000);
        for at_ms in [1_000_250, 1_000_300] {
            timing.at(at_ms).created += 1;
        }
        timing.at(1_030_000).refused += 1;
        timing.at(1_030_000).lost += 2;
        assert_eq!((timing.width_ms, timing.from_ms), (500, 1_000_250));
        assert_eq!(timing.bars.len(), 60);
        assert_eq!((timing.bars[0].created, timing.bars[0].requests()), (2, 0));
        assert_eq!((timing.bars[59].refused, timing.bars[59].lost), (1, 2));
        assert_eq!((timing.sum().rows(), timing.sum().requests()), (3, 2));
        assert_eq!(timing.begins(59), 1_029_750);
    }

    #[test]
    fn only_a_run_that_went_on_for_a_while_has_a_shape() {
        let of = |last_ms: i64, times: &[i64]| {
            let mut timing = Timing::between(0, last_ms);
            for at_ms in times {
                timing.at(*at_ms).created += 1;
            }
            timing.has_shape()
        };
        let five = [0, 4_000, 8_000, 12_000, 20_000];
        assert!(of(20_000, &five));
        assert!(!of(20_000, &five[..4]), "too few bars");
        assert!(!of(4_000, &[0, 1_000, 2_000, 3_000, 4_000]), "too short");
        assert!(!Timing::default().has_shape());
    }

    #[test]
    fn a_run_that_lay_still_for_years_fits() {
        let ten_years = 3_650 * 86_400_000;
        let mut timing = Timing::between(0, ten_years);
        assert!(timing.bars.len() <= 60, "{}", timing.bars.len());
        timing.at(ten_years).created += 1;
        assert_eq!(timing.bars.last().map(|bar| bar.created), Some(1));
        assert_eq!(Timing::between(5, 5).bars.len(), 1);
    }
}
