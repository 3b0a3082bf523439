//! How far a run, or its undo, has come while its requests go out: what has become of the rows so far,
//! how fast that goes, and how long it still takes. Pure: events and moments are handed in. Both
//! directions count the same; which counts are shown is for the face.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use super::speed::{Speed, time_for};
use crate::model::{Happening, Outcome, RowIndex};
use crate::submit::RunEvent;

/// What the work is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// What an earlier process left open is looked at.
    Preparing,
    /// Requests go out.
    Sending,
    /// No new ones do; what is under way is waited for.
    Stopping,
    /// Automatic deployment is switched, since then.
    Deploying(Instant),
    /// The tenant is read back, since then.
    ReadingBack(Instant),
}

/// Rows by what has become of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ended {
    /// Customers that were created.
    pub created: usize,
    /// Customers that were already there.
    pub exists: usize,
    /// Customers that were changed.
    pub updated: usize,
    /// Rows that the service refused.
    pub failed: usize,
    /// Rows below one that did not make it.
    pub blocked: usize,
    /// Customers that were removed.
    pub removed: usize,
    /// Customers that have got back what they were.
    pub restored: usize,
    /// Customers that were gone already.
    pub gone: usize,
    /// Customers that stay.
    pub kept: usize,
}

/// What has become of the rows so far.
#[derive(Debug, Clone)]
pub struct Tally {
    /// What the work is at.
    pub phase: Phase,
    /// Rows by what has become of them.
    pub ended: Ended,
    total: usize,
    /// Nobody sends before this moment.
    paused_until: Option<Instant>,
    /// Nothing but lost requests is waited for before this moment.
    settling_until: Option<Instant>,
    /// Rows whose request has no clear answer yet.
    unsettled: HashSet<RowIndex>,
    speed: Speed,
}

impl Ended {
    fn count(&mut self, outcome: &Outcome) {
        let place = match outcome {
            Outcome::Created(..) => &mut self.created,
            Outcome::Exists(_) => &mut self.exists,
            Outcome::Updated(..) => &mut self.updated,
            Outcome::Failed(_) => &mut self.failed,
            Outcome::Blocked { .. } => &mut self.blocked,
            Outcome::Removed => &mut self.removed,
            Outcome::Restored => &mut self.restored,
            Outcome::Gone => &mut self.gone,
            Outcome::Kept(_) => &mut self.kept,
            // Known before anything is sent.
            Outcome::Invalid => return,
        };
        *place += 1;
    }

    fn all(&self) -> usize {
        self.asked() + self.blocked
    }

    /// Those that cost a request: blocked rows say nothing of how fast the others go.
    fn asked(&self) -> usize {
        let forth = self.created + self.exists + self.updated + self.failed;
        forth + self.removed + self.restored + self.gone + self.kept
    }
}

impl Tally {
    /// Of work that begins now.
    pub fn new(now: Instant) -> Self {
        Self {
            phase: Phase::Preparing,
            ended: Ended::default(),
            total: 0,
            paused_until: None,
            settling_until: None,
            unsettled: HashSet::new(),
            speed: Speed::new(now),
        }
    }

    /// Takes an event that comes now.
    pub fn on(&mut self, event: &RunEvent, now: Instant) {
        match event {
            RunEvent::Started { to_send } => {
                self.total = *to_send;
                self.phase = Phase::Sending;
                self.speed = Speed::new(now);
            }
            RunEvent::Row(row, Happening::Ended(outcome)) => {
                self.unsettled.remove(row);
                self.ended.count(outcome);
            }
            RunEvent::Row(row, Happening::Unknown { .. }) => {
                self.unsettled.insert(*row);
            }
            RunEvent::Row(..) => {}
            RunEvent::Paused { pause, .. } => self.paused_until = Some(now + *pause),
            RunEvent::Settling { wait, .. } => self.settling_until = Some(now + *wait),
            RunEvent::Deploying => self.phase = Phase::Deploying(now),
            RunEvent::ReadingBack => self.phase = Phase::ReadingBack(now),
            RunEvent::Draining { .. } => self.phase = Phase::Stopping,
        }
    }

    /// Nobody waits for the end of the pause.
    pub fn goes_on(&mut self) {
        self.paused_until = None;
    }

    /// How many rows have come to their end.
    pub fn done(&self) -> usize {
        self.ended.all()
    }

