//! Workbooks of all formats, read as raw rows and compared with tables written out in the tests.

mod formats;
mod fuzz;
mod generated;
mod masks;
mod oracle;
mod quirks;
mod refusals;
mod samples;
mod second;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use partner_import::model::notes::diagnostics;
use partner_import::model::{CellKind, Diagnostic, RowBatch};
use partner_import::tables::workbook::{self, SheetNotes, Workbook, WorkbookError, WorkbookLimits};
use partner_import::tables::{More, ReadError};

/// A fixture's path.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/workbook")
        .join(name)
}

/// An opened fixture.
fn open(name: &str) -> Workbook {
    workbook::open(&fixture(name), &WorkbookLimits::default())
        .unwrap_or_else(|error| panic!("{name}: {}", chain(&error)))
}

/// Opens bytes.
fn open_bytes(bytes: &[u8]) -> Result<Workbook, ReadError> {
    workbook::open_bytes(
        bytes.to_vec(),
        Path::new("test"),
        &WorkbookLimits::default(),
    )
}

/// Why a workbook was refused, with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}

/// What is the matter with a workbook.
fn refusal(error: ReadError) -> WorkbookError {
    match error {
        ReadError::Workbook { source, .. } => source,
        other => panic!("not about a workbook: {other}"),
    }
}

/// All rows of a sheet, a line each: the row's number, its cells between bars, a letter before
/// cells that are no text (n number, d date, b boolean, e error).
fn try_show(book: &mut Workbook, sheet: usize) -> Result<String, ReadError> {
    let mut rows = book.rows(sheet)?;
    let mut batch = RowBatch::default();
    let mut shown = String::new();
    loop {
        let more = rows.next_batch(&mut batch)?;
        for row in batch.rows() {
            assert_eq!(row.number(), row.line());
            let _ = write!(shown, "{}", row.number());
            for cell in row.cells() {
                let kind = match cell.kind {
                    CellKind::Text => "",
                    CellKind::Number => "n:",
                    CellKind::Bool => "b:",
                    CellKind::Date => "d:",
                    CellKind::Error => "e:",
                };
                let _ = write!(shown, " | {kind}{}", cell.text.escape_debug());
            }
            shown.push('\n');
        }
        if more == More::No {
            return Ok(shown);
        }
    }
}

/// The same, for sheets that can be read.
fn show(book: &mut Workbook, sheet: usize) -> String {
    try_show(book, sheet).unwrap_or_else(|error| panic!("{}", chain(&error)))
}

/// Compares a sheet with a table; lines are trimmed, empty lines at the ends left out.
#[track_caller]
fn check(book: &mut Workbook, sheet: usize, expected: &str) {
    let expected: Vec<&str> = expected.trim().lines().map(str::trim).collect();
    let shown = show(book, sheet);
    let found: Vec<&str> = shown.lines().map(str::trim).collect();
    assert_eq!(found.join("\n"), expected.join("\n"));
}

/// What is said of a sheet.
fn said_of(notes: &SheetNotes) -> Vec<Diagnostic> {
    diagnostics(notes.notes())
}
