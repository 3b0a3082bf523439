//! One cell: text to value, or what is wrong with it.

pub(crate) mod clean;
pub(crate) mod contact;
pub(crate) mod country;
pub(crate) mod date;
pub(super) mod escapes;
pub(crate) mod failed;
mod html_entities;
pub(crate) mod nothing;
mod nothing_looks;
mod nothing_words;
pub(crate) mod number;
pub(crate) mod proposals;
pub(crate) mod text;
pub(crate) mod words;

use crate::model::rules::Rule;
use crate::model::{Phrase, Suggestions};

/// What is wrong with a cell, before its address is added. Boxed: problems are rare, values are
/// many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem(Box<Details>);

/// The texts of a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Details {
    pub(crate) rule: &'static Rule,
    pub(crate) message: Phrase,
    pub(crate) help: Phrase,
    pub(crate) suggestions: Suggestions,
}

/// A value, or why the cell is none.
pub(crate) type Parsed<T> = Result<T, Problem>;

impl Problem {
    pub(crate) fn new(rule: &'static Rule, message: impl Into<Phrase>) -> Self {
        Self(Box::new(Details {
            rule,
            message: message.into(),
            help: Phrase::default(),
            suggestions: Suggestions::default(),
        }))
    }

    pub(crate) fn help(mut self, help: impl Into<Phrase>) -> Self {
        self.0.help = help.into();
        self
    }

    pub(crate) fn suggest(mut self, suggestion: impl Into<String>) -> Self {
        let mut suggestions = self.0.suggestions.to_vec();
        suggestions.push(suggestion.into());
        self.0.suggestions = suggestions.into();
        self
    }

    pub(crate) fn suggest_all(mut self, suggestions: Vec<String>) -> Self {
        self.0.suggestions = suggestions.into();
        self
    }

    /// The same, to be given out many times.
    pub(crate) fn into_shared(self) -> Self {
        let details = self.into_details();
        Self(Box::new(Details {
            message: details.message.into_shared(),
            help: details.help.into_shared(),
            ..details
        }))
    }

    pub(crate) fn into_details(self) -> Details {
        *self.0
    }
}

impl std::ops::Deref for Problem {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

/// `value` in quotation marks, short enough for a message.
pub fn quoted(value: &str) -> String {
    const LONGEST: usize = 60;
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("\"{}…\"", &value[..end]),
        None => format!("\"{value}\""),
    }
}
