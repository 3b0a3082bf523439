//! Text as people mean it: without the spaces and invisible characters around it, and folded where
//! two names are to be called alike.

use unicode_normalization::UnicodeNormalization;

/// `text` without spaces of any kind (no-break spaces included), byte order marks, zero-width
/// characters and soft hyphens at its ends.
#[inline]
pub(crate) fn trim(text: &str) -> &str {
    let is_seen = match text.as_bytes() {
        [] => true,
        [only] => only.is_ascii_graphic(),
        [first, .., before, last] | [first @ before, last] => {
            let ends = last.is_ascii_graphic() || *last >= 0x80 && leads_letter(*before);
            ends && (first.is_ascii_graphic() || leads_letter(*first))
        }
    };
    if is_seen { text } else { trim_slowly(text) }
}

/// Whether the byte begins a character of two bytes that can be seen: of Latin, Greek (its first
/// signs apart), Cyrillic or Hebrew.
fn leads_letter(byte: u8) -> bool {
    matches!(byte, 0xc3..=0xcb | 0xce..=0xd7)
}

fn trim_slowly(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// Whether the character cannot be seen: white space, or without width.
pub(crate) fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || is_invisible(letter)
}

/// Whether the character has no width at all.
pub(crate) fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180e}' | '\u{3164}' | '\u{ffa0}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{e0000}'..='\u{e01ef}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffc}'
    )
}

/// Writes `text` into `folded` such that two texts that differ only in case, in spaces, in
/// invisible characters or in how accents are encoded become the same.
pub(crate) fn fold_name(text: &str, folded: &mut Vec<u8>) {
    folded.clear();
    let (mut spaces, mut beyond, mut before) = (0, 0, 0);
    let (chunks, rest) = text.as_bytes().as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    for chunk in chunks.iter().chain([&last]) {
        let word = u64::from_le_bytes(*chunk);
        folded.extend_from_slice(&lower_ascii(word).to_le_bytes());
        let found = bytes_of(word, b' ');
        spaces |= found & (found << 8 | before);
        before = found >> 56;
        beyond |= word & HIGHEST_BITS;
    }
    folded.truncate(text.len());
    let done = spaces == 0 && (beyond == 0 || lower_latin(folded));
    if !done {
        fold_unicode(text, folded);
    }
}

/// Eight bytes with the highest bit set.
const HIGHEST_BITS: u64 = 0x8080_8080_8080_8080;
/// Eight bytes with the lowest bit set: times a byte, it is eight of that byte.
const LOWEST_BITS: u64 = 0x0101_0101_0101_0101;

/// Lower-cases the ASCII capitals among eight bytes.
fn lower_ascii(word: u64) -> u64 {
    let low = word & !HIGHEST_BITS;
    let from_a = low + LOWEST_BITS * u64::from(0x80 - b'A');
    let behind_z = low + LOWEST_BITS * u64::from(0x7f - b'Z');
    word | (((from_a ^ behind_z) & !word & HIGHEST_BITS) >> 2)
}

/// The highest bit of each of eight bytes that is `byte`.
fn bytes_of(word: u64, byte: u8) -> u64 {
    let differing = word ^ (LOWEST_BITS * u64::from(byte));
    let low_differs = (differing & !HIGHEST_BITS) + (LOWEST_BITS * 0x7f);
    !(low_differs | differing) & HIGHEST_BITS
}

/// Lower-cases the letters of Latin-1 in place; false when there are other letters, or signs that
/// are spelt differently when folded.
fn lower_latin(folded: &mut [u8]) -> bool {
    let mut at = 0;
    while at < folded.len() {
        if folded[at] < 0x80 {
            at += 1;
            continue;
        }
        // UTF-8: U+00C0 to U+00FF are C3 80 to C3 BF.
        let Some([0xc3, letter]) = folded.get_mut(at..at + 2) else {
            return false;
        };
        if matches!(letter, 0x80..=0x9e) && *letter != 0x97 {
            *letter += 0x20;
        }
        at += 2;
    }
    true
}

fn fold_unicode(text: &str, folded: &mut Vec<u8>) {
    folded.clear();
    let mut space = false;
    let mut push = |letter: char| {
        if letter.is_whitespace() {
            space = true;
        } else if !is_invisible(letter) {
            if space {
                folded.push(b' ');
                space = false;
            }
            let mut buffer = [0; 4];
            folded.extend_from_slice(letter.encode_utf8(&mut buffer).as_bytes());
        }
    };
    if text.chars().any(may_compose) {
        text.nfc().flat_map(char::to_lowercase).for_each(&mut push);
    } else {
        text.chars()
            .flat_map(char::to_lowercase)
            .for_each(&mut push);
    }
}

/// `text` such that two texts become the same that a service could make of one another when it keeps
/// them its own way: in another case, composed otherwise, without accents, trimmed, with other spaces,
/// quotes or dashes, with characters written as entities.
pub fn alike(text: &str) -> String {
    if is_plain(text) {
        text.to_ascii_lowercase()
    } else {
        alike_slowly(text)
    }
}

