//! The session: one visa for everybody, kept fresh from each answer, renewed by one login at a
//! time.
//!
//! A visa lives 15 minutes; every answer carries a new one, and earlier ones stay valid until they
//! expire. The vendor's scripts log in again after 10 minutes; so do we, when nothing was sent in
//! between.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::classify::{Stop, Trouble};

/// A visa that is older than this is not used any more.
pub const RENEW_AFTER: Duration = Duration::from_secs(10 * 60);

/// So many fresh visas may be refused in a row, none of them ever accepted, before no further
/// login is tried.
const REFUSED_IN_A_ROW: u32 = 20;

/// So many visas of one login may be refused that had been replaced by an answer meanwhile, before one
/// call at a time is made: each visa seems to be good for one.
const SUPERSEDED: u32 = 2;

/// So often a login may change nothing before "forbidden" is taken at its word.
const USELESS_LOG_INS: u32 = 3;

/// A visa as it was handed out for one request.
#[derive(Clone)]
pub struct Visa {
    text: Arc<str>,
    generation: u64,
}

impl Visa {
    /// The token. For request bodies only.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }
}

impl std::fmt::Debug for Visa {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "(visa of login {})", self.generation)
    }
}

/// The turn of one call, for as long as this lives.
#[derive(Debug)]
pub(super) enum Turn<'s> {
    /// Nobody else had it.
    AtOnce(#[expect(dead_code, reason = "held")] tokio::sync::MutexGuard<'s, ()>),
    /// Somebody else had it for a while.
    Waited(#[expect(dead_code, reason = "held")] tokio::sync::MutexGuard<'s, ()>),
}

/// Whether another login may help against a refused visa.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MoreLogins {
    MayHelp,
    Useless,
}

/// The visa that everybody uses.
#[derive(Debug, Default)]
pub struct Session {
    state: Mutex<State>,
    /// Held by whoever logs in.
    pub(super) logging_in: tokio::sync::Mutex<()>,
    /// Held by the one call that may be under way where each visa is good for one.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    visa: Option<(Visa, Instant)>,
    generation: u64,
    /// How many logins have failed, and how the last of them did.
    failures: u64,
    last_failure: Option<Trouble>,
    /// How many visas have been refused since the last good answer.
    refused: u32,
    /// Whether the visas of this login have got a good answer.
    proven: bool,
    /// How many visas of this login were refused that an answer had replaced meanwhile. One that has died
    /// is refused to every call that has it, and counts once.
    superseded: u32,
    /// The last one of these.
    last_superseded: Option<Arc<str>>,
    /// How often a login has changed nothing about being forbidden something.
    useless: u32,
    ended: Option<Stop>,
}

impl Session {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The visa to use at `now`; `None` when a login is needed first. An error when the login
    /// was refused before: asking again would lock the account.
    pub(super) fn visa(&self, now: Instant) -> Result<Option<Visa>, Stop> {
        let state = self.state();
        if let Some(stop) = &state.ended {
            return Err(stop.clone());
        }
        let fresh = |(_, since): &&(Visa, Instant)| now.duration_since(*since) < RENEW_AFTER;
        Ok(state
            .visa
            .as_ref()
            .filter(fresh)
            .map(|(visa, _)| visa.clone()))
    }

    /// The visa as it is, however old: for the one call that has just waited for a login.
    pub(super) fn visa_of_any_age(&self) -> Option<Visa> {
        self.state().visa.as_ref().map(|(visa, _)| visa.clone())
    }

    /// How many logins have failed so far.
    pub(super) fn failures(&self) -> u64 {
        self.state().failures
    }

    /// How a login failed, if one did after there had been `before`: whoever waited for it need
    /// not try the same again.
    pub(super) fn failure_since(&self, before: u64) -> Option<Trouble> {
        let state = self.state();
        let news = state.failures > before;
        state.last_failure.clone().filter(|_| news)
    }

    /// A login has failed, for this time.
    pub(super) fn failed(&self, trouble: Trouble) {
        let mut state = self.state();
        state.failures += 1;
        state.last_failure = Some(trouble);
    }

    /// A login has answered.
    pub(super) fn logged_in(&self, visa: &str, now: Instant) {
        let mut state = self.state();
        state.generation += 1;
        state.proven = false;
        // Where all had died together, calls go side by side again.
        state.superseded = 0;
        state.last_superseded = None;
        let generation = state.generation;
        state.visa = Some((
            Visa {
                text: visa.into(),
                generation,
            },
            now,
        ));
    }

    /// A request with `used` has got a good answer, with a new visa for the next.
    pub(super) fn accepted(&self, used: &Visa, next: Option<&str>, now: Instant) {
        let mut state = self.state();
        state.refused = 0;
        state.proven |= state.generation == used.generation;
        // An answer that comes after a newer login does not bring the old chain back.
        if let Some(text) = next
            && state.generation == used.generation
            && state.visa.is_some()
        {
            let visa = Visa {
                text: text.into(),
                generation: used.generation,
            };
            state.visa = Some((visa, now));
        }
    }

