//! Which row has which customer and which name, while a plan is made.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::model::RowIndex;

/// What rows have so far: each customer belongs to the first that comes.
pub(super) struct Taken<'a> {
    /// By the customers' places in the tenant.
    customers: Vec<Option<RowIndex>>,
    names: HashMap<(Below, &'a str), Holder, RandomState>,
    /// Rows whose customers are there, before the first of another kind: they are told apart by their customers,
    /// so that nobody asks for their names. Where all of a long list are there, nobody ever does.
    without_names: Vec<(RowIndex, Below)>,
    /// Whether a row has come whose customer is not there.
    are_asked: bool,
}

/// Below whom a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Below {
    Customer(u64),
    NewRow(RowIndex),
}

/// The row that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Holder {
    pub(super) row: RowIndex,
    /// Whether its customer already exists.
    pub(super) is_there: bool,
}

impl<'a> Taken<'a> {
    /// None yet, in a tenant of so many customers.
    pub(super) fn in_tenant(customers: usize) -> Self {
        Self {
            customers: vec![None; customers],
            names: HashMap::default(),
            without_names: Vec::new(),
            are_asked: false,
        }
    }

    /// The row that has the customer at this place of the tenant.
    pub(super) fn owner(&self, place: usize) -> Option<RowIndex> {
        self.customers.get(place).copied().flatten()
    }

    /// Gives a row the customer at this place of the tenant.
    pub(super) fn own(&mut self, place: usize, row: RowIndex) {
        if let Some(owner) = self.customers.get_mut(place) {
            *owner = Some(row);
        }
    }

    /// The row that has the name; where `is_there` says that the asking row's customer is there, only one whose
    /// own is not. `name_of` is the name of a row, and of `rows` there are so many.
    pub(super) fn holder(
        &mut self,
        (below, name): (Below, &'a str),
        is_there: bool,
        (rows, name_of): (usize, impl Fn(RowIndex) -> &'a str),
    ) -> Option<RowIndex> {
        if is_there && !self.are_asked {
            return None;
        }
        if !self.are_asked {
            self.are_asked = true;
            // Names that are many are not hashed again and again.
            self.names.reserve(rows);
            for (row, below) in std::mem::take(&mut self.without_names) {
                self.hold(
                    (below, name_of(row)),
                    Holder {
                        row,
                        is_there: true,
                    },
                );
            }
        }
        // Two customers of one name can be already there; they are told apart by their ids.
        let holder = self.names.get(&(below, name));
        let holder = holder.filter(|other| !(other.is_there && is_there));
        holder.map(|other| other.row)
    }

    /// Gives a row the name, unless another has it.
    pub(super) fn hold(&mut self, (below, name): (Below, &'a str), holder: Holder) {
        if self.are_asked {
            self.names.entry((below, name)).or_insert(holder);
        } else {
            self.without_names.push((holder.row, below));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_rows_that_are_there_count_for_the_first_that_is_not() {
        let names = ["Acme", "Zeus", "Acme"];
        let name_of = |row: RowIndex| names[row.as_usize()];
        let below = Below::Customer(10);
        let mut taken = Taken::in_tenant(3);
        let there = |row| Holder {
            row: RowIndex(row),
            is_there: true,
        };
        for row in 0..3 {
            let name = (below, name_of(RowIndex(row)));
            let holder = taken.holder(name, true, (3, name_of));
            assert_eq!(
                holder, None,
                "customers that are there are told apart by their ids"
            );
            taken.hold(name, there(row));
        }
        let mut asked = |below, name| taken.holder((below, name), false, (3, name_of));
        assert_eq!(asked(below, "Acme"), Some(RowIndex(0)), "the first has it");
        assert_eq!(asked(below, "Zeus"), Some(RowIndex(1)));
        assert_eq!(asked(below, "Ares"), None);
        assert_eq!(asked(Below::NewRow(RowIndex(0)), "Acme"), None);
        // From here on names are told at once.
        let new = Holder {
            row: RowIndex(7),
            is_there: false,
        };
        taken.hold((below, "Ares"), new);
        let holder = taken.holder((below, "Ares"), true, (3, name_of));
        assert_eq!(holder, Some(RowIndex(7)));
    }
}
