//! What one attempt means: a pure, exhaustive function from answer or failure to what may be done
//! next. "Unknown" is one of its answers, and errors inside HTTP 200 are errors.
//!
//! Who speaks is asked before what is said: a status above 200 is a gateway's word as often as the
//! service's, so an error inside it counts for nothing, and an answer with the id of another request
//! is none. And a call that changes something is asked
//! more of than a look: only numbers that were seen to mean "not carried out" are taken at their
//! word there.

use std::time::Duration;

use super::answer::{self, Answer, Envelope};
use super::errors::{Meaning, ServerError, meaning};
use super::transport::{Failure, Reply};

/// The value a method answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expects {
    /// The id of what was created.
    NewId,
    /// Nothing: something was changed or removed.
    Done,
    /// Any value, null included; nothing is changed.
    Anything,
    /// A value in its place, `result.result`; null is one. Nothing is changed.
    Value,
}

impl Expects {
    /// Whether the call changes something.
    fn is_change(self) -> bool {
        matches!(self, Self::NewId | Self::Done)
    }
}

/// Anything but a good answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The service said no, for good: nothing was done.
    Refused(ServerError),
    /// To a change: the service refused, in words of which nobody has seen that they mean that
    /// nothing was done.
    Denied(ServerError),
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
    /// No request of this kind can succeed: the whole run stops. The request has not left, or
    /// changes nothing.
    Stop(Stop),
    /// The request did not leave. Certain.
    NotSent(String),
    /// It did not leave: what was seen before it no longer counted when its turn came. Nobody is to blame.
    Overdue,
    /// The request may have been carried out.
    Unknown {
        /// What else it tells.
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

/// What a request without a clear answer tells beside that it may still be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nothing more.
    MayLandLater,
    /// The service seems to want less, or to be closed: everybody waits.
    Closed,
    /// The visa seems not to be liked: a login comes first.
    StaleVisa,
    /// What answers is not the service, or does not want to be it: nobody goes on.
    WrongTarget,
}

/// Why the whole run stops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The login was refused; asking again would lock the account.
    BadCredentials(ServerError),
    /// The user may not do this.
    Forbidden(ServerError),
    /// What answers at the endpoint is not the service.
    WrongTarget(String),
    /// As things are set up here, no connection can be made: certificates, a proxy's login.
    Unusable(String),
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(error) | Self::Denied(error) | Self::VisaRefused(error) => {
                write!(out, "{error}")
            }
            Self::TryAgain { text, .. } | Self::NotSent(text) | Self::Unknown { text, .. } => {
                out.write_str(text)
            }
            Self::Overdue => {
                out.write_str("when its turn came, what was seen before it no longer counted")
            }
            Self::Stop(stop) => write!(out, "{stop}"),
        }
    }
}

impl std::fmt::Display for Stop {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::BadCredentials(error) | Self::Forbidden(error) => write!(out, "{error}"),
            Self::WrongTarget(text) | Self::Unusable(text) => out.write_str(text),
        }
    }
}

impl Trouble {
    /// The same with every text in it changed.
    #[must_use]
    pub(super) fn with_texts(mut self, change: impl Fn(&mut String)) -> Self {
        match &mut self {
            Self::Refused(error)
            | Self::Denied(error)
            | Self::VisaRefused(error)
            | Self::Stop(Stop::BadCredentials(error) | Stop::Forbidden(error)) => {
                change(&mut error.message);
            }
            Self::TryAgain { text, .. }
            | Self::NotSent(text)
            | Self::Unknown { text, .. }
            | Self::Stop(Stop::WrongTarget(text) | Stop::Unusable(text)) => change(text),
            Self::Overdue => {}
        }
        self
    }
}

/// Says what one attempt of the request with this id means.
pub fn classify(
    id: &str,
    attempt: Result<Reply, Failure>,
    expects: Expects,
) -> Result<Answer, Trouble> {
    let reply = attempt.map_err(|failure| match &failure {
        Failure::NotSent(_) => Trouble::NotSent(failure.to_string()),
        Failure::Unusable(_) => Trouble::Stop(Stop::Unusable(failure.to_string())),
        Failure::Broken(_) | Failure::TimedOut(_) => may_land(failure.to_string()),
    })?;
    match reply.status {
        200 => read_envelope(id, reply, expects),
        429 => Err(Trouble::TryAgain {
            after: reply.retry_after,
            reason: Busy::RateLimit,
            text: "HTTP 429 (too many requests)".into(),
        }),
        300..=399 => Err(wrong_target(
            expects,
            format!(
                "HTTP {}: the endpoint redirects to {}; set --endpoint to the service itself",
                reply.status,
                reply.location.as_deref().unwrap_or("another address"),
            ),
        )),
        401 | 404 | 405 | 407 | 410 => Err(wrong_target(
            expects,
            format!(
                "HTTP {} from the endpoint: this is not the service, or a proxy is in between",
                reply.status
            ),
        )),
        400 | 402 | 403 | 406 | 409 | 411..=424 | 426..=428 | 430..=499 => {
            Err(turned_away(&reply, expects))
        }
        _ => Err(may_land(http_text(&reply))),
    }
}

