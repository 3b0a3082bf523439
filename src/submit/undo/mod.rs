//! Undoing a run: what it created is removed, leaves first, and nothing else is.
//!
//! A customer goes only while it is as the run left it: same name, parent, level and code, nobody
//! below it, no device on it. That is looked at for all of them before anything is asked of the
//! person ([`UndoPlan`]), and for each once more right before its request leaves ([`mod@carry`]). A
//! request whose answer was lost is settled by looking: a customer that is gone was removed.

pub mod adopt;
pub mod carry;
mod look;
mod outcome;
pub mod plan;

pub use adopt::{adopt, lost_rows};
pub use carry::{UndoEnd, UndoNews, carry};
pub use look::devices;
pub use plan::{Item, Stand, UndoCounts, UndoPlan};
