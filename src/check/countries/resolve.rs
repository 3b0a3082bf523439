//! The order in which a text is tried: codes, the whole as a name, the parts.
//!
//! Knows how people write countries, not which countries there are: the table does.

use super::fold::{self, AsciiKey, Marks};
use super::suggest;
use super::table::{self, Verdict};
use super::{CountryCode, Refusal, RefusalReason, Resolution};

/// Longer texts are no country.
const LONGEST: usize = 600;
/// A text with more countries than this is a list; the rest of it adds nothing.
const MOST_PARTS: usize = 4;

/// The country that `text` names, or why it names none.
pub fn resolve(text: &str) -> Resolution {
    let text = text.trim();
    if let Some(code) = code(text) {
        return Resolution::Resolved(code);
    }
    if text.len() > LONGEST {
        return refused(RefusalReason::NotACountry, Vec::new());
    }
    match whole(text) {
        Some(Verdict::Country(code, _)) => match contradiction(text, code) {
            None => Resolution::Resolved(code),
            Some(both) => refused(RefusalReason::Several, both.to_vec()),
        },
        Some(Verdict::Refused(reason, codes)) => refused(reason, parse_list(codes)),
        None => parts(text).unwrap_or_else(|| unknown(text)),
    }
}

fn refused(reason: RefusalReason, suggestions: Vec<CountryCode>) -> Resolution {
    Resolution::Refused(Refusal {
        reason,
        suggestions,
    })
}

fn parse_list(codes: &str) -> Vec<CountryCode> {
    codes.split(',').filter_map(CountryCode::parse).collect()
}

/// The country of a text that is nothing but a code.
fn code(text: &str) -> Option<CountryCode> {
    if text.is_ascii() {
        return ascii_code(text);
    }
    // A code written full width is at most nine bytes long; the rest is spaces.
    if text
        .chars()
        .filter(|&char| !fold::is_dropped(char))
        .nth(3)
        .is_some()
    {
        return None;
    }
    let plain = fold::plain(text);
    let code = plain.trim_matches(fold::is_dropped);
    code.is_ascii().then(|| ascii_code(code)).flatten()
}

fn ascii_code(text: &str) -> Option<CountryCode> {
    let trimmed = text.trim_matches(fold::is_dropped);
    match *trimmed.as_bytes() {
        [first, second] if first.is_ascii_alphabetic() && second.is_ascii_alphabetic() => {
            alpha2([first, second])
        }
        [a, b, c] if [a, b, c].iter().all(u8::is_ascii_alphabetic) => alpha3([a, b, c]),
        _ => numeric(text),
    }
}

fn alpha2(letters: [u8; 2]) -> Option<CountryCode> {
    CountryCode::from_alpha2(letters).or_else(|| {
        // The European Union's own codes, reserved in ISO 3166-1 for these countries.
        match &letters.map(|letter| letter.to_ascii_uppercase()) {
            b"UK" => CountryCode::parse("GB"),
            b"EL" => CountryCode::parse("GR"),
            _ => None,
        }
    })
}

/// A word such as "Nga" may be a name of another country; "NGA" and "nga" are codes.
fn alpha3(letters: [u8; 3]) -> Option<CountryCode> {
    let code = CountryCode::from_alpha3(letters)?;
    let [first, rest @ ..] = letters;
    let is_word = first.is_ascii_uppercase() && rest.iter().all(u8::is_ascii_lowercase);
    let disputed = is_word
        && matches!(
            table::find(&letters.map(|letter| letter.to_ascii_lowercase())),
            Some(Verdict::Refused(RefusalReason::Ambiguous, _))
        );
    (!disputed).then_some(code)
}

/// One to three digits: spreadsheets drop the zeros in front.
fn numeric(text: &str) -> Option<CountryCode> {
    let digits = text.trim_matches(|char: char| char.is_ascii_whitespace() || "'\"".contains(char));
    if !(1..=3).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    CountryCode::from_numeric(digits.parse().ok()?)
}

