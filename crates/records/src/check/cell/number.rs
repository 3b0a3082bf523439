//! Ids: digits and nothing else. What a spreadsheet program made of them is refused with what they
//! probably were.

use super::{Parsed, Problem, quoted};
use crate::model::WholeId;
use crate::model::rules::words::{INTEGER_OUT_OF_RANGE, NOT_AN_INTEGER};

/// The id that `text` is.
pub(crate) fn id<T: WholeId>(text: &str) -> Parsed<T> {
    match text.parse() {
        Ok(id) => Ok(id),
        Err(_) => Err(wrong(text, T::MOST)),
    }
}

fn wrong(text: &str, most: u64) -> Problem {
    let shown = quoted(text);
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let help = if text.bytes().all(|byte| byte == b'0') {
            "leave the cell empty if there is no id".to_owned()
        } else {
            format!("ids are at most {most}")
        };
        return Problem::new(&INTEGER_OUT_OF_RANGE, format!("{shown} cannot be an id")).help(help);
    }
    if let Some(rest) = text.strip_prefix('-')
        && !rest.is_empty()
        && rest.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Problem::new(&INTEGER_OUT_OF_RANGE, format!("{shown} cannot be an id"))
            .help("ids are above zero");
    }
    let problem = Problem::new(
        &NOT_AN_INTEGER,
        format!("{shown} is not a whole number in plain digits"),
    );
    match probable(text) {
        Some(Probable::Digits(digits, why)) => problem
            .help(format!("{why}; write {digits}"))
            .suggest(digits),
        Some(Probable::Exponent) => {
            problem.help("digits were lost to exponent notation; take the id from the source again")
        }
        None => problem.help("write the digits alone, or leave the cell empty"),
    }
}

enum Probable {
    Digits(String, &'static str),
    Exponent,
}

fn probable(text: &str) -> Option<Probable> {
    let all_digits =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if text.contains(['e', 'E']) && text.bytes().any(|byte| byte.is_ascii_digit()) {
        let (mantissa, exponent) = text.split_once(['e', 'E'])?;
        let exponent = exponent.trim_start_matches('+');
        let plain = mantissa
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
        return (plain && all_digits(exponent)).then_some(Probable::Exponent);
    }
    if let Some((whole, zeros)) = text.split_once('.')
        && all_digits(whole)
        && !zeros.is_empty()
        && zeros.bytes().all(|byte| byte == b'0')
        && zeros.len() < 3
    {
        return Some(Probable::Digits(
            whole.into(),
            "a spreadsheet program added a decimal point",
        ));
    }
    for separator in [',', '.', ' ', '\'', '\u{a0}', '\u{202f}'] {
        let groups: Vec<&str> = text.split(separator).collect();
        let grouped = groups.len() > 1
            && (1..=3).contains(&groups[0].len())
            && groups.iter().all(|group| all_digits(group))
            && groups[1..].iter().all(|group| group.len() == 3);
        if grouped {
            return Some(Probable::Digits(
                groups.concat(),
                "the number has thousands separators",
            ));
        }
    }
    let digits = text.trim_start_matches(['#', '+']);
    all_digits(digits).then(|| Probable::Digits(digits.into(), "there is a sign before the digits"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PartnerId;

    fn check(text: &str, code: &str, suggestion: &str) {
        let problem = id::<PartnerId>(text).unwrap_err();
        assert_eq!(problem.rule.code, code, "{text}");
        assert_eq!(problem.suggestions.join(","), suggestion, "{text}");
    }

    #[test]
    fn ids_are_plain_digits() {
        assert_eq!(id::<PartnerId>("12345").unwrap().get(), 12345);
        check("1.0", "V207", "1");
        check("1,234", "V207", "1234");
        check("1.234.567", "V207", "1234567");
        check("1e3", "V207", "");
        check("1.2E+05", "V207", "");
        check("Acme", "V207", "");
        check("#4711", "V207", "4711");
        check("0", "V208", "");
        check("-5", "V208", "");
        check("99999999999999999999", "V208", "");
    }
}
