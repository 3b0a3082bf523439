//! What an undoing would do, as a value: each customer that the run created or changed, and whether it
//! goes, or gets back what it was. Pure.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::item::{Item, Made, Stand, short_of};
use super::switch::{FoundOnes, SwitchBack, SwitchStand};
use crate::journal::{PlannedRow, Replayed, UndoReplayed};
use crate::model::code;
use crate::model::{
    Operation, Origin, Outcome, Parent, PartnerId, PartnerInfo, Reason, RowIndex, Standing, Update,
};
use crate::plan::{Customer, Shown, TakenBack, Tenant, shown, take_back};
use crate::submit::as_left::{changed, has_customers};
use crate::submit::engine::Devices;

/// How many customers stand how. They add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UndoCounts {
    /// Created by the run.
    pub created: usize,
    /// Changed by the run.
    pub changed: usize,
    /// To be removed.
    pub remove: usize,
    /// To get back what they were.
    pub restore: usize,
    /// Not there any more.
    pub gone: usize,
    /// As they were before the run already.
    pub as_before: usize,
    /// Staying.
    pub keep: usize,
    /// Of those that get back what they were: whose automatic deployment is switched off again.
    pub switch_off: usize,
    /// Of these: for whom nothing else is done.
    pub only_switch: usize,
}

/// What an undoing would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UndoPlan {
    /// The customers that the run created or changed, in the order of the file.
    pub items: Vec<Item>,
    /// The customers whose automatic deployment it has switched on, and that were there before.
    pub switches: Vec<SwitchBack>,
}

impl UndoPlan {
    /// Holds what the journal says was done against the tenant. Devices and what stands below come
    /// afterwards, with [`UndoPlan::with_devices`].
    pub fn new(
        replayed: &Replayed,
        undone: &UndoReplayed,
        tenant: &Tenant,
        found: FoundOnes,
    ) -> Self {
        let rows = replayed.planned.iter().zip(&replayed.progress);
        let items = rows.filter_map(|(planned, standing)| {
            let before = undone.rows.get(planned.row.as_usize());
            let before = before.unwrap_or(&Standing::Pending);
            if let Outcome::Exists(id) = standing.outcome()? {
                let mut item = switched(replayed, planned, *id)?;
                item.stand = stand(&item, before, tenant, found);
                let is_off = replayed.not_switched.contains(&planned.row);
                let deployment = replayed.deployments.get(planned.row.as_usize());
                item.stand = match item.stand {
                    Stand::Keep(_) | Stand::Restore if is_off => Stand::AsBefore,
                    Stand::Keep(why) if why.code == code::FOUND_ONLY.code => {
                        Stand::Keep(SwitchBack::found_only(deployment))
                    }
                    stand => stand,
                };
                return Some(item);
            }
            let operation = planned.action.operation()?;
            let parent = match operation.parent() {
                Parent::Customer(parent) => parent,
                Parent::Row(above) => replayed.progress.get(above.as_usize())?.id()?,
            };
            let (id, origin) = match standing.outcome()? {
                Outcome::Created(id, origin) | Outcome::Updated(id, origin) => (*id, *origin),
                _ => return None,
            };
            let made = match operation {
                Operation::Update {
                    update, partner, ..
                } => Made::Changed {
                    update: Arc::clone(update),
                    back: Box::new(back(update, partner, parent, tenant.get(id.get()))),
                },
                Operation::Create { .. } | Operation::Deploy { .. } | Operation::Remove { .. } => {
                    Made::Created
                }
            };
            let mut item = Item {
                row: planned.row,
                id,
                parent,
                partner: Arc::clone(operation.partner()),
                origin,
                made,
                stand: Stand::Away,
                account: account_of(replayed, planned.row),
            };
            item.stand = stand(&item, before, tenant, found);
            Some(item)
        });
        Self {
            items: items.collect(),
            switches: SwitchBack::of(replayed, undone, tenant, found),
        }
    }

    /// Whether any customer is to be removed, so that devices matter.
    pub fn removes(&self) -> bool {
        self.items.iter().any(|item| item.stand.removes())
    }

