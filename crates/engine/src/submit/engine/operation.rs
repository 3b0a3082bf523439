//! What differs between a create, an update and a removal: what is looked at before the request
//! leaves, what a look means, and what it is called when it is done. Nothing else of the engine asks
//! which of them it is. Pure.

use std::sync::Arc;

use super::devices::has_devices;
use super::event::{Look, Purpose, Seen};
use super::op::{Evidence, How, Op, said};
use super::schedule::OpId;
use super::state::Direction;
use crate::api::ServerError;
use crate::api::errors::{Meaning, meaning};
use crate::model::number::counted;
use crate::model::{Operation, Origin, Outcome, PartnerId, Reason, Since, code};
use crate::plan::{Customer, Shown, Tenant, changed_by_others, shown, stands};
use crate::submit::as_left::{changed, has_customers};

/// The service's number for an entity that does not exist.
const ENTITY_NOT_FOUND: i64 = 1802;

/// What a look at an operation's customer means for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing of the request is there, and nothing speaks against it.
    Ready,
    /// It is as the request was to make it.
    Done,
    /// Somebody else has removed it, and nothing is left to be done.
    Gone,
    /// Somebody else has changed it, or uses it.
    Otherwise(Reason),
    /// Nothing of the request is there, and somebody else has set these members as they were to become.
    InPart(Vec<String>),
}

/// Whether the customer is looked at right before the request leaves.
pub(super) fn looks_first(operation: &Operation) -> bool {
    match operation {
        // Nobody else has switched what is new, and twice does no harm.
        Operation::Create { .. } => false,
        Operation::Deploy { since, .. } => *since == Since::Before,
        Operation::Update { .. } | Operation::Remove { .. } => true,
    }
}

/// The look at one customer that tells of the operation; `None` where it takes a list of many.
pub(super) fn look_at(op: OpId, operation: &Operation, purpose: Purpose) -> Option<Look> {
    match operation {
        Operation::Create { .. } => None,
        Operation::Update { id, .. } => {
            let id = *id;
            Some(Look::Customer { op, id, purpose })
        }
        Operation::Deploy { id, .. } => {
            let id = *id;
            Some(Look::Deployment { op, id, purpose })
        }
        Operation::Remove { id, parent, .. } => Some(Look::Bare {
            op,
            id: *id,
            parent: parent.customer()?,
            devices: false,
            purpose,
        }),
    }
}

/// Whether it removes, so that devices matter.
pub(super) fn removes(operation: &Operation) -> bool {
    matches!(operation, Operation::Remove { .. })
}

/// Whether it creates, so that its customer is one that was not there before.
pub(super) fn creates(operation: &Operation) -> bool {
    matches!(operation, Operation::Create { .. })
}

/// What a look means for an operation whose customer is to stand below `parent`.
pub(super) fn verdict(
    operation: &Operation,
    parent: Option<PartnerId>,
    seen: &Seen,
    direction: Direction,
) -> Verdict {
    match (operation, seen) {
        (_, Seen::Gone) => gone(operation, None, direction),
        (
            Operation::Update {
                partner, update, ..
            },
            Seen::Customer(customer),
        ) => match shown(update, parent, partner, customer) {
            Shown::AsWanted => Verdict::Done,
            Shown::AsBefore => Verdict::Ready,
            Shown::Otherwise(how) => Verdict::Otherwise(conflict(direction, &how)),
        },
        (
            Operation::Remove {
                parent, partner, ..
            },
            Seen::Bare {
                customer,
                below,
                devices,
            },
        ) => {
            let moved = parent
                .customer()
                .and_then(|parent| changed(parent, partner, customer));
            let against = moved
                .or_else(|| has_customers(below))
                .or_else(|| has_devices(devices));
            against.map_or(Verdict::Ready, Verdict::Otherwise)
        }
        (Operation::Deploy { to, .. }, Seen::Deployment(now)) => {
            if now == to {
                Verdict::Done
            } else {
                Verdict::Ready
            }
        }
        // A look at something else tells nothing, and nothing is sent on its strength.
        (_, _) => Verdict::Otherwise(Reason::new(
            &code::NOT_TOLD,
            "the service returned something else",
        )),
    }
}

