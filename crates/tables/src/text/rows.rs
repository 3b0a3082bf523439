//! The rows of a text file, block by block: bytes are decoded, mended and cut.

use std::borrow::Cow;
use std::io::Read;
use std::path::{Path, PathBuf};

use memchr::{memchr, memrchr2};

use super::decode::Decoded;
use super::detect;
use super::dialect::Dialect;
use super::fix;
use super::scan::{Ending, Place, Scanner};
use super::wrapped::{self, Wrapped};
use crate::batch::RowBatch;
use crate::encoding::{self, Certainty, Choice};
use crate::error::ReadError;
use crate::note::{Note, NoteKind};
use crate::options::{Delimiter, HeaderKnowledge, Limits, ReadOptions};
use crate::place::CellAddress;
use crate::raw::{More, RawRows};

/// How much text is cut at once.
const BLOCK: usize = 256 * 1024;
/// How much of a file decides about its encoding and dialect.
pub(crate) const PREFIX: usize = 1024 * 1024;
pub(super) const CTRL_Z: u8 = 0x1A;

/// The rows of a text file.
pub(crate) struct TextRows {
    source: Decoded,
    path: PathBuf,
    encoding: Choice,
    dialect: Dialect,
    limits: Limits,
    /// Text that was read and not handed out: what stands before `start` is done.
    buffer: Vec<u8>,
    pub(super) start: usize,
    more: bool,
    place: Place,
    /// Where in the buffer bytes were guessed.
    mended: Vec<usize>,
    /// Room for the scanner's index.
    hits: Vec<u32>,
    problems: Vec<Note>,
    nul_reported: bool,
    /// Which lines are unwrapped, if lines are quoted as a whole.
    pub(super) wrapped: Option<Wrapped>,
    /// What stands before it in the buffer has been unwrapped.
    unwrapped: usize,
}

impl TextRows {
    /// Reads `input`, which holds the whole file; `prefix` is its beginning, all of it when
    /// `complete`.
    pub(crate) fn open(
        path: &Path,
        prefix: &[u8],
        complete: bool,
        input: Box<dyn Read + Send>,
        options: &ReadOptions,
        knowledge: &dyn HeaderKnowledge,
    ) -> Result<Self, ReadError> {
        let choice = options.encoding.map_or_else(
            || encoding::detect(prefix, complete),
            |encoding| Choice {
                encoding,
                certainty: Certainty::Told,
            },
        );
        let mut rows = Self {
            source: Decoded::new(input, choice.encoding),
            path: path.to_owned(),
            encoding: choice,
            dialect: Dialect::comma(),
            limits: options.limits,
            buffer: Vec::new(),
            start: choice.encoding.bom_len(prefix),
            more: true,
            place: Place { number: 1, line: 1 },
            mended: Vec::new(),
            hits: Vec::new(),
            problems: Vec::new(),
            nul_reported: false,
            wrapped: None,
            unwrapped: 0,
        };
        let skip = std::mem::take(&mut rows.start);
        rows.skip_mark(skip)?;
        rows.fill(PREFIX / 2)?;
        rows.find_dialect(options, knowledge);
        if choice.certainty == Certainty::Guessed {
            rows.report_guess();
        }
        Ok(rows)
    }

    pub(crate) fn encoding(&self) -> Choice {
        self.encoding
    }

    pub(crate) fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    fn skip_mark(&mut self, len: usize) -> Result<(), ReadError> {
        let path = &self.path;
        self.source.skip(len).map_err(|source| ReadError::Io {
            path: path.clone(),
            source,
        })
    }

    fn fill(&mut self, wanted: usize) -> Result<(), ReadError> {
        let path = &self.path;
        self.more = self
            .source
            .fill(&mut self.buffer, wanted)
            .map_err(|source| ReadError::Io {
                path: path.clone(),
                source,
            })?;
        Ok(())
    }

