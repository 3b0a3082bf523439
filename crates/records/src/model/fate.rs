//! A row's fate, from what is planned for it to what became of it: one set of types for plan,
//! journal, engine and report.
//!
//! [`Planned`] is what is to happen, [`Operation`] (in `operation`) the request that does it, [`Happening`] one thing
//! that happened on the way, [`Standing`] where the row stands after all of them, and [`Outcome`]
//! how it ended. A run and its undoing speak of the same things, each of its own rows.

use std::sync::Arc;

use super::code::CodeWord;
use super::fields::PartnerId;
use super::operation::{Operation, Parent};
use super::partner::PartnerInfo;
use super::place::RowIndex;

/// What is to happen to a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Planned {
    /// A request is sent for it.
    Send(Operation),
    /// The customer already exists; it is verified, and nothing is sent.
    Exists {
        /// Which.
        id: PartnerId,
        /// Below whom the row says it stands.
        parent: Parent,
        /// What the row says of it.
        partner: Arc<PartnerInfo>,
    },
    /// The customer already exists, which was said to be wrong (`--on-exists fail`); nothing is
    /// sent, and the row fails.
    Refuse {
        /// Which.
        id: PartnerId,
        /// Below whom the row says it stands.
        parent: Parent,
        /// What the row says of it.
        partner: Arc<PartnerInfo>,
    },
    /// The row is wrong, in itself or for this tenant; nothing is sent.
    Invalid,
    /// A row it depends on is not sent.
    Blocked {
        /// The row with the error.
        by: RowIndex,
    },
}

/// Why something did not come about: a code and the words beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// In a word, or the service's number.
    pub code: String,
    /// In words.
    pub message: String,
}

/// How it is known that a run has created or changed a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    /// The service answered with its id.
    #[default]
    Answered,
    /// A request that is known to have left had no answer, and the customer was found.
    Found,
    /// Nothing but the intent of an earlier process is known, and the customer was found: that
    /// request may never have left, and somebody else may have created it.
    Met,
}

/// How a row ended. Nothing more happens to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The customer was created by this run, as far as is known.
    Created(PartnerId, Origin),
    /// The customer was already there.
    Exists(PartnerId),
    /// The customer, which was already there, was changed by this run, as far as is known.
    Updated(PartnerId, Origin),
    /// An undoing has removed the customer.
    Removed,
    /// The customer was gone before its undoing came to it.
    Gone,
    /// An undoing has given the customer back what an update had changed.
    Restored,
    /// An undoing leaves the customer as it is.
    Kept(Box<Reason>),
    /// The service said no.
    Failed(Box<Reason>),
    /// The row is wrong; nothing was sent.
    Invalid,
    /// The row above it did not make it; nothing was sent.
    Blocked {
        /// Which.
        by: RowIndex,
    },
}

/// Something that happened to a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// From now on its request may leave, once.
    Intent,
    /// The request of the last intent was certainly not carried out.
    Released,
    /// A request that may have left was waited for and looked for: nothing of it is there, and nothing
    /// can come of it any more.
    NotDone,
    /// A request is known to have left, and has no clear answer: it may have been carried out.
    Unknown {
        /// What happened.
        message: String,
    },
    /// It has its outcome.
    Ended(Outcome),
    /// A customer of a like name stood there before anything was sent for the row: it is not the
    /// row's. Says nothing of where the row stands.
    Beside(PartnerId),
    /// Before anything was sent for the row, somebody else had set these members of its customer as the
    /// row has them: they are not sent, and not the run's to take back. Says nothing of where the row
    /// stands.
    AsWanted {
        /// Their dotted paths.
        members: Vec<String>,
    },
    /// The tenant, read after the run, does not show the customer as it should. Says nothing of
    /// where the row stands.
    Mismatch {
        /// What differs.
        message: String,
    },
}

