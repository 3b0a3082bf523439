//! Who in the tenant a row can be, and whether that customer is as the row says: looked up for all rows before
//! they are planned one after the other. Neither depends on what becomes of other rows, and both wait for memory,
//! since rows and customers meet in no order: of a long list each core looks up a part.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread;

use super::member::compare;
use super::tenant::{Customer, Key, Tenant};
use crate::check::{Accepted, Checked};
use crate::model::RowIndex;

/// Fewer rows than these are looked up sooner than a thread begins.
const FEW: usize = 10_000;

/// The only customer that a row can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Candidate {
    /// Where it stands in the tenant.
    place: u32,
    /// Whether no member that the row sets is otherwise.
    is_as_said: bool,
}

/// The candidates of all rows.
pub(super) struct Met<'a> {
    tenant: &'a Tenant,
    of_row: Vec<Option<Candidate>>,
}

impl<'a> Met<'a> {
    /// Looks up all rows.
    pub(super) fn of(checked: &Checked, tenant: &'a Tenant) -> Self {
        let threads = match checked.accepted.len() {
            0..FEW => 1,
            _ => thread::available_parallelism().map_or(1, NonZero::get),
        };
        Self::on(threads, checked, tenant)
    }

    /// The same on so many threads.
    fn on(threads: usize, checked: &Checked, tenant: &'a Tenant) -> Self {
        let mut of_row = vec![None; checked.rows.len()];
        let mut note = |rows: &[Accepted], found: Vec<Option<Candidate>>| {
            for (row, candidate) in rows.iter().zip(found) {
                of_row[row.row().as_usize()] = candidate;
            }
        };
        let look_up = |rows: &[Accepted]| -> Vec<Option<Candidate>> {
            rows.iter().map(|row| candidate(row, tenant)).collect()
        };
        let share = checked.accepted.len().div_ceil(threads).max(1);
        let mut shares = checked.accepted.chunks(share);
        let first = shares.next().unwrap_or_default();
        thread::scope(|scope| {
            let others = shares.map(|rows| (rows, scope.spawn(move || look_up(rows))));
            let others: Vec<_> = others.collect();
            note(first, look_up(first));
            for (rows, thread) in others {
                let found = thread.join();
                note(rows, found.unwrap_or_else(|panic| resume_unwind(panic)));
            }
        });
        Self { tenant, of_row }
    }

    /// None looked up: every row is looked for in its turn.
    #[cfg(test)]
    pub(super) fn nobody(tenant: &'a Tenant) -> Self {
        let of_row = Vec::new();
        Self { tenant, of_row }
    }

    fn candidate(&self, row: RowIndex) -> Option<(Candidate, &'a Customer)> {
        let found = (*self.of_row.get(row.as_usize())?)?;
        Some((found, &self.tenant.customers()[found.place as usize]))
    }

    /// The customer that the row is where it stands below `parent`, as [`Tenant::find`] finds it; none where that
    /// has to be asked.
    pub(super) fn below(&self, parent: u64, row: RowIndex) -> Option<&'a Customer> {
        let (_, customer) = self.candidate(row)?;
        (customer.parent == parent).then_some(customer)
    }

    /// Whether it is known that `customer` is in every member as the row says.
    pub(super) fn is_as_said(&self, row: RowIndex, customer: &Customer) -> bool {
        let candidate = self.candidate(row);
        candidate.is_some_and(|(one, met)| one.is_as_said && met.id == customer.id)
    }

    /// Where `customer`, which the row is, stands in the tenant.
    pub(super) fn place(&self, row: RowIndex, customer: &Customer) -> Option<usize> {
        match self.candidate(row) {
            Some((one, met)) if met.id == customer.id => Some(one.place as usize),
            _ => self.tenant.place(customer.id),
        }
    }
}

