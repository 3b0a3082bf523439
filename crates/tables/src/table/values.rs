//! What a cell looks like: enough to tell names of columns from values. Decides nothing about
//! validity.

/// What kind of value a text looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Look {
    /// Nothing, or spaces.
    Empty,
    /// Words.
    Text,
    /// A number, with or without currency, sign, percent.
    Number,
    /// A date or a time of day.
    Date,
    /// Letters and digits, as in an article number.
    Code,
    /// An e-mail address or a link.
    Link,
}

impl Look {
    /// Whether a column's name hardly ever looks so.
    pub(super) fn is_value(self) -> bool {
        matches!(self, Self::Number | Self::Date | Self::Link)
    }
}

/// What `text` looks like.
pub(super) fn look(text: &str) -> Look {
    let text = text.trim();
    if text.is_empty() {
        return Look::Empty;
    }
    if is_link(text) {
        return Look::Link;
    }
    if text.len() > 40 || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Look::Text;
    }
    if is_number(text) {
        return Look::Number;
    }
    if is_date(text) {
        return Look::Date;
    }
    if is_code(text) {
        return Look::Code;
    }
    Look::Text
}

fn is_link(text: &str) -> bool {
    if text.contains(char::is_whitespace) {
        return false;
    }
    let mail = text
        .split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
    mail || text.starts_with("http://") || text.starts_with("https://") || text.starts_with("www.")
}

/// Digits with the usual separators, a sign, a currency or a percent sign around them.
pub(super) fn is_number(text: &str) -> bool {
    let core = text
        .trim_start_matches(['+', '-', '(', '$', '€', '£', '¥'])
        .trim_end_matches([')', '%', '€', '$', '£', '¥', '-'])
        .trim();
    let core = ["EUR", "USD", "GBP", "CHF"]
        .iter()
        .find_map(|code| core.strip_prefix(code).or_else(|| core.strip_suffix(code)))
        .unwrap_or(core)
        .trim();
    core.starts_with(|first: char| first.is_ascii_digit() || first == '.' || first == '-')
        && core.ends_with(|last: char| last.is_ascii_digit())
        && core.chars().all(|character| {
            character.is_ascii_digit()
                || matches!(
                    character,
                    '.' | ',' | '\'' | ' ' | '\u{A0}' | 'E' | '+' | '-'
                )
        })
        && !core.contains("--")
        && core.matches('-').count() < 2
}

fn is_date(text: &str) -> bool {
    let separators = text
        .chars()
        .filter(|character| matches!(character, '/' | '.' | '-' | ':'))
        .count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let others = text
        .chars()
        .filter(|character| {
            !character.is_ascii_digit()
                && !matches!(
                    character,
                    '/' | '.' | '-' | ':' | ' ' | 'T' | 'Z' | '+' | ','
                )
        })
        .collect::<String>();
    let words =
        ["", "AM", "PM", "am", "pm", "a.m", "p.m"].contains(&others.as_str()) || is_month(&others);
    separators + text.matches(' ').count() >= 1 && (3..=14).contains(&digits) && words && {
        let first = text.chars().next().unwrap_or(' ');
        first.is_ascii_digit() || is_month(&others)
    }
}

fn is_month(letters: &str) -> bool {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let lower = letters.to_ascii_lowercase();
    MONTHS
        .iter()
        .any(|month| lower.starts_with(month) && lower.len() <= 9)
}

fn is_code(text: &str) -> bool {
    !text.contains(' ')
        && text.chars().any(char::is_alphabetic)
        && text.chars().filter(char::is_ascii_digit).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks() {
        let cases = [
            ("", Look::Empty),
            ("Acme Ltd", Look::Text),
            ("Name", Look::Text),
            ("12", Look::Number),
            ("$74.69", Look::Number),
            ("1.234,50 €", Look::Number),
            ("-3", Look::Number),
            ("28/01/2018", Look::Date),
            ("2026-11-23T20:15:00", Look::Date),
            ("00:15", Look::Date),
            ("12 Nov 2026", Look::Date),
            ("MG-8769", Look::Code),
            ("a@b.example", Look::Link),
            ("https://a.example/x", Look::Link),
            ("Street 12", Look::Text),
            ("Q1", Look::Text),
        ];
        for (text, expected) in cases {
            assert_eq!(look(text), expected, "{text}");
        }
    }
}
