//! The span an ideal scheduler would need, by exact simulation: what measurements are held against.
//! Pure; no part of a run.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::num::NonZeroUsize;
use std::time::Duration;

/// What an ideal scheduler is bound by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// How long each call takes.
    pub call: Duration,
    /// The most calls under way at once.
    pub workers: NonZeroUsize,
    /// The least time between two calls; zero without a rate.
    pub apart: Duration,
}

/// The time from the first call to the last answer when rows are created parents first, longest
/// chains first, none later than it could be. `parents` has one entry per row: the row above it,
/// where that one is to be created too.
///
/// # Panics
/// When a row stands below itself, or below a row that is not there.
pub fn ideal_span(parents: &[Option<usize>], bounds: Bounds) -> Duration {
    let (children, chains) = chains(parents);
    let mut ready: BinaryHeap<(usize, Reverse<usize>)> = BinaryHeap::new();
    let roots = (0..parents.len()).filter(|row| parents[*row].is_none());
    ready.extend(roots.map(|row| (chains[row], Reverse(row))));
    // Every call takes the same time, so they end in the order in which they began.
    let mut under_way: VecDeque<(Duration, usize)> = VecDeque::new();
    let (mut now, mut next_call, mut done) = (Duration::ZERO, Duration::ZERO, 0);
    while done < parents.len() {
        while let Some((_, row)) = under_way.front().copied().filter(|(end, _)| *end <= now) {
            under_way.pop_front();
            done += 1;
            ready.extend(
                children[row]
                    .iter()
                    .map(|below| (chains[*below], Reverse(*below))),
            );
        }
        let hands_free = under_way.len() < bounds.workers.get();
        if hands_free && now >= next_call && !ready.is_empty() {
            if let Some((_, Reverse(row))) = ready.pop() {
                under_way.push_back((now + bounds.call, row));
                next_call = now + bounds.apart;
            }
            continue;
        }
        let call = Some(next_call).filter(|at| hands_free && !ready.is_empty() && *at > now);
        let end = under_way
            .front()
            .map(|(end, _)| *end)
            .filter(|at| *at > now);
        match [call, end].into_iter().flatten().min() {
            Some(next) => now = next,
            None => assert!(done == parents.len(), "rows below themselves"),
        }
    }
    now
}

/// The rows below each row, and how many the longest chain from it down has.
fn chains(parents: &[Option<usize>]) -> (Vec<Vec<usize>>, Vec<usize>) {
    let mut children = vec![Vec::new(); parents.len()];
    for (row, parent) in parents.iter().enumerate() {
        if let Some(parent) = parent {
            children[*parent].push(row);
        }
    }
    let mut order: Vec<usize> = (0..parents.len())
        .filter(|row| parents[*row].is_none())
        .collect();
    let mut next = 0;
    while let Some(row) = order.get(next) {
        order.extend_from_slice(&children[*row]);
        next += 1;
    }
    let mut chains = vec![1; parents.len()];
    for row in order.into_iter().rev() {
        if let Some(parent) = parents[row] {
            chains[parent] = chains[parent].max(chains[row] + 1);
        }
    }
    (children, chains)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(parents: &[Option<usize>], workers: usize, apart: u64) -> u128 {
        let bounds = Bounds {
            call: Duration::from_millis(50),
            workers: NonZeroUsize::new(workers).unwrap(),
            apart: Duration::from_millis(apart),
        };
        ideal_span(parents, bounds).as_millis()
    }

    #[test]
    fn workers_chains_and_rates_bound_the_span() {
        assert_eq!(span(&[], 4, 0), 0);
        assert_eq!(span(&[None; 8], 4, 0), 100);
        assert_eq!(span(&[None; 9], 4, 0), 150);
        assert_eq!(span(&[None; 9], 64, 20), 8 * 20 + 50);
        assert_eq!(span(&[None, Some(0), Some(1)], 64, 20), 150);
        // The long chain first: 1 then 2 beside 0, not 0 first.
        assert_eq!(span(&[None, None, Some(1)], 1, 0), 150);
        assert_eq!(span(&[None, None, None, Some(2), Some(3)], 2, 0), 150);
    }
}
