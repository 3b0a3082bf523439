//! Any bytes as a workbook: every sheet is read or refused, within small limits.

#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use partner_import::model::RowBatch;
use partner_import::tables::More;
use partner_import::tables::workbook::{WorkbookLimits, open_bytes};

/// The reader catches what calamine panics at; the fuzzer's own hook would end at it.
fn bear_with_calamine() {
    let abort = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let of_calamine = |place: &std::panic::Location<'_>| place.file().contains("calamine");
        if !panic.location().is_some_and(of_calamine) {
            abort(panic);
        }
    }));
}

fuzz_target!(init: bear_with_calamine(), |bytes: &[u8]| {
    // Small limits keep every try short.
    let limits = WorkbookLimits {
        inflated_bytes: 16 << 20,
        cells: 200_000,
        strings_bytes: 4 << 20,
        ..WorkbookLimits::default()
    };
    let Ok(mut book) = open_bytes(bytes.to_vec(), Path::new("fuzz"), &limits) else {
        return;
    };
    let mut batch = RowBatch::default();
    for sheet in 0..book.sheets().len().min(4) {
        if let Ok(mut rows) = book.rows(sheet) {
            while let Ok(More::Maybe) = rows.next_batch(&mut batch) {}
        }
        let _ = book.sheet_notes(sheet).notes();
    }
});
