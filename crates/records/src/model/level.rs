//! What a row says of its customer's level, and the level that follows from a parent's.

use super::fields::Level;

/// The word that asks for a level worked out from the parent's: `--default Level=derive`.
pub const DERIVE: &str = "derive";

/// What a row says of its customer's level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LevelChoice {
    /// Nothing. Only customers that were imported before (rows with an ID) may do so.
    Unsaid,
    /// This level.
    Given(Level),
    /// Whatever the parent's level asks for; see [`Level::derived_below`]. It is for customers that
    /// are created: one that already exists keeps its level.
    Derived,
}

impl LevelChoice {
    /// The level that the row itself gives.
    pub fn given(self) -> Option<Level> {
        match self {
            Self::Given(level) => Some(level),
            Self::Unsaid | Self::Derived => None,
        }
    }
}

/// Whether a text stands for [`LevelChoice::Derived`].
pub fn is_derive(text: &str) -> bool {
    text.trim().eq_ignore_ascii_case(DERIVE)
}

impl Level {
    /// The level of a customer that is created directly below one of `parent`'s level, where the
    /// list leaves it to that: below an `EndCustomer` a Site, below everything higher an
    /// `EndCustomer`; nothing stands below a Site.
    pub fn derived_below(parent: Self) -> Option<Self> {
        match parent {
            Self::Site => None,
            Self::EndCustomer => Some(Self::Site),
            Self::Root
            | Self::SubRoot
            | Self::Distributor
            | Self::SubDistributor
            | Self::Reseller
            | Self::ServiceOrganization => Some(Self::EndCustomer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derived_level_may_stand_below_its_parent() {
        for parent in Level::ALL {
            let derived = Level::derived_below(*parent);
            assert_eq!(derived.is_none(), *parent == Level::Site, "{parent}");
            assert!(derived.is_none_or(|level| level.may_stand_below(*parent)));
        }
    }

    #[test]
    fn the_word_is_read_in_any_case() {
        assert!(is_derive("Derive") && is_derive(" DERIVE "));
        assert!(!is_derive("derived?") && !is_derive(""));
    }
}
