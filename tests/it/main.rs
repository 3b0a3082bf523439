//! The integration tests: one binary, a module per feature.

mod check;
mod check_command;
mod check_rules;
mod cli;
mod countries;
mod diagnostics;
mod docs;
mod faults;
mod kills;
mod mapping;
mod model;
mod plan;
mod power;
mod read_text;
mod report;
mod report_shown;
mod runs;
mod samples;
mod sandbox;
mod secrets;
mod simulate;
mod spans;
mod support;
mod tidy;
mod workbook;
