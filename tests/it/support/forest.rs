//! Seeded forests of customers to be created, and the plan that a tenant makes of them.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use fastrand::Rng;
use partner_import::journal::PlannedRow;
use partner_import::model::{
    CustomerName, DefaultAccount, Deployment, Level, Operation, Parent, PartnerChanges, PartnerId,
    PartnerInfo, Planned, Relocation, RowIndex, Text, Update,
};
use partner_import::plan::Key;
use partner_import::plan::{Found, Tenant, has_changes};
use partner_import::sandbox::{ACCOUNT_ID, Config, PartnerView, Sandbox};

/// Taken by customers that the caller cannot see.
pub(crate) const STRANGERS: [&str; 3] = [
    "Hidden Competitor Ltd",
    "Unseen Bakery GmbH",
    "Elsewhere Dental B.V.",
];

/// The levels below the sandbox's root, highest first.
const LEVELS: [Level; 5] = [
    Level::SubDistributor,
    Level::Reseller,
    Level::ServiceOrganization,
    Level::EndCustomer,
    Level::Site,
];

/// One row of the input.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) code: Option<String>,
    level: usize,
    /// The row above; none stands below the customer one logs in under.
    pub(crate) parent: Option<usize>,
    /// The id of a customer of the tenant to stand below, where no row is above.
    pub(crate) below: Option<u32>,
    /// Whether the customer was in the tenant before.
    pub(crate) existed: bool,
    /// Whether automatic deployment is to be switched on.
    pub(crate) deploy: bool,
    /// The telephone number that it is to get, where it was there before with another one.
    pub(crate) phone: Option<String>,
}

impl Row {
    pub(crate) fn partner(&self) -> PartnerInfo {
        let name = CustomerName::parse(&self.name).expect("a made-up name is a name");
        let mut partner = PartnerInfo::named(name);
        partner.level = Some(LEVELS[self.level]);
        partner.external_code = self.code.as_deref().and_then(|code| Text::parse(code).ok());
        partner.company = self.changes().company;
        partner
    }

    /// What is to change in a customer that was there before.
    fn changes(&self) -> PartnerChanges {
        let mut changes = PartnerChanges::default();
        changes.company.phone_number = self
            .phone
            .as_deref()
            .and_then(|phone| Text::parse(phone).ok());
        changes
    }
}

/// How a forest is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) rows: usize,
    /// The share of rows that have an external code.
    pub(crate) coded: f64,
    /// The share of rows that stand below another row.
    pub(crate) nested: f64,
    /// How many rows have names that strangers have.
    pub(crate) strangers: usize,
}

impl Shape {
    /// Everything in it, nobody else's names.
    pub(crate) fn of(rows: usize) -> Self {
        Self {
            rows,
            coded: 0.5,
            nested: 0.7,
            strangers: 0,
        }
    }
}

/// The rows of one input, shuffled: a row may stand before its parent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Forest {
    pub(crate) rows: Vec<Row>,
    by_name: BTreeMap<String, RowIndex>,
}

impl Forest {
    pub(crate) fn new(rows: Vec<Row>) -> Self {
        let by_name = rows.iter().enumerate();
        let by_name = by_name.map(|(index, row)| (row.name.clone(), row_index(index)));
        Self {
            by_name: by_name.collect(),
            rows,
        }
    }

    /// `count` rows without parents.
    pub(crate) fn flat(count: usize) -> Self {
        let row = |index| Row {
            name: format!("Customer {index}"),
            code: None,
            level: 3,
            parent: None,
            below: None,
            existed: false,
            deploy: false,
            phone: None,
        };
        Self::new((0..count).map(row).collect())
    }

    /// One row below the other.
    pub(crate) fn chain(length: usize) -> Self {
        let row = |index: usize| Row {
            name: format!("Link {index}"),
            code: None,
            level: index,
            parent: index.checked_sub(1),
            below: None,
            existed: false,
            deploy: false,
            phone: None,
        };
        Self::new((0..length.min(LEVELS.len())).map(row).collect())
    }

