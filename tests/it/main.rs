//! The integration tests: one binary, a module per feature.

mod check;
mod countries;
mod docs;
mod model;
mod read_text;
mod report;
mod runs;
mod sandbox;
mod simulate;
mod support;
mod tidy;
mod workbook;