    fn find_dialect(&mut self, options: &ReadOptions, knowledge: &dyn HeaderKnowledge) {
        let ending = if self.more {
            Ending::Open
        } else {
            Ending::Final
        };
        let mut sample = String::from_utf8_lossy(&self.buffer).into_owned();
        sample.retain(|character| character != '\0');
        let sample = sample.trim_end_matches('\u{1A}');
        let sep = sep_line(sample);
        if let Some((_, len)) = &sep {
            // A spreadsheet program does not show that line.
            self.start = *len;
            self.place.line = 2;
        }
        let told = options
            .delimiter
            .clone()
            .or(sep.as_ref().map(|(told, _)| told.clone()));
        let behind = sep.map_or(0, |(_, len)| len);
        let mut sample = Cow::Borrowed(&sample[behind..]);
        if let Some((kind, text)) = wrapped::detect(&sample, ending, told.as_ref(), knowledge) {
            self.wrapped = Some(kind);
            self.unwrapped = self.start;
            sample = Cow::Owned(text);
            self.problems.push(NoteKind::LinesUnwrapped.of_file());
        }
        self.dialect = detect::detect(&sample, ending, told.as_ref(), knowledge);
    }

    fn report_guess(&mut self) {
        let name = self.encoding.encoding.name();
        let guessed = NoteKind::EncodingGuessed(name);
        self.problems.push(if self.place.number > 1 {
            guessed.in_row(self.place.number)
        } else {
            guessed.of_file()
        });
    }

    /// Reads until a block with at least one whole line is there; gives its end.
    fn next_block(&mut self) -> Result<usize, ReadError> {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            let start = std::mem::take(&mut self.start);
            self.unwrapped = self.unwrapped.saturating_sub(start);
            self.mended.retain(|at| *at >= start);
            for at in &mut self.mended {
                *at -= start;
            }
        }
        let mut wanted = BLOCK.saturating_sub(self.buffer.len());
        loop {
            if self.more && wanted > 0 {
                self.fill(wanted)?;
            }
            if !self.more {
                return Ok(self.buffer.len());
            }
            // The last byte may be one half of a line end.
            let searched = self.buffer.len().saturating_sub(2);
            if let Some(at) = memrchr2(b'\n', b'\r', &self.buffer[..searched]) {
                let pair = self.buffer[at] == b'\r' && self.buffer[at + 1] == b'\n';
                return Ok(at + 1 + usize::from(pair));
            }
            if self.buffer.len() > self.limits.row_bytes {
                return Err(self.too_long());
            }
            wanted = BLOCK;
        }
    }

    fn too_long(&self) -> ReadError {
        ReadError::RowTooLong {
            path: self.path.clone(),
            row: self.place.number,
            line: self.place.line,
            limit: self.limits.row_bytes,
        }
    }

    /// Makes the block `..end` proper text; gives its new end.
    fn mend(&mut self, end: usize) -> usize {
        let mut end = end;
        if let Some(kind) = self.wrapped {
            end = wrapped::unwrap(&mut self.buffer, self.unwrapped.min(end), end, kind);
        }
        end = self.mend_bytes(end);
        self.unwrapped = end;
        end
    }

    fn mend_bytes(&mut self, mut end: usize) -> usize {
        if !self.more {
            while self.buffer[..end].last() == Some(&CTRL_Z) {
                self.buffer.pop();
                end -= 1;
            }
        }
        if memchr(0, &self.buffer[..end]).is_some() {
            end = fix::remove_nul(&mut self.buffer, end);
            if !self.nul_reported {
                self.nul_reported = true;
                self.problems
                    .push(NoteKind::NulRemoved.in_row(self.place.number));
            }
        }
        if self.encoding.certainty == Certainty::Open && !self.buffer[..end].is_ascii() {
            end = self.decide_late(end);
        }
        if self.source.is_transcoded() {
            self.mended = fix::replaced(&self.buffer[..end]);
            return end;
        }
        if encoding_rs::Encoding::utf8_valid_up_to(&self.buffer[..end]) == end {
            return end;
        }
        fix::mend_utf8(&mut self.buffer, end, &mut self.mended)
    }

    /// Only now the file shows bytes beyond ASCII: they decide.
    fn decide_late(&mut self, end: usize) -> usize {
        self.encoding = encoding::detect(&self.buffer, !self.more);
        if self.encoding.encoding.is_utf8() {
            self.encoding.certainty = Certainty::Certain;
            return end;
        }
        let mut behind = self.buffer.split_off(end);
        self.report_guess();
        let mut block = std::mem::take(&mut self.buffer);
        self.source.switch(self.encoding.encoding, &mut block);
        self.source.decode_on(&mut behind);
        let end = block.len();
        block.append(&mut behind);
        self.buffer = block;
        end
    }

    fn cut(&mut self, end: usize, batch: &mut RowBatch) -> Result<(), ReadError> {
        let ending = if self.more {
            Ending::Open
        } else {
            Ending::Final
        };
        let text = fix::as_text(&self.buffer[..end]).unwrap_or_default();
        let mut scanner = Scanner::new(&self.dialect, &text, ending, self.place, &mut self.hits);
        if !self.mended.is_empty() {
            scanner = scanner.with_starts();
        }
        let outcome = scanner.scan(batch, usize::MAX);
        for at in self.mended.iter().filter(|at| **at < outcome.consumed) {
            let index = outcome.starts.partition_point(|start| start <= at);
            self.problems
                .extend(damaged_cell(batch, index.saturating_sub(1), *at));
        }
        self.problems.extend(outcome.problems);
        self.place = outcome.place;
        self.start = outcome.consumed;
        self.check_limits(batch)
    }

    fn check_limits(&self, batch: &RowBatch) -> Result<(), ReadError> {
        let columns = self.limits.columns;
        for row in batch.rows() {
            if row.len() > columns as usize {
                return Err(ReadError::TooManyColumns {
                    path: self.path.clone(),
                    row: row.number(),
                    line: row.line(),
                    limit: columns,
                });
            }
        }
        if self.place.number - 1 > self.limits.rows {
            return Err(ReadError::TooManyRows {
                path: self.path.clone(),
                limit: self.limits.rows,
            });
        }
        Ok(())
    }
}

