//! How the target fares: growing pauses while it does not answer, an end when that lasts too long.
//! Pure: takes the time and returns what to do.

use std::time::Duration;

use tokio::time::Instant;

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// A `Retry-After` beyond this is not believed.
const LONGEST_ASKED_PAUSE: Duration = Duration::from_secs(300);
/// So many calls may lose their answers in a row before the target counts as down.
const TOLERATED: u32 = 2;

/// What has been seen of the target lately.
#[derive(Debug)]
pub struct Health {
    random: fastrand::Rng,
    limit: Duration,
    /// Since when nothing but trouble has come back.
    trouble_since: Option<Instant>,
    /// Since when nothing that changes the tenant was let through, whatever else was answered.
    closed_since: Option<Instant>,
    lost_in_a_row: u32,
    pauses: u32,
    /// When the last pause was decided: calls that left before it tell nothing new.
    paused_at: Option<Instant>,
}

/// What to do after some trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// Nothing: others go on.
    GoOn,
    /// Nobody sends for so long.
    Pause(Duration),
    /// The target has been down for too long.
    GiveUp,
}

impl Health {
    /// A target that is believed to be well; `limit` is how long an outage may last.
    pub fn new(limit: Duration, seed: u64) -> Self {
        Self {
            random: fastrand::Rng::with_seed(seed),
            limit,
            trouble_since: None,
            closed_since: None,
            lost_in_a_row: 0,
            pauses: 0,
            paused_at: None,
        }
    }

    /// The service has answered, with a result or a refusal.
    pub fn answered(&mut self) {
        self.trouble_since = None;
        self.lost_in_a_row = 0;
        self.pauses = 0;
        self.paused_at = None;
    }

    /// Something that changes the tenant has got a clear answer.
    pub fn opened(&mut self) {
        self.answered();
        self.closed_since = None;
    }

    /// The service seems to be closed for what changes the tenant, or to want less of it. Looks that
    /// are answered meanwhile do not make that an end.
    pub fn closed(&mut self, left: Instant, now: Instant) -> Advice {
        let since = *self.closed_since.get_or_insert(now);
        if now.duration_since(since) >= self.limit {
            return Advice::GiveUp;
        }
        self.asked_to_wait(left, now, None)
    }

    /// Somebody does not wait for the end of the pause: what leaves from now on tells something new.
    pub fn cut_short(&mut self, now: Instant) {
        self.paused_at = self.paused_at.map(|until| until.min(now));
    }

    /// Whether one call at a time is enough until the target answers again.
    pub fn is_troubled(&self) -> bool {
        self.pauses > 0
    }

    /// A call that left at `left` had its answer lost, or found the target closed. `sure` when
    /// one such call is enough to tell.
    pub fn lost(&mut self, left: Instant, now: Instant, certainty: Certainty) -> Advice {
        self.lost_in_a_row += 1;
        let since = *self.trouble_since.get_or_insert(now);
        let lasted = now.duration_since(since);
        if lasted >= self.limit {
            return Advice::GiveUp;
        }
        let news = self.paused_at.is_none_or(|paused| left >= paused);
        let enough = certainty == Certainty::Down || self.lost_in_a_row > TOLERATED;
        if news && enough {
            // The last look is at the limit, not a whole pause after it.
            self.pause(now, None, self.limit.saturating_sub(lasted))
        } else {
            Advice::GoOn
        }
    }

    /// The service has asked everybody to wait, perhaps for a given time. That is an answer, and
    /// still no work is done: it counts against the limit.
    pub fn asked_to_wait(
        &mut self,
        left: Instant,
        now: Instant,
        asked: Option<Duration>,
    ) -> Advice {
        let since = *self.trouble_since.get_or_insert(now);
        if now.duration_since(since) >= self.limit {
            return Advice::GiveUp;
        }
        let news = self.paused_at.is_none_or(|paused| left >= paused);
        match asked {
            _ if news => self.pause(now, asked, LONGEST_PAUSE),
            // One of many that were under way together: the wish counts, the pauses do not grow.
            Some(asked) => Advice::Pause(asked.min(LONGEST_ASKED_PAUSE)),
            None => Advice::GoOn,
        }
    }

    fn pause(&mut self, now: Instant, asked: Option<Duration>, longest: Duration) -> Advice {
        let doubled = FIRST_PAUSE
            .saturating_mul(1 << self.pauses.min(10))
            .min(LONGEST_PAUSE);
        // Between half and all of it, so that several importers do not come back as one.
        let share = 0.5 + self.random.f64() / 2.0;
        let pause = match asked {
            Some(asked) => asked.min(LONGEST_ASKED_PAUSE),
            None => doubled.mul_f64(share).min(longest),
        };
        self.pauses += 1;
        self.paused_at = Some(now + pause);
        Advice::Pause(pause)
    }
}

/// How much one lost call tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// It may be that call alone.
    Perhaps,
    /// The target cannot be reached.
    Down,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_before_the_end_of_a_pause_that_was_cut_short_makes_the_next_one() {
        let now = Instant::now();
        let pauses = |cut_short: bool| {
            let mut health = Health::new(seconds(600), 1);
            let Advice::Pause(first) = health.lost(now, now, Certainty::Down) else {
                panic!("down is enough");
            };
            let early = now + first / 10;
            if cut_short {
                health.cut_short(early);
            }
            health.lost(early, early, Certainty::Down)
        };
        assert_eq!(pauses(false), Advice::GoOn);
        let next = pauses(true);
        assert!(
            matches!(next, Advice::Pause(pause) if pause >= FIRST_PAUSE),
            "{next:?}: the pauses grow on"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_to_a_limit_and_then_it_gives_up() {
        let mut health = Health::new(seconds(600), 1);
        let mut now = Instant::now();
        let mut pauses = Vec::new();
        while let Advice::Pause(pause) = health.lost(now, now, Certainty::Down) {
            pauses.push(pause);
            now += pause;
        }
        assert!(
            pauses[0] >= FIRST_PAUSE / 2 && pauses[0] <= FIRST_PAUSE,
            "{pauses:?}"
        );
        assert!(pauses[9] > seconds(29) && pauses.iter().all(|pause| *pause <= LONGEST_PAUSE));
        let total: Duration = pauses.iter().sum();
        assert!(total >= seconds(600) && total < seconds(661), "{total:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn one_lost_answer_is_no_outage_and_a_burst_is_one_pause() {
        let mut health = Health::new(seconds(600), 1);
        let now = Instant::now();
        assert_eq!(health.lost(now, now, Certainty::Perhaps), Advice::GoOn);
        health.answered();
        let advice: Vec<Advice> = (0..64)
            .map(|_| health.lost(now, now, Certainty::Perhaps))
            .collect();
        let pauses = advice
            .iter()
            .filter(|one| matches!(one, Advice::Pause(_)))
            .count();
        assert_eq!((pauses, health.is_troubled()), (1, true));
        health.answered();
        assert!(!health.is_troubled());
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_was_asked_for_is_kept() {
        let mut health = Health::new(seconds(600), 1);
        let now = Instant::now();
        let advice = health.asked_to_wait(now, now, Some(seconds(7)));
        assert_eq!(advice, Advice::Pause(seconds(7)));
        let advice = health.asked_to_wait(now, now, Some(seconds(86_400)));
        assert_eq!(advice, Advice::Pause(LONGEST_ASKED_PAUSE));
    }
}
