//! Prints the table of each file that is named: its format, its header, its first rows, and what was
//! noticed. `cargo run -p tables --example show -- FILE...`

#![expect(clippy::print_stdout, reason = "what the example is for")]

use std::path::Path;

use tables::{NoKnowledge, ReadError, ReadOptions, RowBatch, open};

fn main() -> Result<(), ReadError> {
    for path in std::env::args().skip(1) {
        let mut table = open(Path::new(&path), &ReadOptions::default(), &NoKnowledge)?;
        println!("{}: {:?}", table.source, table.format);
        let names: Vec<&str> = table
            .header
            .cells
            .iter()
            .map(|cell| cell.text.as_str())
            .collect();
        println!("{}: {}", table.header.row, names.join(" | "));
        let mut batch = RowBatch::default();
        table.next_batch(&mut batch)?;
        for row in batch.rows().take(10) {
            let cells: Vec<&str> = row.cells().map(|cell| cell.text).collect();
            println!("{}: {}", row.number(), cells.join(" | "));
        }
        let later = table.take_notes();
        for note in table.notes.iter().chain(&later) {
            println!("{note:?}");
        }
    }
    Ok(())
}
