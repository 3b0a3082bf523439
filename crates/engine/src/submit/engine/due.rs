//! What has its turn at a certain time, the next first. Asking who is due costs the same however
//! many wait.
//!
//! Must not know: a clock.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use tokio::time::Instant;

/// Things that wait, each for its time.
#[derive(Debug)]
pub(super) struct Due<T> {
    heap: BinaryHeap<Reverse<(Instant, T)>>,
}

impl<T: Ord> Due<T> {
    pub(super) fn new() -> Self {
        Self {
            heap: BinaryHeap::new(),
        }
    }

    /// `one` has its turn at `at`.
    pub(super) fn push(&mut self, at: Instant, one: T) {
        self.heap.push(Reverse((at, one)));
    }

    /// When somebody has a turn next.
    pub(super) fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }

    /// Whoever has waited longest beyond its time; `None` when nobody is due.
    pub(super) fn pop(&mut self, now: Instant) -> Option<T> {
        if self.next()? > now {
            return None;
        }
        self.heap.pop().map(|Reverse((_, one))| one)
    }

    /// Everybody who waits, in no order.
    pub(super) fn waiting(&self) -> impl ExactSizeIterator<Item = &T> {
        self.heap.iter().map(|Reverse((_, one))| one)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::cmp::Ordering;
    use std::time::Duration;

    use super::*;

    thread_local! {
        static LOOKS: Cell<u64> = const { Cell::new(0) };
    }

    /// An operation that counts how often it is looked at.
    #[derive(Debug, PartialEq, Eq)]
    struct Counted(u32);

    impl PartialOrd for Counted {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }

    impl Ord for Counted {
        fn cmp(&self, other: &Self) -> Ordering {
            LOOKS.set(LOOKS.get() + 1);
            self.0.cmp(&other.0)
        }
    }

    #[test]
    fn who_is_due_comes_in_the_order_of_the_times() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut due = Due::new();
        for (seconds, one) in [(3, 'c'), (1, 'a'), (2, 'b'), (1, 'A')] {
            due.push(at(seconds), one);
        }
        assert_eq!((due.next(), due.pop(start)), (Some(at(1)), None));
        let all: Vec<char> = std::iter::from_fn(|| due.pop(at(2))).collect();
        assert_eq!(all, ['A', 'a', 'b']);
        assert_eq!((due.next(), due.is_empty()), (Some(at(3)), false));
        assert_eq!(due.pop(at(9)), Some('c'));
        assert!(due.is_empty());
    }

    #[test]
    fn a_wake_up_looks_at_nobody_who_is_not_due() {
        const MANY: u32 = 10_000;
        let start = Instant::now();
        let later = start + Duration::from_secs(600);
        let mut due = Due::new();
        for one in 0..MANY {
            due.push(later, Counted(one));
        }
        LOOKS.set(0);
        for _ in 0..MANY {
            assert_eq!(due.next(), Some(later));
            assert_eq!(due.pop(start), None);
        }
        assert_eq!(LOOKS.get(), 0);
        // All of them, one by one: some looks for each, as deep as the heap is.
        while due.pop(later).is_some() {}
        let most = u64::from(MANY) * 2 * u64::from(MANY.ilog2() + 1);
        assert!(LOOKS.get() <= most, "{}", LOOKS.get());
    }
}