/// The verdict on a text as it stands, or turned round where a comma or parentheses say so.
fn whole(text: &str) -> Option<Verdict> {
    name([text]).or_else(|| {
        let (left, right) = turning_point(text)?;
        name([right, left])
    })
}

/// The verdict on the name that `pieces` make.
fn name<const N: usize>(pieces: [&str; N]) -> Option<Verdict> {
    if pieces.iter().all(|piece| piece.is_ascii()) {
        return match AsciiKey::of(pieces)?.as_bytes() {
            [] => Some(Verdict::Refused(RefusalReason::Missing, "")),
            key => table::find(key),
        };
    }
    let key = fold::fold(pieces, Marks::Dropped);
    let marked = fold::fold(pieces, Marks::Kept);
    if key.is_empty() {
        return Some(Verdict::Refused(RefusalReason::Missing, ""));
    }
    (marked != key)
        .then(|| table::find(marked.as_bytes()))
        .flatten()
        .or_else(|| table::find(key.as_bytes()))
}

/// "Korea, Republic of" and "Korea (Republic of)" are "Republic of Korea".
fn turning_point(text: &str) -> Option<(&str, &str)> {
    let opening = |char| matches!(char, ',' | '(' | '[' | '，' | '（' | '،');
    let (left, right) = text.split_once(opening)?;
    let right = right.trim_end_matches(|char: char| fold::is_dropped(char) || matches!(char, '）'));
    let no_more =
        !right.contains(|char| opening(char) || matches!(char, ')' | ']' | '/' | ';' | '）'));
    let both = !left.trim().is_empty() && !right.is_empty();
    (no_more && both).then_some((left, right))
}

/// The two countries of a name and a code beside it that disagree, though the two run together
/// happen to be a name: "Thailand (DE)" is no "Thailande", "Pakistan AS" no "Pakistanas".
fn contradiction(text: &str, found: CountryCode) -> Option<[CountryCode; 2]> {
    let text = text.trim_matches(fold::is_dropped);
    let at_end = text
        .rsplit_once(fold::is_dropped)
        .filter(|(_, last)| is_written_as_code(last));
    let mut parts = split(text);
    let in_two = match (parts.next(), parts.next(), parts.next()) {
        (Some(left), Some(right), None) => Some((left.trim(), right.trim())),
        _ => None,
    };
    let turned = in_two.map(|(left, right)| (right, left));
    // The French article stands in parentheses in ISO's list: "Belgique (la)".
    let of_parts = [in_two, turned]
        .into_iter()
        .flatten()
        .filter(|&(_, code)| code != "la");
    at_end.into_iter().chain(of_parts).find_map(|(rest, last)| {
        let second = letters_code(last).filter(|&code| code != found)?;
        match name([rest])? {
            Verdict::Country(first, _) if first != second => Some([first, second]),
            _ => None,
        }
    })
}

/// A last word in capitals that is not short for "islands" or, as in "China PR", for a republic.
fn is_written_as_code(word: &str) -> bool {
    matches!(word.len(), 2 | 3)
        && word.bytes().all(|byte| byte.is_ascii_uppercase())
        && !["IS", "ISL", "PR", "SR"].contains(&word)
}

/// Judges a text by its parts: a name and its code that agree are one country.
fn parts(text: &str) -> Option<Resolution> {
    if let Some(code) = agreement(text) {
        return Some(Resolution::Resolved(code));
    }
    // "Antigua & Barbuda (AG)" has two parts, "Germany & Austria" none but those beside the "&".
    judge(split(text)).or_else(|| match judge(text.split(['&', '+'])) {
        Some(Resolution::Refused(refusal)) => Some(Resolution::Refused(refusal)),
        _ => None,
    })
}

