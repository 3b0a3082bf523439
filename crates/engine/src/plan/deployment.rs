//! Automatic deployment: for whom it is switched on, and what is said where it is not. Pure.

use std::collections::HashMap;

use super::action::{Item, Plan};
use super::options::OnExists;
use super::tenant::Tenant;
use crate::check::{Accepted, Checked};
use crate::model::rules::{Rule, tenant as rules};
use crate::model::{Deployment, Diagnostic, PartnerId, Planned, RowIndex, Switch};

/// What is found out of a customer whose automatic deployment may be on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// The service tells how it stands.
    Told(Switch),
    /// It was not asked, or does not tell; why.
    Not(String),
}

/// Why automatic deployment of a customer did not come about in an earlier run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotDeployed {
    /// The service refused to switch it on, as these words say.
    Refused(String),
    /// The run did not come to it, as these words say.
    NotReached(String),
}

impl NotDeployed {
    fn rule(&self) -> &'static Rule {
        match self {
            Self::Refused(_) => &rules::DEPLOYMENT_REFUSED_BEFORE,
            Self::NotReached(_) => &rules::DEPLOYMENT_NOT_REACHED_BEFORE,
        }
    }

    fn words(&self) -> &str {
        let (Self::Refused(words) | Self::NotReached(words)) = self;
        words
    }
}

/// The words around those of a [`NotDeployed`].
const STILL_OFF: [&str; 2] = [
    "automatic deployment is still off: ",
    "; `--on-exists update` switches it on",
];

/// What a row's codes and message say of an earlier run that did not switch automatic deployment on.
pub fn said_before(codes: &str, message: &str) -> Option<NotDeployed> {
    let has = |rule: &Rule| codes.split(' ').any(|code| code == rule.code);
    let [before, after] = STILL_OFF;
    let (_, rest) = message.split_once(before)?;
    let (words, _) = rest.split_once(after)?;
    if has(&rules::DEPLOYMENT_REFUSED_BEFORE) {
        Some(NotDeployed::Refused(words.to_owned()))
    } else if has(&rules::DEPLOYMENT_NOT_REACHED_BEFORE) {
        Some(NotDeployed::NotReached(words.to_owned()))
    } else {
        None
    }
}

/// Whether automatic deployment is switched on for the row's customer. One that already exists is
/// left as it is, unless it may be changed; one with a UID, which comes of switching it on, until the
/// service has told how it stands ([`Plan::settle_deployment`]).
pub(super) fn deployment(
    action: &Planned,
    accepted: Option<&Accepted>,
    existing: OnExists,
    tenant: &Tenant,
) -> Deployment {
    // Asked last who is there: that takes a look for each row.
    let may = match action {
        Planned::Send(_) => true,
        Planned::Exists { .. } => existing == OnExists::Update,
        Planned::Refuse { .. } | Planned::Invalid | Planned::Blocked { .. } => false,
    };
    let asked = accepted.filter(|_| may);
    let asked = asked.map_or(Deployment::AsItIs, Accepted::deployment);
    if asked == Deployment::AsItIs || has_uid(action, tenant) {
        return Deployment::AsItIs;
    }
    asked
}

/// Whether the row's customer is there and has a UID.
fn has_uid(action: &Planned, tenant: &Tenant) -> bool {
    let customer = action.id().and_then(|id| tenant.get(id.get()));
    customer.is_some_and(|one| !one.uid.is_empty())
}

/// Says of each row that asks for it where automatic deployment of a customer that is there already
/// stays as it is. Where it may be changed, the service is asked of those with a UID.
pub(super) fn not_deployed(
    items: &[Item],
    accepted: &[Option<&Accepted>],
    (tenant, existing): (&Tenant, OnExists),
) -> Vec<Diagnostic> {
    let left = items.iter().zip(accepted).filter(|(item, accepted)| {
        let asked = accepted.is_some_and(|one| one.deployment() == Deployment::SwitchOn);
        asked
            && matches!(item.action, Planned::Exists { .. })
            && item.deployment != Deployment::SwitchOn
            && !(existing == OnExists::Update && has_uid(&item.action, tenant))
    });
    let of_row = |(item, _): (&Item, _)| {
        let rule = &rules::DEPLOYMENT_LEFT;
        let message = if has_uid(&item.action, tenant) {
            "its customer is there already, so automatic deployment stays as it is; it was on once, since \
             the customer has a UID, and whether it still is was not asked: `--on-exists update` asks, \
             and switches it on where it is off"
        } else {
            "its customer is there already, so automatic deployment stays as it is; \
             `--on-exists update` switches it on where it is off"
        };
        Diagnostic::of_row(rule, item.row, item.number, message.to_owned()).with_help(rule.fix)
    };
    left.map(of_row).collect()
}

