//! A problem of a row, and its words.

use std::sync::Arc;

use crate::gui::fault::sentence;
use crate::model::Diagnostic;

/// A problem of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Counted through from 0.
    pub row: u32,
    /// The column's place; that of the name where it is of the whole row.
    pub column: usize,
    /// What.
    pub what: Arc<Diagnostic>,
}

/// A problem in words: what is wrong, and what to do. What only a flag would do is left out: the page
/// has a place of its own for it.
pub fn said(one: &Diagnostic) -> String {
    let mut text = sentence(&without_flags(&one.message));
    let help = without_flags(&one.help);
    if !help.is_empty() {
        text.push(' ');
        text.push_str(&sentence(&help));
    }
    text
}

/// The line of the file that it is about, where it is about one: the first of several.
pub fn line_of(one: &Diagnostic) -> Option<u32> {
    let at = one.at.map(|at| at.row).filter(|row| *row > 0);
    at.or_else(|| one.related_rows.first().copied())
}

/// A text without the parts of it that name a flag.
fn without_flags(text: &str) -> String {
    if !text.contains("--") {
        return text.to_owned();
    }
    let parts = text.split_inclusive(['.', ';', ',']);
    let kept: String = parts.filter(|part| !part.contains("--")).collect();
    kept.trim_end_matches([';', ',', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_a_flag_would_do_is_left_out() {
        for (text, kept) in [
            (
                "is missing; fill in Level, or give it for all: --default Level=Site",
                "is missing; fill in Level",
            ),
            ("nothing to leave out", "nothing to leave out"),
            ("--map \"a=Name\"", ""),
        ] {
            assert_eq!(without_flags(text), kept);
        }
    }
}
