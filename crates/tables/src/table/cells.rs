//! Looks at rows and columns of cells on behalf of those who find the table. Decides nothing.

use super::values::{Look, look};
use crate::batch::{Row, RowBatch};

/// So many rows below a candidate are compared with it.
pub(super) const BELOW: usize = 60;

/// What the cells of a column look like from some row on.
pub(super) struct Column {
    index: usize,
    below: usize,
    pub(super) filled: usize,
    pub(super) usual: Option<Look>,
    pub(super) mean_len: usize,
    pub(super) varied_little: bool,
}

impl Column {
    pub(super) fn of(rows: &RowBatch, column: usize, below: usize) -> Self {
        let mut counts = [0_usize; 6];
        let mut len = 0;
        let mut distinct = std::collections::HashSet::new();
        let texts = (below..rows.len().min(below + BELOW)).filter_map(|index| rows.row(index));
        for row in texts {
            let text = row.text(column).trim();
            let look = look(text);
            counts[look as usize] += usize::from(look != Look::Empty);
            len += text.len();
            if !text.is_empty() {
                distinct.insert(text);
            }
        }
        let filled: usize = counts.iter().sum();
        let looks = [
            Look::Empty,
            Look::Text,
            Look::Number,
            Look::Date,
            Look::Code,
            Look::Link,
        ];
        let usual = looks
            .into_iter()
            .find(|look| filled > 0 && counts[*look as usize] * 10 >= filled * 7);
        Self {
            index: column,
            below,
            filled,
            usual,
            mean_len: len / filled.max(1),
            varied_little: filled >= 4 && distinct.len() * 2 <= filled,
        }
    }

    /// Whether one of the cells is this text.
    pub(super) fn repeats(&self, rows: &RowBatch, text: &str) -> bool {
        (self.below..rows.len().min(self.below + BELOW))
            .filter_map(|index| rows.row(index))
            .any(|row| row.text(self.index).trim().eq_ignore_ascii_case(text))
    }
}

/// How many cells hold something.
pub(super) fn filled(row: Row<'_>) -> usize {
    row.cells()
        .filter(|cell| !cell.text.trim().is_empty())
        .count()
}

/// The index of the first filled cell.
pub(super) fn first_filled(row: Row<'_>) -> Option<usize> {
    row.cells().position(|cell| !cell.text.trim().is_empty())
}

/// One more than the index of the last filled cell.
pub(super) fn last_filled(row: Row<'_>) -> usize {
    (0..row.len())
        .rev()
        .find(|index| !row.text(*index).trim().is_empty())
        .map_or(0, |index| index + 1)
}

/// Whether two rows hold the same texts.
pub(super) fn same_texts(a: Row<'_>, b: Row<'_>) -> bool {
    let texts = |row: Row<'_>| -> Vec<String> {
        (0..last_filled(row))
            .map(|index| row.text(index).trim().to_lowercase())
            .collect()
    };
    texts(a) == texts(b)
}

/// Cuts a header that was written with another delimiter than the rows.
pub(super) fn cut_otherwise(text: &str, width: usize) -> Option<Vec<String>> {
    if width < 2 {
        return None;
    }
    [",", ";", "\t", "|", " "].iter().find_map(|delimiter| {
        let cells: Vec<String> = text
            .trim()
            .split(delimiter)
            .map(|cell| cell.trim().trim_matches('"').to_owned())
            .collect();
        let names = cells
            .iter()
            .all(|cell| look(cell) == Look::Text && cell.len() <= 40);
        (cells.len() == width && names).then_some(cells)
    })
}
