//! The session: one visa for everybody, kept fresh from each answer, renewed by one log-in at a
//! time.
//!
//! A visa lives 15 minutes; every answer carries a new one, and earlier ones stay valid until they
//! expire. The vendor's scripts log in again after 10 minutes; so do we, when nothing was sent in
//! between.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::classify::Stop;

/// A visa that is older than this is not used any more.
pub const RENEW_AFTER: Duration = Duration::from_secs(10 * 60);

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
        write!(out, "(visa of log-in {})", self.generation)
    }
}

/// The visa that everybody uses.
#[derive(Debug, Default)]
pub struct Session {
    state: Mutex<State>,
    /// Held by whoever logs in.
    pub(super) logging_in: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    visa: Option<(Visa, Instant)>,
    generation: u64,
    ended: Option<Stop>,
}

impl Session {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The visa to use at `now`; `None` when a log-in is needed first. An error when the log-in
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

    /// A log-in has answered.
    pub(super) fn logged_in(&self, visa: &str, now: Instant) {
        let mut state = self.state();
        state.generation += 1;
        let generation = state.generation;
        state.visa = Some((
            Visa {
                text: visa.into(),
                generation,
            },
            now,
        ));
    }

    /// An answer to a request with `used` carried a new visa.
    pub(super) fn renewed(&self, used: &Visa, visa: &str, now: Instant) {
        let mut state = self.state();
        // An answer that comes after a newer log-in does not bring the old chain back.
        if state.generation == used.generation && state.visa.is_some() {
            state.visa = Some((
                Visa {
                    text: visa.into(),
                    generation: used.generation,
                },
                now,
            ));
        }
    }

    /// The service has refused `used`: the next request logs in, unless somebody already has.
    pub(super) fn refused(&self, used: &Visa) {
        let mut state = self.state();
        if state.generation == used.generation {
            state.visa = None;
        }
    }

    /// The log-in was refused for good.
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
        session.renewed(&first, "v2", start + Duration::from_secs(300));
        let later = start + Duration::from_secs(850);
        assert_eq!(session.visa(later).unwrap().unwrap().as_str(), "v2");
        assert!(
            session
                .visa(start + Duration::from_secs(901))
                .unwrap()
                .is_none()
        );

        session.logged_in("w1", later);
        session.renewed(&first, "v3", later);
        session.refused(&first);
        assert_eq!(session.visa(later).unwrap().unwrap().as_str(), "w1");
    }
}
