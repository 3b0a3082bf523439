//! The shared strings: one long text and the end of each string in it.

use std::io::Read;

use super::super::error::{Limit, WorkbookError};
use super::super::limits::{WorkbookLimits, within};
use super::super::package::Package;
use super::super::xml::{Event, Scanner};
use super::super::xmltext::{decode_into, push_utf8};

/// The strings of a workbook, by number.
#[derive(Debug, Default)]
pub(in crate::workbook) struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    pub(in crate::workbook) fn get(&self, index: u32) -> Option<&str> {
        let index = index as usize;
        let end = *self.ends.get(index)? as usize;
        let start = match index {
            0 => 0,
            index => self.ends[index - 1] as usize,
        };
        self.text.get(start..end)
    }

    /// The text to append the next string to.
    pub(in crate::workbook) fn text_mut(&mut self) -> &mut String {
        &mut self.text
    }

    /// Ends the string that was appended.
    pub(in crate::workbook) fn end(
        &mut self,
        limits: &WorkbookLimits,
    ) -> Result<(), WorkbookError> {
        // Each string counts, an empty one too.
        let bytes = (self.text.len() + self.ends.len() * 4) as u64;
        within(
            Limit::Strings,
            bytes,
            limits.strings_bytes.min(u64::from(u32::MAX)),
        )?;
        self.ends
            .push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        Ok(())
    }

    pub(super) fn read(package: &Package, part: &str) -> Result<Self, WorkbookError> {
        let limits = package.limits();
        let mut scanner = Scanner::new(package.xml(part)?, part, limits);
        let mut strings = Self::default();
        loop {
            match scanner.next()? {
                Event::Start(tag) if tag.name == b"si" => {
                    if !tag.empty {
                        rich_text(&mut scanner, &mut strings.text)?;
                    }
                    strings.end(limits)?;
                }
                Event::Eof => return Ok(strings),
                _ => {}
            }
        }
    }
}

/// Appends the text of the element that was just entered (`si`, `is`): its runs joined, phonetic
/// hints left out, `_x000D_` escapes replaced.
pub(super) fn rich_text<R: Read>(
    scanner: &mut Scanner<R>,
    text: &mut String,
) -> Result<(), WorkbookError> {
    let start = text.len();
    let outside = scanner.depth() - 1;
    let mut inside_t = false;
    loop {
        match scanner.next()? {
            Event::Start(tag) if !tag.empty => match tag.name {
                b"t" => inside_t = true,
                b"rPh" => scanner.skip_element()?,
                _ => {}
            },
            Event::Text(raw) if inside_t => decode_into(raw, text),
            Event::Verbatim(raw) if inside_t => push_utf8(raw, text),
            Event::End(name) => {
                inside_t &= name != b"t";
                if scanner.depth() == outside {
                    break;
                }
            }
            Event::Start(_) | Event::Text(_) | Event::Verbatim(_) | Event::Eof => {}
        }
    }
    replace_escapes(text, start);
    Ok(())
}

/// Replaces the escapes `_xHHHH_` behind `start`, with which characters are written that XML
/// cannot hold.
pub(in crate::workbook) fn replace_escapes(text: &mut String, start: usize) {
    if !text[start..].contains("_x") && !text[start..].contains("_X") {
        return;
    }
    let escaped = text.split_off(start);
    let mut rest = escaped.as_str();
    let mut units: Vec<u16> = Vec::new();
    while let Some(at) = rest.find('_') {
        let (before, tail) = rest.split_at(at);
        if !before.is_empty() {
            push_units(&mut units, text);
            text.push_str(before);
        }
        if let Some(unit) = escape_at(tail) {
            units.push(unit);
            rest = &tail[7..];
        } else {
            push_units(&mut units, text);
            text.push('_');
            rest = &tail[1..];
        }
    }
    push_units(&mut units, text);
    text.push_str(rest);
}

/// Escapes are UTF-16: two of them may make one character.
fn push_units(units: &mut Vec<u16>, text: &mut String) {
    text.extend(char::decode_utf16(units.drain(..)).map(|unit| unit.unwrap_or('\u{fffd}')));
}

fn escape_at(text: &str) -> Option<u16> {
    let escape = text.as_bytes().get(..7)?;
    let [b'_', b'x' | b'X', hex @ .., b'_'] = escape else {
        return None;
    };
    if !hex.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u16::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::replace_escapes;

    #[test]
    fn escapes_become_characters() {
        for (escaped, expected) in [
            ("a_x000D_\nb", "a\r\nb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_xD83D__xDE00_!", "😀!"),
            ("_xD83D_", "\u{fffd}"),
            ("my_xfile_name", "my_xfile_name"),
            ("_x00", "_x00"),
            ("ü_x0041_ü", "üAü"),
        ] {
            let mut text = format!("_x0041_{escaped}");
            replace_escapes(&mut text, 7);
            assert_eq!(text, format!("_x0041_{expected}"));
        }
    }
}
