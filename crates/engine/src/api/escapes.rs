//! Texts as servers escape them (JSON, addresses, HTML), read with the place of each character, so
//! that what is found in the plain text can be taken out of the escaped one.

use std::ops::Range;

/// A character of the plain text, and where it stands in the escaped one, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sign {
    pub(super) letter: char,
    pub(super) place: Range<usize>,
}

/// The characters as they stand.
pub(super) fn signs(text: &str) -> Vec<Sign> {
    let sign = |(at, letter): (usize, char)| Sign {
        letter,
        place: at..at + letter.len_utf8(),
    };
    text.char_indices().map(sign).collect()
}

/// The text with one level of escapes undone; nothing where there is none.
pub(super) fn decoded(text: &[Sign]) -> Option<Vec<Sign>> {
    let mut plain = Vec::with_capacity(text.len());
    let (mut at, mut any) = (0, false);
    while at < text.len() {
        let rest = &text[at..];
        let read = match rest[0].letter {
            '\\' => backslash(rest),
            '%' => percent(rest),
            '&' => entity(rest),
            _ => None,
        };
        let (letter, length) = read.unwrap_or((rest[0].letter, 1));
        any |= read.is_some();
        plain.push(Sign {
            letter,
            place: rest[0].place.start..rest[length - 1].place.end,
        });
        at += length;
    }
    any.then_some(plain)
}

/// `\"`, `\n`, `\u00f6`, `\xf6`, `\ud83d\ude00`
fn backslash(text: &[Sign]) -> Option<(char, usize)> {
    let letter = match text.get(1)?.letter {
        'u' => {
            let first = number(text, 2, 4, 16)?;
            if let Some(letter) = char::from_u32(first) {
                return Some((letter, 6));
            }
            let is_pair = text.get(6)?.letter == '\\' && text.get(7)?.letter == 'u';
            let second = number(text, 8, 4, 16).filter(|_| is_pair)?;
            let units = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
            let letter = char::decode_utf16(units).next()?.ok()?;
            return Some((letter, 12));
        }
        'x' => return Some((char::from_u32(number(text, 2, 2, 16)?)?, 4)),
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        letter @ ('"' | '\'' | '\\' | '/') => letter,
        _ => return None,
    };
    Some((letter, 2))
}

/// `%C3%B6`
fn percent(text: &[Sign]) -> Option<(char, usize)> {
    let byte = |index: usize| {
        let marked = text.get(3 * index)?.letter == '%';
        u8::try_from(number(text, 3 * index + 1, 2, 16).filter(|_| marked)?).ok()
    };
    let bytes: Vec<u8> = (0..4).map_while(byte).collect();
    (1..=bytes.len()).find_map(|length| {
        let text = std::str::from_utf8(&bytes[..length]).ok()?;
        Some((text.chars().next()?, 3 * length))
    })
}

/// `&amp;`, `&#38;`, `&#x26;`
fn entity(text: &[Sign]) -> Option<(char, usize)> {
    const LONGEST: usize = 10;
    let end = text
        .iter()
        .take(LONGEST)
        .position(|sign| sign.letter == ';')?;
    let name: String = text[1..end].iter().map(|sign| sign.letter).collect();
    let letter = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
        None => match name.as_str() {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            "nbsp" => ' ',
            "auml" => 'ä',
            "ouml" => 'ö',
            "uuml" => 'ü',
            "Auml" => 'Ä',
            "Ouml" => 'Ö',
            "Uuml" => 'Ü',
            "szlig" => 'ß',
            "eacute" => 'é',
            "pound" => '£',
            "euro" => '€',
            "sect" => '§',
            _ => return None,
        },
    };
    Some((letter, end + 1))
}

/// The number that so many digits write.
fn number(text: &[Sign], at: usize, digits: usize, radix: u32) -> Option<u32> {
    let digits = text.get(at..at + digits)?;
    digits.iter().try_fold(0, |number, sign| {
        Some(number * radix + sign.letter.to_digit(radix)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_one_level_at_a_time() {
        let plain = |text: &str| {
            let read = decoded(&signs(text))?;
            let letters: String = read.iter().map(|sign| sign.letter).collect();
            assert_eq!(read.last().map(|sign| sign.place.end), Some(text.len()));
            Some(letters)
        };
        for (text, expected) in [
            ("a\\u00f6b", Some("aöb")),
            ("\\ud83d\\ude00!", Some("😀!")),
            ("%C3%b6%", Some("ö%")),
            ("&#38;&#x27;&amp;amp;", Some("&'&amp;")),
            ("\\\\u0041", Some("\\u0041")),
            ("&unknown; 100% \\d", None),
        ] {
            assert_eq!(plain(text).as_deref(), expected, "{text}");
        }
    }
}
