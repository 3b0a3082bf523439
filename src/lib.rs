//! Bulk-imports customers.

pub mod sandbox;
