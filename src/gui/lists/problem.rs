//! A problem of a row, and its words.

use std::sync::Arc;

use crate::gui::fault::sentence;
use crate::model::Diagnostic;
use crate::model::rules::headers::CELL_OVERRIDDEN;

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
    let help = match in_the_page(one) {
        Some(help) => help.to_owned(),
        None => without_flags(&one.help),
    };
    if !help.is_empty() {
        text.push(' ');
        text.push_str(&sentence(&help));
    }
    text
}

/// The row of the file that it is about, where it is about one: the first of several.
pub fn row_of(one: &Diagnostic) -> Option<u32> {
    let at = one.at.map(|at| at.row).filter(|row| *row > 0);
    at.or_else(|| one.related_rows.first().copied())
}

/// What is done about it here, where only a flag would do it elsewhere.
fn in_the_page(one: &Diagnostic) -> Option<&'static str> {
    (one.rule.code == CELL_OVERRIDDEN.code).then_some(
        "to fill empty cells only, give the value again under \u{201c}One value\u{201d} in the column's header",
    )
}

/// A text without the parts of it that name a flag. Of a clause that hangs on one nothing is left; a part that
/// only offers one as another way goes alone.
fn without_flags(text: &str) -> String {
    if !text.contains("--") {
        return text.to_owned();
    }
    let clauses = text.split_inclusive(['.', ';']);
    let kept: String = clauses.filter_map(without_flag).collect();
    kept.trim_end_matches([';', ',', ' ']).to_owned()
}

fn without_flag(clause: &str) -> Option<&str> {
    let mut at = 0;
    for part in clause.split_inclusive(',') {
        if part.contains("--") {
            let is_offered = ["or ", "and "]
                .iter()
                .any(|word| part.trim_start().starts_with(word));
            return is_offered.then(|| &clause[..at]);
        }
        at += part.len();
    }
    Some(clause)
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
            (
                "to fill empty cells only, use --default, or [default] in the profile",
                "",
            ),
            (
                "look at it; say --sheet NAME; mend it",
                "look at it; mend it",
            ),
            ("--map \"a=Name\"", ""),
        ] {
            assert_eq!(without_flags(text), kept);
        }
    }
}
