//! Names and external codes of a whole file, each text once: which row has it, and which texts are
//! alike but for case and spaces.
//!
//! One arena of text, one open-addressed table of hashes: some 60 bytes a name, no allocation each.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

use super::text::fold_name;

/// A text in [`Keys`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key(u32);

impl Key {
    /// No text.
    pub(super) const NONE: Self = Self(u32::MAX);

    /// The text, unless it is [`Key::NONE`].
    pub(super) fn some(self) -> Option<Self> {
        (self != Self::NONE).then_some(self)
    }
}

const NO_ROW: u32 = u32::MAX;

#[derive(Debug, Clone, Copy)]
struct Entry {
    start: u32,
    length: u32,
    /// The next text of the ring of those that fold alike.
    alike: u32,
    name_row: u32,
    code_row: u32,
    repeated: u8,
}

const NAME_TWICE: u8 = 1;
const CODE_TWICE: u8 = 2;

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    hash: u32,
    /// The entry's number plus one; 0 when the slot is free.
    entry: u32,
}

/// What became of a row's text when it was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Added {
    /// The first row with it.
    First,
    /// An earlier row has it.
    Again {
        /// That row.
        first: u32,
    },
}

/// The texts.
#[derive(Debug)]
pub(super) struct Keys {
    text: String,
    entries: Vec<Entry>,
    slots: Vec<Slot>,
    folded: Vec<u8>,
    hasher: FixedState,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            text: String::new(),
            entries: Vec::new(),
            slots: vec![Slot::default(); 1024],
            folded: Vec::new(),
            hasher: FixedState::default(),
        }
    }
}

impl Keys {
    /// The key of `text`, which is not empty.
    pub(super) fn intern(&mut self, text: &str) -> Key {
        fold_name(text, &mut self.folded);
        let hash = short_hash(&self.hasher, &self.folded);
        if self.entries.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let (slot, head) = self.find(hash, text);
        match head {
            Found::Same(entry) => Key(entry),
            Found::Alike(first) => {
                let next = self.entries[first as usize].alike;
                let entry = self.add(text, next);
                self.entries[first as usize].alike = entry;
                Key(entry)
            }
            Found::Nothing => {
                let entry = self.add(text, u32::MAX);
                self.entries[entry as usize].alike = entry;
                self.slots[slot] = Slot {
                    hash,
                    entry: entry + 1,
                };
                Key(entry)
            }
        }
    }

    /// Says that `row` has this name.
    pub(super) fn add_name(&mut self, key: Key, row: u32) -> Added {
        let entry = &mut self.entries[key.0 as usize];
        if entry.name_row == NO_ROW {
            entry.name_row = row;
            return Added::First;
        }
        entry.repeated |= NAME_TWICE;
        Added::Again {
            first: entry.name_row,
        }
    }

    /// Says that `row` has this external code.
    pub(super) fn add_code(&mut self, key: Key, row: u32) -> Added {
        let entry = &mut self.entries[key.0 as usize];
        if entry.code_row == NO_ROW {
            entry.code_row = row;
            return Added::First;
        }
        entry.repeated |= CODE_TWICE;
        Added::Again {
            first: entry.code_row,
        }
    }

    /// The first row with this name.
    pub(super) fn name_row(&self, key: Key) -> Option<u32> {
        row_of(self.entries[key.0 as usize].name_row)
    }

    /// The first row with this external code.
    pub(super) fn code_row(&self, key: Key) -> Option<u32> {
        row_of(self.entries[key.0 as usize].code_row)
    }

    /// Whether several rows have this text as their name, or as their code.
    pub(super) fn is_repeated(&self, key: Key) -> bool {
        self.entries[key.0 as usize].repeated != 0
    }

    /// The text.
    pub(super) fn text(&self, key: Key) -> &str {
        let entry = &self.entries[key.0 as usize];
        &self.text[entry.start as usize..(entry.start + entry.length) as usize]
    }

    /// Other texts that differ from this one in case and spaces only.
    pub(super) fn alike(&self, key: Key) -> impl Iterator<Item = Key> {
        let mut at = self.entries[key.0 as usize].alike;
        std::iter::from_fn(move || {
            (at != key.0).then(|| {
                let found = Key(at);
                at = self.entries[at as usize].alike;
                found
            })
        })
    }

