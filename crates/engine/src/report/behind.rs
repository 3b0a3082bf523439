//! What is made on one thread and written on another: packing the rows of a large workbook takes half as long as
//! making them.

use std::io::{self, Write};
use std::panic::resume_unwind;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

/// So many pieces are made at most before they are written.
const AHEAD: usize = 8;

/// What is written here is written by another thread, piece by piece as it was handed in.
pub(super) struct Pieces(SyncSender<Vec<u8>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.0.send(bytes.to_vec());
        // Nobody takes more where writing has failed.
        sent.map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes into `out` what `make` writes, on another thread. Of two errors the one of `out` is the cause, and comes
/// as `failed` has it.
pub(super) fn behind<T, E>(
    out: &mut (impl Write + Send),
    make: impl FnOnce(&mut Pieces) -> Result<T, E>,
    failed: impl FnOnce(io::Error) -> E,
) -> Result<T, E> {
    thread::scope(|scope| {
        let (sender, pieces) = sync_channel::<Vec<u8>>(AHEAD);
        let writing = scope.spawn(move || pieces.iter().try_for_each(|one| out.write_all(&one)));
        let made = {
            let mut pieces = Pieces(sender);
            make(&mut pieces)
        };
        let written = writing.join();
        written
            .unwrap_or_else(|panic| resume_unwind(panic))
            .map_err(failed)?;
        made
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes.
    struct Full(usize);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let left = self.0.checked_sub(bytes.len());
            self.0 = left.ok_or_else(|| io::Error::other("full"))?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn numbers(out: &mut impl Write) -> io::Result<u32> {
        (0..1_000_u32).try_for_each(|one| out.write_all(format!("{one} ").as_bytes()))?;
        Ok(1_000)
    }

    #[test]
    fn all_that_is_made_is_written_in_its_order() {
        let (mut here, mut there) = (Vec::new(), Vec::new());
        let made = behind(&mut there, numbers, |error| error);
        assert_eq!(made.unwrap(), numbers(&mut here).unwrap());
        assert_eq!(here, there);
    }

    #[test]
    fn the_cause_of_a_failure_is_told() {
        for room in [0, 10, 3_000] {
            let failed = behind(&mut Full(room), numbers, |error| error);
            assert_eq!(failed.unwrap_err().to_string(), "full", "{room}");
        }
        let make = |_: &mut Pieces| Err::<(), _>(io::Error::other("not made"));
        let failed = behind(&mut Full(0), make, |error| error);
        assert_eq!(failed.unwrap_err().to_string(), "not made");
    }
}
