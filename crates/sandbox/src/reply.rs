//! What goes into the sandbox and what comes out, as plain data.
//!
//! Whoever carries a reply (the HTTP server, a test's transport) does the waiting and the closing
//! of connections that it asks for. Must not know: how a reply is made.

use std::time::Duration;

use super::record::LogRecord;
use super::timestamp::Timestamp;

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
