//! Ids beyond 32 bits: the sandbox counts in small ones, and whoever calls sees them as many more.
//! For trying out clients that hold ids in too little.

use serde_json::Value;

use super::method::Method;

/// What is added to every id of a customer.
const BASE: i64 = 1 << 32;

/// The members that hold an id of a customer, a device or a user, in requests and answers.
const MEMBERS: [&str; 9] = [
    "Id",
    "ParentId",
    "PartnerId",
    "AccountId",
    "parentPartnerId",
    "partnerId",
    "partnerIds",
    "accountId",
    "userId",
];

/// A request with ids as the sandbox has them.
pub(super) fn narrowed(body: &[u8]) -> Vec<u8> {
    let Ok(mut call) = serde_json::from_slice::<Value>(body) else {
        return body.to_vec();
    };
    if let Some(params) = call.get_mut("params") {
        shift(params, &|id| if id > BASE { id - BASE } else { id });
    }
    call.to_string().into_bytes()
}

/// An answer with ids as callers see them. Where an answer was spoilt it stays as it is.
pub(super) fn widened(body: Vec<u8>, method: Option<Method>) -> Vec<u8> {
    let holds_ids = method.is_some_and(|method| {
        !matches!(
            method,
            Method::EnumerateLocations
                | Method::EnumerateCountries
                | Method::EnumerateRegions
                | Method::EnumerateUserRoles
        )
    });
    let mark = usize::from(body.starts_with(b"\xef\xbb\xbf")) * 3;
    let Ok(mut answer) = serde_json::from_slice::<Value>(&body[mark..]) else {
        return body;
    };
    let Some(value) = answer.pointer_mut("/result/result").filter(|_| holds_ids) else {
        return body;
    };
    match value.as_i64() {
        Some(id) => *value = (id + BASE).into(),
        None => shift(value, &|id| if id > 0 { id + BASE } else { id }),
    }
    let mut out = body[..mark].to_vec();
    out.extend_from_slice(answer.to_string().as_bytes());
    out
}

fn shift_all(list: &mut Value, by: &impl Fn(i64) -> i64) {
    for one in list.as_array_mut().into_iter().flatten() {
        if let Some(id) = one.as_i64() {
            *one = by(id).into();
        }
    }
}

fn shift(value: &mut Value, by: &impl Fn(i64) -> i64) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|one| shift(one, by)),
        Value::Object(members) => {
            for (name, member) in members {
                match member.as_i64() {
                    Some(id) if MEMBERS.contains(&name.as_str()) => *member = by(id).into(),
                    None if name == "partnerIds" => shift_all(member, by),
                    _ => shift(member, by),
                }
            }
        }
        _ => {}
    }
}
