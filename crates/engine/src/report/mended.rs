//! The mended copy of `check --fix`: the table as CSV, UTF-8 with a byte order mark, every cell as
//! it was but the mended ones. Knows nothing of rules; never writes over a file.

use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::ReportError;
use crate::model::Row;

/// A copy that is being written.
pub struct MendedCopy {
    path: PathBuf,
    writer: csv::Writer<BufWriter<File>>,
}

impl MendedCopy {
    /// Begins a file that does not exist yet; `delimiter` is one ASCII character, else a comma is
    /// written.
    pub fn create(path: &Path, delimiter: &str) -> Result<Self, ReportError> {
        let failed = |source| ReportError::Write {
            path: path.to_owned(),
            source,
        };
        let new = OpenOptions::new().write(true).create_new(true).open(path);
        let mut file = BufWriter::new(new.map_err(failed)?);
        file.write_all("\u{feff}".as_bytes()).map_err(failed)?;
        let delimiter = match delimiter.as_bytes() {
            [one] if one.is_ascii() => *one,
            _ => b',',
        };
        Ok(Self {
            path: path.to_owned(),
            writer: csv::WriterBuilder::new()
                .delimiter(delimiter)
                .terminator(csv::Terminator::CRLF)
                .flexible(true)
                .from_writer(file),
        })
    }

    /// Writes the header.
    pub fn header(&mut self, cells: &[String]) -> Result<(), ReportError> {
        let written = self.writer.write_record(cells);
        written.map_err(|error| self.failed(error.into()))
    }

    /// Writes a row; `mended` names the new text of a cell by its place in the row, if it has one.
    pub fn row<'a, Text: Into<Cow<'a, str>>>(
        &mut self,
        row: Row<'a>,
        mended: impl Fn(usize) -> Option<Text>,
    ) -> Result<(), ReportError> {
        let cells = row.cells().enumerate();
        let texts = cells.map(|(index, cell)| match mended(index) {
            Some(text) => text.into(),
            None => Cow::Borrowed(cell.text),
        });
        let texts: Vec<Cow<'a, str>> = texts.collect();
        let texts = texts.iter().map(|text| &**text);
        let written = self.writer.write_record(texts);
        written.map_err(|error| self.failed(error.into()))
    }

    /// Ends the file.
    pub fn finish(mut self) -> Result<(), ReportError> {
        let flushed = self.writer.flush();
        flushed.map_err(|error| self.failed(error))
    }

    fn failed(&self, source: io::Error) -> ReportError {
        ReportError::Write {
            path: self.path.clone(),
            source,
        }
    }
}
