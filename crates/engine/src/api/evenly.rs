//! Send times that lie evenly: `governor` counts them, on a clock that we set to the time that is being
//! asked about.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

use super::rate::Rate;

/// Governor's clock, set by us: it shows the time that is being asked about.
#[derive(Debug, Clone, Default)]
struct AskedTime(Arc<Mutex<Duration>>);

impl AskedTime {
    fn locked(&self) -> MutexGuard<'_, Duration> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A moment since the pacer was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Moment(Duration);

impl std::ops::Add<Nanos> for Moment {
    type Output = Self;
    fn add(self, other: Nanos) -> Self {
        Self(self.0 + Duration::from(other))
    }
}

impl Reference for Moment {
    fn duration_since(&self, earlier: Self) -> Nanos {
        self.0.saturating_sub(earlier.0).into()
    }
    fn saturating_sub(&self, duration: Nanos) -> Self {
        Self(self.0.saturating_sub(duration.into()))
    }
}

impl Clock for AskedTime {
    type Instant = Moment;
    fn now(&self) -> Moment {
        Moment(*self.locked())
    }
}

type Governor = RateLimiter<NotKeyed, InMemoryState, AskedTime, NoOpMiddleware<Moment>>;

/// Hands out send times of a rate, as they are asked for.
#[derive(Debug)]
pub(super) struct Evenly {
    governor: Governor,
    asked: AskedTime,
}

impl Evenly {
    pub(super) fn new(rate: Rate) -> Self {
        let asked = AskedTime::default();
        let quota = Quota::with_period(rate.interval())
            .unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN));
        let governor = RateLimiter::direct_with_clock(quota, asked.clone());
        Self { governor, asked }
    }

    /// The first send time at or after `slot`, which is taken with it.
    pub(super) fn next(&self, start: Instant, slot: Instant) -> Instant {
        let mut asked = slot.saturating_duration_since(start);
        loop {
            *self.asked.locked() = asked;
            match self.governor.check() {
                Ok(()) => return start + asked,
                Err(not_until) => {
                    let Moment(earliest) = not_until.earliest_possible();
                    asked = earliest.max(asked + Duration::from_nanos(1));
                }
            }
        }
    }
}
