//! What a number format means: which sections change what a number says, and which only dress it.
//!
//! A number format means something when without it another value would be read: a date, digits
//! that are padded or set apart (`00000`, `(000) 000-0000`), a prefix such as `K-` or `+`. Currency,
//! percent, thousands and decimals dress an amount: the plain number is read.

use super::parts::{DateParts, Literals, NumberFormat, Place, Section, Sections, Shows};
use super::tokens::{Token, sections};

/// How many sections speak of numbers; a fourth speaks of text.
const NUMBER_SECTIONS: usize = 3;

impl NumberFormat {
    /// Analyses a format code such as `"K-"0000` or `dd.mm.yyyy`.
    pub(in crate::workbook) fn parse(code: &str) -> Self {
        analyse(code)
    }
}

fn analyse(code: &str) -> NumberFormat {
    // `Standard` is what some tools write for `General`.
    if code.trim().is_empty() || code.trim().eq_ignore_ascii_case("standard") {
        return NumberFormat::Plain;
    }
    let tokens = sections(code);
    let signed = tokens.len() > 1;
    let mut found = Sections::default();
    for section in &tokens {
        if let Some(at) = section.iter().position(|token| *token == Token::Text) {
            found.text = Some(around(section, at, at));
        } else if found.numbers.len() < NUMBER_SECTIONS {
            found.numbers.push(Section {
                condition: section.iter().find_map(|token| match token {
                    Token::Condition(condition) => Some(*condition),
                    _ => None,
                }),
                shows: shows(section, if signed { Sign::Sections } else { Sign::Own }),
            });
        }
    }
    found.text = found.text.filter(|text| *text != Literals::default());
    let plain = |section: &Section| section.shows == Shows::Plain;
    if found.numbers.iter().all(plain) && found.text.is_none() {
        return NumberFormat::Plain;
    }
    NumberFormat::Sections(found)
}

/// Whether a section shows a sign of its own, or one of several sections does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Own,
    Sections,
}

fn shows(section: &[Token], sign: Sign) -> Shows {
    if let Some(parts) = date_parts(section) {
        return Shows::Date(parts);
    }
    if let Some(at) = section.iter().position(|token| *token == Token::General) {
        let literals = around(section, at, at);
        return if is_label(&literals.before, sign) || is_tail(&literals.after) {
            Shows::Between(literals)
        } else {
            Shows::Plain
        };
    }
    let place = |token: &Token| matches!(token, Token::Place(_));
    let (Some(first), Some(last)) = (
        section.iter().position(place),
        section.iter().rposition(place),
    ) else {
        return Shows::Plain;
    };
    let around = around(section, first, last);
    let inner = &section[first..=last];
    // Whatever stands behind the first zero is shown as a zero, too.
    let padded = inner
        .iter()
        .filter(|token| place(token))
        .skip_while(|token| **token != Token::Place('0'))
        .count()
        >= 2;
    let is_amount = section.iter().any(|token| match token {
        Token::Point | Token::Comma | Token::Percent | Token::Exponent | Token::Slash => true,
        // Amounts are never padded, so that a symbol before zeros is a prefix.
        Token::Currency(symbol) => !padded || is_currency(symbol),
        _ => false,
    });
    if is_amount || is_currency(&around.before) || is_currency(&around.after) {
        return Shows::Plain;
    }
    let set_apart = inner.iter().any(|token| matches!(token, Token::Literal(_)));
    let meant = if set_apart {
        !is_grouping(inner)
    } else {
        padded || is_label(&around.before, sign) || is_tail(&around.after)
    };
    if !meant {
        return Shows::Plain;
    }
    Shows::Digits(places(inner, around))
}

fn places(inner: &[Token], around: Literals) -> Vec<Place> {
    let mut places = vec![Place::Literal(around.before)];
    let mut behind_zero = false;
    places.extend(inner.iter().filter_map(|token| match token {
        Token::Place(sign) => {
            behind_zero |= *sign == '0';
            Some(if behind_zero {
                Place::Zero
            } else {
                Place::Optional
            })
        }
        Token::Literal(text) => Some(Place::Literal(text.clone())),
        _ => None,
    }));
    places.push(Place::Literal(around.after));
    places.retain(|place| *place != Place::Literal(String::new()));
    places
}

