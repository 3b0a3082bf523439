//! A plan as it is shown: a tree below what is there, a table with a line per row, or JSON.

mod json;
mod table;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use crate::check::{Accepted, Field};
use crate::flow::agree::makeup;
use crate::flow::check::Prepared;
use crate::flow::failure::Failure;
use crate::flow::plan::PlannedList;
use crate::flow::quarantine::Held;
use crate::flow::read_rows::ReadRows;
use crate::flow::reasons::codes_of_rows;
use crate::model::printable;
use crate::model::{Diagnostic, Level, LevelChoice, Operation, Planned, RowIndex};
use crate::plan::{Customer, Difference, Item, Plan, Tenant};

/// A plan with all that is needed to show it.
pub struct View<'a> {
    prepared: &'a Prepared,
    plan: &'a Plan,
    tenant: &'a Tenant,
    diagnostics: &'a [Diagnostic],
    /// The name of every row's customer, as it is sent; of one that is not, as it was typed.
    names: Vec<String>,
    numbers: Vec<u32>,
    /// The codes of every row's problems.
    codes: BTreeMap<u32, Vec<&'static str>>,
    /// Rows whose level follows from their parent's.
    derived: BTreeSet<RowIndex>,
    /// What the customers are that are created.
    makeup: Option<String>,
    /// Rows that a run would leave alone.
    held: &'a Held,
    /// Whom the tenant has and the list has not, where that was asked for.
    orphans: Option<&'a [&'a Customer]>,
    /// Why a guard would hold the run back, reason by reason.
    refused: Vec<String>,
}

impl<'a> View<'a> {
    /// Of a plan, and of the rows of its list.
    pub fn of(planned: &'a PlannedList, rows: &ReadRows) -> Self {
        let (prepared, plan) = (planned.prepared(), planned.plan());
        let (tenant, diagnostics) = (planned.tenant(), planned.diagnostics());
        let column = prepared.file.mapping.index_of(Field::Name);
        let mut names = rows.column(column);
        // Mends and exports decide of them, too.
        for row in &prepared.file.checked.accepted {
            if let Some(name) = names.get_mut(row.row().as_usize()) {
                name.replace_range(.., row.partner().name.as_str());
            }
        }
        Self {
            codes: codes_of_rows(&prepared.file.checked, plan, diagnostics),
            names,
            numbers: prepared.numbers(),
            prepared,
            plan,
            tenant,
            diagnostics,
            derived: (prepared.file.checked.accepted.iter())
                .filter(|row| row.level() == LevelChoice::Derived)
                .map(Accepted::row)
                .collect(),
            makeup: makeup(planned).told(),
            held: planned.held(),
            orphans: None,
            refused: Vec::new(),
        }
    }

    /// The same with whom the tenant has and the list has not.
    #[must_use]
    pub fn with_orphans(self, orphans: Option<&'a [&'a Customer]>) -> Self {
        Self { orphans, ..self }
    }

    /// The same with what a guard says of it.
    #[must_use]
    pub fn refused(self, by: Option<&Failure>) -> Self {
        let reasons = |failure: &Failure| {
            let details = failure.details.iter().cloned();
            std::iter::once(failure.message.clone())
                .chain(details)
                .collect()
        };
        let refused = by.map(reasons).unwrap_or_default();
        Self { refused, ..self }
    }

    /// Whom the tenant has and the list has not, for people, a line for each.
    pub fn not_listed(&self) -> String {
        let Some(orphans) = self.orphans else {
            return String::new();
        };
        let mut text = format!(
            "\nIn the tenant and not in the list: {} (nothing is done about them)\n",
            orphans.len()
        );
        for one in orphans {
            let above = self.tenant.get(one.parent).map(Customer::called);
            let mut parts = vec![printable(&one.shown()).into_owned()];
            let known = [&*one.level, &*one.state, &*one.external_code];
            let known = known.into_iter().filter(|text| !text.is_empty());
            parts.extend(known.map(|text| printable(text).into_owned()));
            text.push_str(&format!(
                "  {}, below {}\n",
                parts.join("  "),
                printable(&above.unwrap_or_else(|| format!("id {}", one.parent)))
            ));
        }
        text
    }

    fn name(&self, row: RowIndex) -> &str {
        self.names.get(row.as_usize()).map_or("", String::as_str)
    }

    fn number(&self, row: RowIndex) -> u32 {
        self.numbers.get(row.as_usize()).copied().unwrap_or(0)
    }

    /// The row as it is called in a sentence: its number, and its sheet where there are several.
    fn called(&self, row: RowIndex) -> String {
        let sheets = &self.prepared.file.checked.sheets;
        sheets.number(row, self.number(row))
    }

    fn codes(&self, row: RowIndex) -> String {
        self.codes
            .get(&row.0)
            .map_or_else(String::new, |codes| codes.join(" "))
    }

    /// The level that was derived for a customer that is created.
    fn derived_level(&self, item: &Item) -> Option<Level> {
        match &item.action {
            Planned::Send(Operation::Create { partner, .. })
                if self.derived.contains(&item.row) =>
            {
                partner.level
            }
            _ => None,
        }
    }
}

fn difference_text(one: &Difference) -> String {
    let line = format!(
        "{}: {:?} in the tenant, {:?} in the row",
        one.member, one.tenant, one.row
    );
    printable(&line).into_owned()
}
