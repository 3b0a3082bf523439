//! The records of XLSB parts: their numbers, and a reader that hands them out one by one.

use super::super::binary::{push_utf16, u32_at};
use super::super::error::{Limit, WorkbookError};
use super::super::transcode::PartReader;
use std::io::Read;

pub(super) const ROW: u16 = 0x00;
pub(super) const RK: u16 = 0x02;
pub(super) const ERROR: u16 = 0x03;
pub(super) const BOOL: u16 = 0x04;
pub(super) const REAL: u16 = 0x05;
pub(super) const TEXT: u16 = 0x06;
pub(super) const SHARED: u16 = 0x07;
pub(super) const FORMULA_TEXT: u16 = 0x08;
pub(super) const FORMULA_NUMBER: u16 = 0x09;
pub(super) const FORMULA_BOOL: u16 = 0x0A;
pub(super) const FORMULA_ERROR: u16 = 0x0B;
/// From here to [`SHORT_SHARED`]: cells that stand right behind the one before.
pub(super) const SHORT_BLANK: u16 = 0x0C;
pub(super) const SHORT_SHARED: u16 = 0x12;
pub(super) const STRING: u16 = 0x13;
pub(super) const FORMAT: u16 = 0x2C;
pub(super) const STYLE: u16 = 0x2F;
pub(super) const COLUMNS: u16 = 0x3C;
pub(super) const RICH_TEXT: u16 = 0x3E;
pub(super) const BEGIN_CELLS: u16 = 0x91;
pub(super) const END_CELLS: u16 = 0x92;
pub(super) const WORKBOOK: u16 = 0x99;
pub(super) const SHEET: u16 = 0x9C;
pub(super) const BOOK_VIEW: u16 = 0x9E;
pub(super) const FILTER: u16 = 0xA1;
pub(super) const FILTER_COLUMN: u16 = 0xA3;
pub(super) const MERGE: u16 = 0xB0;
pub(super) const PROTECTION: u16 = 0x217;
pub(super) const BEGIN_STYLES: u16 = 0x269;
pub(super) const END_STYLES: u16 = 0x26A;
pub(super) const PROTECTION_ISO: u16 = 0x2A6;

/// Reads records from a part.
pub(super) struct Records {
    source: PartReader,
    part: String,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    max_record: usize,
}

impl Records {
    pub(super) fn new(source: PartReader, part: &str, max_record: usize) -> Self {
        Self {
            source,
            part: part.to_owned(),
            buffer: vec![0; 64 << 10],
            start: 0,
            end: 0,
            max_record,
        }
    }

    pub(super) fn part(&self) -> &str {
        &self.part
    }

    /// The next record: its number and its content.
    pub(super) fn next(&mut self) -> Result<Option<(u16, &[u8])>, WorkbookError> {
        // Two bytes of number and four of length at most.
        if !self.has(1)? {
            return Ok(None);
        }
        self.has(6)?;
        let head = &self.buffer[self.start..self.end];
        let mut at = 1;
        let mut kind = u16::from(head[0]);
        if kind & 0x80 != 0 {
            kind = (kind & 0x7F) | (u16::from(head.get(1).copied().unwrap_or(0)) << 7);
            at = 2;
        }
        let mut length = 0_usize;
        for step in 0..4 {
            let Some(byte) = head.get(at).copied() else {
                return Err(self.cut_off());
            };
            at += 1;
            length |= usize::from(byte & 0x7F) << (7 * step);
            if byte & 0x80 == 0 {
                break;
            }
        }
        if length > self.max_record {
            return Err(Limit::Token.exceeded(self.max_record as u64));
        }
        if !self.has(at + length)? {
            return Err(self.cut_off());
        }
        let from = self.start + at;
        self.start = from + length;
        Ok(Some((kind, &self.buffer[from..from + length])))
    }

    /// Whether so many bytes follow, once they were read.
    fn has(&mut self, count: usize) -> Result<bool, WorkbookError> {
        while self.end - self.start < count {
            if self.start > 0 {
                self.buffer.copy_within(self.start..self.end, 0);
                self.end -= self.start;
                self.start = 0;
            }
            if self.buffer.len() < count {
                self.buffer.resize(count.next_power_of_two(), 0);
            }
            let read = self.source.read(&mut self.buffer[self.end..]);
            match read.map_err(|error| WorkbookError::from_io(&self.part, error))? {
                0 => return Ok(false),
                more => self.end += more,
            }
        }
        Ok(true)
    }

    fn cut_off(&self) -> WorkbookError {
        WorkbookError::damaged(&self.part, "it is cut off")
    }
}

/// The text at `at`, and how many bytes it takes.
pub(super) fn wide(data: &[u8], at: usize) -> (String, usize) {
    let mut text = String::new();
    let used = push_wide(data, at, &mut text);
    (text, used)
}

/// Appends the text at `at`; hands back how many bytes it takes.
pub(super) fn push_wide(data: &[u8], at: usize, text: &mut String) -> usize {
    let length = u32_at(data, at);
    if length == u32::MAX {
        // No text at all, unlike an empty one.
        return 4;
    }
    let rest = data.get(at + 4..).unwrap_or_default();
    let bytes = (length as usize).saturating_mul(2).min(rest.len());
    push_utf16(&rest[..bytes], text);
    4 + bytes
}
