//! Finds equal and nearly equal texts among the names, external codes and parents of a table.
//!
//! While rows stream by, each text leaves one 16-byte entry in the partition of its hash; at the
//! end the partitions, small enough for the processor's cache, are sorted on all cores, and equal
//! texts stand side by side. A hash table of the whole file would miss the cache at every look.

use std::hash::{BuildHasher, Hasher};
use std::num::NonZero;
use std::sync::atomic::{AtomicU32, Ordering};

use foldhash::fast::FixedState;

use super::text::fold_name;

/// What a text is of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The row's name.
    Name = 0,
    /// The row's external code.
    Code = 1,
    /// The row's parent.
    Parent = 2,
}

/// No row: in [`Joined::parents`], the row has no parent in the file.
pub(super) const NO_ROW: u32 = u32::MAX;

const PARTITION_BITS: u32 = 8;
const ROW_BITS: u32 = 30;
const MOST_ROWS: u32 = 1 << ROW_BITS;

/// The entries.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Those that are not yet in their partition.
    fresh: Vec<Entry>,
    /// By the highest bits; empty until the first are sorted in.
    partitions: Vec<Vec<Entry>>,
    folded: Vec<u8>,
    hasher: FixedState,
}

/// From the highest bit: the hash of the folded text, the hash of the text, kind, row; so that
/// sorting brings texts together that fold alike, among them equal ones, names first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry(u128);

impl Entry {
    fn partition(self) -> usize {
        usize::try_from(self.0 >> (128 - PARTITION_BITS)).unwrap_or_default()
    }

    fn folded(self) -> u128 {
        self.0 >> 64
    }

    fn text(self) -> u128 {
        self.0 >> 32
    }

    fn is(self, kind: Kind) -> bool {
        (self.0 >> ROW_BITS) & 3 == kind as u128
    }

    fn row(self) -> u32 {
        u32::try_from(self.0 & u128::from(MOST_ROWS - 1)).unwrap_or_default()
    }
}

/// What the texts have to do with each other. Groups of rows are in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Joined {
    /// The parent's row of each row, or [`NO_ROW`].
    pub(super) parents: Vec<u32>,
    /// What else was found.
    pub(super) found: Found,
}

/// Texts that are not unique, and parents that are not one row.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Rows that share a name.
    pub(super) same_names: Vec<Vec<u32>>,
    /// Rows that share an external code.
    pub(super) same_codes: Vec<Vec<u32>>,
    /// A row whose name differs from an earlier row's only in case or spaces, and that row.
    pub(super) alike_names: Vec<(u32, u32)>,
    /// Rows that name the same parent, which no row is.
    pub(super) missing: Vec<Vec<u32>>,
    /// Rows that name the same parent, and the rows that it may be.
    pub(super) ambiguous: Vec<(Vec<u32>, Vec<u32>)>,
    /// Rows that name the same parent, and the rows that are it but for case and spaces.
    pub(super) differing: Vec<(Vec<u32>, Vec<u32>)>,
    /// Rows that name themselves.
    pub(super) selves: Vec<u32>,
}

impl Found {
    fn append(&mut self, mut other: Self) {
        self.same_names.append(&mut other.same_names);
        self.same_codes.append(&mut other.same_codes);
        self.alike_names.append(&mut other.alike_names);
        self.missing.append(&mut other.missing);
        self.ambiguous.append(&mut other.ambiguous);
        self.differing.append(&mut other.differing);
        self.selves.append(&mut other.selves);
    }

    fn sort(&mut self) {
        self.same_names.sort_unstable();
        self.same_codes.sort_unstable();
        self.alike_names.sort_unstable();
        self.missing.sort_unstable();
        self.ambiguous.sort_unstable();
        self.differing.sort_unstable();
        self.selves.sort_unstable();
    }
}

impl Index {
    /// Takes note of a text, which is not empty.
    ///
    /// # Panics
    /// When a table has 2^30 rows or more.
    pub(super) fn add(&mut self, kind: Kind, row: u32, text: &str) {
        assert!(row < MOST_ROWS, "a table has fewer than 2^30 rows");
        fold_name(text, &mut self.folded);
        let folded = self.hash(&self.folded);
        let exact = self.hash(text.as_bytes());
        let entry = (u128::from(folded) << 64)
            | (u128::from(exact & 0xffff_ffff) << 32)
            | ((kind as u128) << ROW_BITS)
            | u128::from(row);
        self.fresh.push(Entry(entry));
    }

