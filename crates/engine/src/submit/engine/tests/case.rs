//! What the random events are to bring about: rows that create, change or switch a few customers, each with a
//! telephone number.

use std::collections::BTreeMap;
use std::sync::Arc;

use fastrand::Rng;
use tokio::time::Instant;

use super::service::{ON, Service, id};
use crate::journal::{PlannedRow, Replayed};
use crate::model::{
    CustomerName, DefaultAccount, Deployment, Operation, Parent, PartnerChanges, PartnerInfo,
    Planned, Relocation, RowIndex, Since, Standing, Switch, Text, Update,
};
use crate::plan::{Customer, KnownMembers, Member, Tenant};
use crate::submit::engine::begin::{Back, Step};
use crate::submit::engine::schedule::Earlier;
use crate::submit::engine::state::{Direction, State, Surroundings};
use crate::submit::settings::RunSettings;

const OLD: &str = "+49 1";
const NEW: &str = "+49 2";
const PHONE: &str = "Company.PhoneNumber";

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
        let there = case.customers().into_values();
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
        Service::of(self.customers())
    }

    /// Who is there before anything is done.
    fn customers(&self) -> BTreeMap<u64, Customer> {
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
        customers.collect()
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
