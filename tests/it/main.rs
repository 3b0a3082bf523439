//! The integration tests: one binary, a module per feature.

mod check;
mod model;
mod read_text;
