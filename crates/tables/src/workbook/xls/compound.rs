//! The compound file around XLS (and around encrypted workbooks): a small file system of chained
//! sectors. Every chain is bounded by the size of the file.

use super::super::binary::{push_utf16, u16_at, u32_at};
use super::super::error::WorkbookError;

/// How compound files begin.
const MAGIC: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
const HEADER: usize = 512;
const LAST_SECTOR: u32 = 0xFFFF_FFFA;
const ENTRY: usize = 128;
const MINI_SHIFT: u32 = 6;

/// An opened compound file.
#[derive(Debug)]
pub(in crate::workbook) struct Compound<'a> {
    bytes: &'a [u8],
    shift: u32,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    mini: Vec<u8>,
    mini_cutoff: u32,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    name: String,
    start: u32,
    size: usize,
}

impl<'a> Compound<'a> {
    /// Reads the file's tables.
    pub(in crate::workbook) fn open(bytes: &'a [u8]) -> Result<Self, WorkbookError> {
        let shift = u32::from(u16_at(bytes, 30));
        if !bytes.starts_with(MAGIC) || bytes.len() < HEADER || !matches!(shift, 9 | 12) {
            return Err(broken("its header is broken"));
        }
        let mut file = Self {
            bytes,
            shift,
            fat: Vec::new(),
            mini_fat: Vec::new(),
            mini: Vec::new(),
            mini_cutoff: u32_at(bytes, 56),
            entries: Vec::new(),
        };
        file.read_fat()?;
        let directory = file.chain(u32_at(bytes, 48), usize::MAX)?;
        for entry in directory.chunks_exact(ENTRY) {
            let length = usize::from(u16_at(entry, 64)).clamp(2, 64) - 2;
            let mut name = String::new();
            push_utf16(&entry[..length], &mut name);
            file.entries.push(Entry {
                name,
                start: u32_at(entry, 116),
                size: u32_at(entry, 120) as usize,
            });
        }
        let mini_fat = file.chain(u32_at(bytes, 60), usize::MAX)?;
        file.mini_fat = numbers(&mini_fat).collect();
        if let Some(root) = file.entries.first() {
            file.mini = file.chain(root.start, root.size)?;
        }
        Ok(file)
    }

    /// Whether there is a stream or folder of this name.
    pub(in crate::workbook) fn has(&self, name: &str) -> bool {
        self.entries
            .iter()
            .any(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// The content of a stream.
    pub(in crate::workbook) fn stream(&self, name: &str) -> Option<Result<Vec<u8>, WorkbookError>> {
        let same = |entry: &&Entry| entry.name.eq_ignore_ascii_case(name);
        let entry = self.entries.iter().skip(1).find(same)?;
        let small = (entry.size as u64) < u64::from(self.mini_cutoff);
        Some(if small {
            self.mini_chain(entry.start, entry.size)
        } else {
            self.chain(entry.start, entry.size)
        })
    }

    fn read_fat(&mut self) -> Result<(), WorkbookError> {
        let bytes = self.bytes;
        let mut places: Vec<u32> = numbers(&bytes[76..HEADER]).collect();
        let mut next = u32_at(bytes, 68);
        let mut left = self.sectors();
        while next < LAST_SECTOR {
            let Some(sector) = self.sector(next).filter(|_| left > 0) else {
                return Err(broken("its sector table is broken"));
            };
            left -= 1;
            places.extend(numbers(sector));
            next = places.pop().unwrap_or(u32::MAX);
        }
        for place in places.into_iter().filter(|place| *place < LAST_SECTOR) {
            let sector = self.sector(place).ok_or_else(cut_off)?;
            if self.fat.len() > self.sectors() + sector.len() {
                return Err(broken("its sector table is too long"));
            }
            self.fat.extend(numbers(sector));
        }
        Ok(())
    }

    /// How many sectors the file can have.
    fn sectors(&self) -> usize {
        (self.bytes.len() >> self.shift) + 1
    }

    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        let start = (number as usize)
            .checked_add(1)?
            .checked_mul(1 << self.shift)?;
        let end = start.checked_add(1 << self.shift)?.min(self.bytes.len());
        // The last sector of a file may be cut short.
        self.bytes
            .get(start..end)
            .filter(|sector| !sector.is_empty())
    }

    /// The content of a chain of sectors, `size` bytes at most.
    fn chain(&self, start: u32, size: usize) -> Result<Vec<u8>, WorkbookError> {
        let mut content = Vec::new();
        let mut next = start;
        let mut left = self.sectors();
        while next < LAST_SECTOR && content.len() < size {
            let sector = self.sector(next).ok_or_else(cut_off)?;
            if left == 0 {
                return Err(broken("its sectors run in a circle"));
            }
            left -= 1;
            content.extend_from_slice(sector);
            next = self.fat.get(next as usize).copied().unwrap_or(u32::MAX);
        }
        content.truncate(size);
        Ok(content)
    }

    fn mini_chain(&self, start: u32, size: usize) -> Result<Vec<u8>, WorkbookError> {
        let mut content = Vec::new();
        let mut next = start;
        while next < LAST_SECTOR && content.len() < size {
            let from = (next as usize) << MINI_SHIFT;
            let to = (from + (1 << MINI_SHIFT)).min(self.mini.len());
            let sector = self.mini.get(from..to).ok_or_else(cut_off)?;
            if content.len() > self.mini.len() || sector.is_empty() {
                return Err(broken("its sectors run in a circle"));
            }
            content.extend_from_slice(sector);
            next = self
                .mini_fat
                .get(next as usize)
                .copied()
                .unwrap_or(u32::MAX);
        }
        content.truncate(size);
        Ok(content)
    }
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).map(|chunk| u32_at(chunk, 0))
}

fn broken(what: &str) -> WorkbookError {
    WorkbookError::damaged("compound file", what)
}

fn cut_off() -> WorkbookError {
    broken("it is cut off")
}
