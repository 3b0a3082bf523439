//! A part of a list: the first rows with their parents, or what stands below one customer.

use std::collections::{BTreeSet, HashMap};

use crate::check::accepted::{Accepted, Checked, ParentTarget};
use crate::check::text::fold_name;
use crate::model::RowIndex;

/// The rows that count, and why the others do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// By the place among the rows that no filter leaves out; in order.
    rows: Vec<u32>,
    why: String,
}

/// There is no such part.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartError {
    /// Nothing stands below the customer.
    #[error("no row of the list stands below a customer called \"{0}\"")]
    NobodyBelow(String),
    /// Rows stand below several customers of this name.
    #[error(
        "{rows} rows are called \"{name}\", and others stand below them; give the code of the one that is meant"
    )]
    Several {
        /// The name.
        name: String,
        /// How many rows.
        rows: usize,
    },
}

impl Part {
    /// The first rows that may be sent, and those they stand below.
    pub fn first(many: usize, checked: &Checked) -> Self {
        let tree = Tree::of(checked);
        let first = checked.accepted.iter().take(many);
        let why = match many {
            1 => "not the first row, nor above it".to_owned(),
            _ => format!("not among the first {many} rows, nor above them"),
        };
        tree.part(first.map(Accepted::row), why)
    }

    /// The rows below the customer of this name, be it a row or not, and those they stand below.
    ///
    /// # Errors
    /// When there are none, or the name is that of several rows.
    pub fn below(name: &str, checked: &Checked) -> Result<Self, PartError> {
        let tree = Tree::of(checked);
        let wanted = folded(name);
        let is_called = |text: &str| folded(text) == wanted;
        let is_named = |row: &Accepted| {
            let partner = row.partner();
            let code = partner.external_code.as_ref();
            is_called(partner.name.as_str()) || code.is_some_and(|code| is_called(code.as_str()))
        };
        let (mut below, mut meant) = (Vec::new(), BTreeSet::new());
        for row in &checked.accepted {
            let mut is_below = false;
            for above in tree.above(row.row()).filter_map(|above| tree.row(above)) {
                let target = &above.parent().target;
                is_below |= matches!(target, ParentTarget::Named(text) if is_called(text.as_str()));
                if above.row() != row.row() && is_named(above) {
                    is_below = true;
                    meant.insert(above.row());
                }
            }
            if is_below {
                below.push(row.row());
            }
        }
        if meant.len() > 1 {
            return Err(PartError::Several {
                name: name.to_owned(),
                rows: meant.len(),
            });
        }
        if below.is_empty() {
            return Err(PartError::NobodyBelow(name.to_owned()));
        }
        Ok(tree.part(below.into_iter(), format!("not below {name}")))
    }

    /// Whether the row at this place counts.
    pub fn holds(&self, place: u32) -> bool {
        self.rows.binary_search(&place).is_ok()
    }

    /// Why the others do not.
    pub(super) fn why(&self) -> &str {
        &self.why
    }
}

/// Which row stands below which.
struct Tree<'a> {
    rows: HashMap<RowIndex, &'a Accepted>,
}

impl<'a> Tree<'a> {
    fn of(checked: &'a Checked) -> Self {
        let rows = checked.accepted.iter().map(|row| (row.row(), row));
        Self {
            rows: rows.collect(),
        }
    }

    fn row(&self, row: RowIndex) -> Option<&'a Accepted> {
        self.rows.get(&row).copied()
    }

    /// The row, and those above it.
    fn above(&self, row: RowIndex) -> impl Iterator<Item = RowIndex> + '_ {
        std::iter::successors(Some(row), |row| match self.row(*row)?.parent().target {
            ParentTarget::Row(parent) => Some(parent),
            _ => None,
        })
    }

    fn part(&self, rows: impl Iterator<Item = RowIndex>, why: String) -> Part {
        let mut all: Vec<u32> = rows
            .flat_map(|row| self.above(row))
            .map(|row| row.0)
            .collect();
        all.sort_unstable();
        all.dedup();
        Part { rows: all, why }
    }
}

fn folded(text: &str) -> Vec<u8> {
    let mut folded = Vec::new();
    fold_name(text, &mut folded);
    folded
}
