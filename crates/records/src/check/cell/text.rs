//! Texts that are sent as they are: what must not be in them, and what programs did to them.

use super::clean::{Decimals, cleaned, shown};
use super::{Parsed, Problem, escapes, quoted};
use crate::check::field::Field;
use crate::check::mojibake::{mend_mojibake, of_windows_1252};
use crate::model::rules::texts::{
    DATE_FOR_CODE, DIGITS_LOST, ESCAPED_TEXT, LETTER_LOST, MOJIBAKE, NAME_TOO_LONG, PRECISION_LOST,
    TEXT_DAMAGED, TEXT_TOO_LONG, ZEROS_LOST,
};
use crate::model::{CellKind, CountryCode, CustomerName, Text};

/// What is known of a text before it is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bytes {
    /// Printable ASCII only, and none of the signs that escape others.
    Plain,
    /// Anything.
    Any,
}

/// What is wrong with, or odd about, a text that is sent as it is; the worst first, one at most.
#[inline]
pub(crate) fn doubt(field: Field, text: &str, kind: CellKind, bytes: Bytes) -> Parsed<()> {
    let longest = if field == Field::Name {
        CustomerName::LONGEST
    } else {
        Text::LONGEST
    };
    if text.len() > longest {
        too_long(field, text, longest)?;
    }
    if bytes == Bytes::Any {
        look_closely(field, text)?;
    }
    let first = text.as_bytes()[0];
    if kind == CellKind::Date || first.is_ascii_digit() {
        damaged_number(field, text, kind)?;
    }
    if field == Field::ExternalCode && may_be_date_for_code(text) {
        date_for_code(text)?;
    }
    Ok(())
}

fn too_long(field: Field, text: &str, longest: usize) -> Parsed<()> {
    let length = text.chars().count();
    if length <= longest {
        return Ok(());
    }
    let rule = if field == Field::Name {
        &NAME_TOO_LONG
    } else {
        &TEXT_TOO_LONG
    };
    Err(Problem::new(
        rule,
        format!("the value has {length} characters; {longest} are the most"),
    )
    .help("shorten it, or look for an unclosed quotation mark in the file"))
}

/// Whether none of the bytes can be anything but what [`may_be_unusual`] lets pass: in fewer looks,
/// for texts of ASCII and Latin letters.
pub(crate) fn is_usual(bytes: &[u8]) -> bool {
    let met = met(bytes);
    met & ODD == 0
        && (met & LATIN == 0 || !may_be_mojibake(bytes))
        && (met & ENTITY == 0 || !may_hold_entity(bytes))
        && (met & CODE == 0 || !may_hold_code(bytes))
}

/// Something that takes a closer look.
const ODD: u8 = 1;
/// A `&`.
const ENTITY: u8 = 2;
/// The lead byte of a letter of Latin-1.
const LATIN: u8 = 4;
/// A `_`.
const CODE: u8 = 8;

/// What was met among the bytes. Without early exit, and apart from what is made of the answer, so
/// that it runs in wide registers.
#[inline(never)]
fn met(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |met, byte| {
        let control = u8::from(*byte < 0x20) | u8::from(*byte == 0x7f);
        let lead = u8::from(*byte == 0xc2) | u8::from(*byte >= 0xcc);
        let escape = u8::from(*byte == b'<') | u8::from(*byte == b'\\') | u8::from(*byte == b'?');
        let entity = u8::from(*byte == b'&') << 1;
        let latin = u8::from(*byte == 0xc3) << 2;
        let code = u8::from(*byte == b'_') << 3;
        met | control | lead | escape | entity | latin | code
    })
}

/// Whether another character beyond ASCII stands right behind a letter of Latin-1.
fn may_be_mojibake(bytes: &[u8]) -> bool {
    let pairs = bytes.iter().zip(bytes.iter().skip(2));
    let odd = pairs.fold(0, |odd, (lead, next)| {
        odd | (u8::from(*lead == 0xc3) & u8::from(*next >= 0x80))
    });
    odd != 0
}

