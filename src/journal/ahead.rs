//! What is made ready for the journal in a thread of its own, while what came before is written.

use std::sync::mpsc::sync_channel;
use std::thread;

/// So many pieces are ready at most before they are written.
const AHEAD: usize = 4;

/// Writes `items` in their order, each with what `make` makes of it; `piece` of them are made at once. Few are made
/// where they are written.
pub(super) fn made_ahead<T: Sync, M: Send, E>(
    items: &[T],
    piece: usize,
    make: impl Fn(&T) -> M + Sync + Send,
    mut write: impl FnMut(&T, M) -> Result<(), E>,
) -> Result<(), E> {
    if items.len() <= piece {
        return items.iter().try_for_each(|item| write(item, make(item)));
    }
    thread::scope(|scope| {
        let (ready, made) = sync_channel(AHEAD);
        scope.spawn(move || {
            for some in items.chunks(piece) {
                // Nobody waits for more where writing has failed.
                if ready
                    .send(some.iter().map(&make).collect::<Vec<_>>())
                    .is_err()
                {
                    break;
                }
            }
        });
        for (some, made) in items.chunks(piece).zip(made) {
            some.iter()
                .zip(made)
                .try_for_each(|(item, made)| write(item, made))?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_written_once_and_in_its_order() {
        for count in [0, 1, 3, 4, 1_000] {
            let items: Vec<u32> = (0..count).collect();
            let mut written = Vec::new();
            let done = made_ahead(
                &items,
                3,
                |item| item * 2,
                |item, made| {
                    written.push((*item, made));
                    Ok::<(), ()>(())
                },
            );
            assert_eq!(done, Ok(()));
            assert!(
                written
                    .into_iter()
                    .eq(items.iter().map(|one| (*one, one * 2))),
                "{count}"
            );
        }
    }

    #[test]
    fn nothing_is_written_behind_a_failure() {
        let items: Vec<u32> = (0..1_000).collect();
        let mut written = 0;
        let done = made_ahead(
            &items,
            3,
            |item| *item,
            |_, made| {
                written += 1;
                if made == 500 { Err(made) } else { Ok(()) }
            },
        );
        assert_eq!((done, written), (Err(500), 501));
    }
}
