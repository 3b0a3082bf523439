//! Polluted files are read nearly as well as clean ones; `cargo run --release --example pollution`
//! reads all of them.

#[path = "../../../examples/pollution/cases.rs"]
mod cases;

/// The kinds of pollution, with every thirteenth of the many single rows.
#[test]
fn polluted_files_are_read_nearly_as_well_as_clean_ones() {
    let mut files = cases::file_cases();
    files.extend(cases::row_cases().into_iter().step_by(13));
    let (simple, weighted, kinds) = cases::report(&files);
    assert!(
        weighted > 9.9 && simple > 9.9,
        "simple {simple:.3}, weighted {weighted:.3}\n{kinds}"
    );
}
