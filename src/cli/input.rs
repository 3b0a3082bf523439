//! Reads and checks a file: one thread parses, this one checks.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::error::CliError;
use crate::check::{CheckSettings, Checked, Checker, Mapping, knows_header};
use crate::model::{Diagnostic, Header, RowBatch, RowIndex, Source};
use crate::read::{self, Format, HeaderKnowledge, More, ReadError, ReadOptions, Table};

/// How many batches may wait between reading and checking.
const WAITING: usize = 4;

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
    let notes = std::mem::take(&mut table.notes);
    let (source, format) = (table.source.clone(), table.format.clone());
    let header = table.header.clone();
    std::thread::scope(|scope| {
        let (batches, received) = sync_channel(WAITING);
        let (empties, reusable) = sync_channel(WAITING + 2);
        let reader = scope.spawn(move || read_all(&mut table, &batches, &reusable));
        let result = check_all(&header, settings, &received, &empties, keep);
        // A check that failed early lets the reader go.
        drop(received);
        let reading = match reader.join() {
            Ok(reading) => reading?,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        let (mut checker, mapping) = result?;
        checker.take_reading_problems(notes.into_iter().chain(reading));
        Ok(CheckedFile {
            source,
            format,
            mapping,
            checked: checker.finish(),
        })
    })
}

/// Reads everything; tells what was wrong with the rows.
fn read_all(
    table: &mut Table,
    batches: &SyncSender<RowBatch>,
    reusable: &Receiver<RowBatch>,
) -> Result<Vec<Diagnostic>, ReadError> {
    let mut problems = Vec::new();
    loop {
        let mut batch = reusable.try_recv().unwrap_or_default();
        let more = table.next_batch(&mut batch)?;
        problems.extend(table.diagnostics());
        if batches.send(batch).is_err() || more == More::No {
            return Ok(problems);
        }
    }
}

fn check_all(
    header: &Header,
    settings: &CheckSettings,
    received: &Receiver<RowBatch>,
    empties: &SyncSender<RowBatch>,
    keep: &mut dyn FnMut(RowIndex, &RowBatch) -> Result<(), CliError>,
) -> Result<(Checker, Mapping), CliError> {
    let mut first = received.recv().unwrap_or_default();
    let mut checker = Checker::new(header, settings, &first)
        .map_err(|error| CliError::usage(super::error::chain(&error)))?;
    let mapping = checker.mapping().clone();
    let mut index = 0;
    loop {
        keep(RowIndex(index), &first)?;
        checker.batch(&first);
        index += u32::try_from(first.len()).unwrap_or(u32::MAX);
        // The reader may have ended already.
        let _ = empties.try_send(std::mem::take(&mut first));
        match received.recv() {
            Ok(batch) => first = batch,
            Err(_) => return Ok((checker, mapping)),
        }
    }
}
