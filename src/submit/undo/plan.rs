//! What an undoing would do, as a value: each customer that the run created, and whether it goes.
//! Pure.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::journal::{Replayed, UndoReplayed};
use crate::model::code;
use crate::model::{
    Operation, Origin, Outcome, Parent, PartnerId, PartnerInfo, Planned, Reason, RowIndex, Standing,
};
use crate::plan::build::differences;
use crate::plan::{Customer, Tenant};

impl Reason {
    /// Devices are on it.
    pub fn devices(names: &[String]) -> Self {
        let first = names.first().map_or("", String::as_str);
        let message = match names.len() {
            1 => format!("it has a device: \"{first}\""),
            count => format!("it has {count} devices, \"{first}\" among them"),
        };
        Self::new(&code::HAS_DEVICES, message)
    }

    /// Customers stand below it that stay.
    pub fn customers<'a>(names: impl IntoIterator<Item = &'a Customer>) -> Option<Self> {
        let mut names = names.into_iter();
        let first = names.next()?.shown();
        let message = match names.count() {
            0 => format!("customer {first} stands below it"),
            1 => format!("customer {first} and another one stand below it"),
            more => format!("customer {first} and {more} others stand below it"),
        };
        Some(Self::new(&code::HAS_CUSTOMERS, message))
    }
}

/// A customer that the run created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The data row.
    pub row: RowIndex,
    /// The customer's id.
    pub id: PartnerId,
    /// Below whom it was created.
    pub parent: PartnerId,
    /// As what it was created.
    pub partner: Arc<PartnerInfo>,
    /// How it is known that the run has created it.
    pub origin: Origin,
    /// Whether it goes.
    pub stand: Stand,
}

/// Whether a customer goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stand {
    /// It goes.
    Remove,
    /// It goes, unless a request of an earlier process has done it, or does so yet.
    RemoveAgain,
    /// A request of an earlier process has removed it, and its answer was lost.
    FoundRemoved,
    /// Somebody else has removed it.
    Gone,
    /// It stays.
    Keep(Reason),
    /// An earlier go at it has seen to it.
    Away,
}

impl Stand {
    /// Whether a request is to be sent for it.
    pub fn goes(&self) -> bool {
        matches!(self, Self::Remove | Self::RemoveAgain)
    }
}

impl Item {
    /// What speaks against removing it, of what can be seen of it alone.
    pub fn changed(&self, customer: &Customer) -> Option<Reason> {
        if customer.parent != self.parent.get() {
            let message = format!(
                "it was moved: it stands below id {} instead of {}",
                customer.parent, self.parent
            );
            return Some(Reason::new(&code::MOVED, message));
        }
        for one in differences(&self.partner, customer) {
            let code = match one.member {
                "Name" => &code::RENAMED,
                "ExternalCode" => &code::CODE_CHANGED,
                "Level" => &code::LEVEL_CHANGED,
                _ => continue,
            };
            let message = format!(
                "{} is \"{}\" instead of \"{}\"",
                one.member, one.tenant, one.row
            );
            return Some(Reason::new(code, message));
        }
        let external = customer.external_code.trim();
        let got_one = self.partner.external_code.is_none() && !external.is_empty();
        got_one.then(|| {
            let message = format!("ExternalCode is \"{external}\", and the run gave it none");
            Reason::new(&code::CODE_CHANGED, message)
        })
    }
}

/// How many customers stand how. They add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UndoCounts {
    /// Created by the run.
    pub created: usize,
    /// To be removed.
    pub remove: usize,
    /// Not there any more, or seen to by an earlier go.
    pub gone: usize,
    /// Staying.
    pub keep: usize,
}

/// What an undoing would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UndoPlan {
    /// The customers that the run created, in the order of the file.
    pub items: Vec<Item>,
}

impl UndoPlan {
    /// Holds what the journal says was created against the tenant. Devices and what stands below
    /// come afterwards, with [`UndoPlan::with_devices`].
    pub fn new(replayed: &Replayed, undone: &UndoReplayed, tenant: &Tenant) -> Self {
        let rows = replayed.planned.iter().zip(&replayed.progress);
        let items = rows.filter_map(|(planned, progress)| {
            let (
                Planned::Send(Operation::Create {
                    parent, partner, ..
                }),
                Standing::Ended(Outcome::Created(id, origin)),
            ) = (&planned.action, progress)
            else {
                return None;
            };
            let parent = match parent {
                Parent::Customer(parent) => *parent,
                Parent::Row(above) => replayed.progress.get(above.as_usize())?.id()?,
            };
            let mut item = Item {
                row: planned.row,
                id: *id,
                parent,
                partner: partner.clone(),
                origin: *origin,
                stand: Stand::Away,
            };
            let before = undone.rows.get(planned.row.as_usize());
            item.stand = stand(&item, before.unwrap_or(&Standing::Pending), tenant);
            Some(item)
        });
        Self {
            items: items.collect(),
        }
    }

    /// The customers whose devices are to be looked for.
    pub fn going(&self) -> impl Iterator<Item = PartnerId> {
        let going = self.items.iter().filter(|item| item.stand.goes());
        going.map(|item| item.id)
    }

