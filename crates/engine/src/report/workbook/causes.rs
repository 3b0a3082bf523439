//! What kept rows from being created, the most frequent first: a few lines instead of a table to be
//! sorted.

use std::collections::HashMap;

use crate::model::rules;
use crate::report::facts::Facts;
use crate::report::names::meant;
use crate::report::status::Status;

/// Causes that are shown.
const MOST: usize = 8;
/// Values to change that are named beside a cause.
const VALUES: usize = 3;

/// A cause, and how many rows it keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cause {
    /// The rule's code or the service's number; may be empty.
    pub(super) code: String,
    /// The rows.
    pub(super) rows: u64,
    /// What it is, and the values to change.
    pub(super) says: String,
}

/// The causes that keep most rows.
pub(super) fn causes(facts: &Facts) -> Vec<Cause> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for (index, verdict) in facts.verdicts.iter().enumerate() {
        if !matches!(verdict.status, Status::Failed | Status::Invalid) {
            continue;
        }
        // The first code is that of the worst problem.
        let code = verdict.code.split(' ').next().unwrap_or_default();
        let place = *known.entry(code).or_insert_with(|| {
            groups.push(Group::of(code, &verdict.message));
            groups.len() - 1
        });
        groups[place].add(facts, index);
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.rows));
    groups.into_iter().take(MOST).map(Group::cause).collect()
}

/// Rows with one cause.
struct Group<'a> {
    code: &'a str,
    message: &'a str,
    rows: u64,
    values: Vec<(&'a str, String, u64)>,
}

impl<'a> Group<'a> {
    fn of(code: &'a str, message: &'a str) -> Self {
        Self {
            code,
            message,
            rows: 0,
            values: Vec::new(),
        }
    }

    fn add(&mut self, facts: &'a Facts, index: usize) {
        self.rows += 1;
        let mut faults = facts.faults_of(index).iter();
        let fault = faults.find(|fault| fault.code == self.code && !fault.meant.is_empty());
        let Some(fault) = fault.filter(|fault| !fault.value.is_empty()) else {
            return;
        };
        let same = self.values.iter_mut().find(|one| one.0 == fault.value);
        if let Some((.., rows)) = same {
            *rows += 1;
        } else if self.values.len() < 100 {
            let meant = meant(&fault.code, &fault.meant);
            self.values.push((&fault.value, meant, 1));
        }
    }

    fn cause(mut self) -> Cause {
        let what = rules::find(self.code).map(|rule| rule.what.trim_end_matches('.'));
        let mut says = match what {
            Some(what) => what.to_owned(),
            None => self.message.to_owned(),
        };
        self.values
            .sort_by_key(|(.., rows)| std::cmp::Reverse(*rows));
        for (place, (value, meant, rows)) in self.values.iter().take(VALUES).enumerate() {
            let sign = if place == 0 { ": " } else { "; " };
            says.push_str(&format!("{sign}{value} \u{2192} {meant} ({rows})"));
        }
        Cause {
            code: self.code.to_owned(),
            rows: self.rows,
            says,
        }
    }
}
