//! Any bytes as a text file: read to the end without a panic, with every row numbered upwards.

#![no_main]

use libfuzzer_sys::fuzz_target;
use partner_import::check::knows_header;
use partner_import::model::RowBatch;
use partner_import::tables::{HeaderKnowledge, More, ReadOptions, read_bytes};

struct Known;

impl HeaderKnowledge for Known {
    fn knows(&self, header: &str) -> bool {
        knows_header(header) >= 2
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut table) = read_bytes(bytes, &ReadOptions::default(), &Known) else {
        return;
    };
    let mut batch = RowBatch::default();
    let mut last = 0;
    while let Ok(more) = table.next_batch(&mut batch) {
        for row in batch.rows() {
            assert!(row.number() > last, "row {} behind {last}", row.number());
            last = row.number();
        }
        if more == More::No {
            break;
        }
    }
    let _ = table.take_notes();
});
