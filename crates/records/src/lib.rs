//! Rows of a table as customers' records: `model` has the types that everything else uses, and `check` turns
//! rows into accepted records, or says for each problem in which cell it is.
//!
//! A crate of its own since every cell of a list goes through it: it is compiled in one unit, for speed, while
//! what is built on it need not be.

pub mod check;
pub mod model;

/// The example of the README, held against the code.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;

/// How properties are tried: on `cases` inputs that are the same on every machine and in every run.
#[cfg(test)]
fn seeded(cases: u32) -> proptest::prelude::ProptestConfig {
    proptest::prelude::ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(1),
        ..proptest::prelude::ProptestConfig::default()
    }
}
