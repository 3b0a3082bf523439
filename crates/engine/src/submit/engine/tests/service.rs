//! What the random events tell of: a service of a few customers.

use std::collections::{BTreeMap, HashMap, HashSet};

use fastrand::Rng;
use tokio::time::Instant;

use crate::model::{Operation, Outcome, PartnerId, Relocation, RowIndex, Switch, Text};
use crate::plan::{Customer, KnownMembers, Member};
use crate::submit::engine::close::Closed;
use crate::submit::engine::devices::Devices;
use crate::submit::engine::event::{Look, Seen};
use crate::submit::engine::state::Direction;

/// What automatic deployment that is on shows.
pub(super) const ON: &str = "a UID";
pub(super) const THEIRS: &str = "+49 999";
/// The first id of those that are created.
pub(super) const FIRST_NEW: u64 = 1000;

pub(super) fn id(number: u64) -> PartnerId {
    PartnerId::from_number(i64::try_from(number).expect("small")).expect("an id")
}

/// Whether a request without a clear answer is carried out, and when.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lands {
    Now,
    At(Instant),
    Never,
}

/// The service.
pub(super) struct Service {
    customers: BTreeMap<u64, Customer>,
    next: u64,
    created: HashMap<RowIndex, Vec<u64>>,
    /// How often each row's request was carried out.
    times: HashMap<RowIndex, u32>,
    /// What each row's request has switched it to.
    switched: HashMap<RowIndex, Switch>,
    late: Vec<(Instant, RowIndex, Operation, Option<PartnerId>)>,
    meddled: HashSet<u64>,
}

impl Service {
    pub(super) fn of(customers: BTreeMap<u64, Customer>) -> Self {
        Self {
            customers,
            next: FIRST_NEW,
            created: HashMap::new(),
            times: HashMap::new(),
            switched: HashMap::new(),
            late: Vec::new(),
            meddled: HashSet::new(),
        }
    }

    /// The one customer shows this from now on.
    pub(super) fn tell(&mut self, members: &[(Member, &str)]) {
        let customer = self.customers.values_mut().next().expect("it is there");
        customer.told = KnownMembers::default();
        for (member, value) in members {
            customer.told.note(*member, Some(value));
        }
    }

    pub(super) fn seen(&self, look: &Look) -> Seen {
        match look {
            Look::Below { parent, .. } => Seen::Below(self.below(parent.get())),
            Look::Tree { .. } => Seen::Tree(vec![self.customers.values().cloned().collect()]),
            Look::Customer { id, .. } => match self.customers.get(&id.get()) {
                Some(customer) => Seen::Customer(Box::new(customer.clone())),
                None => Seen::Gone,
            },
            Look::Bare { id, .. } => match self.customers.get(&id.get()) {
                Some(customer) => Seen::Bare {
                    customer: Box::new(customer.clone()),
                    below: self.below(id.get()),
                    devices: Vec::new(),
                },
                None => Seen::Gone,
            },
            Look::Deployment { id, .. } => match self.customers.get(&id.get()) {
                Some(customer) if customer.uid.is_empty() => Seen::Deployment(Switch::Off),
                Some(_) => Seen::Deployment(Switch::On),
                None => Seen::Gone,
            },
            Look::Devices { .. } => Seen::Devices(Devices::Of(HashMap::new())),
        }
    }

    /// Below whom a customer stands.
    pub(super) fn parent_of(&self, id: u64) -> u64 {
        self.customers[&id].parent
    }

    fn below(&self, parent: u64) -> Vec<Customer> {
        let all = self.customers.values();
        all.filter(|one| one.parent == parent).cloned().collect()
    }

