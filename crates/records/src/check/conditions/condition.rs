//! A condition, taken apart.

use std::fmt;

use super::pattern;
use crate::check::text::{fold_name, trim};

/// A condition, with the text it was written as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub(super) text: String,
    pub(super) expression: Expression,
    /// Where it stands in a profile, file and line; empty where it was typed.
    pub(super) place: String,
}

/// A condition taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
    Test(Test),
}

/// What is asked of one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Test {
    pub(super) header: String,
    pub(super) is: Is,
}

/// What a cell has to be; texts are folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Is {
    OneOf(Vec<Vec<u8>>),
    Containing(Vec<u8>),
    Beginning(Vec<u8>),
    Matching(Vec<u8>),
    Empty,
}

impl Condition {
    /// The same, which stands at this place of a profile.
    #[must_use]
    pub fn standing_at(mut self, place: String) -> Self {
        self.place = place;
        self
    }

    /// ` (partner-import.toml, line 7)`, to stand behind what is said of it; empty where it was typed.
    pub fn place_behind(&self) -> String {
        match self.place.as_str() {
            "" => String::new(),
            place => format!(" ({place})"),
        }
    }

    /// The condition as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The headers that it asks.
    pub(in crate::check) fn headers(&self) -> Vec<&str> {
        fn add<'a>(expression: &'a Expression, names: &mut Vec<&'a str>) {
            match expression {
                Expression::All(parts) | Expression::Any(parts) => {
                    for part in parts {
                        add(part, names);
                    }
                }
                Expression::Not(part) => add(part, names),
                Expression::Test(test) => names.push(&test.header),
            }
        }
        let mut names = Vec::new();
        add(&self.expression, &mut names);
        names
    }

    /// What is so where the condition is not, in the same grammar.
    pub fn denied(&self) -> String {
        let text = &self.text;
        let denied = text.split_once(char::is_whitespace);
        match (&self.expression, denied) {
            (Expression::Not(_), Some((not, rest))) if not.eq_ignore_ascii_case("not") => {
                rest.trim().to_owned()
            }
            (Expression::All(_) | Expression::Any(_), _) => format!("not ({text})"),
            _ => format!("not {text}"),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Is {
    /// Whether the folded text of a cell is so.
    pub(super) fn holds(&self, folded: &[u8]) -> bool {
        match self {
            Self::OneOf(texts) => texts.iter().any(|text| text == folded),
            Self::Containing(text) => memchr::memmem::find(folded, text).is_some(),
            Self::Beginning(text) => folded.starts_with(text),
            Self::Matching(wanted) => pattern::matches(wanted, folded),
            Self::Empty => folded.is_empty(),
        }
    }
}

/// The text as cells are compared.
pub(super) fn folded(text: &str) -> Vec<u8> {
    let mut folded = Vec::new();
    fold_name(trim(text), &mut folded);
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_denied_twice_is_said_plainly() {
        for (text, denied) in [
            ("Typ = X", "not Typ = X"),
            ("not Typ = X", "Typ = X"),
            ("not Typ = X and Name = a", "not (not Typ = X and Name = a)"),
            ("Typ != X", "not Typ != X"),
            ("Typ = X or Typ = Y", "not (Typ = X or Typ = Y)"),
        ] {
            assert_eq!(Condition::parse(text).unwrap().denied(), denied);
        }
    }
}
