//! The signs and words that a condition is written in, and what is wrong with one.

/// A text that is no condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the condition is not understood at character {at}: {message}")]
pub struct ConditionError {
    /// The character at which it stops being one, from 1.
    pub at: usize,
    /// What is wrong there.
    pub message: String,
}

impl ConditionError {
    /// How conditions are written.
    pub const HELP: &'static str = "write it as HEADER = TEXT, HEADER != TEXT, HEADER in (TEXT, TEXT), \
        HEADER contains TEXT, HEADER begins TEXT, HEADER matches PATTERN (* and ?), HEADER empty or \
        HEADER filled; join several with and, or, not and brackets; put a header or text that holds \
        such signs or words into quotation marks";
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sign {
    Open,
    Close,
    Comma,
    Equal,
    Unequal,
    /// A word without quotation marks.
    Word(String),
    /// What stood in quotation marks.
    Quoted(String),
}

#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) sign: Sign,
    /// Where it begins: a character, from 1.
    pub(super) at: usize,
    /// Whether white space stands before it.
    pub(super) spaced: bool,
}

pub(super) fn wrong(at: usize, message: impl Into<String>) -> ConditionError {
    ConditionError {
        at,
        message: message.into(),
    }
}

/// A sign as messages name it.
pub(super) fn shown(sign: &Sign) -> String {
    match sign {
        Sign::Open => "\"(\"".to_owned(),
        Sign::Close => "\")\"".to_owned(),
        Sign::Comma => "\",\"".to_owned(),
        Sign::Equal => "\"=\"".to_owned(),
        Sign::Unequal => "\"!=\"".to_owned(),
        Sign::Word(text) | Sign::Quoted(text) => format!("\"{text}\""),
    }
}

/// The signs and words of a condition, in their order.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, ConditionError> {
    let letters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let (mut at, mut spaced) = (0, false);
    while let Some(letter) = letters.get(at) {
        if letter.is_whitespace() {
            (at, spaced) = (at + 1, true);
            continue;
        }
        let (sign, end) = match letter {
            '(' => (Sign::Open, at + 1),
            ')' => (Sign::Close, at + 1),
            ',' => (Sign::Comma, at + 1),
            '=' => (
                Sign::Equal,
                at + 1 + usize::from(letters.get(at + 1) == Some(&'=')),
            ),
            '!' if letters.get(at + 1) == Some(&'=') => (Sign::Unequal, at + 2),
            '<' if letters.get(at + 1) == Some(&'>') => (Sign::Unequal, at + 2),
            '"' | '\'' => quoted(&letters, at)?,
            _ => word(&letters, at),
        };
        tokens.push(Token {
            sign,
            at: at + 1,
            spaced,
        });
        (at, spaced) = (end, false);
    }
    Ok(tokens)
}

/// A text in quotation marks from the mark at `start` on; a doubled mark stands for one.
fn quoted(letters: &[char], start: usize) -> Result<(Sign, usize), ConditionError> {
    let mark = letters[start];
    let (mut text, mut at) = (String::new(), start + 1);
    while let Some(letter) = letters.get(at) {
        if *letter == mark {
            if letters.get(at + 1) != Some(&mark) {
                return Ok((Sign::Quoted(text), at + 1));
            }
            at += 1;
        }
        text.push(*letter);
        at += 1;
    }
    Err(wrong(
        start + 1,
        format!("the text after {mark} has no end"),
    ))
}

fn word(letters: &[char], start: usize) -> (Sign, usize) {
    let ends = |at: usize| {
        let next = letters.get(at + 1);
        let letter = letters[at];
        letter.is_whitespace()
            || matches!(letter, '(' | ')' | ',' | '=' | '"')
            || letter == '!' && next == Some(&'=')
            || letter == '<' && next == Some(&'>')
    };
    let end = (start + 1..letters.len()).find(|at| ends(*at));
    let end = end.unwrap_or(letters.len());
    (Sign::Word(letters[start..end].iter().collect()), end)
}

/// What a word without quotation marks says in the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    And,
    Or,
    Not,
    In,
    Is,
    Contains,
    Begins,
    Matches,
    Empty,
    Filled,
}

pub(super) fn keyword(sign: &Sign) -> Option<Keyword> {
    let Sign::Word(word) = sign else { return None };
    Some(match word.to_ascii_lowercase().as_str() {
        "and" => Keyword::And,
        "or" => Keyword::Or,
        "not" => Keyword::Not,
        "in" => Keyword::In,
        "is" => Keyword::Is,
        "contains" => Keyword::Contains,
        "begins" => Keyword::Begins,
        "matches" => Keyword::Matches,
        "empty" => Keyword::Empty,
        "filled" => Keyword::Filled,
        _ => return None,
    })
}
