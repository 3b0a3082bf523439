//! Lists that are being worked on: read once, kept in memory, checked again after each change, with
//! everything that was said of them on the disk.

mod again;
mod asks;
mod causes;
mod copy;
mod held;
mod kept;
mod lines;
mod list;
mod problem;
mod rows;
mod said;
mod sent;
mod shown;
mod snapshot;
mod steps;
mod view;

pub use asks::{options_of, width_of};
pub use held::Held;
pub use list::{List, Meta, can_be_read};
pub use rows::{Sought, find};
pub use snapshot::Snapshot;
