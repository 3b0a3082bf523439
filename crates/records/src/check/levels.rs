//! The rows' levels as far as the list tells: given in a cell, or derived from a parent that is a
//! row as well. What stands in the tenant counts more; the plan knows it.

use super::parents::Target;
use super::rows::Rows;
use crate::model::{Level, LevelChoice, PartnerId, RowIndex};

/// A row's level as far as the list tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InList {
    /// It is this one.
    Known(Level),
    /// It depends on a customer of the tenant.
    Open,
    /// It is to be derived below a Site.
    BelowSite,
}

/// Where levels that are to be derived from the parent's are held against the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Deriving {
    /// Here, as far as the list tells.
    #[default]
    Offline,
    /// In the plan that follows, which knows the levels of the tenant.
    InPlan,
}

/// The levels of all rows.
#[derive(Debug)]
pub(super) struct Levels {
    /// Empty where no row's level is derived.
    derived: Vec<InList>,
}

/// How many rows get their level from a parent, by what is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Derived {
    pub(super) end_customers: usize,
    pub(super) sites: usize,
    /// The parent is not in the list.
    pub(super) open: usize,
}

impl Levels {
    /// Works them out, each row after the row it stands below; no recursion.
    pub(super) fn of(rows: &Rows, targets: &[Target]) -> Self {
        let choices = || rows.facts.iter().map(|facts| facts.level);
        if !choices().any(|choice| choice == LevelChoice::Derived) {
            return Self {
                derived: Vec::new(),
            };
        }
        let mut walk = Walk::new(rows, targets);
        for row in 0..rows.len() {
            walk.settle(row);
        }
        let levels = walk.levels.into_iter();
        Self {
            derived: levels.map(|level| level.unwrap_or(InList::Open)).collect(),
        }
    }

    /// The level of a row that gives it, or whose level is derived.
    pub(super) fn of_row(&self, rows: &Rows, row: u32) -> InList {
        match rows.facts[row as usize].level {
            LevelChoice::Given(level) => InList::Known(level),
            LevelChoice::Unsaid | LevelChoice::Derived => {
                let derived = self.derived.get(row as usize);
                derived.copied().unwrap_or(InList::Open)
            }
        }
    }

    /// The level of a row as far as the check may count on it: what is derived, only where no plan
    /// follows, which would know better.
    pub(super) fn counting(&self, rows: &Rows, row: u32, deriving: Deriving) -> InList {
        match (deriving, rows.facts[row as usize].level) {
            (Deriving::Offline, _) => self.of_row(rows, row),
            (Deriving::InPlan, LevelChoice::Given(level)) => InList::Known(level),
            (Deriving::InPlan, LevelChoice::Unsaid | LevelChoice::Derived) => InList::Open,
        }
    }

    /// The same, where it is a level.
    pub(super) fn known(&self, rows: &Rows, row: u32, deriving: Deriving) -> Option<Level> {
        match self.counting(rows, row, deriving) {
            InList::Known(level) => Some(level),
            InList::Open | InList::BelowSite => None,
        }
    }

    /// How many rows that would be sent get their level from a parent.
    pub(super) fn counted(&self, rows: &Rows, sent: impl Fn(RowIndex) -> bool) -> Derived {
        let mut counted = Derived::default();
        for (row, level) in (0..).zip(&self.derived) {
            if rows.facts[row as usize].level != LevelChoice::Derived || !sent(RowIndex(row)) {
                continue;
            }
            match level {
                InList::Known(Level::Site) => counted.sites += 1,
                InList::Known(_) => counted.end_customers += 1,
                InList::Open | InList::BelowSite => counted.open += 1,
            }
        }
        counted
    }
}

struct Walk<'a> {
    rows: &'a Rows,
    targets: &'a [Target],
    ids: Vec<(PartnerId, u32)>,
    imported: Vec<u32>,
    levels: Vec<Option<InList>>,
    path: Vec<u32>,
}

impl<'a> Walk<'a> {
    fn new(rows: &'a Rows, targets: &'a [Target]) -> Self {
        let mut ids = rows.ids.clone();
        ids.sort_unstable();
        let mut imported: Vec<u32> = ids.iter().map(|(_, row)| *row).collect();
        imported.sort_unstable();
        Self {
            rows,
            targets,
            ids,
            imported,
            levels: vec![None; targets.len()],
            path: Vec::new(),
        }
    }

    /// What the row's own cells settle. A customer that already exists keeps the level it has.
    fn own(&self, row: u32) -> Option<InList> {
        match self.rows.facts[row as usize].level {
            LevelChoice::Given(level) => Some(InList::Known(level)),
            LevelChoice::Unsaid => Some(InList::Open),
            LevelChoice::Derived if self.imported.binary_search(&row).is_ok() => Some(InList::Open),
            LevelChoice::Derived => None,
        }
    }

    fn parent(&self, row: u32) -> Option<u32> {
        match self.targets[row as usize] {
            Target::Row(parent) => Some(parent),
            Target::Id(id) => by_id(&self.ids, id),
            Target::Default | Target::Named | Target::Wrong => None,
        }
    }

    fn settle(&mut self, row: u32) {
        self.path.clear();
        let mut at = row;
        let mut level = loop {
            if let Some(level) = self.levels[at as usize].or_else(|| self.own(at)) {
                self.levels[at as usize] = Some(level);
                break level;
            }
            self.path.push(at);
            // A circle, which has an error of its own, comes back here and finds this.
            self.levels[at as usize] = Some(InList::Open);
            let Some(parent) = self.parent(at) else {
                self.path.pop();
                break InList::Open;
            };
            at = parent;
        };
        for row in self.path.iter().rev() {
            level = match level {
                InList::Known(parent) => {
                    Level::derived_below(parent).map_or(InList::BelowSite, InList::Known)
                }
                // A row below one with an error is blocked by it.
                InList::Open | InList::BelowSite => InList::Open,
            };
            self.levels[*row as usize] = Some(level);
        }
    }
}

/// The row whose ID cell holds `id`; `ids` are sorted.
pub(super) fn by_id(ids: &[(PartnerId, u32)], id: PartnerId) -> Option<u32> {
    let at = ids.binary_search_by_key(&id, |(of, _)| *of).ok()?;
    Some(ids[at].1)
}
