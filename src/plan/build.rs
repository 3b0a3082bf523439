//! Builds the plan: resolves parents and places in the tenant, recognises who exists, and blocks
//! what depends on a row that cannot be sent.

use strsim::normalized_damerau_levenshtein;

use super::action::{Action, Difference, Item, ParentLink, Plan};
use super::tenant::{Customer, Found, Key, Place, Tenant, fold};
use crate::check::accepted::NamedReference;
use crate::check::{Accepted, Checked, ParentTarget, RowState};
use crate::model::rules::{Rule, hierarchy, tenant as rules};
use crate::model::{
    CellAddress, Diagnostic, Level, LocationId, PartnerId, PartnerInfo, RegionId, RowIndex,
    ServiceType, State,
};

/// Plans every row of `checked` against `tenant`.
pub fn build(checked: &Checked, tenant: &Tenant) -> Plan {
    let mut builder = Builder {
        tenant,
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
            RowState::Invalid => builder.actions[index] = Some(Action::Invalid),
            RowState::Blocked { by } => builder.actions[index] = Some(Action::Blocked { by }),
        }
    }
    for accepted in &checked.accepted {
        builder.plan_with_parents(accepted);
    }
    builder.finish()
}

struct Builder<'a> {
    tenant: &'a Tenant,
    accepted: Vec<Option<&'a Accepted>>,
    actions: Vec<Option<Action>>,
    diagnostics: Vec<Diagnostic>,
}

