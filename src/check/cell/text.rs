//! Texts that are sent as they are: what must not be in them, and what programs did to them.

use super::{Parsed, Problem, quoted};
use crate::check::field::Field;
use crate::check::text::{is_invisible, mend_mojibake};
use crate::model::rules::texts::{
    CONTROL_CHARACTER, DATE_FOR_CODE, DIGITS_LOST, ERROR_CELL, INVISIBLE_CHARACTER, MOJIBAKE,
    NAME_TOO_LONG, PLACEHOLDER, PLACEHOLDER_IDENTITY, PRECISION_LOST, TEXT_DAMAGED, TEXT_TOO_LONG,
    ZEROS_LOST,
};
use crate::model::{CellKind, CountryCode, CustomerName, Text};

/// What is known of a text before it is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bytes {
    /// Printable ASCII only.
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
        unusual(text)?;
    }
    let first = text.as_bytes()[0];
    if text.len() <= 9 && begins_placeholder(first) {
        placeholder(field, text)?;
    }
    if kind == CellKind::Date || first.is_ascii_digit() {
        damaged_number(field, text, kind)?;
    }
    if field == Field::ExternalCode && text.len() <= 10 {
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

/// Whether all bytes are printable ASCII. Without early exit, so that it runs in wide registers.
pub(crate) fn is_printable_ascii(bytes: &[u8]) -> bool {
    let odd = bytes.iter().fold(0, |odd, byte| {
        odd | u8::from(byte.wrapping_sub(0x20) >= 0x5f)
    });
    odd == 0
}

/// Whether the bytes may hold a control character, something invisible, the replacement character
/// or mojibake: ASCII controls; the lead bytes C2, E1, E2 and EF behind which those stand; and two
/// characters beyond ASCII in a row of which the first is a letter of Latin-1.
fn may_be_unusual(bytes: &[u8]) -> bool {
    let odd = bytes.iter().fold(0, |odd, byte| {
        let control = u8::from(*byte < 0x20) | u8::from(*byte == 0x7f);
        let lead = u8::from(matches!(*byte, 0xc2 | 0xe1 | 0xe2 | 0xef));
        odd | control | lead
    });
    let pairs = bytes.iter().zip(bytes.iter().skip(2));
    let pair = pairs.fold(0, |odd, (lead, next)| {
        odd | (u8::from(*lead == 0xc3) & u8::from(*next >= 0x80))
    });
    odd | pair != 0
}

fn unusual(text: &str) -> Parsed<()> {
    if may_be_unusual(text.as_bytes()) {
        look_closely(text)
    } else {
        Ok(())
    }
}

#[cold]
fn look_closely(text: &str) -> Parsed<()> {
    let mut invisible = None;
    for letter in text.chars() {
        if is_control(letter) {
            return Err(control(text, letter));
        }
        if letter == '\u{fffd}' {
            return Err(Problem::new(
                &TEXT_DAMAGED,
                format!("{} has lost a character (\u{fffd})", quoted(text)),
            )
            .help("type it again, or export the list again as UTF-8"));
        }
        if letter == '\u{a0}' || is_invisible(letter) {
            invisible = Some(letter);
        }
    }
    if let Some(mended) = mend_mojibake(text) {
        return Err(Problem::new(
            &MOJIBAKE,
            format!("{} looks like UTF-8 read in another encoding", quoted(text)),
        )
        .help(format!("probably {}", quoted(&mended)))
        .suggest(mended));
    }
    if let Some(letter) = invisible
        && !joins(letter)
    {
        let visible: String = text
            .chars()
            .filter(|letter| !is_invisible(*letter))
            .map(|letter| if letter == '\u{a0}' { ' ' } else { letter })
            .collect();
        return Err(Problem::new(
            &INVISIBLE_CHARACTER,
            format!("{} holds {}", quoted(text), invisible_name(letter)),
        )
        .help("type the value again, or use the suggestion")
        .suggest(visible));
    }
    Ok(())
}

/// Joiners belong to the spelling of several scripts.
fn joins(letter: char) -> bool {
    matches!(letter, '\u{200c}' | '\u{200d}')
}

/// Control characters, and the line and paragraph separators of Unicode.
fn is_control(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}')
}

fn invisible_name(letter: char) -> String {
    match letter {
        '\u{a0}' => "a no-break space".into(),
        '\u{200b}' => "a zero-width space".into(),
        '\u{feff}' => "a byte order mark".into(),
        '\u{ad}' => "a soft hyphen".into(),
        _ => format!("the invisible character U+{:04X}", u32::from(letter)),
    }
}

