//! Builds the plan: resolves parents and places in the tenant, recognises who exists, and blocks
//! what depends on a row that cannot be sent.

use std::collections::HashMap;
use std::mem;
use std::sync::Arc;

use smol_str::SmolStr;

use super::action::{Finding, Item, Plan};
use super::builder::{Above, Builder};
use super::deployment::{deployment, not_deployed};
use super::existing::There;
use super::met::Met;
use super::nearest::CloseNames;
use super::options::PlanOptions;
use super::places::{self, PlaceKind};
use super::taken::Taken;
use super::tenant::{Customer, Place, Tenant};
use super::unavailable;
use crate::check::accepted::NamedReference;
use crate::check::{Accepted, Checked, ParentTarget, RowState};
use crate::model::rules::{hierarchy, tenant as rules};
use crate::model::{
    Diagnostic, LevelChoice, LocationId, Operation, Parent, PartnerId, PartnerInfo, Planned,
    RegionId, RowIndex,
};

/// Plans every row of `checked` against `tenant`; customers that exist are left as they are.
pub fn build(checked: &Checked, tenant: &Tenant) -> Plan {
    build_with(checked, tenant, PlanOptions::default())
}

/// Plans every row of `checked` against `tenant`.
pub fn build_with(checked: &Checked, tenant: &Tenant, options: PlanOptions) -> Plan {
    let nobody: HashMap<RowIndex, Box<str>> = HashMap::new();
    build_known(checked, tenant, options, &nobody)
}

/// The same where rows say what the tenant called their customers: such a row is its customer's by its
/// id, whatever it calls it now.
pub fn build_known<S: std::hash::BuildHasher>(
    checked: &Checked,
    tenant: &Tenant,
    options: PlanOptions,
    names: &HashMap<RowIndex, Box<str>, S>,
) -> Plan {
    let met = Met::of(checked, tenant);
    build_met(checked, tenant, options, names, met)
}

/// The same where it is known whom rows can be.
pub(super) fn build_met<S: std::hash::BuildHasher>(
    checked: &Checked,
    tenant: &Tenant,
    options: PlanOptions,
    names: &HashMap<RowIndex, Box<str>, S>,
    met: Met<'_>,
) -> Plan {
    let mut builder = Builder {
        tenant,
        sheets: &checked.sheets,
        options,
        names: names.iter().map(|(row, name)| (*row, &**name)).collect(),
        findings: HashMap::default(),
        differences: HashMap::default(),
        close_names: CloseNames::default(),
        met,
        taken: Taken::in_tenant(tenant.customers().len()),
        accepted: vec![None; checked.rows.len()],
        actions: vec![None; checked.rows.len()],
        diagnostics: Vec::new(),
    };
    for accepted in &checked.accepted {
        builder.accepted[accepted.row().as_usize()] = Some(accepted);
    }
    for (index, state) in checked.rows.iter().enumerate() {
        match *state {
            RowState::Accepted => {}
            RowState::Invalid => builder.actions[index] = Some(Planned::Invalid),
            RowState::Blocked { by } => builder.actions[index] = Some(Planned::Blocked { by }),
        }
    }
    for accepted in &checked.accepted {
        builder.plan_with_parents(accepted);
    }
    builder.finish()
}

impl<'a> Builder<'a> {
    /// Plans a row after the rows it stands below; no recursion, however deep the tree is.
    fn plan_with_parents(&mut self, accepted: &'a Accepted) {
        let mut waiting = Vec::new();
        let mut next = Some(accepted);
        while let Some(row) = next {
            if self.actions[row.row().as_usize()].is_some() || waiting.len() > self.accepted.len() {
                break;
            }
            waiting.push(row);
            next = match row.parent().target {
                ParentTarget::Row(parent) => self.accepted[parent.as_usize()],
                _ => None,
            };
        }
        for row in waiting.into_iter().rev() {
            let action = self.plan_row(row);
            self.actions[row.row().as_usize()] = Some(action);
        }
    }

    fn plan_row(&mut self, accepted: &'a Accepted) -> Planned {
        let above = match self.parent_of(accepted) {
            Ok(above) => above,
            Err(action) => return action,
        };
        if !self.agrees_with_parent_id(accepted, above) || !self.fits_below(accepted, above) {
            return Planned::Invalid;
        }
        let Some(mut partner) = self.with_places(accepted) else {
            return Planned::Invalid;
        };
        let parent = match above {
            Above::Tenant(_, id) => Parent::Customer(id),
            Above::Changing(_, _, row) | Above::NewRow(row) => Parent::Row(row),
        };
        let recognised = self.recognise(accepted, above);
        if let Ok(customer) = recognised
            && !self.is_first(accepted, above, customer)
        {
            return Planned::Invalid;
        }
        match recognised {
            Ok(Some(customer)) => match customer.partner_id() {
                Some(id) => {
                    let there = There {
                        customer,
                        id,
                        parent,
                    };
                    self.exists(accepted, &there, partner)
                }
                None => Planned::Invalid,
            },
            Ok(None) => {
                if let Some(by) = self.refused_above(accepted) {
                    return self.blocked(accepted, by);
                }
                if accepted.level() == LevelChoice::Derived {
                    let Some(level) = self.derived_level(accepted, above) else {
                        return Planned::Invalid;
                    };
                    Arc::make_mut(&mut partner).level = Some(level);
                }
                let problems = unavailable::problems(accepted, &partner, self.tenant);
                if !problems.is_empty() {
                    self.diagnostics.extend(problems);
                    return Planned::Invalid;
                }
                Planned::Send(Operation::Create {
                    parent,
                    partner,
                    account: accepted.default_account(),
                })
            }
            Err(()) => Planned::Invalid,
        }
    }

