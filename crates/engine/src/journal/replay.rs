//! What the events of a run amount to, row by row.

use std::collections::{BTreeMap, BTreeSet};

use super::JournalError;
use super::record::{Entry, Event, Learnt, PlannedRow};
use super::store::Store;
use crate::model::rules::Rule;
use crate::model::rules::tenant::{DEPLOYMENT_NOT_REACHED_BEFORE, DEPLOYMENT_REFUSED_BEFORE};
use crate::model::{
    Deployed, Deployment, Happening, Origin, Outcome, PartnerId, Reason, RowIndex, Standing, code,
};

/// A run as its journal tells it.
#[derive(Debug, Default)]
pub struct Replayed {
    /// The plan, one per data row.
    pub planned: Vec<PlannedRow>,
    /// Where each row stands.
    pub progress: Vec<Standing>,
    /// What the tenant showed after the run, where that was not as it should be.
    pub mismatches: Vec<(RowIndex, String)>,
    /// How many intents each row has had: how often its request may have left.
    pub attempts: Vec<u32>,
    /// Customers of like names that stood there before anything was sent for a row.
    pub beside: BTreeSet<(RowIndex, PartnerId)>,
    /// Where automatic deployment of each row's customer stands; empty where no row asks for it.
    pub deployments: Vec<Standing>,
    /// Rows whose customer may have had automatic deployment switched on by a request that was lost, and
    /// of which an undoing has found that it is off.
    pub not_switched: BTreeSet<RowIndex>,
    /// Rows of which a request that switches was lost and then found or sent again, with the time of that
    /// in Unix milliseconds: the lost one may land yet.
    pub lost_switches: BTreeMap<RowIndex, i64>,
    /// What was learnt of customers after the run.
    pub learnt: BTreeMap<RowIndex, Learnt>,
}

impl Replayed {
    /// Reads a run's journal.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, or holds something else than was written.
    pub fn read(store: &Store) -> Result<Self, JournalError> {
        let mut replayed = Self::default();
        store.each_planned(|planned| replayed.push(planned))?;
        store.rows_are_complete(replayed.planned.len())?;
        store.each_event(|event| replayed.apply(event))?;
        store.each_deploy_event(|event| replayed.apply_deploy(event))?;
        replayed.learnt = store.learnt()?;
        Ok(replayed)
    }

    /// What [`Replayed::read`] would make of a journal that holds this plan and these entries.
    pub fn of(planned: Vec<PlannedRow>, entries: Vec<Entry>) -> Self {
        let mut replayed = Self {
            progress: Vec::with_capacity(planned.len()),
            attempts: vec![0; planned.len()],
            ..Self::default()
        };
        replayed.progress.extend(planned.iter().map(at_first));
        if planned.iter().any(deploys) {
            replayed.deployments = vec![Standing::Pending; planned.len()];
        }
        replayed.planned = planned;
        for entry in entries {
            match entry {
                Entry::Event(event) => replayed.apply(event),
                Entry::Deploy(event) => replayed.apply_deploy(event),
                Entry::Learnt(row, learnt) => drop(replayed.learnt.insert(row, learnt)),
                _ => {}
            }
        }
        replayed
    }

    fn push(&mut self, planned: PlannedRow) {
        self.progress.push(at_first(&planned));
        if deploys(&planned) || !self.deployments.is_empty() {
            self.deployments
                .resize(self.planned.len() + 1, Standing::Pending);
        }
        self.attempts.push(0);
        self.planned.push(planned);
    }

    /// How it is known that a row's customer was created by the run.
    pub fn origin(&self, row: RowIndex) -> Origin {
        match self.progress.get(row.as_usize()) {
            Some(Standing::Ended(Outcome::Created(_, origin))) => *origin,
            _ => Origin::default(),
        }
    }

    /// Takes something that happened to automatic deployment of a row's customer.
    pub fn apply_deploy(&mut self, event: Event) {
        let Event { row, kind, at_ms } = event;
        let Some(standing) = self.deployments.get_mut(row.as_usize()) else {
            return;
        };
        match &kind {
            Happening::NotDone => drop(self.not_switched.insert(row)),
            Happening::Intent => drop(self.not_switched.remove(&row)),
            _ => {}
        }
        // Of an intent alone that has its outcome the request was answered: nothing was lost.
        let was_lost = match (&*standing, &kind) {
            (Standing::Open { .. }, Happening::Intent) => true,
            (Standing::Open { message }, Happening::Ended(_)) => !message.is_empty(),
            _ => false,
        };
        if was_lost {
            self.lost_switches.insert(row, at_ms);
        }
        *standing = std::mem::take(standing).after(kind);
    }