/// Whether a `&` stands before a letter or a `#`.
fn may_hold_entity(bytes: &[u8]) -> bool {
    let begins =
        |pair: &[u8]| pair[0] == b'&' && (pair[1].is_ascii_alphabetic() || pair[1] == b'#');
    bytes.windows(2).any(begins)
}

/// Whether `_x` stands there, as in `_x000D_`.
fn may_hold_code(bytes: &[u8]) -> bool {
    bytes
        .windows(2)
        .any(|pair| pair[0] == b'_' && pair[1] | 0x20 == b'x')
}

/// Whether the bytes may hold a control character, something invisible, the replacement character,
/// mojibake, a lost letter or an escape: ASCII controls, `<`, `\`, `?` and `&` before a letter; the lead bytes behind which the others stand; and
/// two characters beyond ASCII in a row of which the first is a letter of Latin-1.
pub(crate) fn may_be_unusual(bytes: &[u8]) -> bool {
    let odd = bytes.iter().fold(0, |odd, byte| {
        let control = u8::from(*byte < 0x20) | u8::from(*byte == 0x7f);
        let lead = u8::from(matches!(*byte, 0xc2 | 0xcd | 0xd8 | 0xe1 | 0xe2 | 0xef));
        let escape = u8::from(matches!(*byte, b'<' | b'\\' | b'?'));
        odd | control | lead | escape
    });
    odd != 0 || may_be_mojibake(bytes) || may_hold_entity(bytes) || may_hold_code(bytes)
}

#[cold]
fn look_closely(field: Field, text: &str) -> Parsed<()> {
    if text.contains('\u{fffd}') {
        return Err(Problem::new(
            &TEXT_DAMAGED,
            format!("{} has lost a character (\u{fffd})", quoted(text)),
        )
        .help("type it again, or export the list again as UTF-8"));
    }
    let mended = mend_mojibake(text);
    if text.chars().any(char::is_control) {
        return Err(letter_of_another_encoding(text, mended));
    }
    if let Some(mended) = mended {
        return Err(Problem::new(
            &MOJIBAKE,
            format!("{} looks like UTF-8 read in another encoding", quoted(text)),
        )
        .help(format!("probably {}", quoted(&mended)))
        .suggest(mended));
    }
    if matches!(field, Field::Name | Field::LegalCompanyName) && has_lost_a_letter(text) {
        let message = format!(
            "{} has a question mark inside a word, probably for a letter that was lost",
            quoted(text)
        );
        return Err(Problem::new(&LETTER_LOST, message)
            .help("export the list again as UTF-8, or type the letter"));
    }
    Ok(())
}

/// Whether a question mark stands before a letter, where none of a sentence does.
fn has_lost_a_letter(text: &str) -> bool {
    let marks = text.match_indices('?');
    let mut behind = marks.map(|(at, _)| text[at..].trim_start_matches('?').chars().next());
    behind.any(|next| next.is_some_and(char::is_alphabetic))
}

/// Control characters that cleaning leaves are letters of Windows-1252, read as Latin-1.
fn letter_of_another_encoding(text: &str, mended: Option<String>) -> Problem {
    let message = format!("{} was read in the wrong encoding", quoted(&shown(text)));
    let problem = Problem::new(&TEXT_DAMAGED, message);
    let letter = |letter| match u8::try_from(u32::from(letter)) {
        Ok(byte @ 0x80..=0x9f) => of_windows_1252(byte),
        _ => Some(letter),
    };
    match mended.or_else(|| text.chars().map(letter).collect()) {
        Some(mended) if !mended.chars().any(char::is_control) => problem
            .help(format!("probably {}", quoted(&mended)))
            .suggest(mended),
        _ => problem.help("type it again, or export the list again as UTF-8"),
    }
}