    /// Does the work of a row's request; `None` where the service would say no.
    pub(super) fn carry_out(
        &mut self,
        row: RowIndex,
        operation: &Operation,
        parent: Option<PartnerId>,
    ) -> Option<PartnerId> {
        let done = match operation {
            Operation::Create { partner, .. } => {
                let number = self.next;
                self.next += 1;
                let parent = parent.expect("a parent").get();
                assert!(
                    parent == 1 || self.customers.contains_key(&parent),
                    "created below nobody"
                );
                self.customers.insert(
                    number,
                    Customer {
                        id: number,
                        parent,
                        name: partner.name.as_str().into(),
                        ..Customer::default()
                    },
                );
                self.created.entry(row).or_default().push(number);
                id(number)
            }
            Operation::Update { id, update, .. } => {
                let phone = update.changes.company.phone_number.as_ref();
                let customer = self.customers.get_mut(&id.get())?;
                if update.relocation == Relocation::Moves {
                    customer.parent = parent.expect("a parent").get();
                }
                customer.told = KnownMembers::default();
                customer
                    .told
                    .note(Member::PhoneNumber, phone.map(Text::as_str));
                *id
            }
            Operation::Deploy { id, to, .. } => {
                let uid = match to {
                    Switch::On => ON,
                    Switch::Off => "",
                };
                self.customers.get_mut(&id.get())?.uid = uid.into();
                self.switched.insert(row, *to);
                *id
            }
            Operation::Remove { id, .. } => {
                assert!(
                    self.below(id.get()).is_empty(),
                    "one with somebody below it is removed"
                );
                self.customers.remove(&id.get())?;
                *id
            }
        };
        *self.times.entry(row).or_default() += 1;
        Some(done)
    }

    pub(super) fn later(
        &mut self,
        row: RowIndex,
        operation: &Operation,
        parent: Option<PartnerId>,
        lands: Lands,
    ) {
        match lands {
            Lands::Now => drop(self.carry_out(row, operation, parent)),
            Lands::At(at) => self.late.push((at, row, operation.clone(), parent)),
            Lands::Never => {}
        }
    }

    /// Work that was put off is done when its time has come.
    pub(super) fn land(&mut self, now: Instant) {
        let (due, later) = std::mem::take(&mut self.late)
            .into_iter()
            .partition(|(at, ..)| *at <= now);
        self.late = later;
        for (_, row, operation, parent) in due {
            self.carry_out(row, &operation, parent);
        }
    }

    /// Somebody else changes a customer that was there before: one that is created, lost and renamed
    /// before it is looked for is created again.
    pub(super) fn meddle(&mut self, random: &mut Rng) {
        let ids = self.customers.keys().copied().filter(|id| *id < FIRST_NEW);
        let ids: Vec<u64> = ids.collect();
        let Some(which) = random.choice(ids) else {
            return;
        };
        let customer = self.customers.get_mut(&which).expect("it is there");
        customer.told = KnownMembers::default();
        customer.told.note(Member::PhoneNumber, Some(THEIRS));
        customer.name = "KEEP ME".into();
        self.meddled.insert(which);
    }

    /// What must be true at the end.
    pub(super) fn judge(&self, closed: &Closed, direction: Direction) {
        for (row, standing) in closed.replayed.progress.iter().enumerate() {
            let row = RowIndex(u32::try_from(row).expect("few"));
            let times = self.times.get(&row).copied().unwrap_or_default();
            let switched = self.switched.get(&row);
            assert!(
                times <= 1 || switched.is_some(),
                "{row:?} was carried out {times} times"
            );
            let made = self.created.get(&row).map_or(0, Vec::len);
            match standing.outcome() {
                Some(Outcome::Created(id, _)) => {
                    assert_eq!(self.created[&row], [id.get()], "{row:?}");
                }
                Some(Outcome::Updated(..) | Outcome::Removed | Outcome::Restored) => {
                    assert!(times > 0, "{row:?} {standing:?}");
                }
                // What others have touched may be one's own and was left alone.
                Some(Outcome::Failed(_) | Outcome::Blocked { .. }) => {
                    assert!(
                        made == 0 || !self.meddled.is_empty(),
                        "{row:?} {standing:?}"
                    );
                }
                Some(_) => {}
                None => assert!(
                    closed.reason.ending().is_some(),
                    "{row:?} has no outcome ({direction:?})"
                ),
            }
        }
    }
}
