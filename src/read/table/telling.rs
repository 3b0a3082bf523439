//! What a table's first rows tell about all of them, and what a row tells by itself.

use super::cells::filled;
use super::head::Shape;
use super::values::{Look, is_number, is_total, look};
use crate::model::{Row, RowBatch};

/// So many rows must be dense before a nearly empty one is conspicuous.
const DENSE_ROWS: usize = 3;
/// The rows that tell how a table is filled.
const TELLING_ROWS: usize = 500;

/// The rows of data up to the first blank one, where enough stand before it.
pub(super) fn first_block(head: &RowBatch, first: usize) -> std::ops::Range<usize> {
    let end = head.len().min(first + TELLING_ROWS);
    let blank = |index: &usize| head.row(*index).is_some_and(|row| filled(row) == 0);
    match (first..end).find(blank) {
        Some(gap) if gap >= first + DENSE_ROWS => first..gap,
        _ => first..end,
    }
}

/// The least number of filled cells in a row, without the few that hold a single one; 0 when the
/// table is too small or too sparse to tell.
pub(super) fn density(head: &RowBatch, rows: std::ops::Range<usize>) -> usize {
    let counts: Vec<usize> = rows
        .filter_map(|index| head.row(index))
        .map(filled)
        .filter(|count| *count > 0)
        .collect();
    let lonely = counts.iter().filter(|count| **count == 1).count();
    let full = counts.iter().filter(|count| **count > 1);
    if counts.len() - lonely < DENSE_ROWS || lonely * 3 > counts.len() {
        return 0;
    }
    full.min().copied().unwrap_or(0)
}

/// Which columns hold values that are no words.
pub(super) fn typed_columns(
    head: &RowBatch,
    shape: &Shape,
    rows: std::ops::Range<usize>,
) -> Vec<bool> {
    (0..shape.header.cells.len())
        .map(|column| {
            let (mut filled, mut values) = (0, 0);
            for row in rows.clone().filter_map(|index| head.row(index)) {
                match look(row.text(shape.first_column + column)) {
                    Look::Empty => {}
                    found => {
                        filled += 1;
                        values += usize::from(found.is_value() || found == Look::Code);
                    }
                }
            }
            filled >= 2 && values * 10 >= filled * 9
        })
        .collect()
}

/// How many cells hold a character at all.
#[inline]
pub(super) fn quick_filled(row: Row<'_>) -> usize {
    (0..row.len()).filter(|index| !row.is_blank(*index)).count()
}

/// Whether the row holds the word for a total and numbers.
pub(super) fn is_total_row(row: Row<'_>) -> bool {
    let mut cells = row
        .cells()
        .map(|cell| cell.text.trim())
        .filter(|text| !text.is_empty());
    cells.next().is_some_and(is_total)
        && cells.all(|text| is_number(text) || look(text) == Look::Number)
}

/// Whether a text that stands alone is a heading by its signs.
pub(super) fn is_title(text: &str) -> bool {
    text.ends_with(':')
        || text.starts_with(['#', '*', '-', '=', '_', '~', '>', '['])
        || !text.chars().any(char::is_alphabetic)
}

/// Whether a text below a table is a remark rather than a name: a sentence, something with a colon
/// or a date, or a word that exports end with.
pub(super) fn is_note(text: &str) -> bool {
    const WORDS: [&str; 22] = [
        "end",
        "ende",
        "total",
        "totals",
        "summe",
        "sum",
        "count",
        "anzahl",
        "export",
        "exported",
        "generated",
        "created",
        "printed",
        "report",
        "page",
        "seite",
        "source",
        "quelle",
        "stand",
        "records",
        "rows",
        "confidential",
    ];
    let lower = text.to_lowercase();
    let mut words = lower.split(|letter: char| !letter.is_alphanumeric());
    let long = text.split_whitespace().count() > 7;
    let dated = look(text) != Look::Text || text.contains("20") && text.contains(['/', '.', '-']);
    let sentence = text.ends_with(['.', '!', '?']) && text.split_whitespace().count() > 3;
    long || dated
        || sentence
        || text.contains(':')
        || text.starts_with('(')
        || text.contains('©')
        || words.any(|word| WORDS.contains(&word))
}

/// Whether every filled cell looks like a column's name, and none twice.
pub(super) fn is_all_names(row: Row<'_>) -> bool {
    let texts: Vec<&str> = row
        .cells()
        .map(|cell| cell.text.trim())
        .filter(|text| !text.is_empty())
        .collect();
    texts.len() >= 2
        && texts
            .iter()
            .all(|text| look(text) == Look::Text && text.len() <= 40)
        && texts.iter().collect::<std::collections::HashSet<_>>().len() == texts.len()
}
