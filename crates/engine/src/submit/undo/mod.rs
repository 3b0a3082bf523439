//! Undoing a run: what it created is removed, leaves first, what it changed gets back what it was, and
//! nobody else is touched.
//!
//! A customer goes only while it is as the run left it: below its parent, every member that the run has
//! sent and the service tells as it was sent, nobody below it, no device on it. One that was changed gets back what it was while every member shows what
//! the run has made of it. That is looked at for all of them before anything is asked of the person
//! ([`UndoPlan`]), and by the engine for each once more right before its request leaves. A request
//! whose answer was lost is settled by looking.

pub mod adopt;
pub mod item;
pub mod plan;
mod steps;
mod switch;
mod switch_lost;

pub use adopt::{adopt, lost_rows};
pub use item::{Item, Made, Stand};
pub use plan::{Deed, UndoCounts, UndoPlan};
pub(super) use steps::steps;
pub use switch::{FoundOnes, SwitchBack, SwitchStand};
pub use switch_lost::{lost_switches, switch_was, switches_land_within};
