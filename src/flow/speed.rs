//! How fast something goes, and how long it still takes. Pure.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How fast something went of late.
#[derive(Debug, Clone)]
pub struct Speed {
    samples: VecDeque<(Instant, usize)>,
}

impl Speed {
    /// Of late means within this time.
    const SPAN: Duration = Duration::from_secs(30);
    const EVERY: Duration = Duration::from_millis(500);

    /// Nothing is done yet.
    pub fn new(now: Instant) -> Self {
        Self {
            samples: VecDeque::from([(now, 0)]),
        }
    }

    /// How many are done a second, where `done` are done now.
    pub fn per_second(&mut self, now: Instant, done: usize) -> f64 {
        let last = self.samples.back().map_or(now, |(at, _)| *at);
        if now.duration_since(last) >= Self::EVERY {
            self.samples.push_back((now, done));
        }
        while self.samples.len() > 2 && now.duration_since(self.samples[1].0) > Self::SPAN {
            self.samples.pop_front();
        }
        let (began, before) = self.samples.front().copied().unwrap_or((now, done));
        let seconds = now.duration_since(began).as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
        let count = done.saturating_sub(before) as f64;
        if seconds > 0.0 { count / seconds } else { 0.0 }
    }
}

/// How long `open` still take; nothing where nobody can tell.
pub fn time_for(open: usize, per_second: f64) -> Option<Duration> {
    #[expect(clippy::cast_precision_loss, reason = "a time for people")]
    let seconds = open as f64 / per_second;
    let known = open > 0 && per_second > 0.0;
    known
        .then(|| Duration::try_from_secs_f64(seconds).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_can_tell_how_long_nothing_takes() {
        assert_eq!(time_for(10, 0.0), None);
        assert_eq!(time_for(0, 5.0), None);
        assert_eq!(time_for(10, 5.0), Some(Duration::from_secs(2)));
    }

    #[test]
    fn the_speed_is_that_of_the_last_half_minute() {
        let began = Instant::now();
        let at = |seconds| began + Duration::from_secs(seconds);
        let mut speed = Speed::new(began);
        let mut done = 0;
        for second in 1..=60 {
            done += 10;
            assert!((speed.per_second(at(second), done) - 10.0).abs() < 1e-9);
        }
        // A pause shows, and is forgotten when it is over.
        assert!(speed.per_second(at(75), done) < 6.0);
        for second in 76..=120 {
            done += 10;
            speed.per_second(at(second), done);
        }
        assert!((speed.per_second(at(120), done) - 10.0).abs() < 0.5);
    }
}
