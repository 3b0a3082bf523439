//! One operation with its history in this process.

use tokio::time::Instant;

use crate::api::ServerError;
use crate::api::errors::with_advice;
use crate::model::{Operation, Reason, RowIndex, code};

/// One operation with its history in this process.
#[derive(Debug)]
pub(super) struct Op {
    pub(super) row: RowIndex,
    pub(super) operation: Operation,
    /// Whether a request for it is under way.
    pub(super) under_way: bool,
    /// How often it was sent by this process, and how often no clear answer came.
    pub(super) sends: u32,
    pub(super) lost: u32,
    /// How often a request for it left and was turned away: a refused visa, too many requests.
    pub(super) turned_away: u32,
    /// What is known of its requests without a clear answer, of this process and earlier ones.
    pub(super) evidence: Evidence,
    /// When the last request that may still land was given up: it may have left as late as that
    /// (a login or a slow connection can come first).
    pub(super) lost_at: Option<Instant>,
    /// When the service was first heard of after that: what stood in its queue until then can land
    /// from then on only.
    pub(super) heard_at: Option<Instant>,
    /// What a look means that finds nothing of its request.
    pub(super) if_not_found: IfNotFound,
    /// Whether it is looked for in the whole tree before it is sent again: an earlier process may have
    /// sent it, and since that one's end others may have moved its customer.
    pub(super) search: bool,
    /// The look that allows its request to leave: when it left, and when it was answered.
    pub(super) seen: Option<(Instant, Instant)>,
    /// How often such a look had become too old when its request was to leave.
    pub(super) stale: u32,
    /// Why it cannot be done: somebody below it stays.
    pub(super) keeps: Option<Box<Reason>>,
    /// What of it cannot be done, when all else is. With [`code::NOT_LISTED`] it only looks whether
    /// somebody is there.
    pub(super) short_of: Option<Box<Reason>>,
    pub(super) last_trouble: String,
}

impl Op {
    pub(super) fn new(row: RowIndex, operation: Operation) -> Self {
        Self {
            row,
            operation,
            under_way: false,
            sends: 0,
            lost: 0,
            turned_away: 0,
            evidence: Evidence::None,
            lost_at: None,
            heard_at: None,
            if_not_found: IfNotFound::Send,
            search: false,
            seen: None,
            stale: 0,
            keeps: None,
            short_of: None,
            last_trouble: String::new(),
        }
    }

    /// Why nothing is sent for it, whatever a look at its customer says, where that is there.
    pub(super) fn only_looks(&self) -> Option<&Reason> {
        let why = self.short_of.as_deref();
        why.filter(|why| why.code == code::NOT_LISTED.code)
    }
}

/// What is known of a row's requests without a clear answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Evidence {
    /// There was none.
    None,
    /// The intent of an earlier process: it may never have left.
    Intent,
    /// One has left.
    Left,
}

/// What a look means that finds nothing of a row's request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum IfNotFound {
    /// Once the lost request can no longer land: send again.
    #[default]
    Send,
    /// The row above was not made what this one needs: once nothing can land any more, blocked by that one.
    Block(RowIndex),
    /// The service has denied it, or somebody stands in its way: once nothing can land any more,
    /// failed.
    Fail(Box<Reason>),
}

/// How it is known that something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// The service has answered.
    Answered,
    /// It was seen when it was looked for.
    Found,
}

/// The service's no, as a reason.
pub(super) fn said(error: &ServerError) -> Reason {
    Reason {
        code: error.number.to_string(),
        message: with_advice(error),
    }
}
