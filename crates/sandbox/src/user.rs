//! A user as the tenant keeps it.
//!
//! Must not know: requests, answers, who may do what.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::kinds::{Set, TwoFactor, UserFlag};
use super::role::Role;

/// A user who can log in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct User {
    pub(super) id: i32,
    pub(super) partner_id: i32,
    pub(super) name: Box<str>,
    pub(super) role: Role,
    pub(super) flags: Set<UserFlag>,
    pub(super) two_factor: TwoFactor,
    pub(super) email: Box<str>,
    pub(super) first_name: Box<str>,
    pub(super) full_name: Box<str>,
    pub(super) title: Box<str>,
    pub(super) phone: Box<str>,
    /// Unix seconds, 0 for never.
    pub(super) first_login: i64,
    /// Unix seconds, 0 for never.
    pub(super) last_login: i64,
    pub(super) removed: bool,
    /// Never the password itself: what is on file opens nothing elsewhere.
    password: Option<[u8; 32]>,
}

impl User {
    /// A user without a password, who can therefore not log in.
    pub(super) fn new(id: i32, partner_id: i32, name: Box<str>, role: Role) -> Self {
        Self {
            id,
            partner_id,
            name,
            role,
            flags: Set::EMPTY,
            two_factor: TwoFactor::Disabled,
            email: Box::default(),
            first_name: Box::default(),
            full_name: Box::default(),
            title: Box::default(),
            phone: Box::default(),
            first_login: 0,
            last_login: 0,
            removed: false,
            password: None,
        }
    }

    /// Gives the user a password.
    pub(super) fn set_password(&mut self, password: &str) {
        self.password = Some(self.digest(password));
    }

    /// Is this the user's password?
    pub(super) fn knows(&self, password: &str) -> bool {
        self.password == Some(self.digest(password))
    }

    fn digest(&self, password: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.id.to_le_bytes());
        hash.update(password.as_bytes());
        hash.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_knows_its_password_alone() {
        let mut user = User::new(7, 1000, "a".into(), Role::SuperUser);
        assert!(!user.knows(""));
        user.set_password("secret");
        assert!(user.knows("secret") && !user.knows("Secret"));
        let stored = serde_json::to_string(&user).unwrap();
        assert!(!stored.contains("secret"), "{stored}");
        assert_eq!(serde_json::from_str::<User>(&stored).unwrap(), user);
    }
}