    /// The same with the names of devices by customer; customers that have some stay, and so does
    /// everybody who has somebody below that stays.
    #[must_use]
    pub fn with_devices(
        mut self,
        devices: &HashMap<PartnerId, Vec<String>>,
        tenant: &Tenant,
    ) -> Self {
        for item in &mut self.items {
            let names = devices.get(&item.id).filter(|names| !names.is_empty());
            if let Some(names) = names
                && item.stand.goes()
            {
                item.stand = Stand::Keep(Reason::devices(names));
            }
        }
        self.keep_ancestors(tenant);
        self
    }

    fn keep_ancestors(&mut self, tenant: &Tenant) {
        let mut below: HashMap<u64, Vec<&Customer>> = HashMap::new();
        for customer in tenant.customers() {
            below.entry(customer.parent).or_default().push(customer);
        }
        let mut going: HashSet<u64> = self.going().map(PartnerId::get).collect();
        for index in self.leaves_first() {
            let item = &mut self.items[index];
            let id = item.id.get();
            if !item.stand.goes() {
                continue;
            }
            let children = below.get(&id).into_iter().flatten().copied();
            let staying = children.filter(|child| !going.contains(&child.id));
            if let Some(reason) = Reason::customers(staying) {
                going.remove(&id);
                item.stand = Stand::Keep(reason);
            }
        }
    }

    /// Places of the items, everybody before its parent.
    pub fn leaves_first(&self) -> Vec<usize> {
        let parents: HashMap<PartnerId, PartnerId> = self
            .items
            .iter()
            .map(|item| (item.id, item.parent))
            .collect();
        let depth = |item: &Item| {
            // What a journal says is no circle; a damaged one must not make this endless.
            let above = std::iter::successors(Some(item.id), |id| parents.get(id).copied());
            above.take(parents.len() + 1).count()
        };
        let mut places: Vec<usize> = (0..self.items.len()).collect();
        places.sort_by_cached_key(|place| std::cmp::Reverse(depth(&self.items[*place])));
        places
    }

    /// How many customers stand how.
    pub fn counts(&self) -> UndoCounts {
        let mut counts = UndoCounts {
            created: self.items.len(),
            ..UndoCounts::default()
        };
        for item in &self.items {
            *match item.stand {
                Stand::Remove | Stand::RemoveAgain => &mut counts.remove,
                Stand::FoundRemoved | Stand::Gone | Stand::Away => &mut counts.gone,
                Stand::Keep(_) => &mut counts.keep,
            } += 1;
        }
        counts
    }
}

