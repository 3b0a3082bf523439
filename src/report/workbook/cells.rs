//! Texts and ids as cells hold them.

use std::borrow::Cow;

use rust_xlsxwriter::{Worksheet, XlsxError};

use crate::model::PartnerId;
use tables::formula::{neutralise, restore};

/// Text of which the reader, which takes our formula marks off, gives back the very same. A
/// workbook knows text from formulas, so nothing else needs a mark.
pub(super) fn marked(text: &str) -> Cow<'_, str> {
    if restore(text).len() == text.len() {
        Cow::Borrowed(text)
    } else {
        neutralise(text)
    }
}

/// The greatest number that every spreadsheet program keeps to the last digit.
pub const MOST_EXACT: u64 = 999_999_999_999_999;

/// Writes an id: as a number where that keeps all its digits.
pub(super) fn write_id(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    id: PartnerId,
) -> Result<(), XlsxError> {
    #[expect(clippy::cast_precision_loss, reason = "it is exact up to MOST_EXACT")]
    let number = id.get() as f64;
    if id.get() <= MOST_EXACT {
        sheet.write_number(row, column, number)?;
    } else {
        sheet.write_string(row, column, id.to_string())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_reader_would_take_for_our_mark_is_marked() {
        let texts = ["+43 1", "=1", "'=1", "''", "'90s"].map(|text| marked(text).into_owned());
        assert_eq!(texts, ["+43 1", "=1", "''=1", "'''", "'90s"]);
    }
}
