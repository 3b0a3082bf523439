//! The request log: one JSON line per request, buffered, flushed by whoever keeps the time.
//!
//! Must not know: what a record means, when to flush.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::record::LogRecord;

/// An open request log.
#[derive(Debug)]
pub struct RequestLog {
    path: PathBuf,
    out: Mutex<BufWriter<File>>,
}

/// The request log could not be opened or written.
#[derive(Debug, thiserror::Error)]
#[error("request log {path}", path = .path.display())]
pub struct LogError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

impl RequestLog {
    /// Opens a log for appending, making the file when there is none.
    ///
    /// # Errors
    /// When the file cannot be opened or made.
    pub fn open(path: &Path) -> Result<Self, LogError> {
        let file = File::options().create(true).append(true).open(path);
        let file = file.map_err(|source| LogError {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self {
            path: path.to_owned(),
            out: Mutex::new(BufWriter::with_capacity(1 << 16, file)),
        })
    }

    /// Adds a line; it reaches the file with the next flush, whole.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, record: &LogRecord) -> Result<(), LogError> {
        let mut line = serde_json::to_vec(record).map_err(|source| LogError {
            path: self.path.clone(),
            source: source.into(),
        })?;
        line.push(b'\n');
        self.with(|out| {
            // A line never straddles two writes, so a reader never sees half of one.
            if out.capacity() - out.buffer().len() < line.len() {
                out.flush()?;
            }
            out.write_all(&line)
        })
    }

    /// Hands everything so far to the file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn flush(&self) -> Result<(), LogError> {
        self.with(Write::flush)
    }

    fn with(
        &self,
        act: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> Result<(), LogError> {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut out).map_err(|source| LogError {
            path: self.path.clone(),
            source,
        })
    }
}
