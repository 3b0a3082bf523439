//! Checks rows.

pub mod countries;
