//! What a change needs to leave beside a permit: that what was seen before it still counts. A request may wait in the
//! client for a login, or for a visa that another request has in hand, as long as that one gets no answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::time::Instant;

/// Leave to send a request, for a while, as long as it is not taken back.
#[derive(Debug, Clone)]
pub struct Leave {
    until: Option<Instant>,
    taken_back: Arc<AtomicBool>,
}

impl Leave {
    /// For a request that needs no look before it.
    pub fn unlimited() -> Self {
        Self {
            until: None,
            taken_back: Arc::default(),
        }
    }

    /// Leave to send it no later than then.
    pub fn until(until: Instant) -> Self {
        Self {
            until: Some(until),
            ..Self::unlimited()
        }
    }

    /// Something has come up: what has not left by now does not leave.
    pub fn take_back(&self) {
        self.taken_back.store(true, Ordering::Relaxed);
    }

    /// Whether the request may leave.
    pub(super) fn stands(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| now <= until) && !self.taken_back.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn leave_stands_until_its_time_or_until_it_is_taken_back() {
        let now = Instant::now();
        let later = now + Duration::from_secs(10);
        let leave = Leave::until(later);
        assert!(leave.stands(now) && leave.stands(later));
        assert!(!leave.stands(later + Duration::from_millis(1)));
        leave.clone().take_back();
        assert!(!leave.stands(now));
        let unlimited = Leave::unlimited();
        assert!(unlimited.stands(later));
        unlimited.take_back();
        assert!(!unlimited.stands(now));
    }
}
