//! The door: connections as they come in, before anything is known of who asks.
//!
//! Every process of the machine can connect, whoever's it is, and needs no secret to keep a connection
//! open and say nothing. So whoever has not shown the secret is a stranger; when there are too many of
//! them, the one that came first has to go, and the page, which shows it with its first request, is
//! always let in. Nobody may take for ever over a request.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Request;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Sleep, sleep};

/// So many may be connected that have not shown the secret.
const MOST_STRANGERS: usize = 96;
/// The head of a request comes within this time, also of the next one.
const LONGEST_HEAD: Duration = Duration::from_secs(10);
/// The body of a request goes on within this time, however long it is.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// Where the system has no connections left, it is asked again after this time.
const A_MOMENT: Duration = Duration::from_millis(50);

/// Who is at the other end of a connection.
#[derive(Default)]
pub struct Visitor {
    known: AtomicBool,
    leave: Notify,
}

impl Visitor {
    /// It has shown the secret.
    pub fn is_known(&self) {
        self.known.store(true, Ordering::Relaxed);
    }
}

/// Those that have not shown the secret, first come first.
#[derive(Default)]
struct Strangers(Mutex<VecDeque<Weak<Visitor>>>);

impl Strangers {
    /// One more; of too many the first has to go.
    fn come(&self) -> Arc<Visitor> {
        let visitor = Arc::<Visitor>::default();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_STRANGERS {
            all.retain(|one| {
                let there = one.upgrade();
                there.is_some_and(|one| !one.known.load(Ordering::Relaxed))
            });
        }
        if all.len() >= MOST_STRANGERS
            && let Some(first) = all.pop_front().and_then(|one| one.upgrade())
        {
            first.leave.notify_one();
        }
        all.push_back(Arc::downgrade(&visitor));
        visitor
    }
}

/// Lets in who comes, for as long as the process lasts.
pub async fn open(listener: TcpListener, router: Router) {
    let (strangers, mut connections) = (Strangers::default(), JoinSet::new());
    loop {
        let accepted = listener.accept().await;
        while connections.try_join_next().is_some() {}
        match accepted {
            Ok((stream, _)) => {
                connections.spawn(meet(stream, strangers.come(), router.clone()));
            }
            Err(error) => {
                tracing::debug!(%error, "a connection was not taken");
                sleep(A_MOMENT).await;
            }
        }
    }
}

/// Answers on one connection until either side ends it.
async fn meet(stream: TcpStream, visitor: Arc<Visitor>, router: Router) {
    let _ = stream.set_nodelay(true);
    let router = TowerToHyperService::new(router);
    let own = Arc::clone(&visitor);
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Going::new);
        request.extensions_mut().insert(Arc::clone(&own));
        router.call(request)
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(LONGEST_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        ended = serving => if let Err(error) = ended {
            tracing::debug!(%error, "a connection broke off");
        },
        () = visitor.leave.notified() => {}
    }
}

/// A body that has to go on.
struct Going {
    body: Incoming,
    until: Option<Pin<Box<Sleep>>>,
}

impl Going {
    fn new(body: Incoming) -> Self {
        Self { body, until: None }
    }
}

impl Body for Going {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            self.until = None;
            return Poll::Ready(frame.map(|frame| frame.map_err(axum::Error::new)));
        }
        let until = self
            .until
            .get_or_insert_with(|| Box::pin(sleep(LONGEST_PAUSE)));
        ready!(until.as_mut().poll(context));
        let error = std::io::Error::from(std::io::ErrorKind::TimedOut);
        Poll::Ready(Some(Err(axum::Error::new(error))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn of_too_many_strangers_the_first_has_to_go() {
        let strangers = Strangers::default();
        let first = strangers.come();
        first.is_known();
        drop(strangers.come());
        let all: Vec<_> = (0..MOST_STRANGERS).map(|_| strangers.come()).collect();
        let told = |one: &Arc<Visitor>| {
            let one = Arc::clone(one);
            async move {
                let at_once = Duration::from_millis(1);
                tokio::time::timeout(at_once, one.leave.notified())
                    .await
                    .is_ok()
            }
        };
        assert!(
            !told(&all[0]).await,
            "those that left or are known do not count"
        );
        let _one_more = strangers.come();
        assert!(told(&all[0]).await);
        assert!(!told(&first).await && !told(&all[1]).await);
    }
}
