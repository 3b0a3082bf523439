//! Guesses which country a misspelt name was meant to be.
//!
//! A guess is only ever shown, never taken. Its index is built when the first name is misspelt.

use std::cmp::Ordering;
use std::sync::OnceLock;

use super::code::CountryCode;
use super::resolution::RefusalReason;
use super::table::{self, Rank, Verdict};

/// As many guesses as a person wants to read.
const MOST: usize = 4;
/// From this length on, two slips may have happened.
const TWO_SLIPS_FROM: usize = 8;
/// From this length on, the first letter may be wrong.
const LONG: usize = 7;
/// Shorter keys are near to too many names to be a slip of one.
const SHORTEST: usize = 4;
/// From this length on, other slips than a letter left out are thought of.
const ANY_SLIP_FROM: usize = 5;
/// A name is no guess beside one that is so much likelier: one in another language beside an English
/// one that is as near.
const FAR_BEHIND: usize = 8;
/// Longer keys are no misspelt name.
const LONGEST: usize = 64;

/// The countries with a name close to `key`, the likeliest first.
pub(super) fn closest(key: &str) -> Vec<CountryCode> {
    static INDEX: OnceLock<Index> = OnceLock::new();
    let wanted: Vec<char> = key.chars().collect();
    if wanted.len() < SHORTEST
        || wanted.len() > LONGEST
        || key.bytes().any(|byte| byte.is_ascii_digit())
    {
        return Vec::new();
    }
    INDEX.get_or_init(Index::build).closest(&wanted)
}

/// Names by length, each with its letters: most names are told apart by these alone.
struct Index {
    by_length: Vec<Alike>,
}

/// Names of one length.
#[derive(Default, Clone)]
struct Alike {
    names: Vec<Name>,
    /// `Letters::once` of each name, apart from the names: this is gone through for every
    /// misspelt text, and so close together that the compiler compares several at once.
    letters: Vec<u32>,
}

