//! A pull scanner for the XML inside workbooks: tags and texts straight from a small buffer, no
//! allocation per event, every token and the nesting bounded, DOCTYPE refused.
//!
//! It knows no schema and checks no namespaces: names are handed out without their prefix, so
//! transitional, strict and prefixed files look the same. XML that is not well formed may pass when
//! it can be read; whoever needs more trusts the spreadsheet programs.

use std::io::Read;

use memchr::{memchr, memmem};

use super::error::{Limit, WorkbookError};
use super::limits::WorkbookLimits;
use super::xmltext::{decoded, is_true, parse_u32};

/// What the scanner came upon.
#[derive(Debug)]
pub(super) enum Event<'a> {
    /// A start tag, or an empty element (no [`Event::End`] follows then).
    Start(Tag<'a>),
    /// An end tag: its local name.
    End(&'a [u8]),
    /// Text between tags, entities not yet replaced.
    Text(&'a [u8]),
    /// Text in a CDATA section, as it is.
    Verbatim(&'a [u8]),
    /// The end of the document.
    Eof,
}

/// A start tag.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag<'a> {
    /// The local name.
    pub(super) name: &'a [u8],
    /// Whether the element ends with its tag.
    pub(super) empty: bool,
    attributes: &'a [u8],
}

impl<'a> Tag<'a> {
    /// The attributes in order: name with prefix, value with entities not yet replaced.
    pub(super) fn attributes(&self) -> Attributes<'a> {
        Attributes {
            rest: self.attributes,
        }
    }

    /// The attribute with this name, prefix included.
    pub(super) fn raw(&self, name: &[u8]) -> Option<&'a [u8]> {
        self.attributes()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// The attribute with this local name, whatever its prefix.
    pub(super) fn local(&self, name: &[u8]) -> Option<&'a [u8]> {
        self.attributes()
            .find(|(key, _)| local_name(key) == name)
            .map(|(_, value)| value)
    }

    /// The attribute with this local name as text.
    pub(super) fn text(&self, name: &[u8]) -> Option<String> {
        self.local(name).map(decoded)
    }

    /// The attribute with this local name as a number.
    pub(super) fn number(&self, name: &[u8]) -> Option<u32> {
        parse_u32(self.local(name)?)
    }

    /// Whether the attribute with this local name says yes.
    pub(super) fn is_true(&self, name: &[u8]) -> bool {
        self.local(name).is_some_and(is_true)
    }
}

/// The attributes of a tag.
pub(super) struct Attributes<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.rest.iter().position(|byte| !is_space(*byte))?;
        let rest = &self.rest[start..];
        let equals = find(rest, b'=')?;
        let name = rest[..equals].trim_ascii_end();
        let rest = rest[equals + 1..].trim_ascii_start();
        let quote = *rest.first()?;
        if quote != b'"' && quote != b'\'' {
            return None;
        }
        let end = find(&rest[1..], quote)?;
        self.rest = &rest[end + 2..];
        Some((name, &rest[1..=end]))
    }
}

/// Reads XML from `source` piece by piece.
pub(super) struct Scanner<R> {
    source: R,
    part: String,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    eof: bool,
    depth: u32,
    max_depth: u32,
    max_token: usize,
}

impl<R: Read> Scanner<R> {
    /// A scanner over a part of a workbook; `part` is its name for error messages.
    pub(super) fn new(source: R, part: &str, limits: &WorkbookLimits) -> Self {
        Self {
            source,
            part: part.to_owned(),
            buffer: vec![0; (128 << 10).min(limits.token_bytes).max(64)],
            start: 0,
            end: 0,
            eof: false,
            depth: 0,
            max_depth: limits.xml_depth,
            max_token: limits.token_bytes.max(64),
        }
    }

