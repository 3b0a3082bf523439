//! Levels against the parent's, and levels that follow from it.

use super::builder::{Above, Builder};
use super::tenant::Customer;
use crate::check::{Accepted, ParentTarget};
use crate::model::operation::Parent;
use crate::model::rules::{Rule, hierarchy, tenant as rules};
use crate::model::{Level, LevelChoice, Operation, Planned};

/// The rules that a level can break.
struct Rules {
    not_below: &'static Rule,
    no_end_customer: &'static Rule,
}

const OF_TENANT: Rules = Rules {
    not_below: &rules::LEVEL_NOT_BELOW_TENANT_PARENT,
    no_end_customer: &rules::SITE_OUTSIDE_TENANT_END_CUSTOMER,
};

const OF_ROWS: Rules = Rules {
    not_below: &hierarchy::LEVEL_NOT_BELOW_PARENT,
    no_end_customer: &hierarchy::SITE_OUTSIDE_END_CUSTOMER,
};

impl Builder<'_> {
    /// The level that the parent has, or has once its own row has been carried out: the tenant
    /// counts before the list.
    fn level_above(&self, above: Above<'_>) -> Option<Level> {
        match above {
            Above::Tenant(parent, _) => parent.known_level(),
            Above::Changing(parent, _, row) => {
                let from_now_on = self.accepted[row.as_usize()];
                from_now_on
                    .and_then(|row| row.partner().level)
                    .or_else(|| parent.known_level())
            }
            Above::NewRow(row) => match self.action_of(row) {
                Some(Planned::Send(Operation::Create { partner, .. })) => partner.level,
                _ => None,
            },
        }
    }

    /// The parent as messages call it.
    fn shown(&self, above: Above<'_>) -> String {
        match above {
            Above::Tenant(parent, _) | Above::Changing(parent, ..) => parent.shown(),
            Above::NewRow(row) => self.accepted[row.as_usize()].map_or_else(
                || "a row of the list".to_owned(),
                |parent| {
                    let place = self.sheets.number(row, parent.number());
                    format!("\"{}\" in row {place}", parent.partner().name)
                },
            ),
        }
    }

    /// What the level of a row that is to be created is derived from, as messages call it.
    fn derived_from(&self, above: Above<'_>) -> Option<String> {
        let Above::NewRow(row) = above else {
            return None;
        };
        if self.accepted[row.as_usize()]?.level() != LevelChoice::Derived {
            return None;
        }
        match self.action_of(row)? {
            Planned::Send(Operation::Create { parent, .. }) => match parent {
                Parent::Customer(id) => self.tenant.get(id.get()).map(Customer::shown),
                Parent::Row(row) => Some(self.shown(Above::NewRow(*row))),
            },
            _ => None,
        }
    }

    /// Whether the level that the row gives fits its parent's. Levels that two rows give were held
    /// against each other by the check.
    pub(super) fn level_fits_below(&mut self, accepted: &Accepted, above: Above<'_>) -> bool {
        let rules = match above {
            Above::Tenant(..) | Above::Changing(..) => OF_TENANT,
            Above::NewRow(row) => {
                let parent = self.accepted[row.as_usize()];
                if parent.is_none_or(|parent| parent.level() != LevelChoice::Derived) {
                    return true;
                }
                OF_ROWS
            }
        };
        let (Some(level), Some(limit)) = (accepted.level().given(), self.level_above(above)) else {
            return true;
        };
        let is_below = level.may_stand_below(limit);
        if is_below && (level != Level::Site || limit == Level::EndCustomer) {
            return true;
        }
        let (shown, limit_shown) = (self.shown(above), limit.with_article());
        let (rule, message) = if is_below {
            let message = format!("{shown} is {limit_shown}, not an EndCustomer");
            (rules.no_end_customer, message)
        } else {
            let message = format!("{level} cannot be below {shown}, {limit_shown}");
            (rules.not_below, message)
        };
        self.refuse(accepted, rule, message, level.as_str());
        // Where the level is nowhere in the row, or its parent's is not, looking there does not help.
        let above = match above {
            Above::NewRow(row) | Above::Changing(_, _, row) => self.accepted[row.as_usize()],
            Above::Tenant(..) => None,
        };
        let for_all = accepted
            .level_for_all()
            .or_else(|| above.and_then(Accepted::level_for_all));
        if let Some(for_all) = for_all {
            self.add_help(for_all);
        }
        false
    }

    /// The level of a customer that is to be created, from its parent's.
    pub(super) fn derived_level(&mut self, accepted: &Accepted, above: Above<'_>) -> Option<Level> {
        let limit = self.level_above(above);
        let derived = limit.and_then(Level::derived_below);
        if derived.is_some() {
            return derived;
        }
        let shown = self.shown(above);
        let why = match (limit, above) {
            (Some(_), above) => match self.derived_from(above) {
                Some(from) => format!(
                    "{shown} is a Site, because its own level is derived too and its parent {from} \
                     is an EndCustomer; nothing can be below a Site"
                ),
                None => format!("{shown} is a Site, and nothing can be below a Site"),
            },
            (None, Above::Tenant(parent, _) | Above::Changing(parent, ..))
                if !parent.level.is_empty() =>
            {
                format!("{shown} has the level {}, which is not known", parent.level)
            }
            (None, _) => format!("the level of {shown} is not known"),
        };
        let rule = match above {
            Above::NewRow(_) => &hierarchy::LEVEL_NOT_DERIVABLE,
            Above::Tenant(..) | Above::Changing(..) => &rules::LEVEL_NOT_DERIVABLE_IN_TENANT,
        };
        let message = format!("no level can be derived: {why}");
        let value = match &accepted.parent().target {
            ParentTarget::Named(name) => name.to_string(),
            ParentTarget::Id(id) => id.to_string(),
            ParentTarget::Default | ParentTarget::Row(_) => String::new(),
        };
        self.refuse(accepted, rule, message, &value);
        None
    }
}
