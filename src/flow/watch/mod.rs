//! A run as it is seen from outside: a metrics file, notifications, a ping. Whatever becomes of
//! them, the run's exit code stays what it is.

mod fleet;
mod hooks;
mod reporter;
mod state;

pub use fleet::FleetWatch;
pub use reporter::{About, After, RunReporter, codes_of};
pub use state::JobState;
