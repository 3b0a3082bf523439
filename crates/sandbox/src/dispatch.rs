//! From a method to what does it.
//!
//! Must not know: the frame of a request, visas, faults.

use super::answer::{self, Object};
use super::config::Config;
use super::error::{ErrorName, Refusal};
use super::method::Method;
use super::record::Done;
use super::store::Store;
use super::timestamp::Timestamp;
use super::user::User;
use super::wire::Params;
use super::{devices, read, users, write};

/// What the server says it is.
pub const VERSION: &str = "23.3-sandbox (partner-import SANDBOX, not the real service)";

/// Runs a method for a caller: writes its value and says what was done.
pub(super) fn dispatch(
    config: &Config,
    store: &mut Store,
    method: Method,
    caller: &User,
    params: Params,
    now: Timestamp,
    out: &mut Vec<u8>,
) -> Result<Done, Refusal> {
    if !caller.role.allows(method) {
        return Err(Refusal::of(ErrorName::Security));
    }
    let secs = now.seconds();
    let done = match method {
        Method::AddPartner => {
            let id = write::add_partner(store, config.names, caller, params, secs)?;
            created(out, id);
            return Ok(Done::Created(id));
        }
        Method::AddUser => {
            let (id, partner) = users::add(store, caller, params)?;
            created(out, id);
            return Ok(Done::Modified(partner));
        }
        Method::AddAccount => {
            return devices::add(store, caller, params, secs, out).map(Done::Modified);
        }
        Method::GetAccountInfoById => {
            devices::info(store, caller, &params, out)?;
            return Ok(Done::Read(1));
        }
        Method::ModifyPartner => {
            let id = write::modify_partner(store, config.names, caller, params, secs)?;
            Done::Modified(id)
        }
        Method::RemovePartner => Done::Removed(write::remove_partner(
            store,
            config.removal,
            caller,
            &params,
        )?),
        Method::ModifyAutoDeploymentPartnerState => {
            Done::Modified(write::auto_deployment(store, caller, &params, secs)?)
        }
        Method::ModifyAccount => Done::Modified(devices::modify(store, caller, params)?),
        Method::RemoveAccount => Done::Modified(devices::remove(store, caller, &params, secs)?),
        Method::UpdateAccountCustomColumnValues => {
            Done::Modified(devices::set_columns(store, caller, params)?)
        }
        Method::ModifyUser => Done::Modified(users::modify(store, caller, params)?),
        Method::RemoveUser => Done::Modified(users::remove(store, caller, &params)?),
        _ => {
            out.extend_from_slice(b"{\"result\":");
            let count = look(method, store, caller, &params, out)?;
            out.push(b'}');
            return Ok(Done::Read(count));
        }
    };
    // A method without a value answers null at the outer level.
    out.extend_from_slice(b"null");
    Ok(done)
}

fn created(out: &mut Vec<u8>, id: i32) {
    let mut result = Object::begin(out);
    result.int("result", id.into());
    result.end();
}

/// Runs a method that changes nothing: writes its value and says how much it listed.
fn look(
    method: Method,
    store: &Store,
    caller: &User,
    params: &Params,
    out: &mut Vec<u8>,
) -> Result<usize, Refusal> {
    let one = |out: &mut Vec<u8>, partner| {
        answer::whole_partner(out, partner, store.seed());
        1
    };
    Ok(match method {
        Method::EnumeratePartners => read::enumerate_partners(store, caller, params, out)?,
        Method::EnumerateChildPartners => {
            read::enumerate_child_partners(store, caller, params, out)?
        }
        Method::GetPartnerTree => read::tree(store, caller, params, out)?,
        Method::GetPartnerInfoHistory => read::history(store, caller, params, out)?,
        Method::GetPartnerState => {
            let state = read::partner_by_id(store, caller, params)?.state;
            answer::kind(out, state);
            1
        }
        Method::GetAutoDeploymentPartnerState => {
            answer::kind(out, read::auto_deployment(store, caller, params)?);
            1
        }
        Method::EnumerateAncestorPartners => read::enumerate_ancestors(store, caller, params, out)?,
        Method::GetPartnerInfo => one(out, read::partner_by_name(store, caller, params)?),
        Method::GetPartnerInfoById => one(out, read::partner_by_id(store, caller, params)?),
        Method::GetPartnerInfoByUid => one(out, read::partner_by_uid(store, caller, params)?),
        Method::EnumerateAccounts => devices::enumerate(store, caller, params, out)?,
        Method::EnumerateAccountStatistics => devices::statistics(store, caller, params, out)?,
        Method::EnumerateUsers => users::enumerate(store, caller, params, out)?,
        Method::EnumerateUserRoles => users::roles(out),
        Method::EnumerateLocations => answer::locations(out),
        Method::EnumerateCountries => answer::countries(out),
        Method::EnumerateRegions => answer::regions(out),
        Method::GetServerInfo => {
            let mut info = Object::begin(out);
            info.text("Version", VERSION);
            info.end();
            1
        }
        // Done above, or at the login.
        _ => return Err(Refusal::of(ErrorName::JsonRpc)),
    })
}
