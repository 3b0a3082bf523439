//! Holds a list against the tenant: a step on the way to a run, and where `plan` ends.

use super::check::{Checked, Prepared, all_diagnostics};
use super::enter::Entered;
use super::event::{Events, Part, Stage};
use super::export::names_in_tenant;
use super::list::CheckedFile;
use super::quarantine::{Held, Quarantine};
use crate::model::rules::tenant::NAME_ALMOST_TAKEN;
use crate::model::{Diagnostic, TableSummary};
use crate::plan::{self, Customer, Plan, PlanOptions, Tenant};

/// What would become of each row of a list.
pub struct PlannedList {
    pub(super) checked: Checked,
    pub(super) entered: Entered,
    pub(super) plan: Plan,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) held: Held,
}

/// Plans: holds the list against the tenant, and each row against what earlier runs know of it.
pub fn plan(
    checked: Checked,
    entered: Entered,
    options: PlanOptions,
    quarantine: Option<&Quarantine>,
    events: Events<'_>,
) -> PlannedList {
    let _part = Part::begin(events, Stage::Planning);
    let file = &checked.prepared().file;
    let names = names_in_tenant(checked.prepared());
    let plan = plan::build_known(&file.checked, &entered.tenant, options, &names);
    let diagnostics = all_diagnostics(file, &plan);
    let held = quarantine.map(|one| one.held(&plan)).unwrap_or_default();
    PlannedList {
        checked,
        entered,
        plan,
        diagnostics,
        held,
    }
}

impl PlannedList {
    /// The list.
    pub fn checked(&self) -> &Checked {
        &self.checked
    }

    /// What the list came to.
    pub fn prepared(&self) -> &Prepared {
        self.checked.prepared()
    }

    /// What the service has.
    pub fn tenant(&self) -> &Tenant {
        &self.entered.tenant
    }

    /// What would be done.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The problems of list and plan, in the order of the file.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Gives every problem of a row the line on which the row begins.
    #[must_use]
    pub fn with_lines(mut self) -> Self {
        self.checked.prepared().put_lines(&mut self.diagnostics);
        self
    }

    /// The rows that are left alone.
    pub fn held(&self) -> &Held {
        &self.held
    }

    /// Customers of the tenant for which no row of the list stands; none where only a part of the list
    /// counts, no row of it can be sent, or nobody has looked into the tenant. A list that has none, and
    /// may have none, is without all of them.
    pub fn orphans(&self) -> Option<Vec<&Customer>> {
        let checked = &self.prepared().file.checked;
        let says_nothing = checked.accepted.is_empty() && !self.checked.has_no_row();
        if self.is_part() || says_nothing {
            return None;
        }
        Some(plan::orphans(&self.plan, checked, self.tenant()))
    }

    /// How many customers would be created beside one with nearly the same name, which is probably they.
    pub fn near_names(&self) -> usize {
        let near = |one: &&Diagnostic| one.rule.code == NAME_ALMOST_TAKEN.code;
        let rows = self.diagnostics.iter().filter(near);
        let rows = rows.filter_map(|one| one.row);
        let created = rows.filter(|row| {
            let item = self.plan.items.get(row.as_usize());
            item.is_some_and(|item| item.action.creates()) && !self.held.rows.contains_key(row)
        });
        created.count()
    }

    /// The table in numbers.
    pub fn summary(&self) -> TableSummary {
        summary_of(&self.prepared().file, &self.plan)
    }

    /// Whether only a part of the list counts, as somebody chose.
    pub fn is_part(&self) -> bool {
        self.checked.is_part()
    }

    /// Whether something of the list cannot be carried out.
    pub fn is_wrong(&self) -> bool {
        let counts = self.plan.counts();
        let refused = self
            .diagnostics
            .iter()
            .any(|one| one.row.is_none() && one.is_error());
        refused || counts.invalid + counts.blocked + counts.fail > 0
    }
}

/// The table in numbers, as the plan has them.
fn summary_of(file: &CheckedFile, plan: &Plan) -> TableSummary {
    let counts = plan.counts();
    TableSummary {
        accepted: plan.items.len() - counts.invalid - counts.blocked,
        invalid: counts.invalid,
        blocked: counts.blocked,
        ..file.summary()
    }
}
