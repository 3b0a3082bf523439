//! What is made ready for the journal in a thread of its own, while what came before is written.

use std::sync::mpsc::sync_channel;
use std::thread;

/// So many pieces are ready at most before they are written.
const AHEAD: usize = 4;

/// Writes in their order what `make` makes of `items`; `piece` of them are made at once. Few are made where they are
/// written.
pub(super) fn made_ahead<I: Iterator + Send, M: Send, E>(
    mut items: I,
    piece: usize,
    make: impl Fn(I::Item) -> M + Send,
    mut write: impl FnMut(M) -> Result<(), E>,
) -> Result<(), E>
where
    I::Item: Send,
{
    let first: Vec<I::Item> = items.by_ref().take(piece + 1).collect();
    if first.len() <= piece {
        return first.into_iter().try_for_each(|item| write(make(item)));
    }
    thread::scope(|scope| {
        let (ready, made) = sync_channel::<Vec<M>>(AHEAD);
        scope.spawn(move || {
            let mut items = first.into_iter().chain(items);
            loop {
                let some: Vec<M> = items.by_ref().take(piece).map(&make).collect();
                // Nobody waits for more where writing has failed.
                if some.is_empty() || ready.send(some).is_err() {
                    break;
                }
            }
        });
        made.into_iter().flatten().try_for_each(&mut write)
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
                items.iter(),
                3,
                |item| item * 2,
                |made| {
                    written.push(made);
                    Ok::<(), ()>(())
                },
            );
            assert_eq!(done, Ok(()));
            assert!(
                written.into_iter().eq(items.iter().map(|one| one * 2)),
                "{count}"
            );
        }
    }

    #[test]
    fn nothing_is_written_behind_a_failure() {
        let items: Vec<u32> = (0..1_000).collect();
        let mut written = 0;
        let done = made_ahead(
            items.iter(),
            3,
            |item| *item,
            |made| {
                written += 1;
                if made == 500 { Err(made) } else { Ok(()) }
            },
        );
        assert_eq!((done, written), (Err(500), 501));
    }
}
