//! The tenant: partners by id, their children, an index of names; kept in a database if asked for.
//!
//! Every change reaches the database before it is seen here. Must not know: requests, answers, the
//! rules of the service.

use std::collections::HashMap;
use std::sync::Arc;

use super::config::{Config, MAX_TENANT};
use super::db::{Db, Loaded};
use super::device_book::DeviceBook;
use super::error::SandboxError;
use super::partner::{Partner, PartnerView};
use super::tenant::{self, ACCOUNT_ID};
use super::user::User;
use super::user_book::UserBook;

/// A partner with the ids of its children, in the order they came.
#[derive(Debug)]
struct Slot {
    partner: Partner,
    children: Vec<i32>,
}

/// All partners of the pretended service.
#[derive(Debug)]
pub(super) struct Store {
    /// By id; ids are handed out without gaps, so this is dense.
    slots: Vec<Option<Box<Slot>>>,
    names: HashMap<Box<str>, Vec<i32>>,
    devices: DeviceBook,
    users: UserBook,
    /// What changed customers were like, each with since when in Unix seconds.
    versions: HashMap<i32, Vec<(i64, Partner)>>,
    first_new_id: i32,
    seed: u64,
    db: Option<Db>,
}

impl Store {
    /// Opens the tenant: from the database when that holds one, else made up and stored there.
    pub(super) fn open(config: &Config) -> Result<Self, SandboxError> {
        if config.tenant_size > MAX_TENANT {
            return Err(SandboxError::TenantSize {
                wanted: config.tenant_size,
                most: MAX_TENANT,
            });
        }
        let (db, loaded) = match &config.db {
            None => (None, None),
            Some(path) => {
                let mut db = Db::open(path)?;
                // Two programs that begin at once must not both make a tenant up.
                db.begin()?;
                let loaded = db.load()?;
                (Some(db), loaded)
            }
        };
        let mut store = Self {
            slots: Vec::new(),
            names: HashMap::new(),
            devices: DeviceBook::default(),
            users: UserBook::fixed(),
            versions: HashMap::new(),
            first_new_id: 0,
            seed: config.seed,
            db: None,
        };
        let mut db = db;
        let mut settled = Vec::new();
        if let Some(loaded) = loaded {
            settled = store.fill(loaded);
        } else {
            let mut partners = tenant::fixed();
            partners.extend(tenant::customers(
                config.tenant_size,
                config.seed,
                ACCOUNT_ID + 1,
            ));
            let first_new_id = ACCOUNT_ID + 1 + i32::try_from(config.tenant_size).unwrap_or(0);
            let fresh = Loaded {
                partners,
                first_new_id,
                seed: config.seed,
                users: Vec::new(),
                versions: Vec::new(),
            };
            if let Some(db) = &mut db {
                db.store_all(&fresh)?;
            }
            store.fill(fresh);
        }
        store.db = db;
        for id in settled {
            if let Some(partner) = store.slot(id).map(|slot| slot.partner.clone()) {
                store.save(&partner)?;
            }
        }
        store.end()?;
        Ok(store)
    }

    /// Begins a request: other programs that have the same file wait until [`Store::end`], and what they have
    /// changed meanwhile is taken over, so that no id is given twice and nothing of theirs is written over.
    pub(super) fn begin(&mut self) -> Result<(), SandboxError> {
        let Some(db) = &mut self.db else {
            return Ok(());
        };
        if !db.begin()? {
            return Ok(());
        }
        let loaded = db.load()?;
        if let Some(loaded) = loaded {
            self.slots.clear();
            self.names.clear();
            self.devices.clear();
            self.versions.clear();
            self.users = UserBook::fixed();
            self.fill(loaded);
        }
        Ok(())
    }

    /// Ends a request: what it changed is on file.
    pub(super) fn end(&mut self) -> Result<(), SandboxError> {
        self.db.as_mut().map_or(Ok(()), Db::end)
    }

