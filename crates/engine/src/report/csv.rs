//! `results.csv`, `rejected.csv` and `removed.csv`: UTF-8 with a byte order mark, the input's delimiter, CRLF line
//! ends, as Excel reads them. The only file here that knows the `csv` crate.
//!
//! Cells that a spreadsheet program would run as a formula are neutralised; the reader undoes
//! exactly that in files that bear `ImportStatus`.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::ReportError;
use super::facts::{Facts, goes_on_while};
use super::file::NewFile;
use super::layout::{OutCell, UNDO_COLUMNS};
use super::undo_facts::UndoFacts;
use super::verdict::Verdict;
use crate::journal::{RowRecord, Store};
use tables::formula::neutralise;

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
    let mut out = Out::create(path, facts.info.delimiter, &facts.layout.header())?;
    let mut left = match rows {
        Rows::All => facts.numbers.len(),
        Rows::Rejected => facts
            .verdicts
            .iter()
            .filter(|one| !one.status.made_it())
            .count(),
    };
    if left > 0 {
        facts.rows_until(store, |row, verdict| {
            if rows == Rows::All || !verdict.status.made_it() {
                out.row_of(facts, row, verdict)?;
                left -= 1;
            }
            Ok(goes_on_while(left > 0))
        })?;
    }
    out.commit()
}

/// Writes `removed.csv`: the rows whose customers the run had created, with what became of each
/// when it was undone.
pub fn write_undone(
    facts: &Facts,
    undo: &UndoFacts,
    store: &Store,
    path: &Path,
) -> Result<PathBuf, ReportError> {
    let header = facts.layout.header_with(UNDO_COLUMNS);
    let mut out = Out::create(path, facts.info.delimiter, &header)?;
    let mut fates = undo.fates.iter().peekable();
    facts.each_row(store, |row, _| {
        let Some(fate) = fates.next_if(|fate| fate.row == row.row) else {
            return Ok(());
        };
        let told = [fate.status.as_str(), &fate.code, &fate.message];
        out.row(facts.layout.row_with(&row.cells, Some(fate.id), told))
    })?;
    out.commit()
}

/// A file that is being written.
struct Out {
    path: PathBuf,
    writer: csv::Writer<NewFile>,
}

impl Out {
    fn create(path: &Path, between: char, header: &[Cow<'_, str>]) -> Result<Self, ReportError> {
        let mut file = NewFile::create(path)?;
        file.write_all(BYTE_ORDER_MARK)
            .map_err(|source| file.failed(source))?;
        let mut out = Self {
            path: path.to_owned(),
            writer: csv::WriterBuilder::new()
                .delimiter(delimiter(between))
                .terminator(csv::Terminator::CRLF)
                .from_writer(file),
        };
        let header = header.iter().map(|cell| neutralise(cell));
        let written = out
            .writer
            .write_record(header.map(|cell| cell.into_owned().into_bytes()));
        written.map_err(|error| out.failed(error))?;
        Ok(out)
    }

    fn row_of(
        &mut self,
        facts: &Facts,
        row: &RowRecord,
        verdict: &Verdict,
    ) -> Result<(), ReportError> {
        let mut written = Ok(());
        facts.layout.each_cell(&row.cells, verdict, |cell| {
            if written.is_ok() {
                written = self.cell(cell);
            }
        });
        written.and_then(|()| self.end_row())
    }

    fn row<'a>(&mut self, cells: impl Iterator<Item = OutCell<'a>>) -> Result<(), ReportError> {
        for cell in cells {
            self.cell(cell)?;
        }
        self.end_row()
    }

    fn cell(&mut self, cell: OutCell<'_>) -> Result<(), ReportError> {
        let written = match cell {
            OutCell::Text(text) => self.writer.write_field(neutralise(&text).as_bytes()),
            OutCell::Id(id) => self.writer.write_field(id.to_string()),
        };
        written.map_err(|error| self.failed(error))
    }

    fn end_row(&mut self) -> Result<(), ReportError> {
        let ended = self.writer.write_record(None::<&[u8]>);
        ended.map_err(|error| self.failed(error))
    }

    fn failed(&self, error: csv::Error) -> ReportError {
        ReportError::Write {
            path: self.path.clone(),
            source: io::Error::from(error),
        }
    }

    fn commit(self) -> Result<PathBuf, ReportError> {
        let path = self.path;
        let file = self.writer.into_inner();
        let file = file.map_err(|error| ReportError::Write {
            path,
            source: io::Error::from(error.error().kind()),
        })?;
        file.commit()
    }
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