impl Alike {
    /// The names that are not too far away by their sets of letters.
    fn near<const LIMIT: usize>(&self, letters: u32, found: &mut Vec<Name>) {
        const BLOCK: usize = 16;
        for (names, sets) in self.names.chunks(BLOCK).zip(self.letters.chunks(BLOCK)) {
            let mut far = [1; BLOCK];
            for (far, set) in far.iter_mut().zip(sets) {
                *far = too_far::<LIMIT>(letters, *set);
            }
            let near = far.iter().fold(0, |near, far| near | u32::from(*far == 0));
            if near == 0 {
                continue;
            }
            for (name, far) in names.iter().zip(far) {
                if far == 0 {
                    found.push(*name);
                }
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Name {
    letters: Letters,
    key: &'static str,
    /// None for a part of a country: what is closer to one of them is no slip of a country's name.
    code: Option<CountryCode>,
    rank: Rank,
}

impl Index {
    fn build() -> Self {
        let mut by_length = vec![Alike::default(); LONGEST + 1];
        for (key, verdict) in table::all() {
            let (code, rank) = match verdict {
                Verdict::Country(code, rank) => (Some(code), rank),
                Verdict::Refused(RefusalReason::SubNational, _) => (None, Rank::Listed),
                Verdict::Refused(..) => continue,
            };
            let length = key.chars().count();
            if (4..=LONGEST).contains(&length) {
                let letters = Letters::of(key.chars());
                by_length[length].letters.push(letters.once);
                by_length[length].names.push(Name {
                    letters,
                    key,
                    code,
                    rank,
                });
            }
        }
        Self { by_length }
    }

    fn closest(&self, wanted: &[char]) -> Vec<CountryCode> {
        let limit = match wanted.len() {
            ..TWO_SLIPS_FROM => 1,
            _ => 2,
        };
        let letters = Letters::of(wanted.iter().copied());
        let shortest = wanted.len().saturating_sub(limit);
        let longest = (wanted.len() + limit).min(LONGEST);
        let mut ranking = Ranking::default();
        let mut distance = Distance::default();
        let mut near = Vec::new();
        for alike in &self.by_length[shortest..=longest] {
            match limit {
                1 => alike.near::<1>(letters.once, &mut near),
                _ => alike.near::<2>(letters.once, &mut near),
            }
        }
        for name in &near {
            if letters.may_be_within(limit, name.letters)
                && let Some(slips) = distance.within(wanted, name.key, limit)
                && is_plausible(wanted, name, slips)
            {
                ranking.add(name.code, cost(wanted, name, slips));
            }
        }
        ranking.best()
    }
}

/// Whether a person may have typed `wanted` for `name`: hardly ever is the first letter wrong, and
/// two slips are one too many for a name that is rarely written.
fn is_plausible(wanted: &[char], name: &Name, slips: usize) -> bool {
    let same_start = name.key.chars().next() == wanted.first().copied();
    if wanted.len() < ANY_SLIP_FROM {
        let left_out = slips == 1 && name.key.chars().count() > wanted.len();
        return same_start && left_out && name.rank == Rank::Usual;
    }
    let usual = name.rank != Rank::Foreign;
    match (slips, same_start) {
        (..=1, true) => true,
        (..=1, false) => usual && (wanted.len() >= LONG || is_own_letters(wanted, name)),
        (_, same_start) => usual && same_start,
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

/// Which letters a name has, letters of the same last five bits taken together; and which of them
/// more than once.
#[derive(Clone, Copy)]
struct Letters {
    once: u32,
    again: u32,
}

impl Letters {
    fn of(chars: impl Iterator<Item = char>) -> Self {
        let mut letters = Self { once: 0, again: 0 };
        for char in chars {
            let bit = 1 << (u32::from(char) % 32);
            letters.again |= letters.once & bit;
            letters.once |= bit;
        }
        letters
    }

    /// Whether so many slips may lead from one to the other.
    fn may_be_within(self, limit: usize, other: Self) -> bool {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let lacks = |one: Self, two: Self| {
            (one.once & !two.once).count_ones() + (one.again & !two.again).count_ones()
        };
        lacks(self, other) <= limit && lacks(other, self) <= limit
    }
}

/// Nothing when `LIMIT` slips may lead from one set of letters to the other: each slip takes away
/// one letter and adds one at most.
#[inline]
fn too_far<const LIMIT: usize>(one: u32, other: u32) -> u32 {
    let (mut more, mut less) = (one & !other, other & !one);
    for _ in 0..LIMIT {
        // Takes away the lowest member.
        more &= more.wrapping_sub(1);
        less &= less.wrapping_sub(1);
    }
    more | less
}

/// Countries with the cost of their best name.
#[derive(Default)]
struct Ranking {
    costs: Vec<(usize, CountryCode)>,
    /// The cost of the best part of a country.
    part: Option<usize>,
}

impl Ranking {
    fn add(&mut self, code: Option<CountryCode>, cost: usize) {
        let Some(code) = code else {
            self.part = Some(self.part.map_or(cost, |known| known.min(cost)));
            return;
        };
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
        if self.part.is_some_and(|part| part < best) {
            return Vec::new();
        }
        self.costs
            .into_iter()
            .take_while(|&(cost, _)| cost < best + FAR_BEHIND)
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
        if self.key.len().abs_diff(wanted.len()) > limit {
            return None;
        }
        let [before, last, row] = &mut self.rows;
        last.clear();
        last.extend(0..=self.key.len());
        before.clear();
        before.resize(self.key.len() + 1, usize::MAX);
        row.clear();
        row.resize(self.key.len() + 1, 0);
        for (i, &left) in wanted.iter().enumerate() {
            // Far from the diagonal there are more slips than the limit; the places beside the
            // strip say so.
            let first = i.saturating_sub(limit);
            let end = (i + limit + 1).min(self.key.len());
            row[first] = if first == 0 { i + 1 } else { limit + 1 };
            let mut best = row[first];
            for (j, &right) in self.key.iter().enumerate().take(end).skip(first) {
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
            if let Some(beside) = row.get_mut(end + 1) {
                *beside = limit + 1;
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

    /// Each slip of one letter that leads to no name of its own.
    fn slips_of(name: &str) -> Vec<String> {
        let letters: Vec<char> = name.chars().collect();
        let mut slips = Vec::new();
        for at in 0..letters.len() {
            let mut one = letters.clone();
            one.remove(at);
            slips.push(one);
            let mut one = letters.clone();
            one.insert(at, letters[at]);
            slips.push(one);
            let mut one = letters.clone();
            one[at] = if letters[at] == 'e' { 'r' } else { 'e' };
            slips.push(one);
            if at > 0 {
                let mut one = letters.clone();
                one.swap(at - 1, at);
                slips.push(one);
            }
        }
        let slips = slips.into_iter().map(String::from_iter);
        slips
            .filter(|slip| slip != name && table::find(slip.as_bytes()).is_none())
            .collect()
    }

    #[test]
    fn one_slip_in_an_english_name_is_found_and_most_often_alone() {
        let (mut all, mut first, mut alone) = (0, 0, 0);
        let names = table::all().filter_map(|(key, verdict)| match verdict {
            Verdict::Country(code, Rank::Usual) => Some((key, code)),
            _ => None,
        });
        let short = names.filter(|(key, _)| (5..=9).contains(&key.chars().count()));
        for (key, code) in short.step_by(4) {
            for slip in slips_of(key) {
                let found = closest(&slip);
                all += 1;
                first += usize::from(found.first() == Some(&code));
                alone += usize::from(found == [code]);
            }
        }
        assert!(first * 100 >= all * 97, "{first} of {all}");
        assert!(alone * 100 >= all * 96, "{alone} of {all}");
    }

    #[test]
    fn the_one_that_is_near_is_the_only_one() {
        let code = |text: &str| CountryCode::parse(text).unwrap();
        for (typed, meant) in [
            ("canda", "CA"),
            ("cannada", "CA"),
            ("candaa", "CA"),
            ("germnay", "DE"),
            ("austira", "AT"),
            ("itly", "IT"),
            ("chna", "CN"),
            ("span", "ES"),
        ] {
            assert_eq!(closest(typed), [code(meant)], "{typed}");
        }
    }

    #[test]
    fn junk_has_no_neighbours() {
        for key in [
            "",
            "at",
            "cad",
            "iran",
            "x1234",
            "qqqqqqqq",
            "bayern",
            &"a".repeat(500),
        ] {
            assert_eq!(closest(key), Vec::new(), "{key}");
        }
    }

    #[test]
    fn the_sieves_and_the_strip_lose_nothing() {
        let names: Vec<&str> = table::all()
            .map(|(key, _)| key)
            .filter(|key| (4..=LONGEST).contains(&key.chars().count()))
            .collect();
        let mut dice = fastrand::Rng::with_seed(11);
        let mut distance = Distance::default();
        for _ in 0..3_000 {
            let key = names[dice.usize(..names.len())];
            let mut typed: Vec<char> = key.chars().collect();
            let limit = dice.usize(1..=3);
            for _ in 0..limit {
                let at = dice.usize(..typed.len() - 1);
                match dice.u8(..4) {
                    0 => typed.insert(at, dice.lowercase()),
                    1 if typed.len() > 3 => drop(typed.remove(at)),
                    2 => typed.swap(at, at + 1),
                    _ => typed[at] = dice.lowercase(),
                }
            }
            // Without a strip: the limit is beyond the lengths.
            let slips = distance.within(&typed, key, 2 * LONGEST).unwrap();
            let expected = Some(slips).filter(|slips| *slips <= limit);
            assert_eq!(
                distance.within(&typed, key, limit),
                expected,
                "{key} {typed:?}"
            );
            let (one, other) = (Letters::of(typed.iter().copied()), Letters::of(key.chars()));
            for limit in slips.max(1)..=3 {
                let far = match limit {
                    1 => too_far::<1>(one.once, other.once),
                    2 => too_far::<2>(one.once, other.once),
                    _ => too_far::<3>(one.once, other.once),
                };
                assert_eq!(far, 0, "{key} {typed:?}");
                assert!(one.may_be_within(limit, other), "{key} {typed:?}");
            }
        }
        let (here, away) = (
            Letters::of("germany".chars()),
            Letters::of("australia".chars()),
        );
        assert!(too_far::<3>(here.once, away.once) != 0 && !here.may_be_within(3, away));
    }
}
