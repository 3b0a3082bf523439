//! Cuts a block of text into rows and cells. The common case touches each byte once and copies no
//! cell; quotation marks that break the rules are looked at more closely, so that none swallows
//! the rows behind it. Knows nothing of headers or tables.

use memchr::{memchr, memchr_iter, memchr2};

use super::dialect::Dialect;
use super::quoted::{Mark, Quoted};
use super::quotes;
use crate::batch::{CellKind, RowBatch};
use crate::note::{Note, NoteKind};
use crate::place::CellAddress;

/// Whether the text ends behind the block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// More text may follow.
    Open,
    /// This is the last block.
    Final,
}

/// Where the next row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The row's number, from 1.
    pub(super) number: u32,
    /// The line it begins on, from 1.
    pub(super) line: u32,
}

/// Cuts one block.
pub(super) struct Scanner<'a> {
    pub(super) dialect: &'a Dialect,
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) ending: Ending,
    lone_cr: bool,
    /// Where delimiters (their first byte) and line ends stand, quoted or not.
    hits: &'a [u32],
    /// The first of them that was not passed yet.
    cursor: usize,
    place: Place,
    /// Where each row begins, when the caller wants to know.
    starts: Option<Vec<usize>>,
    problems: Vec<Note>,
    /// Up to here no quoted cell ends.
    pub(super) unclosed_until: usize,
}

/// What a block came to.
pub(super) struct Scanned {
    /// How many bytes the finished rows take.
    pub(super) consumed: usize,
    /// Where the row behind them stands.
    pub(super) place: Place,
    /// What was wrong with quotation marks.
    pub(super) problems: Vec<Note>,
    /// Where each row begins, in bytes.
    pub(super) starts: Vec<usize>,
}

struct Cut {
    lines: u32,
    flawed: bool,
    next: usize,
}

impl<'a> Scanner<'a> {
    /// `hits` is room for an index of the block, kept by the caller.
    pub(super) fn new(
        dialect: &'a Dialect,
        text: &'a str,
        ending: Ending,
        place: Place,
        hits: &'a mut Vec<u32>,
    ) -> Self {
        let bytes = text.as_bytes();
        let lone_cr = has_lone_cr(bytes);
        let first = dialect.delimiter[0];
        hits.clear();
        if lone_cr {
            index(
                bytes,
                |byte| byte == first || byte == b'\n' || byte == b'\r',
                hits,
            );
        } else {
            index(bytes, |byte| byte == first || byte == b'\n', hits);
        }
        Self {
            dialect,
            text,
            bytes,
            ending,
            lone_cr,
            hits,
            cursor: 0,
            place,
            starts: None,
            problems: Vec::new(),
            unclosed_until: 0,
        }
    }

    /// Notes where rows begin.
    pub(super) fn with_starts(mut self) -> Self {
        self.starts = Some(Vec::new());
        self
    }

    /// Appends the block's rows to `batch`. `enough` rows at most, when it is given.
    pub(super) fn scan(mut self, batch: &mut RowBatch, most_rows: usize) -> Scanned {
        let base = batch.push_block(self.text);
        let mut start = 0;
        while start < self.bytes.len() && batch.len() < most_rows {
            let Some(cut) = self.row(start, base, batch) else {
                batch.abandon_row();
                break;
            };
            let cut = self.second_look(start, base, batch, cut);
            if let Some(starts) = &mut self.starts {
                starts.push(start);
            }
            batch.end_row(self.place.number, self.place.line);
            self.place.number = self.place.number.saturating_add(1);
            self.place.line = self.place.line.saturating_add(cut.lines);
            start = cut.next;
        }
        Scanned {
            consumed: start,
            place: self.place,
            problems: self.problems,
            starts: self.starts.unwrap_or_default(),
        }
    }

