//! Runs: those of this process while they go on, and all others as their journals tell of them.

mod begin;
mod cells;
mod live;
mod registry;
mod rows;
mod shown;

pub use begin::{begin, go_on, undo};
pub use registry::Runs;
pub use shown::{body, cards, file, find, sent, window};
