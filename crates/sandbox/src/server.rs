//! The sandbox over HTTP/1.1 on loopback: carries requests in and replies out.
//!
//! The sandbox is locked for the moment it works; all waiting happens outside the lock. Must not
//! know: what a request asks for, which faults exist.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use super::log::RequestLog;
use super::record::LogRecord;
use super::reply::{FaultAction, Reply, Request};
use super::rpc::Sandbox;
use super::spoil::packed;
use super::timer::Timer;
use super::timestamp::Timestamp;

/// The path that takes calls.
const PATH: &str = "/jsonapi";
/// How often the log is flushed and work that was put off is looked at.
const TICK: Duration = Duration::from_millis(50);
/// How long connections may go on after the shutdown.
const GRACE: Duration = Duration::from_millis(500);
/// The longest request that is read.
const MAX_BODY: usize = 32 << 20;

/// A sandbox with a socket.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    addr: SocketAddr,
    shared: Arc<Shared>,
    open: Arc<AtomicUsize>,
}

/// The server could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The sandbox is for this machine alone.
    #[error("sandbox address {0}: expected a loopback address such as 127.0.0.1:0")]
    NotLoopback(SocketAddr),
    /// The address could not be had.
    #[error("sandbox address {addr}")]
    Bind {
        /// Which.
        addr: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
}

#[derive(Debug)]
struct Shared {
    sandbox: Arc<Mutex<Sandbox>>,
    log: Option<RequestLog>,
    /// Only started when somebody has to wait.
    timer: OnceLock<Timer>,
}

/// Binds an address; port 0 takes a free one. Requests are served from `Server::serve` on.
///
/// # Errors
/// When the address is not on this machine, or is taken.
pub async fn bind(
    addr: SocketAddr,
    sandbox: Sandbox,
    log: Option<RequestLog>,
) -> Result<Server, ServerError> {
    if !addr.ip().is_loopback() {
        return Err(ServerError::NotLoopback(addr));
    }
    let bind = |source| ServerError::Bind { addr, source };
    let listener = TcpListener::bind(addr).await.map_err(bind)?;
    let addr = listener.local_addr().map_err(bind)?;
    let sandbox = Arc::new(Mutex::new(sandbox));
    Ok(Server {
        listener,
        addr,
        shared: Arc::new(Shared {
            sandbox,
            log,
            timer: OnceLock::new(),
        }),
        open: Arc::default(),
    })
}

impl Server {
    /// The address, with the port that was taken.
    pub fn local_addr(&self) -> SocketAddr {
        self.addr
    }

    /// The URL that clients call.
    pub fn endpoint(&self) -> String {
        format!("http://{}{PATH}", self.addr)
    }

    /// The sandbox behind the socket, for looking at it while it serves.
    pub fn sandbox(&self) -> Arc<Mutex<Sandbox>> {
        Arc::clone(&self.shared.sandbox)
    }

    /// How many connections are open, for looking at it while it serves. Once those of a client that died are
    /// gone, nothing more of it will arrive.
    pub fn connections(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.open)
    }

    /// Serves until `shutdown` is done, then lets open answers go out and flushes the log.
    ///
    /// Work put off by faults that is not due by then is lost. Without latency a runtime of one
    /// thread serves the most requests: the work is short and under one lock.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) {
        let (stop, stopped) = watch::channel(());
        let mut connections = JoinSet::new();
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut shutdown = pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        let open = Open::new(&self.open);
                        let connection = connection(stream, Arc::clone(&self.shared), stopped.clone());
                        connections.spawn(async move {
                            let _open = open;
                            connection.await;
                        });
                    }
                    // Out of file handles, most likely; closing connections will help.
                    Err(error) => {
                        tracing::warn!(%error, "sandbox could not accept a connection");
                        tokio::time::sleep(TICK).await;
                    }
                },
                Some(ended) = connections.join_next() => if let Err(error) = ended {
                    tracing::error!(%error, "sandbox connection failed");
                },
                _ = tick.tick() => self.shared.tick(),
            }
        }
        drop(stop);
        drop(self.listener);
        let drained = async { while connections.join_next().await.is_some() {} };
        if tokio::time::timeout(GRACE, drained).await.is_err() {
            connections.shutdown().await;
        }
        self.shared.tick();
    }
}

/// A connection, counted while it lives.
struct Open(Arc<AtomicUsize>);

