//! Lists that are being worked on: read once, kept in memory, checked again after each change, with
//! everything that was said of them on the disk.

mod again;
mod asks;
mod causes;
mod columns;
mod copy;
mod draft;
mod folded;
mod handed_over;
mod held;
mod kept;
mod lines;
mod list;
mod problem;
mod questions;
mod reading;
mod rows;
mod said;
mod sent;
mod shown;
mod snapshot;
mod step;
mod steps;
mod understood;
mod view;

pub use columns::{options_of, width_of};
pub use held::Held;
pub use list::{List, Meta};
pub use reading::can_be_read;
pub use rows::{Sought, find};
pub use snapshot::Snapshot;