fn may_land(text: String) -> Trouble {
    Trouble::Unknown {
        fate: Fate::MayLandLater,
        text,
    }
}

/// A change may have been carried out before somebody else answered for the service.
fn wrong_target(expects: Expects, text: String) -> Trouble {
    if expects.is_change() {
        let fate = Fate::WrongTarget;
        Trouble::Unknown { fate, text }
    } else {
        Trouble::Stop(Stop::WrongTarget(text))
    }
}

/// Something before the service seems to have turned the request away (a filter, a size limit); or
/// it has let the request through and its answer not.
fn turned_away(reply: &Reply, expects: Expects) -> Trouble {
    let number = i64::from(reply.status);
    let error = ServerError {
        number,
        code: number,
        message: http_text(reply),
    };
    if expects.is_change() {
        Trouble::Denied(error)
    } else {
        Trouble::Refused(error)
    }
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

fn read_envelope(id: &str, mut reply: Reply, expects: Expects) -> Result<Answer, Trouble> {
    let (html, empty) = (is_html(&reply), reply.body.is_empty());
    let body = std::mem::take(&mut reply.body);
    let (found, answer) = answer::read(id, body, reply.hold.take()).map_err(|error| {
        may_land(if html {
            "the answer is an HTML page, probably from a proxy".into()
        } else if empty {
            "the answer is empty".into()
        } else {
            format!("the answer is not whole JSON ({error})")
        })
    })?;
    let missing = || may_land("the answer has neither a value nor an error".into());
    match (found, expects) {
        (Envelope::Anothers, _) => Err(may_land("the answer belongs to another request".into())),
        (Envelope::Error(error), _) => Err(trouble_of(error.into(), expects)),
        (Envelope::Value, Expects::NewId) if !is_positive_integer(answer.value()) => {
            Err(may_land("the answer has neither an id nor an error".into()))
        }
        (Envelope::Void, Expects::NewId) => {
            Err(may_land("the answer has neither an id nor an error".into()))
        }
        (Envelope::Nothing, _) | (Envelope::Void, Expects::Value) => Err(missing()),
        (Envelope::Value, _) | (Envelope::Void, Expects::Done | Expects::Anything) => Ok(answer),
    }
}

fn is_positive_integer(json: &str) -> bool {
    json.parse::<i64>().is_ok_and(|number| number > 0)
}

fn trouble_of(error: ServerError, expects: Expects) -> Trouble {
    if expects.is_change() {
        return trouble_of_change(error);
    }
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
        Meaning::Unclear => may_land(error.to_string()),
        Meaning::Forbidden
        | Meaning::NameTaken
        | Meaning::ParentNotFound
        | Meaning::ParentState
        | Meaning::Refused => Trouble::Refused(error),
    }
}

/// What an error says of a change: "nothing was done" where that number was seen to mean it; else
/// the tenant is looked at, and what was denied is not sent again.
fn trouble_of_change(error: ServerError) -> Trouble {
    let unknown = |fate| Trouble::Unknown {
        fate,
        text: error.to_string(),
    };
    match meaning(&error) {
        Meaning::VisaRefused if error.is_observed() => Trouble::VisaRefused(error),
        Meaning::VisaRefused => unknown(Fate::StaleVisa),
        Meaning::Forbidden if error.is_observed() => Trouble::Refused(error),
        Meaning::RequestLimit | Meaning::Unavailable => unknown(Fate::Closed),
        Meaning::Unclear if !error.has_number() => unknown(Fate::MayLandLater),
        Meaning::BadCredentials
        | Meaning::Unclear
        | Meaning::Forbidden
        | Meaning::NameTaken
        | Meaning::ParentNotFound
        | Meaning::ParentState
        | Meaning::Refused => Trouble::Denied(error),
    }
}

#[cfg(test)]
mod tests;