    /// The same with what is known of devices; customers that have some stay, and so does everybody who
    /// has somebody below that stays. One that an earlier process may have removed does not stay for
    /// certain: that request may land yet, so its look decides, in its turn.
    #[must_use]
    pub fn with_devices(mut self, devices: &Devices, tenant: &Tenant) -> Self {
        for item in &mut self.items {
            if item.stand == Stand::Remove
                && let Some(mut reason) = devices.against(item.id)
            {
                if let Some(account) = &item.account
                    && reason.message.contains(&**account)
                {
                    reason.message.push_str(
                        ", the default account that came along with it: remove that in the console, \
                         then undo again",
                    );
                }
                item.stand = Stand::Keep(reason);
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
        let mut leaving: HashSet<u64> = self
            .items
            .iter()
            .filter(|item| item.stand.removes() || item.stand.restores() && item.moves_back())
            .map(|item| item.id.get())
            .collect();
        for index in self.leaves_first() {
            let item = &mut self.items[index];
            let id = item.id.get();
            if item.stand != Stand::Remove {
                continue;
            }
            let children = below.get(&id).into_iter().flatten().copied();
            let staying = children.filter(|child| !leaving.contains(&child.id));
            if let Some(reason) = has_customers(staying) {
                leaving.remove(&id);
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

    /// What is done about an item's customer, all that was made of it taken together: one that keeps
    /// what was changed gets something back where its automatic deployment is switched off.
    pub fn deed(&self, item: &Item) -> Deed {
        match item.stand {
            Stand::Remove | Stand::RemoveAgain => Deed::Remove,
            Stand::Restore | Stand::RestoreAgain => Deed::Restore,
            _ if self.switches_off(item) => Deed::Restore,
            Stand::FoundRemoved | Stand::Gone | Stand::Away => Deed::Gone,
            _ if self
                .switch_of(item)
                .is_some_and(|one| one.stays_on().is_some()) =>
            {
                Deed::Keep
            }
            Stand::AsBefore | Stand::Restored => Deed::AsBefore,
            Stand::Keep(_) => Deed::Keep,
        }
    }

    /// Whether automatic deployment of an item's customer is switched off.
    pub fn switches_off(&self, item: &Item) -> bool {
        let alone = item.made == Made::Switched && item.stand.restores();
        alone
            || self
                .switch_of(item)
                .is_some_and(|one| one.stand == SwitchStand::Off)
    }

    /// What becomes of automatic deployment that was switched on beside a change.
    pub fn switch_of(&self, item: &Item) -> Option<&SwitchBack> {
        let place = self.switches.binary_search_by_key(&item.row, |one| one.row);
        place.ok().map(|place| &self.switches[place])
    }

    /// Whether an earlier go has seen to everybody.
    pub fn is_over(&self) -> bool {
        let items = self.items.iter().all(|item| item.stand.is_seen_to());
        let away = |one: &SwitchBack| one.stand == SwitchStand::Away;
        items && self.switches.iter().all(away)
    }

    /// How many customers stand how.
    pub fn counts(&self) -> UndoCounts {
        let mut counts = UndoCounts::default();
        for item in &self.items {
            *match item.made {
                Made::Created => &mut counts.created,
                Made::Changed { .. } | Made::Switched => &mut counts.changed,
            } += 1;
            *match self.deed(item) {
                Deed::Remove => &mut counts.remove,
                Deed::Restore => &mut counts.restore,
                Deed::Gone => &mut counts.gone,
                Deed::AsBefore => &mut counts.as_before,
                Deed::Keep => &mut counts.keep,
            } += 1;
            let switches = self.switches_off(item);
            counts.switch_off += usize::from(switches);
            let nothing_else = item.made == Made::Switched || !item.stand.restores();
            counts.only_switch += usize::from(switches && nothing_else);
        }
        counts
    }
}

/// What is done about a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// It is removed.
    Remove,
    /// It gets back something of what it was.
    Restore,
    /// Nothing: it is no longer there.
    Gone,
    /// Nothing: it is as it was before the run.
    AsBefore,
    /// Nothing: it stays as it is.
    Keep,
}

impl Deed {
    /// The word for people and machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Remove => "remove",
            Self::Restore => "restore",
            Self::Gone => "gone",
            Self::AsBefore => "as before",
            Self::Keep => "keep",
        }
    }
}

/// A customer that was there, and of which the run has switched automatic deployment on.
fn switched(replayed: &Replayed, planned: &PlannedRow, id: PartnerId) -> Option<Item> {
    let deployment = replayed.deployments.get(planned.row.as_usize())?;
    let is_off = replayed.not_switched.contains(&planned.row);
    let origin = SwitchBack::origin(deployment).or(is_off.then_some(Origin::Met))?;
    let parent = match planned.action.parent()? {
        Parent::Customer(parent) => parent,
        Parent::Row(above) => replayed.progress.get(above.as_usize())?.id()?,
    };
    Some(Item {
        row: planned.row,
        id,
        parent,
        partner: Arc::clone(planned.action.partner()?),
        origin,
        made: Made::Switched,
        stand: Stand::Away,
        account: account_of(replayed, planned.row),
    })
}

/// What the account is called that came along with a row's customer.
fn account_of(replayed: &Replayed, row: RowIndex) -> Option<Box<str>> {
    let account = replayed.learnt.get(&row)?.account.as_deref();
    account.map(Box::from)
}

/// What takes a change back, sparing what others have changed since.
fn back(
    update: &Update,
    partner: &PartnerInfo,
    parent: PartnerId,
    customer: Option<&Customer>,
) -> TakenBack {
    let back = take_back(update, partner, parent);
    match customer {
        Some(customer) => back.sparing(parent, partner, customer),
        None => back,
    }
}

impl Item {
    /// The members that get back what they were, as the wire has them.
    pub fn restores(&self) -> Vec<&str> {
        let Made::Changed { update, back } = &self.made else {
            return Vec::new();
        };
        if !self.stand.restores() {
            return Vec::new();
        }
        let stays = [&back.were_empty, &back.not_back];
        let stays = |path: &str| {
            let named = |all: &&Vec<String>| all.iter().any(|one| one == path);
            let others = |one: &String| one.starts_with(path);
            stays.iter().any(named) || back.theirs.iter().any(others)
        };
        let members = update.before.keys().map(String::as_str);
        members.filter(|path| !stays(path)).collect()
    }

    fn moves_back(&self) -> bool {
        matches!(&self.made, Made::Changed { back, .. } if back.parent.is_some())
    }
}

fn stand(item: &Item, before: &Standing, tenant: &Tenant, found: FoundOnes) -> Stand {
    match before.outcome() {
        Some(Outcome::Removed | Outcome::Gone) => return Stand::Away,
        Some(Outcome::Restored) => return Stand::Restored,
        _ => {}
    }
    let open = before.is_open();
    let Some(customer) = tenant.get(item.id.get()) else {
        return match item.made {
            Made::Created if open => Stand::FoundRemoved,
            _ => Stand::Gone,
        };
    };
    if customer.id == tenant.root().id {
        let message = "it is the customer that you log in under";
        return Stand::Keep(Reason::new(&code::LOGGED_IN_UNDER, message));
    }
    if item.origin == Origin::Met && !open && found == FoundOnes::Stay {
        let message = "it was found when the run was continued, without an answer to its request: \
                       somebody else may have done it";
        return Stand::Keep(Reason::new(&code::FOUND_ONLY, message));
    }
    match &item.made {
        Made::Created => match changed(item.parent, &item.partner, customer) {
            // What an earlier process has sent may land yet: the look that comes next decides.
            Some(reason) if !open => Stand::Keep(reason),
            _ if open => Stand::RemoveAgain,
            _ => Stand::Remove,
        },
        Made::Switched if open => Stand::RestoreAgain,
        Made::Switched => Stand::Restore,
        // What can go back has gone back: whatever shows there now is somebody else's.
        Made::Changed { update, back } => match all_but(before) {
            Some(why) => Stand::Keep(why.clone()),
            None => stand_of_change(item, update, back, customer, open),
        },
    }
}

/// What an earlier go has left as it is when it had taken back all that can be.
fn all_but(before: &Standing) -> Option<&Reason> {
    match before.outcome() {
        Some(Outcome::Kept(why))
            if [
                code::WAS_EMPTY.code,
                code::CANNOT_GO_BACK.code,
                code::CHANGED_IN_PART.code,
            ]
            .contains(&&*why.code) =>
        {
            Some(why)
        }
        _ => None,
    }
}

fn stand_of_change(
    item: &Item,
    update: &Update,
    back: &TakenBack,
    customer: &Customer,
    open: bool,
) -> Stand {
    if update.before.is_empty() {
        let message = "the journal does not hold what it was before";
        return Stand::Keep(Reason::new(&code::NOT_KEPT, message));
    }
    let Some(taken_back) = &back.update else {
        return short_of(back).map_or(Stand::AsBefore, Stand::Keep);
    };
    let parent = back.parent.unwrap_or(item.parent);
    match shown(taken_back, Some(parent), &item.partner, customer) {
        Shown::AsWanted => short_of(back).map_or(Stand::AsBefore, Stand::Keep),
        _ if open => Stand::RestoreAgain,
        Shown::AsBefore => Stand::Restore,
        Shown::Otherwise(how) => {
            let message = format!("it was changed again since the run: {how}");
            Stand::Keep(Reason::new(&code::CHANGED_SINCE, message))
        }
    }
}

#[cfg(test)]
mod tests;
