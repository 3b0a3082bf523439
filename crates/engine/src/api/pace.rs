//! The rate limit: one pacer for every request there is (creates, look-ups, retries, logins).
//!
//! Send times are handed out in order and evenly, a little further apart than the rate asks, so
//! that no sliding window ever holds more requests than the rate. The waiting is done here, on tokio's
//! clock, which tests pause.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use super::departures::{Departures, Ticket};

use super::evenly::Evenly;
use super::rate::Rate;
use super::slots::{Reserved, SharedSlots, Slot};

/// Hands out send times. Shared by everything that sends.
#[derive(Debug)]
pub struct Pacer {
    start: Instant,
    limit: Option<Limit>,
    /// Nobody sends before this.
    hold: Mutex<Option<Instant>>,
    /// How often a hold was ended before its time.
    released: watch::Sender<u64>,
    /// Whose turn it is, first come first served: whoever holds it waits for the next send time.
    turn: tokio::sync::Mutex<()>,
    /// The last requests, at most a window's worth.
    left: Mutex<Departures>,
    /// Send times shared with other processes.
    shared: Option<SharedSlots>,
    /// Whose send times these are, where several clients of this process keep a rate together.
    within: Option<Arc<Pacer>>,
}

/// Nobody holds the lock on shared send times for longer, unless it was stopped.
const LONGEST_LOCK: Duration = Duration::from_secs(1);

