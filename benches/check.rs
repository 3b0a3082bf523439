//! How long `check --format json` of a large CSV takes, as a multiple of the csv crate's bare parse
//! of the same file, run in turns with it; how much memory it needs; and how much longer it takes with
//! value maps and row filters, which leave no row out.
//!
//! `cargo bench --bench check -- [rows] [bad rows] [rounds]`; unless told, 1,000,000 rows, first
//! none and then 100,000 of them bad, five rounds each.
#![expect(clippy::print_stdout, reason = "a bench reports on stdout")]

#[path = "support/generate.rs"]
mod generate;

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::park_timeout;
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_partner-import");

/// What a technician says of a list in its own words. All rows of the generated list count.
const MAPS_AND_FILTERS: &[&str] = &[
    "--value",
    "Level:Endkunde=EndCustomer",
    "--value",
    "State:aktiv=InProduction",
    "--value",
    "Country:UK=GB",
    "--only",
    "Name filled and not City in (Nowhere, Elsewhere)",
    "--leave-out",
    "ServiceType = Vendor or LegalCompanyName contains \"(deleted)\"",
];

fn main() {
    let numbers: Vec<u32> = std::env::args()
        .filter_map(|arg| arg.parse().ok())
        .collect();
    let rows = numbers.first().copied().unwrap_or(1_000_000);
    let rounds = numbers.get(2).copied().unwrap_or(5);
    let shares = match numbers.get(1) {
        Some(bad) => vec![*bad],
        None => vec![0, rows / 10],
    };
    println!("| rows | bad | bytes | bare parse s | check s | ratio | peak memory |");
    println!("|---|---|---|---|---|---|---|");
    for bad in shares {
        let path = file(rows, bad);
        let bytes = fs::metadata(&path).map_or(0, |data| data.len());
        let (mut bare, mut check, mut memory) = (Duration::MAX, Duration::MAX, 0);
        for _ in 0..rounds {
            let start = Instant::now();
            assert_eq!(bare_parse(&path), u64::from(rows));
            bare = bare.min(start.elapsed());
            let start = Instant::now();
            memory = memory.max(run(&path, &[]));
            check = check.min(start.elapsed());
        }
        println!(
            "| {rows} | {bad} | {bytes} | {:.3} | {:.3} | {:.2} | {} MB |",
            bare.as_secs_f64(),
            check.as_secs_f64(),
            check.as_secs_f64() / bare.as_secs_f64(),
            memory / 1024
        );
    }
    println!("\n| rows | check s | with maps and filters s | ratio |\n|---|---|---|---|");
    let path = file(rows, 0);
    let (mut plain, mut with) = (Duration::MAX, Duration::MAX);
    for _ in 0..rounds {
        for (more, best) in [(&[][..], &mut plain), (MAPS_AND_FILTERS, &mut with)] {
            let start = Instant::now();
            run(&path, more);
            *best = (*best).min(start.elapsed());
        }
    }
    let (plain, with) = (plain.as_secs_f64(), with.as_secs_f64());
    println!("| {rows} | {plain:.3} | {with:.3} | {:.2} |", with / plain);
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

/// The reference: every record is parsed, nothing is done with it.
fn bare_parse(path: &Path) -> u64 {
    let mut reader = csv::Reader::from_path(path).expect("the file can be opened");
    let mut record = csv::ByteRecord::new();
    let mut records = 0;
    while reader
        .read_byte_record(&mut record)
        .expect("the file is well formed")
    {
        records += 1;
    }
    records
}

/// Runs the program and gives its peak memory in KiB, 0 where the system does not tell.
fn run(path: &Path, more: &[&str]) -> u64 {
    let mut child = Command::new(PROGRAM)
        .args(["check", "--format", "json"])
        .arg(path)
        .args(more)
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child
        .try_wait()
        .expect("the program can be waited for")
        .is_none()
    {
        peak = peak.max(peak_memory(&status));
        park_timeout(Duration::from_millis(2));
    }
    peak
}

fn peak_memory(status: &str) -> u64 {
    let text = fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
