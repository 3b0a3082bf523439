//! The one seam to the network: a request body in, an answer or a failure out.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use tokio::sync::OwnedSemaphorePermit;

/// How long an answer may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// One thing, or the word that something was done.
    One,
    /// A list of customers, devices or places.
    List,
}

impl Room {
    /// The longest answer that is read, in bytes, once unpacked. A customer with all its fields
    /// takes about 600: lists of 1,700,000 are read.
    pub fn bytes(self) -> usize {
        match self {
            Self::One => 1 << 20,
            Self::List => 1 << 30,
        }
    }
}

/// The place that a large answer takes up in memory; the next one is read when it is given back.
#[derive(Debug)]
pub struct Hold {
    pub(super) _place: OwnedSemaphorePermit,
}

/// An HTTP answer, whole.
#[derive(Debug, Default)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    /// `Retry-After`, in seconds or as a date.
    pub retry_after: Option<Duration>,
    /// `Content-Type`, empty when missing.
    pub content_type: String,
    /// `Location`, of a redirect.
    pub location: Option<String>,
    /// Whether the answer says that it comes from the sandbox.
    pub from_sandbox: bool,
    /// `Date`: what time it was at the server.
    pub date: Option<SystemTime>,
    /// Until when the server's certificate is good, Unix seconds.
    pub certificate_until: Option<i64>,
    /// What a large answer holds.
    pub hold: Option<Hold>,
}

/// No answer came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The request did not leave: no name, no connection, no TLS. Certain.
    #[error("no connection: {0}")]
    NotSent(String),
    /// The same, and it will be so next time: certificates, a proxy that asks for a login.
    #[error("no connection: {0}")]
    Unusable(String),
    /// The request may have reached the server, and no whole answer came back.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// The same, because time ran out.
    #[error("no answer within {} s", .0.as_secs_f32())]
    TimedOut(Duration),
}

/// The future of one attempt.
pub type Attempt<'a> = Pin<Box<dyn Future<Output = Result<Reply, Failure>> + Send + 'a>>;

/// Carries one JSON-RPC request to the service. Implemented over HTTP, and in process for tests.
pub trait Transport: Send + Sync + 'static {
    /// Posts `body` and reads an answer of at most so many bytes; one attempt, no retry, no
    /// redirect. The caller limits the time by dropping the future.
    fn post(&self, body: Vec<u8>, room: Room) -> Attempt<'_>;
}
