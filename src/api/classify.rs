//! What one attempt means: a pure, exhaustive function from answer or failure to what may be done
//! next. "Unknown" is one of its answers, and errors inside HTTP 200 are errors.

use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::errors::{ErrorObject, Meaning, ServerError, meaning};
use super::transport::{Failure, Reply};

/// The value a method answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expects {
    /// An integer: the id of what was created.
    Integer,
    /// Any value, null included.
    Anything,
    /// A value in its place, `result.result`; null is one.
    Value,
}

/// A good answer: the raw JSON of its value, and the new visa.
#[derive(Debug)]
pub struct Answer {
    /// `result.result`, or `null` where the whole result is null.
    pub value: Box<RawValue>,
    /// The next visa of the chain.
    pub visa: Option<String>,
}

/// Anything but a good answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The service said no, for good: nothing was done.
    Refused(ServerError),
    /// Nothing was done; everybody must wait before the next request.
    TryAgain {
        /// How long, where the server says so.
        after: Option<Duration>,
        /// Why.
        reason: Busy,
        /// What was said.
        text: String,
    },
    /// The visa was not accepted: nothing was done, log in again.
    VisaRefused(ServerError),
    /// No request of this kind can succeed: the whole run stops.
    Stop(Stop),
    /// The request did not leave. Certain.
    NotSent(String),
    /// The request may have been carried out.
    Unknown {
        /// Whether it may still be under way.
        fate: Fate,
        /// What happened instead of an answer.
        text: String,
    },
}

/// Why everybody must wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Busy {
    /// Too many requests.
    RateLimit,
    /// The service is closed for now.
    Unavailable,
}

/// Whether a request without a clear answer may still be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The service answered, unclearly: what was to happen has happened.
    Ended,
    /// No answer of the service's own came: it may land later.
    MayLandLater,
}

/// Why the whole run stops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The log-in was refused; asking again would lock the account.
    BadCredentials(ServerError),
    /// The user may not do this.
    Forbidden(ServerError),
    /// What answers at the endpoint is not the service.
    WrongTarget(String),
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(error) | Self::VisaRefused(error) => write!(out, "{error}"),
            Self::TryAgain { text, .. } | Self::NotSent(text) | Self::Unknown { text, .. } => {
                out.write_str(text)
            }
            Self::Stop(stop) => write!(out, "{stop}"),
        }
    }
}

impl std::fmt::Display for Stop {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::BadCredentials(error) | Self::Forbidden(error) => write!(out, "{error}"),
            Self::WrongTarget(text) => out.write_str(text),
        }
    }
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    result: Option<Box<RawValue>>,
    #[serde(default)]
    error: Option<ErrorObject>,
    #[serde(default)]
    visa: Option<String>,
}

#[derive(Deserialize)]
struct Inner {
    result: Box<RawValue>,
}

/// Says what one attempt means.
pub fn classify(attempt: Result<Reply, Failure>, expects: Expects) -> Result<Answer, Trouble> {
    let reply = attempt.map_err(|failure| match &failure {
        Failure::NotSent(_) => Trouble::NotSent(failure.to_string()),
        Failure::Broken(_) | Failure::TimedOut(_) => may_land(failure.to_string()),
    })?;
    match reply.status {
        200..=299 => read_envelope(&reply, expects),
        429 => Err(Trouble::TryAgain {
            after: reply.retry_after,
            reason: Busy::RateLimit,
            text: "HTTP 429 (too many requests)".into(),
        }),
        300..=399 => Err(Trouble::Stop(Stop::WrongTarget(format!(
            "HTTP {}: the endpoint redirects to {}; set --endpoint to the service itself",
            reply.status,
            reply.location.as_deref().unwrap_or("another address"),
        )))),
        401 | 404 | 405 | 407 | 410 => Err(Trouble::Stop(Stop::WrongTarget(format!(
            "HTTP {} from the endpoint: this is not the service, or a proxy stands before it",
            reply.status
        )))),
        400 | 402 | 403 | 406 | 411..=424 | 426..=428 | 431..=499 => {
            Err(error_in(&reply).unwrap_or_else(|| refused_by_http(&reply)))
        }
        _ => Err(error_in(&reply).unwrap_or_else(|| may_land(http_text(&reply)))),
    }
}