    /// Cuts the row at `start`; `None` when the block ends inside it.
    fn row(&mut self, start: usize, base: u32, batch: &mut RowBatch) -> Option<Cut> {
        let mut cut = Cut {
            lines: 1,
            flawed: false,
            next: start,
        };
        if let Some(next) = self.line_end(start) {
            cut.next = next;
            return Some(cut);
        }
        let delimiter_len = self.dialect.delimiter.len();
        let mut at = start;
        loop {
            let end = match self.opening_quote(at) {
                None => self.plain_end(at),
                Some(open) => match self.quoted(open, batch) {
                    Quoted::Closed {
                        end,
                        next,
                        doubled,
                        flawed,
                        lines,
                    } => {
                        self.push_quoted(open + 1, end, doubled, base, batch);
                        cut.lines += lines;
                        cut.flawed |= flawed;
                        if flawed {
                            self.report_inside(batch.open_cells() - 1);
                        }
                        match self.behind(next, delimiter_len) {
                            Behind::Cell(next) => {
                                at = next;
                                continue;
                            }
                            Behind::Row(next) => {
                                cut.next = next;
                                return Some(cut);
                            }
                        }
                    }
                    Quoted::Literal(mark) => {
                        cut.flawed = true;
                        self.report_literal(mark, batch.open_cells(), open);
                        self.plain_end(at)
                    }
                    Quoted::Incomplete => return None,
                },
            };
            batch.push_span(base + offset(at), base + offset(end));
            match self.behind(end, delimiter_len) {
                Behind::Cell(next) => at = next,
                Behind::Row(next) => {
                    cut.next = next;
                    return Some(cut);
                }
            }
        }
    }

    /// The position of the quotation mark that opens the cell at `at`, if one does.
    #[inline]
    fn opening_quote(&self, at: usize) -> Option<usize> {
        let quote = self.dialect.quote?;
        let first = *self.bytes.get(at)?;
        if first == quote {
            return Some(at);
        }
        if first != b' ' || !self.dialect.space_before_quote {
            return None;
        }
        let spaces = self.bytes[at..].iter().take_while(|byte| **byte == b' ');
        let open = at + spaces.count();
        (self.bytes.get(open) == Some(&quote)).then_some(open)
    }

    /// Where the unquoted cell at `at` ends.
    #[inline]
    fn plain_end(&mut self, at: usize) -> usize {
        let first = self.dialect.delimiter[0];
        while let Some(hit) = self.hits.get(self.cursor) {
            let end = *hit as usize;
            if end < at {
                self.cursor += 1;
                continue;
            }
            let byte = self.bytes[end];
            if byte == b'\n' {
                return if end > at && self.bytes[end - 1] == b'\r' {
                    end - 1
                } else {
                    end
                };
            }
            if byte != first
                || self.dialect.delimiter.len() == 1
                || self.bytes[end..].starts_with(&self.dialect.delimiter)
            {
                return end;
            }
            self.cursor += 1;
        }
        self.bytes.len()
    }

    /// What stands behind a cell that ends at `end`.
    #[inline]
    fn behind(&self, end: usize, delimiter_len: usize) -> Behind {
        if end >= self.bytes.len() {
            return Behind::Row(end);
        }
        match self.line_end(end) {
            Some(next) => Behind::Row(next),
            None => Behind::Cell(end + delimiter_len),
        }
    }

    /// Where the next line begins when a line end stands at `at`.
    #[inline]
    pub(super) fn line_end(&self, at: usize) -> Option<usize> {
        match self.bytes.get(at)? {
            b'\n' => Some(at + 1),
            b'\r' => match (self.bytes.get(at + 1), self.bytes.get(at + 2)) {
                (Some(b'\n'), _) => Some(at + 2),
                (Some(b'\r'), Some(b'\n')) => Some(at + 3),
                _ => self.lone_cr.then_some(at + 1),
            },
            _ => None,
        }
    }

    /// Where the line that `at` stands in stops.
    pub(super) fn line_stop(&self, at: usize) -> usize {
        let rest = &self.bytes[at..];
        let hit = if self.lone_cr {
            memchr2(b'\n', b'\r', rest)
        } else {
            memchr(b'\n', rest)
        };
        let stop = hit.map_or(self.bytes.len(), |hit| at + hit);
        if stop > at && self.bytes.get(stop) == Some(&b'\n') && self.bytes[stop - 1] == b'\r' {
            return stop - 1;
        }
        stop
    }