    /// Every text.
    pub(super) fn all(&self) -> impl Iterator<Item = Key> {
        (0..u32::try_from(self.entries.len()).unwrap_or(u32::MAX)).map(Key)
    }

    fn find(&self, hash: u32, text: &str) -> (usize, Found) {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            let found = self.slots[slot];
            if found.entry == 0 {
                return (slot, Found::Nothing);
            }
            if found.hash == hash {
                let first = found.entry - 1;
                if let Some(found) = self.find_in_ring(first, text) {
                    return (slot, found);
                }
            }
            slot = (slot + 1) & mask;
        }
    }

    /// The text in the ring that `first` belongs to; `None` when the ring folds to something else.
    fn find_in_ring(&self, first: u32, text: &str) -> Option<Found> {
        let mut at = first;
        loop {
            if self.text(Key(at)) == text {
                return Some(Found::Same(at));
            }
            at = self.entries[at as usize].alike;
            if at == first {
                break;
            }
        }
        let mut folded = Vec::new();
        fold_name(self.text(Key(first)), &mut folded);
        (folded == self.folded).then_some(Found::Alike(first))
    }

    fn add(&mut self, text: &str, alike: u32) -> u32 {
        let start = u32::try_from(self.text.len()).expect("names of a file fit into 4 GiB");
        let number = u32::try_from(self.entries.len()).expect("fewer than 2^32 names");
        self.text.push_str(text);
        self.entries.push(Entry {
            start,
            length: u32::try_from(text.len()).expect("a cell fits into 4 GiB"),
            alike,
            name_row: NO_ROW,
            code_row: NO_ROW,
            repeated: 0,
        });
        number
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 2 - 1;
        let mut slots = vec![Slot::default(); mask + 1];
        for old in self.slots.iter().filter(|slot| slot.entry != 0) {
            let mut at = old.hash as usize & mask;
            while slots[at].entry != 0 {
                at = (at + 1) & mask;
            }
            slots[at] = *old;
        }
        self.slots = slots;
    }
}

enum Found {
    Same(u32),
    Alike(u32),
    Nothing,
}

fn row_of(row: u32) -> Option<u32> {
    (row != NO_ROW).then_some(row)
}

fn short_hash(hasher: &FixedState, folded: &[u8]) -> u32 {
    let mut state = hasher.build_hasher();
    state.write(folded);
    let hash = state.finish();
    u32::try_from((hash >> 32) ^ (hash & 0xffff_ffff)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_kept_once_and_know_those_alike() {
        let mut keys = Keys::default();
        let acme = keys.intern("Acme Ltd");
        let upper = keys.intern("ACME  LTD");
        let third = keys.intern("acme ltd");
        let other = keys.intern("Zenith");
        assert_eq!(keys.intern("Acme Ltd"), acme);
        assert_eq!(keys.text(upper), "ACME  LTD");
        let mut alike: Vec<&str> = keys.alike(acme).map(|key| keys.text(key)).collect();
        alike.sort_unstable();
        assert_eq!(alike, ["ACME  LTD", "acme ltd"]);
        assert_eq!(keys.alike(third).count(), 2);
        assert_eq!(keys.alike(other).count(), 0);
    }

    #[test]
    fn rows_are_found_by_name_and_code() {
        let mut keys = Keys::default();
        let key = keys.intern("A1");
        assert_eq!(keys.add_name(key, 3), Added::First);
        assert_eq!(keys.add_code(key, 5), Added::First);
        assert!(!keys.is_repeated(key));
        assert_eq!(keys.add_name(key, 9), Added::Again { first: 3 });
        assert!(keys.is_repeated(key));
        assert_eq!((keys.name_row(key), keys.code_row(key)), (Some(3), Some(5)));
    }

    #[test]
    fn many_texts_survive_growing() {
        let mut keys = Keys::default();
        let made: Vec<Key> = (0..20_000)
            .map(|n| keys.intern(&format!("Customer {n}")))
            .collect();
        for (n, key) in made.iter().enumerate() {
            assert_eq!(keys.intern(&format!("Customer {n}")), *key);
        }
        assert_eq!(keys.all().count(), 20_000);
    }
}