    /// Waits for the turn, where each visa seems to be good for one call: until the answer is there
    /// nobody else has a visa. `None` where visas are good for many, as documented.
    pub(super) async fn turn(&self) -> Option<Turn<'_>> {
        if self.state().superseded < SUPERSEDED {
            return None;
        }
        if let Ok(held) = self.turn.try_lock() {
            return Some(Turn::AtOnce(held));
        }
        Some(Turn::Waited(self.turn.lock().await))
    }

    /// The service has refused `used`: the next request logs in, unless somebody already has, or another
    /// answer has brought a newer visa meanwhile, which is tried first.
    pub(super) fn refused(&self, used: &Visa) -> MoreLogins {
        let mut state = self.state();
        let newer = state
            .visa
            .as_ref()
            .is_some_and(|(visa, _)| visa.generation == used.generation && visa.text != used.text);
        if newer {
            if state.last_superseded.as_ref() != Some(&used.text) {
                state.superseded = state.superseded.saturating_add(1);
                state.last_superseded = Some(used.text.clone());
            }
            return MoreLogins::MayHelp;
        }
        if state.generation == used.generation && state.visa.take().is_some() {
            state.refused += 1;
        }
        if state.refused > REFUSED_IN_A_ROW {
            MoreLogins::Useless
        } else {
            MoreLogins::MayHelp
        }
    }

    /// The service forbids something to `used`. Old visas were seen to get such answers: where this
    /// login's have been good for something before, it is given up, so that the next request logs
    /// in; `false` when the answer is to be taken at its word.
    pub(super) fn may_be_stale(&self, used: &Visa) -> bool {
        let mut state = self.state();
        if state.useless >= USELESS_LOG_INS {
            return false;
        }
        if state.generation != used.generation {
            return true;
        }
        if state.proven {
            state.visa = None;
        }
        state.proven
    }

    /// A login has not changed that the service forbids something.
    pub(super) fn forbidden_again(&self) {
        self.state().useless += 1;
    }

    /// A login has changed it.
    pub(super) fn was_stale(&self) {
        self.state().useless = 0;
    }

    /// The login was refused for good.
    pub(super) fn end(&self, stop: Stop) {
        self.state().ended = Some(stop);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_visa_is_used_until_it_is_old_or_refused() {
        let session = Session::default();
        let start = Instant::now();
        assert!(session.visa(start).unwrap().is_none());
        session.logged_in("v1", start);
        let first = session.visa(start).unwrap().unwrap();
        session.accepted(&first, Some("v2"), start + Duration::from_secs(300));
        let later = start + Duration::from_secs(850);
        assert_eq!(session.visa(later).unwrap().unwrap().as_str(), "v2");
        assert!(
            session
                .visa(start + Duration::from_secs(901))
                .unwrap()
                .is_none()
        );

        session.logged_in("w1", later);
        session.accepted(&first, Some("v3"), later);
        session.refused(&first);
        assert_eq!(session.visa(later).unwrap().unwrap().as_str(), "w1");
    }

    #[tokio::test(start_paused = true)]
    async fn where_each_visa_is_good_once_the_newest_is_used_and_calls_wait_for_each_other() {
        let session = Session::default();
        let now = Instant::now();
        session.logged_in("v1", now);
        let first = session.visa(now).unwrap().unwrap();
        assert!(session.turn().await.is_none());
        session.accepted(&first, Some("v2"), now);
        session.refused(&first);
        let newest = || session.visa(now).unwrap().unwrap().as_str().to_owned();
        assert_eq!(newest(), "v2");
        assert!(session.turn().await.is_none(), "one may be an accident");
        // Whoever else had it is refused as well.
        session.refused(&first);
        assert!(session.turn().await.is_none(), "it is the same one");
        let second = session.visa(now).unwrap().unwrap();
        session.accepted(&second, Some("v3"), now);
        session.refused(&second);
        assert_eq!(newest(), "v3");
        let held = session.turn().await;
        assert!(matches!(held, Some(Turn::AtOnce(_))), "{held:?}");
        let waits = tokio::time::timeout(Duration::from_secs(60), session.turn());
        assert!(waits.await.is_err());
        drop(held);
        let third = session.visa(now).unwrap().unwrap();
        session.refused(&third);
        assert!(
            session.visa(now).unwrap().is_none(),
            "the newest was refused"
        );
        session.logged_in("w1", now);
        assert!(session.turn().await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn visas_that_are_never_accepted_end_the_log_ins() {
        let session = Session::default();
        let now = Instant::now();
        let refuse = |accepted_before: bool| {
            session.logged_in("v", now);
            let visa = session.visa(now).unwrap().unwrap();
            if accepted_before {
                session.accepted(&visa, None, now);
            }
            // All that were under way with the same visa count once.
            session.refused(&visa);
            session.refused(&visa)
        };
        for _ in 0..REFUSED_IN_A_ROW * 2 {
            assert_eq!(refuse(true), MoreLogins::MayHelp);
        }
        for _ in 1..REFUSED_IN_A_ROW {
            assert_eq!(refuse(false), MoreLogins::MayHelp);
        }
        assert_eq!(refuse(false), MoreLogins::Useless);
    }
}
