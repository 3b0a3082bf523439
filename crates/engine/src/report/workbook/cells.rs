//! Texts and ids as cells hold them.

use std::borrow::Cow;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_reader_would_take_for_our_mark_is_marked() {
        let texts = ["+43 1", "=1", "'=1", "''", "'90s"].map(|text| marked(text).into_owned());
        assert_eq!(texts, ["+43 1", "=1", "''=1", "'''", "'90s"]);
    }
}
