//! Events: the newest state of every subject, numbered through, and sent on to every page that is
//! there.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body::Frame;
use serde::Serialize;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

/// A page is sent something at most so often: what comes after a while of silence is sent at once.
const PAUSE: Duration = Duration::from_millis(25);
/// So often a line is sent at least.
const BEAT: Duration = Duration::from_secs(15);

/// What is known of all subjects.
pub struct Hub {
    subjects: Mutex<BTreeMap<String, Told>>,
    newest: watch::Sender<u64>,
    streams: watch::Sender<usize>,
}

#[derive(Clone)]
struct Told {
    seq: u64,
    event: &'static str,
    data: Arc<str>,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            subjects: Mutex::default(),
            newest: watch::Sender::new(0),
            streams: watch::Sender::new(0),
        }
    }
}

impl Hub {
    /// Says how a subject stands now.
    pub fn tell(&self, event: &'static str, subject: &str, data: &impl Serialize) {
        let Ok(data) = serde_json::to_string(data) else {
            return;
        };
        let mut subjects = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        let seq = *self.newest.borrow() + 1;
        let told = Told {
            seq,
            event,
            data: data.into(),
        };
        subjects.insert(format!("{event} {subject}"), told);
        self.newest.send_replace(seq);
    }

    /// Forgets a subject that is gone.
    pub fn forget(&self, event: &'static str, subject: &str) {
        let mut subjects = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        subjects.remove(&format!("{event} {subject}"));
    }

    /// How many pages listen.
    pub fn listening(&self) -> usize {
        *self.streams.borrow()
    }

    /// What is newer than `after`, in its order.
    fn since(&self, after: u64) -> Vec<Told> {
        let subjects = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        let mut told: Vec<Told> = subjects
            .values()
            .filter(|one| one.seq > after)
            .cloned()
            .collect();
        told.sort_by_key(|one| one.seq);
        told
    }

    /// A body that begins with what is newer than `after`, and goes on for as long as it is read.
    pub fn stream(self: &Arc<Self>, after: u64) -> Body {
        let (sender, receiver) = mpsc::channel(8);
        tokio::spawn(Arc::clone(self).feed(after, sender));
        Body::new(Frames(receiver))
    }

    async fn feed(self: Arc<Self>, mut after: u64, sender: mpsc::Sender<Bytes>) {
        self.streams.send_modify(|count| *count += 1);
        let mut newest = self.newest.subscribe();
        let mut beat = Instant::now() + BEAT;
        let mut sent = Instant::now();
        let mut open = sender.send(Bytes::from_static(b": here\n\n")).await.is_ok();
        while open {
            for told in self.since(after) {
                after = told.seq;
                let text = format!(
                    "id: {}\nevent: {}\ndata: {}\n\n",
                    told.seq, told.event, told.data
                );
                open = open && sender.send(text.into()).await.is_ok();
                sent = Instant::now();
                beat = sent + BEAT;
            }
            tokio::select! {
                () = sender.closed() => break,
                changed = newest.changed() => {
                    if changed.is_err() {
                        break;
                    }
                    sleep_until(sent + PAUSE).await;
                }
                () = sleep_until(beat) => {
                    open = sender.send(Bytes::from_static(b": beat\n\n")).await.is_ok();
                    beat = Instant::now() + BEAT;
                }
            }
        }
        self.streams.send_modify(|count| *count -= 1);
    }
}

/// A body made of what comes through a channel.
struct Frames(mpsc::Receiver<Bytes>);

impl http_body::Body for Frames {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0
            .poll_recv(context)
            .map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_subject_the_newest_counts() {
        let hub = Hub::default();
        hub.tell("list", "a", &1);
        hub.tell("list", "b", &2);
        hub.tell("list", "a", &3);
        let told = |after| {
            let told = hub.since(after).into_iter();
            told.map(|one| (one.seq, one.data.to_string()))
                .collect::<Vec<_>>()
        };
        assert_eq!(told(0), [(2, "2".to_owned()), (3, "3".to_owned())]);
        assert_eq!(told(2), [(3, "3".to_owned())]);
        hub.forget("list", "a");
        assert_eq!(told(0), [(2, "2".to_owned())]);
    }
}
