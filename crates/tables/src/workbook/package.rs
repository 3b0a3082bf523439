//! The zip archive around XLSX, XLSM, XLSB and ODS: finds parts whatever the case and slashes of
//! their names, and inflates them piece by piece within the limits. Knows nothing of their content.

use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;

use zip::result::ZipError;

use super::error::{Limit, WorkbookError};
use super::limits::{Inflated, WorkbookLimits, within};
use super::transcode::{PartReader, to_utf8};
use crate::opc::key;

/// Parts up to this size are inflated at once; larger ones by a thread of their own.
const SMALL: u64 = 1 << 20;
const CHUNK: usize = 128 << 10;
const CHUNKS_AHEAD: usize = 8;

/// A file's bytes, shared by everything that reads it.
#[derive(Debug, Clone)]
pub(super) struct Bytes(Arc<Vec<u8>>);

impl Bytes {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self(Arc::new(bytes))
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

type Archive = zip::ZipArchive<Cursor<Bytes>>;

/// An archive of parts.
#[derive(Debug, Clone)]
pub(super) struct Package {
    archive: Archive,
    parts: Arc<HashMap<String, usize>>,
    limits: Arc<WorkbookLimits>,
    inflated: Inflated,
}

impl Package {
    /// Opens an archive and lists its parts.
    pub(super) fn open(bytes: Bytes, limits: Arc<WorkbookLimits>) -> Result<Self, WorkbookError> {
        let archive = Archive::new(Cursor::new(bytes)).map_err(|error| zip_error("zip", error))?;
        within(Limit::Parts, archive.len() as u64, limits.parts as u64)?;
        let mut parts = HashMap::with_capacity(archive.len());
        for index in 0..archive.len() {
            if let Some(Ok(name)) = archive.name_for_index(index) {
                parts.entry(key(&name)).or_insert(index);
            }
        }
        Ok(Self {
            archive,
            parts: Arc::new(parts),
            inflated: Inflated::new(Arc::clone(&limits)),
            limits,
        })
    }

    /// The limits in force.
    pub(super) fn limits(&self) -> &Arc<WorkbookLimits> {
        &self.limits
    }

    /// Whether there is a part of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.parts.contains_key(&key(name))
    }

    /// The names of all parts, in small letters.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.keys().map(String::as_str)
    }

    /// An XML part, as UTF-8.
    pub(super) fn xml(&self, name: &str) -> Result<PartReader, WorkbookError> {
        to_utf8(self.part(name)?).map_err(|error| WorkbookError::from_io(name, error))
    }

    /// A part as it is.
    pub(super) fn part(&self, name: &str) -> Result<PartReader, WorkbookError> {
        let index = self.parts.get(&key(name)).copied();
        let index = index.ok_or_else(|| WorkbookError::MissingPart {
            part: name.to_owned(),
        })?;
        let mut job = Job {
            archive: self.archive.clone(),
            index,
            name: name.to_owned(),
            inflated: self.inflated.clone(),
        };
        match job.small()? {
            Some(content) => Ok(Box::new(Cursor::new(content))),
            None => Ok(Box::new(job.spawn()?)),
        }
    }
}

fn zip_error(part: &str, error: ZipError) -> WorkbookError {
    match error {
        ZipError::Io(error) => WorkbookError::from_io(part, error),
        ZipError::InvalidPassword => WorkbookError::Encrypted,
        ZipError::UnsupportedArchive(why) if why == ZipError::PASSWORD_REQUIRED => {
            WorkbookError::Encrypted
        }
        // The library's own words are for who knows the format.
        ZipError::InvalidArchive(_) if part == "zip" => WorkbookError::damaged(
            part,
            "its table of contents is not there; it was cut off, or is no workbook".to_owned(),
        ),
        other => WorkbookError::damaged(part, other.to_string()),
    }
}

/// The inflation of one part.
struct Job {
    archive: Archive,
    index: usize,
    name: String,
    inflated: Inflated,
}