fn may_land(text: String) -> Trouble {
    Trouble::Unknown {
        fate: Fate::MayLandLater,
        text,
    }
}

/// A request that something before the service turned away (a filter, a size limit).
fn refused_by_http(reply: &Reply) -> Trouble {
    let number = i64::from(reply.status);
    Trouble::Refused(ServerError {
        number,
        code: number,
        message: http_text(reply),
    })
}

fn http_text(reply: &Reply) -> String {
    let kind = if is_html(reply) {
        ", an HTML page, probably from a proxy"
    } else {
        ""
    };
    format!("HTTP {}{kind}", reply.status)
}

fn is_html(reply: &Reply) -> bool {
    reply.content_type.contains("html") || reply.body.trim_ascii_start().starts_with(b"<")
}

/// The service's own error in an answer whose status is not 200.
fn error_in(reply: &Reply) -> Option<Trouble> {
    let envelope: Envelope = serde_json::from_slice(&reply.body).ok()?;
    envelope.error.map(|error| trouble_of(error.into()))
}

fn read_envelope(reply: &Reply, expects: Expects) -> Result<Answer, Trouble> {
    let envelope: Envelope = serde_json::from_slice(&reply.body).map_err(|error| {
        may_land(if is_html(reply) {
            "the answer is an HTML page, probably from a proxy".into()
        } else if reply.body.is_empty() {
            "the answer is empty".into()
        } else {
            format!("the answer is not whole JSON ({error})")
        })
    })?;
    if let Some(error) = envelope.error {
        return Err(trouble_of(error.into()));
    }
    let missing = || may_land("the answer has neither a value nor an error".into());
    let value = match envelope.result {
        None if expects == Expects::Value => return Err(missing()),
        // A void method answers null at the outer level.
        None => RawValue::NULL.to_owned(),
        Some(outer) => match serde_json::from_str::<Inner>(outer.get()) {
            Ok(inner) => inner.result,
            Err(_) if expects == Expects::Value => return Err(missing()),
            Err(_) => RawValue::NULL.to_owned(),
        },
    };
    if expects == Expects::Integer && !is_positive_integer(value.get()) {
        return Err(may_land("the answer has neither an id nor an error".into()));
    }
    Ok(Answer {
        value,
        visa: envelope.visa.filter(|visa| !visa.is_empty()),
    })
}

fn is_positive_integer(json: &str) -> bool {
    json.parse::<i64>().is_ok_and(|number| number > 0)
}

