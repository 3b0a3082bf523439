//! How long the check of a large CSV takes, as a multiple of the csv crate's bare parse.
//!
//! `cargo bench --bench check -- [rows] [bad rows] [rounds]`, 1,000,000 rows, none bad and three
//! rounds unless told.
#![expect(clippy::print_stdout, reason = "a bench reports on stdout")]

#[path = "support/generate.rs"]
mod generate;

use std::convert::Infallible;
use std::fs::File;
use std::io::BufWriter;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use partner_import::check::{CheckSettings, Checker, Keep};
use partner_import::model::{CellKind, Header, HeaderCell, RowBatch, Source};
use partner_import::report::diagnostics::{Findings, json};

fn main() {
    let numbers: Vec<u32> = std::env::args()
        .filter_map(|arg| arg.parse().ok())
        .collect();
    let rows = numbers.first().copied().unwrap_or(1_000_000);
    let bad = numbers.get(1).copied().unwrap_or(0);
    let rounds = numbers.get(2).copied().unwrap_or(3);
    let path = file(rows, bad);
    let bytes = std::fs::metadata(&path).map_or(0, |data| data.len());
    println!("{} MB, {rows} rows, {bad} bad", bytes / 1_000_000);
    let bare = best(rounds, || {
        bare_parse(&path);
    });
    println!("bare parse      {:>7.3} s", bare.as_secs_f64());
    let mut found = 0;
    let batches = best(rounds, || into_batches(&path));
    println!(
        "rows into batches, one thread {:.3} s",
        batches.as_secs_f64()
    );
    let full = best(rounds, || found = check(&path));
    println!(
        "check to JSON   {:>7.3} s = {:.2} times the bare parse, {found} diagnostics, peak {} MB",
        full.as_secs_f64(),
        full.as_secs_f64() / bare.as_secs_f64(),
        peak_memory()
    );
    only_checker(&path);
}

fn file(rows: u32, bad: u32) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("check-{rows}-{bad}.csv"));
    if !path.exists() {
        let mut out = BufWriter::new(File::create(&path).expect("the file can be created"));
        let plan = generate::Plan { rows, bad, seed: 7 };
        generate::write(&plan, &mut out).expect("the file can be written");
    }
    path
}

fn best(rounds: u32, mut run: impl FnMut()) -> Duration {
    (0..rounds)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .min()
        .unwrap_or_default()
}

fn bare_parse(path: &Path) -> u64 {
    let mut reader = csv::Reader::from_path(path).expect("the file is there");
    let mut record = csv::ByteRecord::new();
    let mut cells = 0;
    while reader
        .read_byte_record(&mut record)
        .expect("the file is right")
    {
        cells += record.len() as u64;
    }
    cells
}

/// Reads rows into batches of about a megabyte; stands in for the product's reader.
struct Rows {
    reader: csv::Reader<File>,
    record: csv::ByteRecord,
    number: u32,
}

impl Rows {
    fn of(path: &Path) -> Self {
        Self {
            reader: csv::ReaderBuilder::new()
                .has_headers(false)
                .from_path(path)
                .expect("the file is there"),
            record: csv::ByteRecord::new(),
            number: 0,
        }
    }

    fn next(&mut self, batch: &mut RowBatch) -> ControlFlow<()> {
        batch.clear();
        while batch.text_len() < 1 << 20 {
            let more = self.reader.read_byte_record(&mut self.record);
            if !more.expect("the file is right") {
                return ControlFlow::Break(());
            }
            self.number += 1;
            for cell in &self.record {
                batch.push_cell(std::str::from_utf8(cell).expect("UTF-8"), CellKind::Text);
            }
            batch.end_row(self.number, self.number);
        }
        ControlFlow::Continue(())
    }
}

fn into_batches(path: &Path) {
    let mut rows = Rows::of(path);
    let mut batch = RowBatch::default();
    while rows.next(&mut batch).is_continue() {}
}

fn header_of(batch: &RowBatch) -> Header {
    let first = batch.row(0).expect("there is a header");
    Header {
        cells: (0..)
            .zip(first.cells())
            .map(|(column, cell)| HeaderCell {
                text: cell.text.to_owned(),
                column,
            })
            .collect(),
        row: 1,
    }
}

/// The rows of the first batch without its header.
fn without_header(batch: &RowBatch) -> RowBatch {
    let mut rows = RowBatch::default();
    for row in batch.rows().skip(1) {
        for cell in row.cells() {
            rows.push_cell(cell.text, cell.kind);
        }
        rows.end_row(row.number(), row.line());
    }
    rows
}

fn begin(first: &RowBatch) -> Checker {
    let settings = CheckSettings {
        keep: Keep::Nothing,
        ..CheckSettings::default()
    };
    let rows = without_header(first);
    let mut checker = Checker::new(&header_of(first), &settings, &rows).expect("no options");
    checker.batch(&rows);
    checker
}

/// The whole check: two threads read and check, JSON goes nowhere.
fn check(path: &Path) -> usize {
    let mut rows = Rows::of(path);
    let mut first = RowBatch::default();
    let _ = rows.next(&mut first);
    let mut checker = begin(&first);
    let result: Result<(), Infallible> = checker.stream(|batch| Ok(rows.next(batch)));
    result.expect("nothing fails");
    let mapping = checker.mapping().clone();
    let outcome = checker.finish();
    let summary = outcome.summary(&mapping);
    let source = Source {
        file: path.display().to_string(),
        sheet: None,
    };
    let findings = Findings {
        source: &source,
        summary: &summary,
        diagnostics: &outcome.diagnostics,
    };
    let mut out = BufWriter::with_capacity(1 << 16, std::io::sink());
    json::write(&findings, &mut out).expect("nowhere takes all");
    outcome.diagnostics.len()
}

/// The checker alone on one thread, in processor time: what the check costs without reading.
fn only_checker(path: &Path) {
    let mut rows = Rows::of(path);
    let mut first = RowBatch::default();
    let _ = rows.next(&mut first);
    let mut checker = begin(&first);
    let mut batch = RowBatch::default();
    let mut streaming = 0;
    let mut flow = ControlFlow::Continue(());
    while flow.is_continue() {
        flow = rows.next(&mut batch);
        let start = processor_time();
        checker.batch(&batch);
        streaming += processor_time() - start;
    }
    let start = Instant::now();
    let outcome = checker.finish();
    println!(
        "checker alone   {:>7.3} s of one processor, {:.3} s at the end, {} rows",
        Duration::from_nanos(streaming).as_secs_f64(),
        start.elapsed().as_secs_f64(),
        outcome.rows.len()
    );
}

/// Nanoseconds that this thread has run.
fn processor_time() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ')
        .next()
        .and_then(|first| first.parse().ok())
        .unwrap_or(0)
}

fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok())
        .map_or(0, |kilobytes| kilobytes / 1024)
}
