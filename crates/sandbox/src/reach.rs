//! Which customers a caller may see.
//!
//! Must not know: methods, answers.

use super::error::{ErrorName, Refusal};
use super::partner::Partner;
use super::store::Store;
use super::user::User;

/// A partner the caller may see, or the refusal: one for ids that do not exist, another for those
/// outside the caller's tree.
pub(super) fn reach<'a>(store: &'a Store, caller: &User, id: i32) -> Result<&'a Partner, Refusal> {
    let partner = store
        .get(id)
        .ok_or_else(|| Refusal::of(ErrorName::PartnerNotFound))?;
    if store.is_within(caller.partner_id, id) {
        Ok(partner)
    } else {
        Err(Refusal::of(ErrorName::Security))
    }
}

/// An id that has to be given; the service calls its absence a matter of security.
pub(super) fn required(id: Option<i32>) -> Result<i32, Refusal> {
    id.ok_or_else(|| Refusal::of(ErrorName::Security))
}
