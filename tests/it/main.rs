//! The integration tests: one binary, a module per feature.

mod check;
mod check_rules;
mod diagnostics;
mod mapping;
mod model;
