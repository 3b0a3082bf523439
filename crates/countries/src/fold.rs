//! Folds a name into the key that the table is searched with.
//!
//! A key is lower case, without spaces, punctuation, the word "the" and the diacritics of Latin,
//! Greek and Cyrillic letters. Whatever is not known to be harmless stays in the key, so that it
//! matches nothing. Letters are never transliterated. `tools/fold.py` does the same when
//! it writes the table; `fold_samples.tsv` holds the two together.

use unicode_normalization::char::decompose_compatible;

/// Longer ASCII texts are no country's name.
const LONGEST_ASCII: usize = 160;

/// An ASCII key, kept on the stack.
pub(super) struct AsciiKey {
    bytes: [u8; LONGEST_ASCII],
    length: usize,
    token: usize,
}

impl AsciiKey {
    /// The key of an ASCII text, none if the text is too long.
    pub(super) fn of<'a>(pieces: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut key = Self {
            bytes: [0; LONGEST_ASCII],
            length: 0,
            token: 0,
        };
        for piece in pieces {
            for &byte in piece.as_bytes() {
                match ASCII[usize::from(byte)] {
                    DROPPED => key.end_token(),
                    folded => key.push(folded)?,
                }
            }
            key.end_token();
        }
        Some(key)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    fn push(&mut self, byte: u8) -> Option<()> {
        if byte == b'&' {
            self.end_token();
        }
        *self.bytes.get_mut(self.length)? = byte;
        self.length += 1;
        if byte == b'&' {
            self.end_token();
        }
        Some(())
    }

    fn end_token(&mut self) {
        if self.bytes[self.token..self.length] == *b"the" {
            self.length = self.token;
        }
        self.token = self.length;
    }
}

/// Whether a key keeps the diacritics that tell "Mỹ" from "MY".
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Marks {
    /// The usual key.
    Dropped,
    /// The key of names that are words or codes without their marks.
    Kept,
}

/// The key of any text.
pub(super) fn fold<'a>(pieces: impl IntoIterator<Item = &'a str>, marks: Marks) -> String {
    let mut key = String::new();
    let mut token = 0;
    for piece in pieces {
        for original in piece.chars() {
            if is_dropped(original) {
                end_token(&mut key, &mut token);
            } else {
                decompose_compatible(original, |part| {
                    push(&mut key, &mut token, part, marks);
                });
            }
        }
        end_token(&mut key, &mut token);
    }
    key
}

/// Full-width and other compatibility forms in their plain form.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for original in text.chars() {
        decompose_compatible(original, |part| plain.push(part));
    }
    plain
}

/// Whether a character between letters says nothing: a space, most punctuation, a format character.
pub(super) fn is_dropped(char: char) -> bool {
    match u8::try_from(char) {
        Ok(byte) if byte.is_ascii() => ASCII[usize::from(byte)] == DROPPED,
        _ => within(&DROPPED_RANGES, char),
    }
}

fn push(key: &mut String, token: &mut usize, part: char, marks: Marks) {
    if is_dropped(part) {
        end_token(key, token);
        return;
    }
    if within(&MARK_RANGES, part) {
        if marks == Marks::Kept {
            key.push(part);
        }
        return;
    }
    for low in part.to_lowercase() {
        if within(&MARK_RANGES, low) {
            continue;
        }
        if low == '&' {
            end_token(key, token);
            key.push('&');
            end_token(key, token);
            continue;
        }
        match letter(low, marks) {
            Some(replacement) => key.push_str(replacement),
            None => key.push(low),
        }
    }
}

fn end_token(key: &mut String, token: &mut usize) {
    if key[*token..] == *"the" {
        key.truncate(*token);
    }
    *token = key.len();
}

/// Letters that no decomposition takes apart.
fn letter(low: char, marks: Marks) -> Option<&'static str> {
    let stroked = match low {
        'ß' => return Some("ss"),
        'ı' => return Some("i"),
        'ς' => return Some("σ"),
        // Arabic letters that Persian, Urdu and others write with another code point.
        'ي' | 'ى' => return Some("ی"),
        'ك' => return Some("ک"),
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'æ' => "ae",
        'œ' => "oe",
        'ħ' => "h",
        'ŧ' => "t",
        _ => return None,
    };
    (marks == Marks::Dropped).then_some(stroked)
}

fn within(ranges: &[(char, char)], char: char) -> bool {
    let at = ranges.partition_point(|&(_, last)| last < char);
    ranges.get(at).is_some_and(|&(first, _)| first <= char)
}

