//! The integration tests: one binary, a module per feature.

mod all_sheets;
mod answers;
mod check_prints;
mod checker;
mod cli;
mod content;
mod continued;
mod diagnostics;
mod docs;
mod exports;
mod faults;
mod fleet;
#[cfg(unix)]
mod foreign;
mod formats;
#[cfg(unix)]
mod gui;
mod hands;
mod headers;
mod housekeeping;
mod kills;
mod level;
mod lists;
mod log_ins;
mod mapped;
mod mapping;
mod model;
mod other_hands;
mod packaging;
mod plan;
mod power;
mod profile;
mod read_and_check;
mod read_text;
mod report;
mod report_shown;
mod round_trip;
mod rules;
mod runs;
mod samples;
mod sandbox;
mod scheduled_job;
mod second_face;
mod secrets;
mod settings;
mod simulate;
mod small_lists;
mod spans;
mod support;
mod support_bundle;
mod template;
mod tidy;
mod trust;
mod unattended;
mod undo;
mod updates_held_back;
mod what_counts;
mod wire;
mod workbook;
mod workers;

/// How properties are tried: on `cases` inputs that are the same on every machine and in every
/// run, so that a change fails for what it changed. `PROPTEST_CASES` and `PROPTEST_RNG_SEED` (a
/// number) try more and others.
fn seeded(cases: u32) -> proptest::prelude::ProptestConfig {
    use proptest::test_runner::{Config, RngSeed};
    let mut config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = cases;
    }
    if std::env::var_os("PROPTEST_RNG_SEED").is_none() {
        config.rng_seed = RngSeed::Fixed(1);
    }
    config
}
