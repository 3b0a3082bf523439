//! The integration tests: one binary, a module per feature.

mod check;
mod countries;
mod model;
mod read_text;
mod sandbox;
mod workbook;
