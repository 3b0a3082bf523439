//! How long answers took, in classes of time: small enough to be kept for every second of a run.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Upper ends of the classes, in milliseconds, a third to a half apart. The last class has none.
const UPPER_MS: [u64; 32] = [
    1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1_000, 1_500, 2_000,
    3_000, 5_000, 7_000, 10_000, 15_000, 20_000, 30_000, 45_000, 60_000, 120_000, 180_000, 600_000,
];
/// What is said of an answer beyond the last class, in milliseconds.
const BEYOND_MS: u64 = 3_600_000;

/// Answers by how long they took: `(upper end of the class in milliseconds, answers)`, sorted,
/// empty classes left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Took(Vec<(u64, u64)>);

impl Took {
    /// Counts one answer.
    pub fn add(&mut self, took: Duration) {
        let place = UPPER_MS.partition_point(|upper| Duration::from_millis(*upper) < took);
        self.add_many(UPPER_MS.get(place).copied().unwrap_or(BEYOND_MS), 1);
    }

    /// Counts those of another.
    pub fn merge(&mut self, other: &Self) {
        for (upper, count) in &other.0 {
            self.add_many(*upper, *count);
        }
    }

    fn add_many(&mut self, upper: u64, count: u64) {
        match self.0.binary_search_by_key(&upper, |(upper, _)| *upper) {
            Ok(place) => self.0[place].1 += count,
            Err(place) => self.0.insert(place, (upper, count)),
        }
    }

    /// How many answers there are.
    pub fn count(&self) -> u64 {
        self.0.iter().map(|(_, count)| count).sum()
    }

    /// The classes that hold answers: upper end in milliseconds, answers.
    pub fn classes(&self) -> &[(u64, u64)] {
        &self.0
    }

    /// The time, in milliseconds, within which this share of the answers came, rounded up to the
    /// end of its class; `None` where there are no answers.
    pub fn within(&self, percent: u64) -> Option<u64> {
        let wanted = (self.count() * percent).div_ceil(100).max(1);
        let mut so_far = 0;
        self.0.iter().find_map(|(upper, count)| {
            so_far += count;
            (so_far >= wanted).then_some(*upper)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_told_by_the_end_of_their_class() {
        let mut took = Took::default();
        assert_eq!(took.within(50), None);
        for ms in 1..=100 {
            took.add(Duration::from_millis(ms));
        }
        assert_eq!(took.count(), 100);
        assert_eq!((took.within(50), took.within(95)), (Some(50), Some(100)));
        took.add(Duration::from_micros(100_001));
        assert_eq!(took.within(100), Some(150));
        took.add(Duration::from_secs(7_000));
        assert_eq!(took.within(100), Some(BEYOND_MS));
    }

    #[test]
    fn it_is_kept_as_pairs() {
        let mut took = Took::default();
        took.add(Duration::from_millis(80));
        took.add(Duration::ZERO);
        let mut twice = took.clone();
        twice.merge(&took);
        let text = serde_json::to_string(&twice).unwrap();
        assert_eq!(text, "[[1,2],[100,2]]");
        assert_eq!(serde_json::from_str::<Took>(&text).unwrap(), twice);
    }
}
