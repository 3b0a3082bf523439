//! How many calls are worth having under way. With a fixed number that is all there is to it;
//! with `auto` the number is found out: one more (in the beginning twice as many) as long as the
//! service answers as quickly as it can, fewer as soon as answers take longer or calls fail. Pure:
//! takes the time and what came back.
//!
//! A service has a knee: up to so many calls at once each takes as long as one alone, and beyond it
//! they queue, so that latency rises and throughput does not. Answers are looked at in rounds (as
//! many as may be under way); a round's mean is held against the quickest round lately.

use std::num::NonZeroUsize;
use std::time::Duration;

use tokio::time::Instant;

use crate::submit::settings::Adaptation;

/// A round this much slower than the quickest means that calls queue.
const SLOWER: f64 = 1.25;
/// Less than this is no difference, however quick the service is.
const NOISE: Duration = Duration::from_millis(3);
/// So many answers make a round at least, and one that took longer than so many times the quickest
/// round counts no more than that: one slow answer alone says little.
const FEWEST: usize = 8;
const OUTLIER: f64 = 3.0;
/// What is left after answers have become slow: enough below to see the quickest round again.
const AFTER_SLOWNESS: f64 = 0.7;
/// What is left after the service has refused work or lost it.
const AFTER_TROUBLE: f64 = 0.5;
/// The quickest round is forgotten slowly: by this part each round.
const FORGET: f64 = 0.005;

/// The number of calls that may be under way.
#[derive(Debug)]
pub struct Workers {
    adaptation: Adaptation,
    most: usize,
    now: usize,
    /// The quickest round lately, in seconds.
    quickest: Option<f64>,
    /// The answers of this round, in seconds.
    round: Vec<f64>,
    /// Whether as many calls as may be were under way at some time in this round.
    used: bool,
    /// Calls that left before this tell of an earlier number.
    since: Option<Instant>,
    /// So many answers more are passed over: those that come first after a change are the quick
    /// ones.
    settling: usize,
    search: Search,
}

/// How the number grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Search {
    /// Nothing is known of the knee yet: twofold.
    First,
    /// Something has been seen to be too much: one by one.
    Careful,
}

impl Workers {
    /// `most` is the number, or with `auto` the greatest.
    pub fn new(adaptation: Adaptation, most: NonZeroUsize) -> Self {
        let most = most.get();
        Self {
            adaptation,
            most,
            now: match adaptation {
                Adaptation::Fixed => most,
                // With one call nothing queues, so the first round tells how long a call takes.
                Adaptation::Auto => 1,
            },
            quickest: None,
            round: Vec::new(),
            used: false,
            since: None,
            settling: 0,
            search: Search::First,
        }
    }

    /// How many calls may be under way; at least one, never more than the greatest number.
    pub fn limit(&self) -> usize {
        self.now
    }

    /// A call has left; now so many are under way.
    pub fn sent(&mut self, under_way: usize) {
        self.used |= under_way >= self.now;
    }

    /// A call that left at `left` was answered at `now`, with a result or a refusal.
    pub fn answered(&mut self, left: Instant, now: Instant) {
        if self.adaptation == Adaptation::Fixed || self.is_old(left) {
            return;
        }
        if self.settling > 0 {
            self.settling -= 1;
            return;
        }
        self.round.push(now.duration_since(left).as_secs_f64());
        if self.round.len() >= self.now.max(FEWEST) {
            self.end_round(now);
        }
    }

    /// A call that left at `left` was turned away or lost: asked to wait, an error of the server,
    /// no answer. Calls that were under way together count once.
    pub fn troubled(&mut self, left: Instant, now: Instant) {
        if self.adaptation == Adaptation::Auto && !self.is_old(left) {
            self.shrink(AFTER_TROUBLE, now);
        }
    }

    fn is_old(&self, left: Instant) -> bool {
        self.since.is_some_and(|since| left < since)
    }

    fn end_round(&mut self, now: Instant) {
        let took = self.mean();
        let used = std::mem::take(&mut self.used);
        self.round.clear();
        let quickest = match self.quickest {
            // With one call at a time nothing of ours queues: this is how long a call takes now.
            Some(_) if self.now == 1 => took,
            Some(quickest) => took.min(quickest * (1.0 + FORGET)),
            None => took,
        };
        self.quickest = Some(quickest);
        if took > quickest * SLOWER + NOISE.as_secs_f64() {
            self.shrink(AFTER_SLOWNESS, now);
        } else if used && self.now < self.most {
            self.now = match self.search {
                Search::First => (self.now * 2).min(self.most),
                Search::Careful => self.now + 1,
            };
            self.since = Some(now);
            self.settling = self.now;
        }
    }