    /// Takes over what was stored; says whose devices had to be completed.
    fn fill(&mut self, loaded: Loaded) -> Vec<i32> {
        self.seed = loaded.seed;
        self.first_new_id = loaded.first_new_id;
        self.names.reserve(loaded.partners.len());
        let ids: Vec<i32> = loaded.partners.iter().map(|partner| partner.id).collect();
        for user in loaded.users {
            self.users.place(Arc::new(user));
        }
        for (at, partner) in loaded.versions {
            self.versions
                .entry(partner.id)
                .or_default()
                .push((at, partner));
        }
        self.devices.go_on_behind(&loaded.partners);
        let mut settled = Vec::new();
        for mut partner in loaded.partners {
            if self.devices.settle(&mut partner) {
                settled.push(partner.id);
            }
            let place = place(partner.id);
            if place >= self.slots.len() {
                self.slots.resize_with(place + 1, || None);
            }
            let children = Vec::new();
            self.slots[place] = Some(Box::new(Slot { partner, children }));
        }
        for id in ids {
            self.link(id);
        }
        settled
    }

    /// The seed the tenant was made from.
    pub(super) fn seed(&self) -> u64 {
        self.seed
    }

    /// All users that were not removed.
    pub(super) fn users(&self) -> impl Iterator<Item = &Arc<User>> {
        self.users.present()
    }

    /// A user that was not removed.
    pub(super) fn user(&self, id: i32) -> Option<&Arc<User>> {
        self.users().find(|user| user.id == id)
    }

    /// An id that no user has or had.
    pub(super) fn new_user_id(&mut self) -> i32 {
        self.users.new_id()
    }

    /// Puts a user in place of the one with its id, or beside the others.
    pub(super) fn keep_user(&mut self, user: User) -> Result<Arc<User>, SandboxError> {
        if let Some(db) = &mut self.db {
            db.store_user(&user)?;
        }
        let user = Arc::new(user);
        self.users.place(Arc::clone(&user));
        Ok(user)
    }

    /// An id that no device has or had.
    pub(super) fn new_account_id(&mut self) -> i32 {
        self.devices.new_id()
    }

    /// Whose a device is.
    pub(super) fn holder(&self, account: i32) -> Option<i32> {
        self.devices.holder(account)
    }