/// A row's parent, as far as it is known now.
#[derive(Clone, Copy)]
enum Above<'a> {
    /// A customer of the tenant.
    Tenant(&'a Customer, PartnerId),
    /// A row that is to be created.
    NewRow(RowIndex),
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

    fn plan_row(&mut self, accepted: &Accepted) -> Action {
        let above = match self.parent_of(accepted) {
            Ok(above) => above,
            Err(action) => return action,
        };
        if !self.agrees_with_parent_id(accepted, above) || !self.fits_below(accepted, above) {
            return Action::Invalid;
        }
        let Some(partner) = self.with_places(accepted) else {
            return Action::Invalid;
        };
        let parent = match above {
            Above::Tenant(_, id) => ParentLink::Id(id),
            Above::NewRow(row) => ParentLink::Row(row),
        };
        match self.recognise(accepted, above) {
            Ok(Some(customer)) => match customer.partner_id() {
                Some(id) => self.exists(accepted, customer, id, parent, partner),
                None => Action::Invalid,
            },
            Ok(None) => Action::Create {
                parent,
                partner,
                account: accepted.default_account(),
            },
            Err(()) => Action::Invalid,
        }
    }

    fn parent_of(&mut self, accepted: &Accepted) -> Result<Above<'a>, Action> {
        let tenant = self.tenant;
        match &accepted.parent().target {
            ParentTarget::Default => {
                let root = tenant.root();
                root.partner_id()
                    .map(|id| Above::Tenant(root, id))
                    .ok_or(Action::Invalid)
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

    fn row_parent(&mut self, accepted: &Accepted, row: RowIndex) -> Result<Above<'a>, Action> {
        let by = match &self.actions[row.as_usize()] {
            Some(Action::Create { .. }) => return Ok(Above::NewRow(row)),
            Some(Action::Exists { id, .. }) => {
                if let Some(parent) = self.tenant.get(id.get()) {
                    return Ok(Above::Tenant(parent, *id));
                }
                row
            }
            Some(Action::Blocked { by }) => *by,
            Some(Action::Invalid) | None => row,
        };
        let number = self.accepted[by.as_usize()].map_or(0, Accepted::number);
        let message = if number == 0 {
            "not sent, because a row above it in the tree has an error".to_owned()
        } else {
            format!("not sent, because row {number} above it in the tree has an error")
        };
        let diagnostic = Diagnostic::of_row(
            &hierarchy::PARENT_ROW_BLOCKED,
            accepted.row(),
            accepted.number(),
            message,
        )
        .with_related(
            Some(number)
                .filter(|number| *number > 0)
                .into_iter()
                .collect(),
        );
        self.diagnostics.push(diagnostic);
        Err(Action::Blocked { by })
    }

    fn named_parent(&mut self, accepted: &Accepted, name: &str) -> Result<Above<'a>, Action> {
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
                None => Err(Action::Invalid),
            },
            [] => {
                let message = format!("\"{name}\" is neither a row of the file nor in the tenant");
                let close = closest(name, tenant.customers().iter().map(|one| &*one.name));
                let action = self.refuse(accepted, &rules::PARENT_NOT_IN_TENANT, message, name);
                self.suggest(close);
                Err(action)
            }
            [one, other, ..] => {
                let message = format!(
                    "{} customers of the tenant answer to \"{name}\", among them {} and {}",
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
            Above::Tenant(_, id) if id == expected => return true,
            Above::Tenant(parent, _) => {
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
        let Above::Tenant(parent, _) = above else {
            return true;
        };
        let partner = accepted.partner();
        if let (Some(level), Some(above)) = (partner.level, parent.known_level()) {
            if !level.may_stand_below(above) {
                let message = format!("{level} cannot stand below {}, a {above}", parent.shown());
                self.refuse(
                    accepted,
                    &rules::LEVEL_NOT_BELOW_TENANT_PARENT,
                    message,
                    level.as_str(),
                );
                return false;
            }
            if level == Level::Site && above != Level::EndCustomer {
                let message = format!("{} is a {above}, not an EndCustomer", parent.shown());
                self.refuse(
                    accepted,
                    &rules::SITE_OUTSIDE_TENANT_END_CUSTOMER,
                    message,
                    level.as_str(),
                );
                return false;
            }
        }
        if let Some(service) = partner.service_type {
            let offered = &parent.child_service_types;
            if !offered.is_empty() && !offered.iter().any(|word| word == service.as_str()) {
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
    fn with_places(&mut self, accepted: &Accepted) -> Option<Box<PartnerInfo>> {
        let mut partner = Box::new(accepted.partner().clone());
        let tenant = self.tenant;
        if let Some(name) = accepted.location_name() {
            let rule = &rules::LOCATION_UNKNOWN;
            let id = self.place(accepted, name, &tenant.locations, rule)?;
            partner.location_id = Some(LocationId::from_number(id)?);
        }
        if let Some(name) = accepted.region_name() {
            let id = self.place(accepted, name, &tenant.regions, &rules::REGION_UNKNOWN)?;
            partner.advanced_partner_properties.region_id = Some(RegionId::from_number(id)?);
        }
        Some(partner)
    }

    fn place(
        &mut self,
        accepted: &Accepted,
        named: &NamedReference,
        places: &[Place],
        unknown: &'static Rule,
    ) -> Option<i64> {
        let name = named.name.as_str();
        let same = |place: &&Place| place.name.trim().to_lowercase() == name.to_lowercase();
        let mut found = places.iter().filter(same);
        let (rule, message) = match (found.next(), found.next()) {
            (Some(place), None) => return Some(place.id),
            (None, _) => (unknown, format!("the service has none called \"{name}\"")),
            (Some(one), Some(other)) => (
                &rules::PLACE_AMBIGUOUS,
                format!("\"{name}\" has the ids {} and {}", one.id, other.id),
            ),
        };
        let diagnostic = Diagnostic::of_row(rule, accepted.row(), accepted.number(), message)
            .at(named.at)
            .in_column(&named.column)
            .with_value(name)
            .with_suggestions(closest(
                name,
                places.iter().map(|place| place.name.as_str()),
            ));
        self.diagnostics.push(diagnostic);
        None
    }

    /// The customer of the tenant that the row is, if there is one.
    fn recognise(
        &mut self,
        accepted: &Accepted,
        above: Above<'_>,
    ) -> Result<Option<&'a Customer>, ()> {
        let tenant = self.tenant;
        let partner = accepted.partner();
        let key = key_of(partner);
        if let Some(id) = accepted.existing_id() {
            return self.recognise_by_id(accepted, id);
        }
        let found = match above {
            Above::Tenant(_, id) => tenant.find(id, key),
            // The parent does not exist, so nobody stands below it; but the code may be taken.
            Above::NewRow(_) => key
                .external_code
                .and_then(|code| tenant.with_code(code).next())
                .map_or(Found::Nobody, Found::CodeElsewhere),
        };
        let (rule, message) = match found {
            Found::Nobody => {
                self.warn_of_near_names(accepted, above);
                return Ok(None);
            }
            Found::Ours(customer) => return Ok(Some(customer)),
            Found::Several(one, other) => (
                &rules::SEVERAL_MATCH,
                format!(
                    "{} and {} both answer to this row",
                    one.shown(),
                    other.shown()
                ),
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
        };
        self.refuse(accepted, rule, message, partner.name.as_str());
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
        let key = key_of(accepted.partner());
        let same_code = key
            .external_code
            .is_some_and(|code| code == customer.external_code.trim());
        if !same_code && customer.name.trim() != key.name {
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
            Above::Tenant(_, parent) => self.tenant.almost_named(parent, name),
            Above::NewRow(_) => None,
        };
        let (rule, message) = if let Some(sibling) = beside {
            let message = format!("{} exists below the same parent", sibling.shown());
            (&rules::NAME_ALMOST_TAKEN, message)
        } else if let Some(other) = self.tenant.with_name(name).next() {
            let parent = self.tenant.get(other.parent);
            let below = parent.map_or_else(|| "another parent".into(), Customer::shown);
            let message = format!("{} has this name below {below}", other.shown());
            (&rules::NAME_ELSEWHERE, message)
        } else {
            return;
        };
        let diagnostic = Diagnostic::of_row(rule, accepted.row(), accepted.number(), message)
            .with_value(name)
            .with_help(rule.fix);
        self.diagnostics.push(diagnostic);
    }

    fn exists(
        &mut self,
        accepted: &Accepted,
        customer: &Customer,
        id: PartnerId,
        parent: ParentLink,
        partner: Box<PartnerInfo>,
    ) -> Action {
        let mut differences = differences(&partner, customer);
        if let ParentLink::Id(above) = parent
            && above.get() != customer.parent
            && customer.parent != 0
        {
            differences.push(Difference {
                member: "ParentId",
                tenant: customer.parent.to_string(),
                row: above.to_string(),
            });
        }
        if !differences.is_empty() {
            let listed: Vec<String> = differences
                .iter()
                .map(|one| {
                    format!(
                        "{} is {:?}, the row says {:?}",
                        one.member, one.tenant, one.row
                    )
                })
                .collect();
            let message = format!("{} exists; {}", customer.shown(), listed.join("; "));
            self.diagnostics.push(Diagnostic::of_row(
                &rules::DIFFERS_IN_TENANT,
                accepted.row(),
                accepted.number(),
                message,
            ));
        }
        Action::Exists {
            id,
            parent,
            partner,
            differences,
        }
    }

    fn refuse(
        &mut self,
        accepted: &Accepted,
        rule: &'static Rule,
        message: String,
        value: &str,
    ) -> Action {
        let mut diagnostic =
            Diagnostic::of_row(rule, accepted.row(), accepted.number(), message).with_value(value);
        if let Some((at, column)) = parent_cell(accepted, rule) {
            diagnostic = diagnostic.at(at).in_column(column);
        }
        self.diagnostics.push(diagnostic.with_help(rule.fix));
        Action::Invalid
    }

    fn suggest(&mut self, suggestions: Vec<String>) {
        if let Some(last) = self.diagnostics.last_mut() {
            last.suggestions = suggestions.into();
        }
    }

    fn finish(self) -> Plan {
        let root = self
            .tenant
            .root()
            .partner_id()
            .or(PartnerId::from_number(1));
        let items = self.actions.into_iter().enumerate().map(|(index, action)| {
            let row = RowIndex(u32::try_from(index).unwrap_or(u32::MAX));
            let number = self.accepted[index].map_or(0, Accepted::number);
            Item {
                row,
                number,
                action: action.unwrap_or(Action::Invalid),
            }
        });
        Plan {
            root: root.expect("1 is an id"),
            items: items.collect(),
            diagnostics: self.diagnostics,
        }
    }
}

/// The cell that names the parent, for rules about parents.
fn parent_cell<'a>(accepted: &'a Accepted, rule: &Rule) -> Option<(CellAddress, &'a str)> {
    let about_parents = rule.code.starts_with("T1");
    let cell = accepted.parent().at.as_ref().filter(|_| about_parents);
    cell.map(|(at, column)| (*at, &**column))
}

/// How a customer is recognised again.
pub fn key_of(partner: &PartnerInfo) -> Key<'_> {
    Key {
        external_code: partner
            .external_code
            .as_ref()
            .map(crate::model::Text::as_str),
        name: partner.name.as_str(),
    }
}

/// The members in which a customer of the tenant and a row differ, of those a row can set and the
/// tree tells.
pub fn differences(partner: &PartnerInfo, customer: &Customer) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut compare = |member, tenant: &str, row: Option<&str>| {
        if let Some(row) = row
            && row != tenant.trim()
        {
            differences.push(Difference {
                member,
                tenant: tenant.into(),
                row: row.into(),
            });
        }
    };
    compare("Name", &customer.name, Some(partner.name.as_str()));
    compare("Level", &customer.level, partner.level.map(Level::as_str));
    compare(
        "ServiceType",
        &customer.service_type,
        partner.service_type.map(ServiceType::as_str),
    );
    compare("State", &customer.state, partner.state.map(State::as_str));
    compare(
        "ExternalCode",
        &customer.external_code,
        key_of(partner).external_code,
    );
    differences
}

/// The names most like `name`, best first, at most three, none that is far off.
fn closest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let wanted = fold(name);
    let mut scored: Vec<(f64, &str)> = names
        .map(|other| (normalized_damerau_levenshtein(&wanted, &fold(other)), other))
        .filter(|(score, _)| *score >= 0.7)
        .collect();
    scored.sort_by(|one, other| other.0.total_cmp(&one.0));
    scored
        .into_iter()
        .take(3)
        .map(|(_, other)| other.to_owned())
        .collect()
}
