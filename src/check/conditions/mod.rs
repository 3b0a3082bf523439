//! Conditions on the cells of a list, by its own headers: `Type = Vendor or Inactive = yes`. One
//! grammar for flags, profiles and known exports:
//!
//! ```text
//! condition  any of several parts joined by "or", each of them parts joined by "and"
//! part       "not" part | "(" condition ")" | test
//! test       HEADER = TEXT | HEADER != TEXT | HEADER in (TEXT, TEXT)
//!          | HEADER contains TEXT | HEADER begins TEXT | HEADER matches PATTERN
//!          | HEADER empty | HEADER filled
//! ```
//!
//! `is` and `not` may stand before what is asked: `Code is not empty`, `Type not in (Vendor, Lead)`.
//! Headers and texts need quotation marks only where they hold a sign or a word of the grammar. Case
//! and spaces do not count. In a pattern `*` is any text and `?` any one character.

mod bound;
mod parse;
mod pattern;

pub(super) use bound::{Bound, MissingHeader};
pub use parse::ConditionError;

use std::fmt;

use super::text::fold_name;

/// A condition, with the text it was written as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    text: String,
    expression: Expression,
}

/// A condition taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
    Test(Test),
}

/// What is asked of one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Test {
    header: String,
    is: Is,
}

/// What a cell has to be; texts are folded.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Is {
    OneOf(Vec<Vec<u8>>),
    Containing(Vec<u8>),
    Beginning(Vec<u8>),
    Matching(Vec<u8>),
    Empty,
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// When the text is no condition: says where it stops being one.
    pub fn parse(text: &str) -> Result<Self, ConditionError> {
        Ok(Self {
            text: text.trim().to_owned(),
            expression: parse::parse(text)?,
        })
    }

    /// The condition as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Is {
    /// Whether the folded text of a cell is so.
    fn holds(&self, folded: &[u8]) -> bool {
        match self {
            Self::OneOf(texts) => texts.iter().any(|text| text == folded),
            Self::Containing(text) => memchr::memmem::find(folded, text).is_some(),
            Self::Beginning(text) => folded.starts_with(text),
            Self::Matching(wanted) => pattern::matches(wanted, folded),
            Self::Empty => folded.is_empty(),
        }
    }
}

fn folded(text: &str) -> Vec<u8> {
    let mut folded = Vec::new();
    fold_name(super::text::trim(text), &mut folded);
    folded
}
