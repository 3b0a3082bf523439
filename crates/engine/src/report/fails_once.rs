//! A place for archives that fails once. An archive that is given up is finished all the same by the
//! library that writes it, and when that fails, too, it says so on stderr, past everything that says
//! what is wrong there. So what follows the first failure goes nowhere, and well.

use std::io::{self, ErrorKind, Seek, SeekFrom, Write};

/// A writer that fails at most once.
pub(super) struct FailsOnce<W> {
    inner: W,
    /// Where the next byte goes, and where the last one ends.
    at: u64,
    end: u64,
    has_failed: bool,
}

impl<W: Write + Seek> FailsOnce<W> {
    /// Of a writer that stands at its beginning.
    pub(super) fn new(inner: W) -> Self {
        Self {
            inner,
            at: 0,
            end: 0,
            has_failed: false,
        }
    }

    fn noted<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        self.has_failed |= result
            .as_ref()
            .is_err_and(|error| error.kind() != ErrorKind::Interrupted);
        result
    }
}

impl<W: Write + Seek> Write for FailsOnce<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = if self.has_failed {
            bytes.len()
        } else {
            let result = self.inner.write(bytes);
            self.noted(result)?
        };
        self.at += written as u64;
        self.end = self.end.max(self.at);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.has_failed {
            return Ok(());
        }
        let result = self.inner.flush();
        self.noted(result)
    }
}

impl<W: Write + Seek> Seek for FailsOnce<W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = if self.has_failed {
            let place = match to {
                SeekFrom::Start(at) => Some(at),
                SeekFrom::Current(by) => self.at.checked_add_signed(by),
                SeekFrom::End(by) => self.end.checked_add_signed(by),
            };
            place.ok_or(ErrorKind::InvalidInput)?
        } else {
            let result = self.inner.seek(to);
            self.noted(result)?
        };
        self.end = self.end.max(self.at);
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    /// A disk with room for so many bytes, which counts how often it was full.
    struct Disk {
        bytes: Cursor<Vec<u8>>,
        room: u64,
        failures: u32,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.bytes.position() + bytes.len() as u64 > self.room {
                self.failures += 1;
                return Err(ErrorKind::StorageFull.into());
            }
            self.bytes.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Seek for Disk {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.bytes.seek(to)
        }
    }

    /// Writes an archive, and how often the disk was asked to take what it cannot.
    fn write(room: u64) -> (bool, Disk) {
        let mut disk = Disk {
            bytes: Cursor::default(),
            room,
            failures: 0,
        };
        let written = (|| {
            let mut archive = ZipWriter::new(FailsOnce::new(&mut disk));
            for name in ["one", "two"] {
                archive.start_file(name, SimpleFileOptions::default())?;
                archive.write_all(name.repeat(5_000).as_bytes())?;
            }
            archive.finish().map(drop)
        })();
        (written.is_ok(), disk)
    }

    #[test]
    fn an_archive_fails_once_wherever_the_disk_is_full() {
        let (done, disk) = write(u64::MAX);
        assert!(done);
        let bytes = disk.bytes.into_inner();
        assert!(zip::ZipArchive::new(Cursor::new(&bytes)).is_ok());
        for room in 0..bytes.len() as u64 {
            let (done, disk) = write(room);
            assert_eq!((done, disk.failures), (false, 1), "room for {room} bytes");
        }
    }
}
