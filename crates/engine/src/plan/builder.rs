//! A plan while it is made: what is known of each row so far, and how a row is refused.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::action::{Difference, Finding};
use super::met::Met;
use super::nearest::CloseNames;
use super::options::PlanOptions;
use super::taken::Taken;
use super::tenant::{Customer, Tenant};
use crate::check::Accepted;
use crate::model::rules::{Rule, hierarchy};
use crate::model::{CellAddress, Diagnostic, PartnerId, Planned, RowIndex, SheetRows};

/// A plan that is being made.
pub(super) struct Builder<'a> {
    pub(super) tenant: &'a Tenant,
    pub(super) sheets: &'a SheetRows,
    pub(super) options: PlanOptions,
    /// What the tenant called the customers of rows, as these say.
    pub(super) names: HashMap<RowIndex, &'a str, RandomState>,
    /// Findings that the action alone does not tell.
    pub(super) findings: HashMap<RowIndex, Finding, RandomState>,
    /// Where the tenant and a row differ, where they do.
    pub(super) differences: HashMap<RowIndex, Vec<Difference>, RandomState>,
    pub(super) close_names: CloseNames,
    /// Whom rows can be, as looked up before.
    pub(super) met: Met<'a>,
    pub(super) taken: Taken<'a>,
    pub(super) accepted: Vec<Option<&'a Accepted>>,
    pub(super) actions: Vec<Option<Planned>>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// A row's parent, as far as it is known now.
#[derive(Clone, Copy)]
pub(super) enum Above<'a> {
    /// A customer of the tenant.
    Tenant(&'a Customer, PartnerId),
    /// A customer of the tenant whose row changes what may stand below it: that comes first.
    Changing(&'a Customer, PartnerId, RowIndex),
    /// A row that is to be created.
    NewRow(RowIndex),
}

impl Builder<'_> {
    /// What is to happen to the row, where that is known already.
    pub(super) fn action_of(&self, row: RowIndex) -> Option<&Planned> {
        self.actions.get(row.as_usize()).and_then(Option::as_ref)
    }

    /// The row breaks a rule: it is invalid.
    pub(super) fn refuse(
        &mut self,
        accepted: &Accepted,
        rule: &'static Rule,
        message: String,
        value: &str,
    ) -> Planned {
        let mut diagnostic = Diagnostic::of_row(rule, accepted.row(), accepted.number(), message);
        if !value.is_empty() {
            diagnostic = diagnostic.with_value(value);
        }
        if let Some((at, column)) = parent_cell(accepted, rule) {
            diagnostic = diagnostic.at(at).in_column(column);
        }
        self.diagnostics.push(diagnostic.with_help(rule.fix));
        Planned::Invalid
    }

    /// Says more of what to do about the problem that was said last.
    pub(super) fn add_help(&mut self, more: &str) {
        if let Some(last) = self.diagnostics.last_mut() {
            let help = format!("{}; {more}", last.help.trim_end_matches('.'));
            last.help = help.into();
        }
    }

    /// Adds what may have been meant to the problem that was said last.
    pub(super) fn suggest(&mut self, suggestions: Vec<String>) {
        if let Some(last) = self.diagnostics.last_mut() {
            last.suggestions = suggestions.into();
        }
    }
}

/// The cell that names the parent, for rules about parents.
fn parent_cell<'a>(accepted: &'a Accepted, rule: &Rule) -> Option<(CellAddress, &'a str)> {
    let about_parents =
        rule.code.starts_with("T1") || rule.code == hierarchy::LEVEL_NOT_DERIVABLE.code;
    let cell = accepted.parent().at.as_ref().filter(|_| about_parents);
    cell.map(|(at, column)| (*at, &**column))
}
