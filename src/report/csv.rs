//! `results.csv` and `rejected.csv`: UTF-8 with a byte order mark, the input's delimiter, CRLF line
//! ends, as Excel reads them. The only file here that knows the `csv` crate.
//!
//! Cells that a spreadsheet program would run as a formula are neutralised; the reader undoes
//! exactly that in files that bear `ImportStatus`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::ReportError;
use super::facts::Facts;
use super::file::NewFile;
use super::layout::OutCell;
use crate::journal::Store;
use crate::model::formula::neutralise;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Which rows a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// Every data row.
    All,
    /// Those that did not make it.
    Rejected,
}

/// Writes one of the two files.
pub fn write(
    facts: &Facts,
    store: &Store,
    rows: Rows,
    path: &Path,
) -> Result<PathBuf, ReportError> {
    let mut file = NewFile::create(path)?;
    file.write_all(BYTE_ORDER_MARK)
        .map_err(|source| file.failed(source))?;
    let failed = |error: csv::Error| ReportError::Write {
        path: path.to_owned(),
        source: io::Error::from(error),
    };
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter(facts.info.delimiter))
        .terminator(csv::Terminator::CRLF)
        .from_writer(file);
    let header = facts.layout.header();
    let header = header.iter().map(|cell| neutralise(cell));
    writer
        .write_record(header.map(|cell| cell.into_owned().into_bytes()))
        .map_err(failed)?;
    facts.each_row(store, |row, verdict| {
        if rows == Rows::Rejected && verdict.status.made_it() {
            return Ok(());
        }
        for cell in facts.layout.row(&row.cells, verdict) {
            let written = match cell {
                OutCell::Text(text) => writer.write_field(neutralise(&text).as_bytes()),
                OutCell::Id(id) => writer.write_field(id.to_string()),
            };
            written.map_err(failed)?;
        }
        writer.write_record(None::<&[u8]>).map_err(failed)
    })?;
    let file = writer.into_inner().map_err(|error| ReportError::Write {
        path: path.to_owned(),
        source: io::Error::from(error.error().kind()),
    })?;
    file.commit()
}

/// The delimiter as a byte; a comma for one that no byte can express.
fn delimiter(wanted: char) -> u8 {
    u8::try_from(wanted)
        .ok()
        .filter(u8::is_ascii)
        .unwrap_or(b',')
}

/// Writes a list as CSV with line feeds: for programs, and harmless where a spreadsheet opens it.
pub fn write_plain(
    out: &mut dyn std::io::Write,
    header: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> std::io::Result<()> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::Any(b'\n'))
        .from_writer(out);
    writer.write_record(header)?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| neutralise(cell).into_owned()))?;
    }
    writer.flush()
}
