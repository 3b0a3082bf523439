//! What a list of customers says of a row that is to be created: its customer, somebody else's that
//! stands in its way, one that may be its own, or nobody.
//!
//! A customer belongs to one row. Must not know: requests, time.

use std::collections::BTreeSet;

use super::op::Evidence;
use super::state::State;
use crate::model::{PartnerId, PartnerInfo, Reason, RowIndex, Standing, code};
use crate::plan::tenant::spelt_alike;
use crate::plan::{Customer, Found, Key, Tenant, conflict};

/// What was seen of a row's customer.
#[derive(Debug)]
pub(super) enum Sight {
    /// It is there.
    Ours(PartnerId),
    /// It is not there.
    Nobody,
    /// Somebody else has its name, its code or its customer.
    InTheWay(Reason),
    /// One that may be it: nothing is sent, and it is not taken for it either.
    Perhaps(Reason),
}

/// What is known of a row's requests when it is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trace {
    /// None can have been carried out.
    None,
    /// One may have been carried out.
    Perhaps,
}

impl Trace {
    /// What the evidence amounts to.
    pub(super) fn of(evidence: Evidence) -> Self {
        match evidence {
            Evidence::None => Self::None,
            Evidence::Intent | Evidence::Left => Self::Perhaps,
        }
    }
}

/// How much a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Everybody below the customer one logs in under.
    Tree,
    /// Those directly below one customer.
    Children,
}

impl State<'_> {
    /// What `tenant` says of a row below `parent`; a parent without an id has nobody below it.
    pub(super) fn sight(
        &self,
        row: RowIndex,
        parent: Option<PartnerId>,
        partner: &PartnerInfo,
        (tenant, scope): (&Tenant, Scope),
        trace: Trace,
    ) -> Sight {
        let key = Key::of(partner);
        let was_sent = scope == Scope::Children || trace == Trace::Perhaps;
        let old = |id| was_sent && self.was_there(row, id);
        let found = match parent {
            Some(parent) => tenant.find(parent, key),
            None => key
                .external_code
                .and_then(|code| tenant.with_code(code).next())
                .map_or(Found::Nobody, Found::CodeElsewhere),
        };
        match found {
            Found::Ours(one) => self.first_of(row, &[one], old),
            // The one that came first, where one of them may be ours.
            Found::Several(one, other) if trace == Trace::Perhaps => {
                let mut both = [one, other];
                both.sort_by_key(|one| one.id);
                self.first_of(row, &both, old)
            }
            Found::NameWithOtherCode(one) if spelt_alike(key, one) => {
                perhaps(one, "below its parent")
            }
            Found::Nobody => self.near(row, parent, key, (tenant, scope), trace),
            found => match conflict(&found, key, tenant) {
                None => Sight::Nobody,
                Some((rule, message)) => Sight::InTheWay(Reason {
                    code: rule.code.to_owned(),
                    message: format!("not sent: {message}; was it moved or changed meanwhile?"),
                }),
            },
        }
    }

    /// Whether the customer was there before anything was sent for the row: then it is none that a
    /// request of the row has made, whatever it is called by now.
    fn was_there(&self, row: RowIndex, id: PartnerId) -> bool {
        let first_sent_here = matches!(
            self.replayed.progress.get(row.as_usize()),
            Some(Standing::Pending)
        );
        first_sent_here && self.around.tenant.get(id.get()).is_some()
            || self.replayed.beside.contains(&(row, id))
    }

    /// The first of these that no other row has and that is not an `old` one.
    fn first_of(
        &self,
        row: RowIndex,
        found: &[&Customer],
        old: impl Fn(PartnerId) -> bool,
    ) -> Sight {
        let mut others = None;
        let (old, new): (Vec<&Customer>, Vec<&Customer>) = found
            .iter()
            .partition(|one| one.partner_id().is_some_and(&old));
        if let (Some(one), []) = (old.first(), &new[..]) {
            return perhaps(one, "below its parent, and there before the request");
        }
        for id in new.iter().filter_map(|one| one.partner_id()) {
            match self.claims.other_than(row, id) {
                None => return Sight::Ours(id),
                Some(other) => others = Some((id, other)),
            }
        }
        let Some((id, other)) = others else {
            return Sight::Nobody;
        };
        Sight::InTheWay(Reason {
            code: code::TWO_ROWS.code.to_owned(),
            message: format!(
                "not sent: customer {id} matches it, but already belongs to data row {}",
                other.as_usize() + 1
            ),
        })
    }

    /// One that may be the row's, as the service keeps it or as somebody has changed it.
    fn near(
        &self,
        row: RowIndex,
        parent: Option<PartnerId>,
        key: Key<'_>,
        (tenant, scope): (&Tenant, Scope),
        trace: Trace,
    ) -> Sight {
        let (Trace::Perhaps, Some(parent)) = (trace, parent) else {
            return Sight::Nobody;
        };
        let nobodys = |one: &&Customer| self.is_nobodys(row, one);
        if let Some(one) = tenant.alike_below(parent, key).find(nobodys) {
            return perhaps(one, "below its parent");
        }
        match scope {
            Scope::Children => Sight::Nobody,
            Scope::Tree => {
                let elsewhere = tenant.alike_anywhere(key).find(nobodys);
                elsewhere.map_or(Sight::Nobody, |one| perhaps(one, "below another parent"))
            }
        }
    }

    /// Whether a customer may be the row's: it was not there before, and is no other row's.
    fn is_nobodys(&self, row: RowIndex, customer: &Customer) -> bool {
        let Some(id) = customer.partner_id() else {
            return false;
        };
        let is_other = |other: &RowIndex| {
            *other != row
                && self
                    .parent_of_row(*other)
                    .is_some_and(|id| id.get() == customer.parent)
        };
        let named = || {
            self.claims
                .rows_named(&customer.name, &self.replayed.planned)
        };
        customer.id != self.around.tenant.root().id
            && !self.replayed.beside.contains(&(row, id))
            && self.claims.other_than(row, id).is_none()
            && !named().iter().any(is_other)
    }

    /// Below whom a row's customer stands, as far as that has an id.
    fn parent_of_row(&self, row: RowIndex) -> Option<PartnerId> {
        let action = &self.replayed.planned.get(row.as_usize())?.action;
        self.parent_id(action.parent().filter(|_| action.creates())?)
    }

    /// The customers that could be taken for the row's and stand there before anything is sent for
    /// it, and are not known yet.
    pub(super) fn beside(
        &self,
        row: RowIndex,
        parent: Option<PartnerId>,
        partner: &PartnerInfo,
        tenant: &Tenant,
    ) -> BTreeSet<PartnerId> {
        let key = Key::of(partner);
        let below = parent.into_iter();
        below
            .flat_map(|parent| tenant.alike_below(parent, key))
            .chain(tenant.alike_anywhere(key))
            .filter_map(Customer::partner_id)
            .filter(|id| !self.replayed.beside.contains(&(row, *id)))
            .collect()
    }
}

fn perhaps(one: &Customer, place: &str) -> Sight {
    let with_code = match one.external_code.trim() {
        "" => String::new(),
        code => format!(" with the ExternalCode {code}"),
    };
    Sight::Perhaps(Reason {
        code: code::UNCLEAR.code.to_owned(),
        message: format!(
            "a request for it may have been carried out, and {}{with_code}, {place}, may be its \
             customer; it is not sent again: look at that customer in the console",
            one.shown()
        ),
    })
}