fn control(text: &str, letter: char) -> Problem {
    let name = match letter {
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => "a line break".to_owned(),
        '\t' => "a tab".to_owned(),
        _ => format!("the control character U+{:04X}", u32::from(letter)),
    };
    let cleaned: Vec<&str> = text
        .split(|letter: char| is_control(letter) || letter == ' ')
        .filter(|part| !part.is_empty())
        .collect();
    let shown: String = text
        .chars()
        .map(|letter| if is_control(letter) { '␤' } else { letter })
        .collect();
    Problem::new(
        &CONTROL_CHARACTER,
        format!("{} holds {name}", quoted(&shown)),
    )
    .help("write the value on one line")
    .suggest(cleaned.join(" "))
}

/// Words that stand for nothing whatever the field.
const NOTHING: [&str; 15] = [
    "n/a",
    "n.a.",
    "#n/a",
    "null",
    "nil",
    "nan",
    "-",
    "--",
    "---",
    "?",
    "??",
    "tbd",
    "undefined",
    "(blank)",
    "(empty)",
];

/// Words that are no customer's name and no reference, in any writing.
pub fn words_for_nothing() -> &'static [&'static str] {
    &NOTHING
}

/// Words that stand for nothing in most fields, and may be somebody's name.
const PERHAPS_NOTHING: [&str; 9] = [
    "none",
    "unknown",
    "na",
    "k.a.",
    ".",
    "x",
    "xx",
    "xxx",
    "unbekannt",
];

/// Whether one of the words begins with this byte.
fn begins_placeholder(first: u8) -> bool {
    matches!(
        first | 0x20,
        b'n' | b'#' | b'-' | b'?' | b't' | b'u' | b'(' | b'k' | b'.' | b'x'
    )
}

fn placeholder(field: Field, text: &str) -> Parsed<()> {
    let is_one_of = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    let identity = matches!(field, Field::Name | Field::ExternalCode | Field::Parent);
    if is_one_of(&NOTHING) {
        let rule = if identity {
            &PLACEHOLDER_IDENTITY
        } else {
            &PLACEHOLDER
        };
        let help = if field == Field::Name {
            "write the customer's name"
        } else {
            "empty the cell if there is no value"
        };
        return Err(Problem::new(rule, format!("{} stands for nothing", quoted(text))).help(help));
    }
    if field != Field::PostState && is_one_of(&PERHAPS_NOTHING) {
        return Err(Problem::new(
            &PLACEHOLDER,
            format!("{} may stand for nothing", quoted(text)),
        )
        .help("empty the cell if there is no value"));
    }
    Ok(())
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
    mantissa_fits && exponent.strip_prefix('+').is_some_and(digits)
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

/// What a spreadsheet program shows where a formula failed.
pub(crate) fn is_error_text(text: &str) -> bool {
    const ERRORS: [&str; 17] = [
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#NAME?",
        "#DIV/0!",
        "#NULL!",
        "#NUM!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
        "#NV",
        "#BEZUG!",
        "#WERT!",
        "#ZAHL!",
        "#VALEUR!",
        "#NOM?",
        "#VALOR!",
    ];
    text.starts_with('#') && ERRORS.iter().any(|error| text.eq_ignore_ascii_case(error))
}

/// The cell holds a failed formula.
pub(crate) fn error_cell(text: &str) -> Problem {
    Problem::new(
        &ERROR_CELL,
        format!("{} is a spreadsheet error, not a value", quoted(text)),
    )
    .help("mend the formula in the workbook, or empty the cell")
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
        check(Field::Name, "Acme\nLtd", "V104 Acme Ltd");
        check(Field::Name, "M\u{fffd}ller", "V113");
        check(Field::Name, "MÃ¼ller", "V112 Müller");
        check(Field::Name, "Acme\u{a0}Ltd", "V114 Acme Ltd");
        check(Field::Name, "Ac\u{200b}me", "V114 Acme");
        check(Field::Name, "Ac\u{2066}me", "V114 Acme");
        check(Field::Name, "Acme\u{2028}Ltd", "V104 Acme Ltd");
        check(Field::Name, "N/A", "V106");
        check(Field::City, "N/A", "V107");
        check(Field::Name, "None", "V107");
        check(Field::PhoneNumber, "4.93012E+11", "V108");
        check(Field::ExternalCode, "1,23E+11", "V108");
        check(Field::ExternalCode, "12345678901234500000", "V109");
        check(Field::ExternalCode, "05. Mrz", "V111");
        check(Field::ExternalCode, "Mar-05", "V111");
        check(Field::Name, &"x".repeat(256), "V102");
        check(Field::Address, &"x".repeat(4097), "V103");
    }

    #[test]
    fn every_placeholder_is_found() {
        for word in NOTHING.iter().chain(&PERHAPS_NOTHING) {
            for word in [(*word).to_owned(), word.to_uppercase()] {
                assert!(
                    word.len() <= 9 && begins_placeholder(word.as_bytes()[0]),
                    "{word}"
                );
            }
        }
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