    /// What a customer was like, each with since when; the last is what it is.
    pub(super) fn versions<'a>(&'a self, partner: &'a Partner) -> Vec<(i64, &'a Partner)> {
        match self.versions.get(&partner.id) {
            None => vec![(partner.created, partner)],
            Some(versions) => versions.iter().map(|(at, one)| (*at, one)).collect(),
        }
    }

    /// Puts `partner` in place of the one with its id, and keeps what it was like before.
    pub(super) fn change(&mut self, partner: Partner, at: i64) -> Result<(), SandboxError> {
        let id = partner.id;
        let before = self.get(id).filter(|_| !self.versions.contains_key(&id));
        let first = before.map(|before| (before.created, before.clone()));
        let versions: Vec<_> = first.into_iter().chain([(at, partner.clone())]).collect();
        if let Some(db) = &mut self.db {
            for (at, version) in &versions {
                db.store_version(*at, version)?;
            }
        }
        self.replace(partner)?;
        self.versions.entry(id).or_default().extend(versions);
        Ok(())
    }

    /// The id that the next new partner gets.
    pub(super) fn next_id(&self) -> i32 {
        i32::try_from(self.slots.len()).unwrap_or(i32::MAX)
    }

    fn slot(&self, id: i32) -> Option<&Slot> {
        slot(&self.slots, id)
    }

    fn slot_mut(&mut self, id: i32) -> Option<&mut Slot> {
        self.slots
            .get_mut(usize::try_from(id).ok()?)?
            .as_deref_mut()
    }

    /// A partner that was not removed.
    pub(super) fn get(&self, id: i32) -> Option<&Partner> {
        present(&self.slots, id)
    }

    /// The children of a partner, in the order they came.
    pub(super) fn children(&self, id: i32) -> &[i32] {
        self.slot(id).map_or(&[], |slot| &slot.children)
    }

    /// The ids of all partners with exactly that name, round blanks aside.
    pub(super) fn named(&self, name: &str) -> &[i32] {
        self.names.get(name.trim()).map_or(&[], Vec::as_slice)
    }

    /// Is `id` the partner `top` or somewhere below it?
    pub(super) fn is_within(&self, top: i32, id: i32) -> bool {
        let mut at = id;
        while let Some(partner) = self.get(at) {
            if at == top {
                return true;
            }
            at = partner.parent_id;
        }
        false
    }

    /// Calls `visit` for everything below `id`, parents before children.
    pub(super) fn walk<'a>(&'a self, id: i32, visit: &mut impl FnMut(&'a Partner)) {
        let mut stack: Vec<i32> = self.children(id).iter().rev().copied().collect();
        while let Some(id) = stack.pop() {
            let Some(slot) = self.slot(id) else { continue };
            visit(&slot.partner);
            stack.extend(slot.children.iter().rev());
        }
    }

    /// Adds a partner under a new id, whatever its `id` says.
    pub(super) fn insert(&mut self, mut partner: Partner) -> Result<i32, SandboxError> {
        let id = self.next_id();
        partner.id = id;
        self.save(&partner)?;
        let children = Vec::new();
        self.slots.push(Some(Box::new(Slot { partner, children })));
        self.link(id);
        Ok(id)
    }

    /// Puts `partner` in place of the one with its id; name and parent may differ.
    pub(super) fn replace(&mut self, partner: Partner) -> Result<(), SandboxError> {
        self.save(&partner)?;
        let id = partner.id;
        self.unlink(id);
        if let Some(slot) = self.slot_mut(id) {
            slot.partner = partner;
        }
        self.link(id);
        Ok(())
    }

    /// Takes a partner out of the tree; its id is not used again.
    pub(super) fn remove(&mut self, id: i32) -> Result<(), SandboxError> {
        let Some(slot) = self.slot(id) else {
            return Ok(());
        };
        let mut partner = slot.partner.clone();
        partner.removed = true;
        self.replace(partner)
    }

    /// All partners by id, removed ones and other tenants' included.
    pub(super) fn views(&self) -> Vec<PartnerView> {
        let slots = self.slots.iter().flatten();
        slots
            .map(|slot| {
                let partner = &slot.partner;
                let visible = self.is_within(ACCOUNT_ID, partner.parent_id)
                    || self.is_within(ACCOUNT_ID, partner.id);
                partner.view(partner.id < self.first_new_id, visible)
            })
            .collect()
    }

    fn save(&mut self, partner: &Partner) -> Result<(), SandboxError> {
        match &mut self.db {
            None => Ok(()),
            Some(db) => db.store(partner),
        }
    }

    /// Enters a partner into the index of names and its parent's children.
    fn link(&mut self, id: i32) {
        let Some(partner) = present(&self.slots, id) else {
            return;
        };
        let parent_id = partner.parent_id;
        let name: Box<str> = partner.name.trim().into();
        self.devices.link(partner);
        self.names.entry(name).or_default().push(id);
        if let Some(parent) = self.slot_mut(parent_id) {
            let at = parent.children.partition_point(|child| *child < id);
            parent.children.insert(at, id);
        }
    }

    /// Takes a partner out of the index of names and its parent's children.
    fn unlink(&mut self, id: i32) {
        let Some(partner) = present(&self.slots, id) else {
            return;
        };
        let parent_id = partner.parent_id;
        let name: Box<str> = partner.name.trim().into();
        self.devices.unlink(partner);
        if let Some(ids) = self.names.get_mut(&name) {
            ids.retain(|other| *other != id);
            if ids.is_empty() {
                self.names.remove(&name);
            }
        }
        if let Some(parent) = self.slot_mut(parent_id) {
            parent.children.retain(|child| *child != id);
        }
    }
}

fn slot(slots: &[Option<Box<Slot>>], id: i32) -> Option<&Slot> {
    slots.get(usize::try_from(id).ok()?)?.as_deref()
}

/// A partner that was not removed.
fn present(slots: &[Option<Box<Slot>>], id: i32) -> Option<&Partner> {
    let partner = &slot(slots, id)?.partner;
    (!partner.removed).then_some(partner)
}

