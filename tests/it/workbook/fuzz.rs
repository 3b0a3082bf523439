//! Damaged fixtures: no panic, no hang, bounded memory. Seeded and bounded, so that it says the
//! same every time; `WORKBOOK_FUZZ_ROUNDS=1000 WORKBOOK_FUZZ_SEED=7 cargo test fuzz` looks further.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use partner_import::model::RowBatch;
use partner_import::tables::More;
use partner_import::tables::workbook::{WorkbookLimits, open_bytes};

use super::fixture;
use super::quirks::archive;

/// How many variants of each file, and from which seed.
fn rounds_and_seed() -> (usize, u64) {
    let number = |name| {
        std::env::var(name)
            .ok()
            .and_then(|value| value.parse().ok())
    };
    let rounds = number("WORKBOOK_FUZZ_ROUNDS").unwrap_or(100);
    let seed = number("WORKBOOK_FUZZ_SEED").unwrap_or(20_261_123);
    (usize::try_from(rounds).unwrap_or(usize::MAX), seed)
}

/// Small limits keep every try short.
fn limits() -> WorkbookLimits {
    WorkbookLimits {
        inflated_bytes: 64 << 20,
        cells: 2_000_000,
        strings_bytes: 16 << 20,
        ..WorkbookLimits::default()
    }
}

/// How many variants of a file gave rows, of how many.
#[derive(Debug, Default)]
struct Read {
    tried: usize,
    with_rows: usize,
}

impl Read {
    /// Reads whatever can be read.
    fn exercise(&mut self, bytes: Vec<u8>) {
        let start = Instant::now();
        self.tried += 1;
        self.with_rows += usize::from(rows_of(bytes) > 0);
        assert!(start.elapsed() < Duration::from_secs(120), "it hangs");
    }

    /// Damage that is refused at the door tries nothing behind it.
    fn at_least(&self, percent: usize, name: &str) {
        assert!(self.tried > 0);
        let read = self.with_rows * 100 / self.tried;
        assert!(read >= percent, "{name}: only {read} % gave rows");
    }
}

fn rows_of(bytes: Vec<u8>) -> usize {
    let Ok(mut book) = open_bytes(bytes, Path::new("fuzz"), &limits()) else {
        return 0;
    };
    let mut found = 0;
    let mut batch = RowBatch::default();
    for sheet in 0..book.sheets().len().min(5) {
        let Ok(mut rows) = book.rows(sheet) else {
            continue;
        };
        loop {
            let more = rows.next_batch(&mut batch);
            found += batch.rows().count();
            if !matches!(more, Ok(More::Maybe)) {
                break;
            }
        }
        let _ = book.sheet_notes(sheet).notes();
    }
    found
}

/// Changes one byte in three rounds of four, and much in the fourth.
fn damage(round: usize, bytes: &mut Vec<u8>, random: &mut fastrand::Rng) {
    if round % 4 == 3 {
        return spoil(bytes, random);
    }
    if !bytes.is_empty() {
        let at = random.usize(..bytes.len());
        bytes[at] ^= 1 << random.u8(..8);
    }
}

/// Changes some bytes: flips, copies, lengths that lie.
fn spoil(bytes: &mut Vec<u8>, random: &mut fastrand::Rng) {
    for _ in 0..random.usize(1..8) {
        if bytes.is_empty() {
            return;
        }
        let at = random.usize(..bytes.len());
        match random.u8(..6) {
            0 => bytes[at] ^= 1 << random.u8(..8),
            1 => bytes[at] = random.u8(..),
            2 => bytes[at] = [0, 0xFF, 0x7F, 0x80, b'<', b'>', b'"'][random.usize(..7)],
            3 => bytes.truncate(at),
            4 => {
                let end = (at + random.usize(1..64)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                let to = random.usize(..=bytes.len());
                bytes.splice(to..to, piece);
            }
            _ => {
                let end = (at + random.usize(1..64)).min(bytes.len());
                bytes.drain(at..end);
            }
        }
    }
}

#[test]
fn damaged_files_never_panic() {
    let (rounds, seed) = rounds_and_seed();
    let mut random = fastrand::Rng::with_seed(seed);
    // An archive's checksums stop more.
    for (name, percent) in [
        ("values.xlsx", 30),
        ("excel.xls", 60),
        ("old.xls", 60),
        ("values.ods", 40),
        ("binary.xlsb", 20),
        // Nobody has its password.
        ("locked.xlsx", 0),
    ] {
        let whole = fs::read(fixture(name)).unwrap();
        let mut read = Read::default();
        for round in 0..rounds {
            let mut bytes = whole.clone();
            damage(round, &mut bytes, &mut random);
            read.exercise(bytes);
        }
        read.at_least(percent, name);
    }
}

/// The checksums of an archive stop most damage: here the parts are damaged before they are packed.
#[test]
fn damaged_parts_never_panic() {
    let (rounds, seed) = rounds_and_seed();
    let mut random = fastrand::Rng::with_seed(seed);
    for name in [
        "excel.xlsx",
        "values-libreoffice.xlsx",
        "repeated.ods",
        "values.ods",
        "binary.xlsb",
    ] {
        let file = fs::File::open(fixture(name)).unwrap();
        let mut packed = zip::ZipArchive::new(file).unwrap();
        let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
        for at in 0..packed.len() {
            let mut part = packed.by_index(at).unwrap();
            let mut content = Vec::new();
            std::io::copy(&mut part, &mut content).unwrap();
            parts.push((part.name().unwrap().to_string(), content));
        }
        let mut read = Read::default();
        for round in 0..rounds {
            let mut damaged = parts.clone();
            let part = random.usize(..damaged.len());
            damage(round, &mut damaged[part].1, &mut random);
            let named: Vec<(&str, &[u8])> = damaged
                .iter()
                .map(|(name, content)| (name.as_str(), content.as_slice()))
                .collect();
            read.exercise(archive(&named));
        }
        read.at_least(70, name);
    }
}

/// XLS has no checksums; its records are hit directly.
#[test]
fn damaged_flat_documents_never_panic() {
    let (rounds, seed) = rounds_and_seed();
    let mut random = fastrand::Rng::with_seed(seed);
    let whole = fs::read(fixture("values.fods")).unwrap();
    let mut read = Read::default();
    for round in 0..rounds {
        let mut bytes = whole.clone();
        damage(round, &mut bytes, &mut random);
        read.exercise(bytes);
    }
    read.at_least(60, "values.fods");
}