    fn parent_of(&mut self, accepted: &Accepted) -> Result<Above<'a>, Planned> {
        let tenant = self.tenant;
        match &accepted.parent().target {
            ParentTarget::Default => {
                let root = tenant.root();
                root.partner_id()
                    .map(|id| Above::Tenant(root, id))
                    .ok_or(Planned::Invalid)
            }
            ParentTarget::Id(id) => {
                if let Some(parent) = tenant.get(id.get()) {
                    return Ok(Above::Tenant(parent, *id));
                }
                let message = format!("no customer of the tenant has the id {id}");
                Err(self.refuse(
                    accepted,
                    &rules::PARENT_NOT_IN_TENANT,
                    message,
                    &id.to_string(),
                ))
            }
            ParentTarget::Named(name) => self.named_parent(accepted, name.as_str()),
            ParentTarget::Row(row) => self.row_parent(accepted, *row),
        }
    }

    fn row_parent(&mut self, accepted: &Accepted, row: RowIndex) -> Result<Above<'a>, Planned> {
        let by = match &self.actions[row.as_usize()] {
            Some(Planned::Send(Operation::Create { .. })) => return Ok(Above::NewRow(row)),
            Some(
                there @ (Planned::Exists { id, .. }
                | Planned::Send(Operation::Update { id, .. })
                | Planned::Refuse { id, .. }),
            ) => {
                if let Some(parent) = self.tenant.get(id.get()) {
                    return Ok(if changes_what_may_stand_below(there) {
                        Above::Changing(parent, *id, row)
                    } else {
                        Above::Tenant(parent, *id)
                    });
                }
                row
            }
            Some(Planned::Blocked { by }) => *by,
            _ => row,
        };
        Err(self.blocked(accepted, by))
    }

    /// The row that the row stands below, where that one fails although its customer exists.
    fn refused_above(&self, accepted: &Accepted) -> Option<RowIndex> {
        let ParentTarget::Row(above) = accepted.parent().target else {
            return None;
        };
        let refused = matches!(self.action_of(above), Some(Planned::Refuse { .. }));
        refused.then_some(above)
    }

    fn blocked(&mut self, accepted: &Accepted, by: RowIndex) -> Planned {
        let number = self.accepted[by.as_usize()].map_or(0, Accepted::number);
        let message = if number == 0 {
            "not sent, because a row above it in the tree has an error".to_owned()
        } else {
            let place = self.sheets.number(by, number);
            format!("not sent, because row {place} above it in the tree has an error")
        };
        let diagnostic = Diagnostic::of_row(
            &hierarchy::PARENT_ROW_BLOCKED,
            accepted.row(),
            accepted.number(),
            message,
        )
        .with_related(self.sheets.related((number > 0).then_some((by, number))));
        self.diagnostics.push(diagnostic);
        Planned::Blocked { by }
    }

    fn named_parent(&mut self, accepted: &Accepted, name: &str) -> Result<Above<'a>, Planned> {
        let tenant = self.tenant;
        let mut matches: Vec<&Customer> = tenant.with_name(name).collect();
        for customer in tenant.with_code(name) {
            if !matches.iter().any(|other| other.id == customer.id) {
                matches.push(customer);
            }
        }
        match matches.as_slice() {
            [parent] => match parent.partner_id() {
                Some(id) => Ok(Above::Tenant(parent, id)),
                None => Err(Planned::Invalid),
            },
            [] => {
                let message = format!("\"{name}\" is neither a row of the file nor in the tenant");
                let close = self.close_names.of(name, tenant);
                let action = self.refuse(accepted, &rules::PARENT_NOT_IN_TENANT, message, name);
                self.suggest(close);
                Err(action)
            }
            [one, other, ..] => {
                let message = format!(
                    "{} customers of the tenant match \"{name}\", among them {} and {}",
                    matches.len(),
                    one.shown(),
                    other.shown()
                );
                Err(self.refuse(accepted, &rules::PARENT_AMBIGUOUS_IN_TENANT, message, name))
            }
        }
    }

    /// Whether the `ParentId` cell beside a `Parent` cell names the same customer.
    fn agrees_with_parent_id(&mut self, accepted: &Accepted, above: Above<'_>) -> bool {
        let Some(expected) = accepted.parent().expected_id else {
            return true;
        };
        let message = match above {
            Above::Tenant(_, id) | Above::Changing(_, id, _) if id == expected => return true,
            Above::Tenant(parent, _) | Above::Changing(parent, ..) => {
                format!("Parent is {}, ParentId is {expected}", parent.shown())
            }
            Above::NewRow(_) => {
                format!("Parent is a row that does not exist yet, ParentId is {expected}")
            }
        };
        self.refuse(
            accepted,
            &rules::PARENT_IDS_DISAGREE,
            message,
            &expected.to_string(),
        );
        false
    }

    /// The rules between a row and a parent in the tenant; those between rows were checked before.
    fn fits_below(&mut self, accepted: &Accepted, above: Above<'_>) -> bool {
        if !self.level_fits_below(accepted, above) {
            return false;
        }
        let (parent, from_now_on) = match above {
            Above::Tenant(parent, _) => (parent, None),
            Above::Changing(parent, _, row) => {
                (parent, self.accepted[row.as_usize()].map(Accepted::partner))
            }
            Above::NewRow(_) => return true,
        };
        let partner = accepted.partner();
        if let Some(service) = partner.service_type {
            let now = from_now_on.map_or(&[][..], |row| &row.child_service_types);
            let offered: Vec<&str> = if now.is_empty() {
                parent
                    .child_service_types
                    .iter()
                    .map(SmolStr::as_str)
                    .collect()
            } else {
                now.iter().map(|word| word.as_str()).collect()
            };
            if !offered.is_empty() && !offered.contains(&service.as_str()) {
                let message = format!(
                    "{} offers {}, not {service}",
                    parent.shown(),
                    offered.join(", ")
                );
                self.refuse(
                    accepted,
                    &rules::SERVICE_TYPE_NOT_OFFERED_IN_TENANT,
                    message,
                    service.as_str(),
                );
                return false;
            }
        }
        true
    }

    /// The customer with location and region resolved.
    fn with_places(&mut self, accepted: &Accepted) -> Option<Arc<PartnerInfo>> {
        let mut partner = accepted.shared_partner();
        let tenant = self.tenant;
        if let Some(name) = accepted.location_name() {
            let id = self.place(accepted, name, &tenant.locations, PlaceKind::Location)?;
            Arc::make_mut(&mut partner).location_id = Some(LocationId::from_number(id)?);
        }
        if let Some(name) = accepted.region_name() {
            let id = self.place(accepted, name, &tenant.regions, PlaceKind::Region)?;
            let properties = &mut Arc::make_mut(&mut partner).advanced_partner_properties;
            properties.region_id = Some(RegionId::from_number(id)?);
        }
        Some(partner)
    }

    fn place(
        &mut self,
        accepted: &Accepted,
        named: &NamedReference,
        places: &[Place],
        kind: PlaceKind,
    ) -> Option<i64> {
        let name = named.name.as_str();
        let none = match places::find(name, places, kind) {
            Ok(id) => return Some(id),
            Err(none) => none,
        };
        let (row, number) = (accepted.row(), accepted.number());
        let mut diagnostic = Diagnostic::of_row(none.rule, row, number, none.message)
            .at(named.at)
            .in_column(&named.column)
            .with_value(name);
        diagnostic = if none.suggestions.is_empty() {
            diagnostic.with_help(none.help)
        } else {
            diagnostic.with_suggestions(none.suggestions)
        };
        self.diagnostics.push(diagnostic);
        None
    }

    fn finish(mut self) -> Plan {
        // What was needed to find each row's customer makes room for what became of the rows.
        drop(mem::replace(&mut self.taken, Taken::in_tenant(0)));
        let root = self
            .tenant
            .root()
            .partner_id()
            .or(PartnerId::from_number(1));
        for diagnostic in &mut self.diagnostics {
            let sheet = diagnostic.row.and_then(|row| self.sheets.of(row));
            diagnostic.sheet = sheet.map(Box::from);
        }
        let items = self.actions.iter_mut().enumerate().map(|(index, action)| {
            let row = RowIndex(u32::try_from(index).unwrap_or(u32::MAX));
            let accepted = self.accepted[index];
            let number = accepted.map_or(0, Accepted::number);
            let action = action.take().unwrap_or(Planned::Invalid);
            let differences = self.differences.remove(&row).unwrap_or_default();
            let usual = match &action {
                Planned::Send(Operation::Create { .. }) => Finding::New,
                Planned::Invalid => Finding::Invalid,
                Planned::Blocked { .. } => Finding::Blocked,
                _ if differences.is_empty() => Finding::Exists,
                _ => Finding::Differs,
            };
            let finding = self.findings.get(&row).copied().unwrap_or(usual);
            Item {
                row,
                number,
                deployment: deployment(&action, accepted, self.options.on_exists, self.tenant),
                action,
                differences,
                finding,
            }
        });
        let items: Vec<Item> = items.collect();
        let left = not_deployed(
            &items,
            &self.accepted,
            (self.tenant, self.options.on_exists),
        );
        self.diagnostics.extend(left);
        Plan {
            root: root.expect("1 is an id"),
            items,
            diagnostics: self.diagnostics,
        }
    }
}

fn changes_what_may_stand_below(action: &Planned) -> bool {
    let Planned::Send(Operation::Update { update, .. }) = action else {
        return false;
    };
    let changes = &update.changes;
    changes.level.is_some() || !changes.child_service_types.is_empty()
}
