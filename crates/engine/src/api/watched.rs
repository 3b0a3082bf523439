//! A transport that remembers what passes it, for looks at a service that nobody has tried yet. The
//! login's parameters are never kept.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

use super::http::HttpTransport;
use super::method::Method;
use super::transport::{Attempt, Room, Transport};

/// How much is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Times and sizes.
    Times,
    /// Answers as well.
    Answers,
    /// Times and sizes of the latest few, for as long as a process lives.
    Latest,
}

/// So many are the latest few.
const FEW: usize = 32;

/// One request and what came back.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The method.
    pub method: String,
    /// Its parameters; null for the login's.
    pub params: Value,
    /// The HTTP status; `None` where no answer came.
    pub status: Option<u16>,
    /// What was wrong where no answer came.
    pub failure: Option<String>,
    /// The length of the answer, unpacked.
    pub bytes: usize,
    /// How long it took.
    pub took: Duration,
    /// How far the service's clock is before ours, in seconds, by its `Date`.
    pub ahead: Option<i64>,
    /// Until when the server's certificate is good, Unix seconds.
    pub certificate_until: Option<i64>,
    /// The answer, where answers are kept.
    pub answer: Option<Vec<u8>>,
}

/// What has passed so far.
#[derive(Debug, Clone, Default)]
pub struct Exchanges(Arc<Mutex<Vec<Exchange>>>);

impl Exchanges {
    /// All of it, oldest first.
    pub fn so_far(&self) -> Vec<Exchange> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn add(&self, one: Exchange, keep: Keep) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if keep == Keep::Latest && all.len() >= FEW {
            all.remove(0);
        }
        all.push(one);
    }
}

/// Remembers what passes it.
#[derive(Debug)]
pub struct Watched {
    inner: HttpTransport,
    keep: Keep,
    seen: Exchanges,
}

impl Watched {
    /// Over `inner`; what passes stands in `seen`.
    pub fn new(inner: HttpTransport, keep: Keep, seen: Exchanges) -> Self {
        Self { inner, keep, seen }
    }
}

impl Transport for Watched {
    fn post(&self, body: Vec<u8>, room: Room) -> Attempt<'_> {
        let (method, params) = match self.keep {
            Keep::Latest => (String::new(), Value::Null),
            Keep::Times | Keep::Answers => asked(&body),
        };
        Box::pin(async move {
            let (begun, left) = (Instant::now(), SystemTime::now());
            let reply = self.inner.post(body, room).await;
            let took = begun.elapsed();
            let mut one = Exchange {
                method,
                params,
                status: None,
                failure: None,
                bytes: 0,
                took,
                ahead: None,
                certificate_until: None,
                answer: None,
            };
            match &reply {
                Ok(reply) => {
                    one.status = Some(reply.status);
                    one.bytes = reply.body.len();
                    one.certificate_until = reply.certificate_until;
                    // Half of the way there, the request is at the service.
                    let there = left + took / 2;
                    one.ahead = reply.date.map(|date| ahead(date, there));
                    one.answer = (self.keep == Keep::Answers).then(|| reply.body.clone());
                }
                Err(failure) => one.failure = Some(failure.to_string()),
            }
            self.seen.add(one, self.keep);
            reply
        })
    }
}

/// How many seconds one time is after another; the service's are whole ones.
fn ahead(date: SystemTime, ours: SystemTime) -> i64 {
    let seconds = |span: Duration| i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
    match date.duration_since(ours) {
        Ok(ahead) => seconds(ahead),
        Err(behind) => -seconds(behind.duration()),
    }
}

fn asked(body: &[u8]) -> (String, Value) {
    let mut call: Value = serde_json::from_slice(body).unwrap_or_default();
    let method = call["method"].as_str().unwrap_or_default().to_owned();
    let params = if method == Method::Login.as_str() {
        Value::Null
    } else {
        call["params"].take()
    };
    (method, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_latest_no_more_than_a_few_are_kept() {
        let seen = Exchanges::default();
        for bytes in 0..FEW + 5 {
            let one = Exchange {
                method: String::new(),
                params: Value::Null,
                status: Some(200),
                failure: None,
                bytes,
                took: Duration::ZERO,
                ahead: None,
                certificate_until: None,
                answer: None,
            };
            seen.add(one, Keep::Latest);
        }
        let kept = seen.so_far();
        assert_eq!((kept.len(), kept[0].bytes), (FEW, 5));
    }

    #[test]
    fn what_logs_in_is_not_remembered() {
        let (method, params) = asked(br#"{"method":"Login","params":{"password":"hush"}}"#);
        assert_eq!((method.as_str(), params), ("Login", Value::Null));
        let body = br#"{"method":"GetPartnerInfoById","visa":"v","params":{"partnerId":7}}"#;
        let (method, params) = asked(body);
        assert_eq!(method, "GetPartnerInfoById");
        assert_eq!(params, serde_json::json!({"partnerId": 7}));
    }

    #[test]
    fn clocks_are_held_against_each_other_in_both_directions() {
        let now = SystemTime::now();
        let span = Duration::from_secs(90);
        assert_eq!((ahead(now + span, now), ahead(now, now + span)), (90, -90));
        assert_eq!(ahead(now, now), 0);
    }
}