impl RawRows for TextRows {
    fn next_batch(&mut self, batch: &mut RowBatch) -> Result<More, ReadError> {
        batch.clear();
        loop {
            let end = self.next_block()?;
            let end = self.mend(end);
            self.cut(end, batch)?;
            let rest = self.buffer.len() - self.start;
            if !self.more && rest == 0 {
                return Ok(More::No);
            }
            if !batch.is_empty() {
                return Ok(More::Maybe);
            }
            if rest > self.limits.row_bytes {
                return Err(self.too_long());
            }
            // A row reaches beyond the block.
            if self.more {
                self.fill(BLOCK)?;
            }
            batch.clear();
        }
    }

    fn take_problems(&mut self) -> Vec<Note> {
        std::mem::take(&mut self.problems)
    }
}

/// Excel's first line that names the delimiter; gives its length with the line end.
fn sep_line(text: &str) -> Option<(Delimiter, usize)> {
    let end = text.find(['\n', '\r']).unwrap_or(text.len());
    let line = text[..end].trim_end_matches([',', ';']).trim_matches('"');
    let line = if line.len() == 4 {
        text[..end].trim_matches('"')
    } else {
        line
    };
    let name = line
        .get(..4)
        .filter(|name| name.eq_ignore_ascii_case("sep="))?;
    let delimiter = Delimiter::parse(&line[name.len()..])?;
    let rest = &text[end..];
    let line_end = if rest.starts_with("\r\n") {
        2
    } else {
        rest.len().min(1)
    };
    Some((delimiter, end + line_end))
}

fn damaged_cell(batch: &RowBatch, index: usize, at: usize) -> Option<Note> {
    let row = batch.row(index)?;
    let column = batch.cell_at(index, u32::try_from(at).unwrap_or(u32::MAX));
    let note = NoteKind::DamagedText.at(CellAddress {
        row: row.number(),
        column: column.and_then(|column| u32::try_from(column).ok()),
    });
    Some(match column {
        Some(column) => note.with_value(row.text(column)),
        None => note,
    })
}
