//! What waits for its entry of the journal to be durable.

use std::collections::VecDeque;

/// Things that wait for their entry to be durable, in the order of the entries.
#[derive(Debug)]
pub(super) struct Uncommitted<T>(VecDeque<(u64, T)>);

impl<T> Uncommitted<T> {
    pub(super) fn new() -> Self {
        Self(VecDeque::new())
    }

    /// One more, with the number of its entry.
    pub(super) fn push(&mut self, number: u64, one: T) {
        self.0.push_back((number, one));
    }

    /// The next whose entry is among the first `up_to`.
    pub(super) fn pop_durable(&mut self, up_to: u64) -> Option<T> {
        self.0.front().filter(|(number, _)| *number <= up_to)?;
        self.0.pop_front().map(|(_, one)| one)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
