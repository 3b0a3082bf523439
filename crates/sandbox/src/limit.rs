//! A sliding window: at most so many requests in any stretch of time.
//!
//! Must not know: clocks, requests.

use std::collections::VecDeque;

use super::config::RateLimit;

/// The requests let through in the last window.
#[derive(Debug)]
pub(super) struct Window {
    limit: Option<(usize, u64)>,
    passed: VecDeque<u64>,
}

impl Window {
    pub(super) fn new(limit: Option<RateLimit>) -> Self {
        let limit = limit.map(|limit| {
            let requests = usize::try_from(limit.requests).unwrap_or(usize::MAX);
            let window = u64::try_from(limit.window.as_millis()).unwrap_or(u64::MAX);
            (requests, window.max(1))
        });
        Self {
            limit,
            passed: VecDeque::new(),
        }
    }

    /// Lets a request through, or not; those refused do not count.
    pub(super) fn admit(&mut self, now_ms: u64) -> bool {
        let Some((requests, window)) = self.limit else {
            return true;
        };
        while self
            .passed
            .front()
            .is_some_and(|then| now_ms.saturating_sub(*then) >= window)
        {
            self.passed.pop_front();
        }
        if self.passed.len() >= requests {
            return false;
        }
        self.passed.push_back(now_ms);
        true
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_window_slides() {
        let limit = RateLimit {
            requests: 2,
            window: Duration::from_secs(1),
        };
        let mut window = Window::new(Some(limit));
        let passed: Vec<_> = [0, 600, 999, 1000, 1500, 1600]
            .map(|now| window.admit(now))
            .into();
        assert_eq!(passed, [true, true, false, true, false, true]);
    }

    #[test]
    fn without_a_limit_all_pass() {
        let mut window = Window::new(None);
        assert!((0..1000).all(|_| window.admit(0)));
    }
}
