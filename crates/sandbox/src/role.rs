//! What a user may do.
//!
//! Evidence: the seven roles and their numbers stand on the vendor's page on user roles
//! (documented). Its console lets the first two keep users, and the first and the third add and
//! manage devices (documented, for the console). That customers are kept by the first two is inferred
//! from the same pages and from what clients report of too low a role (contract, section 1: 13501,
//! observed). Who may only read is inferred.
//!
//! Must not know: users, the tenant.

use serde::{Deserialize, Serialize};

use super::method::Method;

/// A role; an earlier one may more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Role {
    SuperUser = 1,
    Administrator,
    Manager,
    Operator,
    Supporter,
    Reporter,
    Notifier,
}

impl Role {
    /// All of them, by number.
    pub(super) const ALL: [Self; 7] = [
        Self::SuperUser,
        Self::Administrator,
        Self::Manager,
        Self::Operator,
        Self::Supporter,
        Self::Reporter,
        Self::Notifier,
    ];

    /// Its number.
    pub(super) fn id(self) -> i32 {
        self as i32
    }

    /// The role with a number.
    pub(super) fn of(id: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.id() == id)
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
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

    /// May it call this method?
    pub(super) fn allows(self, method: Method) -> bool {
        match method {
            Method::AddAccount
            | Method::ModifyAccount
            | Method::RemoveAccount
            | Method::UpdateAccountCustomColumnValues => {
                matches!(self, Self::SuperUser | Self::Manager)
            }
            _ => !method.changes() || self <= Self::Administrator,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn low_roles_read_and_others_keep_what_is_theirs() {
        let may = |method: Method| -> Vec<i32> {
            let roles = Role::ALL.into_iter();
            roles
                .filter(|role| role.allows(method))
                .map(Role::id)
                .collect()
        };
        assert_eq!(may(Method::AddPartner), [1, 2]);
        assert_eq!(may(Method::ModifyUser), [1, 2]);
        assert_eq!(may(Method::RemoveAccount), [1, 3]);
        assert_eq!(may(Method::EnumeratePartners).len(), 7);
        assert_eq!(Role::of(5), Some(Role::Supporter));
        assert_eq!(Role::of(8), None);
    }
}
