//! How cells are written in a text file: a row's bytes cut into them, and a text as one of them.

use std::borrow::Cow;

use super::dialect::{Dialect, Escape};
use super::fix;
use super::quotes;
use crate::batch::Row;
use crate::encoding::TextEncoding;

/// How cells are written in a file.
pub(super) struct Form<'d> {
    pub(super) dialect: &'d Dialect,
    pub(super) encoding: TextEncoding,
}

/// Why a text cannot be written as a cell.
pub(super) enum Unwritable {
    /// The file has no quotation marks, and the text holds what separates cells or lines.
    Separates,
    /// The file's encoding lacks its letters.
    Letters,
}

/// A cell as it is written.
pub(super) struct Piece {
    pub(super) from: usize,
    pub(super) end: usize,
    /// Its text, between quotation marks where it has any.
    pub(super) inner: (usize, usize),
    pub(super) is_quoted: bool,
}

impl Form<'_> {
    /// Whether these are the cells that the row was cut into.
    pub(super) fn are_cells(&self, pieces: &[Piece], text: &str, row: Row<'_>) -> bool {
        let mut both = pieces.iter().enumerate();
        pieces.len() == row.len()
            && both.all(|(at, one)| {
                let inner = text.get(one.inner.0..one.inner.1);
                inner.is_some_and(|inner| self.unescaped(inner, one.is_quoted) == row.text(at))
            })
    }

    /// The cells of a row, by the rules; none where the row breaks them.
    pub(super) fn pieces(&self, row: &[u8]) -> Option<Vec<Piece>> {
        let delimiter = &*self.dialect.delimiter;
        let mut pieces = Vec::new();
        let mut from = 0;
        loop {
            let piece = if let Some(open) = self.opening(row, from) {
                let close = self.closing(row, open + 1)?;
                let spaces = row[close + 1..].iter().take_while(|byte| **byte == b' ');
                let end = close + 1 + spaces.count();
                Piece {
                    from,
                    end,
                    inner: (open + 1, close),
                    is_quoted: true,
                }
            } else {
                let end = memchr::memmem::find(&row[from..], delimiter);
                let end = end.map_or(row.len(), |end| from + end);
                Piece {
                    from,
                    end,
                    inner: (from, end),
                    is_quoted: false,
                }
            };
            let end = piece.end;
            pieces.push(piece);
            if end == row.len() {
                return Some(pieces);
            }
            if !row[end..].starts_with(delimiter) {
                return None;
            }
            from = end + delimiter.len();
        }
    }

    fn opening(&self, row: &[u8], from: usize) -> Option<usize> {
        let quote = self.dialect.quote?;
        let spaces = row[from..].iter().take_while(|byte| **byte == b' ');
        let spaces = if self.dialect.space_before_quote {
            spaces.count()
        } else {
            0
        };
        (row.get(from + spaces) == Some(&quote)).then_some(from + spaces)
    }

    fn closing(&self, row: &[u8], from: usize) -> Option<usize> {
        let quote = self.dialect.quote?;
        let mut at = from;
        loop {
            let byte = *row.get(at)?;
            let escapes = byte == b'\\' && self.dialect.escape == Escape::Backslash;
            if escapes || (byte == quote && row.get(at + 1) == Some(&quote)) {
                at += 2;
            } else if byte == quote {
                return Some(at);
            } else {
                at += 1;
            }
        }
    }

    /// A cell's text as the reader gave it.
    pub(super) fn text(&self, bytes: &[u8], is_quoted: bool) -> String {
        let text = if self.encoding.is_utf8() {
            let (mut text, mut places) = (bytes.to_vec(), Vec::new());
            fix::mend_utf8(&mut text, bytes.len(), &mut places);
            String::from_utf8_lossy(&text).into_owned()
        } else {
            self.encoding.decode(bytes)
        };
        self.unescaped(&text, is_quoted).replace('\0', "")
    }

    fn unescaped<'t>(&self, text: &'t str, is_quoted: bool) -> Cow<'t, str> {
        match self.dialect.quote.filter(|_| is_quoted) {
            Some(quote) => {
                let mut plain = String::with_capacity(text.len());
                quotes::unescape(self.dialect, quote, text, &mut plain);
                Cow::Owned(plain)
            }
            None => Cow::Borrowed(text),
        }
    }

    /// A text as it is written in a cell: quoted where the cell was, or must be.
    pub(super) fn written(&self, to: &str, was_quoted: bool) -> Result<Vec<u8>, Unwritable> {
        let separates = to.contains(self.dialect.delimiter()) || to.contains(['\n', '\r']);
        let quote = self.dialect.quote.map(char::from);
        let needs = separates
            || quote.is_some_and(|quote| to.contains(quote))
            || (to.starts_with(' ') && self.dialect.space_before_quote);
        let text = match quote {
            None if separates => return Err(Unwritable::Separates),
            Some(quote) if was_quoted || needs => {
                let inner = if self.dialect.escape == Escape::Backslash {
                    to.replace('\\', "\\\\")
                        .replace(quote, &format!("\\{quote}"))
                } else {
                    to.replace(quote, &format!("{quote}{quote}"))
                };
                format!("{quote}{inner}{quote}")
            }
            _ => to.to_owned(),
        };
        let written = self.encoding.encode(&text);
        written.ok_or(Unwritable::Letters)
    }
}
