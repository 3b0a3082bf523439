//! Bulk-imports customers.

pub mod check;
pub mod model;
pub mod sandbox;
