//! The methods that read the tenant. Each writes its value into the answer and says how much it
//! listed.
//!
//! Must not know: the frame of a request, faults.

use super::answer::{self, Object};
use super::error::{ErrorName, Refusal};
use super::fields::Fields;
use super::kinds::{AutoDeployment, OrUndefined, SortOrder};
use super::partner::Partner;
use super::reach::{reach, required};
use super::store::Store;
use super::user::User;
use super::wire::{Filter, LooseBool, Params};

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
///
/// Evidence: the page's sample sends the customer alone and gets `Children` null beside the count of
/// them, and the customer with all its members (documented). The scripts send a
/// range and get children (section 4, observed). So it is taken that a range is what asks for them.
pub(super) fn enumerate_child_partners(
    store: &Store,
    caller: &User,
    params: &Params,
    out: &mut Vec<u8>,
) -> Result<usize, Refusal> {
    let top = reach(store, caller, required(params.partner_id)?)?;
    let children = children(store, top, params);
    let count = children.len();
    let (offset, size) = match &params.range {
        None => (0, 0),
        Some(range) => (range.offset.unwrap_or(0), range.size.unwrap_or(usize::MAX)),
    };
    let shown: Vec<_> = children.into_iter().skip(offset).take(size).collect();
    let listed = shown.len();
    let seed = store.seed();
    let info = |info: &mut Object<'_>, partner: &Partner| {
        answer::partner(info, partner, params.fields.unwrap_or(Fields::ALL), seed);
        if params.fields.is_none() {
            answer::newer_members(info, partner, seed);
        }
    };
    write_tree(store, top, count, shown, &info, out);
    Ok(listed)
}

/// A customer and its children as a tree node.
///
/// Evidence: the page's sample sends the customer alone; the answer has one level of children, the
/// count of theirs, and of everybody the id, the parent, the level and null for a name (documented). What `filter` and `childrenLimit` do is inferred from their names.
pub(super) fn tree(
    store: &Store,
    caller: &User,
    params: &Params,
    out: &mut Vec<u8>,
) -> Result<usize, Refusal> {
    let top = reach(store, caller, required(params.partner_id)?)?;
    let mut children = children(store, top, params);
    let filter = params.filter.as_deref().filter(|text| !text.is_empty());
    children.retain(|partner| fits(filter, &partner.name));
    let count = children.len();
    let limit = params
        .children_limit
        .and_then(|most| usize::try_from(most).ok());
    if let Some(most) = limit.filter(|most| *most > 0) {
        children.truncate(most);
    }
    let listed = children.len();
    let seed = store.seed();
    let info = |info: &mut Object<'_>, partner: &Partner| match params.fields {
        Some(fields) => answer::partner(info, partner, fields, seed),
        None => answer::bare_partner(info, partner),
    };
    write_tree(store, top, count, children, &info, out);
    Ok(listed)
}

/// The children of a customer that pass the filter, in the order asked for.
fn children<'a>(store: &'a Store, top: &Partner, params: &Params) -> Vec<&'a Partner> {
    let unfiltered = Filter::default();
    let filter = params.partner_filter.as_ref().unwrap_or(&unfiltered);
    let children = store.children(top.id).iter();
    let mut children: Vec<&Partner> = children
        .filter_map(|id| store.get(*id))
        .filter(|partner| passes(partner, filter))
        .collect();
    if let Some(OrUndefined(Some(order))) = filter.sort_order {
        sort(&mut children, order);
    }
    children
}

fn write_tree(
    store: &Store,
    top: &Partner,
    count: usize,
    children: Vec<&Partner>,
    write: &dyn Fn(&mut Object<'_>, &Partner),
    out: &mut Vec<u8>,
) {
    let start = |node: &mut Object<'_>, partner: &Partner, children: usize| {
        let mut info = Object::begin(node.key("Info"));
        write(&mut info, partner);
        info.end();
        let children = i64::try_from(children).unwrap_or(i64::MAX);
        node.int("ActualChildCount", children);
    };
    let mut node = Object::begin(out);
    start(&mut node, top, count);
    if children.is_empty() {
        node.null("Children");
    } else {
        answer::list(node.key("Children"), children, |node, child| {
            start(node, child, store.children(child.id).len());
            node.null("Children");
        });
    }
    node.end();
}

/// Tells what a customer was like over time: pairs of its members and since when.
///
/// Evidence: the page's sample (documented), where without `fields` nobody has a name. That a version begins with the creation and with each change of the customer itself
/// is inferred from the sample's moves.
pub(super) fn history(
    store: &Store,
    caller: &User,
    params: &Params,
    out: &mut Vec<u8>,
) -> Result<usize, Refusal> {
    let partner = reach(store, caller, required(params.partner_id)?)?;
    let seed = store.seed();
    let versions = store.versions(partner);
    out.push(b'[');
    for (place, (at, version)) in versions.iter().enumerate() {
        out.extend_from_slice(if place == 0 { b"[" } else { b",[" });
        let mut info = Object::begin(out);
        match params.fields {
            Some(fields) => answer::partner(&mut info, version, fields, seed),
            None => answer::bare_partner(&mut info, version),
        }
        info.end();
        out.push(b',');
        let mut since = Object::begin(out);
        since.int("Timestamp", *at);
        since.end();
        out.push(b']');
    }
    out.push(b']');
    Ok(versions.len())
}

/// Whether a customer's devices are set up by themselves.
pub(super) fn auto_deployment(
    store: &Store,
    caller: &User,
    params: &Params,
) -> Result<AutoDeployment, Refusal> {
    let partner = partner_by_id(store, caller, params)?;
    let details = partner.details.as_deref();
    let state = details.and_then(|details| details.auto_deployment);
    Ok(state.unwrap_or(AutoDeployment::Unspecified))
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
    let partner = reach(store, caller, id)?;
    if !partner.has_uid() {
        return Err(Refusal::of(ErrorName::PartnerNotFound));
    }
    Ok(partner)
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
