//! Raw rows: what a text file or a sheet holds before a table has been found in it.

use super::ReadError;
use super::note::Note;
use crate::batch::RowBatch;

/// Whether a source may have further rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum More {
    /// Call again.
    Maybe,
    /// That was the end; the batch may still hold the last rows.
    No,
}

/// Rows as they stand in the file, first row first, every cell from the first column on: titles,
/// blank rows, header, data, footnotes. Streams: a source holds no more than a batch where the
/// format allows.
pub trait RawRows: Send {
    /// Clears `batch` and fills it with the next rows (some thousands, or about a megabyte).
    ///
    /// # Errors
    /// When reading breaks off, or the rows are damaged or too large.
    fn next_batch(&mut self, batch: &mut RowBatch) -> Result<More, ReadError>;

    /// Takes what was wrong with the rows of the batches handed out so far. Each carries the row's
    /// number in its address; which data row that is, is found out later.
    fn take_problems(&mut self) -> Vec<Note> {
        Vec::new()
    }

    /// The rows of those read so far in which one cell is merged over several columns.
    fn merged_rows(&self) -> std::collections::BTreeSet<u32> {
        std::collections::BTreeSet::new()
    }
}