impl Plan {
    /// The customers that are left without the automatic deployment that their rows ask for, since nobody
    /// said that whom the tenant has may be changed. Of one with a UID nobody knows: it was on once.
    pub fn deployment_left(&self, tenant: &Tenant) -> Vec<PartnerId> {
        let left = self.diagnostics.iter();
        let left = left.filter(|one| one.rule.code == rules::DEPLOYMENT_LEFT.code);
        let left = left.filter_map(|one| self.customer_of(one));
        left.filter(|id| tenant.get(id.get()).is_some_and(|one| one.uid.is_empty()))
            .collect()
    }

    fn customer_of(&self, of: &Diagnostic) -> Option<PartnerId> {
        self.items.get(of.row?.as_usize())?.action.id()
    }

    /// Says of those among them for whom an earlier run did not come to it that this is so, and why: that
    /// somebody has to see to them.
    pub fn deployment_failed_before(&mut self, why: &HashMap<PartnerId, NotDeployed>) {
        for at in 0..self.diagnostics.len() {
            let one = &self.diagnostics[at];
            let is_left = one.rule.code == rules::DEPLOYMENT_LEFT.code;
            let customer = self.customer_of(one).filter(|_| is_left);
            let why = customer.and_then(|id| why.get(&id));
            let item = one.row.and_then(|row| self.items.get(row.as_usize()));
            if let (Some(why), Some(item)) = (why, item) {
                let rule = why.rule();
                let [before, after] = STILL_OFF;
                let message = format!("{before}{}{after}", why.words());
                let said = Diagnostic::of_row(rule, item.row, item.number, message);
                self.diagnostics[at] = said.with_help(rule.fix);
            }
        }
    }

    /// How many customers an earlier run did not come to switch automatic deployment on for, and this one
    /// leaves as they are.
    pub fn deployments_failed_before(&self) -> usize {
        let codes = [
            rules::DEPLOYMENT_REFUSED_BEFORE.code,
            rules::DEPLOYMENT_NOT_REACHED_BEFORE.code,
        ];
        let rows = self.diagnostics.iter();
        rows.filter(|one| codes.contains(&one.rule.code)).count()
    }

    /// Customers that are there and may be changed, whose rows ask for automatic deployment and that have
    /// a UID: it is on for most of them, and only the service knows of which not.
    pub fn deployment_to_ask(
        &self,
        checked: &Checked,
        tenant: &Tenant,
        existing: OnExists,
    ) -> Vec<(RowIndex, PartnerId)> {
        if existing != OnExists::Update {
            return Vec::new();
        }
        let wanted = checked.accepted.iter();
        let wanted = wanted.filter(|one| one.deployment() == Deployment::SwitchOn);
        let items = wanted.filter_map(|one| self.items.get(one.row().as_usize()));
        let there = items.filter(|item| has_uid(&item.action, tenant));
        let there = there.filter_map(|item| match item.action {
            Planned::Send(_) | Planned::Exists { .. } => Some((item.row, item.action.id()?)),
            Planned::Refuse { .. } | Planned::Invalid | Planned::Blocked { .. } => None,
        });
        there.collect()
    }

    /// Switches on what the service says is off. What it was not asked counts as on, and that is said.
    pub fn settle_deployment(&mut self, asked: impl IntoIterator<Item = (RowIndex, Asked)>) {
        for (row, asked) in asked {
            let Some(item) = self.items.get_mut(row.as_usize()) else {
                continue;
            };
            match asked {
                Asked::Told(Switch::On) => {}
                Asked::Told(Switch::Off) => item.deployment = Deployment::SwitchOn,
                Asked::Not(why) => {
                    let rule = &rules::DEPLOYMENT_NOT_ASKED;
                    let message = format!(
                        "automatic deployment counts as on, since the customer has a UID: {why}"
                    );
                    let said = Diagnostic::of_row(rule, row, item.number, message);
                    self.diagnostics.push(said.with_help(rule.fix));
                }
            }
        }
    }
}
