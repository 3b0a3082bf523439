//! What the random events tell of: a service of a few customers, each with a telephone number.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use fastrand::Rng;
use tokio::time::Instant;

use crate::journal::{PlannedRow, Replayed};
use crate::model::{
    CustomerName, DefaultAccount, Deployment, Operation, Outcome, Parent, PartnerChanges,
    PartnerId, PartnerInfo, Planned, Relocation, RowIndex, Since, Standing, Switch, Text, Update,
};
use crate::plan::{Customer, KnownMembers, Member, Tenant};
use crate::submit::engine::begin::{Back, Step};
use crate::submit::engine::close::Closed;
use crate::submit::engine::devices::Devices;
use crate::submit::engine::event::{Look, Seen};
use crate::submit::engine::schedule::Earlier;
use crate::submit::engine::state::{Direction, State, Surroundings};
use crate::submit::settings::RunSettings;

/// What automatic deployment that is on shows.
const ON: &str = "a UID";
const OLD: &str = "+49 1";
const NEW: &str = "+49 2";
pub(super) const THEIRS: &str = "+49 999";
/// The first id of those that are created.
const FIRST_NEW: u64 = 1000;
const PHONE: &str = "Company.PhoneNumber";

fn id(number: u64) -> PartnerId {
    PartnerId::from_number(i64::try_from(number).expect("small")).expect("an id")
}

fn partner(name: &str) -> PartnerInfo {
    PartnerInfo::named(CustomerName::parse(name).expect("a name"))
}

/// What a row is about; (undone) what it was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Created,
    Changed,
    /// Its automatic deployment is switched, and it was there before unless an earlier pass created it.
    Switched(Since),
}

/// One row: created below the root or another row, changed or switched, or (undone) so before.
#[derive(Debug, Clone)]
struct Row {
    name: String,
    id: u64,
    above: Option<usize>,
    kind: Kind,
}

/// What is to be done, and where.
pub(super) struct Case {
    rows: Vec<Row>,
    direction: Direction,
    pub(super) tenant: Tenant,
}

/// Whether a request without a clear answer is carried out, and when.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lands {
    Now,
    At(Instant),
    Never,
}

impl Case {
    /// What the engine needs around it.
    pub(super) fn around<'a>(&'a self, settings: &'a RunSettings) -> Surroundings<'a> {
        Surroundings {
            settings,
            tenant: &self.tenant,
            interval: None,
        }
    }

