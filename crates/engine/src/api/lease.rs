//! A change may be sent only as long as what was seen before it counts. The permit says when; but in the client a
//! request may wait for a login, or for a visa that another one has in hand, until that one gets its answer. Once it
//! is on its way to the service (connecting is part of that), nothing holds it back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::time::Instant;

/// A request may leave under it for a while, as long as it is not taken back.
#[derive(Debug, Clone)]
pub struct Lease {
    until: Option<Instant>,
    taken_back: Arc<AtomicBool>,
}

impl Lease {
    /// For a request that needs no look before it.
    pub fn unlimited() -> Self {
        Self {
            until: None,
            taken_back: Arc::default(),
        }
    }

    /// The request may leave no later than then.
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
    pub(crate) fn stands(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| now <= until) && !self.taken_back.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn it_stands_until_its_time_or_until_it_is_taken_back() {
        let now = Instant::now();
        let later = now + Duration::from_secs(10);
        let lease = Lease::until(later);
        assert!(lease.stands(now) && lease.stands(later));
        assert!(!lease.stands(later + Duration::from_millis(1)));
        lease.clone().take_back();
        assert!(!lease.stands(now));
        let unlimited = Lease::unlimited();
        assert!(unlimited.stands(later));
        unlimited.take_back();
        assert!(!unlimited.stands(now));
    }
}
