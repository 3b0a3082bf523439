//! Carries a plan out: a scheduler, a pool of calls, settlement of what has no answer, and the
//! journal in step with all of it.
//!
//! One loop owns the state ([`runner`]); calls only report to it. Schedule, health and back-off are
//! pure. Starting and continuing a run are the same path: both begin with what the journal says.

mod begin;
pub mod carry_out;
pub mod count;
mod due;
mod end;
mod forbidden;
pub mod health;
pub mod ideal;
mod inbox;
pub mod observe;
mod outcome;
pub mod reads;
pub mod runner;
pub mod schedule;
pub mod settings;
mod settle;
mod sight;
mod told;
pub mod undo;
pub mod verify;
pub mod workers;

pub use carry_out::{AttemptEnd, carry_out};
pub use observe::{Observer, RunEvent};
pub use reads::{Patience, ReadError, patiently, read_tenant};
pub use runner::{EndReason, RunEnd, run};
pub use settings::{Concurrency, Control, MaxErrors, RunSettings};
pub use verify::verify;
pub use workers::Adaptation;
