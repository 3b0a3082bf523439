//! A sheet's rows as the rest of the reading layer takes them.

use std::path::PathBuf;

use super::error::WorkbookError;
use crate::batch::RowBatch;
use crate::{More, RawRows, ReadError};

/// A sheet of some format, read from the top.
pub(super) trait CellSource: Send {
    /// Adds the next rows to `batch`.
    fn fill(&mut self, batch: &mut RowBatch) -> Result<More, WorkbookError>;
}

/// The rows of a sheet.
pub(super) struct SheetRows {
    path: PathBuf,
    /// None once the sheet ended or could not be read further.
    source: Option<Box<dyn CellSource>>,
}

impl SheetRows {
    pub(super) fn new(path: PathBuf, source: Box<dyn CellSource>) -> Self {
        Self {
            path,
            source: Some(source),
        }
    }
}

impl RawRows for SheetRows {
    fn next_batch(&mut self, batch: &mut RowBatch) -> Result<More, ReadError> {
        batch.clear();
        let Some(source) = &mut self.source else {
            return Ok(More::No);
        };
        let more = source.fill(batch);
        if !matches!(more, Ok(More::Maybe)) {
            self.source = None;
        }
        more.map_err(|source| ReadError::Workbook {
            path: self.path.clone(),
            source,
        })
    }
}
