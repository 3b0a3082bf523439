//! A number format code taken apart: sections, literals, places, date letters. Only spelling is
//! known here, meaning is `analyse`'s.

use super::parts::{Condition, Test};

/// One piece of a section.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// Text shown as it is.
    Literal(String),
    /// `0`, `#` or `?`.
    Place(char),
    Point,
    Comma,
    Percent,
    /// `E+`, `E-`.
    Exponent,
    /// The bar of a fraction, or a separator of a date.
    Slash,
    /// `@`: the cell's text.
    Text,
    General,
    /// A run of one date letter, in small letters.
    Date(char, usize),
    /// `AM/PM`, `A/P`.
    HalfDay,
    /// `[h]`, `[mm]`, `[ss]`.
    Elapsed(char),
    Condition(Condition),
    /// A currency symbol of `[$€-407]`.
    Currency(String),
}

/// The sections of a format code.
pub(super) fn sections(code: &str) -> Vec<Vec<Token>> {
    let mut sections = vec![Vec::new()];
    let mut lexer = Lexer {
        rest: code,
        places: false,
    };
    while let Some(step) = lexer.next() {
        match step {
            Step::Token(token) => push(sections.last_mut(), token),
            Step::Nothing => {}
            Step::Section => {
                lexer.places = false;
                sections.push(Vec::new());
            }
        }
    }
    sections
}

/// Neighbouring literals become one.
fn push(section: Option<&mut Vec<Token>>, token: Token) {
    let Some(section) = section else { return };
    if let (Some(Token::Literal(last)), Token::Literal(more)) = (section.last_mut(), &token) {
        last.push_str(more);
        return;
    }
    section.push(token);
}

enum Step {
    Token(Token),
    Nothing,
    Section,
}

struct Lexer<'a> {
    rest: &'a str,
    /// Whether the section has shown a digit's place: then `E+` is an exponent.
    places: bool,
}

impl Lexer<'_> {
    fn next(&mut self) -> Option<Step> {
        let letter = self.rest.chars().next()?;
        if let Some(token) = self.word() {
            return Some(Step::Token(token));
        }
        let rest = &self.rest[letter.len_utf8()..];
        self.rest = rest;
        Some(match letter {
            ';' => Step::Section,
            '"' => {
                let end = rest.find('"').unwrap_or(rest.len());
                self.rest = rest.get(end + 1..).unwrap_or("");
                literal(&rest[..end])
            }
            '\\' | '!' => self
                .next_letter()
                .map_or(Step::Nothing, |shown| literal(&shown)),
            '_' => self.next_letter().map_or(Step::Nothing, |_| literal(" ")),
            '*' => {
                self.next_letter();
                Step::Nothing
            }
            '[' => self.bracket(),
            '0' | '#' | '?' => {
                self.places = true;
                Step::Token(Token::Place(letter))
            }
            '.' => Step::Token(Token::Point),
            ',' => Step::Token(Token::Comma),
            '%' | '‰' => Step::Token(Token::Percent),
            '/' => Step::Token(Token::Slash),
            '@' => Step::Token(Token::Text),
            other => literal(other.encode_utf8(&mut [0; 4])),
        })
    }

    /// A word or a run of letters with a meaning of its own.
    fn word(&mut self) -> Option<Token> {
        let rest = self.rest;
        let bytes = rest.as_bytes();
        let starts = |word: &str| {
            rest.get(..word.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(word))
        };
        let (token, length) = if starts("general") {
            (Token::General, 7)
        } else if starts("am/pm") {
            (Token::HalfDay, 5)
        } else if starts("a/p") {
            (Token::HalfDay, 3)
        } else if self.places && (starts("e+") || starts("e-")) {
            (Token::Exponent, 2)
        } else {
            let letter = bytes[0].to_ascii_lowercase();
            let run = bytes
                .iter()
                .take_while(|byte| byte.to_ascii_lowercase() == letter)
                .count();
            let known = match letter {
                b'y' | b'm' | b'd' | b'h' | b's' | b'g' => true,
                b'e' => !self.places,
                b'a' => run >= 3,
                b'b' => run == 2 || run == 4,
                _ => false,
            };
            if !known {
                return None;
            }
            (Token::Date(char::from(letter), run), run)
        };
        self.rest = &rest[length..];
        Some(token)
    }

    fn next_letter(&mut self) -> Option<String> {
        let letter = self.rest.chars().next()?;
        self.rest = &self.rest[letter.len_utf8()..];
        Some(letter.to_string())
    }

    fn bracket(&mut self) -> Step {
        let end = self.rest.find(']').unwrap_or(self.rest.len());
        let inside = &self.rest[..end];
        self.rest = self.rest.get(end + 1..).unwrap_or("");
        if let Some(currency) = inside.strip_prefix('$') {
            let symbol = currency.split('-').next().unwrap_or("");
            if symbol.is_empty() {
                return Step::Nothing;
            }
            return Step::Token(Token::Currency(symbol.to_owned()));
        }
        if let Some(condition) = condition(inside) {
            return Step::Token(Token::Condition(condition));
        }
        let letters = inside.to_ascii_lowercase();
        let first = letters.chars().next();
        match first {
            Some(unit @ ('h' | 'm' | 's')) if letters.chars().all(|letter| letter == unit) => {
                Step::Token(Token::Elapsed(unit))
            }
            _ => Step::Nothing,
        }
    }
}

fn literal(text: &str) -> Step {
    Step::Token(Token::Literal(text.to_owned()))
}

fn condition(inside: &str) -> Option<Condition> {
    const TESTS: [(&str, Test); 6] = [
        ("<=", Test::LessOrEqual),
        (">=", Test::GreaterOrEqual),
        ("<>", Test::NotEqual),
        ("<", Test::Less),
        (">", Test::Greater),
        ("=", Test::Equal),
    ];
    TESTS.iter().find_map(|(sign, test)| {
        let value = inside.strip_prefix(sign)?.trim().parse().ok()?;
        Some(Condition { test: *test, value })
    })
}
