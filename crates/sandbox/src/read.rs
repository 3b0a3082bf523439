//! The methods that read the tenant. Each writes its value into the answer and says how much it
//! listed.
//!
//! Must not know: the frame of a request, faults.

use super::answer::{self, Object};
use super::error::{ErrorName, Refusal};
use super::fields::Fields;
use super::kinds::{OrUndefined, SortOrder};
use super::partner::{Partner, User};
use super::store::Store;
use super::wire::{Filter, LooseBool, Params};
use super::write::reach;

/// Finds the user who logs in.
pub(super) fn login(store: &Store, params: &Params) -> Result<User, Refusal> {
    let bad = || Refusal::of(ErrorName::BadCredentials);
    let (Some(name), Some(password)) = (&params.username, &params.password) else {
        return Err(bad());
    };
    let mut users = store.users().iter().filter(|user| user.name == name);
    let user = match params.partner.as_deref() {
        None | Some("") => {
            let user = users.next().ok_or_else(bad)?;
            if users.next().is_some() {
                return Err(Refusal::of(ErrorName::UserAmbiguous));
            }
            user
        }
        Some(partner) => users
            .find(|user| {
                store
                    .get(user.partner_id)
                    .is_some_and(|home| &*home.name == partner)
            })
            .ok_or_else(bad)?,
    };
    if user.password == password {
        Ok(*user)
    } else {
        Err(bad())
    }
}

/// Lists what is below a customer, flat; without the customer itself.
pub(super) fn enumerate_partners(
    store: &Store,
    caller: &User,
    params: &Params,
    out: &mut Vec<u8>,
) -> Result<usize, Refusal> {
    let top = required(params.parent_partner_id)?;
    reach(store, caller, top)?;
    let fields = params.fields.unwrap_or(Fields::ALL);
    let seed = store.seed();
    let write = |object: &mut Object<'_>, partner| answer::partner(object, partner, fields, seed);
    if params.fetch_recursively != Some(LooseBool(true)) {
        let children = store.children(top).iter().filter_map(|id| store.get(*id));
        return Ok(answer::list(out, children, write));
    }
    let mut all = Vec::new();
    store.walk(top, &mut |partner| all.push(partner));
    out.reserve(
        all.len()
            .saturating_mul(if fields == Fields::ALL { 800 } else { 200 }),
    );
    Ok(answer::list(out, all, write))
}

/// Lists the children of a customer as a tree node, filtered, sorted and cut to a range.
pub(super) fn enumerate_child_partners(
    store: &Store,
    caller: &User,
    params: &Params,
    out: &mut Vec<u8>,
) -> Result<usize, Refusal> {
    let top = reach(store, caller, required(params.partner_id)?)?;
    let fields = params.fields.unwrap_or(Fields::ALL);
    let unfiltered = Filter::default();
    let filter = params.partner_filter.as_ref().unwrap_or(&unfiltered);
    let mut children: Vec<&Partner> = store
        .children(top.id)
        .iter()
        .filter_map(|id| store.get(*id))
        .filter(|partner| passes(partner, filter))
        .collect();
    if let Some(OrUndefined(Some(order))) = filter.sort_order {
        sort(&mut children, order);
    }
    let count = children.len();
    let (offset, size) = match &params.range {
        None => (0, usize::MAX),
        Some(range) => (range.offset.unwrap_or(0), range.size.unwrap_or(usize::MAX)),
    };
    let shown: Vec<_> = children.into_iter().skip(offset).take(size).collect();
    let listed = shown.len();
    let seed = store.seed();
    let mut node = Object::begin(out);
    node_start(&mut node, top, count, fields, seed);
    let out = node.key("Children");
    if shown.is_empty() {
        out.extend_from_slice(b"null");
    } else {
        answer::list(out, shown, |node, child| {
            let below = store.children(child.id).len();
            node_start(node, child, below, fields, seed);
            node.key("Children").extend_from_slice(b"null");
        });
    }
    node.end();
    Ok(listed)
}

fn node_start(
    node: &mut Object<'_>,
    partner: &Partner,
    children: usize,
    fields: Fields,
    seed: u64,
) {
    let mut info = Object::begin(node.key("Info"));
    answer::partner(&mut info, partner, fields, seed);
    info.end();
    node.int(
        "ActualChildCount",
        i64::try_from(children).unwrap_or(i64::MAX),
    );
}

fn passes(partner: &Partner, filter: &Filter) -> bool {
    filter
        .states
        .is_none_or(|states| states.is_empty() || states.contains(partner.state))
        && filter
            .levels
            .is_none_or(|levels| levels.is_empty() || levels.contains(partner.level))
        && fits(filter.name_pattern.as_deref(), &partner.name)
        && fits(
            filter.external_code_pattern.as_deref(),
            partner.external_code.as_deref().unwrap_or_default(),
        )
}