    /// How automatic deployment stands of a row that asks for it; none where nothing was to be done, or
    /// where its customer is not there. Every count and every word of it comes from here.
    pub fn deployed(&self, row: RowIndex) -> Option<Deployed> {
        let index = row.as_usize();
        let planned = self.planned.get(index)?;
        let customer = self.progress.get(index)?;
        if customer.is_final() && customer.id().is_none() {
            // One that was not changed is there all the same.
            let why = customer.failed()?;
            let lacks = planned.deployment == Deployment::SwitchOn && planned.action.updates();
            let lacks = lacks && why.message != code::CUSTOMER_IS_GONE;
            return lacks.then_some(Deployed::NotReached);
        }
        if planned.deployment == Deployment::AsItIs {
            let says = |rule: &Rule| planned.code.split(' ').any(|code| code == rule.code);
            return if says(&DEPLOYMENT_REFUSED_BEFORE) {
                Some(Deployed::Refused)
            } else {
                says(&DEPLOYMENT_NOT_REACHED_BEFORE).then_some(Deployed::NotReached)
            };
        }
        Some(match self.deployments.get(index) {
            None | Some(Standing::Pending | Standing::Open { .. }) => Deployed::Open,
            Some(Standing::Ended(outcome)) => match outcome {
                Outcome::Updated(..) => Deployed::On,
                outcome if outcome.id().is_some() => Deployed::WasOn,
                _ => Deployed::Refused,
            },
        })
    }

    /// Whether a row asks for automatic deployment that it has not come to although its customer is there.
    pub fn lacks_deployment(&self, row: RowIndex) -> bool {
        let is_there = self.progress.get(row.as_usize()).and_then(Standing::id);
        let is_off = matches!(
            self.deployed(row),
            Some(Deployed::Open | Deployed::Refused | Deployed::NotReached)
        );
        is_there.is_some() && is_off
    }

    fn apply(&mut self, event: Event) {
        let row = event.row;
        let index = row.as_usize();
        let Some(standing) = self.progress.get_mut(index) else {
            return;
        };
        match &event.kind {
            Happening::Intent => self.attempts[index] += 1,
            Happening::Beside(id) => drop(self.beside.insert((row, *id))),
            Happening::AsWanted { members } => {
                if let Some(operation) = self.planned[index].action.operation_mut() {
                    operation.leave_out(members);
                }
            }
            Happening::Mismatch { message } => self.mismatches.push((row, message.clone())),
            Happening::Released
            | Happening::NotDone
            | Happening::Unknown { .. }
            | Happening::Ended(_) => {}
        }
        *standing = std::mem::take(standing).after(event.kind);
    }
}

fn deploys(planned: &PlannedRow) -> bool {
    planned.deployment == Deployment::SwitchOn
}

fn at_first(planned: &PlannedRow) -> Standing {
    Standing::at_first(&planned.action, || Reason {
        code: planned.code.clone(),
        message: planned.message.clone(),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::journal::writer::tests::info;
    use crate::model::{
        CustomerName, Operation, Parent, PartnerChanges, PartnerInfo, Planned, Relocation, Text,
        Update,
    };

    #[test]
    fn what_others_have_set_is_no_part_of_a_change_that_is_read_again() {
        let id = PartnerId::from_number(7).unwrap();
        let name = CustomerName::parse("Acme").unwrap();
        let mut changes = PartnerChanges::default();
        changes.company.phone_number = Text::parse("+49 2").ok();
        changes.company.post_address.city = Text::parse("Bonn").ok();
        let (phone, city) = ("Company.PhoneNumber", "Company.PostAddress.City");
        let before = [(phone, "+49 1"), (city, "Ulm")];
        let before = before.map(|(path, value)| (path.to_owned(), value.to_owned()));
        let planned = PlannedRow {
            row: RowIndex(0),
            action: Planned::Send(Operation::Update {
                id,
                parent: Parent::Customer(PartnerId::from_number(1).unwrap()),
                partner: Arc::new(PartnerInfo::named(name)),
                update: Arc::new(Update {
                    changes,
                    relocation: Relocation::Stays,
                    told: "both".into(),
                    before: BTreeMap::from(before),
                }),
            }),
            deployment: Deployment::AsItIs,
            code: String::new(),
            message: String::new(),
        };
        let event = |kind| {
            Entry::Event(Event {
                row: RowIndex(0),
                kind,
                at_ms: 1,
            })
        };
        let members = vec![city.to_owned()];
        let events = [
            event(Happening::Intent),
            event(Happening::AsWanted { members }),
            event(Happening::Released),
            event(Happening::Intent),
            event(Happening::Ended(Outcome::Updated(id, Origin::Answered))),
        ];
        let mut store = Store::in_memory(&info()).unwrap();
        store.add_plan(&info(), &[planned], 1).unwrap();
        store.write(&events).unwrap();
        let replayed = Replayed::read(&store).unwrap();
        let Planned::Send(Operation::Update { update, .. }) = &replayed.planned[0].action else {
            panic!("{:?}", replayed.planned[0]);
        };
        assert_eq!(update.changes.company.post_address.city, None);
        assert!(update.changes.company.phone_number.is_some());
        assert_eq!(update.before.keys().collect::<Vec<_>>(), [phone]);
        assert_eq!(
            update.told,
            format!("both (set so by somebody else before it was sent: {city})")
        );
        assert_eq!(replayed.progress[0].id(), Some(id));
    }
}