fn judge<'a>(parts: impl Iterator<Item = &'a str>) -> Option<Resolution> {
    let mut countries = Vec::new();
    let mut names = 0;
    let mut strangers = 0;
    for part in parts {
        match part_country(part.trim()) {
            None => strangers += 1,
            Some((code, by)) => {
                names += usize::from(by == By::Name);
                if !countries.contains(&code) {
                    countries.push(code);
                }
            }
        }
        if countries.len() > MOST_PARTS {
            break;
        }
    }
    match (countries.as_slice(), strangers, names) {
        ([], ..) => None,
        (&[code], 0, 1..) => Some(Resolution::Resolved(code)),
        (&[_], ..) => Some(refused(RefusalReason::NotACountry, countries)),
        _ => Some(refused(RefusalReason::Several, countries)),
    }
}

/// The country of a name with its code before or after it, whatever else the name has in it.
fn agreement(text: &str) -> Option<CountryCode> {
    let text = text.trim_matches(fold::is_dropped);
    let last = text.rsplit_once(is_separator);
    let first = text
        .split_once(is_separator)
        .map(|(code, rest)| (rest, code));
    [last, first]
        .into_iter()
        .flatten()
        .find_map(|(rest, code)| {
            let code = letters_code(code.trim())?;
            match name([rest])? {
                Verdict::Country(country, _) if country == code => Some(code),
                _ => None,
            }
        })
}

/// How a part of a text says which country it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Name,
    Code,
}

fn part_country(part: &str) -> Option<(CountryCode, By)> {
    if let Some(code) = letters_code(part) {
        return Some((code, By::Code));
    }
    match name([part])? {
        Verdict::Country(code, _) => Some((code, By::Name)),
        Verdict::Refused(..) => None,
    }
}

/// A code of letters: digits beside a name are something else.
fn letters_code(part: &str) -> Option<CountryCode> {
    part.bytes()
        .all(|byte| byte.is_ascii_alphabetic())
        .then(|| ascii_code(part))
        .flatten()
}

/// The parts between slashes, commas, parentheses, lone dashes and the like.
fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_separator)
        .flat_map(|part| part.split(" - "))
        .filter(|part| !part.chars().all(fold::is_dropped))
}

/// Whether what stands on either side speaks for itself.
fn is_separator(char: char) -> bool {
    let ascii = matches!(
        char,
        '/' | '\\' | '|' | ';' | ':' | ',' | '(' | ')' | '[' | ']' | '\n'
    );
    ascii
        || matches!(
            char,
            '\u{2013}' | '\u{2014}' | '，' | '（' | '）' | '、' | '；' | '／'
        )
}

/// A text that nothing is known of.
fn unknown(text: &str) -> Resolution {
    if is_dialling_code(text) {
        return refused(RefusalReason::DiallingCode, Vec::new());
    }
    let key = fold::fold([text], Marks::Dropped);
    if let Some(country) = of_distinguishing_sign(&key) {
        return refused(RefusalReason::NotACountry, vec![country]);
    }
    match suggest::closest(&key) {
        close if close.is_empty() => refused(RefusalReason::NotACountry, close),
        close => refused(RefusalReason::Misspelt, close),
    }
}

/// The country whose vehicles bear this letter: lists from central Europe have `D` and `A`. Only a
/// guess, as letters such as `N` and `X` stand in cells for many reasons.
fn of_distinguishing_sign(key: &str) -> Option<CountryCode> {
    let code = match key {
        "a" => "AT",
        "b" => "BE",
        "d" => "DE",
        "e" => "ES",
        "f" => "FR",
        "h" => "HU",
        "i" => "IT",
        "l" => "LU",
        "n" => "NO",
        "p" => "PT",
        "s" => "SE",
        _ => return None,
    };
    CountryCode::parse(code)
}

fn is_dialling_code(text: &str) -> bool {
    let text = text.trim_matches(|char: char| char.is_whitespace() || "'\"()".contains(char));
    let digits = text.strip_prefix('+').or_else(|| text.strip_prefix("00"));
    digits.is_some_and(|digits| {
        digits.contains(|char: char| char.is_ascii_digit())
            && digits
                .chars()
                .all(|char| char.is_ascii_digit() || " -./()".contains(char))
    })
}
