//! The requests that have left lately, and by how much each may have arrived late.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::rate::Rate;
use super::slots::Slot;

/// A delay beyond this is the service's slowness, not the way there.
const LONGEST_WAY: Duration = Duration::from_millis(100);

/// Leave to send one request; the pacer is told of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Ticket(u64);

impl Ticket {
    /// Where there is no rate, and nothing to be told of an answer.
    pub(super) const FREE: Self = Self(u64::MAX);
}

#[derive(Debug, Default)]
pub(super) struct Departures {
    /// The number of the next request.
    next: u64,
    /// The last requests.
    last: VecDeque<Departure>,
    /// How long the quickest answer took: what is beyond it may have been the way there.
    quickest: Option<Duration>,
}

#[derive(Debug)]
struct Departure {
    at: Instant,
    /// By how much it may have arrived late.
    late: Duration,
    /// Its send time among those of all processes.
    slot: Option<Slot>,
}

impl Departures {
    /// Notes a request that leaves now; so many are kept.
    pub(super) fn leave(&mut self, now: Instant, keep: usize, slot: Option<Slot>) -> Ticket {
        self.last.push_back(Departure {
            at: now,
            late: Duration::ZERO,
            slot,
        });
        if self.last.len() > keep {
            self.last.pop_front();
        }
        self.next += 1;
        Ticket(self.next - 1)
    }

    /// Tells the send time shared with others, by how much that request may have arrived late, and
    /// how long its answer took.
    pub(super) fn answered(
        &mut self,
        Ticket(number): Ticket,
        now: Instant,
    ) -> Option<(Slot, Duration, Duration)> {
        let first = self.next - self.last.len() as u64;
        let index = number
            .checked_sub(first)
            .and_then(|index| usize::try_from(index).ok());
        let departure = index.and_then(|index| self.last.get_mut(index))?;
        let took = now.saturating_duration_since(departure.at);
        let quickest = self.quickest.map_or(took, |quickest| quickest.min(took));
        self.quickest = Some(quickest);
        departure.late = took.saturating_sub(quickest).min(LONGEST_WAY);
        departure.slot.map(|slot| (slot, departure.late, took))
    }

    /// When the request that is a whole window ahead of the next one has been gone long enough.
    pub(super) fn window_opens(&self, rate: Rate, start: Instant) -> Instant {
        match self.last.front() {
            Some(first) if self.last.len() >= rate.requests() as usize => {
                first.at + first.late + rate.reopens()
            }
            _ => start,
        }
    }
}
