//! What is no content is taken out of a cell: characters that nobody sees, line breaks, and the marks
//! with which spreadsheet programs are told that a text is a text. It is always said, and every rule
//! afterwards sees the cleaned value.

use super::{Problem, quoted};
use crate::check::field::Field;
use crate::check::mojibake::mend_mojibake;
use crate::check::text::{is_blank, is_invisible};
use crate::model::rules::Rule;
use crate::model::rules::texts::{
    CONTROL_CHARACTER, FLOAT_FOR_CODE, GUARDED_TEXT, INVISIBLE_CHARACTER,
};

/// Whether the decimal `.0` of a column's values is what a program added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Decimals {
    /// They are part of the values, or there are none.
    #[default]
    Kept,
    /// They are no content: `1001.0` is `1001`.
    Added,
}

/// Whether [`cleaned`] has to be asked of a cell without anything unusual in it.
#[inline]
pub(crate) fn may_be_marked(text: &str, decimals: Decimals) -> bool {
    let bytes = text.as_bytes();
    match bytes {
        [b'\'' | b'=' | b'"', ..] => true,
        [.., b'.' | b',', b'0'] | [.., b'.' | b',', b'0', b'0'] => decimals == Decimals::Added,
        _ => false,
    }
}

/// A cell's value without what is no content, and what is to be said of it; `None` where there is
/// nothing to clean.
#[cold]
pub(crate) fn cleaned(field: Field, text: &str, decimals: Decimals) -> Option<(String, Problem)> {
    if text.chars().all(is_blank) {
        return None;
    }
    let mut did: Vec<(&'static Rule, String)> = Vec::new();
    let mut value = text.trim_matches(' ').to_owned();
    let decoded = without_codes(text);
    if let Some(seen) = without_unseen(field, decoded.as_deref().unwrap_or(text)) {
        did.push(seen.1);
        value = seen.0;
    }
    if let Some(bare) = without_marks(field, &value) {
        let why = "a spreadsheet program's mark for a text is taken off".to_owned();
        did.push((&GUARDED_TEXT, why));
        value = bare;
    }
    if decimals == Decimals::Added
        && let Some(whole) = whole_number(&value).map(str::to_owned)
    {
        did.push((&FLOAT_FOR_CODE, "a program added the decimals".to_owned()));
        value = whole;
    }
    let rule = did.last()?.0;
    let why: Vec<String> = did.into_iter().map(|(_, why)| why).collect();
    let message = format!(
        "{} is read as {}: {}",
        quoted(&shown(text)),
        quoted(&value),
        why.join(", ")
    );
    let problem = Problem::new(rule, message)
        .help("nothing needs to be done if that is right; check --fix writes it so")
        .suggest(value.clone());
    Some((value, problem))
}

/// The text with what workbooks write for control characters, `_x000D_`, as these; `None` without.
fn without_codes(text: &str) -> Option<String> {
    let mut plain = String::new();
    let (mut rest, mut from) = (text, 0);
    while let Some(at) = rest[from..].find('_').map(|at| at + from) {
        match control_code(&rest[at..]) {
            Some(letter) => {
                plain.push_str(&rest[..at]);
                plain.push(letter);
                (rest, from) = (&rest[at + 7..], 0);
            }
            None => from = at + 1,
        }
    }
    (!plain.is_empty()).then(|| plain + rest)
}

/// The control character that `_x000D_` stands for.
fn control_code(text: &str) -> Option<char> {
    let code = text
        .strip_prefix("_x")
        .or_else(|| text.strip_prefix("_X"))?;
    let (digits, behind) = code.split_at_checked(4)?;
    let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let letter = char::from_u32(u32::from_str_radix(digits, 16).ok().filter(|_| hex)?)?;
    (behind.starts_with('_') && letter.is_control()).then_some(letter)
}

/// What becomes of a character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Becomes {
    Itself,
    Space,
    /// The end of a line.
    Break,
    Nothing,
}

