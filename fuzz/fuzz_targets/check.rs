//! Any text as a list of customers: mapped and checked without a panic, with one state per row.

#![no_main]

use libfuzzer_sys::fuzz_target;
use partner_import::check::{CheckSettings, Checker, knows_header};
use partner_import::model::RowBatch;
use partner_import::model::notes::diagnostics;
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
    let mut problems = diagnostics(std::mem::take(&mut table.notes));
    let mut batch = RowBatch::default();
    let Ok(mut more) = table.next_batch(&mut batch) else {
        return;
    };
    let settings = CheckSettings::default();
    let Ok(mut checker) = Checker::new(&table.header, &settings, &batch) else {
        return;
    };
    let mut rows = 0;
    loop {
        rows += batch.len();
        checker.batch(&batch);
        if more == More::No {
            break;
        }
        match table.next_batch(&mut batch) {
            Ok(next) => more = next,
            Err(_) => return,
        }
    }
    problems.extend(diagnostics(table.take_notes()));
    checker.take_reading_problems(problems);
    assert_eq!(checker.finish().rows.len(), rows);
});