    /// Four levels of `fan` rows below each, cut off at `count` rows, parents first.
    pub(crate) fn four_levels(count: usize, fan: usize) -> Self {
        let mut rows: Vec<Row> = Vec::with_capacity(count);
        for index in 0..count {
            let parent = index.checked_sub(fan).map(|below| below / fan);
            let level = parent.map_or(0, |parent| rows[parent].level + 1);
            rows.push(Row {
                name: format!("Customer {index}"),
                code: None,
                level,
                parent,
                below: None,
                existed: false,
                deploy: false,
                phone: None,
            });
        }
        Self::new(rows)
    }

    pub(crate) fn random(shape: Shape, random: &mut Rng) -> Self {
        let mut rows: Vec<Row> = Vec::with_capacity(shape.rows);
        for index in 0..shape.rows {
            let above = (!rows.is_empty() && random.f64() < shape.nested)
                .then(|| random.usize(..rows.len()))
                .filter(|above| rows[*above].level + 1 < LEVELS.len());
            let level = match above {
                None => random.usize(..LEVELS.len() - 1),
                // A Site stands below an EndCustomer only.
                Some(above) if LEVELS[rows[above].level] == Level::EndCustomer => LEVELS.len() - 1,
                Some(above) => random.usize(rows[above].level + 1..LEVELS.len() - 1),
            };
            rows.push(Row {
                name: format!("Customer {index} Ü{}", random.u16(..)),
                code: (random.f64() < shape.coded).then(|| format!("C-{index}")),
                level,
                parent: above,
                below: None,
                existed: false,
                deploy: false,
                phone: None,
            });
        }
        for name in &STRANGERS[..shape.strangers.min(shape.rows / 4).min(STRANGERS.len())] {
            let at = random.usize(..rows.len());
            (*name).clone_into(&mut rows[at].name);
        }
        Self::shuffled(&rows, random)
    }

    fn shuffled(rows: &[Row], random: &mut Rng) -> Self {
        let mut order: Vec<usize> = (0..rows.len()).collect();
        random.shuffle(&mut order);
        let mut place = vec![0; rows.len()];
        for (new, old) in order.iter().enumerate() {
            place[*old] = new;
        }
        let moved = |old: &usize| Row {
            parent: rows[*old].parent.map(|parent| place[parent]),
            ..rows[*old].clone()
        };
        Self::new(order.iter().map(moved).collect())
    }

    /// The same with about this share of the highest rows naming customers that are there. Below such
    /// a row stand others only where its customer has its level.
    pub(crate) fn with_share_of(mut self, config: &Config, share: f64, random: &mut Rng) -> Self {
        let sandbox = Sandbox::new(config.clone()).expect("a sandbox in memory");
        let mut there = sandbox.partners();
        there.retain(|one| one.original && one.parent_id == ACCOUNT_ID);
        let parents: HashSet<usize> = self.rows.iter().filter_map(|row| row.parent).collect();
        for (index, row) in self.rows.iter_mut().enumerate() {
            let is_highest = row.parent.is_none() && row.name.starts_with("Cust");
            if !is_highest || random.f64() >= share {
                continue;
            }
            let level = LEVELS[row.level].as_str();
            let fits = |one: &PartnerView| !parents.contains(&index) || one.level == level;
            let Some(place) = there.iter().rposition(fits) else {
                continue;
            };
            row.name = there.remove(place).name;
            row.code = None;
            row.existed = true;
            row.phone = random.bool().then(|| format!("+49 30 {index}"));
        }
        Self::new(self.rows)
    }

    /// The same with automatic deployment for about this share of the rows.
    pub(crate) fn with_deployment(mut self, share: f64, random: &mut Rng) -> Self {
        for row in &mut self.rows {
            row.deploy = random.f64() < share;
        }
        Self::new(self.rows)
    }

    /// The same with another name for one row.
    pub(crate) fn with_name(mut self, row: usize, name: &str) -> Self {
        name.clone_into(&mut self.rows[row].name);
        Self::new(self.rows)
    }

