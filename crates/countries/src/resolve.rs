//! The order in which a text is tried: codes, the whole as a name, the parts.
//!
//! Knows how people write countries, not which countries there are: the table does.

use super::code::CountryCode;
use super::fold::{self, AsciiKey, Marks};
use super::resolution::{Refusal, RefusalReason, Resolution};
use super::suggest;
use super::table::{self, Verdict};
use super::territory::{owner, territory};

/// Longer texts are no country.
const LONGEST: usize = 600;
/// A text with more countries than this is a list; the rest of it adds nothing.
const MOST_PARTS: usize = 4;

/// The country that `text` names, or why it names none.
///
/// Takes any text, of any length: what is longer than a name can be is refused without being looked
/// at. A code takes some 10 to 25 ns, a name 90 to 400 ns, a misspelt one 25 µs.
///
/// ```
/// # use countries::{Resolution, resolve};
/// let code = |text| match resolve(text) {
///     Resolution::Resolved(code) => code.as_str(),
///     Resolution::Refused(_) => "refused",
/// };
/// assert_eq!(["UK", "deu", "040", "Holland", "日本"].map(code), ["GB", "DE", "AT", "NL", "JP"]);
/// assert_eq!(["Congo", "Yugoslavia", "Bavaria", "+43", ""].map(code), ["refused"; 5]);
/// ```
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
            _ if is_abbreviation_in_disguise(text) => unknown(text),
            None => Resolution::Resolved(code),
            Some(_) if territory_beside_owner(text) == Some(code) => Resolution::Resolved(code),
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
        .filter(|&char| !is_around_code(char))
        .nth(3)
        .is_some()
    {
        return None;
    }
    let plain = fold::plain(text);
    let code = plain.trim_matches(is_around_code);
    code.is_ascii().then(|| ascii_code(code)).flatten()
}

/// Whether a character beside a code says nothing. A full stop does: "St." and "Mr." are words,
/// ".at" is the end of an address.
fn is_around_code(char: char) -> bool {
    fold::is_dropped(char)
        && (!char.is_ascii() || char.is_ascii_whitespace() || "'\"`".contains(char))
}

/// Whether a text of up to three letters has signs that no abbreviation has: ".us", "U/S", "UK-".
/// "U.S.", "U. S. A." and "U K" are abbreviations.
fn is_abbreviation_in_disguise(text: &str) -> bool {
    let text = text.trim_matches(is_around_code);
    if !text.is_ascii() || text.bytes().filter(u8::is_ascii_alphanumeric).count() > 3 {
        return false;
    }
    let compact: String = text.split_ascii_whitespace().collect();
    let letters = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic());
    let spelt = compact.strip_suffix('.').unwrap_or(&compact);
    let dotted = spelt
        .split('.')
        .all(|part| part.len() == 1 && letters(part));
    !letters(&compact) && !dotted
}

fn ascii_code(text: &str) -> Option<CountryCode> {
    let trimmed = text.trim_matches(is_around_code);
    match *trimmed.as_bytes() {
        // Titles and "Saint", as nobody writes a code.
        [b'M', b'r' | b's'] | [b'S', b't'] => None,
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
    if let Some(codes) = codes_side_by_side(text, found) {
        return Some(codes);
    }
    if let Some(other) = other_of_list(text, found) {
        return Some([other, found]);
    }
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

/// Another country that stands in a list with the rest of a name: "Guinea / Bissau" run together is
/// a third one.
fn other_of_list(text: &str, found: CountryCode) -> Option<CountryCode> {
    let separator = |char| matches!(char, '/' | '\\' | '|' | ';' | '\n' | '／' | '；');
    if !text.contains(separator) {
        return None;
    }
    text.split(separator)
        .filter_map(|part| part_country(part.trim()))
        .map(|(code, _)| code)
        .find(|code| *code != found)
}

/// The countries of a text of nothing but codes, though they run together happen to be a name:
/// "CI, LI" is no "Cili", "PE-RU" no "Peru".
fn codes_side_by_side(text: &str, found: CountryCode) -> Option<[CountryCode; 2]> {
    const LONGEST: usize = 12;
    if text.len() > LONGEST || !text.is_ascii() {
        return None;
    }
    let code = |word: &str| {
        let one_case = word.bytes().all(|byte| byte.is_ascii_uppercase())
            || word.bytes().all(|byte| byte.is_ascii_lowercase());
        letters_code(word).filter(|_| one_case)
    };
    let words = || text.split(fold::is_dropped).filter(|word| !word.is_empty());
    let first = code(words().next()?)?;
    let mut others = words().skip(1);
    let other = code(others.next()?)?;
    let codes_only = first != other && others.all(|word| code(word).is_some());
    // "US VI" are the Virgin Islands.
    let is_territory = [first, other].contains(&found)
        && [first, other]
            .into_iter()
            .any(|code| owner(found) == Some(code));
    (codes_only && !is_territory).then_some([first, other])
}

/// A territory with the country it belongs to beside it.
fn territory_beside_owner(text: &str) -> Option<CountryCode> {
    territory(text, |part| part_country(part.trim()).map(|(code, _)| code))
}

/// A last word in capitals that is not short for "islands" or, as in "China PR", for a republic.
fn is_written_as_code(word: &str) -> bool {
    matches!(word.len(), 2 | 3)
        && word.bytes().all(|byte| byte.is_ascii_uppercase())
        && !["IS", "ISL", "PR", "SR"].contains(&word)
}

/// Judges a text by its parts: a name and its code that agree are one country.
fn parts(text: &str) -> Option<Resolution> {
    if let Some(code) = agreement(text).or_else(|| territory_beside_owner(text)) {
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
    if let Some(country) = of_punctuated_code(text) {
        return refused(RefusalReason::NotACountry, vec![country]);
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

/// The country of a code with full stops: ".at", "D.E.", "AT.". Only a guess; "St." and "Mr." are
/// not even that.
fn of_punctuated_code(text: &str) -> Option<CountryCode> {
    let text = text.trim_matches(is_around_code);
    let letters: String = text
        .chars()
        .filter(|sign| !matches!(sign, '.' | ' '))
        .collect();
    let lower = letters.bytes().all(|byte| byte.is_ascii_lowercase());
    let upper = letters.bytes().all(|byte| byte.is_ascii_uppercase());
    let meant = upper || (lower && text.starts_with('.'));
    (text.len() > letters.len() && letters.len() <= 3 && meant)
        .then(|| letters_code(&letters))
        .flatten()
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