/// The text without control characters, line breaks and whatever cannot be seen.
fn without_unseen(field: Field, text: &str) -> Option<(String, (&'static Rule, String))> {
    // Mojibake is made of such characters, and its mended form needs them.
    let whole = mend_mojibake(text).is_none();
    let mut out = String::with_capacity(text.len());
    let mut between: Option<Becomes> = None;
    let mut first: Option<char> = None;
    let mut letters = text.trim_matches(' ').chars().peekable();
    let mut previous = ' ';
    while let Some(letter) = letters.next() {
        let becomes = match letter {
            '\u{ad}' | '\u{a0}' if !whole => Becomes::Itself,
            '\u{200c}' | '\u{200d}'
                if is_joined(previous) && letters.peek().copied().is_some_and(is_joined) =>
            {
                Becomes::Itself
            }
            _ => becomes(letter),
        };
        previous = letter;
        if becomes != Becomes::Itself {
            let worse = first.is_none_or(|first| is_control(letter) && !is_control(first));
            first = if worse { Some(letter) } else { first };
        }
        match becomes {
            Becomes::Itself if letter == ' ' && (between.is_some() || out.is_empty()) => {}
            Becomes::Itself => {
                if let Some(between) = between.take()
                    && !out.is_empty()
                {
                    out.push_str(separator(field, between, &out, letter));
                }
                out.push(letter);
            }
            Becomes::Nothing if between.is_none() && !out.ends_with(' ') => {}
            Becomes::Nothing => {
                out.truncate(out.trim_end_matches(' ').len());
                between = between.or(Some(Becomes::Space));
            }
            wider => {
                out.truncate(out.trim_end_matches(' ').len());
                between = if wider == Becomes::Break {
                    Some(wider)
                } else {
                    between.or(Some(wider))
                };
            }
        }
    }
    let first = first?;
    out.truncate(out.trim_end_matches(' ').len());
    let list = matches!(field, Field::ChildServiceTypes | Field::Flags);
    let only_breaks = |letter: char| !is_invisible(letter) && !matches!(letter, '\t' | '\u{a0}');
    if list
        && text
            .chars()
            .filter(|letter| becomes(*letter) != Becomes::Itself)
            .all(only_breaks)
    {
        return None;
    }
    let rule = if is_control(first) {
        &CONTROL_CHARACTER
    } else {
        &INVISIBLE_CHARACTER
    };
    Some((out, (rule, format!("it holds {}", name(first)))))
}

/// Letters that joiners stand between: those of scripts far from Latin, and pictures.
fn is_joined(letter: char) -> bool {
    letter >= '\u{590}'
}

fn becomes(letter: char) -> Becomes {
    match letter {
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Becomes::Break,
        '\t' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1f}' => Becomes::Space,
        // Between 80 and 9F stand letters of another encoding: to be mended, not to be dropped.
        '\u{80}'..='\u{9f}' | ' ' | '\u{3000}' => Becomes::Itself,
        _ if letter.is_control() || is_invisible(letter) => Becomes::Nothing,
        _ if letter.is_whitespace() => Becomes::Space,
        _ => Becomes::Itself,
    }
}

fn is_control(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}')
}

/// What stands between two words that something unseen stood between.
fn separator(field: Field, between: Becomes, before: &str, after: char) -> &'static str {
    if between != Becomes::Break {
        return " ";
    }
    match field {
        Field::Address if before.ends_with([',', ';', ':']) => " ",
        Field::Address if matches!(after, ',' | ';') => "",
        Field::Address => ", ",
        Field::ChildServiceTypes | Field::Flags if !before.ends_with([',', ';', '|']) => "; ",
        _ => " ",
    }
}

fn name(letter: char) -> String {
    match letter {
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => "a line break".into(),
        '\t' => "a tab".into(),
        '\u{a0}' => "a no-break space".into(),
        '\u{200b}' => "a zero-width space".into(),
        '\u{feff}' => "a byte order mark".into(),
        '\u{ad}' => "a soft hyphen".into(),
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}' => {
            format!("the mark of direction U+{:04X}", u32::from(letter))
        }
        _ if letter.is_control() => format!("the control character U+{:04X}", u32::from(letter)),
        _ => format!("the invisible character U+{:04X}", u32::from(letter)),
    }
}

/// The text with signs for what cannot be seen.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut previous = ' ';
    for letter in text.chars() {
        let second = letter == '\n' && previous == '\r';
        previous = letter;
        match letter {
            _ if second => {}
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => shown.push('␤'),
            '\t' => shown.push('␉'),
            _ if letter.is_control() || becomes(letter) != Becomes::Itself => {
                shown.push_str(&format!("<U+{:04X}>", u32::from(letter)));
            }
            _ => shown.push(letter),
        }
    }
    shown
}

/// The value without the apostrophe in front, and out of `="..."`.
fn without_marks(field: Field, text: &str) -> Option<String> {
    let mut value = text;
    let mut kept;
    for _ in 0..3 {
        if let Some(bare) = without_apostrophe(field, value) {
            value = bare;
        } else if let Some(inner) = unwrapped(value) {
            kept = inner;
            return Some(without_marks(field, &kept).unwrap_or_else(|| std::mem::take(&mut kept)));
        } else {
            break;
        }
    }
    (value != text).then(|| value.to_owned())
}