    /// The part's name.
    pub(super) fn part(&self) -> &str {
        &self.part
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> u32 {
        self.depth
    }

    /// The next tag or text.
    pub(super) fn next(&mut self) -> Result<Event<'_>, WorkbookError> {
        loop {
            if self.start == self.end && !self.more()? {
                if self.depth > 0 {
                    return Err(self.cut_off());
                }
                return Ok(Event::Eof);
            }
            if self.buffer[self.start] != b'<' {
                return self.text();
            }
            if self.end - self.start < 9 {
                // Enough to tell tags, comments and CDATA sections apart.
                while self.end - self.start < 9 && self.more()? {}
            }
            match self.buffer.get(self.start + 1..self.end) {
                None | Some([]) => return Err(self.cut_off()),
                Some([b'?', ..]) => self.skip_past(b"?>")?,
                Some([b'!', b'-', b'-', ..]) => self.skip_past(b"-->")?,
                Some([b'!', b'[', b'C', b'D', b'A', b'T', b'A', b'[', ..]) => {
                    let length = self.length_to(b"]]>", 9)?;
                    let from = self.start + 9;
                    let to = self.start + length - 3;
                    self.start += length;
                    return Ok(Event::Verbatim(&self.buffer[from..to]));
                }
                Some([b'!', ..]) => {
                    return Err(WorkbookError::Doctype {
                        part: self.part.clone(),
                    });
                }
                Some([b'/', ..]) => return self.end_tag(),
                Some(_) => return self.start_tag(),
            }
        }
    }

    /// Skips the rest of the element whose start tag was just handed out (and was not empty).
    pub(super) fn skip_element(&mut self) -> Result<(), WorkbookError> {
        let inside = self.depth;
        while self.depth >= inside {
            if matches!(self.next()?, Event::Eof) {
                return Err(self.cut_off());
            }
        }
        Ok(())
    }

    /// Reads the source to its end without looking at it.
    pub(super) fn drain(&mut self) -> Result<(), WorkbookError> {
        self.start = self.end;
        while self.more()? {
            self.start = self.end;
        }
        Ok(())
    }

    fn text(&mut self) -> Result<Event<'_>, WorkbookError> {
        let mut searched = 0;
        let length = loop {
            if let Some(at) = find(&self.buffer[self.start + searched..self.end], b'<') {
                break searched + at;
            }
            searched = self.end - self.start;
            if !self.more()? {
                break searched;
            }
        };
        let from = self.start;
        self.start += length;
        Ok(Event::Text(&self.buffer[from..from + length]))
    }

    fn start_tag(&mut self) -> Result<Event<'_>, WorkbookError> {
        let length = self.tag_length()?;
        let from = self.start + 1;
        let mut to = self.start + length - 1;
        self.start += length;
        let empty = self.buffer[to - 1] == b'/';
        if empty {
            to -= 1;
        } else {
            self.depth += 1;
            if self.depth > self.max_depth {
                return Err(Limit::Depth.exceeded(u64::from(self.max_depth)));
            }
        }
        let tag = &self.buffer[from..to];
        let name = tag
            .iter()
            .position(|byte| is_space(*byte))
            .unwrap_or(tag.len());
        Ok(Event::Start(Tag {
            name: local_name(&tag[..name]),
            empty,
            attributes: &tag[name..],
        }))
    }

    fn end_tag(&mut self) -> Result<Event<'_>, WorkbookError> {
        let length = self.tag_length()?;
        let name = self.start + 2..self.start + length - 1;
        self.start += length;
        if self.depth == 0 {
            return Err(WorkbookError::damaged(
                &self.part,
                "an XML element ends that never began",
            ));
        }
        self.depth -= 1;
        Ok(Event::End(local_name(self.buffer[name].trim_ascii_end())))
    }

    /// The length of the tag that begins at `start`, up to and with its `>`.
    fn tag_length(&mut self) -> Result<usize, WorkbookError> {
        loop {
            if let Some(length) = tag_length(&self.buffer[self.start..self.end]) {
                return Ok(length);
            }
            if !self.more()? {
                return Err(self.cut_off());
            }
        }
    }

    /// The length of what begins at `start`, up to and with `mark`, which is looked for behind
    /// `from` bytes.
    fn length_to(&mut self, mark: &[u8], from: usize) -> Result<usize, WorkbookError> {
        let mut searched = from;
        loop {
            let begin = (self.start + searched).min(self.end);
            if let Some(at) = memmem::find(&self.buffer[begin..self.end], mark) {
                return Ok(begin - self.start + at + mark.len());
            }
            searched = (self.end - self.start)
                .saturating_sub(mark.len() - 1)
                .max(from);
            if !self.more()? {
                return Err(self.cut_off());
            }
        }
    }

    fn skip_past(&mut self, mark: &[u8]) -> Result<(), WorkbookError> {
        let length = self.length_to(mark, 2)?;
        self.start += length;
        Ok(())
    }

    /// Reads on; `false` at the end of the source. Bytes from `start` on are kept.
    fn more(&mut self) -> Result<bool, WorkbookError> {
        if self.eof {
            return Ok(false);
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.buffer.len() {
            if self.buffer.len() >= self.max_token {
                return Err(Limit::Token.exceeded(self.max_token as u64));
            }
            let longer = (self.buffer.len() * 2).min(self.max_token);
            self.buffer.resize(longer, 0);
        }
        loop {
            match self.source.read(&mut self.buffer[self.end..]) {
                Ok(0) => {
                    self.eof = true;
                    return Ok(false);
                }
                Ok(count) => {
                    self.end += count;
                    return Ok(true);
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(WorkbookError::from_io(&self.part, error)),
            }
        }
    }

    fn cut_off(&self) -> WorkbookError {
        WorkbookError::damaged(&self.part, "it is cut off")
    }
}

/// The length of the tag at the beginning of `bytes`, up to and with its `>`, which may also stand
/// in an attribute's value. A plain loop: tags are short.
fn tag_length(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        match *bytes.get(at)? {
            b'>' => return Some(at + 1),
            quote @ (b'"' | b'\'') => at += 1 + find(bytes.get(at + 1..)?, quote)?,
            _ => {}
        }
        at += 1;
    }
}

