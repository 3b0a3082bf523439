//! Bulk-imports customers from tables into a multi-tenant backup platform (Cove Data Protection)
//! through its JSON-RPC method `AddPartner`: each row at most once, whatever dies on the way.

pub mod cli;
pub mod flow;
pub mod gui;
pub mod settings;
pub use countries;
pub use engine::{api, journal, plan, report, submit};
pub use records::check;
pub use records::model;
pub use sandbox;
pub use tables;

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
