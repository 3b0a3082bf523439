//! Parents as a tool says them in its own way: by numbers of its own, or as a path of names.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::names::LeftOutRow;
use crate::check::exports::OfTool;
use crate::check::field::Field;
use crate::check::mapping::{Mapping, Origin, columns_called};
use crate::check::text::trim;
use crate::model::{Header, Row};

/// What the rows of a table say of their parents.
#[derive(Debug)]
pub(in crate::check) struct OfToolRows {
    how: How,
    origin: Origin,
    /// The next row, counted through all tables.
    next: u32,
    /// The rows by what the tool calls them; none where two are called the same.
    by_own: HashMap<Box<str>, Option<u32>, FixedState>,
    left_out: HashMap<Box<str>, LeftOutRow, FixedState>,
    /// Rows that say a parent, with what it is called.
    parents: Vec<(u32, Box<str>)>,
}

#[derive(Debug)]
enum How {
    Ids {
        own: usize,
        parent: usize,
        root: bool,
    },
    Path {
        column: usize,
        separator: String,
    },
}

/// Which row a row's parent is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::check) enum ParentOfTool<'a> {
    /// This one.
    Row(u32),
    /// The default parent: it is the tool's own root.
    Root,
    /// One that is left out.
    LeftOut(&'a str, &'a LeftOutRow),
    /// Several rows are called so.
    Several(&'a str),
    /// No row is.
    Unknown(&'a str),
}

impl OfToolRows {
    /// For a table whose first row is row `first` of all tables; none where rows say nothing in the
    /// tool's own way.
    pub(super) fn of(
        of_tool: &OfTool,
        header: &Header,
        mapping: &Mapping,
        first: u32,
    ) -> Option<Self> {
        let column = |name: &str| columns_called(header, name).first().copied();
        // What the user says of the parents counts.
        let said = [Field::Parent, Field::ParentId];
        if said.iter().any(|field| mapping.index_of(*field).is_some()) {
            return None;
        }
        let how = match of_tool {
            OfTool::Nothing => return None,
            OfTool::Ids { own, parent, root } => How::Ids {
                own: column(own)?,
                parent: column(parent)?,
                root: *root,
            },
            OfTool::Path {
                header: name,
                separator,
            } => How::Path {
                column: column(name)?,
                separator: separator.clone(),
            },
        };
        Some(Self {
            how,
            origin: mapping.origin,
            next: first,
            by_own: HashMap::default(),
            left_out: HashMap::default(),
            parents: Vec::new(),
        })
    }

    /// What the row and its parent are called.
    fn called<'a>(&self, row: &Row<'a>) -> (&'a str, &'a str) {
        match &self.how {
            How::Ids { own, parent, .. } => (trim(row.text(*own)), trim(row.text(*parent))),
            How::Path { column, separator } => {
                let own = trim(row.text(*column));
                (
                    own,
                    own.rsplit_once(separator.as_str())
                        .map_or("", |(parent, _)| trim(parent)),
                )
            }
        }
    }

    /// Takes note of a row that counts.
    pub(super) fn add(&mut self, row: &Row<'_>) {
        let at = self.next;
        self.next += 1;
        let (own, parent) = self.called(row);
        if !own.is_empty() {
            let known = self.by_own.entry(own.into());
            known.and_modify(|row| *row = None).or_insert(Some(at));
        }
        // Tools write 0 where there is no parent; one that names itself has none, either.
        if !parent.is_empty() && !is_zero(parent) && parent != own {
            self.parents.push((at, parent.into()));
        }
    }

    /// Takes note of a row that does not.
    pub(super) fn add_left_out(&mut self, row: &Row<'_>, left_out: &LeftOutRow) {
        let (own, _) = self.called(row);
        if !own.is_empty() {
            self.left_out.insert(own.into(), left_out.clone());
        }
    }

    /// The cell of the name, and the name alone, where it holds those of others too.
    pub(super) fn name_of(&self, row: &Row<'_>) -> Option<(usize, String)> {
        let How::Path { column, separator } = &self.how else {
            return None;
        };
        let (_, name) = row.text(*column).rsplit_once(separator.as_str())?;
        Some((*column, trim(name).to_owned()))
    }

    /// Takes the rows of the next table.
    pub(in crate::check) fn append(&mut self, other: Self) {
        for (own, row) in other.by_own {
            let known = self.by_own.entry(own);
            known.and_modify(|row| *row = None).or_insert(row);
        }
        self.left_out.extend(other.left_out);
        self.parents.extend(other.parents);
    }

    /// The parents that no row of the list is, left out or not, where they are one and the same: the
    /// tool's own root.
    pub(in crate::check) fn root(&self) -> Option<&str> {
        if self.origin == Origin::Results || !matches!(self.how, How::Ids { root: true, .. }) {
            // Not every tool numbers its own root. Rows that made it are not in rejected.csv: nothing tells them from the root.
            return None;
        }
        let mut unknown = self.unknown();
        let first = unknown.next()?;
        unknown.all(|other| other == first).then_some(first)
    }

    fn unknown(&self) -> impl Iterator<Item = &str> {
        let parents = self.parents.iter().map(|(_, parent)| &**parent);
        parents.filter(|parent| {
            !self.by_own.contains_key(*parent) && !self.left_out.contains_key(*parent)
        })
    }

    /// Rows that say a parent, with which it is.
    pub(in crate::check) fn parents(&self) -> impl Iterator<Item = (u32, ParentOfTool<'_>)> {
        let root = self.root();
        self.parents.iter().map(move |(row, parent)| {
            let parent = &**parent;
            let is = match (self.by_own.get(parent), self.left_out.get(parent)) {
                (Some(Some(at)), _) => ParentOfTool::Row(*at),
                (Some(None), _) => ParentOfTool::Several(parent),
                (None, Some(left_out)) => ParentOfTool::LeftOut(parent, left_out),
                (None, None) if root == Some(parent) => ParentOfTool::Root,
                (None, None) => ParentOfTool::Unknown(parent),
            };
            (*row, is)
        })
    }
}

/// Whether it is the number 0, as spreadsheets and scripts write it.
fn is_zero(text: &str) -> bool {
    text.contains('0') && text.chars().all(|sign| matches!(sign, '0' | '.' | ','))
}
