//! Reads 2,290 polluted files, each with one thing wrong with it, and prints what they score of ten:
//! per kind of pollution, plain and weighted.
//!
//! `cargo run --release --example pollution`

mod cases;

use std::io::{self, Write};

fn main() -> io::Result<()> {
    let mut files = cases::file_cases();
    files.extend(cases::row_cases());
    let (simple, weighted, kinds) = cases::report(&files);
    writeln!(
        io::stdout(),
        "{kinds}\n{} files: simple {simple:.3}, weighted {weighted:.3}",
        files.len()
    )
}
