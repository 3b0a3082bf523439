//! Customers whose texts are alike, found by a text.

use std::collections::HashMap;
use std::hash::BuildHasher;

use foldhash::fast::RandomState;

use crate::check::alike;

/// Customers by a text of theirs as [`alike`] has it. Such texts are not kept, which would cost as much
/// as the customers: a group is found by its text's hash, and known by its first customer's.
#[derive(Debug, Default)]
pub(super) struct Groups {
    hashing: RandomState,
    by_hash: HashMap<u64, Group, RandomState>,
    /// Who comes after each customer in its group.
    next: Vec<u32>,
}

/// Customers whose texts are alike, in the order in which they were told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    first: u32,
    last: u32,
    pub(super) count: u32,
}

/// Nobody comes next.
const NOBODY: u32 = u32::MAX;

impl Groups {
    /// None yet, with room for so many customers of so many texts.
    pub(super) fn with_room(customers: usize, texts: usize) -> Self {
        let mut groups = Self::default();
        groups.next.reserve_exact(customers);
        groups.by_hash.reserve(texts);
        groups
    }

    /// Takes the next customer. `of` is the text of an earlier one.
    pub(super) fn add<'a>(&mut self, index: u32, text: &str, of: impl Fn(u32) -> &'a str) {
        self.next.push(NOBODY);
        let (hash, found) = self.look(text, of);
        let group = found.map_or(
            Group {
                first: index,
                last: index,
                count: 1,
            },
            |group| {
                self.next[group.last as usize] = index;
                Group {
                    last: index,
                    count: group.count + 1,
                    ..group
                }
            },
        );
        self.by_hash.insert(hash, group);
    }

    /// The same where not every customer has such a text.
    pub(super) fn add_filled<'a>(&mut self, index: u32, text: &str, of: impl Fn(u32) -> &'a str) {
        if text.trim().is_empty() {
            self.next.push(NOBODY);
        } else {
            self.add(index, text, of);
        }
    }

    pub(super) fn get<'a>(&self, text: &str, of: impl Fn(u32) -> &'a str) -> Option<Group> {
        self.look(text, of).1
    }

    /// The text's group, or where it would stand: two texts may have one hash, and then the second
    /// group stands under the next one.
    fn look<'a>(&self, text: &str, of: impl Fn(u32) -> &'a str) -> (u64, Option<Group>) {
        let folded = alike(text);
        let mut hash = self.hashing.hash_one(&folded);
        loop {
            let found = self.by_hash.get(&hash).copied();
            let is_it = |group: Group| {
                let first = of(group.first);
                first == text || alike(first) == folded
            };
            match found {
                Some(group) if !is_it(group) => hash = hash.wrapping_add(1),
                found => return (hash, found),
            }
        }
    }

    pub(super) fn members(&self, group: Group) -> impl Iterator<Item = u32> {
        let after = |one: &u32| self.next.get(*one as usize).copied();
        std::iter::successors(Some(group.first), after).take_while(|one| *one != NOBODY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_one_hash_are_told_apart_and_keep_their_order() {
        let names = ["Acme", "ACME ", "Zeus", "acme"];
        let mut groups = Groups::default();
        for (index, name) in (0..).zip(names) {
            groups.add(index, name, |one| names[one as usize]);
        }
        let members = |groups: &Groups, name: &str| -> Vec<u32> {
            let group = groups.get(name, |one| names[one as usize]);
            group
                .into_iter()
                .flat_map(|one| groups.members(one))
                .collect()
        };
        assert_eq!(members(&groups, "aCme"), [0, 1, 3]);
        // As if the hash of another name were that of the first group.
        let (hash, acme) = groups.look("acme", |one| names[one as usize]);
        let other = groups.hashing.hash_one(alike("Zeus"));
        let zeus = groups.by_hash.remove(&other).unwrap();
        groups.by_hash.insert(other, acme.unwrap());
        groups.by_hash.insert(other.wrapping_add(1), zeus);
        assert_ne!(hash, other);
        assert_eq!(members(&groups, "ZEUS"), [2]);
        assert_eq!(members(&groups, "Ares"), [] as [u32; 0]);
    }
}
