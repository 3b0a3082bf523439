//! The records of an XLS stream: their numbers, a reader over them, and their strings.

use encoding_rs::Encoding;

use super::super::binary::{byte, push_latin1, push_utf16, u16_at, u32_at};

pub(super) const FORMULA: u16 = 0x06;
pub(super) const EOF: u16 = 0x0A;
pub(super) const PROTECT: u16 = 0x12;
pub(super) const DATE_MODE: u16 = 0x22;
pub(super) const FILE_PASS: u16 = 0x2F;
pub(super) const CONTINUE: u16 = 0x3C;
pub(super) const WINDOW: u16 = 0x3D;
pub(super) const CODE_PAGE: u16 = 0x42;
pub(super) const COLUMNS: u16 = 0x7D;
pub(super) const SHEET: u16 = 0x85;
pub(super) const FILTER_MODE: u16 = 0x9B;
pub(super) const FILTER: u16 = 0x9D;
pub(super) const MULTI_RK: u16 = 0xBD;
pub(super) const RICH_TEXT: u16 = 0xD6;
pub(super) const STYLE: u16 = 0xE0;
pub(super) const MERGES: u16 = 0xE5;
pub(super) const STRINGS: u16 = 0xFC;
pub(super) const SHARED: u16 = 0xFD;
pub(super) const NUMBER: u16 = 0x203;
pub(super) const LABEL: u16 = 0x204;
pub(super) const BOOL_OR_ERROR: u16 = 0x205;
pub(super) const FORMULA_TEXT: u16 = 0x207;
pub(super) const ROW: u16 = 0x208;
pub(super) const RK: u16 = 0x27E;
pub(super) const FORMAT: u16 = 0x41E;
pub(super) const BEGIN: u16 = 0x809;

/// Which strings a stream holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Strings {
    /// Excel 95: bytes of an encoding.
    Bytes(&'static Encoding),
    /// Excel 97 and later: UTF-16, squeezed to one byte each where possible.
    Unicode,
}

impl Strings {
    /// Appends a string whose count of letters takes `width` bytes.
    pub(super) fn push(self, data: &[u8], at: usize, width: usize, text: &mut String) {
        let count = match width {
            1 => usize::from(byte(data, at)),
            _ => usize::from(u16_at(data, at)),
        };
        let at = at + width;
        match self {
            Self::Bytes(encoding) => {
                let rest = data.get(at..).unwrap_or_default();
                let bytes = &rest[..count.min(rest.len())];
                text.push_str(&encoding.decode_without_bom_handling(bytes).0);
            }
            Self::Unicode => {
                let wide = byte(data, at) & 1 == 1;
                let rest = data.get(at + 1..).unwrap_or_default();
                let length = if wide { count * 2 } else { count };
                let bytes = &rest[..length.min(rest.len())];
                if wide {
                    push_utf16(bytes, text);
                } else {
                    push_latin1(bytes, text);
                }
            }
        }
    }
}

/// A record with its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    pub(super) kind: u16,
    pub(super) data: &'a [u8],
}

/// The records of a stream from a place on; ends where the stream does.
#[derive(Debug, Clone)]
pub(super) struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    pub(super) fn new(stream: &'a [u8], at: usize) -> Self {
        Self { stream, at }
    }

    /// The contents of the records that continue the last one.
    pub(super) fn continued(&mut self) -> Vec<&'a [u8]> {
        let mut found = Vec::new();
        let mut ahead = self.clone();
        while let Some(record) = ahead.next() {
            if record.kind != CONTINUE {
                break;
            }
            found.push(record.data);
            self.at = ahead.at;
        }
        found
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let head = self.stream.get(self.at..self.at.checked_add(4)?)?;
        let (kind, length) = (u16_at(head, 0), usize::from(u16_at(head, 2)));
        let from = self.at + 4;
        let data = self.stream.get(from..from + length)?;
        self.at = from + length;
        Some(Record { kind, data })
    }
}

/// Reads over the borders between a record and those that continue it.
pub(super) struct Pieces<'a> {
    all: Vec<&'a [u8]>,
    piece: usize,
    at: usize,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(first: &'a [u8], continued: Vec<&'a [u8]>) -> Self {
        let mut all = vec![first];
        all.extend(continued);
        Self {
            all,
            piece: 0,
            at: 0,
        }
    }

    /// What is left of the current piece; the next one when nothing is.
    fn rest(&mut self) -> Option<&'a [u8]> {
        while self.at >= self.all.get(self.piece)?.len() {
            self.piece += 1;
            self.at = 0;
        }
        Some(&self.all[self.piece][self.at..])
    }

    fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > 0 {
            let step = self.rest()?.len().min(count);
            self.at += step;
            count -= step;
        }
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.rest()?.first()?;
        self.at += 1;
        Some(byte)
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        let low = u32::from(self.u16()?);
        Some(low | u32::from(self.u16()?) << 16)
    }

    /// Appends the next string of the shared strings; `None` at their end.
    pub(super) fn string(&mut self, text: &mut String) -> Option<()> {
        let mut left = usize::from(self.u16()?);
        let mut flags = self.byte()?;
        let runs = if flags & 8 == 0 { 0 } else { self.u16()? };
        let extra = if flags & 4 == 0 { 0 } else { self.u32()? };
        while left > 0 {
            if self.at >= self.all.get(self.piece)?.len() {
                // A string that goes on in the next record says its width again.
                flags = self.byte()?;
            }
            let rest = self.all.get(self.piece)?.get(self.at..)?;
            let width = if flags & 1 == 1 { 2 } else { 1 };
            let count = left.min(rest.len() / width);
            let bytes = &rest[..count * width];
            if width == 2 {
                push_utf16(bytes, text);
            } else {
                push_latin1(bytes, text);
            }
            left -= count;
            self.at += count * width;
            if count == 0 {
                // Half a letter: the file is broken here.
                self.at = self.all.get(self.piece)?.len();
            }
        }
        self.skip(usize::from(runs) * 4 + extra as usize)
    }
}

/// The encoding behind a code page number.
pub(super) fn encoding(code_page: u16) -> &'static Encoding {
    let label = match code_page {
        874 => "windows-874",
        866 => "ibm866",
        932 => "shift_jis",
        936 => "gbk",
        949 => "euc-kr",
        950 => "big5",
        1250 => "windows-1250",
        1251 => "windows-1251",
        1253 => "windows-1253",
        1254 => "windows-1254",
        1255 => "windows-1255",
        1256 => "windows-1256",
        1257 => "windows-1257",
        1258 => "windows-1258",
        10_000 | 32_768 => "macintosh",
        10_007 => "x-mac-cyrillic",
        _ => "windows-1252",
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252)
}

/// The number at `at` as a place in the stream.
pub(super) fn place_at(data: &[u8], at: usize) -> usize {
    u32_at(data, at) as usize
}