    /// How many rows there are.
    pub fn total(&self) -> usize {
        self.total.max(self.done())
    }

    /// How many rows are looked for: their requests have no clear answer.
    pub fn unsettled(&self) -> usize {
        self.unsettled.len()
    }

    /// For how long nobody sends.
    pub fn pause(&self, now: Instant) -> Option<Duration> {
        let until = self.paused_until.filter(|until| *until > now)?;
        Some(until.duration_since(now))
    }

    /// For how long nothing but lost requests is waited for.
    pub fn settling(&self, now: Instant) -> Option<Duration> {
        let until = self.settling_until.filter(|until| *until > now)?;
        Some(until.duration_since(now))
    }

    /// How many rows a second come to their end by a request.
    pub fn per_second(&mut self, now: Instant) -> f64 {
        self.speed.per_second(now, self.ended.asked())
    }

    /// How long the others still take at this rate; nothing where nobody can tell.
    pub fn left(&self, per_second: f64) -> Option<Duration> {
        time_for(self.total.saturating_sub(self.done()), per_second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Origin, PartnerId, Reason, code};

    fn ended(tally: &mut Tally, now: Instant, outcomes: impl IntoIterator<Item = Outcome>) {
        for (row, outcome) in (0..).zip(outcomes) {
            tally.on(&RunEvent::Row(RowIndex(row), outcome.into()), now);
        }
    }

    #[test]
    fn each_outcome_has_a_count_and_all_of_them_are_done() {
        let now = Instant::now();
        let mut tally = Tally::new(now);
        let id = PartnerId::from_number(7).expect("an id");
        let why = || Box::new(Reason::new(&code::FOUND_ONLY, ""));
        let outcomes = [
            Outcome::Created(id, Origin::Answered),
            Outcome::Exists(id),
            Outcome::Updated(id, Origin::Answered),
            Outcome::Failed(why()),
            Outcome::Blocked { by: RowIndex(3) },
            Outcome::Removed,
            Outcome::Restored,
            Outcome::Gone,
            Outcome::Kept(why()),
        ];
        for (times, outcome) in (1..).zip(outcomes) {
            ended(&mut tally, now, vec![outcome; times]);
        }
        let one_each = Ended {
            created: 1,
            exists: 2,
            updated: 3,
            failed: 4,
            blocked: 5,
            removed: 6,
            restored: 7,
            gone: 8,
            kept: 9,
        };
        assert_eq!(tally.ended, one_each);
        assert_eq!(tally.done(), 45);
        assert_eq!(tally.total(), 45, "never less than are done");
    }

    #[test]
    fn a_row_without_an_answer_is_looked_for_until_it_has_its_outcome() {
        let now = Instant::now();
        let mut tally = Tally::new(now);
        let unknown = Happening::Unknown {
            message: String::new(),
        };
        for _ in 0..2 {
            tally.on(&RunEvent::Row(RowIndex(4), unknown.clone()), now);
        }
        assert_eq!((tally.unsettled(), tally.done()), (1, 0));
        tally.on(&RunEvent::Row(RowIndex(4), Outcome::Removed.into()), now);
        assert_eq!((tally.unsettled(), tally.done()), (0, 1));
    }

    #[test]
    fn blocked_rows_say_nothing_of_the_speed() {
        let began = Instant::now();
        let mut tally = Tally::new(began);
        tally.on(&RunEvent::Started { to_send: 50 }, began);
        ended(&mut tally, began, vec![Outcome::Removed; 10]);
        let blocked = Outcome::Blocked { by: RowIndex(1) };
        ended(&mut tally, began, vec![blocked; 20]);
        let rate = tally.per_second(began + Duration::from_secs(10));
        assert!((rate - 1.0).abs() < 1e-9, "{rate}");
        assert_eq!(tally.left(rate), Some(Duration::from_secs(20)));
    }

    #[test]
    fn a_pause_is_over_when_its_time_has_come() {
        let now = Instant::now();
        let mut tally = Tally::new(now);
        let pause = Duration::from_secs(11);
        let reason = "busy".to_owned();
        tally.on(&RunEvent::Paused { pause, reason }, now);
        assert_eq!(
            tally.pause(now + Duration::from_secs(1)),
            Some(Duration::from_secs(10))
        );
        assert_eq!(tally.pause(now + pause), None);
    }
}
