//! What the tenant has: read once, looked up many times.

use std::collections::HashMap;
use std::panic::resume_unwind;
use std::sync::OnceLock;
use std::thread;

use foldhash::fast::RandomState;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::groups::{Group, Groups};
use super::known::KnownMembers;
use super::lost::{self, LostLetters};
use crate::check::alike;
use crate::model::{Level, PartnerId, PartnerInfo, Text};

/// A customer of the tenant; a snapshot holds it with these members.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Customer {
    /// Its id; 0 stands for none.
    pub id: u64,
    /// Its parent's id; 0 when not told.
    #[serde(rename = "parent_id")]
    pub parent: u64,
    /// Its name, as the service has it.
    pub name: SmolStr,
    /// Its level, as the service spells it.
    pub level: SmolStr,
    /// Its state.
    pub state: SmolStr,
    /// The service it gets.
    pub service_type: SmolStr,
    /// The services it may give.
    pub child_service_types: Vec<SmolStr>,
    /// Its external code, empty when it has none.
    pub external_code: SmolStr,
    /// Its UID; empty where automatic deployment was never switched on, or nobody told.
    #[serde(skip)]
    pub uid: SmolStr,
    /// What else the tenant tells of it, by the paths of the members on the wire.
    #[serde(skip_serializing_if = "KnownMembers::is_empty")]
    pub told: KnownMembers,
}

impl Customer {
    /// Its id as a type; `None` for the unusable id 0.
    pub fn partner_id(&self) -> Option<PartnerId> {
        i64::try_from(self.id).ok().and_then(PartnerId::from_number)
    }

    /// Its level, when it is one we know.
    pub fn known_level(&self) -> Option<Level> {
        self.level.parse().ok()
    }
}

/// A storage location or a region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
}

/// A country as the service knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceCountry {
    /// Alpha-2, as the service spells it.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The storage location its customers get, where the service tells.
    pub location_id: Option<i64>,
    /// Customers cannot be placed there.
    pub is_blocked: bool,
}

/// How a customer is recognised again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key<'a> {
    /// The row's external code, where it has one: the best key.
    pub external_code: Option<&'a str>,
    /// The name, exact after trimming: the key where there is no code.
    pub name: &'a str,
}

impl<'a> Key<'a> {
    /// How a customer is recognised again.
    pub fn of(partner: &'a PartnerInfo) -> Self {
        Self {
            external_code: partner.external_code.as_ref().map(Text::as_str),
            name: partner.name.as_str(),
        }
    }
}