/// No ASCII character is this one.
const DROPPED: u8 = u8::MAX;

/// What becomes of each ASCII character.
static ASCII: [u8; 256] = {
    let mut table = [DROPPED; 256];
    let mut byte = 0;
    while byte < 128 {
        #[expect(clippy::cast_possible_truncation, reason = "the loop ends at 127")]
        let char = byte as u8;
        table[byte] = match char {
            b' ' | b'\t' | b'\r' | b'\n' | 0x0B | 0x0C | b'!' | b'"' | b'\'' | b'(' | b')'
            | b'*' | b',' | b'-' | b'.' | b'/' | b':' | b';' | b'[' | b']' | b'_' | b'`' | b'|'
            | b'\\' => DROPPED,
            _ => char.to_ascii_lowercase(),
        };
        byte += 1;
    }
    table
};

/// Diacritics of Latin, Greek and Cyrillic; those of other scripts are letters' parts.
const MARK_RANGES: [(char, char); 4] = [
    ('\u{0300}', '\u{036F}'),
    ('\u{1AB0}', '\u{1AFF}'),
    ('\u{1DC0}', '\u{1DFF}'),
    ('\u{20D0}', '\u{20FF}'),
];

/// Spaces, punctuation, vowel points of Hebrew and Arabic, format characters.
const DROPPED_RANGES: [(char, char); 36] = [
    ('\u{0085}', '\u{0085}'),
    ('\u{00A0}', '\u{00A0}'),
    ('\u{00A8}', '\u{00A8}'),
    ('\u{00AB}', '\u{00AB}'),
    ('\u{00AD}', '\u{00AD}'),
    ('\u{00B4}', '\u{00B4}'),
    ('\u{00B7}', '\u{00B7}'),
    ('\u{00BB}', '\u{00BB}'),
    ('\u{02B0}', '\u{02FF}'),
    ('\u{055A}', '\u{055F}'),
    ('\u{0589}', '\u{058A}'),
    ('\u{0591}', '\u{05C7}'),
    ('\u{05F3}', '\u{05F4}'),
    ('\u{060C}', '\u{060C}'),
    ('\u{061B}', '\u{061C}'),
    ('\u{0640}', '\u{0640}'),
    ('\u{064B}', '\u{0655}'),
    ('\u{066A}', '\u{066D}'),
    ('\u{0670}', '\u{0670}'),
    ('\u{06D4}', '\u{06D4}'),
    ('\u{0964}', '\u{0965}'),
    ('\u{0E2F}', '\u{0E2F}'),
    ('\u{0F0B}', '\u{0F14}'),
    ('\u{104A}', '\u{104B}'),
    ('\u{1361}', '\u{1368}'),
    ('\u{17D4}', '\u{17D6}'),
    ('\u{180E}', '\u{180E}'),
    ('\u{2000}', '\u{206F}'),
    ('\u{3000}', '\u{3003}'),
    ('\u{3008}', '\u{3020}'),
    ('\u{3030}', '\u{3030}'),
    ('\u{30A0}', '\u{30A0}'),
    ('\u{30FB}', '\u{30FB}'),
    ('\u{A78B}', '\u{A78C}'),
    ('\u{FE00}', '\u{FE0F}'),
    ('\u{FEFF}', '\u{FEFF}'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_fold_as_the_generator_folds_them() {
        let samples = include_str!("../fold_samples.tsv");
        let mut seen = 0;
        for line in samples.lines().filter(|line| !line.starts_with('#')) {
            let [text, key, marked] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("three columns: {line}");
            };
            assert_eq!(fold([text], Marks::Dropped), key, "{text}");
            assert_eq!(fold([text], Marks::Kept), marked, "{text}");
            if text.is_ascii() {
                assert_eq!(AsciiKey::of([text]).unwrap().as_bytes(), key.as_bytes());
            }
            seen += 1;
        }
        assert!(seen > 50, "{seen}");
    }

    #[test]
    fn a_text_too_long_for_a_name_has_no_key() {
        assert!(AsciiKey::of(["x".repeat(LONGEST_ASCII).as_str()]).is_some());
        assert!(AsciiKey::of(["x".repeat(LONGEST_ASCII + 1).as_str()]).is_none());
    }

    #[test]
    fn ranges_are_sorted() {
        assert!(DROPPED_RANGES.is_sorted());
        assert!(MARK_RANGES.is_sorted());
    }
}
