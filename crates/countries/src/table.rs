//! Finds a key in the table of names.
//!
//! `names.txt` has sorted lines, `key<TAB>verdict`; `names.idx` has their offsets, three bytes
//! each, at the place that the key's hash says or the next free one. Both are written by
//! `tools/generate.py` and used as they are: nothing is built at start.

use super::code::CountryCode;
use super::resolution::RefusalReason;

static NAMES: &[u8] = include_bytes!("../names.txt");
static PLACES: &[u8] = include_bytes!("../names.idx");

const PLACE_SIZE: usize = 3;
const EMPTY: usize = 0xFF_FFFF;

/// What the table says of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A name of this country.
    Country(CountryCode, Rank),
    /// Known not to be a country, with the codes to suggest, parted by commas.
    Refused(RefusalReason, &'static str),
}

/// How widely a name is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// English.
    Usual,
    /// Listed by hand.
    Listed,
    /// In another language.
    Foreign,
}

/// What the table says of `key`, if it has it.
pub(super) fn find(key: &[u8]) -> Option<Verdict> {
    let places = PLACES.len() / PLACE_SIZE;
    let mut place = hash(key) & (places - 1);
    loop {
        let offset = offset_at(place);
        if offset == EMPTY {
            return None;
        }
        if let Some(rest) = NAMES[offset..].strip_prefix(key)
            && let [b'\t', verdict @ ..] = rest
        {
            return Some(parse(verdict));
        }
        place = (place + 1) & (places - 1);
    }
}

/// All keys with their verdicts, in order.
pub(super) fn all() -> impl Iterator<Item = (&'static str, Verdict)> {
    NAMES.split(|&byte| byte == b'\n').filter_map(|line| {
        let tab = line.iter().position(|&byte| byte == b'\t')?;
        let key = std::str::from_utf8(&line[..tab]).ok()?;
        Some((key, parse(&line[tab + 1..])))
    })
}

fn offset_at(place: usize) -> usize {
    let at = place * PLACE_SIZE;
    usize::from(PLACES[at]) | usize::from(PLACES[at + 1]) << 8 | usize::from(PLACES[at + 2]) << 16
}

/// FNV-1a folded to 32 bits; `tools/index.py` computes the same.
fn hash(key: &[u8]) -> usize {
    let hash = key.iter().fold(0xCBF2_9CE4_8422_2325_u64, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    });
    #[expect(
        clippy::cast_possible_truncation,
        reason = "32 bits are kept on purpose"
    )]
    let folded = (hash ^ hash >> 32) as u32;
    folded as usize
}

fn parse(verdict: &'static [u8]) -> Verdict {
    let [first, second, ..] = *verdict else {
        unreachable!("every line has a verdict");
    };
    if second == b':' {
        let end = verdict.iter().position(|&byte| byte == b'\n');
        let codes = &verdict[2..end.unwrap_or(verdict.len())];
        let codes = std::str::from_utf8(codes).expect("codes are ASCII");
        return Verdict::Refused(reason(first), codes);
    }
    // "AT" is usual, "At" listed, "at" foreign.
    let rank = match (first.is_ascii_uppercase(), second.is_ascii_uppercase()) {
        (true, true) => Rank::Usual,
        (true, false) => Rank::Listed,
        (false, _) => Rank::Foreign,
    };
    let code = CountryCode::from_alpha2([first, second]).expect("verdicts are codes");
    Verdict::Country(code, rank)
}

fn reason(letter: u8) -> RefusalReason {
    match letter {
        b'A' => RefusalReason::Ambiguous,
        b'R' => RefusalReason::Region,
        b'F' => RefusalReason::FormerState,
        b'S' => RefusalReason::SubNational,
        b'K' => RefusalReason::NoIsoCode,
        b'M' => RefusalReason::Missing,
        _ => RefusalReason::NotACountry,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found_and_has_a_verdict() {
        let mut lines = 0;
        for (key, verdict) in all() {
            assert_eq!(find(key.as_bytes()), Some(verdict), "{key}");
            if let Verdict::Refused(_, codes) = verdict {
                for code in codes.split_terminator(',') {
                    assert!(CountryCode::parse(code).is_some(), "{key}: {codes}");
                }
            }
            lines += 1;
        }
        assert!(lines > 40_000, "{lines}");
    }

    #[test]
    fn what_the_table_lacks_is_not_found() {
        for key in ["", "austr", "austriaaa", "austria\t", "\n", "zz top"] {
            assert_eq!(find(key.as_bytes()), None, "{key}");
        }
    }

    #[test]
    fn no_key_hides_an_alpha_2_code() {
        for code in CountryCode::all() {
            let key = code.as_str().to_ascii_lowercase();
            match find(key.as_bytes()) {
                None | Some(Verdict::Refused(RefusalReason::Missing, _)) => {}
                Some(verdict) => assert!(
                    matches!(verdict, Verdict::Country(found, _) if found == code),
                    "{key}: {verdict:?}"
                ),
            }
        }
    }
}