/// Does a text fit a pattern? `*` and `%` stand for anything, a pattern without them fits anywhere
/// in the text, and case does not count. Not published; chosen.
fn fits(pattern: Option<&str>, text: &str) -> bool {
    let Some(pattern) = pattern else { return true };
    let pattern = pattern.to_lowercase();
    let text = text.to_lowercase();
    let parts: Vec<&str> = pattern.split(['*', '%']).collect();
    let [first, middle @ .., last] = parts.as_slice() else {
        return text.contains(&pattern);
    };
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    for part in middle {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

fn sort(partners: &mut [&Partner], order: SortOrder) {
    match order {
        SortOrder::ById => partners.sort_by_key(|partner| partner.id),
        SortOrder::ByName => partners.sort_by(|a, b| a.name.cmp(&b.name)),
        SortOrder::ByLevelAndName => {
            partners.sort_by(|a, b| (a.level, &a.name).cmp(&(b.level, &b.name)));
        }
        SortOrder::ByCreationTime => partners.sort_by_key(|partner| (partner.created, partner.id)),
    }
}

/// Finds a customer by its exact name; those outside the caller's tree are as good as absent.
pub(super) fn partner_by_name<'a>(
    store: &'a Store,
    caller: &User,
    params: &Params,
) -> Result<&'a Partner, Refusal> {
    let Some(name) = &params.name else {
        return Err(Refusal::invalid("name is missing"));
    };
    let mut found = store
        .named(name)
        .iter()
        .filter(|id| store.is_within(caller.partner_id, **id))
        .filter_map(|id| store.get(*id));
    match (found.next(), found.next()) {
        (None, _) => Err(Refusal::of(ErrorName::PartnerNotFound)),
        (Some(partner), None) => Ok(partner),
        (Some(_), Some(_)) => Err(Refusal::of(ErrorName::MultipleEntitiesFound)),
    }
}

/// Finds a customer by its id.
pub(super) fn partner_by_id<'a>(
    store: &'a Store,
    caller: &User,
    params: &Params,
) -> Result<&'a Partner, Refusal> {
    reach(store, caller, required(params.partner_id)?)
}

/// Lists the devices of a customer and of all below it.
pub(super) fn accounts(
    store: &Store,
    caller: &User,
    params: &Params,
    out: &mut Vec<u8>,
) -> Result<usize, Refusal> {
    let devices = devices_below(store, caller, params.partner_id)?;
    Ok(answer::accounts(out, devices))
}

/// The devices of a customer and of all below it, each with whose it is.
fn devices_below<'a>(
    store: &'a Store,
    caller: &User,
    id: Option<i32>,
) -> Result<Vec<(&'a Partner, answer::Device)>, Refusal> {
    let top = reach(store, caller, required(id)?)?;
    let mut holders = vec![top];
    store.walk(top.id, &mut |partner| holders.push(partner));
    let devices = holders.into_iter();
    let devices =
        devices.flat_map(|partner| answer::devices(partner).map(move |device| (partner, device)));
    Ok(devices.collect())
}

/// The same, a part of them at a time.
pub(super) fn statistics(
    store: &Store,
    caller: &User,
    params: &Params,
    out: &mut Vec<u8>,
) -> Result<usize, Refusal> {
    let Some(query) = &params.query else {
        return Err(Refusal::invalid("query is missing"));
    };
    let devices = devices_below(store, caller, query.partner_id)?;
    let (start, count) = (query.start.unwrap_or(0), query.count.unwrap_or(usize::MAX));
    let part: Vec<_> = devices.into_iter().skip(start).take(count).collect();
    let columns = query.columns.as_deref().unwrap_or_default();
    Ok(answer::statistics(out, part, columns))
}

/// Finds a customer by its unique text.
pub(super) fn partner_by_uid<'a>(
    store: &'a Store,
    caller: &User,
    params: &Params,
) -> Result<&'a Partner, Refusal> {
    let Some(uid) = &params.partner_uid else {
        return Err(Refusal::invalid("partnerUid is missing"));
    };
    let id = answer::id_of_uid(store.seed(), uid)
        .ok_or_else(|| Refusal::of(ErrorName::PartnerNotFound))?;
    reach(store, caller, id)
}

/// Lists the ancestors of a customer from its parent upwards, as far as the caller sees.
pub(super) fn enumerate_ancestors(
    store: &Store,
    caller: &User,
    params: &Params,
    out: &mut Vec<u8>,
) -> Result<usize, Refusal> {
    let mut at = reach(store, caller, required(params.partner_id)?)?;
    let mut ancestors = Vec::new();
    while at.id != caller.partner_id {
        let Some(parent) = store.get(at.parent_id) else {
            break;
        };
        ancestors.push(parent);
        at = parent;
    }
    let seed = store.seed();
    Ok(answer::list(out, ancestors, |object, partner| {
        answer::partner(object, partner, Fields::ALL, seed);
    }))
}

/// An id that has to be given; the service calls its absence a matter of security.
fn required(id: Option<i32>) -> Result<i32, Refusal> {
    id.ok_or_else(|| Refusal::of(ErrorName::Security))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_anywhere_or_where_the_stars_say() {
        assert!(fits(None, "Zeus"));
        assert!(fits(Some("eu"), "Zeus"));
        assert!(fits(Some("ZEUS"), "Zeus & Sons"));
        assert!(fits(Some("zeus*"), "Zeus & Sons"));
        assert!(fits(Some("%sons"), "Zeus & Sons"));
        assert!(fits(Some("z*&*s"), "Zeus & Sons"));
        assert!(!fits(Some("*zeus"), "Zeus & Sons"));
        assert!(!fits(Some("sons*"), "Zeus & Sons"));
        assert!(!fits(Some("hera"), "Zeus & Sons"));
    }
}