fn stand(item: &Item, before: &Standing, tenant: &Tenant) -> Stand {
    if before.is_away() {
        return Stand::Away;
    }
    let open = matches!(before, Standing::Open { .. });
    let Some(customer) = tenant.get(item.id.get()) else {
        return if open {
            Stand::FoundRemoved
        } else {
            Stand::Gone
        };
    };
    if customer.id == tenant.root().id {
        let message = "it is the customer one logs in under";
        return Stand::Keep(Reason::new(&code::LOGGED_IN_UNDER, message));
    }
    if item.origin == Origin::Met && !open {
        let message = "it was found when the run was continued, and no answer told of it: somebody \
                       else may have created it";
        return Stand::Keep(Reason::new(&code::FOUND_ONLY, message));
    }
    match item.changed(customer) {
        // What an earlier process has sent may land yet: the look that comes next decides.
        Some(reason) if !open => Stand::Keep(reason),
        _ if open => Stand::RemoveAgain,
        _ => Stand::Remove,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::PlannedRow;
    use crate::model::{CustomerName, DefaultAccount, Level, Text};

    fn id(number: u32) -> PartnerId {
        PartnerId::from_number(number.into()).unwrap()
    }

    /// Rows as (name, code, parent row); row n has id 10 + n, those without a parent stand below 1.
    fn run(rows: &[(&str, &str, Option<u32>)]) -> Replayed {
        let mut replayed = Replayed::default();
        for (number, (name, code, parent)) in (0..).zip(rows) {
            let mut partner = PartnerInfo::named(CustomerName::parse(name).unwrap());
            partner.external_code = Text::parse(code).ok();
            partner.level = Some(Level::EndCustomer);
            let parent = match parent {
                Some(row) => Parent::Row(RowIndex(*row)),
                None => Parent::Customer(id(1)),
            };
            replayed.planned.push(PlannedRow {
                row: RowIndex(number),
                action: Planned::Send(Operation::Create {
                    parent,
                    partner: Arc::new(partner),
                    account: DefaultAccount::None,
                }),
                code: String::new(),
                message: String::new(),
            });
            replayed.progress.push(Standing::Ended(Outcome::Created(
                id(10 + number),
                Origin::Answered,
            )));
        }
        replayed
    }

    fn customer(number: u64, parent: u64, name: &str, code: &str) -> Customer {
        Customer {
            id: number,
            parent,
            name: name.into(),
            level: "EndCustomer".into(),
            external_code: code.into(),
            ..Customer::default()
        }
    }

    fn tenant(below: &[Customer]) -> Tenant {
        Tenant::new(customer(1, 0, "Root", ""), below.iter().cloned())
    }

    fn codes(plan: &UndoPlan) -> Vec<&str> {
        let code = |item: &Item| match &item.stand {
            Stand::Remove => "remove",
            Stand::RemoveAgain => "again",
            Stand::FoundRemoved => "found",
            Stand::Gone => "gone",
            Stand::Away => "away",
            Stand::Keep(reason) => match reason.code.as_str() {
                "renamed" => "renamed",
                "moved" => "moved",
                "code-changed" => "code-changed",
                "level-changed" => "level-changed",
                "has-customers" => "has-customers",
                "has-devices" => "has-devices",
                _ => "other",
            },
        };
        plan.items.iter().map(code).collect()
    }

    fn planned(replayed: &Replayed, undone: &UndoReplayed, tenant: &Tenant) -> UndoPlan {
        UndoPlan::new(replayed, undone, tenant).with_devices(&HashMap::new(), tenant)
    }

    #[test]
    fn what_was_changed_stays() {
        let replayed = run(&[
            ("Same", "C-0", None),
            ("Name", "", None),
            ("Parent", "", None),
            ("Code", "C-3", None),
            ("New code", "", None),
            ("Level", "", None),
            ("Gone", "", None),
        ]);
        let mut level = customer(15, 1, "Level", "");
        level.level = "Site".into();
        let tenant = tenant(&[
            customer(10, 1, "Same ", "C-0"),
            customer(11, 1, "Other", ""),
            customer(12, 99, "Parent", ""),
            customer(13, 1, "Code", "C-4"),
            customer(14, 1, "New code", "PSA-1"),
            level,
        ]);
        let plan = planned(&replayed, &UndoReplayed::default(), &tenant);
        assert_eq!(
            codes(&plan),
            [
                "remove",
                "renamed",
                "moved",
                "code-changed",
                "code-changed",
                "level-changed",
                "gone"
            ]
        );
        let counts = plan.counts();
        assert_eq!(
            (counts.created, counts.remove, counts.gone, counts.keep),
            (7, 1, 1, 5)
        );
    }

    #[test]
    fn who_has_somebody_below_that_stays_stays_too() {
        let replayed = run(&[
            ("Top", "", None),
            ("Middle", "", Some(0)),
            ("Leaf", "", Some(1)),
            ("Other leaf", "", Some(1)),
            ("Beside", "", Some(0)),
            ("Alone", "", None),
        ]);
        let mut there = vec![
            customer(10, 1, "Top", ""),
            customer(11, 10, "Middle", ""),
            customer(12, 11, "Leaf", ""),
            customer(13, 11, "Other leaf", ""),
            customer(14, 10, "Beside", ""),
            customer(15, 1, "Alone", ""),
        ];
        let none = UndoReplayed::default();
        let plan = planned(&replayed, &none, &tenant(&there));
        assert_eq!(codes(&plan), ["remove"; 6]);
        assert_eq!(plan.leaves_first()[..2], [2, 3]);

        let devices = HashMap::from([(id(12), vec!["srv".to_owned()])]);
        let all = tenant(&there);
        let plan = UndoPlan::new(&replayed, &none, &all).with_devices(&devices, &all);
        let kept = "has-customers";
        assert_eq!(
            codes(&plan),
            [kept, kept, "has-devices", "remove", "remove", "remove"]
        );

        there.push(customer(99, 15, "Stranger", ""));
        let plan = planned(&replayed, &none, &tenant(&there));
        assert_eq!(codes(&plan)[5], kept);
        let Stand::Keep(reason) = &plan.items[5].stand else {
            panic!("it stays");
        };
        assert_eq!(
            reason.message,
            "customer \"Stranger\" (id 99) stands below it"
        );
    }

    #[test]
    fn what_an_earlier_process_did_counts() {
        let replayed = run(&[("A", "", None), ("B", "", None), ("C", "", None)]);
        let open = Standing::Open {
            message: String::new(),
        };
        let undone = UndoReplayed {
            state: None,
            rows: vec![open.clone(), open, Standing::Ended(Outcome::Removed)],
        };
        let tenant = tenant(&[customer(10, 1, "Renamed meanwhile", "")]);
        let plan = planned(&replayed, &undone, &tenant);
        assert_eq!(codes(&plan), ["again", "found", "away"]);
    }

    #[test]
    fn only_what_this_run_created_is_looked_at() {
        let mut replayed = run(&[("A", "", None), ("B", "", None), ("C", "", None)]);
        replayed.progress[0] = Standing::Ended(Outcome::Exists(id(10)));
        replayed.progress[1] = Standing::Open {
            message: String::new(),
        };
        let tenant = tenant(&[
            customer(10, 1, "A", ""),
            customer(11, 1, "B", ""),
            customer(12, 1, "C", ""),
        ]);
        let plan = planned(&replayed, &UndoReplayed::default(), &tenant);
        let rows: Vec<u32> = plan.items.iter().map(|item| item.row.0).collect();
        assert_eq!(rows, [2]);
    }
}
