//! Why rows are not sent that have no error of their own: the list as a whole has one.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::Checked;
use crate::model::{Diagnostic, Planned, RowIndex, Severity, SheetRows};
use crate::plan::{Item, Plan};

/// The errors of a list, or of one of its sheets, that keep all its rows from being sent.
pub struct Refusals<'d> {
    errors: Vec<&'d Diagnostic>,
    sheets: &'d SheetRows,
}

impl<'d> Refusals<'d> {
    /// Those among all problems; what is said once for some of the rows is not one.
    pub fn of(checked: &'d Checked, all: impl IntoIterator<Item = &'d Diagnostic>) -> Self {
        let said_once = |one: &Diagnostic| {
            let mut rules = checked.said_once.iter().map(|said| said.rule.code);
            rules.any(|code| code == one.rule.code)
        };
        let all = all.into_iter();
        Self {
            errors: all
                .filter(|one| one.row.is_none() && one.is_error() && !said_once(one))
                .collect(),
            sheets: &checked.sheets,
        }
    }

    /// Adds what is to be said of an invalid row whose own problems do not tell why it is invalid.
    pub fn explain(&self, item: &Item, own: &mut Vec<&'d Diagnostic>) {
        let explained = own.iter().any(|one| one.is_error());
        if matches!(item.action, Planned::Invalid) && !explained {
            own.extend(self.of_row(item.row));
        }
    }

    fn of_row(&self, row: RowIndex) -> impl Iterator<Item = &'d Diagnostic> {
        let sheet = self.sheets.of(row);
        let concerns =
            move |one: &&Diagnostic| one.sheet.is_none() || one.sheet.as_deref() == sheet;
        self.errors.iter().copied().filter(concerns)
    }
}

/// The codes of every row's problems, each once.
pub fn codes_of_rows(
    checked: &Checked,
    plan: &Plan,
    diagnostics: &[Diagnostic],
) -> BTreeMap<u32, Vec<&'static str>> {
    let mut codes: BTreeMap<u32, Vec<&'static str>> = BTreeMap::new();
    let mut explained = BTreeSet::new();
    let mut add = |row: RowIndex, code: &'static str| {
        let of_row = codes.entry(row.0).or_default();
        if !of_row.contains(&code) {
            of_row.push(code);
        }
    };
    let found = diagnostics.iter();
    let found = found.filter_map(|one| Some((one.row?, one.rule)));
    for (row, rule) in found.chain(checked.rules_of_each_row()) {
        add(row, rule.code);
        if rule.severity == Severity::Error {
            explained.insert(row);
        }
    }
    let refusals = Refusals::of(checked, diagnostics);
    let invalid = plan.items.iter();
    let invalid = invalid.filter(|item| matches!(item.action, Planned::Invalid));
    for item in invalid.filter(|item| !explained.contains(&item.row)) {
        for one in refusals.of_row(item.row) {
            add(item.row, one.rule.code);
        }
    }
    codes
}
