//! Rules that look at each row by itself once everything is known: on all cores, results in order.

use std::num::NonZero;
use std::ops::Range;

/// What `find` finds in the rows, in their order, in one part per core: large tables are split.
pub(super) fn in_rows<T: Send>(
    rows: u32,
    find: impl Fn(Range<u32>, &mut Vec<T>) + Sync,
) -> Vec<Vec<T>> {
    const WORTH_A_THREAD: u32 = 20_000;
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let wanted = u32::try_from(cores).unwrap_or(1);
    let threads = wanted.min(rows / WORTH_A_THREAD).clamp(1, 8);
    let share = rows.div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let find = &find;
        let others: Vec<_> = (1..threads)
            .map(|part| {
                let range = (part * share).min(rows)..((part + 1) * share).min(rows);
                scope.spawn(move || {
                    let mut found = Vec::new();
                    find(range, &mut found);
                    found
                })
            })
            .collect();
        let mut first = Vec::new();
        find(0..share.min(rows), &mut first);
        let mut parts = vec![first];
        for other in others {
            match other.join() {
                Ok(part) => parts.push(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        parts
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_rows() {
        for rows in [0, 1, 7, 100_001] {
            let all: Vec<u32> = (0..rows).collect();
            let parts = in_rows(rows, |range, found| found.extend(range));
            assert_eq!(parts.concat(), all);
        }
    }
}
