//! Numbers as text: as short as they can be, never with an exponent.

use std::fmt::Write as _;

/// How many digits a spreadsheet program keeps of a number.
const DIGITS: usize = 15;

/// Whether a number may have lost digits before it came here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::workbook) enum Digits {
    /// All are there.
    Kept,
    /// A whole number of more than 15 digits: the last ones may be lost.
    BeyondFifteen,
}

/// Appends a number that stands in the file as text. `None` when it is no number.
pub(in crate::workbook) fn write_number_text(raw: &[u8], out: &mut String) -> Option<Digits> {
    let raw = raw.trim_ascii();
    if let Some(digits) = canonical(raw) {
        // Only ASCII digits, a sign and a point.
        out.push_str(std::str::from_utf8(raw).ok()?);
        return Some(digits);
    }
    let number = parse_f64(raw)?;
    Some(write_f64(number, out))
}

/// A number from the file's text.
pub(in crate::workbook) fn parse_f64(raw: &[u8]) -> Option<f64> {
    let number: f64 = std::str::from_utf8(raw).ok()?.trim().parse().ok()?;
    number.is_finite().then_some(number)
}

/// Whether the text is what we would write: digits without needless zeros, or a whole number of
/// any length (its digits are worth more than what a floating-point number keeps of them).
fn canonical(raw: &[u8]) -> Option<Digits> {
    let unsigned = raw.strip_prefix(b"-").unwrap_or(raw);
    let first = *unsigned.first()?;
    if !first.is_ascii_digit() || (first == b'0' && unsigned.get(1).is_some_and(u8::is_ascii_digit))
    {
        return None;
    }
    if first == b'0' && unsigned.len() == 1 && raw.len() > 1 {
        return None;
    }
    let mut point = None;
    for (at, byte) in unsigned.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {}
            b'.' if point.is_none() => point = Some(at),
            _ => return None,
        }
    }
    match point {
        None if unsigned.len() <= DIGITS => Some(Digits::Kept),
        None => Some(Digits::BeyondFifteen),
        Some(_)
            if unsigned.len() <= DIGITS
                && *unsigned.last()? != b'0'
                && *unsigned.last()? != b'.' =>
        {
            Some(Digits::Kept)
        }
        Some(_) => None,
    }
}

/// Appends a number with the 15 digits a spreadsheet program shows.
pub(in crate::workbook) fn write_f64(number: f64, out: &mut String) -> Digits {
    if number == 0.0 {
        out.push('0');
        return Digits::Kept;
    }
    let mut shown = number;
    let start = out.len();
    // Writing to a string does not fail.
    let _ = write!(out, "{shown}");
    if out.len() - start > DIGITS {
        shown = fifteen(number);
        out.truncate(start);
        let _ = write!(out, "{shown}");
    }
    if shown.abs() >= 1e15 {
        Digits::BeyondFifteen
    } else {
        Digits::Kept
    }
}

/// The number rounded to 15 significant digits.
pub(super) fn fifteen(number: f64) -> f64 {
    format!("{number:.14e}").parse().unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_without_exponent() {
        for (raw, expected) in [
            ("7", "7"),
            ("7.0", "7"),
            ("-0", "0"),
            ("0.1", "0.1"),
            ("0.10000000000000001", "0.1"),
            ("3.3000000000000003", "3.3"),
            ("1.23456789012E+11", "123456789012"),
            ("123456789012", "123456789012"),
            ("4.9151123456789E13", "49151123456789"),
            ("12345678901234567890", "12345678901234567890"),
            ("1.2345678901234501E+17", "123456789012345000"),
            ("1e-7", "0.0000001"),
            ("007", "7"),
            ("-12.50", "-12.5"),
            (".5", "0.5"),
        ] {
            let mut out = String::new();
            assert!(
                write_number_text(raw.as_bytes(), &mut out).is_some(),
                "{raw}"
            );
            assert_eq!(out, expected, "{raw}");
        }
        let mut out = String::new();
        for raw in ["", "abc", "NaN", "inf", "1,5"] {
            assert_eq!(write_number_text(raw.as_bytes(), &mut out), None, "{raw}");
        }
    }

    #[test]
    fn lost_digits_are_noticed() {
        let mut out = String::new();
        let long = write_number_text(b"1234567890123456", &mut out);
        assert_eq!(long, Some(Digits::BeyondFifteen));
        let kept = write_number_text(b"123456789012345", &mut out);
        assert_eq!(kept, Some(Digits::Kept));
    }
}
