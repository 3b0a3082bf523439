//! A look at a service before the first run against it: who logs in and what that user may do, how the
//! service is reached, what is there and how long reading it takes. Calls nothing that changes anything.
//!
//! `tenant` holds what was read against what a run needs, `record` keeps the shapes of the answers.

mod examine;
mod finding;
mod record;
mod tenant;

pub use examine::{Examination, Extent, Patient};
pub use finding::{Finding, Verdict};
pub use record::document as record;