    /// The same with one row below a customer of the tenant.
    pub(crate) fn with_row_below(mut self, row: usize, id: u32) -> Self {
        self.rows[row].below = Some(id);
        self
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The row of a customer's name.
    pub(crate) fn row_named(&self, name: &str) -> Option<RowIndex> {
        self.by_name.get(name).copied()
    }

    /// Plans every row against `tenant`, in the order of the file.
    pub(crate) fn plan(&self, tenant: &Tenant) -> Vec<PlannedRow> {
        let mut actions: Vec<Option<Planned>> = vec![None; self.len()];
        for index in 0..self.len() {
            for row in self.with_rows_above(index) {
                if actions[row].is_none() {
                    actions[row] = Some(self.plan_row(row, tenant, &actions));
                }
            }
        }
        let planned = actions.into_iter().enumerate();
        planned
            .map(|(index, action)| PlannedRow {
                row: row_index(index),
                action: action.expect("every row is planned"),
                deployment: if self.rows[index].deploy {
                    Deployment::SwitchOn
                } else {
                    Deployment::AsItIs
                },
                code: String::new(),
                message: String::new(),
            })
            .collect()
    }

    /// A row and all above it, highest first.
    fn with_rows_above(&self, index: usize) -> Vec<usize> {
        let mut chain: Vec<usize> =
            std::iter::successors(Some(index), |row| self.rows[*row].parent).collect();
        chain.reverse();
        chain
    }

    fn plan_row(&self, row: usize, tenant: &Tenant, actions: &[Option<Planned>]) -> Planned {
        let above = self.rows[row].parent;
        let parent = match above.map(|above| (above, &actions[above])) {
            None => Parent::Customer(
                self.rows[row]
                    .below
                    .and_then(|id| PartnerId::from_number(id.into()))
                    .or(tenant.root().partner_id())
                    .expect("the root has an id"),
            ),
            Some((_, Some(Planned::Exists { id, .. }))) => Parent::Customer(*id),
            Some((above, _)) => Parent::Row(row_index(above)),
        };
        let partner = Arc::new(self.rows[row].partner());
        let exists = match parent {
            Parent::Customer(id) => find(tenant, id, &partner),
            Parent::Row(_) => None,
        };
        let changes = self.rows[row].changes();
        let as_it_is = |id: &PartnerId| {
            let customer = tenant.get(id.get());
            customer.is_some_and(|customer| has_changes(&changes, customer))
        };
        match exists {
            Some(id) if as_it_is(&id) => Planned::Exists {
                id,
                parent,
                partner,
            },
            Some(id) => Planned::Send(Operation::Update {
                id,
                parent,
                partner,
                update: Arc::new(Update {
                    changes,
                    relocation: Relocation::Stays,
                    told: "another telephone number".into(),
                    before: phone_before(tenant, id),
                }),
            }),
            None => Planned::Send(Operation::Create {
                parent,
                partner,
                account: DefaultAccount::None,
            }),
        }
    }
}

/// What the tenant has where the row says something else.
fn phone_before(tenant: &Tenant, id: PartnerId) -> BTreeMap<String, String> {
    const PHONE: &str = "Company.PhoneNumber";
    let known = tenant.get(id.get()).map(|one| one.told.clone());
    let mut known: BTreeMap<String, String> = known.unwrap_or_default().into();
    let before = known.remove(PHONE).unwrap_or_default();
    BTreeMap::from([(PHONE.to_owned(), before)])
}

fn find(tenant: &Tenant, parent: PartnerId, partner: &PartnerInfo) -> Option<PartnerId> {
    match tenant.find(parent, Key::of(partner)) {
        Found::Ours(customer) => customer.partner_id(),
        Found::Several(..) => panic!("{} is in the tenant twice", partner.name),
        _ => None,
    }
}

pub(crate) fn row_index(index: usize) -> RowIndex {
    RowIndex(u32::try_from(index).expect("a small forest"))
}
