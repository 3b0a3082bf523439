//! Writes lists of customers of any size, the same for the same flags: forests with named parents,
//! names in many scripts, any share of rows with a mistake, as CSV or XLSX.
//!
//! `cargo run --release --example generate -- --rows 1000000 --levels 5 customers.csv`

mod forest;
mod names;
mod row;

use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Parser, ValueEnum};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};

use self::forest::Forest;
use self::row::{COLUMNS, Maker};

/// Writes a list of made-up customers.
#[derive(Debug, Parser)]
struct Args {
    /// Where to write; "-" is standard output (CSV only)
    file: PathBuf,
    /// How many customers
    #[arg(long, default_value_t = 1000)]
    rows: u64,
    /// How many levels of the tree, 1 to 5
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=5))]
    levels: u8,
    /// How many customers stand below each that has any [default: 8, less where rows are few]
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=1000))]
    width: Option<u64>,
    /// How many of the 20 columns
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u8).range(1..=20))]
    columns: u8,
    /// The share of rows with a mistake, 0 to 1; only customers without others below them
    #[arg(long, default_value_t = 0.0)]
    bad: f64,
    /// The order of the rows
    #[arg(long, value_enum, default_value = "shuffled")]
    order: Order,
    /// The kind of file [default: by the file's name]
    #[arg(long, value_enum)]
    format: Option<Kind>,
    /// Decides order, mistakes and values
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Order {
    /// Parents before children.
    TopDown,
    /// Children before parents.
    BottomUp,
    /// Mixed.
    Shuffled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Csv,
    Xlsx,
}

fn main() -> Result<(), Box<dyn Error>> {
    generate(&Args::parse())
}

fn generate(args: &Args) -> Result<(), Box<dyn Error>> {
    let forest = Forest::new(args.rows, args.levels.into(), args.width, args.seed);
    let mut maker = Maker::new(forest, args.columns.into(), args.bad);
    let position = |row: u64| match args.order {
        Order::TopDown => row,
        Order::BottomUp => args.rows - 1 - row,
        Order::Shuffled => forest.shuffled(row),
    };
    let by_name = args
        .file
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("xlsx"));
    let by_name = if by_name { Kind::Xlsx } else { Kind::Csv };
    match args.format.unwrap_or(by_name) {
        Kind::Xlsx => {
            let rows = (0..args.rows).map(|row| maker.row(position(row)).to_vec());
            write_workbook(&args.file, args.columns.into(), rows)
        }
        Kind::Csv => {
            let mut out = csv::WriterBuilder::new()
                .terminator(csv::Terminator::CRLF)
                .from_writer(BufWriter::with_capacity(1 << 20, open(&args.file)?));
            out.write_record(&COLUMNS[..args.columns.into()])?;
            for row in 0..args.rows {
                out.write_record(maker.row(position(row)))?;
            }
            Ok(out.flush()?)
        }
    }
}

fn open(path: &Path) -> io::Result<Box<dyn Write>> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(io::stdout()));
    }
    Ok(Box::new(File::create(path)?))
}

fn write_workbook(
    path: &Path,
    columns: usize,
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<(), Box<dyn Error>> {
    let mut workbook = Workbook::new();
    // The time of writing would make two files differ.
    let made = ExcelDateTime::from_ymd(2026, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let sheet = workbook.add_worksheet().set_name("Customers")?;
    for (column, name) in (0..).zip(&COLUMNS[..columns]) {
        sheet.write_string(0, column, *name)?;
    }
    for (number, row) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(row) {
            if !cell.is_empty() {
                sheet.write_string(number, column, cell)?;
            }
        }
    }
    workbook.save(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a file holds, by part; a text has one. The container of a workbook also tells which
    /// system made it.
    fn parts(path: &Path) -> Vec<(String, Vec<u8>)> {
        let bytes = std::fs::read(path).unwrap();
        if path.extension() != Some("xlsx".as_ref()) {
            return vec![(String::new(), bytes)];
        }
        let mut workbook = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        (0..workbook.len())
            .map(|part| {
                let mut part = workbook.by_index(part).unwrap();
                let mut content = Vec::new();
                std::io::copy(&mut part, &mut content).unwrap();
                (part.name().unwrap().into_owned(), content)
            })
            .collect()
    }

    /// Generates with `flags` and compares with a sample, byte by byte.
    fn makes(sample: &str, flags: &[&str]) {
        let directory = tempfile::tempdir().unwrap();
        let sample = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("samples")
            .join(sample);
        let made = directory.path().join(sample.file_name().unwrap());
        let words = std::iter::once("generate").chain(flags.iter().copied());
        let words = words.map(std::ffi::OsStr::new).chain([made.as_os_str()]);
        generate(&Args::try_parse_from(words).unwrap()).unwrap();
        assert!(parts(&made) == parts(&sample), "{sample:?}");
    }

    #[test]
    fn the_same_flags_make_the_same_files() {
        let four_levels = [
            "--rows",
            "60",
            "--levels",
            "4",
            "--columns",
            "14",
            "--seed",
            "4",
        ];
        makes("four-levels/input.xlsx", &four_levels);
        makes(
            "thousand-customers/input.csv",
            &["--rows", "1000", "--seed", "1000"],
        );
    }
}
