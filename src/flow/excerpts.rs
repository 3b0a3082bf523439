//! Fetches the rows of the problems that are shown: from the rows that are in memory, or by reading
//! the file once more, up to the last row that is needed. Rows of files that are not large are kept
//! while they are read, so that only large ones are read again, and those without problems never.

use std::collections::HashMap;
use std::path::Path;

use super::failure::Failure;
use super::list::{CheckedFile, KnownHeaders};
use super::read_rows::{MOST_KEPT, ReadRows};
use crate::check::Mapping;
use crate::model::{Diagnostic, RowBatch, RowFate, RowIndex};
use crate::report::diagnostics::excerpt::Excerpts;
use tables::{More, ReadOptions};

/// So many problems are shown with their rows at most; those beyond with their values.
const MOST: usize = 20_000;

/// The rows of a file as they are read, as long as they are few.
#[derive(Debug, Default)]
pub struct Kept {
    batches: Vec<(RowIndex, RowBatch)>,
    bytes: usize,
}

impl Kept {
    /// Nothing yet of the file at `path`; nothing ever of one that is larger than what is kept.
    pub fn of(path: &Path) -> Self {
        let size = std::fs::metadata(path).map_or(0, |data| data.len());
        Self {
            bytes: usize::try_from(size)
                .map_or(usize::MAX, |size| if size > MOST_KEPT { size } else { 0 }),
            ..Self::default()
        }
    }

    /// Nothing, ever.
    fn nothing() -> Self {
        Self {
            bytes: usize::MAX,
            ..Self::default()
        }
    }

    /// Keeps a batch; all of them are given up once they are too many.
    pub fn keep(&mut self, first: RowIndex, batch: &RowBatch) {
        self.bytes = self.bytes.saturating_add(batch.text_len());
        if self.bytes <= MOST_KEPT {
            self.batches.push((first, batch.clone()));
        } else {
            self.batches = Vec::new();
        }
    }

    /// The rows, unless they were too many.
    fn all(&self) -> Option<&[(RowIndex, RowBatch)]> {
        (self.bytes <= MOST_KEPT).then_some(&self.batches)
    }
}

/// The problems whose rows are looked for, by row.
struct Wanted<'a> {
    of_row: HashMap<u32, Vec<&'a Diagnostic>>,
    last: u32,
}

impl<'a> Wanted<'a> {
    fn of(shown: Vec<&'a Diagnostic>) -> Self {
        let mut wanted = Self {
            of_row: HashMap::new(),
            last: 0,
        };
        for one in shown.into_iter().take(MOST) {
            if let Some(row) = one.row {
                wanted.of_row.entry(row.0).or_default().push(one);
                wanted.last = wanted.last.max(row.0);
            }
        }
        wanted
    }

    /// Keeps what is wanted of a batch whose first row is `first`.
    fn keep(
        &self,
        first: RowIndex,
        batch: &RowBatch,
        excerpts: &mut Excerpts,
        position: impl Fn(&Diagnostic) -> Option<usize>,
    ) {
        for (index, row) in (first.0..).zip(batch.rows()) {
            for one in self.of_row.get(&index).into_iter().flatten() {
                excerpts.keep(one, row, position(one));
            }
        }
    }
}

/// From rows in memory, whose columns are the file's, those of several sheets joined.
pub fn from_memory(file: &CheckedFile, rows: &ReadRows, shown: Vec<&Diagnostic>) -> Excerpts {
    let (wanted, mut excerpts) = (Wanted::of(shown), Excerpts::default());
    if wanted.of_row.is_empty() {
        return excerpts;
    }
    for (first, batch) in rows.batches() {
        wanted.keep(*first, batch, &mut excerpts, |one| file.position(one));
    }
    excerpts
}

/// From the rows, where they are at hand, else from the file at `path`.
pub fn of_rows(
    (path, options): (&Path, &ReadOptions),
    file: &CheckedFile,
    rows: Option<&ReadRows>,
    shown: Vec<&Diagnostic>,
) -> Excerpts {
    match rows {
        Some(rows) => from_memory(file, rows, shown),
        None => from_file(path, options, file, &Kept::nothing(), shown),
    }
}

/// From what was kept of the file, else from the file, which is read again. What cannot be read
/// twice (a pipe), or has changed meanwhile, is shown without its rows.
pub fn from_file(
    path: &Path,
    options: &ReadOptions,
    file: &CheckedFile,
    kept: &Kept,
    shown: Vec<&Diagnostic>,
) -> Excerpts {
    let (wanted, mut excerpts) = (Wanted::of(shown), Excerpts::default());
    if let Some(batches) = kept.all() {
        for (first, batch) in batches {
            let sheet = file.sheets.iter().rposition(|sheet| sheet.first <= *first);
            let mapping = sheet.map_or(&file.mapping, |at| &file.sheets[at].mapping);
            wanted.keep(*first, batch, &mut excerpts, |one| place_in(mapping, one));
        }
        return excerpts;
    }
    let again = std::fs::metadata(path).is_ok_and(|data| data.is_file());
    if again && !wanted.of_row.is_empty() {
        // The problems themselves are at hand: their rows are no reason to fail.
        if let Err(error) = read_again(path, options, file, &wanted, &mut excerpts) {
            tracing::debug!(reason = error.message, "rows of problems are not shown");
        }
    }
    excerpts
}

/// Where a problem's cell stands among its sheet's own columns.
fn place_in(mapping: &Mapping, one: &Diagnostic) -> Option<usize> {
    let column = one.at?.column?;
    mapping.columns.iter().position(|own| own.column == column)
}

fn read_again(
    path: &Path,
    options: &ReadOptions,
    file: &CheckedFile,
    wanted: &Wanted<'_>,
    excerpts: &mut Excerpts,
) -> Result<(), Failure> {
    let names = file.sheets.iter().map(|sheet| Some(sheet.name.clone()));
    let mut names: Vec<Option<String>> = names.collect();
    if names.is_empty() {
        names.push(None);
    }
    let mut first = RowIndex(0);
    for (at, name) in names.into_iter().enumerate() {
        let options = ReadOptions {
            sheet: name.or_else(|| options.sheet.clone()),
            ..options.clone()
        };
        let mapping = file
            .sheets
            .get(at)
            .map_or(&file.mapping, |one| &one.mapping);
        let mut table = tables::open(path, &options, &KnownHeaders)?;
        let (mut batch, mut place) = (RowBatch::default(), 0);
        let dropped = file.dropped.get(at).cloned().unwrap_or_default();
        loop {
            let more = table.next_batch(&mut batch)?;
            let rows = place..place + u32::try_from(batch.len()).unwrap_or(u32::MAX);
            place = rows.end;
            let fates: Vec<RowFate> = rows.map(|row| dropped.fate(row)).collect();
            batch.reshape(&fates);
            wanted.keep(first, &batch, excerpts, |one| place_in(mapping, one));
            first.0 += u32::try_from(batch.len()).unwrap_or(u32::MAX);
            if first.0 > wanted.last {
                return Ok(());
            }
            if more == More::No {
                break;
            }
        }
    }
    Ok(())
}
