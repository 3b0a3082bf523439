//! Holds a list against the tenant: a step on the way to a run, and where `plan` ends.

use super::check::{Checked, Prepared, all_diagnostics};
use super::enter::Entered;
use super::event::{Events, Part, Stage};
use super::export::names_in_tenant;
use super::failure::Failure;
use super::list::CheckedFile;
use super::quarantine::{Held, Quarantine};
use super::target::Target;
use crate::api::classify::Stop;
use crate::model::rules::tenant::NAME_ALMOST_TAKEN;
use crate::model::{Diagnostic, PartnerId, RowIndex, TableSummary};
use crate::plan::{self, Asked, Customer, Plan, PlanOptions, Tenant};
use crate::submit::reads::HELPFUL_LIMIT;
use crate::submit::{Patience, ReadError, patiently};

/// What would become of each row of a list.
pub struct PlannedList {
    pub(super) checked: Checked,
    pub(super) entered: Entered,
    pub(super) plan: Plan,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) held: Held,
}

/// The most customers whose automatic deployment is asked for, one by one.
const MOST_ASKED: usize = 500;

/// Plans: holds the list against the tenant, and each row against what earlier runs know of it. Of few
/// customers the service is asked what no list tells.
pub async fn plan(
    checked: Checked,
    entered: Entered,
    options: PlanOptions,
    quarantine: Option<&Quarantine>,
    (target, patience, events): (&Target, &Patience, Events<'_>),
) -> Result<PlannedList, Failure> {
    let (tenant, file) = (&entered.tenant, &checked.prepared().file);
    let part = Part::begin(events, Stage::Planning);
    let names = names_in_tenant(checked.prepared());
    let mut plan = plan::build_known(&file.checked, tenant, options, &names);
    let asks = plan.deployment_to_ask(&file.checked, tenant, options.on_exists);
    drop(part);
    if !asks.is_empty() {
        let _part = Part::begin(events, Stage::ReadingTenant);
        plan.settle_deployment(ask(target, patience, asks).await?);
    }
    let diagnostics = all_diagnostics(file, &plan);
    let held = quarantine.map(|one| one.held(&plan)).unwrap_or_default();
    Ok(PlannedList {
        checked,
        entered,
        plan,
        diagnostics,
        held,
    })
}

/// How automatic deployment of these rows' customers stands.
async fn ask(
    target: &Target,
    patience: &Patience,
    rows: Vec<(RowIndex, PartnerId)>,
) -> Result<Vec<(RowIndex, Asked)>, Failure> {
    // A plan can do without: nobody waits for long, and not again.
    let patience = Patience {
        limit: HELPFUL_LIMIT,
        first_contact: HELPFUL_LIMIT,
        ..patience.clone()
    };
    let (client, mut told, mut not) = (&target.client, Vec::with_capacity(rows.len()), None);
    for (row, id) in rows {
        if told.len() >= MOST_ASKED {
            not.get_or_insert_with(|| format!("{MOST_ASKED} others were asked for before it"));
        }
        let asked = match &not {
            Some(why) => Asked::Not(why.clone()),
            None => match patiently(client, &patience, || client.deployment(id, None)).await {
                Ok(now) => Asked::Told(now),
                Err(ReadError::Refused(error) | ReadError::Stopped(Stop::Forbidden(error))) => {
                    Asked::Not(format!("the service does not say ({error})"))
                }
                Err(ReadError::Unreachable(text)) => {
                    let why = format!("the service does not say ({text})");
                    Asked::Not(not.insert(why).clone())
                }
                Err(error) => return Err(Failure::of_reading(error, &target.name)),
            },
        };
        told.push((row, asked));
    }
    Ok(told)
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
