//! Quotation marks that break the rules: counting, unescaping, and reading a single line in other
//! ways until it has its proper number of cells.

use super::dialect::{Dialect, Escape};

/// So many opening marks of one line are tried as ordinary characters.
const MOST_TRIES: usize = 24;

/// A cell of a repaired line, by its place in the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) from: usize,
    pub(super) end: usize,
    pub(super) escaped: bool,
}

/// How many cells a line has.
pub(super) fn count_cells(dialect: &Dialect, line: &[u8]) -> usize {
    split(dialect, line, Reading::rule()).pieces.len()
}

/// Appends `text` to `out` without its escapes.
pub(super) fn unescape(dialect: &Dialect, quote: u8, text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    let mut from = 0;
    let mut at = 0;
    while at + 1 < bytes.len() {
        let backslash = dialect.escape == Escape::Backslash && bytes[at] == b'\\';
        let next = bytes[at + 1];
        if (backslash && (next == quote || next == b'\\')) || (bytes[at] == quote && next == quote)
        {
            out.push_str(&text[from..at]);
            from = at + 1;
            at += 2;
        } else {
            at += 1;
        }
    }
    out.push_str(&text[from..]);
}

/// Reads a line whose quotation marks broke the rules so that it has the table's number of cells:
/// one opening mark as an ordinary character, or marks before a delimiter as closing ones.
pub(super) fn repair(dialect: &Dialect, line: &[u8]) -> Option<Vec<Piece>> {
    let mut flawed = None;
    for eager in [false, true] {
        let plain = split(
            dialect,
            line,
            Reading {
                eager,
                literal: None,
            },
        );
        let openings = plain.openings.min(MOST_TRIES);
        let mut attempt = plain;
        let mut next = 0;
        loop {
            if attempt.pieces.len() == dialect.width {
                if !attempt.flawed {
                    return Some(attempt.pieces);
                }
                flawed.get_or_insert(attempt.pieces);
            }
            if next >= openings {
                break;
            }
            attempt = split(
                dialect,
                line,
                Reading {
                    eager,
                    literal: Some(next),
                },
            );
            next += 1;
        }
    }
    flawed
}

#[derive(Debug, Clone, Copy)]
struct Reading {
    /// A mark before a delimiter closes the cell even when a mark stands before it.
    eager: bool,
    /// Which of the line's opening marks is an ordinary character.
    literal: Option<usize>,
}

impl Reading {
    fn rule() -> Self {
        Self {
            eager: false,
            literal: None,
        }
    }
}

struct Split {
    pieces: Vec<Piece>,
    openings: usize,
    flawed: bool,
}

fn split(dialect: &Dialect, line: &[u8], reading: Reading) -> Split {
    let mut out = Split {
        pieces: Vec::new(),
        openings: 0,
        flawed: false,
    };
    let delimiter = &*dialect.delimiter;
    let mut at = 0;
    loop {
        let mut plain = true;
        if dialect.quote.is_some() && line.get(at).copied() == dialect.quote {
            let literal = reading.literal == Some(out.openings);
            out.openings += 1;
            if !literal && let Some((piece, flawed)) = quoted(dialect, line, at, reading.eager) {
                out.pieces.push(piece);
                out.flawed |= flawed;
                at = piece.end + 1;
                while line.get(at) == Some(&b' ') && !line[at..].starts_with(delimiter) {
                    at += 1;
                }
                plain = false;
            }
            out.flawed |= plain && !literal;
        }
        if plain {
            let len = memchr::memmem::find(&line[at..], delimiter).unwrap_or(line.len() - at);
            out.pieces.push(Piece {
                from: at,
                end: at + len,
                escaped: false,
            });
            at += len;
        }
        if at >= line.len() {
            return out;
        }
        at = (at + delimiter.len()).min(line.len());
    }
}

fn quoted(dialect: &Dialect, line: &[u8], open: usize, eager: bool) -> Option<(Piece, bool)> {
    let quote = line[open];
    let (mut escaped, mut flawed) = (false, false);
    let mut at = open + 1;
    loop {
        let mark = at + memchr::memchr(quote, &line[at..])?;
        let rest = &line[mark + 1..];
        let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
        let behind = &rest[spaces..];
        let closes = rest.is_empty()
            || rest.starts_with(&dialect.delimiter)
            || (rest[0] == b' ' && (behind.is_empty() || behind.starts_with(&dialect.delimiter)));
        let slashes = line[open + 1..mark].iter().rev();
        let slashes = slashes.take_while(|byte| **byte == b'\\').count();
        if dialect.escape == Escape::Backslash && slashes % 2 == 1 {
            escaped = true;
            at = mark + 1;
        } else if closes {
            let piece = Piece {
                from: open + 1,
                end: mark,
                escaped,
            };
            return Some((piece, flawed));
        } else if rest[0] == quote {
            let next = &rest[1..];
            let closes_next = next.is_empty() || next.starts_with(&dialect.delimiter);
            if eager && closes_next {
                at = mark + 1;
            } else {
                escaped = true;
                at = mark + 2;
            }
        } else {
            flawed = true;
            at = mark + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect(width: usize) -> Dialect {
        Dialect {
            width,
            ..Dialect::comma()
        }
    }

    fn repaired(width: usize, line: &str) -> Option<Vec<&str>> {
        let pieces = repair(&dialect(width), line.as_bytes())?;
        Some(
            pieces
                .iter()
                .map(|piece| &line[piece.from..piece.end])
                .collect(),
        )
    }

    #[test]
    fn a_line_gets_its_proper_number_of_cells() {
        assert_eq!(
            repaired(4, r#"13,"CC-92,48,"Pillow, Wood""#),
            Some(vec!["13", "\"CC-92", "48", "Pillow, Wood"])
        );
        assert_eq!(
            repaired(3, r#"1,"Desk, 24"","Made, here""#),
            Some(vec!["1", "Desk, 24\"", "Made, here"])
        );
        assert_eq!(repaired(9, "a,b"), None);
    }

    #[test]
    fn escapes_are_taken_out() {
        let mut out = String::new();
        unescape(&dialect(0), b'"', r#"a ""b"" \c"#, &mut out);
        assert_eq!(out, r#"a "b" \c"#);
        out.clear();
        let backslash = Dialect {
            escape: Escape::Backslash,
            ..Dialect::comma()
        };
        unescape(&backslash, b'"', r#"a \"b\" \\ \c"#, &mut out);
        assert_eq!(out, r#"a "b" \ \c"#);
    }
}
