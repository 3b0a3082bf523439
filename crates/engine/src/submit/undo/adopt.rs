//! What an interrupted run sent and got no answer for: found below its parent with its key, or changed
//! as it was to be, it is the run's own. Pure.

use crate::journal::Replayed;
use crate::model::{Happening, Operation, Origin, Outcome, Parent, PartnerId, RowIndex, Standing};
use crate::plan::{Shown, Tenant, shown, stands};
use crate::submit::engine::found_in;

/// The rows that may have been sent and of whose customers nothing is known.
pub fn lost_rows(replayed: &Replayed) -> Vec<RowIndex> {
    let rows = replayed.planned.iter().zip(&replayed.progress);
    let open = rows.filter(|(_, standing)| standing.is_open());
    open.map(|(planned, _)| planned.row).collect()
}

/// Finds customers of lost rows in the tenant, and notes them as the run's: those whose request is
/// known to have left as found, others as met. A row whose parent row was lost as well may follow
/// from that.
pub fn adopt(replayed: &mut Replayed, tenant: &Tenant) -> Vec<(RowIndex, Happening)> {
    let mut adopted = Vec::new();
    loop {
        let before = adopted.len();
        for row in lost_rows(replayed) {
            let origin = match &replayed.progress[row.as_usize()] {
                Standing::Open { message } if message.is_empty() => Origin::Met,
                _ => Origin::Found,
            };
            if let Some(outcome) = found(replayed, row, tenant, origin) {
                replayed.progress[row.as_usize()] = outcome.clone().into();
                adopted.push((row, outcome.into()));
            }
        }
        if adopted.len() == before {
            return adopted;
        }
    }
}

fn found(replayed: &Replayed, row: RowIndex, tenant: &Tenant, origin: Origin) -> Option<Outcome> {
    let operation = replayed.planned[row.as_usize()].action.operation()?;
    let parent: PartnerId = match operation.parent() {
        Parent::Customer(id) => id,
        Parent::Row(above) => replayed.progress[above.as_usize()].id()?,
    };
    if let Operation::Update {
        id,
        update,
        partner,
        ..
    } = operation
    {
        let customer = tenant.get(id.get())?;
        // Others may have changed a part of it since: what stands says that it was made.
        let is_done = shown(update, Some(parent), partner, customer) == Shown::AsWanted
            || !stands(update, Some(parent), partner, customer).is_empty();
        // The journal tells only those of which nothing but the intent is known.
        let origin = match origin {
            Origin::Met => Origin::Met,
            Origin::Answered | Origin::Found => Origin::Answered,
        };
        return is_done.then_some(Outcome::Updated(*id, origin));
    }
    let id = found_in(tenant, parent, operation.partner())?;
    // Another row of the run may have the customer already.
    let taken = replayed.progress.iter().any(|other| other.id() == Some(id));
    (!taken).then_some(Outcome::Created(id, origin))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::journal::PlannedRow;
    use crate::model::{
        CustomerName, PartnerChanges, PartnerInfo, Planned, Relocation, Text, Update,
    };
    use crate::plan::{Customer, KnownMembers, Member};

    fn id(number: i64) -> PartnerId {
        PartnerId::from_number(number).unwrap()
    }

    /// A tenant whose one customer has this telephone number.
    fn tenant(phone: &str) -> Tenant {
        let mut told = KnownMembers::default();
        told.note(Member::PhoneNumber, Some(phone));
        let one = Customer {
            id: 5,
            parent: 1,
            name: "Acme".into(),
            told,
            ..Customer::default()
        };
        let root = Customer {
            id: 1,
            ..Customer::default()
        };
        Tenant::new(root, [one])
    }

    /// A run whose request to change the number from 1 to 2 may have left.
    fn lost_change(message: &str) -> Replayed {
        let mut partner = PartnerInfo::named(CustomerName::parse("Acme").unwrap());
        partner.company.phone_number = Text::parse("+49 2").ok();
        let mut changes = PartnerChanges::default();
        changes.company.phone_number = Text::parse("+49 2").ok();
        let before = ("Company.PhoneNumber".to_owned(), "+49 1".to_owned());
        let update = Update {
            changes,
            relocation: Relocation::Stays,
            told: String::new(),
            before: BTreeMap::from([before]),
        };
        let operation = Operation::Update {
            id: id(5),
            parent: Parent::Customer(id(1)),
            partner: Arc::new(partner),
            update: Arc::new(update),
        };
        let planned = PlannedRow {
            row: RowIndex(0),
            action: Planned::Send(operation),
            deployment: crate::model::Deployment::AsItIs,
            code: String::new(),
            message: String::new(),
        };
        let message = message.to_owned();
        Replayed {
            planned: vec![planned],
            progress: vec![Standing::Open { message }],
            ..Replayed::default()
        }
    }

    #[test]
    fn a_change_that_stands_was_made_by_the_run_that_lost_its_answer() {
        for (message, origin) in [("", Origin::Met), ("timed out", Origin::Answered)] {
            let mut replayed = lost_change(message);
            let adopted = adopt(&mut replayed, &tenant("+49 2"));
            let outcome = Outcome::Updated(id(5), origin);
            assert_eq!(adopted, [(RowIndex(0), outcome.clone().into())]);
            assert_eq!(replayed.progress, [outcome.into()]);
        }
    }

    #[test]
    fn a_change_that_does_not_stand_is_not_adopted() {
        for phone in ["+49 1", "+49 3"] {
            let mut replayed = lost_change("timed out");
            assert_eq!(adopt(&mut replayed, &tenant(phone)), [], "{phone}");
            assert_eq!(lost_rows(&replayed), [RowIndex(0)]);
        }
    }
}
