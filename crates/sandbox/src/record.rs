//! What the request log says about one request.
//!
//! Must not know: files, how the work was done.

use std::borrow::Cow;
use std::time::Duration;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::call::Call;
use super::fault::FaultKind;
use super::method::Method;
use super::timestamp::Timestamp;

/// The longest method name that is logged.
const MAX_LOGGED_METHOD: usize = 80;

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
    /// The customer's name, or for a login the partner's.
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

impl LogRecord {
    /// The record of a call before anything is done; takes the call's list of unknown members.
    pub(super) fn of(call: &mut Call<'_>, now: Timestamp) -> Self {
        let info = call.params.partner_info.as_deref();
        let is_login = call.method() == Some(Method::Login);
        let name = if is_login {
            call.params.partner.as_deref().map(Box::from)
        } else {
            info.and_then(|info| info.name.clone())
                .or_else(|| call.params.name.as_deref().map(Box::from))
        };
        Self {
            at_micros: now.0.saturating_mul(1000),
            method: match call.method() {
                Some(method) => Cow::Borrowed(method.name()),
                None => Cow::Owned(call.name.chars().take(MAX_LOGGED_METHOD).collect()),
            },
            partner_id: call.params.partner_id.or(info.and_then(|info| info.id)),
            parent_id: call
                .params
                .parent_partner_id
                .or(info.and_then(|info| info.parent_id)),
            name,
            external_code: info.and_then(|info| info.external_code.clone()),
            unknown: std::mem::take(&mut call.unknown),
            done: Done::Nothing,
            fault: None,
            status: 200,
            late: false,
        }
    }
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
