//! What happens to the engine, and what it wants done.

use tokio::time::Instant;

use super::devices::Devices;
use super::schedule::OpId;
use crate::api::classify::Trouble;
use crate::api::{Lease, Ticket};
use crate::model::{Happening, Operation, PartnerId, RowIndex, Switch};
use crate::plan::Customer;
use crate::submit::observe::RunEvent;
use crate::submit::reason::EndReason;
use crate::submit::settings::Control;

/// Something that has happened.
#[derive(Debug)]
pub(in crate::submit) enum Event {
    /// It begins.
    Begin,
    /// The first so many of the entries that were to be written are durable.
    Durable(u64),
    /// Nothing more can be kept.
    JournalLost(EndReason),
    /// One request may leave, at once.
    Permit(Ticket),
    /// An operation's request has its result: the id of the customer it was about.
    Answered {
        op: OpId,
        /// When it left.
        left: Instant,
        result: Result<PartnerId, Trouble>,
    },
    /// A look has its result.
    Looked {
        look: Look,
        left: Instant,
        result: Result<Seen, Trouble>,
    },
    /// What the person or the system asks.
    Asked(Control),
    /// The pause that counts was ended before its time.
    Released,
    /// A time has come, or something else that needs no word.
    Due,
}

/// Something to be done.
#[derive(Debug)]
pub(in crate::submit) enum Command {
    /// An entry for the journal; they are counted from 1.
    Write(RowIndex, Happening),
    /// [`Event::Permit`] is wanted, once.
    WantPermit,
    /// A request leaves, with the permit for it.
    Send {
        op: OpId,
        operation: Operation,
        /// Below whom the customer is to stand.
        parent: Option<PartnerId>,
        permit: Ticket,
        /// Until when it may leave, with the look that was made before it.
        lease: Lease,
    },
    /// A call that changes nothing. One without a permit waits for its own.
    Look { look: Look, permit: Option<Ticket> },
    /// Nobody sends before then.
    Hold(Instant),
    /// Something worth showing.
    Tell(RunEvent),
    /// The calls under way are given up.
    Abort,
}

/// Why a customer is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::submit) enum Purpose {
    /// Its request leaves next, if nothing speaks against it.
    BeforeSending,
    /// A request for it has no clear answer.
    Settling,
}

/// A call that changes nothing.
#[derive(Debug)]
pub(in crate::submit) enum Look {
    /// Who stands below a customer, for operations whose customer should stand there.
    Below { parent: PartnerId, ops: Vec<OpId> },
    /// Who stands anywhere below the customer one logs in under, for operations whose customer others
    /// may have moved.
    Tree { root: PartnerId, ops: Vec<OpId> },
    /// One customer with all its members.
    Customer {
        op: OpId,
        id: PartnerId,
        purpose: Purpose,
    },
    /// Whether automatic deployment of one customer's devices is on.
    Deployment {
        op: OpId,
        id: PartnerId,
        purpose: Purpose,
    },
    /// One customer and who stands below it.
    Bare {
        op: OpId,
        id: PartnerId,
        /// Below whom it was created.
        parent: PartnerId,
        /// Whether its devices are asked for too: no list shows them.
        devices: bool,
        purpose: Purpose,
    },
    /// The devices of everybody below a customer.
    Devices { root: PartnerId },
}

/// What a look has seen.
#[derive(Debug)]
pub(in crate::submit) enum Seen {
    /// The customers below the parent.
    Below(Vec<Customer>),
    /// All customers, in parts.
    Tree(Vec<Vec<Customer>>),
    /// The customer.
    Customer(Box<Customer>),
    /// Whether automatic deployment is on.
    Deployment(Switch),
    /// The customer, who stands below it (some of them at least, where anybody does), and the names of
    /// its devices where they were asked for.
    Bare {
        customer: Box<Customer>,
        below: Vec<Customer>,
        devices: Vec<String>,
    },
    /// Nobody.
    Gone,
    /// Who has devices.
    Devices(Devices),
}

impl Look {
    /// Why one customer is looked at; `None` where it is not about one.
    pub(super) fn purpose(&self) -> Option<Purpose> {
        match self {
            Self::Customer { purpose, .. }
            | Self::Deployment { purpose, .. }
            | Self::Bare { purpose, .. } => Some(*purpose),
            Self::Below { .. } | Self::Tree { .. } | Self::Devices { .. } => None,
        }
    }

    /// The operations that it is about.
    pub(super) fn ops(&self) -> Vec<OpId> {
        match self {
            Self::Below { ops, .. } | Self::Tree { ops, .. } => ops.clone(),
            Self::Customer { op, .. } | Self::Deployment { op, .. } | Self::Bare { op, .. } => {
                vec![*op]
            }
            Self::Devices { .. } => Vec::new(),
        }
    }
}
