//! The users of a tenant by id.

use std::sync::Arc;

use super::tenant::{self, FIRST_NEW_USER};
use super::user::User;

/// All users, removed ones too, whose ids are not given again.
#[derive(Debug)]
pub(super) struct UserBook {
    users: Vec<Arc<User>>,
    next: i32,
}

impl UserBook {
    /// Those of every tenant.
    pub(super) fn fixed() -> Self {
        Self {
            users: tenant::users().into_iter().map(Arc::new).collect(),
            next: FIRST_NEW_USER,
        }
    }

    /// All that were not removed.
    pub(super) fn present(&self) -> impl Iterator<Item = &Arc<User>> {
        self.users.iter().filter(|user| !user.removed)
    }

    /// An id that no user has or had.
    pub(super) fn new_id(&mut self) -> i32 {
        self.next += 1;
        self.next - 1
    }

    /// Puts a user in place of the one with its id, or beside the others.
    pub(super) fn place(&mut self, user: Arc<User>) {
        self.next = self.next.max(user.id.saturating_add(1));
        match self.users.iter_mut().find(|other| other.id == user.id) {
            Some(place) => *place = user,
            None => self.users.push(user),
        }
    }
}
