//! Which problems are shown to people, and in which order: what keeps the whole list from being sent,
//! then errors by the number of their rows, then warnings, then notes. The same mistake in many rows
//! is shown once.

use std::cmp::Reverse;
use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::model::rules::headers::{HEADER_EMPTY, HEADER_UNKNOWN};
use crate::model::rules::hierarchy::PARENT_NOT_IN_FILE;
use crate::model::{Diagnostic, Severity};

/// How many different mistakes of one rule in one column are shown when grouped.
const MOST_OF_A_RULE: usize = 10;

/// Whether nothing of the list is sent because of it.
pub(super) fn is_refusal(diagnostic: &Diagnostic) -> bool {
    diagnostic.row.is_none() && diagnostic.is_error()
}

/// All of them, ordered by how bad they are; the order of the file among those that are as bad.
pub(super) fn in_order(diagnostics: &[Diagnostic]) -> Vec<&Diagnostic> {
    let mut all: Vec<&Diagnostic> = diagnostics.iter().collect();
    all.sort_by_key(|one| rank(one));
    all
}

fn rank(diagnostic: &Diagnostic) -> (bool, Reverse<Severity>) {
    (!is_refusal(diagnostic), Reverse(diagnostic.severity()))
}

/// Rule, column, value and sheet.
type Mistake<'a> = (&'a str, &'a str, &'a str, Option<&'a str>);

/// Rule and column.
type Kind<'a> = (&'a str, &'a str);

/// One mistake.
pub(super) struct Group<'a> {
    pub first: &'a Diagnostic,
    /// Other rows with the same mistake.
    pub others: Vec<u32>,
    /// Other headers of which the same is said.
    pub columns: Vec<&'a Diagnostic>,
    /// What more there is of its rule and column that is not shown, where it is the last one shown.
    pub more: Option<More>,
}

/// Problems that are not shown.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct More {
    /// Problems.
    pub problems: usize,
    /// The rows that have them: of a parent that is no row, all that name it.
    pub rows: usize,
}

/// Problems as they are shown.
#[derive(Default)]
pub(super) struct Groups<'a> {
    pub shown: Vec<Group<'a>>,
    /// Rows that were left out as no customers, where there are several such problems.
    pub omissions: Vec<&'a Diagnostic>,
}

/// What is counted of each kind.
#[derive(Default)]
struct Count {
    /// Which of the kinds is the first in the file.
    order: usize,
    /// Different mistakes.
    mistakes: usize,
    /// Problems, which is rows.
    all: usize,
    left_out: More,
}

impl<'a> Groups<'a> {
    /// Of all problems of a list.
    pub fn of(diagnostics: &'a [Diagnostic]) -> Self {
        let is_omission = |one: &&Diagnostic| one.row.is_none() && one.rule.is_omission();
        let omissions: Vec<_> = diagnostics.iter().filter(is_omission).collect();
        let omissions = if omissions.len() > 1 {
            omissions
        } else {
            Vec::new()
        };
        let together = !omissions.is_empty();
        let mut groups = Self {
            omissions,
            ..Self::default()
        };
        let mut kinds: HashMap<Kind<'_>, Count, FixedState> = HashMap::default();
        let rest = diagnostics.iter();
        groups.collect(
            rest.filter(|one| !(together && is_omission(one))),
            &mut kinds,
        );
        groups.sort(&kinds);
        groups
    }

    fn collect(
        &mut self,
        diagnostics: impl Iterator<Item = &'a Diagnostic>,
        kinds: &mut HashMap<Kind<'a>, Count, FixedState>,
    ) {
        let mut by_mistake: HashMap<Mistake<'_>, usize, FixedState> = HashMap::default();
        let mut headers: HashMap<(&str, Option<&str>), usize, FixedState> = HashMap::default();
        for diagnostic in diagnostics {
            if says_no_more_than_its_header(diagnostic) {
                let key = (diagnostic.rule.code, diagnostic.sheet.as_deref());
                if let Some(at) = headers.get(&key) {
                    self.shown[*at].columns.push(diagnostic);
                    continue;
                }
                headers.insert(key, self.shown.len());
            }
            let order = kinds.len();
            let count = kinds.entry(kind(diagnostic)).or_insert_with(|| Count {
                order,
                ..Count::default()
            });
            count.all += 1;
            let value = diagnostic.value.as_deref().unwrap_or_default();
            let (code, column) = kind(diagnostic);
            let mistake = (code, column, value, diagnostic.sheet.as_deref());
            if let Some(at) = by_mistake.get(&mistake) {
                let row = diagnostic.at.map_or(0, |at| at.row);
                self.shown[*at].others.push(row);
                continue;
            }
            count.mistakes += 1;
            if count.mistakes > MOST_OF_A_RULE {
                count.left_out.problems += 1;
                count.left_out.rows += rows_of(diagnostic);
                continue;
            }
            if diagnostic.row.is_some() {
                by_mistake.insert(mistake, self.shown.len());
            }
            self.shown.push(Group {
                first: diagnostic,
                others: Vec::new(),
                columns: Vec::new(),
                more: None,
            });
        }
    }

    /// Errors of many rows come before those of few; all of a kind stand together.
    fn sort(&mut self, kinds: &HashMap<Kind<'a>, Count, FixedState>) {
        self.shown.sort_by_cached_key(|group| {
            let count = count_of(kinds, group);
            let of_rows = group.first.row.is_some() && group.first.is_error();
            let rows = if of_rows { count.all } else { 0 };
            let rows_of_mistake = if of_rows { group.others.len() } else { 0 };
            (
                rank(group.first),
                Reverse(rows),
                count.order,
                Reverse(rows_of_mistake),
            )
        });
        for at in 0..self.shown.len() {
            let last = self.shown.get(at + 1);
            let own = kind(self.shown[at].first);
            if last.is_none_or(|next| kind(next.first) != own) {
                let left_out = count_of(kinds, &self.shown[at]).left_out;
                self.shown[at].more = (left_out.problems > 0).then_some(left_out);
            }
        }
    }
}

fn count_of<'k>(kinds: &'k HashMap<Kind<'k>, Count, FixedState>, group: &Group<'k>) -> &'k Count {
    &kinds[&kind(group.first)]
}

/// How many rows a problem is of.
fn rows_of(diagnostic: &Diagnostic) -> usize {
    if diagnostic.rule.code == PARENT_NOT_IN_FILE.code {
        1 + diagnostic.related_rows.len()
    } else {
        1
    }
}

fn kind(diagnostic: &Diagnostic) -> Kind<'_> {
    (diagnostic.rule.code, diagnostic.column.as_str())
}

/// Whether nothing but its column sets a diagnostic apart from others of its rule: exports have
/// dozens of columns that are not imported.
fn says_no_more_than_its_header(diagnostic: &Diagnostic) -> bool {
    let unknown = diagnostic.rule.code == HEADER_UNKNOWN.code
        && diagnostic.help.is_empty()
        && diagnostic.suggestions.is_empty();
    // What is to be done is the same for all without a header.
    let empty = diagnostic.rule.code == HEADER_EMPTY.code && diagnostic.suggestions.is_empty();
    unknown || empty
}
