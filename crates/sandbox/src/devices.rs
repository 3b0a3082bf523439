//! The methods about devices, which the service calls accounts.
//!
//! Evidence for the methods, their parameters and the members of answers: the vendor's pages on
//! devices and its schema (documented). What the service refuses, and with which number, is published
//! nowhere: chosen here, beside each rule. Must not know: the frame of a request, faults.

use super::answer::{Object, list};
use super::answer_device as answer;
use super::device::Device;
use super::error::{ErrorName, Refusal};
use super::geo;
use super::kinds::{Level, OrUndefined};
use super::partner::Partner;
use super::reach::{reach, required};
use super::store::Store;
use super::user::User;
use super::wire::{AccountInfo, Params};

/// Lists the devices of a customer and of all below it: those "of your own company and your
/// customers" (contract, section 8, documented). For users of one customer's scope the service
/// refuses it always (section 8, observed by one client).
pub(super) fn enumerate(
    store: &Store,
    caller: &User,
    params: &Params,
    out: &mut Vec<u8>,
) -> Result<usize, Refusal> {
    if is_of_one_customer(store, caller) {
        return Err(Refusal::of(ErrorName::Security));
    }
    let devices = below(store, caller, params.partner_id)?;
    let seed = store.seed();
    Ok(list(out, devices, |object, (partner, device)| {
        answer::device(object, partner, device, seed);
    }))
}

/// Columns that a user of one customer's scope may ask for (contract, section 8's source, observed);
/// any other makes the whole call a matter of security.
const OPEN_COLUMNS: [&str; 12] = [
    "I1", "I14", "I18", "D01F00", "D01F01", "D01F02", "D01F03", "D01F04", "D01F05", "D01F06",
    "D01F07", "D09F00",
];

/// The same, a part of them at a time, with the columns asked for.
pub(super) fn statistics(
    store: &Store,
    caller: &User,
    params: &Params,
    out: &mut Vec<u8>,
) -> Result<usize, Refusal> {
    let Some(query) = &params.query else {
        return Err(Refusal::invalid("query is missing"));
    };
    let columns = query.columns.as_deref().unwrap_or_default();
    let closed = |column: &String| !OPEN_COLUMNS.contains(&column.as_str());
    if is_of_one_customer(store, caller) && columns.iter().any(closed) {
        return Err(Refusal::of(ErrorName::Security));
    }
    let devices = below(store, caller, query.partner_id)?;
    let (start, count) = (query.start.unwrap_or(0), query.count.unwrap_or(usize::MAX));
    let part = devices.into_iter().skip(start).take(count);
    Ok(answer::statistics(out, part, columns))
}

/// Does the caller belong to a customer that has no customers of its own?
fn is_of_one_customer(store: &Store, caller: &User) -> bool {
    let home = store.get(caller.partner_id);
    home.is_some_and(|home| home.level >= Level::EndCustomer)
}

/// The devices of a customer and of all below it, each with whose it is.
fn below<'a>(
    store: &'a Store,
    caller: &User,
    id: Option<i32>,
) -> Result<Vec<(&'a Partner, &'a Device)>, Refusal> {
    let top = reach(store, caller, required(id)?)?;
    let mut holders = vec![top];
    store.walk(top.id, &mut |partner| holders.push(partner));
    let devices = holders.into_iter();
    let devices =
        devices.flat_map(|partner| partner.devices().map(move |device| (partner, device)));
    Ok(devices.collect())
}

/// Tells of one device, with the node that stores it beside the value, as in the page's sample.
pub(super) fn info(
    store: &Store,
    caller: &User,
    params: &Params,
    out: &mut Vec<u8>,
) -> Result<i32, Refusal> {
    let (partner, device) = find(store, caller, params.account_id)?;
    let mut both = Object::begin(out);
    answer::node(both.key("homeNodeInfo"), device.location_id);
    let mut object = Object::begin(both.key("result"));
    answer::device(&mut object, partner, device, store.seed());
    // In this sample and not in that of the list.
    object.text("OverrideVirtual", "Default");
    object.int("StorageId", 0);
    object.end();
    both.end();
    Ok(partner.id)
}

/// Puts a device on a customer; writes what it logs in with, says whose it is.
pub(super) fn add(
    store: &mut Store,
    caller: &User,
    params: Params,
    now_secs: i64,
    out: &mut Vec<u8>,
) -> Result<i32, Refusal> {
    let info = given(params)?;
    let id = required(info.partner_id)?;
    let name = info.name.clone().unwrap_or_default();
    if name.trim().is_empty() {
        return Err(Refusal::invalid("accountInfo: Name is missing"));
    }
    let mut partner = reach(store, caller, id)?.clone();
    let account = store.new_account_id();
    let mut device = Device::new(account, name, partner.location_id, now_secs);
    if let Some(OrUndefined(Some(kind))) = info.kind {
        device.kind = kind;
    }
    apply(&info, &mut device)?;
    let seed = store.seed();
    let mut result = Object::begin(out);
    answer::credentials(result.key("result"), &device, seed);
    result.end();
    partner.details_mut().devices.push(device);
    store.replace(partner).map_err(|error| error.refusal())?;
    Ok(id)
}

