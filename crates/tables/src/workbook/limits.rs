//! How much of a workbook is read before it is called a bomb. Counts what is really there, never
//! what a file claims. Knows nothing of formats.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::error::{Limit, WorkbookError};

/// The rows a sheet can have in any spreadsheet program.
pub const MAX_ROWS: u32 = 1_048_576;

/// The columns a sheet can have in any spreadsheet program.
pub const MAX_COLUMNS: u32 = 16_384;

/// The limits of one workbook. The defaults are far above anything a customer list needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkbookLimits {
    /// The size of the file.
    pub file_bytes: u64,
    /// Everything inflated from the file, all parts together.
    pub inflated_bytes: u64,
    /// How many times larger than its compressed form a part may be, once it is beyond
    /// [`WorkbookLimits::ratio_free_bytes`].
    pub inflate_ratio: u64,
    /// Up to this size a part may be compressed as well as it likes.
    pub ratio_free_bytes: u64,
    /// The text of the shared strings, and of any other table kept in memory.
    pub strings_bytes: u64,
    /// The cells handed out for one sheet, the empty ones before a filled one counted.
    pub cells: u64,
    /// One XML tag or one run of text.
    pub token_bytes: usize,
    /// How deep XML elements may nest.
    pub xml_depth: u32,
    /// The entries of the archive.
    pub parts: usize,
}

impl Default for WorkbookLimits {
    fn default() -> Self {
        Self {
            file_bytes: 1 << 30,
            inflated_bytes: 8 << 30,
            inflate_ratio: 300,
            ratio_free_bytes: 64 << 20,
            strings_bytes: 1 << 30,
            cells: 400_000_000,
            token_bytes: 4 << 20,
            xml_depth: 128,
            parts: 20_000,
        }
    }
}

/// Holds a value against its limit.
pub(super) fn within(what: Limit, value: u64, limit: u64) -> Result<(), WorkbookError> {
    if value > limit {
        return Err(what.exceeded(limit));
    }
    Ok(())
}

/// Counts what all parts of one workbook inflate to, over threads.
#[derive(Debug, Clone)]
pub(super) struct Inflated {
    total: Arc<AtomicU64>,
    limits: Arc<WorkbookLimits>,
}

impl Inflated {
    pub(super) fn new(limits: Arc<WorkbookLimits>) -> Self {
        Self {
            total: Arc::default(),
            limits,
        }
    }

    /// Counts `more` bytes of a part of which `part` bytes came out of `packed` so far.
    pub(super) fn count(&self, more: u64, part: u64, packed: u64) -> Result<(), WorkbookError> {
        let limits = &self.limits;
        let total = self.total.fetch_add(more, Ordering::Relaxed) + more;
        within(Limit::Inflated, total, limits.inflated_bytes)?;
        let allowed = packed.max(1).saturating_mul(limits.inflate_ratio);
        if part > limits.ratio_free_bytes && part > allowed {
            return Err(Limit::Ratio.exceeded(limits.inflate_ratio));
        }
        Ok(())
    }
}