/// What it means for an update that is neither made nor as it was that some of its members are as they
/// were to become. Where a request of ours may have been carried out it was, and others have changed the
/// rest since: their values stay. Where none can have been, those members are somebody else's doing:
/// they are not sent, for what is sent is ours to take back.
pub(super) fn in_part(
    op: &Op,
    parent: Option<PartnerId>,
    seen: &Seen,
    purpose: Purpose,
) -> Option<Verdict> {
    let (
        Operation::Update {
            partner, update, ..
        },
        Seen::Customer(customer),
    ) = (&op.operation, seen)
    else {
        return None;
    };
    let standing = stands(update, parent, partner, customer);
    match (op.evidence, purpose) {
        _ if standing.is_empty() => None,
        (Evidence::Intent | Evidence::Left, _) => Some(Verdict::Done),
        (Evidence::None, Purpose::BeforeSending) => {
            let members = standing.into_iter().map(str::to_owned);
            Some(Verdict::InPart(members.collect()))
        }
        (Evidence::None, Purpose::Settling) => None,
    }
}

/// Leaves what others have changed since out of what is taken back, where anything else is left.
pub(super) fn spare(op: &mut Op, parent: Option<PartnerId>, seen: &Seen) {
    let (
        Operation::Update {
            partner, update, ..
        },
        Seen::Customer(customer),
    ) = (&mut op.operation, seen)
    else {
        return;
    };
    let theirs = changed_by_others(update, parent, partner, customer);
    if theirs.is_empty() {
        return;
    }
    let paths: Vec<String> = theirs.iter().map(|(path, _)| (*path).to_owned()).collect();
    *update = Arc::new(update.without(&paths, "changed by others since"));
    let words: Vec<String> = theirs.into_iter().map(|(_, words)| words).collect();
    let mut message = format!("it was changed in part since the run: {}", words.join("; "));
    if let Some(earlier) = &op.short_of {
        message = format!("{message}; {}", earlier.message);
    }
    op.short_of = Some(Box::new(Reason::new(&code::CHANGED_IN_PART, message)));
}

/// What it means that nobody is there.
pub(super) fn gone(
    operation: &Operation,
    error: Option<&ServerError>,
    direction: Direction,
) -> Verdict {
    match (direction, error) {
        _ if removes(operation) => Verdict::Done,
        (Direction::Back, _) => Verdict::Gone,
        (Direction::Forth, Some(error)) => Verdict::Otherwise(said(error)),
        (Direction::Forth, None) => {
            Verdict::Otherwise(Reason::new(&code::CONFLICT, code::CUSTOMER_IS_GONE))
        }
    }
}

fn conflict(direction: Direction, how: &str) -> Reason {
    match direction {
        Direction::Forth => Reason::new(
            &code::CONFLICT,
            format!("not changed: somebody else has changed it since it was planned: {how}"),
        ),
        Direction::Back => Reason::new(
            &code::CHANGED_SINCE,
            format!("it was changed again since the run: {how}"),
        ),
    }
}

/// Whether a refusal means that what was to be done is so already.
pub(super) fn is_done_by(operation: &Operation, error: &ServerError) -> bool {
    removes(operation) && says_gone(error)
}

/// Whether the service says that the customer does not exist.
pub(in crate::submit) fn says_gone(error: &ServerError) -> bool {
    meaning(error) == Meaning::ParentNotFound || error.number == ENTITY_NOT_FOUND
}

