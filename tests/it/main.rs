//! The integration tests: one binary, a module per feature.

mod runs;
mod simulate;
mod support;