impl Open {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(count))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Serves one connection until it ends, or until answers are out after the stop.
async fn connection(stream: TcpStream, shared: Arc<Shared>, mut stopped: watch::Receiver<()>) {
    // Without this small answers may wait for the peer's acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { shared.respond(request).await }
    });
    let connection = http1::Builder::new()
        .half_close(false)
        .pipeline_flush(true)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    // Errors are peers that went away and connections closed on purpose.
    tokio::select! {
        _ = &mut connection => return,
        _ = stopped.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// The connection is to be closed without an answer.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the connection is closed on purpose")]
struct Closed;

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Sandbox> {
        self.sandbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_log(&self, record: &LogRecord) {
        if let Some(log) = &self.log
            && let Err(error) = log.write(record)
        {
            tracing::error!(%error, "sandbox request log");
        }
    }

    /// What falls due with time.
    fn tick(&self) {
        let late = self.lock().commit_due(timestamp(micros_now()));
        for record in &late {
            self.write_log(record);
        }
        if let Some(log) = &self.log
            && let Err(error) = log.flush()
        {
            tracing::error!(%error, "sandbox request log");
        }
    }

    async fn respond(
        &self,
        request: hyper::Request<Incoming>,
    ) -> Result<Response<Payload>, Closed> {
        let arrived = micros_now();
        let began = Instant::now();
        if request.uri().path() != PATH || request.method() != Method::POST {
            return Ok(plain(&request));
        }
        let (head, body) = request.into_parts();
        let body = Limited::new(body, MAX_BODY)
            .collect()
            .await
            .map_err(|_| Closed)?
            .to_bytes();
        let authorization = head.headers.get(header::AUTHORIZATION);
        let request = Request {
            body: &body,
            authorization: authorization.and_then(|value| value.to_str().ok()),
        };
        let mut reply = self.lock().handle(&request, timestamp(arrived));
        if self.log.is_some() {
            reply.log.at_micros = arrived;
            for record in reply.late.iter().chain([&reply.log]) {
                self.write_log(record);
            }
        }
        let wait = reply.wait();
        if !wait.is_zero() {
            self.timer
                .get_or_init(Timer::start)
                .until(began + wait)
                .await;
        }
        if reply.is_answered() {
            Ok(response(reply))
        } else {
            Err(Closed)
        }
    }
}

fn micros_now() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

fn timestamp(micros: u64) -> Timestamp {
    Timestamp(micros / 1000)
}

fn response(reply: Reply) -> Response<Payload> {
    let is_packed = reply
        .headers
        .iter()
        .any(|(name, _)| *name == "content-encoding");
    let body = Bytes::from(if is_packed {
        packed(&reply.body)
    } else {
        reply.body
    });
    let len = body.len();
    let payload = if reply.fault == FaultAction::Cut {
        Payload::cut(&body)
    } else {
        Payload {
            rest: Some(body),
            len,
            then: Then::End,
        }
    };
    let mut response = marked(payload);
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in reply.headers {
        if value == "application/json" {
            response.headers_mut().insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/json"),
            );
        } else if let Ok(value) = HeaderValue::try_from(value) {
            response
                .headers_mut()
                .insert(HeaderName::from_static(name), value);
        }
    }
    response
}

/// A response with the headers that every answer has.
fn marked(payload: Payload) -> Response<Payload> {
    let mut response = Response::new(payload);
    let headers = response.headers_mut();
    headers.reserve(5);
    headers.insert(
        header::SERVER,
        HeaderValue::from_static("partner-import-sandbox"),
    );
    headers.insert(
        HeaderName::from_static("x-sandbox"),
        HeaderValue::from_static("SANDBOX"),
    );
    response
}

/// Answers what is no call.
fn plain(request: &hyper::Request<Incoming>) -> Response<Payload> {
    let (status, text) = match (request.method(), request.uri().path()) {
        (&Method::GET | &Method::HEAD, "/" | PATH) => (StatusCode::OK, ABOUT),
        (_, PATH) => (
            StatusCode::METHOD_NOT_ALLOWED,
            "SANDBOX: calls are POSTed\n",
        ),
        _ => (StatusCode::NOT_FOUND, "SANDBOX: calls go to /jsonapi\n"),
    };
    let body = Bytes::from_static(text.as_bytes());
    let mut response = marked(Payload {
        len: body.len(),
        rest: Some(body),
        then: Then::End,
    });
    *response.status_mut() = status;
    let text_plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, text_plain);
    response
}

const ABOUT: &str = "\
SANDBOX - a local stand-in for the service; nothing here is real.

Calls: POST JSON-RPC to /jsonapi
Log in: partner \"Sandbox MSP (admin@example.com)\", user \"api\", password \"sandbox\"

{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":\"Login\",\"params\":{\"partner\":\"Sandbox MSP (admin@example.com)\",\"username\":\"api\",\"password\":\"sandbox\"}}
";

/// A body in one piece, or one that breaks off.
#[derive(Debug)]
struct Payload {
    rest: Option<Bytes>,
    /// The length that is announced.
    len: usize,
    then: Then,
}

/// What follows the bytes.
#[derive(Clone, Copy, Debug)]
enum Then {
    End,
    /// Let what is there go out first.
    Flush,
    Break,
}

impl Payload {
    fn cut(body: &Bytes) -> Self {
        let half = body.slice(..body.len() / 2);
        Self {
            rest: Some(half),
            len: body.len(),
            then: Then::Flush,
        }
    }
}

impl Body for Payload {
    type Data = Bytes;
    type Error = Closed;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Closed>>> {
        if let Some(bytes) = self.rest.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        match self.then {
            Then::End => Poll::Ready(None),
            Then::Flush => {
                self.then = Then::Break;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Then::Break => Poll::Ready(Some(Err(Closed))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_none() && matches!(self.then, Then::End)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(u64::try_from(self.len).unwrap_or(u64::MAX))
    }
}
