//! From rows to accepted records and diagnostics: one cell at a time, then the rules that look
//! across rows.
//!
//! Bad content never stops the check: all problems of a file come in one go. Offline: knows
//! nothing of the service.

pub mod accepted;
pub mod countries;

pub use accepted::{Accepted, Checked, Parent, ParentTarget, RowState};