/// The customer of the row's id, else the only one with its code, or with its name where it has no code.
fn candidate(row: &Accepted, tenant: &Tenant) -> Option<Candidate> {
    let partner = row.partner();
    let place = match row.existing_id() {
        Some(id) => tenant.place(id.get()),
        None => tenant.only(Key::of(partner)),
    };
    let place = place?;
    // A place by name becomes an id later, which is compared then.
    let is_complete = row.location_name().is_none() && row.region_name().is_none();
    Some(Candidate {
        place: u32::try_from(place).ok()?,
        is_as_said: is_complete && compare(partner, &tenant.customers()[place]).is_empty(),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::hash::RandomState;

    use super::*;
    use crate::check::{CheckSettings, Checker};
    use crate::model::{CellKind, Header, HeaderCell, RowBatch};
    use crate::plan::build::build_met;
    use crate::plan::{Finding, OnExists, Place, Plan, PlanOptions};

    /// One of a few, so that rows and customers meet in every way.
    fn one_of<'w>(random: &mut fastrand::Rng, words: &[&'w str]) -> &'w str {
        random.choice(words).copied().unwrap_or_default()
    }

    fn tenant(random: &mut fastrand::Rng) -> Tenant {
        let root = Customer {
            level: "Distributor".into(),
            ..customer(1000, 1, "MSP", "")
        };
        let below = (10..10 + random.u64(0..12)).map(|id| {
            let parent = *random.choice(&[1000, 10, 11, 12]).unwrap_or(&1000);
            let name = one_of(random, &["Acme", "acme", "Zeus", "Ares", "Hera"]);
            let code = one_of(random, &["", "", "A-1", "Z-1", "z-1", "H-1", "B-1"]);
            Customer {
                level: one_of(random, &["Reseller", "EndCustomer"]).into(),
                ..customer(id, parent, name, code)
            }
        });
        let mut tenant = Tenant::new(root, below.collect::<Vec<_>>());
        tenant.locations = vec![Place {
            id: 18,
            name: "Germany".into(),
        }];
        tenant
    }

    fn customer(id: u64, parent: u64, name: &str, code: &str) -> Customer {
        Customer {
            id,
            parent,
            name: name.into(),
            external_code: code.into(),
            ..Customer::default()
        }
    }

    /// Rows of customers that are there, some with another word, and others.
    fn list(random: &mut fastrand::Rng, tenant: &Tenant) -> Checked {
        let columns = "Name Parent ParentId Level ExternalCode Id Location";
        let header = Header {
            cells: (0..)
                .zip(columns.split(' '))
                .map(|(column, text)| HeaderCell::new(text, column))
                .collect(),
            row: 1,
        };
        let mut batch = RowBatch::default();
        for row in 0..random.usize(1..14) {
            let there = random.choice(&tenant.customers()[1..]);
            let there = there.filter(|_| random.u8(0..3) > 0);
            let mut cells = [(); 7].map(|()| String::new());
            if let Some(there) = there {
                cells[0] = there.name.to_string();
                cells[2] = there.parent.to_string();
                cells[3] = there.level.to_string();
                cells[4] = there.external_code.to_string();
            } else {
                cells[0] = format!("New {row}");
                cells[1] = one_of(random, &["", "Acme", "Hera", "New 3"]).to_owned();
                cells[3] = one_of(random, &["Reseller", "EndCustomer", "Site"]).to_owned();
            }
            if random.bool() {
                let (cell, words) = *random
                    .choice(&[
                        (0, &["Acme", "Zeus", "New"][..]),
                        (2, &["", "10", "11", "1000", "99"]),
                        (3, &["Reseller", "EndCustomer"]),
                        (4, &["", "A-1", "Z-1", "N-1"]),
                        (5, &["", "10", "13", "99"]),
                        (6, &["Germany", "Germany", "Nowhere"]),
                    ])
                    .unwrap();
                one_of(random, words).clone_into(&mut cells[cell]);
            }
            for cell in &cells {
                batch.push_cell(cell, CellKind::Text);
            }
            let number = u32::try_from(row + 2).unwrap();
            batch.end_row(number, number);
        }
        let mut checker = Checker::new(&header, &CheckSettings::default(), &batch).unwrap();
        checker.batch(&batch);
        checker.finish()
    }

    fn plan(checked: &Checked, tenant: &Tenant, options: PlanOptions, met: Met<'_>) -> Plan {
        let names: HashMap<RowIndex, Box<str>, RandomState> = HashMap::new();
        build_met(checked, tenant, options, &names, met)
    }

    #[test]
    fn a_plan_is_the_same_whether_rows_were_looked_up_before_or_not() {
        let (mut looked_up, mut findings) = (0, HashMap::new());
        for seed in 0..200 {
            let random = &mut fastrand::Rng::with_seed(seed);
            let tenant = tenant(random);
            let checked = list(random, &tenant);
            for on_exists in [OnExists::Skip, OnExists::Update, OnExists::Fail] {
                let options = PlanOptions {
                    on_exists,
                    ..PlanOptions::default()
                };
                let expected = plan(&checked, &tenant, options, Met::nobody(&tenant));
                for item in &expected.items {
                    *findings.entry(item.finding).or_insert(0) += 1;
                }
                for threads in [1, 3] {
                    let met = Met::on(threads, &checked, &tenant);
                    looked_up += met.of_row.iter().flatten().count();
                    let made = plan(&checked, &tenant, options, met);
                    assert_eq!(made, expected, "seed {seed}, {threads} threads");
                }
            }
        }
        // What is compared are plans of every kind, and few of them without a candidate.
        assert!(looked_up > 500, "{looked_up}");
        for finding in Finding::ALL {
            let found = findings.get(&finding).copied().unwrap_or_default();
            assert!(found > 20, "{found} rows are {finding:?}: {findings:?}");
        }
    }
}
