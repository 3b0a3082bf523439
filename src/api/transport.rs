//! The one seam to the network: a request body in, an answer or a failure out.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// An HTTP answer, whole.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    /// `Retry-After`, when it says seconds.
    pub retry_after: Option<Duration>,
    /// `Content-Type`, empty when missing.
    pub content_type: String,
    /// `Location`, of a redirect.
    pub location: Option<String>,
    /// Whether the answer says that it comes from the sandbox.
    pub from_sandbox: bool,
}

/// No answer came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The request did not leave: no name, no connection, no TLS. Certain.
    #[error("no connection: {0}")]
    NotSent(String),
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
    /// Posts `body`; one attempt, no retry, no redirect. The caller limits the time by dropping
    /// the future.
    fn post(&self, body: Vec<u8>) -> Attempt<'_>;
}