/// What a look for a customer below a parent found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found<'a> {
    /// Nobody.
    Nobody,
    /// The customer itself.
    Ours(&'a Customer),
    /// Several answer to the key.
    Several(&'a Customer, &'a Customer),
    /// The code belongs to a customer elsewhere.
    CodeElsewhere(&'a Customer),
    /// A sibling has the name, and a code that is not the row's.
    NameWithOtherCode(&'a Customer),
}

/// A name that more customers than this have tells nothing of one of them elsewhere.
const TELLING: usize = 50;

/// Fewer customers are sorted sooner than a thread begins.
const FEW: usize = 10_000;

/// The customers one can see: the one that was logged in under, and everybody below it.
#[derive(Debug, Default)]
pub struct Tenant {
    root: u64,
    customers: Vec<Customer>,
    by_id: HashMap<u64, u32, RandomState>,
    /// By code and name as [`alike`] has them; whoever looks for an exact one compares again.
    by_code: Groups,
    /// Made when somebody is looked for by name: where all have codes, nobody is.
    by_name: OnceLock<Groups>,
    lost_letters: LostLetters,
    /// Storage locations, when the plan needs them.
    pub locations: Vec<Place>,
    /// Regions, when the plan needs them.
    pub regions: Vec<Place>,
    /// Countries, when the plan needs them and the service tells.
    pub countries: Vec<ServiceCountry>,
}

impl Tenant {
    /// The tenant below (and with) `root`.
    pub fn new(root: Customer, below: impl IntoIterator<Item = Customer>) -> Self {
        Self::of_parts(root, vec![below.into_iter().collect()])
    }

    /// The same, where the customers below come in parts.
    pub fn of_parts(root: Customer, parts: Vec<Vec<Customer>>) -> Self {
        let mut tenant = Self {
            root: root.id,
            ..Self::default()
        };
        let below: usize = parts.iter().map(Vec::len).sum();
        let mut customers = Vec::with_capacity(below + 1);
        customers.push(root);
        customers.extend(parts.into_iter().flatten());
        let (by_id, by_code) = if customers.len() < FEW {
            (by_id(&customers), by_code(&customers))
        } else {
            // Beside each other, since both wait for memory.
            thread::scope(|scope| {
                let by_code = scope.spawn(|| by_code(&customers));
                let by_id = by_id(&customers);
                let by_code = by_code.join();
                (by_id, by_code.unwrap_or_else(|panic| resume_unwind(panic)))
            })
        };
        if by_id.len() == customers.len() {
            (tenant.customers, tenant.by_id, tenant.by_code) = (customers, by_id, by_code);
        } else {
            // Somebody is told twice.
            for one in customers {
                tenant.add(one);
            }
        }
        tenant
    }

    /// Adds a customer, or takes the newer word on one that is there.
    pub fn add(&mut self, customer: Customer) {
        if self.by_id.contains_key(&customer.id) {
            return;
        }
        let index = u32::try_from(self.customers.len()).unwrap_or(u32::MAX);
        self.by_id.insert(customer.id, index);
        let Self {
            customers,
            by_name,
            by_code,
            ..
        } = self;
        if let Some(by_name) = by_name.get_mut() {
            by_name.add(index, &customer.name, |one| &customers[one as usize].name);
        }
        let code_of = |one: u32| &*customers[one as usize].external_code;
        by_code.add_filled(index, &customer.external_code, code_of);
        self.customers.push(customer);
        self.lost_letters = LostLetters::default();
    }

    /// The customer one logs in under.
    pub fn root(&self) -> &Customer {
        self.get(self.root).unwrap_or(&self.customers[0])
    }

    /// Every customer, the root first.
    pub fn customers(&self) -> &[Customer] {
        &self.customers
    }

    /// The customer with this id.
    pub fn get(&self, id: u64) -> Option<&Customer> {
        self.place(id).map(|place| &self.customers[place])
    }

    /// Where the customer with this id stands among all.
    pub(super) fn place(&self, id: u64) -> Option<usize> {
        self.by_id.get(&id).map(|index| *index as usize)
    }

    /// Where the only customer stands that has the key's code, or its name where there is no code: below its own
    /// parent, [`find`](Self::find) finds nobody else.
    pub(super) fn only(&self, key: Key<'_>) -> Option<usize> {
        let (groups, group) = match key.external_code {
            Some(code) => (&self.by_code, self.group_of_code(code.trim())),
            None => (self.by_name(), self.group_of_name(key.name.trim())),
        };
        let is_it = |place: &u32| {
            let one = &self.customers[*place as usize];
            match key.external_code {
                Some(code) => one.external_code.trim() == code.trim(),
                None => one.name.trim() == key.name.trim(),
            }
        };
        let mut found = groups.members(group?).filter(is_it);
        let only = found.next()?;
        found.next().is_none().then_some(only as usize)
    }

    /// Those with this external code.
    pub fn with_code(&self, code: &str) -> impl Iterator<Item = &Customer> {
        let code = code.trim();
        self.at(&self.by_code, self.group_of_code(code))
            .filter(move |one| one.external_code.trim() == code)
    }

    /// Those with this name, exact after trimming.
    pub fn with_name(&self, name: &str) -> impl Iterator<Item = &Customer> {
        let name = name.trim();
        self.with_alike_name(name)
            .filter(move |one| one.name.trim() == name)
    }

    /// Those whose name could be this one, kept another way by the service.
    pub fn with_alike_name(&self, name: &str) -> impl Iterator<Item = &Customer> {
        self.at(self.by_name(), self.group_of_name(name))
    }

    /// Those below `parent` whose name or code could be that of the key, kept another way by the
    /// service.
    pub fn alike_below(&self, parent: PartnerId, key: Key<'_>) -> impl Iterator<Item = &Customer> {
        self.alike(key, usize::MAX, move |one| one.parent == parent.get())
    }

    /// The same wherever they stand; nobody where so many have the name that it tells nothing.
    pub fn alike_anywhere(&self, key: Key<'_>) -> impl Iterator<Item = &Customer> {
        self.alike(key, TELLING, |_| true)
    }

    fn alike(
        &self,
        key: Key<'_>,
        most: usize,
        place: impl Fn(&Customer) -> bool,
    ) -> impl Iterator<Item = &Customer> {
        let with_code = key.external_code.and_then(|code| self.group_of_code(code));
        let with_name = self.group_of_name(key.name);
        let few = |group: &Group| group.count as usize <= most;
        self.at(&self.by_code, with_code.filter(few))
            .chain(self.at(self.by_name(), with_name.filter(few)))
            .filter(move |one| place(one))
    }

    /// A customer below `parent` whose name could be `name`, kept another way by the service.
    pub fn almost_named(&self, parent: PartnerId, name: &str) -> Option<&Customer> {
        let mut alike = self
            .with_alike_name(name)
            .chain(self.with_lost_letters(name));
        alike.find(|one| one.parent == parent.get() && one.name.trim() != name)
    }

    /// Those whose name could be this one, where a `?` of either stands for letters that were lost.
    fn with_lost_letters(&self, name: &str) -> impl Iterator<Item = &Customer> {
        let names = self.customers.iter().map(|one| &*one.name);
        let found = self.lost_letters.candidates(name, names).into_iter();
        let found = found.map(|index| &self.customers[index as usize]);
        found.filter(move |one| lost::may_be_one(&one.name, name))
    }

    fn group_of_name(&self, name: &str) -> Option<Group> {
        let of = |one: u32| &*self.customers[one as usize].name;
        self.by_name().get(name, of)
    }

    fn by_name(&self) -> &Groups {
        self.by_name.get_or_init(|| by_name(&self.customers))
    }

    fn group_of_code(&self, code: &str) -> Option<Group> {
        let of = |one: u32| &*self.customers[one as usize].external_code;
        self.by_code.get(code, of)
    }

    fn at<'a>(
        &'a self,
        groups: &'a Groups,
        group: Option<Group>,
    ) -> impl Iterator<Item = &'a Customer> {
        let members = group.into_iter().flat_map(|group| groups.members(group));
        members.map(|index| &self.customers[index as usize])
    }

    /// Looks for the customer with `key` below `parent`.
    pub fn find<'a>(&'a self, parent: PartnerId, key: Key<'_>) -> Found<'a> {
        let below = |customer: &&Customer| customer.parent == parent.get();
        if let Some(code) = key.external_code {
            let mut with_code = self.with_code(code).filter(below);
            match (with_code.next(), with_code.next()) {
                (Some(one), None) => return Found::Ours(one),
                (Some(one), Some(other)) => return Found::Several(one, other),
                (None, _) => {}
            }
            if let Some(elsewhere) = self.with_code(code).next() {
                return Found::CodeElsewhere(elsewhere);
            }
        }
        let mut with_name = self.with_name(key.name).filter(below);
        match (with_name.next(), with_name.next()) {
            (None, _) => Found::Nobody,
            (Some(one), Some(other)) => Found::Several(one, other),
            (Some(one), None) => {
                let other_code =
                    key.external_code.is_some() && !one.external_code.trim().is_empty();
                if other_code {
                    Found::NameWithOtherCode(one)
                } else {
                    Found::Ours(one)
                }
            }
        }
    }
}

