//! Rows whose customer already exists, or whose name or code somebody has: recognised, compared,
//! and decided about as the options say.

use std::sync::Arc;

use super::action::{Difference, Finding, changes_in_words};
use super::builder::{Above, Builder};
use super::known::Member;
use super::member::{changes, compare};
use super::options::{Moves, OnExists};
use super::tenant::{Customer, Found, Key, Tenant};
use super::unavailable;
use crate::check::Accepted;
use crate::model::rules::{Rule, tenant as rules};
use crate::model::{
    Diagnostic, Operation, Parent, PartnerChanges, PartnerId, PartnerInfo, Planned, Relocation,
    Update,
};

/// The customer of the tenant that a row is.
pub(super) struct There<'a> {
    pub(super) customer: &'a Customer,
    pub(super) id: PartnerId,
    /// Below whom the row says it stands.
    pub(super) parent: Parent,
}

impl<'a> Builder<'a> {
    /// The customer of the tenant that the row is, if there is one.
    pub(super) fn recognise(
        &mut self,
        accepted: &Accepted,
        above: Above<'_>,
    ) -> Result<Option<&'a Customer>, ()> {
        let tenant = self.tenant;
        let partner = accepted.partner();
        let key = Key::of(partner);
        if let Some(id) = accepted.existing_id() {
            return self.recognise_by_id(accepted, id);
        }
        let found = match above {
            Above::Tenant(_, id) | Above::Changing(_, id, _) => {
                let met = self.met.below(id.get(), accepted.row());
                met.map_or_else(|| tenant.find(id, key), Found::Ours)
            }
            // The parent does not exist, so nobody stands below it; but the code may be taken.
            Above::NewRow(_) => key
                .external_code
                .and_then(|code| tenant.with_code(code).next())
                .map_or(Found::Nobody, Found::CodeElsewhere),
        };
        match found {
            Found::Nobody => {
                self.warn_of_near_names(accepted, above);
                return Ok(None);
            }
            Found::Ours(customer) => return Ok(Some(customer)),
            // The same name and code elsewhere: the row wants the customer moved.
            Found::CodeElsewhere(other)
                if self.options.on_exists == OnExists::Update
                    && other.name.trim() == partner.name.as_str()
                    && tenant
                        .with_code(key.external_code.unwrap_or_default())
                        .count()
                        == 1 =>
            {
                return Ok(Some(other));
            }
            _ => {}
        }
        let Some((rule, message)) = conflict(&found, key, tenant) else {
            return Ok(None);
        };
        self.refuse(accepted, rule, message, partner.name.as_str());
        self.findings.insert(accepted.row(), Finding::Conflict);
        Err(())
    }

    fn recognise_by_id(
        &mut self,
        accepted: &Accepted,
        id: PartnerId,
    ) -> Result<Option<&'a Customer>, ()> {
        let Some(customer) = self.tenant.get(id.get()) else {
            let message = format!("no customer of the tenant has the id {id}");
            self.refuse(
                accepted,
                &rules::EXISTING_ID_NOT_FOUND,
                message,
                &id.to_string(),
            );
            return Err(());
        };
        let key = Key::of(accepted.partner());
        let same_code = key
            .external_code
            .is_some_and(|code| code == customer.external_code.trim());
        let was_called = self.names.get(&accepted.row()).copied();
        let same_name = [Some(key.name), was_called].contains(&Some(customer.name.trim()));
        if !same_code && !same_name {
            let message = format!("the customer with the id {id} is {}", customer.shown());
            self.refuse(
                accepted,
                &rules::EXISTING_ID_DISAGREES,
                message,
                &id.to_string(),
            );
            return Err(());
        }
        Ok(Some(customer))
    }

    /// Names that may well be the customer's own: beside it but for case or spaces, or elsewhere.
    fn warn_of_near_names(&mut self, accepted: &Accepted, above: Above<'_>) {
        let name = accepted.partner().name.as_str();
        let beside = match above {
            Above::Tenant(_, parent) | Above::Changing(_, parent, _) => {
                self.tenant.almost_named(parent, name)
            }
            Above::NewRow(_) => None,
        };
        let (rule, message) = if let Some(sibling) = beside {
            let message = format!("{} exists below the same parent", sibling.shown());
            (&rules::NAME_ALMOST_TAKEN, message)
        } else if let Some(other) = self.tenant.with_name(name).next() {
            let parent = self.tenant.get(other.parent);
            let below = parent.map_or_else(|| "another parent".into(), Customer::shown);
            let message = format!("{} has this name below {below}", other.shown());
            self.findings.insert(accepted.row(), Finding::Conflict);
            (&rules::NAME_ELSEWHERE, message)
        } else {
            return;
        };
        let diagnostic = Diagnostic::of_row(rule, accepted.row(), accepted.number(), message)
            .with_value(name)
            .with_help(rule.fix);
        self.diagnostics.push(diagnostic);
    }

    /// Decides about a row whose customer is there.
    pub(super) fn exists(
        &mut self,
        accepted: &Accepted,
        there: &There<'_>,
        partner: Arc<PartnerInfo>,
    ) -> Planned {
        let differing = if self.met.is_as_said(accepted.row(), there.customer) {
            Vec::new()
        } else {
            compare(&partner, there.customer)
        };
        let differing = match self.options.on_exists {
            OnExists::Update => match self.hold_back(accepted, there.customer, differing) {
                Some(differing) => differing,
                None => return Planned::Invalid,
            },
            OnExists::Skip | OnExists::Fail => differing,
        };
        let moved = self.moved(there);
        let relocation = match moved {
            Some(_) => Relocation::Moves,
            None => Relocation::Stays,
        };
        let moves = moved.is_some() || differing.iter().any(|one| one.member == Member::Level);
        let changes = changes(&partner, &differing);
        let differences: Vec<Difference> = differing
            .into_iter()
            .map(Difference::from)
            .chain(moved)
            .collect();
        let There { id, parent, .. } = *there;
        let shown = || there.customer.shown();
        let listed = listed(&differences);
        let action = match self.options.on_exists {
            OnExists::Fail => {
                let differs = if listed.is_empty() { "" } else { "; " };
                let message = format!("{} already exists{differs}{listed}", shown());
                self.tell(accepted, &rules::EXISTS_ALREADY, message);
                Planned::Refuse {
                    id,
                    parent,
                    partner,
                }
            }
            OnExists::Update if !differences.is_empty() => {
                if !self.may_change(accepted, there, (&changes, moves), &listed) {
                    return Planned::Invalid;
                }
                let message = format!("{} is changed: {listed}", shown());
                self.tell(accepted, &rules::UPDATED_IN_TENANT, message);
                let update = Arc::new(update(changes, relocation, &differences));
                Planned::Send(Operation::Update {
                    id,
                    parent,
                    partner,
                    update,
                })
            }
            OnExists::Skip | OnExists::Update => {
                if !differences.is_empty() {
                    let message = format!("{} exists; {listed}", shown());
                    self.tell(accepted, &rules::DIFFERS_IN_TENANT, message);
                }
                Planned::Exists {
                    id,
                    parent,
                    partner,
                }
            }
        };
        if !differences.is_empty() {
            self.differences.insert(accepted.row(), differences);
        }
        action
    }

    /// Whether the customer may be changed so; else the row is refused.
    fn may_change(
        &mut self,
        accepted: &Accepted,
        there: &There<'_>,
        (changes, moves): (&PartnerChanges, bool),
        listed: &str,
    ) -> bool {
        if moves && self.options.moves == Moves::Forbidden {
            let message = format!("{} already exists; {listed}", there.customer.shown());
            self.tell(accepted, &rules::MOVE_NOT_ALLOWED, message);
            self.findings.insert(accepted.row(), Finding::Differs);
            return false;
        }
        let problems = unavailable::of_update(accepted, changes, self.tenant);
        let may = problems.is_empty();
        self.diagnostics.extend(problems);
        may
    }

    /// The difference in the parent, where the row says another one than the tenant.
    fn moved(&self, there: &There<'_>) -> Option<Difference> {
        let now = there.customer.parent;
        if now == 0 || there.id.get() == self.tenant.root().id {
            return None;
        }
        let row = match there.parent {
            Parent::Customer(id) if id.get() == now => return None,
            Parent::Customer(id) => id.to_string(),
            Parent::Row(row) => {
                let above = self.action_of(row).and_then(Planned::id);
                if above.is_some_and(|id| id.get() == now) {
                    return None;
                }
                let number = self.accepted[row.as_usize()].map_or(0, Accepted::number);
                format!("the customer of row {number}")
            }
        };
        Some(Difference {
            member: "ParentId",
            tenant: now.to_string(),
            row,
        })
    }

    pub(super) fn tell(&mut self, accepted: &Accepted, rule: &'static Rule, message: String) {
        let diagnostic = Diagnostic::of_row(rule, accepted.row(), accepted.number(), message)
            .with_help(rule.fix);
        self.diagnostics.push(diagnostic);
    }
}

