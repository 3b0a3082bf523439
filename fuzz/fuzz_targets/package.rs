//! The parts of a workbook, packed here: mutations reach the XML and the binary records themselves
//! instead of breaking the archive around them.
//!
//! The input is a list of parts, each behind a line `=== name`.

#![no_main]

use std::io::{Cursor, Write};
use std::path::Path;

use libfuzzer_sys::fuzz_target;
use partner_import::model::RowBatch;
use partner_import::tables::More;
use partner_import::tables::workbook::{WorkbookLimits, open_bytes};
use zip::write::SimpleFileOptions;

const MARK: &[u8] = b"\n=== ";

fn packed(input: &[u8]) -> Option<Vec<u8>> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut rest = input;
    while let Some(at) = find(rest, MARK) {
        rest = &rest[at + MARK.len()..];
        let line = rest.iter().position(|byte| *byte == b'\n')?;
        let name = std::str::from_utf8(&rest[..line]).ok()?;
        rest = &rest[line + 1..];
        let end = find(rest, MARK).unwrap_or(rest.len());
        archive.start_file(name, stored).ok()?;
        archive.write_all(&rest[..end]).ok()?;
    }
    Some(archive.finish().ok()?.into_inner())
}

fn find(bytes: &[u8], sought: &[u8]) -> Option<usize> {
    bytes
        .windows(sought.len())
        .position(|window| window == sought)
}

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

fuzz_target!(init: bear_with_calamine(), |input: &[u8]| {
    let Some(bytes) = packed(input) else {
        return;
    };
    let limits = WorkbookLimits {
        inflated_bytes: 16 << 20,
        cells: 200_000,
        strings_bytes: 4 << 20,
        ..WorkbookLimits::default()
    };
    let Ok(mut book) = open_bytes(bytes, Path::new("fuzz"), &limits) else {
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
