//! What tells our additions to a workbook from what people wrote in it.

use tables::edit::Hand;

use crate::report::note::SIGNATURE;
use crate::report::workbook;

/// What our additions are known by.
pub const HAND: Hand = Hand {
    author: "partner-import",
    signature: SIGNATURE,
    mark: workbook::SUMMARY_NAME,
    error: workbook::ERROR_GROUND,
    warning: workbook::WARNING_GROUND,
};