    fn hash(&self, bytes: &[u8]) -> u64 {
        let mut state = self.hasher.build_hasher();
        state.write(bytes);
        state.finish()
    }

    /// Takes the texts of other rows; `other` is empty afterwards, and keeps its memory.
    pub(super) fn append(&mut self, other: &mut Self) {
        self.sort_in(&other.fresh);
        other.fresh.clear();
        for partition in &mut other.partitions {
            self.sort_in(partition);
            partition.clear();
        }
    }

    /// Sorts fresh entries into their partitions, so that they do not pile up.
    pub(super) fn settle(&mut self) {
        let fresh = std::mem::take(&mut self.fresh);
        self.sort_in(&fresh);
        self.fresh = fresh;
        self.fresh.clear();
    }

    fn sort_in(&mut self, entries: &[Entry]) {
        if self.partitions.is_empty() {
            self.partitions = vec![Vec::new(); 1 << PARTITION_BITS];
        }
        for entry in entries {
            self.partitions[entry.partition()].push(*entry);
        }
    }

    /// Brings equal texts together.
    pub(super) fn join(mut self, rows: u32) -> Joined {
        const WORTH_A_THREAD: usize = 50_000;
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        self.settle();
        let entries: usize = self.partitions.iter().map(Vec::len).sum();
        let threads = cores.min(entries / WORTH_A_THREAD).clamp(1, 8);
        let parents: Vec<AtomicU32> = (0..rows).map(|_| AtomicU32::new(NO_ROW)).collect();
        let share = self.partitions.len().div_ceil(threads);
        let mut found = Found::default();
        std::thread::scope(|scope| {
            let parents = &parents;
            let workers: Vec<_> = self
                .partitions
                .chunks_mut(share)
                .map(|partitions| scope.spawn(move || join_partitions(partitions, parents)))
                .collect();
            for worker in workers {
                match worker.join() {
                    Ok(part) => found.append(part),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
        });
        found.sort();
        Joined {
            parents: parents.into_iter().map(AtomicU32::into_inner).collect(),
            found,
        }
    }
}

fn join_partitions(partitions: &mut [Vec<Entry>], parents: &[AtomicU32]) -> Found {
    let mut found = Found::default();
    for partition in partitions {
        partition.sort_unstable();
        for alike in partition.chunk_by(|one, other| one.folded() == other.folded()) {
            if alike.len() > 1 || alike[0].is(Kind::Parent) {
                join_alike(alike, parents, &mut found);
            }
        }
        *partition = Vec::new();
    }
    found
}

/// Entries of one text, by kind.
#[derive(Clone, Copy)]
struct SameText<'a> {
    names: &'a [Entry],
    codes: &'a [Entry],
    parents: &'a [Entry],
}

impl<'a> SameText<'a> {
    fn of(entries: &'a [Entry]) -> Self {
        let codes_from = entries.partition_point(|entry| entry.is(Kind::Name));
        let (names, rest) = entries.split_at(codes_from);
        let parents_from = rest.partition_point(|entry| entry.is(Kind::Code));
        let (codes, parents) = rest.split_at(parents_from);
        Self {
            names,
            codes,
            parents,
        }
    }

