//! Waiting to a tenth of a millisecond. The runtime's own timer counts whole milliseconds and
//! rounds up, which would make a latency of 50 ms one of 51.
//!
//! Must not know: what is waited for.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use tokio::sync::oneshot;

/// Wakes its waiters from a thread of its own, which ends with the last handle.
#[derive(Debug)]
pub(super) struct Timer {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    waiters: BinaryHeap<Waiter>,
    closed: bool,
}

#[derive(Debug)]
struct Waiter {
    due: Instant,
    wake: oneshot::Sender<()>,
}

impl Timer {
    /// Starts the thread.
    pub(super) fn start() -> Self {
        let shared = Arc::new(Shared::default());
        let of_thread = Arc::clone(&shared);
        let spawned = thread::Builder::new()
            .name("sandbox timer".into())
            .spawn(move || of_thread.run());
        if let Err(error) = spawned {
            // Waits then end at once: answers come early, none is lost.
            tracing::error!(%error, "sandbox timer");
            shared.lock().closed = true;
        }
        Self { shared }
    }

    /// Waits until `due`.
    pub(super) async fn until(&self, due: Instant) {
        let (wake, woken) = oneshot::channel();
        {
            let mut queue = self.shared.lock();
            if queue.closed {
                return;
            }
            let first = queue.waiters.peek().is_none_or(|waiter| due < waiter.due);
            queue.waiters.push(Waiter { due, wake });
            if first {
                self.shared.changed.notify_one();
            }
        }
        // An error says that the timer has ended; so has the wait.
        let _ = woken.await;
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_one();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        let mut queue = self.lock();
        while !queue.closed {
            let now = Instant::now();
            while queue.waiters.peek().is_some_and(|waiter| waiter.due <= now) {
                if let Some(waiter) = queue.waiters.pop() {
                    // Whoever waited may have gone.
                    let _ = waiter.wake.send(());
                }
            }
            queue = match queue.waiters.peek() {
                None => self
                    .changed
                    .wait(queue)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(next) => {
                    let left = next.due.saturating_duration_since(now);
                    let waited = self.changed.wait_timeout(queue, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        queue.waiters.clear();
    }
}

/// The earliest first.
impl Ord for Waiter {
    fn cmp(&self, other: &Self) -> Ordering {
        other.due.cmp(&self.due)
    }
}

impl PartialOrd for Waiter {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiter {
    fn eq(&self, other: &Self) -> bool {
        self.due == other.due
    }
}

impl Eq for Waiter {}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn waiters_wake_in_order_and_never_early() {
        let timer = Timer::start();
        let start = Instant::now();
        let late = timer.until(start + Duration::from_millis(12));
        let early = timer.until(start + Duration::from_millis(3));
        early.await;
        assert!(start.elapsed() >= Duration::from_millis(3));
        late.await;
        assert!(start.elapsed() >= Duration::from_millis(12));
        timer.until(start).await;
    }
}
