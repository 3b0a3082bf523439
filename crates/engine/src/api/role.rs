//! The roles of users, as the vendor's page on users numbers them.

use std::fmt;

/// A user's role; an earlier one may more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "named as the service names them")]
pub enum Role {
    SuperUser = 1,
    Administrator,
    Manager,
    Operator,
    Supporter,
    Reporter,
    Notifier,
}

impl Role {
    const ALL: [Self; 7] = [
        Self::SuperUser,
        Self::Administrator,
        Self::Manager,
        Self::Operator,
        Self::Supporter,
        Self::Reporter,
        Self::Notifier,
    ];

    /// The role with this number.
    pub fn of(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|role| *role as i64 == number)
    }

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SuperUser => "SuperUser",
            Self::Administrator => "Administrator",
            Self::Manager => "Manager",
            Self::Operator => "Operator",
            Self::Supporter => "Supporter",
            Self::Reporter => "Reporter",
            Self::Notifier => "Notifier",
        }
    }

    /// Whether it may add customers, as far as the console's pages and what clients report tell. The
    /// service has the last word.
    pub fn adds_customers(self) -> bool {
        self <= Self::Administrator
    }
}

impl fmt::Display for Role {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_for_roles_and_the_first_two_add_customers() {
        let adding = (0..9).filter(|number| Role::of(*number).is_some_and(Role::adds_customers));
        assert_eq!(adding.collect::<Vec<_>>(), [1, 2]);
        assert_eq!(Role::of(5), Some(Role::Supporter));
        assert_eq!((Role::of(0), Role::of(8)), (None, None));
    }
}