    /// The rows that have the text as their name or code.
    fn bearers(self) -> Vec<u32> {
        let mut rows = rows_of(self.names);
        rows.extend(rows_of(self.codes));
        rows.sort_unstable();
        rows.dedup();
        rows
    }
}

fn rows_of(entries: &[Entry]) -> Vec<u32> {
    entries.iter().map(|entry| entry.row()).collect()
}

/// Entries whose texts fold alike.
fn join_alike(alike: &[Entry], parents: &[AtomicU32], found: &mut Found) {
    let mut first_name: Option<u32> = None;
    let mut spellings = 0;
    for entries in alike.chunk_by(|one, other| one.text() == other.text()) {
        let same = SameText::of(entries);
        if same.names.len() > 1 {
            found.same_names.push(rows_of(same.names));
        }
        if same.codes.len() > 1 {
            found.same_codes.push(rows_of(same.codes));
        }
        if !same.parents.is_empty() {
            join_parents(same, alike, parents, found);
        }
        if let Some(name) = same.names.first() {
            spellings += 1;
            first_name = Some(first_name.map_or(name.row(), |row| row.min(name.row())));
        }
    }
    if spellings > 1 {
        let first = first_name.unwrap_or_default();
        let others = alike
            .chunk_by(|one, other| one.text() == other.text())
            .filter_map(|entries| SameText::of(entries).names.first())
            .map(|name| name.row())
            .filter(|row| *row != first);
        found.alike_names.extend(others.map(|row| (row, first)));
    }
}

fn join_parents(same: SameText<'_>, alike: &[Entry], parents: &[AtomicU32], found: &mut Found) {
    let (name, code) = match (same.names, same.codes) {
        ([], []) => return not_found(same, alike, found),
        ([name], []) => (Some(name.row()), None),
        ([], [code]) => (None, Some(code.row())),
        ([name], [code]) => (Some(name.row()), Some(code.row())),
        _ => {
            let rows = rows_of(same.parents);
            return found.ambiguous.push((rows, same.bearers()));
        }
    };
    let mut ambiguous = Vec::new();
    for entry in same.parents {
        let row = entry.row();
        let other = |found: &u32| *found != row;
        let parent = match (name.filter(other), code.filter(other)) {
            (Some(one), Some(two)) if one != two => {
                ambiguous.push(row);
                continue;
            }
            (Some(parent), _) | (None, Some(parent)) => parent,
            (None, None) => {
                found.selves.push(row);
                continue;
            }
        };
        parents[row as usize].store(parent, Ordering::Relaxed);
    }
    if !ambiguous.is_empty() {
        found.ambiguous.push((ambiguous, same.bearers()));
    }
}

fn not_found(same: SameText<'_>, alike: &[Entry], found: &mut Found) {
    let rows = rows_of(same.parents);
    let mut bearers: Vec<u32> = alike
        .iter()
        .filter(|entry| !entry.is(Kind::Parent))
        .map(|entry| entry.row())
        .collect();
    bearers.sort_unstable();
    bearers.dedup();
    if bearers.is_empty() {
        found.missing.push(rows);
    } else {
        found.differing.push((rows, bearers));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows as `name/code/parent`.
    fn joined(rows: &[&str]) -> Joined {
        let mut index = Index::default();
        for (row, text) in (0..).zip(rows) {
            let kinds = [Kind::Name, Kind::Code, Kind::Parent];
            for (kind, text) in kinds.into_iter().zip(text.split('/')) {
                if !text.is_empty() {
                    index.add(kind, row, text);
                }
            }
        }
        index.join(u32::try_from(rows.len()).unwrap())
    }

    #[test]
    fn parents_are_found_by_name_and_code() {
        let joined = joined(&["A//B", "B/b1/", "C//b1", "D//E"]);
        assert_eq!(joined.parents, [1, NO_ROW, 1, NO_ROW]);
        assert_eq!(joined.found.missing, [[3]]);
    }

    #[test]
    fn what_is_not_one_row_is_named() {
        let joined = joined(&[
            "A//x",
            "X/A/",
            "x y//A",
            "A//",
            "Me//Me",
            "X Y/1/Z  y",
            "z Y/1/",
        ]);
        let found = joined.found;
        assert_eq!(found.same_names, [[0, 3]]);
        assert_eq!(found.same_codes, [[5, 6]]);
        assert_eq!(found.alike_names, [(5, 2)]);
        assert_eq!(found.ambiguous, [(vec![2], vec![0, 1, 3])]);
        assert_eq!(found.differing, [(vec![0], vec![1]), (vec![5], vec![6])]);
        assert_eq!(found.selves, [4]);
    }

    #[test]
    fn large_tables_are_joined_on_all_cores() {
        let mut index = Index::default();
        let rows = 60_000;
        for row in 0..rows {
            index.add(Kind::Name, row, &format!("Customer {row}"));
            index.add(Kind::Parent, row, &format!("Customer {}", (row + 1) % rows));
        }
        let joined = index.join(rows);
        let expected: Vec<u32> = (0..rows).map(|row| (row + 1) % rows).collect();
        assert_eq!(joined.parents, expected);
    }
}
