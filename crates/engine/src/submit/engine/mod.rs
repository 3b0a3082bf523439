//! The engine: what is to be sent next, and what comes of it, for creates, updates and removals alike.
//!
//! `State::on` takes what has happened and the time, and returns what is to be
//! done: no clock, no network, no disk. `shell` carries the commands out. Which kind of
//! request it is matters in `operation` alone.

mod answers;
mod begin;
mod claims;
mod close;
mod devices;
mod due;
mod event;
mod forbidden;
pub mod health;
mod looks;
mod op;
mod operation;
pub mod schedule;
mod send;
mod settle;
mod sight;
mod state;
mod uncommitted;
pub mod workers;

#[cfg(test)]
mod tests;

pub(super) use begin::{Back, Step, found_in};
pub(super) use claims::Claims;
pub(super) use close::Closed;
pub use devices::Devices;
pub(super) use event::{Command, Event, Look, Seen};
pub(super) use operation::says_gone;
pub(super) use schedule::Earlier;
pub use state::Direction;
pub(super) use state::{State, Surroundings};
