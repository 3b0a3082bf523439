//! Which row's name was probably meant by a parent's name that no row has.

use super::likeness::{Company, Likeness, first_letter, may_begin_alike};
use super::rows::Rows;

/// Looks for names close to one that was not found, within a budget: a file may hold a million.
pub(super) struct Nearest<'a> {
    rows: &'a Rows,
    comparisons_left: u32,
}

impl<'a> Nearest<'a> {
    pub(super) fn new(rows: &'a Rows) -> Self {
        Self {
            rows,
            comparisons_left: 200_000,
        }
    }

    /// The likeliest name, the first of those that are equally likely; none if no name is like it.
    pub(super) fn find(&mut self, text: &str) -> Option<(u32, &'a str)> {
        let first = first_letter(text);
        let wanted = Company::of(text);
        let mut best: Option<(Likeness, (u32, &str))> = None;
        for row in 0..self.rows.len() {
            if self.comparisons_left == 0 {
                break;
            }
            self.comparisons_left -= 1;
            let name = self.rows.names.get(row);
            if !may_begin_alike(first, first_letter(name)) {
                continue;
            }
            if let Some(likeness) = wanted.likeness(&Company::of(name))
                && best.is_none_or(|(least, _)| likeness < least)
            {
                best = Some((likeness, (row, name)));
            }
        }
        best.map(|(_, named)| named)
    }
}
