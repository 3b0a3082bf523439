//! Guesses which country a misspelt name was meant to be.
//!
//! A guess is only ever shown, never taken. Its index is built when the first name is misspelt.

use std::cmp::Ordering;
use std::sync::OnceLock;

use super::table::{self, Rank, Verdict};
use crate::model::country::CountryCode;

/// As many guesses as a person wants to read.
const MOST: usize = 4;
/// Longer keys are no misspelt name.
const LONGEST: usize = 64;

/// The countries with a name close to `key`, the likeliest first.
pub(super) fn closest(key: &str) -> Vec<CountryCode> {
    static INDEX: OnceLock<Index> = OnceLock::new();
    let wanted: Vec<char> = key.chars().collect();
    if wanted.len() < 3 || wanted.len() > LONGEST || key.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    INDEX.get_or_init(Index::build).closest(&wanted)
}

/// Names by length, each with the set of its letters: two names that differ by n slips differ by
/// at most 2n letters in their sets.
struct Index {
    by_length: Vec<Vec<Name>>,
}

#[derive(Clone, Copy)]
struct Name {
    letters: u64,
    key: &'static str,
    code: CountryCode,
    rank: Rank,
}

impl Index {
    fn build() -> Self {
        let mut by_length = vec![Vec::new(); LONGEST + 1];
        for (key, verdict) in table::all() {
            if let Verdict::Country(code, rank) = verdict {
                let length = key.chars().count();
                if (4..=LONGEST).contains(&length) {
                    by_length[length].push(Name {
                        letters: letters(key.chars()),
                        key,
                        code,
                        rank,
                    });
                }
            }
        }
        Self { by_length }
    }

    fn closest(&self, wanted: &[char]) -> Vec<CountryCode> {
        let limit = match wanted.len() {
            ..=4 => 1,
            5..=9 => 2,
            _ => 3,
        };
        let set = letters(wanted.iter().copied());
        let shortest = wanted.len().saturating_sub(limit);
        let longest = (wanted.len() + limit).min(LONGEST);
        let mut ranking = Ranking::default();
        let mut distance = Distance::default();
        for name in self.by_length[shortest..=longest].iter().flatten() {
            if (name.letters ^ set).count_ones() as usize <= 2 * limit
                && let Some(slips) = distance.within(wanted, name.key, limit)
            {
                ranking.add(name.code, cost(wanted, name, slips));
            }
        }
        ranking.best()
    }
}

/// How unlikely it is that somebody who meant `name` typed `wanted`.
fn cost(wanted: &[char], name: &Name, slips: usize) -> usize {
    let rank = match name.rank {
        Rank::Usual => 0,
        Rank::Listed => 4,
        Rank::Foreign => 8,
    };
    let first = if name.key.chars().next() == wanted.first().copied() {
        0
    } else {
        4
    };
    // Which wrong key was hit is chance: letters left out, doubled or swapped are the likelier.
    let by_chance = slips == 1 && !is_own_letters(wanted, name);
    slips * 10 + rank + first + usize::from(by_chance) * 2
}

/// Whether nothing but the name's own letters were typed.
fn is_own_letters(wanted: &[char], name: &Name) -> bool {
    let length = name.key.chars().count();
    match wanted.len().cmp(&length) {
        Ordering::Less => true,
        Ordering::Equal => {
            let mut typed = wanted.to_vec();
            let mut meant: Vec<char> = name.key.chars().collect();
            typed.sort_unstable();
            meant.sort_unstable();
            typed == meant
        }
        Ordering::Greater => wanted.windows(2).enumerate().any(|(at, pair)| {
            pair[0] == pair[1]
                && wanted[..at]
                    .iter()
                    .chain(&wanted[at + 1..])
                    .copied()
                    .eq(name.key.chars())
        }),
    }
}

fn letters(chars: impl Iterator<Item = char>) -> u64 {
    chars.fold(0, |set, char| set | 1 << (u32::from(char) % 64))
}

/// Countries with the cost of their best name.
#[derive(Default)]
struct Ranking {
    costs: Vec<(usize, CountryCode)>,
}

impl Ranking {
    fn add(&mut self, code: CountryCode, cost: usize) {
        match self.costs.iter_mut().find(|(_, known)| *known == code) {
            Some((known, _)) => *known = cost.min(*known),
            None => self.costs.push((cost, code)),
        }
    }

    /// The cheapest, without those far behind.
    fn best(mut self) -> Vec<CountryCode> {
        self.costs.sort_unstable();
        let Some(&(best, _)) = self.costs.first() else {
            return Vec::new();
        };
        self.costs
            .into_iter()
            .take_while(|&(cost, _)| cost <= best + 10)
            .take(MOST)
            .map(|(_, code)| code)
            .collect()
    }
}

/// Optimal string alignment: insertions, deletions, replacements and swapped neighbours.
#[derive(Default)]
struct Distance {
    key: Vec<char>,
    rows: [Vec<usize>; 3],
}

impl Distance {
    fn within(&mut self, wanted: &[char], key: &str, limit: usize) -> Option<usize> {
        self.key.clear();
        self.key.extend(key.chars());
        let [before, last, row] = &mut self.rows;
        last.clear();
        last.extend(0..=self.key.len());
        before.clear();
        before.resize(self.key.len() + 1, usize::MAX);
        row.clear();
        row.resize(self.key.len() + 1, 0);
        for (i, &left) in wanted.iter().enumerate() {
            row[0] = i + 1;
            let mut best = row[0];
            for (j, &right) in self.key.iter().enumerate() {
                let mut slips = (last[j + 1] + 1)
                    .min(row[j] + 1)
                    .min(last[j] + usize::from(left != right));
                if i > 0 && j > 0 && left == self.key[j - 1] && wanted[i - 1] == right {
                    slips = slips.min(before[j - 1] + 1);
                }
                row[j + 1] = slips;
                best = best.min(slips);
            }
            if best > limit {
                return None;
            }
            std::mem::swap(before, last);
            std::mem::swap(last, row);
        }
        Some(last[self.key.len()]).filter(|&slips| slips <= limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted() {
        let mut distance = Distance::default();
        for (left, right, limit, slips) in [
            ("germany", "germany", 2, Some(0)),
            ("germny", "germany", 2, Some(1)),
            ("gremany", "germany", 2, Some(1)),
            ("untiedkingdom", "unitedkingdom", 2, Some(1)),
            ("iran", "iraq", 1, Some(1)),
            ("austria", "australia", 1, None),
            ("austria", "australia", 2, Some(2)),
            ("österrich", "österreich", 2, Some(1)),
        ] {
            let left: Vec<char> = left.chars().collect();
            assert_eq!(distance.within(&left, right, limit), slips, "{right}");
        }
    }

    #[test]
    fn junk_has_no_neighbours() {
        for key in ["", "at", "x1234", "qqqqqqqq", &"a".repeat(500)] {
            assert_eq!(closest(key), Vec::new(), "{key}");
        }
    }
}
