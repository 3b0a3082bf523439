//! How long reading a large XLSX takes, as a multiple of calamine's streaming cell reader on the
//! same file: `cargo bench --bench workbook [-- ROWS]`. It must not know more of the reader than any caller.
#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use calamine::{Reader, Xlsx};
use partner_import::model::{Row, RowBatch};
use partner_import::tables::More;
use partner_import::tables::workbook::{self, WorkbookLimits};
use rust_xlsxwriter::{Format, Workbook};

/// What they are called does not matter to reading.
const COLUMNS: u16 = 20;
const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let rows = std::env::args()
        .filter_map(|arg| arg.parse().ok())
        .next_back()
        .unwrap_or(100_000);
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("customers.xlsx");
    write(&path, rows)?;
    let size = std::fs::metadata(&path)?.len();
    println!("{rows} rows x {COLUMNS} columns, {} KiB", size / 1024);

    let (mut theirs, mut ours) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let cells = read_with_calamine(&path)?;
        theirs = theirs.min(start.elapsed());
        let start = Instant::now();
        let (read, text) = read_with_ours(&path, RowBatch::text_len)?;
        ours = ours.min(start.elapsed());
        assert!(
            read == rows as usize + 1 && text > cells,
            "everything was read"
        );
    }
    let filled = |batch: &RowBatch| {
        let cells = batch.rows().flat_map(Row::cells);
        cells.filter(|cell| !cell.text.is_empty()).count()
    };
    let cells = read_with_calamine(&path)?;
    assert_eq!(
        read_with_ours(&path, filled)?.1,
        cells,
        "both see the same cells"
    );
    println!("calamine, cell by cell: {:.3} s", theirs.as_secs_f64());
    println!("partner-import:         {:.3} s", ours.as_secs_f64());
    println!(
        "ratio:                  {:.2}",
        ours.as_secs_f64() / theirs.as_secs_f64()
    );
    Ok(())
}

fn read_with_calamine(path: &Path) -> Result<usize, Box<dyn Error>> {
    let mut book: Xlsx<_> = calamine::open_workbook(path)?;
    let name = book.sheet_names()[0].clone();
    let mut cells = book.worksheet_cells_reader(&name)?;
    let mut count = 0;
    while let Some(cell) = cells.next_cell()? {
        if !matches!(cell.get_value(), calamine::DataRef::Empty) {
            count += 1;
        }
    }
    Ok(count)
}

/// The number of rows, and the sum of what `count` finds in the batches.
fn read_with_ours(
    path: &Path,
    count: impl Fn(&RowBatch) -> usize,
) -> Result<(usize, usize), Box<dyn Error>> {
    let mut book = workbook::open(path, &WorkbookLimits::default())?;
    let mut rows = book.rows(0)?;
    let mut batch = RowBatch::default();
    let (mut read, mut counted) = (0, 0);
    loop {
        let more = rows.next_batch(&mut batch)?;
        read += batch.len();
        counted += count(&batch);
        if more == More::No {
            return Ok((read, counted));
        }
    }
}

fn write(path: &Path, rows: u32) -> Result<(), Box<dyn Error>> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("Customers")?;
    let zip = Format::new().set_num_format("00000");
    let date = Format::new().set_num_format("yyyy-mm-dd");
    for column in 0..COLUMNS {
        sheet.write_string(0, column, format!("Column {column}"))?;
    }
    for row in 1..=rows {
        let text = |column: u16| match column {
            0 => format!("Customer {row} Größe & Söhne GmbH"),
            1 => format!("Customer {}", row / 7),
            3 => ["EndCustomer", "Reseller", "Site"][row as usize % 3].into(),
            4 => "AllInclusive".into(),
            5 => "AllInclusive;SoftwareOnly".into(),
            6 => "InProduction".into(),
            7 => ["Germany", "United States", "France", "Österreich"][row as usize % 4].into(),
            8 => "DE".into(),
            10 => format!("K-{row:07}"),
            12 => format!("Customer {row} Größe & Söhne Verwaltungs-GmbH"),
            13 => format!("+49 30 {}", 1_000_000 + row),
            14 => format!("https://customer{row}.example"),
            15 => format!("DE{}", 100_000_000 + row),
            16 => ["Berlin", "München", "Köln", "Wien"][row as usize % 4].into(),
            18 => format!("Hauptstraße {}", row % 300),
            _ => String::new(),
        };
        for column in 0..COLUMNS {
            match column {
                2 | 9 | 19 => {
                    sheet.write_number(row, column, row % 5000)?;
                }
                11 => {
                    sheet.write_number_with_format(row, column, 45_000 + row % 3000, &date)?;
                }
                17 => {
                    sheet.write_number_with_format(row, column, row % 99_999 + 1, &zip)?;
                }
                _ => {
                    sheet.write_string(row, column, text(column))?;
                }
            }
        }
    }
    book.save(path)?;
    Ok(())
}
