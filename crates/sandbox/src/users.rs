//! The methods about users.
//!
//! Evidence for the methods, their parameters and the members of answers: the vendor's pages on users
//! and its schema (documented). What the service refuses, and with which number, is published
//! nowhere: chosen here, beside each rule. Must not know: the frame of a request, faults.

use super::answer::{self, Object};
use super::error::{ErrorName, Refusal};
use super::kinds::{OrUndefined, UserFlag};
use super::reach::{reach, required};
use super::role::Role;
use super::store::Store;
use super::user::User;
use super::wire::{Params, UserInfo};

/// Lists the users of some customers, each customer's alone. The page's sample asks for one customer
/// and both users in the answer are that customer's.
pub(super) fn enumerate(
    store: &Store,
    caller: &User,
    params: &Params,
    out: &mut Vec<u8>,
) -> Result<usize, Refusal> {
    let Some(ids) = &params.partner_ids else {
        return Err(Refusal::of(ErrorName::Security));
    };
    for id in ids {
        reach(store, caller, *id)?;
    }
    let users = store.users().filter(|user| ids.contains(&user.partner_id));
    Ok(answer::list(out, users, |object, user| {
        answer::user_members(object, user);
        // The page's sample has it, always null.
        object.null("Password");
    }))
}

/// Lists the roles.
pub(super) fn roles(out: &mut Vec<u8>) -> usize {
    answer::list(out, Role::ALL, |object: &mut Object<'_>, role| {
        object.int("Id", role.id().into());
        object.text("Name", role.name());
    })
}

/// Creates a user; says its id and whose it is.
pub(super) fn add(store: &mut Store, caller: &User, params: Params) -> Result<(i32, i32), Refusal> {
    let info = given(params)?;
    let partner_id = required(info.partner_id)?;
    reach(store, caller, partner_id)?;
    let Some(name) = info.name.clone() else {
        return Err(Refusal::invalid("userInfo: Name is missing"));
    };
    let Some(role) = info.role_id else {
        return Err(Refusal::invalid("userInfo: RoleId is missing"));
    };
    let mut user = User::new(0, partner_id, name, checked_role(caller, role)?);
    user.id = store.new_user_id();
    apply(store, *info, &mut user)?;
    let user = store.keep_user(user).map_err(|error| error.refusal())?;
    Ok((user.id, partner_id))
}

/// Changes the members that were given; says whose user it is.
pub(super) fn modify(store: &mut Store, caller: &User, params: Params) -> Result<i32, Refusal> {
    let info = given(params)?;
    let mut user = find(store, caller, info.id)?;
    if let Some(partner_id) = info.partner_id {
        reach(store, caller, partner_id)?;
        user.partner_id = partner_id;
    }
    if let Some(role) = info.role_id {
        user.role = checked_role(caller, role)?;
    }
    apply(store, *info, &mut user)?;
    let user = store.keep_user(user).map_err(|error| error.refusal())?;
    Ok(user.partner_id)
}

/// Removes a user, but not the one who asks; says whose it was.
pub(super) fn remove(store: &mut Store, caller: &User, params: &Params) -> Result<i32, Refusal> {
    let mut user = find(store, caller, params.user_id)?;
    if user.id == caller.id {
        return Err(Refusal::of(ErrorName::Security));
    }
    user.removed = true;
    let user = store.keep_user(user).map_err(|error| error.refusal())?;
    Ok(user.partner_id)
}

fn given(params: Params) -> Result<Box<UserInfo>, Refusal> {
    let info = params.user_info;
    info.ok_or_else(|| Refusal::invalid("userInfo is missing"))
}

/// A user the caller may see.
fn find(store: &Store, caller: &User, id: Option<i32>) -> Result<User, Refusal> {
    let id = required(id)?;
    let user = store.user(id).ok_or_else(|| {
        Refusal::saying(
            ErrorName::EntityNotFound,
            format!("User {id} does not exist"),
        )
    })?;
    reach(store, caller, user.partner_id)?;
    // Nobody changes a user of a role above its own. Inferred.
    if user.role < caller.role {
        return Err(Refusal::of(ErrorName::Security));
    }
    Ok(User::clone(user))
}

/// Nobody gives a role above its own. Inferred.
fn checked_role(caller: &User, id: i32) -> Result<Role, Refusal> {
    let role = Role::of(id);
    let role = role.ok_or_else(|| Refusal::invalid(format!("RoleId {id} does not exist")))?;
    if role < caller.role {
        return Err(Refusal::of(ErrorName::Security));
    }
    Ok(role)
}

fn apply(store: &Store, info: UserInfo, user: &mut User) -> Result<(), Refusal> {
    if let Some(password) = info.password {
        user.set_password(&password);
    }
    if let Some(flags) = info.flags {
        user.flags = flags;
    }
    if let Some(OrUndefined(Some(two_factor))) = info.two_factor {
        user.two_factor = two_factor;
    }
    let given = [
        (info.name, &mut user.name),
        (info.email, &mut user.email),
        (info.first_name, &mut user.first_name),
        (info.full_name, &mut user.full_name),
        (info.title, &mut user.title),
        (info.phone, &mut user.phone),
    ];
    for (value, place) in given {
        if let Some(value) = value {
            *place = value;
        }
    }
    check(store, user)
}

/// The login name is not empty, and the same as the e-mail address (documented); users of the API
/// have a name that is none (documented). That no two users of one customer share a name is inferred.
fn check(store: &Store, user: &User) -> Result<(), Refusal> {
    if user.name.trim().is_empty() {
        return Err(Refusal::invalid("userInfo: Name is empty"));
    }
    let is_for_api = user.flags.contains(UserFlag::NonInteractive);
    if !is_for_api && !user.email.is_empty() && user.email != user.name {
        return Err(Refusal::invalid(
            "userInfo: EmailAddress is not the same as Name",
        ));
    }
    let twin = |other: &User| {
        other.id != user.id && other.partner_id == user.partner_id && other.name == user.name
    };
    if store.users().any(|other| twin(other)) {
        return Err(Refusal::of(ErrorName::NotUnique));
    }
    Ok(())
}