/// Where a row stands after everything that has happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Standing {
    /// Nothing was sent, or certainly nothing was carried out.
    #[default]
    Pending,
    /// Its request may have left: the tenant must be looked at before anything else.
    Open {
        /// What is known of the request; empty where nothing but its intent is.
        message: String,
    },
    /// It has its outcome.
    Ended(Outcome),
}

impl Planned {
    /// What is to happen, as the word in plans and journals: `create`, `exists`, `update`, `fail`,
    /// `invalid`, `blocked`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Send(Operation::Create { .. }) => "create",
            Self::Send(Operation::Update { .. }) => "update",
            Self::Send(Operation::Deploy { .. }) => "deploy",
            Self::Send(Operation::Remove { .. }) => "remove",
            Self::Exists { .. } => "exists",
            Self::Refuse { .. } => "fail",
            Self::Invalid => "invalid",
            Self::Blocked { .. } => "blocked",
        }
    }

    /// What is sent, where anything is.
    pub fn operation(&self) -> Option<&Operation> {
        match self {
            Self::Send(operation) => Some(operation),
            _ => None,
        }
    }

    /// The same, to be changed.
    pub fn operation_mut(&mut self) -> Option<&mut Operation> {
        match self {
            Self::Send(operation) => Some(operation),
            _ => None,
        }
    }

    /// Whether a customer is to be created.
    pub fn creates(&self) -> bool {
        matches!(self, Self::Send(Operation::Create { .. }))
    }

    /// Whether a customer that is there is to be changed.
    pub fn updates(&self) -> bool {
        matches!(self, Self::Send(Operation::Update { .. }))
    }

    /// The customer of the tenant that the row is, where it already exists.
    pub fn id(&self) -> Option<PartnerId> {
        match self {
            Self::Send(operation) => operation.id(),
            Self::Exists { id, .. } | Self::Refuse { id, .. } => Some(*id),
            Self::Invalid | Self::Blocked { .. } => None,
        }
    }

    /// Below whom the row's customer stands or will stand.
    pub fn parent(&self) -> Option<Parent> {
        match self {
            Self::Send(operation) => Some(operation.parent()),
            Self::Exists { parent, .. } | Self::Refuse { parent, .. } => Some(*parent),
            Self::Invalid | Self::Blocked { .. } => None,
        }
    }

    /// What the row says of its customer; `None` where nothing of it can be used.
    pub fn partner(&self) -> Option<&Arc<PartnerInfo>> {
        match self {
            Self::Send(operation) => Some(operation.partner()),
            Self::Exists { partner, .. } | Self::Refuse { partner, .. } => Some(partner),
            Self::Invalid | Self::Blocked { .. } => None,
        }
    }
}

impl Reason {
    /// A reason of our own.
    pub fn new(code: &CodeWord, message: impl Into<String>) -> Self {
        Self {
            code: code.code.to_owned(),
            message: message.into(),
        }
    }
}

impl Outcome {
    /// The service said no, or we do in its place.
    pub fn failed(code: impl Into<String>, message: impl Into<String>) -> Self {
        let (code, message) = (code.into(), message.into());
        Self::Failed(Box::new(Reason { code, message }))
    }

    /// The customer's id, where the row made it.
    pub fn id(&self) -> Option<PartnerId> {
        match self {
            Self::Created(id, _) | Self::Exists(id) | Self::Updated(id, _) => Some(*id),
            _ => None,
        }
    }

    /// Whether a row below this one can still make it: not where this one did not.
    pub fn blocks(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::Invalid | Self::Blocked { .. })
    }
}