    /// The mean of a round. The median would not notice a queue before half the calls stand in it.
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    fn mean(&self) -> f64 {
        let cap = self.quickest.map_or(f64::INFINITY, |one| one * OUTLIER);
        let sum: f64 = self.round.iter().map(|took| took.min(cap)).sum();
        sum / self.round.len() as f64
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a part of a small number"
    )]
    fn shrink(&mut self, part: f64, now: Instant) {
        self.now = ((self.now as f64 * part) as usize).max(1);
        self.round.clear();
        self.used = false;
        self.since = Some(now);
        self.settling = self.now;
        self.search = Search::Careful;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn workers(most: usize) -> Workers {
        Workers::new(Adaptation::Auto, NonZeroUsize::new(most).unwrap())
    }

    /// Full rounds against a service that answers so many calls at once in 100 ms each.
    fn rounds(workers: &mut Workers, now: &mut Instant, count: usize, knee: usize) -> Vec<usize> {
        let mut limits = Vec::new();
        for _ in 0..count {
            let calls = workers.limit();
            let left = *now;
            let queued = calls.div_ceil(knee).max(1);
            *now += Duration::from_millis(100) * u32::try_from(queued).unwrap();
            workers.sent(calls);
            for _ in 0..calls.max(FEWEST) {
                workers.answered(left, *now);
            }
            limits.push(workers.limit());
        }
        limits
    }

    #[test]
    fn it_grows_to_the_knee_and_stays_near() {
        let (mut workers, mut now) = (workers(32), Instant::now());
        rounds(&mut workers, &mut now, 60, 10);
        let limits = rounds(&mut workers, &mut now, 60, 10);
        assert!(
            limits.iter().all(|limit| (7..=11).contains(limit)),
            "{limits:?}"
        );
        // The service slows down, and recovers.
        let limits = rounds(&mut workers, &mut now, 30, 3);
        assert!(limits[10..].iter().all(|limit| *limit <= 4), "{limits:?}");
        let limits = rounds(&mut workers, &mut now, 60, 20);
        assert!(limits[59] >= 14, "{limits:?}");
    }

    #[test]
    fn what_is_not_used_does_not_grow() {
        let (mut workers, now) = (workers(32), Instant::now());
        for _ in 0..100 {
            workers.sent(1);
            workers.answered(now, now + Duration::from_millis(50));
        }
        // One at a time was all there was, and two were not enough to be used.
        assert_eq!(workers.limit(), 2);
    }

    #[test]
    fn trouble_halves_once_for_calls_under_way_together() {
        let (mut workers, now) = (workers(32), Instant::now());
        let mut later = now;
        rounds(&mut workers, &mut later, 20, 32);
        let before = workers.limit();
        for _ in 0..before {
            workers.troubled(later, later);
        }
        // Those that left at the very moment of the change are new again and again at most once.
        let left_before = later.checked_sub(Duration::from_millis(1)).unwrap();
        let after = workers.limit();
        workers.troubled(left_before, later);
        assert_eq!(workers.limit(), after);
    }

    #[test]
    fn a_fixed_number_is_fixed() {
        let most = NonZeroUsize::new(7).unwrap();
        let mut workers = Workers::new(Adaptation::Fixed, most);
        let now = Instant::now();
        workers.troubled(now, now);
        workers.answered(now, now + Duration::from_secs(9));
        assert_eq!(workers.limit(), 7);
    }

    proptest! {
        #![proptest_config(crate::seeded(256))]

        #[test]
        fn it_is_never_above_the_greatest_and_never_nothing(
            most in 1_usize..40,
            steps in prop::collection::vec((0_u8..3, 0_u64..2000, 0_usize..50), 0..400),
        ) {
            let mut workers = workers(most);
            let mut now = Instant::now();
            for (what, ms, under_way) in steps {
                let left = now;
                now += Duration::from_millis(ms);
                match what {
                    0 => workers.sent(under_way),
                    1 => workers.answered(left, now),
                    _ => workers.troubled(left, now),
                }
                prop_assert!((1..=most).contains(&workers.limit()));
            }
        }
    }
}
