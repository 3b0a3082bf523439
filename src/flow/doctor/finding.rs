//! What was looked at, and what that means for a run.

use std::time::Duration;

use crate::api::errors::with_advice;
use crate::flow::advice::Advice;
use crate::flow::failure::{Failure, Kind};
use crate::submit::ReadError;

/// How a finding is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing stands in the way.
    Ok,
    /// It may matter: somebody should look at it.
    LookAt,
    /// A run would fail.
    WillFail,
}

impl Verdict {
    /// The words for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::LookAt => "look at",
            Self::WillFail => "will fail",
        }
    }

    /// The word for machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::LookAt => "look-at",
            Self::WillFail => "will-fail",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub about: &'static str,
    /// How it is meant.
    pub verdict: Verdict,
    /// What was found.
    pub says: String,
    /// What to do.
    pub advice: Option<String>,
}

impl Finding {
    pub(super) fn ok(about: &'static str, says: impl Into<String>) -> Self {
        Self {
            about,
            verdict: Verdict::Ok,
            says: says.into(),
            advice: None,
        }
    }

    pub(super) fn look_at(about: &'static str, says: impl Into<String>, advice: &str) -> Self {
        Self {
            verdict: Verdict::LookAt,
            advice: Some(advice.to_owned()),
            ..Self::ok(about, says)
        }
    }

    pub(super) fn will_fail(about: &'static str, says: impl Into<String>, advice: &str) -> Self {
        Self {
            verdict: Verdict::WillFail,
            ..Self::look_at(about, says, advice)
        }
    }
}

/// Something that the service would not do.
pub(super) fn refused(about: &'static str, failure: &Failure) -> Finding {
    let advice = failure.advice.iter().filter_map(|one| match one {
        Advice::Text(text) => Some(text.as_str()),
        Advice::Connection => Some("check the connection, the proxy and the address"),
        _ => None,
    });
    let advice = advice.collect::<Vec<_>>().join("; ");
    Finding {
        advice: (!advice.is_empty()).then_some(advice),
        ..Finding::will_fail(about, failure.in_full(), "")
    }
}

/// What came of a look, unless somebody asked for the end meanwhile: that says nothing of the service.
pub(super) fn unless_interrupted<T>(
    result: Result<T, ReadError>,
) -> Result<Result<T, ReadError>, Kind> {
    match result {
        Err(ReadError::Interrupted) => Err(Kind::Interrupted),
        result => Ok(result),
    }
}

/// The service's no to a list that only helps, in words.
pub(super) fn no(error: &ReadError) -> String {
    match error {
        ReadError::Refused(error) => with_advice(error),
        other => other.to_string(),
    }
}

/// `0.8 s`, `12 s`.
pub(super) fn seconds(took: Duration) -> String {
    if took < Duration::from_secs(10) {
        format!("{:.1} s", took.as_secs_f64())
    } else {
        format!("{} s", took.as_secs())
    }
}