impl Happening {
    /// The word in journals.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Released => "released",
            Self::NotDone => "not-done",
            Self::Unknown { .. } => "unknown",
            Self::Beside(_) => "beside",
            Self::AsWanted { .. } => "as-wanted",
            Self::Mismatch { .. } => "mismatch",
            Self::Ended(outcome) => match outcome {
                Outcome::Created(_, Origin::Answered) => "created",
                Outcome::Created(_, Origin::Found) => "found",
                Outcome::Created(_, Origin::Met) => "met",
                Outcome::Exists(_) => "exists",
                Outcome::Updated(_, Origin::Met) => "updated-met",
                Outcome::Updated(..) => "updated",
                Outcome::Removed => "removed",
                Outcome::Gone => "gone",
                Outcome::Restored => "restored",
                Outcome::Kept(_) => "kept",
                Outcome::Failed(_) => "failed",
                Outcome::Invalid => "invalid",
                Outcome::Blocked { .. } => "blocked",
            },
        }
    }
}

impl From<Outcome> for Happening {
    fn from(outcome: Outcome) -> Self {
        Self::Ended(outcome)
    }
}

impl From<Outcome> for Standing {
    fn from(outcome: Outcome) -> Self {
        Self::Ended(outcome)
    }
}

impl Standing {
    /// Where a row stands at first, of which the plan says this.
    pub fn at_first(planned: &Planned, why: impl FnOnce() -> Reason) -> Self {
        Self::Ended(match planned {
            Planned::Send(_) => return Self::Pending,
            Planned::Refuse { .. } => Outcome::Failed(Box::new(why())),
            Planned::Exists { id, .. } => Outcome::Exists(*id),
            Planned::Invalid => Outcome::Invalid,
            Planned::Blocked { by } => Outcome::Blocked { by: *by },
        })
    }

    /// Where a row stands when this has happened to it.
    #[must_use]
    pub fn after(self, happening: Happening) -> Self {
        match happening {
            Happening::Intent => Self::Open {
                message: String::new(),
            },
            Happening::Released | Happening::NotDone => Self::Pending,
            Happening::Unknown { message } => Self::Open { message },
            Happening::Ended(outcome) => Self::Ended(outcome),
            Happening::Beside(_) | Happening::AsWanted { .. } | Happening::Mismatch { .. } => self,
        }
    }

    /// The outcome, once there is one.
    pub fn outcome(&self) -> Option<&Outcome> {
        match self {
            Self::Ended(outcome) => Some(outcome),
            Self::Pending | Self::Open { .. } => None,
        }
    }

    /// The customer's id, once there is one.
    pub fn id(&self) -> Option<PartnerId> {
        self.outcome().and_then(Outcome::id)
    }

    /// The customer's id, where this run has created it.
    pub fn created(&self) -> Option<PartnerId> {
        match self {
            Self::Ended(Outcome::Created(id, _)) => Some(*id),
            _ => None,
        }
    }

    /// Why the row failed, where it did.
    pub fn failed(&self) -> Option<&Reason> {
        match self {
            Self::Ended(Outcome::Failed(why)) => Some(why),
            _ => None,
        }
    }

    /// Whether nothing more will happen to the row.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Ended(_))
    }

    /// Whether its request may have left, and nobody knows what became of it.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Open { .. })
    }

    /// Whether its customer is no longer there.
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Ended(Outcome::Removed | Outcome::Gone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_happening_counts_but_for_those_that_say_nothing_of_the_row() {
        let id = PartnerId::from_number(7).unwrap();
        let lost = Happening::Unknown {
            message: "no answer".into(),
        };
        let open = Standing::default().after(Happening::Intent).after(lost);
        assert!(open.is_open() && !open.is_final());
        let differs = Happening::Mismatch {
            message: "moved".into(),
        };
        let same = open.clone().after(Happening::Beside(id)).after(differs);
        assert_eq!(same, open);
        assert_eq!(same.after(Happening::Released), Standing::Pending);
        let created = Outcome::Created(id, Origin::Met);
        let ended = open.after(created.clone().into());
        assert_eq!(
            (ended.created(), ended.outcome()),
            (Some(id), Some(&created))
        );
    }

    #[test]
    fn a_row_takes_little_room() {
        assert_eq!(size_of::<Standing>(), 24);
        assert!(size_of::<Planned>() <= 48, "{}", size_of::<Planned>());
    }
}