/// Where a byte stands: soon in most cases, so a plain loop comes first.
fn find(bytes: &[u8], wanted: u8) -> Option<usize> {
    const NEAR: usize = 24;
    let near = &bytes[..bytes.len().min(NEAR)];
    if let Some(at) = near.iter().position(|byte| *byte == wanted) {
        return Some(at);
    }
    let far = bytes.get(NEAR..)?;
    memchr(wanted, far).map(|at| at + NEAR)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// A name without its namespace prefix.
pub(super) fn local_name(name: &[u8]) -> &[u8] {
    match name.iter().position(|byte| *byte == b':') {
        Some(colon) => &name[colon + 1..],
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out one byte at a time: every token lies across the end of the buffer once.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            self.0.read(&mut out[..1])
        }
    }

    fn shown(source: impl Read) -> String {
        let mut scanner = Scanner::new(source, "test", &WorkbookLimits::default());
        let mut shown = String::new();
        loop {
            let text = |raw: &[u8]| String::from_utf8_lossy(raw).into_owned();
            let piece = match scanner.next() {
                Ok(Event::Start(tag)) => {
                    let pairs = tag
                        .attributes()
                        .map(|(name, value)| format!(" {}={}", text(name), text(value)));
                    let pairs: String = pairs.collect();
                    format!(
                        "<{}{pairs}{}>",
                        text(tag.name),
                        if tag.empty { "/" } else { "" }
                    )
                }
                Ok(Event::End(name)) => format!("</{}>", text(name)),
                Ok(Event::Text(raw)) => text(raw),
                Ok(Event::Verbatim(raw)) => format!("[{}]", text(raw)),
                Ok(Event::Eof) => return shown,
                Err(error) => return format!("{shown} {error}"),
            };
            shown.push_str(&piece);
        }
    }

    #[test]
    fn markup_is_read_whatever_the_pieces_it_comes_in() {
        for (source, expected) in [
            (
                "<?xml version=\"1.0\"?><!-- <a> --><p:a x = '1>2' y=\"'\" z='\">'>t&amp;<b/><![CDATA[<]]]]></p:a >",
                "<a x=1>2 y=' z=\">>t&amp;<b/>[<]]]</a>",
            ),
            (
                "<a><b c='1'/>",
                "<a><b c=1/> it is damaged: it is cut off (test)",
            ),
            ("<a b='>", " it is damaged: it is cut off (test)"),
            (
                "</a>",
                " it is damaged: an XML element ends that never began (test)",
            ),
            ("<![CDATA[x", " it is damaged: it is cut off (test)"),
            (
                "<a><!ENTITY b></a>",
                "<a> its part test declares a document type (DOCTYPE), which workbooks never do",
            ),
            ("<a b c=1 d='2'/>", "<a/>"),
            ("text", "text"),
            ("", ""),
        ] {
            assert_eq!(shown(source.as_bytes()), expected);
            assert_eq!(shown(Slow(source.as_bytes())), expected);
        }
    }
}