fn trouble_of(error: ServerError) -> Trouble {
    match meaning(&error) {
        Meaning::VisaRefused => Trouble::VisaRefused(error),
        Meaning::BadCredentials => Trouble::Stop(Stop::BadCredentials(error)),
        Meaning::RequestLimit => Trouble::TryAgain {
            after: None,
            reason: Busy::RateLimit,
            text: error.to_string(),
        },
        Meaning::Unavailable => Trouble::TryAgain {
            after: None,
            reason: Busy::Unavailable,
            text: error.to_string(),
        },
        Meaning::Unclear => Trouble::Unknown {
            fate: Fate::Ended,
            text: error.to_string(),
        },
        Meaning::Forbidden
        | Meaning::NameTaken
        | Meaning::ParentNotFound
        | Meaning::ParentState
        | Meaning::Refused => Trouble::Refused(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, body: &str) -> Reply {
        Reply {
            status,
            body: body.into(),
            ..Reply::default()
        }
    }

    fn add(status: u16, body: &str) -> String {
        match classify(Ok(reply(status, body)), Expects::Integer) {
            Ok(answer) => format!("created {} visa {:?}", answer.value, answer.visa),
            Err(trouble) => short(&trouble),
        }
    }

    fn short(trouble: &Trouble) -> String {
        match trouble {
            Trouble::Refused(error) => format!("refused {}", error.number),
            Trouble::TryAgain { after, reason, .. } => format!("again {reason:?} {after:?}"),
            Trouble::VisaRefused(_) => "log in".into(),
            Trouble::Stop(Stop::WrongTarget(_)) => "stop: wrong target".into(),
            Trouble::Stop(Stop::BadCredentials(_)) => "stop: credentials".into(),
            Trouble::Stop(Stop::Forbidden(_)) => "stop: forbidden".into(),
            Trouble::NotSent(_) => "not sent".into(),
            Trouble::Unknown { fate, .. } => format!("unknown {fate:?}"),
        }
    }

    #[test]
    fn a_created_customer_is_its_id() {
        let body = r#"{"id":"jsonrpc","jsonrpc":"2.0","result":{"result":55806},"visa":"v2"}"#;
        assert_eq!(add(200, body), r#"created 55806 visa Some("v2")"#);
    }

    #[test]
    fn http_200_with_an_error_is_an_error() {
        let error = |data: &str| {
            format!(r#"{{"error":{{"code":-32603,"data":{data},"message":"m"}},"id":"1"}}"#)
        };
        let cases = [
            ("2115", "refused 2115"),
            ("2101", "refused 2101"),
            ("13501", "refused 13501"),
            ("1701", "log in"),
            ("2116", "again RateLimit None"),
            ("1704", "again Unavailable None"),
            ("2100", "stop: credentials"),
            ("2102", "unknown Ended"),
            ("null", "unknown Ended"),
        ];
        for (data, expected) in cases {
            assert_eq!(add(200, &error(data)), expected, "{data}");
        }
    }

    #[test]
    fn an_answer_that_is_none_leaves_the_call_unknown() {
        for body in [
            "",
            "{",
            r#"{"id":"1","result":{"result":558"#,
            "<html><body>Bad gateway</body></html>",
            r#"{"id":"1","jsonrpc":"2.0"}"#,
            r#"{"result":null}"#,
            r#"{"result":{"result":null}}"#,
            r#"{"result":{"result":"55806"}}"#,
            r#"{"result":{"result":-1}}"#,
            r#"{"result":{"result":0}}"#,
            r#"{"result":55806}"#,
            "[]",
        ] {
            assert_eq!(add(200, body), "unknown MayLandLater", "{body}");
        }
    }

    #[test]
    fn statuses_speak_for_themselves() {
        for status in [408, 425, 500, 502, 503, 504, 520, 599] {
            assert_eq!(add(status, "<html>"), "unknown MayLandLater", "{status}");
        }
        for status in [301, 302, 307, 308, 401, 404, 405, 407] {
            assert_eq!(add(status, ""), "stop: wrong target", "{status}");
        }
        assert_eq!(add(403, "<html>"), "refused 403");
        assert_eq!(
            add(500, r#"{"error":{"data":2115,"message":""}}"#),
            "refused 2115"
        );
        let late = Reply {
            retry_after: Some(Duration::from_secs(7)),
            ..reply(429, "")
        };
        let trouble = classify(Ok(late), Expects::Integer).unwrap_err();
        assert_eq!(short(&trouble), "again RateLimit Some(7s)");
    }

    #[test]
    fn only_a_failed_connection_is_certain_not_to_have_been_sent() {
        let cases = [
            (Failure::NotSent("refused".into()), "not sent"),
            (Failure::Broken("reset".into()), "unknown MayLandLater"),
            (
                Failure::TimedOut(Duration::from_secs(60)),
                "unknown MayLandLater",
            ),
        ];
        for (failure, expected) in cases {
            assert_eq!(
                short(&classify(Err(failure), Expects::Integer).unwrap_err()),
                expected
            );
        }
    }

    #[test]
    fn void_methods_answer_null() {
        let answer = classify(
            Ok(reply(200, r#"{"result":null,"visa":"v"}"#)),
            Expects::Anything,
        );
        assert_eq!(answer.unwrap().value.get(), "null");
    }
}
