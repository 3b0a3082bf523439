//! Why rows are not sent that have no error of their own: the list as a whole has one.

use std::collections::BTreeMap;

use crate::cli::input::CheckedFile;
use crate::model::{Diagnostic, RowIndex, SheetRows};
use crate::plan::{Action, Item, Plan};

/// The errors of a list, or of one of its sheets, that keep its rows from being sent.
pub struct Refusals<'d> {
    errors: Vec<&'d Diagnostic>,
    sheets: &'d SheetRows,
}

impl<'d> Refusals<'d> {
    /// Those among all problems.
    pub fn of(
        diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
        sheets: &'d SheetRows,
    ) -> Self {
        let is_refusal = |one: &&Diagnostic| one.row.is_none() && one.is_error();
        Self {
            errors: diagnostics.into_iter().filter(is_refusal).collect(),
            sheets,
        }
    }

    /// What is to be said of an item besides `own`, the problems of its row: an invalid row always has
    /// a reason.
    pub fn for_item(&self, item: &Item, own: &[&Diagnostic]) -> Vec<&'d Diagnostic> {
        let explained = own.iter().any(|one| one.is_error());
        if explained || !matches!(item.action, Action::Invalid) {
            return Vec::new();
        }
        self.for_row(item.row)
    }

    fn for_row(&self, row: RowIndex) -> Vec<&'d Diagnostic> {
        let sheet = self.sheets.of(row);
        let concerns = |one: &&&Diagnostic| one.sheet.is_none() || one.sheet.as_deref() == sheet;
        self.errors.iter().filter(concerns).copied().collect()
    }
}

/// The codes of every row's problems, each once.
pub fn codes_of_rows(
    file: &CheckedFile,
    plan: &Plan,
    diagnostics: &[Diagnostic],
) -> BTreeMap<u32, Vec<&'static str>> {
    let mut problems: BTreeMap<u32, Vec<&Diagnostic>> = BTreeMap::new();
    let of_each_row: Vec<Diagnostic> = file.checked.of_each_row().collect();
    for one in diagnostics.iter().chain(&of_each_row) {
        if let Some(row) = one.row {
            problems.entry(row.0).or_default().push(one);
        }
    }
    let refusals = Refusals::of(diagnostics, &file.checked.sheets);
    for item in &plan.items {
        let own = problems.get(&item.row.0).map_or(&[][..], Vec::as_slice);
        let more = refusals.for_item(item, own);
        if !more.is_empty() {
            problems.entry(item.row.0).or_default().extend(more);
        }
    }
    let codes = problems.into_iter().map(|(row, problems)| {
        let mut codes: Vec<&'static str> = Vec::new();
        for one in problems {
            if !codes.contains(&one.rule.code) {
                codes.push(one.rule.code);
            }
        }
        (row, codes)
    });
    codes.collect()
}