/// Refuses escaped text, and offers what it was.
#[cold]
pub(crate) fn escaped(field: Field, text: &str) -> Option<Problem> {
    let plain = escapes::unescaped(text)?;
    let plain = cleaned(field, &plain, Decimals::Kept).map_or(plain, |(cleaned, _)| cleaned);
    let plain = plain.trim();
    let problem = Problem::new(
        &ESCAPED_TEXT,
        format!("{} holds escaped characters", quoted(text)),
    );
    Some(match plain {
        "" => problem.help("write the value as people read it"),
        _ => problem
            .help(format!(
                "probably {}; check --fix writes it so",
                quoted(plain)
            ))
            .suggest(plain),
    })
}

/// Whether a text may be what is left of a long number: of texts that begin with a digit, those
/// with a letter in them or too many digits.
#[inline]
pub(crate) fn may_be_damaged_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes[0].is_ascii_digit() && (bytes.len() > 15 || bytes.iter().any(|byte| byte | 0x20 == b'e'))
}

fn damaged_number(field: Field, text: &str, kind: CellKind) -> Parsed<()> {
    if kind == CellKind::Date {
        return Err(Problem::new(
            &DATE_FOR_CODE,
            format!("{} is a date, and {field} is none", quoted(text)),
        )
        .help("a spreadsheet program may have turned a code into a date; type it again as text"));
    }
    if matches!(
        field,
        Field::Name | Field::Parent | Field::Address | Field::LegalCompanyName
    ) {
        return Ok(());
    }
    if is_exponent(text) {
        return Err(Problem::new(
            &DIGITS_LOST,
            format!("{} is a rounded number; its digits are lost", quoted(text)),
        )
        .help("take the value from the source again, with the column formatted as text"));
    }
    let rounded = text.len() > 15
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text.as_bytes()[15..].iter().all(|byte| *byte == b'0');
    if rounded {
        return Err(Problem::new(
            &PRECISION_LOST,
            format!(
                "{} has zeros from its 16th digit on, as Excel leaves long numbers",
                quoted(text)
            ),
        )
        .help("compare with the source"));
    }
    Ok(())
}

/// `1.23E+11`, `1,23E+11`
fn is_exponent(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once(['.', ',']) {
        Some((whole, fraction)) => whole.len() == 1 && digits(whole) && digits(fraction),
        None => mantissa.len() == 1 && digits(mantissa),
    };
    // Without a sign it may be a code such as 3E10, unless there is a fraction.
    let fraction = mantissa.contains(['.', ',']);
    let exponent = match exponent.strip_prefix('+') {
        Some(signed) => signed,
        None if fraction => exponent,
        None => return false,
    };
    mantissa_fits && digits(exponent)
}

/// Whether a code may be a date: it has two parts.
#[inline]
pub(crate) fn may_be_date_for_code(text: &str) -> bool {
    let parted = |byte: &u8| matches!(byte, b'-' | b'.' | b' ');
    text.len() <= 10 && text.as_bytes().iter().any(parted)
}

/// `05. Mrz`, `Mar-05`, `5-Mar`: what spreadsheet programs show for a code such as `3-5`.
fn date_for_code(text: &str) -> Parsed<()> {
    const MONTHS: [&str; 30] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mrz",
        "mär", "mai", "okt", "dez", "janv", "févr", "mars", "avr", "juin", "juil", "août", "sept",
        "déc", "ene", "abr", "ago", "dic",
    ];
    let parts: Vec<&str> = text
        .split(['-', '.', ' '])
        .filter(|part| !part.is_empty())
        .collect();
    let [one, other] = parts[..] else {
        return Ok(());
    };
    let day = |part: &str| part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let month = |part: &str| {
        let proper = part.chars().next().is_some_and(char::is_uppercase)
            && part.chars().skip(1).all(char::is_lowercase);
        (proper || text.contains(". ")) && MONTHS.contains(&part.to_lowercase().as_str())
    };
    if (day(one) && month(other)) || (month(one) && day(other)) {
        return Err(
            Problem::new(&DATE_FOR_CODE, format!("{} looks like a date", quoted(text))).help(
                "a spreadsheet program may have turned a code such as 3-5 into it; compare with the source",
            ),
        );
    }
    Ok(())
}