/// The apostrophe before a sign that begins a formula, or before a digit.
fn without_apostrophe(field: Field, text: &str) -> Option<&str> {
    const MARKS: [char; 3] = ['\'', '\u{2018}', '\u{2019}'];
    let rest = text.strip_prefix(MARKS)?;
    let is_name = matches!(
        field,
        Field::Name | Field::Parent | Field::LegalCompanyName | Field::Location | Field::Region
    );
    let enclosed = rest.strip_suffix(MARKS);
    match rest.as_bytes().first()? {
        b'=' | b'+' | b'-' | b'@' if enclosed.is_none() => Some(rest),
        b'\''
            if matches!(
                rest.as_bytes().get(1),
                Some(b'=' | b'+' | b'-' | b'@' | b'\'')
            ) =>
        {
            Some(rest)
        }
        b'0'..=b'9' | b'+' | b'=' if !is_name => Some(enclosed.unwrap_or(rest)),
        b'\'' => None,
        // `'Dresden`: no word begins so, save those that lost their beginning.
        b'A'..=b'Z' if enclosed.is_none() && text.starts_with('\'') && !is_shortened(rest) => {
            Some(rest)
        }
        // No number begins with an apostrophe.
        _ if matches!(
            field,
            Field::PhoneNumber | Field::FaxNumber | Field::ZipCode
        ) =>
        {
            Some(enclosed.unwrap_or(rest))
        }
        _ => None,
    }
}

/// Whether an apostrophe in front stands for what a word has lost, or is a letter of its language:
/// `'Round`, `'Ewa Beach`, `'T Hof`.
fn is_shortened(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "round",
        "til",
        "till",
        "tis",
        "twas",
        "cause",
        "bout",
        "neath",
        "ndrangheta",
        "gainst",
        "mongst",
        "cross",
        "nuff",
        "stache",
        "burbs",
        "hood",
        "mid",
        "fore",
    ];
    let end = text
        .find(|letter: char| !letter.is_alphabetic())
        .unwrap_or(text.len());
    let word = text[..end].to_lowercase();
    word.chars().count() < 3
        || word.starts_with(['a', 'e', 'i', 'o', 'u'])
        || WORDS.contains(&word.as_str())
        || text.contains('\'')
}

/// `="00012"`, `=""00012""`, `=T("00012")`, and these in quotation marks of their own.
fn unwrapped(text: &str) -> Option<String> {
    let undoubled;
    let mut text = text;
    if let Some(inner) = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        && inner.starts_with('=')
    {
        undoubled = inner.replace("\"\"", "\"");
        text = &undoubled;
    }
    let mut body = text.strip_prefix('=')?.trim();
    body = body.strip_prefix('+').unwrap_or(body);
    if let Some(inner) = body
        .strip_prefix(['T', 't'])
        .unwrap_or(body)
        .strip_prefix('(')
    {
        body = inner.strip_suffix(')')?.trim();
    }
    let inner = body.strip_prefix('"')?.strip_suffix('"')?;
    let inner = inner
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(inner);
    // A quotation mark that is not doubled: the formula puts several texts together.
    let single = inner.replace("\"\"", "");
    if single.contains('"') {
        return None;
    }
    Some(inner.replace("\"\"", "\"").trim().to_owned())
}

/// The digits before `.0`.
pub(crate) fn whole_number(text: &str) -> Option<&str> {
    let (whole, decimals) = text.split_once(['.', ','])?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (digits(whole) && matches!(decimals, "0" | "00")).then_some(whole)
}

/// Whether the `.0` of a column's values was added: some have it, and none has other decimals.
pub(crate) fn decimals_of<'a>(field: Field, values: impl Iterator<Item = &'a str>) -> Decimals {
    let always = matches!(
        field,
        Field::ZipCode | Field::PhoneNumber | Field::FaxNumber
    );
    let possible = always
        || matches!(
            field,
            Field::ExternalCode
                | Field::Parent
                | Field::VatNumber
                | Field::ChamberOfCommerceNumber
                | Field::BankAccountNumber
        );
    if !possible {
        return Decimals::Kept;
    }
    if always {
        return Decimals::Added;
    }
    let mut added = Decimals::Kept;
    for value in values {
        if whole_number(value).is_some() {
            added = Decimals::Added;
        } else if is_fraction(value) {
            return Decimals::Kept;
        }
    }
    added
}

/// `1.2`, `1.10`
fn is_fraction(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once(['.', ','])
        .is_some_and(|(whole, decimals)| digits(whole) && digits(decimals))
}

#[cfg(test)]
mod tests;
