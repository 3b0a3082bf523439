//! `report.html`: the run on one page that works from a disk, without a network.
//!
//! The page loads nothing and allows nothing: a Content-Security-Policy forbids every script and
//! style but its own two, by their digests. What comes from the input, the service or the user
//! is escaped on its way into HTML, or stands in a JSON block that the script shows as text
//! only. The rows are written one at a time.

mod chart;
mod escape;
mod headline;
mod next_steps;
pub(super) mod not_run;
mod page;
mod problems;
mod rows;
mod undo;
mod words;

pub use page::{BASE_STYLE, write};
pub use words::SHAPES;
