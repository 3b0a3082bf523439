//! The text of ODS paragraphs: spans joined, white space as the format defines it.

use std::io::Read;

use super::super::error::WorkbookError;
use super::super::xml::{Event, Scanner};
use super::super::xmltext::{decode_into, push_utf8};

/// More spaces in one place than anybody types.
const MAX_SPACES: u32 = 32_767;

/// Appends the paragraph that was just entered.
pub(super) fn paragraph<R: Read>(
    scanner: &mut Scanner<R>,
    text: &mut String,
) -> Result<(), WorkbookError> {
    let outside = scanner.depth() - 1;
    let start = text.len();
    let mut piece = String::new();
    while scanner.depth() > outside {
        match scanner.next()? {
            Event::Start(tag) => match tag.name {
                b"s" => {
                    let count = tag.number(b"c").unwrap_or(1).min(MAX_SPACES);
                    text.extend(std::iter::repeat_n(' ', count as usize));
                }
                b"tab" => text.push('\t'),
                b"line-break" => text.push('\n'),
                // Comments, footnotes and reading aids are no part of the value.
                b"annotation" | b"note" | b"ruby-text" if !tag.empty => scanner.skip_element()?,
                _ => {}
            },
            Event::Text(raw) => {
                piece.clear();
                decode_into(raw, &mut piece);
                push_collapsed(&piece, start, text);
            }
            Event::Verbatim(raw) => {
                piece.clear();
                push_utf8(raw, &mut piece);
                push_collapsed(&piece, start, text);
            }
            Event::End(_) => {}
            Event::Eof => break,
        }
    }
    Ok(())
}

/// Appends text whose white space counts as a single space, and as nothing at the beginning.
fn push_collapsed(piece: &str, start: usize, text: &mut String) {
    for letter in piece.chars() {
        if matches!(letter, ' ' | '\t' | '\n' | '\r') {
            if text.len() > start && !text.ends_with(' ') {
                text.push(' ');
            }
        } else {
            text.push(letter);
        }
    }
}
