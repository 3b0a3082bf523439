//! Logging in: who it is, and who is kept out for a time.
//!
//! Must not know: visas, answers.

use std::collections::HashMap;
use std::sync::Arc;

use super::config::Lockout;
use super::error::{ErrorName, Refusal};
use super::store::Store;
use super::timestamp::Timestamp;
use super::user::User;
use super::wire::Params;

/// Who gave wrong passwords, and how often.
#[derive(Debug)]
pub(super) struct Locks {
    lockout: Option<Lockout>,
    /// By user: wrong passwords in a row, and until when the user is locked, in milliseconds.
    tries: HashMap<i32, (u32, u64)>,
}

impl Locks {
    pub(super) fn new(lockout: Option<Lockout>) -> Self {
        Self {
            lockout,
            tries: HashMap::new(),
        }
    }

    fn is_locked(&self, user: i32, now: Timestamp) -> bool {
        let tries = self.tries.get(&user);
        tries.is_some_and(|(_, until)| now.0 < *until)
    }

    fn note_wrong(&mut self, user: i32, now: Timestamp) {
        let Some(Lockout { attempts, time }) = self.lockout else {
            return;
        };
        let (wrong, until) = self.tries.entry(user).or_default();
        *wrong += 1;
        if *wrong >= attempts {
            let time = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
            (*wrong, *until) = (0, now.0.saturating_add(time));
        }
    }
}

/// Lets a user in, or not.
///
/// Evidence: a wrong partner, user and password are refused alike (contract, section 1, observed);
/// a user name that several customers have, without the partner, has a name of its own in the
/// schema (documented). A locked user is refused whatever is given, until the time is over
/// (observed that it is; how long and with which number is chosen).
pub(super) fn login(
    store: &mut Store,
    locks: &mut Locks,
    params: &Params,
    now: Timestamp,
) -> Result<Arc<User>, Refusal> {
    let (Some(name), Some(password)) = (&params.username, &params.password) else {
        return Err(Refusal::of(ErrorName::BadCredentials));
    };
    let user = find(store, name, params.partner.as_deref().unwrap_or_default())?;
    if locks.is_locked(user.id, now) {
        return Err(Refusal::of(ErrorName::Restricted));
    }
    if !user.knows(password) {
        locks.note_wrong(user.id, now);
        return Err(Refusal::of(ErrorName::BadCredentials));
    }
    locks.tries.remove(&user.id);
    let seconds = now.seconds();
    let mut user = User::clone(&user);
    if user.first_login == 0 {
        user.first_login = seconds;
    }
    user.last_login = seconds;
    store.keep_user(user).map_err(|error| error.refusal())
}

fn find(store: &Store, name: &str, partner: &str) -> Result<Arc<User>, Refusal> {
    let mut users = store.users().filter(|user| *user.name == *name);
    let found = if partner.is_empty() {
        let first = users.next();
        if users.next().is_some() {
            return Err(Refusal::of(ErrorName::UserAmbiguous));
        }
        first
    } else {
        users.find(|user| {
            let home = store.get(user.partner_id);
            home.is_some_and(|home| *home.name == *partner)
        })
    };
    found
        .cloned()
        .ok_or_else(|| Refusal::of(ErrorName::BadCredentials))
}
