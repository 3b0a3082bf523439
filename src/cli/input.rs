//! Reads and checks a file, on two threads where that is worth it.

use std::ops::ControlFlow;
use std::path::Path;

use super::error::CliError;
use crate::check::{CheckSettings, Checked, Checker, Mapping, knows_header};
use crate::model::{RowBatch, RowIndex, Source};
use crate::read::{self, Format, HeaderKnowledge, More, ReadOptions};

/// The header names that the mapping knows, for the search for the header row.
#[derive(Debug, Clone, Copy)]
pub struct KnownHeaders;

impl HeaderKnowledge for KnownHeaders {
    fn knows(&self, header: &str) -> bool {
        knows_header(header) >= 2
    }
}

/// A file that was read and checked.
pub struct CheckedFile {
    /// The file and the sheet.
    pub source: Source,
    /// What kind of file it is.
    pub format: Format,
    /// The number of the header's (last) row, from 1; 0 when the table has none.
    pub header_row: u32,
    /// What became of the columns.
    pub mapping: Mapping,
    /// What came of the rows.
    pub checked: Checked,
}

/// Reads and checks the file at `path`. Every batch of rows is handed to `keep` as well, with the
/// index of its first row.
pub fn check_file(
    path: &Path,
    options: &ReadOptions,
    settings: &CheckSettings,
    keep: &mut dyn FnMut(RowIndex, &RowBatch) -> Result<(), CliError>,
) -> Result<CheckedFile, CliError> {
    let mut table = read::open(path, options, &KnownHeaders)?;
    let mut problems = std::mem::take(&mut table.notes);
    let mut first = RowBatch::default();
    let mut more = table.next_batch(&mut first)?;
    let mut checker = Checker::new(&table.header, settings, &first)?;
    keep(RowIndex(0), &first)?;
    checker.batch(&first);
    if more == More::Maybe {
        let mut index = u32::try_from(first.len()).unwrap_or(u32::MAX);
        drop(first);
        checker.stream(|batch| {
            more = table.next_batch(batch)?;
            keep(RowIndex(index), batch)?;
            index += u32::try_from(batch.len()).unwrap_or(u32::MAX);
            Ok::<_, CliError>(match more {
                More::Maybe => ControlFlow::Continue(()),
                More::No => ControlFlow::Break(()),
            })
        })?;
    }
    problems.append(&mut table.diagnostics());
    checker.take_reading_problems(problems);
    Ok(CheckedFile {
        mapping: checker.mapping().clone(),
        checked: checker.finish(),
        header_row: table.header.row,
        source: table.source,
        format: table.format,
    })
}