#[derive(Debug)]
struct Limit {
    rate: Rate,
    evenly: Evenly,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pacer {
    /// A pacer that starts at `now`; without a rate it only knows pauses.
    pub fn new(rate: Option<Rate>, now: Instant) -> Self {
        let limit = rate.map(|rate| Limit {
            rate,
            evenly: Evenly::new(rate),
        });
        Self {
            start: now,
            limit,
            hold: Mutex::default(),
            released: watch::Sender::new(0),
            turn: tokio::sync::Mutex::default(),
            left: Mutex::default(),
            shared: None,
            within: None,
        }
    }

    /// A pacer whose send times are those of `all`, which others take theirs from as well. Pauses are
    /// its own: a service that is down holds up only who asks it.
    pub fn within(all: Arc<Self>, now: Instant) -> Self {
        Self {
            within: Some(all),
            ..Self::new(None, now)
        }
    }

    /// The same, its send times shared with other processes. Without a rate there is nothing to
    /// share.
    #[must_use]
    pub fn sharing(mut self, slots: SharedSlots) -> Self {
        self.shared = Some(slots).filter(|_| self.limit.is_some());
        self
    }

    /// The rate, if there is one.
    pub fn rate(&self) -> Option<Rate> {
        match &self.within {
            Some(all) => all.rate(),
            None => self.limit.as_ref().map(|limit| limit.rate),
        }
    }

    /// Nobody sends before `until`: the service has asked everybody to slow down. `false` when
    /// everybody waits for as long already.
    pub fn hold(&self, until: Instant) -> bool {
        let mut hold = locked(&self.hold);
        let is_news = hold.is_none_or(|earlier| earlier < until);
        if is_news {
            *hold = Some(until);
        }
        is_news
    }

    /// Ends the hold that counts now, once; a later one counts as ever. `false` when nobody is held.
    pub fn release(&self) -> bool {
        let mut hold = locked(&self.hold);
        let is_held = hold.is_some_and(|until| until > Instant::now());
        if is_held {
            *hold = None;
            self.released.send_modify(|times| *times += 1);
        }
        is_held
    }

    /// Tells of each [`Self::release`] from now on.
    pub fn releases(&self) -> watch::Receiver<u64> {
        self.released.subscribe()
    }

    /// Waits until nobody is held; hands back from when on.
    async fn waits(&self) -> Option<Instant> {
        let mut from = None;
        // Listening before it is looked: a release in between would be missed.
        let mut releases = self.releases();
        while let Some(until) = self.held_until() {
            tokio::select! {
                () = sleep_until(until) => from = Some(until),
                _ = releases.changed() => from = Some(Instant::now()),
            }
        }
        from
    }

    /// The service has asked everybody to wait for so long: other processes that keep the rate with
    /// this one do as well. (This one is held by whoever decides about its pauses.)
    pub fn asked_to_wait(&self, pause: Duration) {
        if let Some(all) = &self.within {
            all.asked_to_wait(pause);
        }
        if let Some(slots) = &self.shared {
            told(slots.pause(pause));
        }
    }

    /// Until when nobody may send; `None` when that is over.
    pub fn held_until(&self) -> Option<Instant> {
        locked(&self.hold).filter(|until| *until > Instant::now())
    }

    /// Waits for the next send time. The request must leave at once afterwards.
    pub async fn admit(&self) -> Ticket {
        if let Some(all) = &self.within {
            loop {
                self.waits().await;
                let ticket = Box::pin(all.admit()).await;
                // A pause that was imposed meanwhile counts; the send time is given up.
                if self.held_until().is_none() {
                    return ticket;
                }
            }
        }
        let Some(limit) = &self.limit else {
            self.waits().await;
            return Ticket::FREE;
        };
        let _turn = self.turn.lock().await;
        let mut shared;
        loop {
            // A send time is taken when it may be used: one that lies behind a hold could not be given
            // back where that is ended before its time.
            let held = self
                .waits()
                .await
                .or_else(|| Instant::now().checked_sub(Rate::CATCH_UP))
                .unwrap_or(self.start);
            let opens = locked(&self.left).window_opens(limit.rate, self.start);
            let slot = limit.evenly.next(self.start, held.max(opens));
            sleep_until(slot).await;
            shared = self.shared_slot(limit.rate).await;
            // A pause that was imposed meanwhile counts; the send time is given up.
            if self.held_until().is_none() {
                break;
            }
        }
        if let (Some(slots), Some(slot)) = (&self.shared, shared) {
            told(slots.left(slot));
        }
        locked(&self.left).leave(Instant::now(), limit.rate.requests() as usize, shared)
    }

    /// Waits for the next send time of all processes together. Where the file that they share
    /// cannot be used, this process keeps the rate for itself.
    async fn shared_slot(&self, rate: Rate) -> Option<Slot> {
        let slots = self.shared.as_ref()?;
        while let Some(pause) = told(slots.paused()).filter(|pause| !pause.is_zero()) {
            sleep(pause).await;
        }
        let start = Instant::now();
        let slot = loop {
            match told(slots.reserve(rate))? {
                Reserved::Slot(slot) => break slot,
                // A process that was stopped in the very moment in which it held the lock.
                Reserved::Busy if start.elapsed() > LONGEST_LOCK => return None,
                Reserved::Busy => sleep(Duration::from_millis(1)).await,
            }
        };
        if !slot.wait.is_zero() {
            sleep(slot.wait).await;
        }
        while let Some(wait) = told(slots.kept_back(slot, rate)).filter(|wait| !wait.is_zero()) {
            sleep(wait).await;
        }
        Some(slot)
    }

    /// Leave to send at once, where there is no rate; pauses are the caller's to look at.
    pub fn free(&self) -> Option<Ticket> {
        match &self.within {
            Some(all) => all.free(),
            None => self.limit.is_none().then_some(Ticket::FREE),
        }
    }

    /// A request's answer has come. What it took longer than the quickest may have been the way
    /// there, so the request a window behind it is held back by as much.
    pub fn answered(&self, ticket: Ticket) {
        if let Some(all) = &self.within {
            return all.answered(ticket);
        }
        if self.limit.is_some() {
            let answered = locked(&self.left).answered(ticket, Instant::now());
            if let (Some(slots), Some((slot, late, took))) = (&self.shared, answered)
                && !late.is_zero()
            {
                told(slots.arrived(slot, took, late));
            }
        }
    }
}

/// The value, or a line in the log: a file that fails is no reason not to send.
fn told<T>(result: io::Result<T>) -> Option<T> {
    result
        .inspect_err(|error| tracing::debug!(%error, "the rate is not shared with other processes"))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> Rate {
        text.parse().unwrap()
    }

    /// Send times of `count` requests of several senders, in milliseconds.
    async fn send_times(pacer: &Arc<Pacer>, count: usize) -> Vec<u128> {
        let start = Instant::now();
        let mut senders = tokio::task::JoinSet::new();
        for _ in 0..count {
            let pacer = Arc::clone(pacer);
            senders.spawn(async move {
                let _ticket = pacer.admit().await;
                start.elapsed().as_micros()
            });
        }
        let mut times = senders.join_all().await;
        times.sort_unstable();
        times
    }

    #[tokio::test(start_paused = true)]
    async fn no_window_holds_more_than_the_rate() {
        for (text, count) in [("50/s", 200), ("500/s", 2000), ("120/m", 300)] {
            let rate = rate(text);
            let pacer = Arc::new(Pacer::new(Some(rate), Instant::now()));
            let times = send_times(&pacer, count).await;
            let window = rate.window().as_micros();
            for pair in times.windows(rate.requests() as usize + 1) {
                assert!(pair[pair.len() - 1] - pair[0] > window, "{text}: {pair:?}");
            }
            let ideal =
                rate.window().as_micros() * (count as u128 - 1) / u128::from(rate.requests());
            let span = times[times.len() - 1] - times[0];
            assert!(span * 1000 <= ideal * 1008, "{text}: {span} for {ideal}");
        }
    }

    /// A request that is slow on its way must not meet the one a window behind it.
    #[tokio::test(start_paused = true)]
    async fn a_late_answer_holds_back_the_request_a_window_behind() {
        let pacer = Pacer::new(Some(rate("2/s")), Instant::now());
        let quick = pacer.admit().await;
        pacer.answered(quick);
        let slow = pacer.admit().await;
        let left = Instant::now();
        tokio::time::advance(Duration::from_millis(40)).await;
        pacer.answered(slow);
        let _third = pacer.admit().await;
        let _fourth = pacer.admit().await;
        assert!(
            left.elapsed() >= Duration::from_millis(1040),
            "{:?}",
            left.elapsed()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_holds_everybody() {
        let pacer = Arc::new(Pacer::new(Some(rate("10/s")), Instant::now()));
        let _ticket = pacer.admit().await;
        let start = Instant::now();
        pacer.hold(start + Duration::from_secs(7));
        let times = send_times(&pacer, 3).await;
        assert!(times[0] >= 7_000_000, "{times:?}");
        assert!(times[2] - times[0] >= 200_000, "{times:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_that_comes_while_a_request_waits_for_its_time_holds_it_too() {
        let pacer = Pacer::new(Some(rate("1/s")), Instant::now());
        let _first = pacer.admit().await;
        let start = Instant::now();
        let pause = async {
            sleep(Duration::from_millis(500)).await;
            pacer.hold(start + Duration::from_secs(7));
        };
        let (_second, ()) = tokio::join!(pacer.admit(), pause);
        let waited = start.elapsed();
        assert!(waited >= Duration::from_secs(7), "{waited:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn those_within_one_keep_its_rate_together_and_pause_apart() {
        let rate = rate("10/s");
        let all = Arc::new(Pacer::new(Some(rate), Instant::now()));
        let one = Arc::new(Pacer::within(Arc::clone(&all), Instant::now()));
        let other = Arc::new(Pacer::within(all, Instant::now()));
        assert_eq!((one.rate(), one.free()), (Some(rate), None));
        let both = tokio::join!(send_times(&one, 30), send_times(&other, 30));
        let mut times = [both.0, both.1].concat();
        times.sort_unstable();
        for pair in times.windows(11) {
            assert!(pair[10] - pair[0] > 1_000_000, "{pair:?}");
        }
        assert!(times[59] < 6_100_000, "{times:?}");
        one.hold(Instant::now() + Duration::from_secs(7));
        let both = tokio::join!(send_times(&one, 1), send_times(&other, 1));
        assert!(both.0[0] >= 7_000_000 && both.1[0] < 200_000, "{both:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_is_ended_before_its_time_once() {
        for limit in [Some(rate("10/s")), None] {
            let pacer = Pacer::new(limit, Instant::now());
            assert!(!pacer.release(), "nobody is held");
            let start = Instant::now();
            pacer.hold(start + Duration::from_secs(60));
            let sender = async {
                let _ticket = pacer.admit().await;
                start.elapsed()
            };
            let other = async {
                sleep(Duration::from_secs(3)).await;
                assert!(pacer.release());
            };
            let (left, ()) = tokio::join!(sender, other);
            assert!(left.as_secs() == 3, "{left:?}");
            pacer.hold(Instant::now() + Duration::from_secs(5));
            let _ticket = pacer.admit().await;
            assert!(start.elapsed().as_secs() >= 8, "the next one counts");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_rate_only_pauses_count() {
        let pacer = Arc::new(Pacer::new(None, Instant::now()));
        assert_eq!(send_times(&pacer, 100).await[99], 0);
        pacer.hold(Instant::now() + Duration::from_secs(2));
        assert!(send_times(&pacer, 1).await[0] >= 2_000_000);
    }
}