/// The literals before `first` and behind `last`, without the space that aligns columns.
fn around(section: &[Token], first: usize, last: usize) -> Literals {
    let joined = |tokens: &[Token]| -> String {
        tokens
            .iter()
            .map(|token| match token {
                Token::Literal(text) | Token::Currency(text) => text.as_str(),
                Token::Point => ".",
                Token::Comma => ",",
                Token::Slash => "/",
                Token::Percent => "%",
                _ => "",
            })
            .collect()
    };
    Literals {
        before: joined(&section[..first]).trim_start().to_owned(),
        after: joined(&section[last + 1..]).trim_end().to_owned(),
    }
}

/// Whether text before a number is part of a name (`K-`, `+`), not a sign or a bracket.
fn is_label(text: &str, sign: Sign) -> bool {
    if is_currency(text) {
        return false;
    }
    text.contains(|letter: char| letter.is_alphanumeric() || letter == '#' || letter == '_')
        || (text.contains('+') && sign == Sign::Own)
}

/// Whether text behind a number belongs to it (`-DE`), unlike a unit (` kg`).
fn is_tail(text: &str) -> bool {
    let mut letters = text.chars();
    matches!(letters.next(), Some('-' | '/' | '.' | '_'))
        && letters.next().is_some_and(char::is_alphanumeric)
}

/// Whether literals between digits only group them by three, as some languages write thousands.
fn is_grouping(inner: &[Token]) -> bool {
    if inner.first() != Some(&Token::Place('#')) {
        return false;
    }
    let groups: Vec<&[Token]> = inner
        .split(|token| matches!(token, Token::Literal(_)))
        .collect();
    let separators = inner.iter().all(|token| match token {
        Token::Literal(text) => {
            matches!(text.as_str(), " " | "\u{a0}" | "\u{202f}" | "." | "'" | "’")
        }
        _ => true,
    });
    separators && groups.iter().skip(1).all(|group| group.len() == 3)
}

/// Whether a literal is a currency: a sign, or one of the abbreviations in use.
fn is_currency(text: &str) -> bool {
    const SIGNS: &str = "$€£¥₹₽₩₺₴₫₪₱฿¢₦₡₲₵₸₭₮₼₾";
    const WORDS: [&str; 32] = [
        "EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN", "CAD",
        "AUD", "NZD", "JPY", "CNY", "INR", "BRL", "ZAR", "TRY", "RUB", "KR", "KČ", "FT", "ZŁ",
        "LEI", "FR", "SFR", "RS", "DM", "EURO",
    ];
    if text.contains(|letter: char| SIGNS.contains(letter)) {
        return true;
    }
    let word = text.trim_matches(|letter: char| !letter.is_alphabetic());
    !word.is_empty() && WORDS.contains(&word.to_uppercase().as_str())
}

/// The parts of a date a section shows; `None` when it shows none.
fn date_parts(section: &[Token]) -> Option<DateParts> {
    let letters: Vec<(char, usize)> = section
        .iter()
        .filter_map(|token| match token {
            Token::Date(letter, length) => Some((*letter, *length)),
            Token::Elapsed(letter) => Some((*letter, 0)),
            Token::HalfDay => Some(('h', 1)),
            _ => None,
        })
        .collect();
    if letters.is_empty() {
        return None;
    }
    let (mut date, mut time, mut elapsed) = (false, false, false);
    for (at, (letter, length)) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at].0);
        let after = letters.get(at + 1).map(|next| next.0);
        match letter {
            _ if *length == 0 => elapsed = true,
            'h' | 's' => time = true,
            // Minutes stand behind hours or before seconds, and are never written out.
            'm' if *length <= 2 && (before == Some('h') || after == Some('s')) => time = true,
            _ => date = true,
        }
    }
    Some(match (date, time, elapsed) {
        (true, true, _) | (true, _, true) => DateParts::Both,
        (true, false, false) => DateParts::Date,
        (false, _, true) => DateParts::Elapsed,
        (false, _, false) => DateParts::Time,
    })
}
