//! Carries a plan out, or takes it back: a schedule, a pool of calls, settlement of what has no answer,
//! and the journal in step with all of it.
//!
//! [`engine`] is pure: what has happened goes in, what is to be done comes out; creates, updates and
//! removals are three requests of the same. `shell` carries that out. Starting and continuing are
//! the same path: both begin with what the journal says.

pub mod as_left;
mod calls;
pub mod carry_out;
pub mod count;
mod deployment;
pub mod engine;
pub mod ideal;
mod inbox;
mod learn;
pub mod observe;
pub mod reads;
pub mod reason;
pub mod settings;
mod shell;
mod told;
pub mod undo;
pub mod verify;

pub use carry_out::{AttemptEnd, UndoEnd, carry_out, take_back};
pub use engine::{Devices, Direction};
pub use observe::{Observer, RunEvent};
pub use reads::{Patience, ReadError, devices, patiently, read_tenant};
pub use reason::EndReason;
pub use settings::{Adaptation, Concurrency, Control, MaxErrors, RunSettings};
pub use verify::verify;
