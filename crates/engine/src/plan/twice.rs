//! Rows that turn out to be one customer once parents and customers of the tenant are known. The
//! check finds those that say so in the same words; here the parent's id and the customer that was
//! met tell it.

use super::action::Finding;
use super::builder::{Above, Builder};
use super::taken::{Below, Holder};
use super::tenant::Customer;
use crate::check::Accepted;
use crate::model::rules::tenant as rules;
use crate::model::{Diagnostic, RowIndex};

impl<'a> Builder<'a> {
    /// Whether no row before is the same customer; else the row is refused. `met` is the customer of
    /// the tenant that the row is.
    pub(super) fn is_first(
        &mut self,
        accepted: &'a Accepted,
        above: Above<'_>,
        met: Option<&Customer>,
    ) -> bool {
        let row = accepted.row();
        let below = match above {
            Above::Tenant(_, id) | Above::Changing(_, id, _) => Below::Customer(id.get()),
            Above::NewRow(row) => Below::NewRow(row),
        };
        let name = (below, name_of(accepted));
        let is_there = met.is_some();
        let rows = &self.accepted;
        let of_row = |row: RowIndex| rows[row.as_usize()].map_or("", name_of);
        let named = self.taken.holder(name, is_there, (rows.len(), of_row));
        let place = met.and_then(|one| self.met.place(row, one));
        let owner = place.and_then(|place| self.taken.owner(place));
        if let Some(other) = owner.or(named) {
            self.refuse_second(accepted, other, met);
            return false;
        }
        if let Some(place) = place {
            self.taken.own(place, row);
        }
        self.taken.hold(name, Holder { row, is_there });
        true
    }

    fn refuse_second(&mut self, accepted: &Accepted, other: RowIndex, met: Option<&Customer>) {
        let rule = &rules::CUSTOMER_TWICE;
        let number = self.accepted[other.as_usize()].map_or(0, Accepted::number);
        let place = self.sheets.number(other, number);
        let message = match met {
            Some(met) => format!("{} is the customer of row {place} too", met.shown()),
            None => {
                format!("row {place} is the same customer: the same name below the same parent")
            }
        };
        let diagnostic = Diagnostic::of_row(rule, accepted.row(), accepted.number(), message)
            .with_value(accepted.partner().name.as_str())
            .with_related(self.sheets.related([(other, number)]))
            .with_help(rule.fix);
        self.diagnostics.push(diagnostic);
        self.findings.insert(accepted.row(), Finding::Conflict);
    }
}

/// The name by which a row is told apart from others below the same parent.
fn name_of(accepted: &Accepted) -> &str {
    accepted.partner().name.as_str().trim()
}