/// The place of each customer by its id.
fn by_id(customers: &[Customer]) -> HashMap<u64, u32, RandomState> {
    let mut by_id = HashMap::with_capacity_and_hasher(customers.len(), RandomState::default());
    by_id.extend(customers.iter().map(|one| one.id).zip(0..));
    by_id
}

/// The customers by code.
fn by_code(customers: &[Customer]) -> Groups {
    let with_code = customers.iter().filter(|one| !one.external_code.is_empty());
    let mut by_code = Groups::with_room(customers.len(), with_code.count());
    let code_of = |one: u32| &*customers[one as usize].external_code;
    for (index, one) in (0..).zip(customers) {
        by_code.add_filled(index, &one.external_code, code_of);
    }
    by_code
}

/// The customers by name.
fn by_name(customers: &[Customer]) -> Groups {
    let mut by_name = Groups::with_room(customers.len(), customers.len());
    let name_of = |one: u32| &*customers[one as usize].name;
    for (index, one) in (0..).zip(customers) {
        by_name.add(index, &one.name, name_of);
    }
    by_name
}

/// Whether a customer's code could be that of the key, kept another way by the service.
pub fn spelt_alike(key: Key<'_>, customer: &Customer) -> bool {
    let code = key.external_code.unwrap_or_default();
    alike(code) == alike(&customer.external_code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn customer(id: u64, parent: u64, name: &str, code: &str) -> Customer {
        Customer {
            id,
            parent,
            name: name.into(),
            external_code: code.into(),
            ..Customer::default()
        }
    }

    fn tenant() -> Tenant {
        Tenant::new(
            customer(1000, 1, "MSP", ""),
            [
                customer(1, 1000, "Acme", ""),
                customer(2, 1000, "Zeus", "Z-1"),
                customer(3, 1, "Zeus", "Z-2"),
                customer(4, 1000, "Twin", ""),
                customer(5, 1000, "Twin", ""),
                customer(6, 1000, "Twin C", "T"),
                customer(7, 1000, "Twin D", "T"),
            ],
        )
    }

    fn find(parent: i64, code: &str, name: &str) -> String {
        let tenant = tenant();
        let key = Key {
            external_code: Some(code).filter(|code| !code.is_empty()),
            name,
        };
        match tenant.find(PartnerId::from_number(parent).unwrap(), key) {
            Found::Nobody => "nobody".into(),
            Found::Ours(one) => format!("ours {}", one.id),
            Found::Several(one, other) => format!("several {} {}", one.id, other.id),
            Found::CodeElsewhere(one) => format!("elsewhere {}", one.id),
            Found::NameWithOtherCode(one) => format!("other code {}", one.id),
        }
    }

    #[test]
    fn a_tenant_in_parts_is_the_one_that_is_added_up() {
        let ids = |count: u64| (0..count).chain([7, 0]);
        for count in [10, FEW as u64 + 10] {
            let below: Vec<Customer> = ids(count)
                .map(|id| customer(id, 1, &format!("Name {id}"), &format!("C-{}", id % 9_000)))
                .collect();
            let root = || customer(count, 1, "MSP", "");
            let mut one_by_one = Tenant::new(root(), []);
            for one in &below {
                one_by_one.add(one.clone());
            }
            for told_once in [true, false] {
                let many = if told_once {
                    below.len() - 2
                } else {
                    below.len()
                };
                let (some, others) = below[..many].split_at(many / 3);
                let tenant = Tenant::of_parts(root(), vec![some.to_vec(), others.to_vec()]);
                assert_eq!(tenant.customers(), one_by_one.customers());
                for id in [0, 7, count - 1, count] {
                    assert_eq!(tenant.get(id), one_by_one.get(id));
                }
                let with_code = |tenant: &Tenant| -> Vec<u64> {
                    tenant.with_code(" C-3").map(|one| one.id).collect()
                };
                assert_eq!(with_code(&tenant), with_code(&one_by_one));
                assert_eq!(tenant.root().name, "MSP");
            }
        }
    }

    #[test]
    fn a_customer_is_found_by_code_else_by_name_below_its_parent() {
        assert_eq!(find(1000, "", "Acme"), "ours 1");
        assert_eq!(find(1000, "", " Acme "), "ours 1");
        assert_eq!(find(1, "", "Acme"), "nobody");
        assert_eq!(find(1000, "", "acme"), "nobody");
        assert_eq!(find(1000, "Z-1", "Renamed"), "ours 2");
        assert_eq!(find(1000, "Z-2", "Zeus"), "elsewhere 3");
        assert_eq!(find(1000, "Z-9", "Zeus"), "other code 2");
        assert_eq!(find(1000, "A-1", "Acme"), "ours 1");
        assert_eq!(find(1000, "", "Twin"), "several 4 5");
        assert_eq!(find(1000, "T", "x"), "several 6 7");
    }
}
