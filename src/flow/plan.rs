//! Holds a list against the tenant: a step on the way to a run, and where `plan` ends.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::check::{Checked, Prepared, all_diagnostics};
use super::enter::Entered;
use super::event::{Events, Part, Stage};
use super::failure::Failure;
use super::list::CheckedFile;
use super::not_deployed::not_deployed;
use super::quarantine::{Held, Quarantine};
use super::target::Target;
use crate::api::classify::Stop;
use crate::model::rules::tenant::NAME_ALMOST_TAKEN;
use crate::model::{Diagnostic, PartnerId, RowIndex, Switch, TableSummary};
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
/// So many of them at a time.
const AT_ONCE: usize = 4;

/// Plans: holds the list against the tenant, and each row against what earlier runs know of it. Of few
/// customers the service is asked what no list tells.
pub async fn plan(
    checked: Checked,
    entered: Entered,
    options: PlanOptions,
    quarantine: Option<&Quarantine>,
    asking: &Questions<'_>,
) -> Result<PlannedList, Failure> {
    let (tenant, file) = (&entered.tenant, &checked.prepared().file);
    let part = Part::begin(asking.events, Stage::Planning);
    let names = &checked.prepared().rows.names_in_tenant;
    let mut plan = plan::build_known(&file.checked, tenant, options, names);
    let asks = plan.deployment_to_ask(&file.checked, tenant, options.on_exists);
    let left = plan.deployment_left(tenant);
    let before = not_deployed(asking.state_dir, asking.target, tenant, left)?;
    plan.deployment_failed_before(&before);
    drop(part);
    if !asks.is_empty() {
        plan.settle_deployment(asking.deployments(asks).await?);
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

/// Who is asked what no list tells, and who hears how far that is.
pub struct Questions<'a> {
    /// The service.
    pub target: &'a Target,
    /// How long it is tried.
    pub patience: &'a Patience,
    /// Who is told.
    pub events: Events<'a>,
    /// Where the journals of earlier runs are.
    pub state_dir: &'a Path,
}

impl Questions<'_> {
    /// How automatic deployment of these rows' customers stands. Several are asked at a time: where an answer
    /// takes longer than the rate leaves between two requests, one after the other would wait for each.
    async fn deployments(
        &self,
        rows: Vec<(RowIndex, PartnerId)>,
    ) -> Result<BTreeMap<RowIndex, Asked>, Failure> {
        let part = Part::begin(self.events, Stage::AskingDeployment);
        let (mut rows, mut begun, mut not) = (rows.into_iter(), 0, None);
        let mut told = BTreeMap::new();
        let mut under_way = JoinSet::new();
        loop {
            while not.is_none() && begun < MOST_ASKED && under_way.len() < AT_ONCE {
                let Some((row, id)) = rows.next() else { break };
                under_way.spawn(self.deployment(row, id));
                begun += 1;
            }
            let Some(answer) = under_way.join_next().await else {
                break;
            };
            let (row, answer) = answer.map_err(|error| Failure::stopped(error.to_string()))?;
            let asked = match answer {
                Ok(now) => Asked::Told(now),
                Err(ReadError::Refused(error) | ReadError::Stopped(Stop::Forbidden(error))) => {
                    Asked::Not(format!("the service does not say ({error})"))
                }
                Err(ReadError::Unreachable(text)) => {
                    let why = format!("the service does not say ({text})");
                    Asked::Not(not.insert(why).clone())
                }
                Err(error) => return Err(Failure::of_reading(error, &self.target.name)),
            };
            told.insert(row, asked);
            part.counted(told.len() as u64);
        }
        let not = not.unwrap_or_else(|| format!("{MOST_ASKED} others were asked for before it"));
        told.extend(rows.map(|(row, _)| (row, Asked::Not(not.clone()))));
        Ok(told)
    }

    /// A plan can do without: nobody waits for long, and not again.
    fn deployment(
        &self,
        row: RowIndex,
        id: PartnerId,
    ) -> impl Future<Output = (RowIndex, Result<Switch, ReadError>)> + Send + 'static {
        let patience = Patience {
            limit: HELPFUL_LIMIT,
            first_contact: HELPFUL_LIMIT,
            ..self.patience.clone()
        };
        let client = Arc::clone(&self.target.client);
        async move {
            let answer = patiently(&client, &patience, || client.deployment(id, None)).await;
            (row, answer)
        }
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
        let left = self.plan.deployments_failed_before();
        refused || left + counts.invalid + counts.blocked + counts.fail > 0
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
