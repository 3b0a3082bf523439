//! Quick looks that tell, of nearly all values, that they stand for something.

use super::nothing_words::{NULLS, PERHAPS, PERHAPS_TYPES, PLACEHOLDERS, SHORT, TYPES};

/// The longest value that is looked at.
pub(super) const LONGEST: usize = 31;

/// What the words for nothing look like.
struct Looks {
    /// By first byte: the lengths, as bits, of what begins with it and may stand for nothing.
    lengths: [u32; 256],
    /// By length, first, second and last byte, whatever their case: whether a word is like that. So
    /// few values pass that the close look costs nothing.
    like: [u64; 256],
}

const LOOKS: Looks = looks();
const LENGTHS: [u32; 256] = LOOKS.lengths;
const LIKE: [u64; 256] = LOOKS.like;

const fn looks() -> Looks {
    let mut looks = Looks {
        lengths: [0; 256],
        like: [0; 256],
    };
    let lists = [NULLS, PLACEHOLDERS, PERHAPS, TYPES, PERHAPS_TYPES];
    let mut list = 0;
    while list < lists.len() {
        let mut word = 0;
        while word < lists[list].len() {
            let bytes = lists[list][word].as_bytes();
            assert!(bytes.len() <= LONGEST, "longer words are never looked at");
            assert!(may_end_so(bytes), "a word that would not be found");
            looks.lengths = with(looks.lengths, bytes[0], 1 << bytes.len());
            let place = place_of(bytes);
            looks.like[place / 64] |= 1 << (place % 64);
            word += 1;
        }
        list += 1;
    }
    looks
}

/// Where in [`LIKE`] a text stands; it has at least one byte.
const fn place_of(bytes: &[u8]) -> usize {
    let length = bytes.len();
    let second = if length > 1 { bytes[1] } else { 0 };
    let mut place = length;
    place = place * 37 + (bytes[0] | 0x20) as usize;
    place = place * 37 + (second | 0x20) as usize;
    place = place * 37 + (bytes[length - 1] | 0x20) as usize;
    place % 16381
}

#[inline]
fn is_like(bytes: &[u8]) -> bool {
    let place = place_of(bytes);
    LIKE[place / 64] >> (place % 64) & 1 == 1 && may_end_so(bytes)
}

/// Whether a word may end as the text does: those that end with a digit (`int32`) begin with few
/// letters, unlike codes and numbers.
const fn may_end_so(bytes: &[u8]) -> bool {
    !bytes[bytes.len() - 1].is_ascii_digit() || matches!(bytes[0] | 0x20, b'f' | b'i' | b'v')
}

/// By first byte: the lengths of short words with signs between them (`n/a`, `k. A.`), and of `xxx`.
const SHORT_LENGTHS: [u32; 256] = short_lengths();

const fn short_lengths() -> [u32; 256] {
    let mut table = [0; 256];
    let mut word = 0;
    while word < SHORT.len() {
        let bytes = SHORT[word].as_bytes();
        let mut length = bytes.len() + 1;
        while length <= 3 * bytes.len() {
            table = with(table, bytes[0], 1 << length);
            length += 1;
        }
        word += 1;
    }
    with(table, b'x', 0xffff)
}

/// The table with more lengths for a first byte, small or capital.
const fn with(mut table: [u32; 256], first: u8, lengths: u32) -> [u32; 256] {
    table[first as usize] |= lengths;
    table[first.to_ascii_uppercase() as usize] |= lengths;
    if first == 0xd0 || first == 0xd1 {
        // Cyrillic letters: the capital of one that begins with D1 begins with D0.
        table[0xd0] |= lengths;
        table[0xd1] |= lengths;
    }
    table
}

/// By first byte: the lengths of [`LOOKS`] and [`SHORT_LENGTHS`]; all lengths for signs that a value seldom begins with.
const DOUBTFUL: [u32; 256] = doubtful();

const fn doubtful() -> [u32; 256] {
    let mut table = [u32::MAX; 256];
    let mut byte = 0_u8;
    loop {
        let first = byte as usize;
        if byte.is_ascii_alphabetic() || byte >= 0xc3 && byte != 0xe2 {
            table[first] = LENGTHS[first] | SHORT_LENGTHS[first];
        } else if byte.is_ascii_digit() {
            table[first] = 0;
        }
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    // A phone number.
    table[b'+' as usize] = 0b11;
    table
}

/// `0`, `0.0`, `0000`
pub(super) fn is_zeros(text: &str) -> bool {
    let zeros = |letter| matches!(letter, b'0' | b'.' | b',' | b'-' | b'/' | b' ');
    text.contains('0') && text.bytes().all(zeros)
}

/// Whether the text certainly stands for something: [`may_be_nothing`] in fewer looks, for most
/// values.
#[inline]
pub(crate) fn is_ordinary(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (first, last, length) = (bytes[0], bytes[bytes.len() - 1], bytes.len());
    let ends = matches!(last, b')' | b'l' | b'L') || last == b'0' && first == b'0';
    let may_be = DOUBTFUL[usize::from(first)] >> length.min(LONGEST) & 1 == 1
        || ends
        || first == b'+' && !bytes[1].is_ascii_digit();
    !(may_be && may_be_nothing(text))
}

/// Whether [`problem`](super::nothing::problem) has to be asked (or whether the value is a formula); cheap, and seldom in vain.
#[inline]
pub(crate) fn may_be_nothing(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (first, length) = (bytes[0], bytes.len());
    if length > LONGEST {
        return first == b'=';
    }
    if first.is_ascii_alphabetic() || first >= 0xc3 && first != 0xe2 {
        let typed = bytes[length - 1] == b')' && length > 2;
        let declared = bytes[length - 1].eq_ignore_ascii_case(&b'l') && bytes.contains(&b'(');
        let fits = LENGTHS[usize::from(first)] >> length & 1 == 1;
        let short = SHORT_LENGTHS[usize::from(first)] >> length & 1 == 1;
        let parted = || bytes.iter().any(|byte| matches!(byte, b'.' | b'/' | b'\\'));
        let crossed_out = first | 0x20 == b'x' && bytes[length - 1] | 0x20 == b'x';
        return declared
            || fits && (first >= 0x80 || is_like(bytes))
            || short && (first >= 0x80 || crossed_out || length <= 12 && parted())
            || typed
                && matches!(
                    bytes[length - 2],
                    b'0'..=b'9' | b'x' | b'X' | b'r' | b'R' | b'e' | b'E'
                );
    }
    match first {
        b'0' => bytes[length - 1] == b'0' && is_zeros(text),
        b'1'..=b'9' => false,
        b'=' => true,
        _ => length == 1 || !bytes[1].is_ascii_digit(),
    }
}