fn place(id: i32) -> usize {
    usize::try_from(id).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(size: usize) -> Store {
        let config = Config {
            tenant_size: size,
            ..Config::default()
        };
        Store::open(&config).unwrap()
    }

    fn child(store: &Store, parent_id: i32, name: &str) -> Partner {
        let mut partner = store.get(ACCOUNT_ID).unwrap().clone();
        partner.parent_id = parent_id;
        partner.name = name.into();
        partner
    }

    #[test]
    fn new_ids_follow_the_tenant() {
        let mut store = store(10);
        let id = store.insert(child(&store, ACCOUNT_ID, "New")).unwrap();
        assert_eq!(id, ACCOUNT_ID + 11);
        assert_eq!(store.named("New"), [id]);
        assert_eq!(store.children(ACCOUNT_ID).last(), Some(&id));
        assert!(store.is_within(ACCOUNT_ID, id));
        assert!(!store.is_within(ACCOUNT_ID, 501));
        assert!(!store.views().last().unwrap().original);
    }

    #[test]
    fn moves_and_renames_keep_the_indexes() {
        let mut store = store(0);
        let one = store.insert(child(&store, ACCOUNT_ID, "One")).unwrap();
        let two = store.insert(child(&store, ACCOUNT_ID, "Two")).unwrap();
        let mut moved = store.get(two).unwrap().clone();
        moved.parent_id = one;
        moved.name = "Zwei".into();
        store.replace(moved).unwrap();
        assert_eq!(store.children(ACCOUNT_ID), [one]);
        assert_eq!(store.children(one), [two]);
        assert!(store.named("Two").is_empty());
        assert_eq!(store.named(" Zwei "), [two]);
    }

    #[test]
    fn removed_partners_are_gone_but_counted() {
        let mut store = store(0);
        let one = store.insert(child(&store, ACCOUNT_ID, "One")).unwrap();
        store.remove(one).unwrap();
        assert!(store.get(one).is_none());
        assert!(store.children(ACCOUNT_ID).is_empty());
        assert!(store.named("One").is_empty());
        let next = store.insert(child(&store, ACCOUNT_ID, "One")).unwrap();
        assert_eq!(next, one + 1);
        let views = store.views();
        let view = views.iter().find(|view| view.id == one).unwrap();
        assert!(view.removed && view.visible);
    }

    #[test]
    fn a_walk_meets_parents_first_and_everybody_once() {
        let store = store(300);
        let mut seen = std::collections::HashSet::from([ACCOUNT_ID]);
        store.walk(ACCOUNT_ID, &mut |partner| {
            assert!(seen.contains(&partner.parent_id));
            assert!(seen.insert(partner.id));
        });
        assert_eq!(seen.len(), 301);
    }

    #[test]
    fn two_programs_on_one_file_give_no_id_twice_and_overwrite_nothing() {
        let place = tempfile::tempdir().unwrap();
        let config = Config {
            db: Some(place.path().join("tenant.db")),
            ..Config::default()
        };
        let mut both = [0; 2].map(|_| Store::open(&config).unwrap());
        let mut ids = Vec::new();
        for turn in 0..6 {
            let store = &mut both[turn % 2];
            store.begin().unwrap();
            let new = child(store, ACCOUNT_ID, &format!("Customer {turn}"));
            ids.push(store.insert(new).unwrap());
            store.end().unwrap();
        }
        assert_eq!(ids, (ids[0]..ids[0] + 6).collect::<Vec<_>>());
        let [one, _] = &mut both;
        one.begin().unwrap();
        let mut renamed = one.get(ids[1]).unwrap().clone();
        renamed.name = "Renamed".into();
        one.change(renamed, 5).unwrap();
        one.end().unwrap();
        for store in both.iter_mut().chain([&mut Store::open(&config).unwrap()]) {
            store.begin().unwrap();
            for (turn, id) in ids.iter().enumerate() {
                let name = if turn == 1 {
                    "Renamed".to_owned()
                } else {
                    format!("Customer {turn}")
                };
                assert_eq!(*store.get(*id).unwrap().name, name);
                assert_eq!(store.named(&name), [*id]);
            }
            assert_eq!(store.children(ACCOUNT_ID), ids);
            store.end().unwrap();
        }
    }
}