/// Doubts a postal code that is too short for its country.
pub(crate) fn zip_code(text: &str, country: CountryCode) -> Parsed<()> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    let expected = match country.as_str() {
        "DE" | "FR" | "IT" | "ES" | "US" | "FI" | "EE" | "HR" | "TR" | "MX" | "LT" | "GR"
        | "CZ" | "SE" | "UA" | "KR" | "MY" | "TH" | "SA" | "RS" | "BA" | "ME" | "MC" | "PR" => 5,
        "RO" | "SG" | "CN" | "RU" | "KZ" => 6,
        "AU" | "NO" | "DK" | "ZA" => 4,
        "JP" | "IL" => 7,
        _ => return Ok(()),
    };
    if text.len() >= expected || text.len() + 2 < expected {
        return Ok(());
    }
    let padded = format!("{text:0>expected$}");
    Err(Problem::new(
        &ZEROS_LOST,
        format!(
            "{} has {} digits; postal codes of {} have {expected}",
            quoted(text),
            text.len(),
            country.as_str()
        ),
    )
    .help(format!("leading zeros were probably lost: {padded}"))
    .suggest(padded))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(field: Field, text: &str, expected: &str) {
        let found = doubt(field, text, CellKind::Text, Bytes::Any)
            .err()
            .map_or(String::new(), |problem| {
                format!("{} {}", problem.rule.code, problem.suggestions.join("|"))
            });
        assert_eq!(found.trim_end(), expected, "{text:?}");
    }

    #[test]
    fn texts_that_are_fine_pass() {
        for text in [
            "Acme & Sons (admin@acme.example)",
            "Müller",
            "3E GmbH",
            "Zoë’s",
            "東京",
        ] {
            check(Field::Name, text, "");
        }
        check(Field::ExternalCode, "CWM:1478", "");
        check(Field::ExternalCode, "May 5th", "");
        check(Field::PhoneNumber, "4930123456", "");
    }

    #[test]
    fn damage_is_named() {
        check(Field::Name, "M\u{fffd}ller", "V113");
        check(Field::Name, "MÃ¼ller", "V112 Müller");
        check(Field::Name, "Don\u{92}t", "V113 Don’t");
        for lost in ["M?ller", "?zt?rk", "M??ller", "Stra?e 5", "M?LLER GmbH"] {
            check(Field::Name, lost, "V123");
        }
        for right in ["Was nun?", "Wer? Wir!", "Who?!", "100 ?", "R?", "Caf? 5"] {
            check(Field::Name, right, "");
        }
        check(Field::WebsiteAddress, "https://a.example/?q=1", "");
        check(Field::PhoneNumber, "4.93012E+11", "V108");
        check(Field::ExternalCode, "1,23E+11", "V108");
        check(Field::ExternalCode, "12345678901234500000", "V109");
        check(Field::ExternalCode, "05. Mrz", "V111");
        check(Field::ExternalCode, "Mar-05", "V111");
        check(Field::Name, &"x".repeat(256), "V102");
        check(Field::Address, &"x".repeat(4097), "V103");
    }

    #[test]
    fn short_postal_codes_are_padded() {
        let germany = CountryCode::try_from("DE".to_owned()).unwrap();
        assert!(zip_code("01067", germany).is_ok());
        assert!(zip_code("D-1067", germany).is_ok());
        assert_eq!(
            zip_code("1067", germany)
                .unwrap_err()
                .suggestions
                .as_slice(),
            ["01067"]
        );
    }
}
