//! The integration tests: one binary, a module per feature.

mod faults;
mod runs;
mod simulate;
mod spans;
mod support;
