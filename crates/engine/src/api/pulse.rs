//! Requests over time: how many of each method were answered, put off or lost, and how soon the
//! answers came. Kept in small pieces that somebody takes away now and then.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::Method;
use super::classify::Trouble;
use crate::model::Took;

/// A piece is this long at the beginning, where people look closely, ...
const SHORT: Duration = Duration::from_millis(100);
/// ... until so much time has gone by; ...
const CLOSELY: Duration = Duration::from_secs(10);
/// ... and then this long.
const LONG: Duration = Duration::from_secs(1);

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// With an answer that says yes or no.
    Answered,
    /// The service asked to come again later.
    PutOff,
    /// Without a clear answer.
    Lost,
}

impl Ending {
    pub(super) fn of<T>(result: &Result<T, Trouble>) -> Self {
        match result {
            Ok(_)
            | Err(
                Trouble::Refused(_)
                | Trouble::Denied(_)
                | Trouble::VisaRefused(_)
                | Trouble::Stop(_),
            ) => Self::Answered,
            Err(Trouble::TryAgain { .. }) => Self::PutOff,
            Err(Trouble::NotSent(_) | Trouble::Overdue | Trouble::Unknown { .. }) => Self::Lost,
        }
    }
}

/// The requests of one method that left within a short time, and have ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// When that time began, since the pulse did.
    pub since_start: Duration,
    /// The method.
    pub method: Method,
    /// Answered with yes or no.
    pub answered: u64,
    /// Told to come again later.
    pub put_off: u64,
    /// Without a clear answer.
    pub lost: u64,
    /// How long the answers took, those that put off included.
    pub took: Took,
}

/// Counts requests as they end. Shared by all who send.
#[derive(Debug)]
pub struct Pulse {
    start: Instant,
    samples: Mutex<BTreeMap<(Duration, Method), Sample>>,
    under_way: AtomicUsize,
    /// How long answers took lately, in microseconds.
    lately: AtomicU64,
}

/// A request that is under way, until this is dropped.
#[derive(Debug)]
pub(super) struct UnderWay<'p>(&'p Pulse);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Default for Pulse {
    fn default() -> Self {
        Self {
            start: Instant::now(),
            samples: Mutex::default(),
            under_way: AtomicUsize::new(0),
            lately: AtomicU64::new(0),
        }
    }
}

impl Pulse {
    /// When it began to count.
    pub fn start(&self) -> Instant {
        self.start
    }

    /// A request leaves.
    pub(super) fn leaves(&self) -> UnderWay<'_> {
        self.under_way.fetch_add(1, Ordering::Relaxed);
        UnderWay(self)
    }

    /// How many requests are under way.
    pub fn under_way(&self) -> usize {
        self.under_way.load(Ordering::Relaxed)
    }

    /// How long answers took lately: each counts an eighth, those before it the rest.
    pub fn lately(&self) -> Duration {
        Duration::from_micros(self.lately.load(Ordering::Relaxed))
    }

    /// A request that left then has ended now.
    pub(super) fn note(&self, method: Method, left: Instant, ending: Ending) {
        let since_start = piece(left.saturating_duration_since(self.start));
        let mut samples = self.samples();
        let sample = samples
            .entry((since_start, method))
            .or_insert_with(|| Sample {
                since_start,
                method,
                answered: 0,
                put_off: 0,
                lost: 0,
                took: Took::default(),
            });
        match ending {
            Ending::Answered => sample.answered += 1,
            Ending::PutOff => sample.put_off += 1,
            Ending::Lost => sample.lost += 1,
        }
        if ending != Ending::Lost {
            let took = left.elapsed();
            sample.took.add(took);
            let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX / 8);
            let _ = self
                .lately
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |before| {
                    Some(if before == 0 {
                        took
                    } else {
                        (before * 7 + took) / 8
                    })
                });
        }
    }

    /// Takes what was counted since the last time, in the order of time. A request that ends later
    /// gives another sample of the same time.
    pub fn take(&self) -> Vec<Sample> {
        std::mem::take(&mut *self.samples()).into_values().collect()
    }

    fn samples(&self) -> MutexGuard<'_, BTreeMap<(Duration, Method), Sample>> {
        self.samples.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When the piece begins that holds this moment.
fn piece(moment: Duration) -> Duration {
    let length = if moment < CLOSELY { SHORT } else { LONG };
    let pieces = moment.as_millis() / length.as_millis();
    length.saturating_mul(u32::try_from(pieces).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn requests_are_counted_where_they_left() {
        let pulse = Pulse::default();
        let left = Instant::now();
        tokio::time::advance(Duration::from_millis(250)).await;
        pulse.note(Method::AddPartner, left, Ending::Answered);
        pulse.note(Method::AddPartner, left, Ending::Lost);
        assert_eq!(pulse.lately(), Duration::from_millis(250));
        pulse.note(Method::Login, Instant::now(), Ending::PutOff);
        assert_eq!(pulse.lately(), Duration::from_micros(218_750));
        let under_way = pulse.leaves();
        assert_eq!(pulse.under_way(), 1);
        drop(under_way);
        assert_eq!(pulse.under_way(), 0);
        let samples = pulse.take();
        assert_eq!(samples.len(), 2);
        let [first, second] = &samples[..] else {
            panic!("{samples:?}")
        };
        assert_eq!((first.answered, first.put_off, first.lost), (1, 0, 1));
        assert_eq!(first.took.within(100), Some(300));
        assert_eq!(second.since_start, Duration::from_millis(200));
        assert_eq!((second.method, second.put_off), (Method::Login, 1));
        assert!(pulse.take().is_empty());
    }

    #[test]
    fn pieces_grow_longer() {
        let at = |ms| piece(Duration::from_millis(ms)).as_millis();
        assert_eq!([99, 100, 9_999, 10_999].map(at), [0, 100, 9_900, 10_000]);
    }
}