/// Changes a device or moves it to another customer; says whose it is then. "Device names and
/// passwords cannot be changed" (the vendor's page): another name is refused, the same one passes.
pub(super) fn modify(store: &mut Store, caller: &User, params: Params) -> Result<i32, Refusal> {
    let info = given(params)?;
    let (partner, device) = find(store, caller, info.id)?;
    if info
        .name
        .as_deref()
        .is_some_and(|name| *name != *device.name)
    {
        return Err(Refusal::invalid(
            "accountInfo: Name of a device cannot be changed",
        ));
    }
    let (from, id) = (partner.id, device.id);
    let to = info.partner_id.unwrap_or(from);
    reach(store, caller, to)?;
    let mut changed = device.clone();
    apply(&info, &mut changed)?;
    let mut holder = partner.clone();
    let devices = &mut holder.details_mut().devices;
    if to == from {
        let same = devices.iter_mut().find(|other| other.id == id);
        if let Some(device) = same {
            *device = changed;
        }
        store.replace(holder).map_err(|error| error.refusal())?;
        return Ok(to);
    }
    devices.retain(|other| other.id != id);
    let mut new = reach(store, caller, to)?.clone();
    new.details_mut().devices.push(changed);
    // In this order a disk that fails in between leaves the device with both, not with nobody.
    store.replace(new).map_err(|error| error.refusal())?;
    store.replace(holder).map_err(|error| error.refusal())?;
    Ok(to)
}

/// Removes a device; says whose it was. Its id is not used again.
pub(super) fn remove(
    store: &mut Store,
    caller: &User,
    params: &Params,
    now_secs: i64,
) -> Result<i32, Refusal> {
    change(store, caller, params.account_id, |device| {
        device.removed = now_secs.max(1);
    })
}

/// Writes into custom columns: pairs of a number and a text, as every script sends them (observed);
/// an empty text clears (observed). That columns need not be known beforehand is chosen: those that
/// make them are not here.
pub(super) fn set_columns(
    store: &mut Store,
    caller: &User,
    params: Params,
) -> Result<i32, Refusal> {
    let Some(values) = params.values else {
        return Err(Refusal::invalid("values is missing"));
    };
    change(store, caller, params.account_id, |device| {
        for (column, value) in values {
            device.columns.retain(|(other, _)| *other != column);
            if !value.is_empty() {
                device.columns.push((column, value.into()));
            }
        }
    })
}

fn change(
    store: &mut Store,
    caller: &User,
    id: Option<i32>,
    change: impl FnOnce(&mut Device),
) -> Result<i32, Refusal> {
    let (partner, device) = find(store, caller, id)?;
    let (id, mut partner) = (device.id, partner.clone());
    let devices = &mut partner.details_mut().devices;
    if let Some(device) = devices.iter_mut().find(|other| other.id == id) {
        change(device);
    }
    let holder = partner.id;
    store.replace(partner).map_err(|error| error.refusal())?;
    Ok(holder)
}

fn given(params: Params) -> Result<AccountInfo, Refusal> {
    let info = params.account_info;
    info.ok_or_else(|| Refusal::invalid("accountInfo is missing"))
}

/// A device of a customer the caller may see.
fn find<'a>(
    store: &'a Store,
    caller: &User,
    id: Option<i32>,
) -> Result<(&'a Partner, &'a Device), Refusal> {
    let id = required(id)?;
    let not_found = || {
        Refusal::saying(
            ErrorName::EntityNotFound,
            format!("Account {id} does not exist"),
        )
    };
    let holder = store.holder(id).ok_or_else(not_found)?;
    let partner = reach(store, caller, holder)?;
    let device = partner.devices().find(|device| device.id == id);
    Ok((partner, device.ok_or_else(not_found)?))
}

fn apply(info: &AccountInfo, device: &mut Device) -> Result<(), Refusal> {
    if let Some(alias) = &info.alias {
        device.alias = Some(alias.clone()).filter(|alias| !alias.is_empty());
    }
    if let Some(product) = info.product_id {
        device.product_id = product;
    }
    if let Some(location) = info.location_id {
        if !geo::location_exists(location) {
            return Err(Refusal::saying(
                ErrorName::EntityNotFound,
                format!("LocationId {location} does not exist"),
            ));
        }
        device.location_id = location;
    }
    if let Some(time) = info.expiration_time {
        device.expires = time;
    }
    Ok(())
}