impl Job {
    /// The whole part, when it is small.
    fn small(&mut self) -> Result<Option<Vec<u8>>, WorkbookError> {
        let part = self.name.as_str();
        let mut entry = match self.archive.by_index(self.index) {
            Ok(entry) => entry,
            Err(error) => return Err(zip_error(part, error)),
        };
        if entry.size() > SMALL {
            return Ok(None);
        }
        let packed = entry.compressed_size();
        let mut content = Vec::new();
        let read = entry.by_ref().take(SMALL + 1).read_to_end(&mut content);
        read.map_err(|error| WorkbookError::from_io(part, error))?;
        let length = content.len() as u64;
        self.inflated.count(length, length, packed)?;
        Ok((length <= SMALL).then_some(content))
    }

    fn spawn(self) -> Result<Inflater, WorkbookError> {
        let (full, chunks) = sync_channel(CHUNKS_AHEAD);
        let (empty, spare) = channel();
        let thread = std::thread::Builder::new()
            .name("inflate".into())
            .spawn(move || self.run(&full, &spare))
            .map_err(WorkbookError::Io)?;
        Ok(Inflater {
            chunks: Some(chunks),
            empty,
            chunk: Vec::new(),
            at: 0,
            thread: Some(thread),
        })
    }

    fn run(mut self, full: &SyncSender<Chunk>, spare: &Receiver<Vec<u8>>) {
        if let Err(error) = self.pump(full, spare) {
            // Nobody listens any more when this fails.
            let _ = full.send(Err(error));
        }
    }

    fn pump(
        &mut self,
        full: &SyncSender<Chunk>,
        spare: &Receiver<Vec<u8>>,
    ) -> Result<(), WorkbookError> {
        let part = self.name.as_str();
        let mut entry = match self.archive.by_index(self.index) {
            Ok(entry) => entry,
            Err(error) => return Err(zip_error(part, error)),
        };
        let packed = entry.compressed_size();
        let mut done = 0;
        loop {
            let mut chunk = spare.try_recv().unwrap_or_default();
            chunk.resize(CHUNK, 0);
            let mut length = 0;
            while length < CHUNK {
                match entry.read(&mut chunk[length..]) {
                    Ok(0) => break,
                    Ok(count) => length += count,
                    Err(error) => return Err(WorkbookError::from_io(part, error)),
                }
            }
            done += length as u64;
            self.inflated.count(length as u64, done, packed)?;
            chunk.truncate(length);
            let last = length < CHUNK;
            if full.send(Ok(chunk)).is_err() || last {
                return Ok(());
            }
        }
    }
}

type Chunk = Result<Vec<u8>, WorkbookError>;

/// Reads what the thread inflates; ends and joins it when dropped.
struct Inflater {
    chunks: Option<Receiver<Chunk>>,
    empty: Sender<Vec<u8>>,
    chunk: Vec<u8>,
    at: usize,
    thread: Option<JoinHandle<()>>,
}

impl Read for Inflater {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        while self.at == self.chunk.len() {
            let used = std::mem::take(&mut self.chunk);
            self.at = 0;
            if used.capacity() > 0 {
                // The thread may be done and gone.
                let _ = self.empty.send(used);
            }
            match self.chunks.as_ref().map(Receiver::recv) {
                Some(Ok(Ok(chunk))) if !chunk.is_empty() => self.chunk = chunk,
                Some(Ok(Err(error))) => return Err(error.into_io()),
                Some(Ok(Ok(_)) | Err(_)) | None => {
                    self.chunks = None;
                    return Ok(0);
                }
            }
        }
        let rest = &self.chunk[self.at..];
        let count = rest.len().min(out.len());
        out[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        Ok(count)
    }
}

impl Drop for Inflater {
    fn drop(&mut self) {
        // Without a receiver the thread's next send fails and it ends.
        self.chunks = None;
        if let Some(thread) = self.thread.take() {
            // A panic there has ended the rows already.
            let _ = thread.join();
        }
    }
}