    /// The engine before its first event.
    pub(super) fn state<'a>(
        &'a self,
        direction: Direction,
        settings: &'a RunSettings,
        now: Instant,
    ) -> State<'a> {
        let around = self.around(settings);
        match direction {
            Direction::Forth => State::of_run(around, self.replayed(), now),
            Direction::Back => State::of_undoing(around, self.steps(), now),
        }
    }

    pub(super) fn random(random: &mut Rng, direction: Direction) -> Self {
        let rows: Vec<Row> = (0..random.usize(1..9))
            .map(|index| Row {
                above: (index > 0 && random.bool()).then(|| random.usize(..index)),
                ..Self::row(index, Kind::Created)
            })
            .collect();
        let mut rows = rows;
        for row in &mut rows {
            // One that was there before stands below the root.
            row.kind = match random.u8(..9) {
                0..=2 if row.above.is_none() => Kind::Changed,
                3 if row.above.is_none() => Kind::Switched(Since::Before),
                4 if row.above.is_none() => Kind::Switched(Since::ThisRun),
                _ => Kind::Created,
            };
        }
        Self::of(rows, direction)
    }

    /// So many customers that are to be created, none below another.
    pub(super) fn creates(count: usize) -> Self {
        let rows = (0..count).map(|index| Self::row(index, Kind::Created));
        Self::of(rows.collect(), Direction::Forth)
    }

    /// One customer that is to be changed.
    pub(super) fn one_change() -> Self {
        Self::of(vec![Self::row(0, Kind::Changed)], Direction::Forth)
    }

    /// One customer that was to be changed, and shows it.
    pub(super) fn one_change_that_stands() -> Self {
        let mut case = Self::one_change();
        let changed = case.customer(&case.rows[0], NEW);
        case.tenant = Tenant::new(case.tenant.root().clone(), [changed]);
        case
    }

    /// One customer that is to be created, and one that is to be moved below it and changed.
    pub(super) fn one_that_moves_below_a_new_one() -> Self {
        let moves = Row {
            above: Some(0),
            ..Self::row(1, Kind::Changed)
        };
        Self::of(vec![Self::row(0, Kind::Created), moves], Direction::Forth)
    }

    /// One customer whose automatic deployment is to be switched.
    pub(super) fn one_switch(since: Since, direction: Direction) -> Self {
        Self::of(vec![Self::row(0, Kind::Switched(since))], direction)
    }

    /// One customer that is to be removed.
    pub(super) fn one_removal() -> Self {
        Self::of(vec![Self::row(0, Kind::Created)], Direction::Back)
    }

    /// One customer that is to get back what it was.
    pub(super) fn one_restoring() -> Self {
        Self::of(vec![Self::row(0, Kind::Changed)], Direction::Back)
    }

    fn row(index: usize, kind: Kind) -> Row {
        Row {
            name: format!("Customer {index}"),
            id: 100 + index as u64,
            above: None,
            kind,
        }
    }

    fn of(rows: Vec<Row>, direction: Direction) -> Self {
        let mut case = Self {
            rows,
            direction,
            tenant: Tenant::default(),
        };
        let there = case.service().customers.into_values();
        let root = Customer {
            id: 1,
            name: "Root".into(),
            ..Customer::default()
        };
        case.tenant = Tenant::new(root, there);
        case
    }

    fn customer(&self, row: &Row, phone: &str) -> Customer {
        let mut told = KnownMembers::default();
        told.note(Member::PhoneNumber, Some(phone));
        Customer {
            id: row.id,
            parent: match (row.kind, row.above) {
                (Kind::Created, Some(above)) => self.rows[above].id,
                _ => 1,
            },
            name: row.name.as_str().into(),
            told,
            ..Customer::default()
        }
    }

    /// The service before anything is done.
    pub(super) fn service(&self) -> Service {
        let back = self.direction == Direction::Back;
        let there = self
            .rows
            .iter()
            .filter(|row| row.kind != Kind::Created || back);
        let customers = there.map(|row| {
            let phone = if back { NEW } else { OLD };
            let mut customer = self.customer(row, phone);
            if back && matches!(row.kind, Kind::Switched(_)) {
                customer.uid = ON.into();
            }
            (row.id, customer)
        });
        Service {
            customers: customers.collect(),
            next: FIRST_NEW,
            created: HashMap::new(),
            times: HashMap::new(),
            switched: HashMap::new(),
            late: Vec::new(),
            meddled: HashSet::new(),
        }
    }

    fn switch(&self, row: &Row, since: Since) -> Operation {
        Operation::Deploy {
            id: id(row.id),
            parent: Parent::Customer(id(1)),
            partner: Arc::new(partner(&row.name)),
            to: match self.direction {
                Direction::Forth => Switch::On,
                Direction::Back => Switch::Off,
            },
            since,
        }
    }

    fn parent(row: &Row) -> Parent {
        match row.above {
            Some(above) => Parent::Row(RowIndex(u32::try_from(above).expect("few"))),
            None => Parent::Customer(id(1)),
        }
    }

    fn update(&self, row: &Row) -> Operation {
        let (from, to) = match self.direction {
            Direction::Forth => (OLD, NEW),
            Direction::Back => (NEW, OLD),
        };
        let mut changes = PartnerChanges::default();
        changes.company.phone_number = Text::parse(to).ok();
        let mut before = BTreeMap::from([(PHONE.to_owned(), from.to_owned())]);
        if row.above.is_some() {
            before.insert("ParentId".to_owned(), "1".to_owned());
        }
        Operation::Update {
            id: id(row.id),
            parent: Self::parent(row),
            partner: Arc::new(partner(&row.name)),
            update: Arc::new(Update {
                changes,
                relocation: match row.above {
                    Some(_) => Relocation::Moves,
                    None => Relocation::Stays,
                },
                told: String::new(),
                before,
            }),
        }
    }

    pub(super) fn replayed(&self) -> Replayed {
        let mut replayed = Replayed::default();
        for (index, row) in self.rows.iter().enumerate() {
            let operation = match row.kind {
                Kind::Changed => self.update(row),
                Kind::Switched(since) => self.switch(row, since),
                Kind::Created => Operation::Create {
                    parent: Self::parent(row),
                    partner: Arc::new(partner(&row.name)),
                    account: DefaultAccount::None,
                },
            };
            replayed.planned.push(PlannedRow {
                row: RowIndex(u32::try_from(index).expect("few")),
                action: Planned::Send(operation),
                deployment: Deployment::AsItIs,
                code: String::new(),
                message: String::new(),
            });
            replayed.progress.push(Standing::Pending);
            replayed.attempts.push(0);
        }
        replayed
    }

    /// The rows from the last to the first: nobody stands below one that comes later in the list.
    pub(super) fn steps(&self) -> Vec<Back> {
        let last = self.rows.len() - 1;
        let rows = self.rows.iter().enumerate().rev();
        let steps = rows.map(|(index, row)| {
            let operation = match row.kind {
                Kind::Changed => self.update(row),
                Kind::Switched(_) => self.switch(row, Since::Before),
                Kind::Created => Operation::Remove {
                    id: id(row.id),
                    parent: Parent::Customer(id(row.above.map_or(1, |above| self.rows[above].id))),
                    partner: Arc::new(partner(&row.name)),
                },
            };
            Back {
                row: RowIndex(u32::try_from(index).expect("few")),
                above: row.above.map(|above| last - above),
                step: Step::Send {
                    operation,
                    earlier: Earlier::Nothing,
                    short_of: None,
                },
            }
        });
        steps.collect()
    }
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
