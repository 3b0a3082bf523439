//! How long reading takes, as a multiple of the `csv` crate's bare parse into byte records.
//!
//! `cargo bench --bench read [-- ROWS [RUNS]]` writes a file of 20 columns (about 210 bytes a row)
//! with a fixed seed into the target directory and prints the ratio of the best runs.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use partner_import::model::RowBatch;
use partner_import::tables::{More, NoKnowledge, ReadOptions, open};

#[expect(clippy::print_stdout, reason = "a benchmark talks to people")]
fn main() {
    let numbers: Vec<usize> = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .collect();
    let rows = numbers.first().copied().unwrap_or(1_000_000);
    let runs = numbers.get(1).copied().unwrap_or(5);
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("customers-{rows}.csv"));
    if !path.exists() {
        write_customers(&path, rows).expect("the file can be written");
    }
    let size = std::fs::metadata(&path).expect("the file is there").len();
    println!("{rows} rows, {} MB", size / 1_000_000);
    let (mut bare, mut ours) = (Duration::MAX, Duration::MAX);
    for _ in 0..runs {
        let (time, cells) = timed(|| parse_bare(&path));
        bare = bare.min(time);
        let (time, own_cells) = timed(|| parse_ours(&path));
        ours = ours.min(time);
        assert_eq!(cells, own_cells, "both see the same cells");
    }
    println!("csv::ByteRecord   {:.3} s", bare.as_secs_f64());
    println!("read::next_batch  {:.3} s", ours.as_secs_f64());
    println!(
        "ratio             {:.2}",
        ours.as_secs_f64() / bare.as_secs_f64()
    );
}

fn timed(work: impl FnOnce() -> usize) -> (Duration, usize) {
    let start = Instant::now();
    let cells = work();
    (start.elapsed(), cells)
}

fn parse_bare(path: &Path) -> usize {
    let mut reader = csv::Reader::from_path(path).expect("the file opens");
    let mut record = csv::ByteRecord::new();
    let mut cells = 0;
    while reader
        .read_byte_record(&mut record)
        .expect("the file is well-formed")
    {
        cells += record.len();
    }
    cells
}

fn parse_ours(path: &Path) -> usize {
    let mut table = open(path, &ReadOptions::default(), &NoKnowledge).expect("the file opens");
    let mut batch = RowBatch::default();
    let mut cells = 0;
    loop {
        let more = table
            .next_batch(&mut batch)
            .expect("the file is well-formed");
        cells += batch.rows().map(|row| row.len()).sum::<usize>();
        assert!(
            table.take_notes().is_empty(),
            "nothing is wrong with the file"
        );
        if more == More::No {
            return cells;
        }
    }
}

const HEADER: &str = "Name,Parent,ParentId,Level,ServiceType,ChildServiceTypes,State,Country,\
DeviceCountry,LocationId,ExternalCode,TrialExpirationTime,LegalCompanyName,PhoneNumber,\
WebsiteAddress,VatNumber,City,ZipCode,Address,RegionId";

fn write_customers(path: &Path, rows: usize) -> std::io::Result<()> {
    const WORDS: [&str; 16] = [
        "Müller",
        "Smith",
        "Łódź",
        "Café",
        "Nordic",
        "Systems",
        "Bäckerei",
        "Kraków",
        "Garcia",
        "Ångström",
        "Dental",
        "Group",
        "Österreich",
        "Data",
        "Works",
        "Société",
    ];
    const CITIES: [(&str, &str); 6] = [
        ("Berlin", "Germany"),
        ("Zürich", "CH"),
        ("Kraków", "Poland"),
        ("Lyon", "FRA"),
        ("London", "UK"),
        ("São Paulo", "Brazil"),
    ];
    const LEVELS: [&str; 5] = [
        "Distributor",
        "SubDistributor",
        "Reseller",
        "EndCustomer",
        "Site",
    ];
    let mut random = fastrand::Rng::with_seed(20_261_123);
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(out, "{HEADER}")?;
    for row in 0..rows {
        let mut word = || WORDS[random.usize(..WORDS.len())];
        let (first, second) = (word(), word());
        let name = format!("{first} {second} {row}");
        let legal = if row % 8 == 0 {
            format!("\"{first}, {second} & Partners\"")
        } else if row % 97 == 0 {
            format!("\"{first} \"\"{second}\"\" GmbH\"")
        } else {
            format!("{first} {second} GmbH")
        };
        let (city, country) = CITIES[random.usize(..CITIES.len())];
        let level = LEVELS[row % LEVELS.len()];
        let parent = if row < 5 {
            String::new()
        } else {
            format!("Customer {}", random.usize(..row))
        };
        writeln!(
            out,
            "{name},{parent},,{level},AllInclusive,AllInclusive;SoftwareOnly,InProduction,{country},,,K-{row:07},\
             2027-{:02}-{:02},{legal},+49 30 {},https://www.customer-{row}.example,DE{},{city},{:05},{first} Street {},{}",
            1 + row % 12,
            1 + row % 28,
            random.u32(1_000_000..9_999_999),
            random.u32(100_000_000..999_999_999),
            random.u32(..99_999),
            random.u32(1..200),
            random.u32(1..30),
        )?;
    }
    out.flush()
}
