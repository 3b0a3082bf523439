//! Long lists are turned into text on two cores, block by block; the blocks are written in order.

use std::io::{self, Write};
use std::sync::mpsc::{channel, sync_channel};

/// How many entries make a block: a few hundred kilobytes of text.
const BLOCK: usize = 512;
/// Shorter lists are not worth a second thread.
const WORTH_A_THREAD: usize = 8 * BLOCK;
/// How many finished blocks wait to be written at most.
const WAITING: usize = 4;

/// Writes what `render` makes of each block of `entries`; it is given the place of the block's first
/// entry as well. Every second block is rendered on another
/// thread.
pub(super) fn in_blocks<T: Sync>(
    entries: &[T],
    out: &mut dyn Write,
    render: impl Fn(usize, &[T], &mut Vec<u8>) -> io::Result<()> + Sync,
) -> io::Result<()> {
    let mut text = Vec::new();
    if entries.len() < WORTH_A_THREAD {
        for (first, block) in blocks(entries) {
            text.clear();
            render(first, block, &mut text)?;
            out.write_all(&text)?;
        }
        return Ok(());
    }
    let (send, receive) = sync_channel::<io::Result<Vec<u8>>>(WAITING);
    let (give_back, spare) = channel::<Vec<u8>>();
    let render = &render;
    // Owns the channels' ends: when writing fails, the other thread must not wait for ever.
    std::thread::scope(move |scope| {
        scope.spawn(move || {
            for (first, block) in blocks(entries).skip(1).step_by(2) {
                let mut text = spare.try_recv().unwrap_or_default();
                text.clear();
                let rendered = render(first, block, &mut text).map(|()| text);
                // Nobody waits when the writing has failed.
                if send.send(rendered).is_err() {
                    return;
                }
            }
        });
        for (first, block) in blocks(entries).step_by(2) {
            text.clear();
            render(first, block, &mut text)?;
            out.write_all(&text)?;
            // After the last block, none may be left.
            if let Ok(other) = receive.recv() {
                let other = other?;
                out.write_all(&other)?;
                let _ = give_back.send(other);
            }
        }
        Ok(())
    })
}

/// Each block with the place of its first entry.
fn blocks<T>(entries: &[T]) -> impl Iterator<Item = (usize, &[T])> {
    entries
        .chunks(BLOCK)
        .enumerate()
        .map(|(place, block)| (place * BLOCK, block))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(entries: usize, out: &mut dyn Write) -> io::Result<()> {
        let entries: Vec<usize> = (0..entries).collect();
        in_blocks(&entries, out, |first, block, text| {
            assert_eq!(first, block[0]);
            for entry in block {
                writeln!(text, "{entry}")?;
            }
            Ok(())
        })
    }

    #[test]
    fn blocks_stand_in_the_order_of_the_entries() {
        for entries in [
            0,
            1,
            BLOCK,
            BLOCK + 1,
            WORTH_A_THREAD,
            9 * BLOCK + 1,
            20 * BLOCK,
        ] {
            let mut text = Vec::new();
            written(entries, &mut text).unwrap();
            let expected: String = (0..entries).map(|entry| format!("{entry}\n")).collect();
            assert!(text == expected.as_bytes(), "{entries} entries");
        }
    }

    #[test]
    fn a_writer_that_fails_ends_it() {
        struct Full(usize);
        impl Write for Full {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0 = self
                    .0
                    .checked_sub(bytes.len())
                    .ok_or(io::ErrorKind::WriteZero)?;
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        for room in [0, 5_000, 50_000] {
            assert!(written(100 * BLOCK, &mut Full(room)).is_err());
        }
    }
}