/// What is sent to take these differences away, with what was there before.
fn update(changes: PartnerChanges, relocation: Relocation, differences: &[Difference]) -> Update {
    let before = differences.iter();
    Update {
        changes,
        relocation,
        told: changes_in_words(differences),
        before: before
            .map(|one| (one.member.to_owned(), one.tenant.clone()))
            .collect(),
    }
}

/// Why a row is not sent that meets somebody else's customer, or several.
pub fn conflict(
    found: &Found<'_>,
    key: Key<'_>,
    tenant: &Tenant,
) -> Option<(&'static Rule, String)> {
    Some(match found {
        Found::Nobody | Found::Ours(_) => return None,
        Found::Several(one, other) => (
            &rules::SEVERAL_MATCH,
            format!("{} and {} both match this row", one.shown(), other.shown()),
        ),
        Found::CodeElsewhere(other) => (
            &rules::EXTERNAL_CODE_TAKEN,
            format!(
                "ExternalCode {} belongs to {} below {}",
                key.external_code.unwrap_or_default(),
                other.shown(),
                tenant
                    .get(other.parent)
                    .map_or("another parent".into(), Customer::shown),
            ),
        ),
        Found::NameWithOtherCode(other) => (
            &rules::NAME_TAKEN,
            format!(
                "{} has the ExternalCode {}",
                other.shown(),
                other.external_code
            ),
        ),
    })
}

/// The differences in words: members, what the tenant has, what the row says.
fn listed(differences: &[Difference]) -> String {
    let one = |one: &Difference| {
        format!(
            "{} is {:?}, the row says {:?}",
            one.member, one.tenant, one.row
        )
    };
    differences.iter().map(one).collect::<Vec<_>>().join("; ")
}
