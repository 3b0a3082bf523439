//! One cell: text to value, or what is wrong with it.

pub(crate) mod contact;
pub(crate) mod country;
pub(crate) mod date;
pub(crate) mod number;
pub(crate) mod text;
pub(crate) mod words;

use crate::model::rules::Rule;

/// What is wrong with a cell, before its address is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) rule: &'static Rule,
    pub(crate) message: String,
    pub(crate) help: String,
    pub(crate) suggestions: Vec<String>,
}

/// A value, or why the cell is none. Boxed: problems are rare, values are many.
pub(crate) type Parsed<T> = Result<T, Box<Problem>>;

impl Problem {
    pub(crate) fn new(rule: &'static Rule, message: impl Into<String>) -> Box<Self> {
        Box::new(Self {
            rule,
            message: message.into(),
            help: String::new(),
            suggestions: Vec::new(),
        })
    }

    pub(crate) fn help(mut self: Box<Self>, help: impl Into<String>) -> Box<Self> {
        self.help = help.into();
        self
    }

    pub(crate) fn suggest(mut self: Box<Self>, suggestion: impl Into<String>) -> Box<Self> {
        self.suggestions.push(suggestion.into());
        self
    }
}

/// `value` in quotation marks, short enough for a message.
pub(crate) fn quoted(value: &str) -> String {
    const LONGEST: usize = 60;
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("\"{}…\"", &value[..end]),
        None => format!("\"{value}\""),
    }
}
