//! Customers' records into the tenant, each exactly once: `plan` holds them against it, `submit` sends what is
//! missing through `api`, `journal` keeps what was begun and what came of it, and `report` says so.
//!
//! A crate of its own since it is what must be fast and right; the faces that are built on it wait for people, and
//! are compiled beside it.

pub mod api;
pub mod journal;
pub mod plan;
pub mod report;
pub mod submit;
pub use records::check;
pub use records::model;

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
