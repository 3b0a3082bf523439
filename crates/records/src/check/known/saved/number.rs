//! Numbers: what is read as one loses its zeros and its sign, and digits beyond the fifteenth.

use super::Loss;

/// Excel keeps so many digits.
const KEPT: usize = 15;

/// What has happened to a text that was read as a number.
pub(super) fn loss(before: &str, after: &str) -> Option<Loss> {
    let float = before.strip_suffix(".0");
    if !is_written_by_a_program(after) || float == Some(after) {
        return None;
    }
    let readings = readings(before);
    let written = self::readings(after);
    let made = |one: &Number| written.iter().any(|other| one.is_written(other));
    let number = readings.iter().find(|one| made(one))?;
    let same = |other: &&Number| number.digits == other.digits && number.scale == other.scale;
    let exactly = written.iter().any(|other| same(&other));
    Some(
        if !exactly || before.contains(['e', 'E']) || after.contains(['e', 'E']) {
            Loss::Digits
        } else if before.starts_with('+') {
            Loss::Sign
        } else if before.len() > 1 && before.starts_with('0') {
            Loss::Zeros
        } else {
            Loss::Writing
        },
    )
}

/// Numbers are saved without leading zeros and without a plus sign.
fn is_written_by_a_program(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    match digits {
        [b'0'] => true,
        [b'0', next, ..] => !next.is_ascii_digit(),
        [first, ..] => first.is_ascii_digit(),
        [] => false,
    }
}

/// `0.digits` times ten to the power of `scale`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Number {
    negative: bool,
    /// Without zeros at the ends.
    digits: String,
    scale: i32,
    /// How many digits are written, with the zeros at the end, in exponent notation.
    rounded_to: Option<usize>,
}

impl Number {
    /// Whether a program that holds this number may have written that one.
    fn is_written(&self, written: &Self) -> bool {
        if self.negative != written.negative {
            return false;
        }
        let kept = match written.rounded_to {
            Some(digits) => digits.min(KEPT),
            None => KEPT,
        };
        [self.cut(kept), self.round(kept)]
            .iter()
            .chain([self])
            .any(|one| one.digits == written.digits && one.scale == written.scale)
    }

    fn cut(&self, kept: usize) -> Self {
        let end = kept.min(self.digits.len());
        Self {
            digits: self.digits[..end].trim_end_matches('0').to_owned(),
            ..self.clone()
        }
    }

    fn round(&self, kept: usize) -> Self {
        let next = self.digits.as_bytes().get(kept);
        if next.is_none_or(|next| *next < b'5') {
            return self.cut(kept);
        }
        let mut digits = self.digits.as_bytes()[..kept].to_vec();
        let mut at = kept;
        while at > 0 && digits[at - 1] == b'9' {
            at -= 1;
        }
        digits.truncate(at);
        let mut scale = self.scale;
        if let Some(last) = digits.last_mut() {
            *last += 1;
        } else {
            digits.push(b'1');
            scale += 1;
        }
        Self {
            digits: digits.into_iter().map(char::from).collect(),
            scale,
            ..self.clone()
        }
    }
}

/// The numbers that a text may be: a point or a comma can stand before decimals or between groups.
fn readings(text: &str) -> Vec<Number> {
    let (negative, rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => match exponent.trim_start_matches('+').parse::<i32>() {
            Ok(exponent) if exponent.abs() < 400 => (mantissa, Some(exponent)),
            _ => return Vec::new(),
        },
        None => (rest, None),
    };
    let begins = mantissa.as_bytes().first().is_some_and(u8::is_ascii_digit);
    let ends = mantissa.as_bytes().last().is_some_and(u8::is_ascii_digit);
    let is_sign =
        |letter: char| matches!(letter, '.' | ',' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}');
    let fits = |letter: char| letter.is_ascii_digit() || is_sign(letter);
    if !begins || !ends || mantissa.len() > 40 || !mantissa.chars().all(fits) {
        return Vec::new();
    }
    let number = |whole: &str, fraction: &str| of(negative, whole, fraction, exponent);
    let only_digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    let mut found = Vec::new();
    match mantissa.rfind(is_sign) {
        None => found.push(number(mantissa, "")),
        Some(at) => {
            let (whole, fraction) = (&mantissa[..at], mantissa[at..].trim_start_matches(is_sign));
            let sign = mantissa[at..].chars().next().unwrap_or(' ');
            let once = mantissa.matches(sign).count() == 1;
            if matches!(sign, '.' | ',') && once {
                found.push(number(&only_digits(whole), fraction));
            }
            if fraction.len() == 3 || !matches!(sign, '.' | ',') {
                found.push(number(&only_digits(mantissa), ""));
            }
        }
    }
    found
}

fn of(negative: bool, whole: &str, fraction: &str, exponent: Option<i32>) -> Number {
    let all = format!("{whole}{fraction}");
    let leading = all.len() - all.trim_start_matches('0').len();
    let digits = all.trim_matches('0').to_owned();
    let length = |text: &str| i32::try_from(text.len()).unwrap_or(i32::MAX);
    let scale = if digits.is_empty() {
        0
    } else {
        length(whole) - i32::try_from(leading).unwrap_or(0) + exponent.unwrap_or(0)
    };
    Number {
        negative,
        digits,
        scale,
        rounded_to: exponent.map(|_| all.len()),
    }
}
