//! Runs: those of this process while they go on, and all others as their journals tell of them.

mod attempt;
mod begin;
mod cells;
mod go_on;
mod live;
mod number;
mod pace;
mod reach;
mod refused;
mod registry;
mod rows;
mod shown;
mod undo;
mod words;

pub use begin::begin;
pub use go_on::go_on;
pub use registry::Runs;
pub use shown::{body, cards, file, find, sent, window};
pub use undo::undo;