fn alike_slowly(text: &str) -> String {
    let plain = super::cell::escapes::unescaped(text);
    let text = plain.as_deref().unwrap_or(text);
    let mut folded = String::with_capacity(text.len());
    let mut push = |word: &str| {
        if !folded.is_empty() {
            folded.push(' ');
        }
        if word.is_ascii() {
            folded.extend(word.chars().map(|letter| letter.to_ascii_lowercase()));
        } else {
            let letters = word.nfkd().filter(|letter| !is_mark(*letter));
            let letters = letters.filter(|letter| !is_invisible(*letter));
            // Through upper case, which makes SS of a sharp s, and one letter of both small sigmas.
            let letters = letters.flat_map(char::to_uppercase).nfkd();
            let letters = letters.filter(|letter| !is_mark(*letter));
            folded.extend(letters.flat_map(char::to_lowercase).map(straight));
        }
    };
    let words = text.split(|letter: char| letter.is_whitespace() || letter == '\u{200b}');
    words
        .filter(|word| word.chars().any(|letter| !is_invisible(letter)))
        .for_each(&mut push);
    folded
}

/// Whether a text, as most are, is letters and signs of ASCII with single spaces between them, and
/// nothing that may stand for another character: then only its case is folded.
fn is_plain(text: &str) -> bool {
    let mut before = b' ';
    let plain = text.bytes().all(|byte| {
        let fits = match byte {
            b'&' | b'<' | b'\\' => false,
            b' ' => before != b' ',
            other => other.is_ascii_graphic(),
        };
        before = byte;
        fits
    });
    plain && before != b' '
}

/// An accent that combines with the letter before it.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

/// A quote or a dash as typewriters have it.
fn straight(letter: char) -> char {
    match letter {
        '\u{2018}'..='\u{201b}' | '\u{b4}' | '\u{2032}' => '\'',
        '\u{201c}'..='\u{201f}' | '\u{2033}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        other => other,
    }
}

/// Whether the character may combine with its neighbour, so that normalising changes the text.
/// (Marks of scripts whose letters are never precomposed are left as they are.)
fn may_compose(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{1100}'..='\u{11ff}' | '\u{3099}'..='\u{309a}' | '\u{212a}'..='\u{212b}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_trimmed_of_everything_unseen() {
        for (text, expected) in [
            (" Acme ", "Acme"),
            ("\u{a0}Acme\u{200b}", "Acme"),
            ("\u{feff}Acme\u{2003}", "Acme"),
            ("ümlaut", "ümlaut"),
            ("Łódź", "Łódź"),
            (" é\u{34f}", "é"),
            ("é\u{a0}", "é"),
            ("\u{61c}Ж", "Ж"),
            ("é", "é"),
            ("x", "x"),
            ("\u{ad}", ""),
            (" \u{a0} ", ""),
        ] {
            assert_eq!(trim(text), expected, "{text:?}");
        }
    }

    #[test]
    fn names_that_look_alike_fold_alike() {
        let fold = |text: &str| {
            let mut folded = Vec::new();
            fold_name(text, &mut folded);
            String::from_utf8(folded).unwrap()
        };
        assert_eq!(fold("ACME  Ltd"), "acme ltd");
        for shift in 0..9 {
            let start = "X".repeat(shift);
            let folded = "x".repeat(shift);
            let text = format!("{start} @[`{{AZaz  Ä");
            assert_eq!(fold(&text), format!("{folded} @[`{{azaz ä"));
        }
        assert_eq!(fold("Müller\u{a0}AG"), "müller ag");
        assert_eq!(fold("Mu\u{308}ller AG"), "müller ag");
        assert_eq!(fold("ΑΛΦΑ"), "αλφα");
        assert_eq!(fold("ÀÉÎÕÜÞ × ÿ ß ŁÓDŹ"), "àéîõüþ × ÿ ß łódź");
        assert_eq!(fold("ÀÉÎÕÜÞ×ÿß"), "àéîõüþ×ÿß");
        assert_ne!(fold("Acme-Ltd"), fold("Acme Ltd"));
    }

    #[test]
    fn plain_texts_are_folded_as_all_others_are() {
        let pieces = [
            "", " ", "A", "b1", "&amp;", "<b>", "\\n", "\t", "ß", "-", "\u{b}", "\u{7f}",
        ];
        for (one, two, three) in pieces.iter().flat_map(|one| {
            let pairs = pieces
                .iter()
                .flat_map(|two| pieces.map(|three| (two, three)));
            pairs.map(move |(two, three)| (one, two, three))
        }) {
            let text = format!("{one}{two}{three}");
            assert_eq!(alike(&text), alike_slowly(&text), "{text:?}");
        }
        let plain = ["Acme Ltd", "a.b@c.example", "X"].map(is_plain);
        assert_eq!(plain, [true; 3]);
    }
}
