//! A part of a list: the first rows with their parents, or what stands below one customer.

use std::collections::{BTreeSet, HashMap};

use crate::check::accepted::{Accepted, Checked, ParentTarget, RefusedParent};
use crate::check::text::fold_name;
use crate::model::{RowIndex, Text};

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
    #[error("no row of the list is below a customer called \"{0}\"")]
    NobodyBelow(String),
    /// Rows stand below several customers of this name.
    #[error(
        "{rows} rows are called \"{name}\", and others are below them; say which one: give its code, or correct the list"
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

    /// The rows below the customer of this name, be it a row or not, and those they stand below. Rows
    /// that cannot be sent are among them: they are mended, not forgotten.
    ///
    /// # Errors
    /// When there are none, or the name is that of several rows.
    pub fn below(name: &str, checked: &Checked) -> Result<Self, PartError> {
        let tree = Tree::of(checked);
        let wanted = folded(name);
        let mut below: BTreeSet<RowIndex> = BTreeSet::new();
        let mut meant = BTreeSet::new();
        let mut next = Vec::new();
        for (row, one) in &tree.rows {
            if one.parent_text.is_some_and(|text| folded(text) == wanted) {
                next.push(*row);
            }
            for parent in &one.parents {
                let is_named = tree.row(*parent).is_some_and(|one| one.is_called(&wanted));
                if is_named && parent != row {
                    meant.insert(*parent);
                    next.push(*row);
                }
            }
        }
        if meant.len() > 1 {
            return Err(PartError::Several {
                name: name.to_owned(),
                rows: meant.len(),
            });
        }
        let children = tree.children();
        while let Some(row) = next.pop() {
            if below.insert(row) {
                next.extend(children.get(&row).into_iter().flatten());
            }
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
    rows: HashMap<RowIndex, Standing<'a>>,
}

/// Where a row stands.
struct Standing<'a> {
    name: &'a str,
    code: Option<&'a str>,
    /// Several where the parent's name is that of several rows.
    parents: Vec<RowIndex>,
    /// What the cell says, where it leads to no row, or to several.
    parent_text: Option<&'a str>,
}

impl Standing<'_> {
    fn is_called(&self, wanted: &[u8]) -> bool {
        folded(self.name) == wanted || self.code.is_some_and(|code| folded(code) == wanted)
    }
}

impl<'a> Tree<'a> {
    fn of(checked: &'a Checked) -> Self {
        let accepted = checked.accepted.iter().map(|row| {
            let partner = row.partner();
            let (parents, parent_text) = match &row.parent().target {
                ParentTarget::Row(parent) => (vec![*parent], None),
                ParentTarget::Named(text) => (Vec::new(), Some(text.as_str())),
                ParentTarget::Default | ParentTarget::Id(_) => (Vec::new(), None),
            };
            let standing = Standing {
                name: partner.name.as_str(),
                code: partner.external_code.as_ref().map(Text::as_str),
                parents,
                parent_text,
            };
            (row.row(), standing)
        });
        let refused = checked.refused.iter().map(|one| {
            let (parents, parent_text) = match &one.parent {
                RefusedParent::Row(parent) => (vec![*parent], None),
                RefusedParent::Named(text) => (Vec::new(), Some(&**text)),
                RefusedParent::Unnamed => (Vec::new(), None),
            };
            let standing = Standing {
                name: &one.name,
                code: Some(&*one.code),
                parents,
                parent_text: parent_text.filter(|text| !text.is_empty()),
            };
            (one.row, standing)
        });
        let mut tree = Self {
            rows: accepted.chain(refused).collect(),
        };
        tree.join_doubtful(checked);
        tree
    }

    /// A row whose parent's name is that of several rows stands below each of them, until somebody
    /// says which is meant.
    fn join_doubtful(&mut self, checked: &Checked) {
        let doubtful = checked.refused.iter().filter_map(|one| match &one.parent {
            RefusedParent::Named(text) if !text.is_empty() => Some((one.row, folded(text))),
            _ => None,
        });
        let doubtful: Vec<(RowIndex, Vec<u8>)> = doubtful.collect();
        if doubtful.is_empty() {
            return;
        }
        let mut called: HashMap<Vec<u8>, Vec<RowIndex>> = HashMap::new();
        for (row, one) in &self.rows {
            let texts = [Some(one.name), one.code].into_iter().flatten();
            for text in texts.filter(|text| !text.is_empty()) {
                called.entry(folded(text)).or_default().push(*row);
            }
        }
        for (row, text) in doubtful {
            let parents = called.get(&text).into_iter().flatten();
            let parents = parents.copied().filter(|parent| *parent != row);
            if let Some(one) = self.rows.get_mut(&row) {
                one.parents.extend(parents);
            }
        }
    }

    fn row(&self, row: RowIndex) -> Option<&Standing<'a>> {
        self.rows.get(&row)
    }

    fn children(&self) -> HashMap<RowIndex, Vec<RowIndex>> {
        let mut children: HashMap<RowIndex, Vec<RowIndex>> = HashMap::new();
        for (row, one) in &self.rows {
            for parent in &one.parents {
                children.entry(*parent).or_default().push(*row);
            }
        }
        children
    }

    /// These rows and all above them.
    fn part(&self, rows: impl Iterator<Item = RowIndex>, why: String) -> Part {
        let mut all = BTreeSet::new();
        let mut next: Vec<RowIndex> = rows.collect();
        while let Some(row) = next.pop() {
            if all.insert(row.0) {
                next.extend(self.row(row).into_iter().flat_map(|one| &one.parents));
            }
        }
        Part {
            rows: all.into_iter().collect(),
            why,
        }
    }
}

fn folded(text: &str) -> Vec<u8> {
    let mut folded = Vec::new();
    fold_name(text, &mut folded);
    folded
}