/// What an operation is called that is done.
pub(super) fn outcome(op: &Op, id: PartnerId, how: How, direction: Direction) -> Outcome {
    let by_us = how == How::Answered || op.evidence != Evidence::None;
    match (&op.operation, direction) {
        // Where no request of ours was lost, somebody else was faster.
        (
            Operation::Create { .. } | Operation::Update { .. } | Operation::Deploy { .. },
            Direction::Forth,
        ) if !by_us => Outcome::Exists(id),
        (Operation::Create { .. }, _) => Outcome::Created(id, origin(op, how)),
        // The journal tells only those of which nothing but the intent is known.
        (Operation::Update { .. } | Operation::Deploy { .. }, Direction::Forth) => {
            match origin(op, how) {
                Origin::Met => Outcome::Updated(id, Origin::Met),
                Origin::Answered | Origin::Found => Outcome::Updated(id, Origin::Answered),
            }
        }
        (Operation::Deploy { .. }, Direction::Back) => Outcome::Restored,
        (Operation::Update { .. }, Direction::Back) => match &op.short_of {
            Some(why) => Outcome::Kept(why.clone()),
            None => Outcome::Restored,
        },
        (Operation::Remove { .. }, _) if by_us => Outcome::Removed,
        (Operation::Remove { .. }, _) => Outcome::Gone,
    }
}

fn origin(op: &Op, how: How) -> Origin {
    match (how, op.evidence) {
        (How::Answered, _) => Origin::Answered,
        (How::Found, Evidence::Intent) => Origin::Met,
        (How::Found, _) => Origin::Found,
    }
}

/// Why a customer above one that stays stays too.
pub(super) fn stays_below(op: &Op) -> Option<Box<Reason>> {
    let Operation::Remove { id, partner, .. } = &op.operation else {
        return None;
    };
    let name = partner.name.as_str();
    let message = format!("customer \"{name}\" (id {id}) is below it");
    Some(Box::new(Reason::new(&code::HAS_CUSTOMERS, message)))
}

/// What is said of an operation that was sent again and again without a clear answer.
pub(super) fn never_answered(operation: &Operation, lost: u32, last: &str) -> Reason {
    let (code, missing) = match operation {
        Operation::Create { .. } => (&code::NO_ANSWER, "not in the tenant"),
        Operation::Update { .. } => (&code::NO_ANSWER, "not changed in the tenant"),
        Operation::Deploy { .. } => (&code::NO_ANSWER, "automatic deployment is not switched"),
        Operation::Remove { .. } => (&code::REMOVAL_WITHOUT_ANSWER, "still there"),
    };
    let message = format!(
        "sent {} without a clear answer, and {missing}; the last time: {last}",
        counted(lost, "time")
    );
    Reason::new(code, message)
}

/// What reading an operation's customer is called in a message.
pub(super) fn look_in_words(look: &Look) -> String {
    match look {
        Look::Below { parent: id, .. } | Look::Tree { root: id, .. } => {
            format!("list the customers below {id}")
        }
        Look::Customer { id, .. } => format!("read customer {id}"),
        Look::Deployment { id, .. } => format!("ask for automatic deployment of customer {id}"),
        Look::Bare { id, .. } => format!("look at customer {id}"),
        Look::Devices { root } => format!("list the devices below {root}"),
    }
}

/// Whether it switches, which leaves nothing behind that could be there twice.
pub(super) fn switches(operation: &Operation) -> bool {
    matches!(operation, Operation::Deploy { .. })
}

/// Whether sending it again at once does no harm: whichever removal comes first does it, the other finds
/// nobody; and what was switched is as it is to be after the second request too.
pub(super) fn may_be_sent_twice(operation: &Operation) -> bool {
    removes(operation) || switches(operation)
}

/// Those below a customer, as a tenant of their own.
pub(super) fn tenant_below(parent: PartnerId, below: Vec<Customer>) -> Tenant {
    let top = Customer {
        id: parent.get(),
        ..Customer::default()
    };
    Tenant::new(top, below)
}
