//! A customer that the run created or changed, what is done about it, and the request that does it.

use std::sync::Arc;

use crate::model::code;
use crate::model::{
    Operation, Origin, Parent, PartnerId, PartnerInfo, Reason, RowIndex, Since, Switch, Update,
};
use crate::plan::TakenBack;

/// A customer that the run created or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The data row.
    pub row: RowIndex,
    /// The customer's id.
    pub id: PartnerId,
    /// Below whom the run left it.
    pub parent: PartnerId,
    /// What its row says of it.
    pub partner: Arc<PartnerInfo>,
    /// How it is known that the run has done it.
    pub origin: Origin,
    /// What the run did.
    pub made: Made,
    /// What is done about it.
    pub stand: Stand,
    /// What the account is called that came along with it, where that is known.
    pub account: Option<Box<str>>,
}

/// What a run did to a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// It created it.
    Created,
    /// It changed it.
    Changed {
        /// How.
        update: Arc<Update>,
        /// What takes that back.
        back: Box<TakenBack>,
    },
    /// It switched its automatic deployment on, and nothing else.
    Switched,
}

/// What is done about a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stand {
    /// It is removed.
    Remove,
    /// It is removed, unless a request of an earlier process has done it, or does so yet.
    RemoveAgain,
    /// It gets back what it was.
    Restore,
    /// It gets back what it was, unless a request of an earlier process has done it, or does so yet.
    RestoreAgain,
    /// A request of an earlier process has removed it, and its answer was lost.
    FoundRemoved,
    /// Somebody else has removed it.
    Gone,
    /// It is as it was before the run.
    AsBefore,
    /// It stays.
    Keep(Reason),
    /// An earlier go at it has seen to it: it is gone.
    Away,
    /// An earlier go at it has given it back what it was.
    Restored,
}

impl Stand {
    /// Whether an earlier go has seen to it.
    pub fn is_seen_to(&self) -> bool {
        matches!(self, Self::Away | Self::Restored)
    }

    /// Whether a request is to be sent for it.
    pub fn goes(&self) -> bool {
        self.removes() || self.restores()
    }

    /// Whether a list says that it is not there: that is looked at.
    pub(super) fn is_unlisted(&self) -> bool {
        matches!(self, Self::Gone | Self::FoundRemoved)
    }

    /// Whether it is to be removed.
    pub fn removes(&self) -> bool {
        matches!(self, Self::Remove | Self::RemoveAgain)
    }

    /// Whether it is to get back what it was.
    pub fn restores(&self) -> bool {
        matches!(self, Self::Restore | Self::RestoreAgain)
    }
}

impl Item {
    /// The request that is sent for it, and what that cannot take back (of one that is not listed:
    /// anything at all); `None` where nothing is sent.
    pub fn request(&self) -> Option<(Operation, Option<Reason>)> {
        let (id, partner) = (self.id, Arc::clone(&self.partner));
        match &self.made {
            _ if !self.stand.goes() && !self.stand.is_unlisted() => None,
            Made::Created => {
                let parent = Parent::Customer(self.parent);
                let operation = Operation::Remove {
                    id,
                    parent,
                    partner,
                };
                let short_of = self.stand.is_unlisted().then(not_listed);
                Some((operation, short_of))
            }
            Made::Switched if self.stand.is_unlisted() => None,
            Made::Switched => {
                let operation = Operation::Deploy {
                    id,
                    parent: Parent::Customer(self.parent),
                    partner,
                    to: Switch::Off,
                    since: Since::Before,
                };
                Some((operation, None))
            }
            Made::Changed { update, .. } if self.stand.is_unlisted() => {
                let operation = Operation::Update {
                    id,
                    parent: Parent::Customer(self.parent),
                    partner,
                    update: Arc::clone(update),
                };
                Some((operation, Some(not_listed())))
            }
            Made::Changed { back, .. } => {
                let operation = Operation::Update {
                    id,
                    parent: Parent::Customer(back.parent.unwrap_or(self.parent)),
                    partner,
                    update: Arc::new(back.update.clone()?),
                };
                Some((operation, short_of(back)))
            }
        }
    }
}

fn not_listed() -> Reason {
    let message = "the list of customers did not show it, and it is there";
    Reason::new(&code::NOT_LISTED, message)
}

/// What of a change is not taken back.
pub(super) fn short_of(back: &TakenBack) -> Option<Reason> {
    let cannot = cannot_go_back(back);
    if back.theirs.is_empty() {
        return cannot;
    }
    let theirs = back.theirs.join("; ");
    let mut message = format!("it was changed in part since the run: {theirs}");
    if let Some(cannot) = cannot {
        message = format!("{message}; {}", cannot.message);
    }
    Some(Reason::new(&code::CHANGED_IN_PART, message))
}

fn cannot_go_back(back: &TakenBack) -> Option<Reason> {
    let list = |members: &[String]| members.join(", ");
    match (back.were_empty.as_slice(), back.not_back.as_slice()) {
        ([], []) => None,
        ([], not_back) => Some(Reason::new(
            &code::CANNOT_GO_BACK,
            format!("what was there before cannot be sent: {}", list(not_back)),
        )),
        (empty, []) => Some(Reason::new(
            &code::WAS_EMPTY,
            format!(
                "was empty before, and nothing is ever emptied: {}",
                list(empty)
            ),
        )),
        (empty, not_back) => Some(Reason::new(
            &code::CANNOT_GO_BACK,
            format!(
                "what was there before cannot be sent: {}; was empty before: {}",
                list(not_back),
                list(empty)
            ),
        )),
    }
}