    fn push_quoted(&self, from: usize, end: usize, doubled: bool, base: u32, batch: &mut RowBatch) {
        if doubled {
            let text = &self.text[from..end];
            quotes::unescape(self.dialect, self.bytes[from - 1], text, batch.text_mut());
            batch.end_cell(CellKind::Text);
        } else {
            batch.push_span(base + offset(from), base + offset(end));
        }
    }

    /// Reads a row again whose quotation marks broke the rules, when it did not come out right.
    fn second_look(&mut self, start: usize, base: u32, batch: &mut RowBatch, cut: Cut) -> Cut {
        let width = self.dialect.width;
        if !cut.flawed || width < 2 || batch.open_cells() == width {
            return cut;
        }
        let stop = self.line_stop(start);
        let Some(pieces) = quotes::repair(self.dialect, &self.bytes[start..stop]) else {
            return cut;
        };
        batch.abandon_row();
        for piece in pieces {
            let (from, end) = (start + piece.from, start + piece.end);
            if piece.escaped {
                let quote = self.dialect.quote.unwrap_or(b'"');
                quotes::unescape(self.dialect, quote, &self.text[from..end], batch.text_mut());
                batch.end_cell(CellKind::Text);
            } else {
                batch.push_span(base + offset(from), base + offset(end));
            }
        }
        let number = self.place.number;
        self.problems
            .retain(|problem| problem.at.is_none_or(|at| at.row != number));
        let repaired = NoteKind::QuotesRepaired.in_row(number);
        self.problems
            .push(repaired.with_value(&self.text[start..stop]));
        Cut {
            lines: 1,
            flawed: true,
            next: self.line_end(stop).unwrap_or(self.bytes.len()),
        }
    }

    fn report_inside(&mut self, column: usize) {
        let at = CellAddress::cell(self.place.number, offset(column));
        self.problems.push(NoteKind::QuoteInside.at(at));
    }

    fn report_literal(&mut self, mark: Mark, column: usize, open: usize) {
        if mark == Mark::Inside {
            self.report_inside(column);
            return;
        }
        let stop = self.line_stop(open);
        let at = CellAddress::cell(self.place.number, offset(column));
        let stray = NoteKind::StrayQuote.at(at);
        self.problems.push(stray.with_value(&self.text[open..stop]));
    }
}

enum Behind {
    Cell(usize),
    Row(usize),
}

/// Whether a carriage return stands alone somewhere.
fn has_lone_cr(bytes: &[u8]) -> bool {
    memchr_iter(b'\r', bytes).any(|at| bytes.get(at + 1) != Some(&b'\n'))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "blocks are far below 4 GiB; the batch checks the end of each"
)]
fn offset(position: usize) -> u32 {
    position as u32
}

/// Finds every byte that `is` picks, 64 bytes at a time.
#[inline]
fn index(bytes: &[u8], is: impl Fn(u8) -> bool, hits: &mut Vec<u32>) {
    let mut chunks = bytes.chunks_exact(64);
    let mut base = 0;
    for chunk in &mut chunks {
        let mut flags = [0_u8; 64];
        for (flag, byte) in flags.iter_mut().zip(chunk) {
            *flag = u8::from(is(*byte));
        }
        let mut mask = 0_u64;
        for (place, eight) in flags.chunks_exact(8).enumerate() {
            let eight = u64::from_le_bytes(eight.try_into().unwrap_or_default());
            // Gathers the lowest bit of each byte into one byte.
            mask |= (eight.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * place);
        }
        while mask != 0 {
            hits.push(base + mask.trailing_zeros());
            mask &= mask - 1;
        }
        base += 64;
    }
    for (place, byte) in (base..).zip(chunks.remainder()) {
        if is(*byte) {
            hits.push(place);
        }
    }
}
