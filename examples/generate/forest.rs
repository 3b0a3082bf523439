//! Which customer stands where: levels, parents, order, mistakes, all worked out from the index, so
//! that nothing is kept in memory.

/// The levels below a Distributor, for one to five levels.
const LEVELS: [&[&str]; 5] = [
    &["EndCustomer"],
    &["Reseller", "EndCustomer"],
    &["Reseller", "EndCustomer", "Site"],
    &["Reseller", "ServiceOrganization", "EndCustomer", "Site"],
    &[
        "SubDistributor",
        "Reseller",
        "ServiceOrganization",
        "EndCustomer",
        "Site",
    ],
];

/// How many stand below each, at most, unless told otherwise.
const WIDEST: u64 = 8;

/// The forest's shape.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Forest {
    /// How many customers.
    pub(crate) rows: u64,
    /// How many levels, 1 to 5.
    levels: usize,
    /// How many stand on the highest level.
    tops: u64,
    /// How many stand below each.
    width: u64,
    seed: u64,
}

impl Forest {
    /// A forest that uses all levels, or as many as the rows suffice for. Without a width the
    /// widest up to 8 is taken with which the rows reach the lowest level in full.
    pub(crate) fn new(rows: u64, levels: usize, width: Option<u64>, seed: u64) -> Self {
        let levels = levels.clamp(1, LEVELS.len());
        let tree = |width: u64| {
            (0..)
                .take(levels)
                .map(|level| width.pow(level))
                .sum::<u64>()
        };
        let widest = || {
            (2..=WIDEST)
                .rev()
                .find(|width| tree(*width) <= rows)
                .unwrap_or(1)
        };
        let width = width.unwrap_or_else(widest);
        let tops = rows.div_ceil(tree(width)).max(1);
        Self {
            rows,
            levels,
            tops,
            width,
            seed,
        }
    }

    /// The parent of a customer; none on the highest level.
    pub(crate) fn parent(&self, index: u64) -> Option<u64> {
        index.checked_sub(self.tops).map(|below| below / self.width)
    }

    /// The customer's level, by its name in the service.
    pub(crate) fn level(&self, index: u64) -> &'static str {
        LEVELS[self.levels - 1][self.depth(index)]
    }

    /// How many stand above the customer.
    fn depth(&self, index: u64) -> usize {
        let above = std::iter::successors(self.parent(index), |above| self.parent(*above));
        above.count().min(self.levels - 1)
    }

    /// Whether nobody stands below the customer.
    pub(crate) fn is_leaf(&self, index: u64) -> bool {
        index.saturating_mul(self.width).saturating_add(self.tops) >= self.rows
    }

    /// How many customers have nobody below them.
    pub(crate) fn leaves(&self) -> u64 {
        let parents = self.rows.saturating_sub(self.tops).div_ceil(self.width);
        self.rows - parents
    }

    /// The customer in the `position`-th row of a shuffled file: a permutation, computed by
    /// shuffling a power of four and skipping what lies outside.
    pub(crate) fn shuffled(&self, position: u64) -> u64 {
        let bits = (u64::BITS - self.rows.saturating_sub(1).leading_zeros()).max(2);
        let half = bits.div_ceil(2);
        let mask = (1_u64 << half) - 1;
        let mut at = position;
        loop {
            let (mut left, mut right) = (at >> half, at & mask);
            for round in 0..4 {
                let mixed = mix(right ^ self.seed.wrapping_add(round)) & mask;
                (left, right) = (right, left ^ mixed);
            }
            at = left << half | right;
            if at < self.rows {
                return at;
            }
        }
    }

    /// A number that looks random, the same for the same seed, customer and purpose.
    pub(crate) fn dice(&self, index: u64, purpose: u64) -> u64 {
        mix(index ^ mix(self.seed ^ mix(purpose)))
    }
}

/// The finaliser of `SplitMix64`.
fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shuffling_loses_nobody() {
        for rows in [1, 2, 7, 64, 1000] {
            let forest = Forest::new(rows, 4, Some(6), 3);
            let mut seen: Vec<u64> = (0..rows).map(|at| forest.shuffled(at)).collect();
            seen.sort_unstable();
            assert_eq!(seen, (0..rows).collect::<Vec<_>>());
        }
    }

    #[test]
    fn all_levels_are_there_and_parents_stand_one_level_higher() {
        let forest = Forest::new(500, 4, None, 1);
        let lowest = (0..500).map(|index| forest.depth(index)).max();
        assert_eq!(lowest, Some(3));
        for index in 0..500 {
            if let Some(parent) = forest.parent(index) {
                assert_eq!(forest.depth(parent) + 1, forest.depth(index));
                assert!(!forest.is_leaf(parent));
            }
        }
        let leaves = (0..500).filter(|index| forest.is_leaf(*index)).count();
        assert_eq!(leaves as u64, forest.leaves());
    }
}
