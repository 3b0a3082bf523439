//! What goes into the sandbox and what comes out, as plain data.
//!
//! Whoever carries a reply (the HTTP server, a test's transport) does the waiting and the closing
//! of connections that it asks for. Must not know: how a reply is made.

use std::borrow::Cow;
use std::time::Duration;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::fault::FaultKind;

/// Milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub u64);

/// A request as it arrived.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The HTTP body.
    pub body: &'a [u8],
    /// The Authorization header.
    pub authorization: Option<&'a str>,
}

/// What the carrier has to do to the answer or the connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FaultAction {
    /// Send the answer.
    #[default]
    None,
    /// Close the connection without an answer; nothing was done.
    DropRequest,
    /// Close the connection without an answer; the work was done.
    DropAnswer,
    /// Close the connection without an answer; the work will be done after this time.
    LateCommit(Duration),
    /// Wait this long, then send the answer; the work was done.
    Delay(Duration),
    /// Announce the whole body, send the first half, close the connection; the work was done.
    Cut,
}

/// Work put off by `FaultAction::LateCommit`; hand it to `Sandbox::commit_deferred` when due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deferred {
    pub(super) token: u64,
    /// When the work is to be done.
    pub due: Timestamp,
}

/// The answer to one request.
#[derive(Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// HTTP headers, names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The HTTP body; what faults do to it was done already, `FaultAction::Cut` apart.
    pub body: Vec<u8>,
    /// What the carrier has to do.
    pub fault: FaultAction,
    /// How long every answer takes, a delay by fault not included.
    pub latency: Duration,
    /// The work that `FaultAction::LateCommit` put off.
    pub deferred: Option<Deferred>,
    /// For the request log.
    pub log: LogRecord,
    /// For the request log: work put off by earlier requests that was done now.
    pub late: Vec<LogRecord>,
}

impl Reply {
    /// Does the caller get any answer?
    pub fn is_answered(&self) -> bool {
        !matches!(
            self.fault,
            FaultAction::DropRequest | FaultAction::DropAnswer | FaultAction::LateCommit(_)
        )
    }

    /// How long the carrier waits before it answers or closes.
    pub fn wait(&self) -> Duration {
        match self.fault {
            FaultAction::Delay(delay) => self.latency + delay,
            _ => self.latency,
        }
    }
}

/// What a request did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// Nothing, because of a fault.
    Nothing,
    /// Created a customer with this id.
    Created(i32),
    /// Changed the customer with this id.
    Modified(i32),
    /// Removed the customer with this id.
    Removed(i32),
    /// Read so many entries.
    Read(usize),
    /// Logged a user of this partner in.
    LoggedIn(i32),
    /// Refused with this number.
    Refused(i64),
}

/// One line of the request log. Holds no password and no visa.
#[derive(Clone, Debug)]
pub struct LogRecord {
    /// When the request arrived, microseconds since the Unix epoch; for late work, when it was done.
    pub at_micros: u64,
    /// The method as sent, cut to a sane length.
    pub method: Cow<'static, str>,
    /// The customer it is about.
    pub partner_id: Option<i32>,
    /// The parent it is about.
    pub parent_id: Option<i32>,
    /// The customer's name, or for a log-in the partner's.
    pub name: Option<Box<str>>,
    /// The external code.
    pub external_code: Option<Box<str>>,
    /// Members that do not exist, by path from `params`; those of the frame begin with `/`.
    pub unknown: Vec<String>,
    /// What was done.
    pub done: Done,
    /// The fault that struck.
    pub fault: Option<FaultKind>,
    /// The HTTP status; 0 when the connection was closed without an answer.
    pub status: u16,
    /// Is this work that an earlier request left undone?
    pub late: bool,
}

impl Serialize for LogRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let seconds = Duration::from_micros(self.at_micros).as_secs_f64();
        map.serialize_entry("t", &seconds)?;
        map.serialize_entry("time", &readable(self.at_micros))?;
        map.serialize_entry("method", &self.method)?;
        let params = [("partnerId", self.partner_id), ("parentId", self.parent_id)];
        for (key, value) in params {
            if let Some(value) = value {
                map.serialize_entry(key, &value)?;
            }
        }
        for (key, value) in [("name", &self.name), ("externalCode", &self.external_code)] {
            if let Some(value) = value {
                map.serialize_entry(key, value)?;
            }
        }
        if !self.unknown.is_empty() {
            map.serialize_entry("unknown", &self.unknown)?;
        }
        map.serialize_entry("done", &self.done)?;
        map.serialize_entry("fault", &self.fault.map(FaultKind::as_str))?;
        if self.late {
            map.serialize_entry("late", &true)?;
        }
        map.serialize_entry("status", &self.status)?;
        map.end()
    }
}

fn readable(micros: u64) -> String {
    let micros = i64::try_from(micros).unwrap_or(i64::MAX);
    match jiff::Timestamp::from_microsecond(micros) {
        Ok(time) => format!("{time:.6}"),
        Err(_) => String::new(),
    }
}

impl Serialize for Done {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            Self::Nothing => {}
            Self::Created(id) => map.serialize_entry("created", id)?,
            Self::Modified(id) => map.serialize_entry("modified", id)?,
            Self::Removed(id) => map.serialize_entry("removed", id)?,
            Self::Read(count) => map.serialize_entry("read", count)?,
            Self::LoggedIn(id) => map.serialize_entry("loggedIn", id)?,
            Self::Refused(number) => map.serialize_entry("refused", number)?,
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_one_json_object_with_microseconds() {
        let record = LogRecord {
            at_micros: 1_700_000_000_123_456,
            method: "AddPartner".into(),
            partner_id: None,
            parent_id: Some(1000),
            name: Some("Zeus".into()),
            external_code: None,
            unknown: vec!["partnerInfo.Country".to_owned()],
            done: Done::Created(1001),
            fault: Some(FaultKind::DropAnswer),
            status: 0,
            late: false,
        };
        assert_eq!(
            serde_json::to_string(&record).unwrap(),
            r#"{"t":1700000000.123456,"time":"2023-11-14T22:13:20.123456Z","method":"AddPartner","parentId":1000,"name":"Zeus","unknown":["partnerInfo.Country"],"done":{"created":1001},"fault":"drop-answer","status":0}"#
        );
    }
}
