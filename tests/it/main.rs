//! The integration tests: one binary, a module per feature.

mod check;
mod countries;
mod faults;
mod model;
mod read_text;
mod report;
mod runs;
mod sandbox;
mod simulate;
mod spans;
mod support;
mod workbook;
