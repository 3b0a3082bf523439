//! What a table's first rows tell about all of them, and what a row tells by itself.

use std::collections::HashSet;

use super::cells::filled;
use super::head::Shape;
use super::headings::heading;
use super::labels::{Label, Words};
use super::values::{Look, look};
use crate::batch::{Row, RowBatch};

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

/// Whether short rows are how the file is written: trailing empty cells were not, here and there.
/// A block of them, all alike, is another list.
pub(super) fn short_rows_are_usual(lengths: &[usize], width: usize) -> bool {
    let short = lengths.iter().filter(|len| **len < width).count();
    if short < 3 || short * 4 < lengths.len() {
        return false;
    }
    let first = lengths.iter().position(|len| *len < width).unwrap_or(0);
    let last = lengths.iter().rposition(|len| *len < width).unwrap_or(0);
    let block = last + 1 - first == short && short < lengths.len();
    let alike = lengths[first..=last]
        .iter()
        .all(|len| *len == lengths[first]);
    !(block && alike)
}

/// How full the rows of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Density {
    /// The least number of filled cells in a row, without the few that hold a single one; 0 when the
    /// table is too small or too sparse to tell.
    pub(super) least: usize,
    /// Whether a row with a single filled cell is an exception.
    pub(super) single_is_odd: bool,
}

/// How full the rows are; those that bear a label are no customers and do not count.
/// Cells of `own` columns do not count either.
pub(super) fn density(
    head: &RowBatch,
    rows: std::ops::Range<usize>,
    own: &[usize],
    words: &Words,
) -> Density {
    let of_own = |row: Row<'_>| own.iter().filter(|column| !row.is_blank(**column)).count();
    let counts: Vec<usize> = rows
        .filter_map(|index| head.row(index))
        .filter(|row| !is_labelled(*row, words))
        .map(|row| filled(row) - of_own(row))
        .filter(|count| *count > 0)
        .collect();
    let lonely = counts.iter().filter(|count| **count == 1).count();
    let full = counts.iter().filter(|count| **count > 1);
    let single_is_odd = counts.len() > lonely && lonely * 3 <= counts.len();
    let least = if counts.len() - lonely < DENSE_ROWS || lonely * 3 > counts.len() {
        0
    } else {
        full.min().copied().unwrap_or(0)
    };
    Density {
        least,
        single_is_odd,
    }
}

/// Whether one of few filled cells says that the row is no customer.
fn is_labelled(row: Row<'_>, words: &Words) -> bool {
    let first = row.cells().find(|cell| !cell.text.trim().is_empty());
    let says = |text| words.label(text) != Label::None || heading(text, words).is_some();
    filled(row) <= 2 && first.is_some_and(|cell| says(cell.text))
}

/// What the titles among the first rows tell of each other.
#[derive(Debug, Default)]
pub(super) struct Titles {
    /// First words that several rows with a single filled cell share.
    shared: HashSet<String>,
    /// What totals sum up, in small letters.
    summed_up: HashSet<String>,
    /// The texts of rows with a single filled cell, in small letters.
    lonely: HashSet<String>,
    /// Rows whose numbers are sums of those above.
    sums: HashSet<u32>,
}

impl Titles {
    pub(super) fn of(head: &RowBatch, rows: std::ops::Range<usize>, words: &Words) -> Self {
        let mut titles = Self::default();
        let mut firsts = HashSet::new();
        let mut sums = Sums::default();
        for row in rows.filter_map(|index| head.row(index)) {
            let Some(cell) = row.cells().find(|cell| !cell.text.trim().is_empty()) else {
                continue;
            };
            let text = cell.text.trim().to_lowercase();
            if let Label::Total(_) = words.label(&text) {
                titles.summed_up.extend(words.summed_up(&text));
                if sums.are_in(row) {
                    titles.sums.insert(row.number());
                }
                sums.begin();
                continue;
            }
            sums.add(row);
            if filled(row) == 1 {
                let first = first_word(&text).to_owned();
                if !firsts.insert(first.clone()) {
                    titles.shared.insert(first);
                }
                titles.lonely.insert(text);
            }
        }
        titles
    }

    /// Whether other titles begin alike.
    pub(super) fn shares(&self, text: &str) -> bool {
        !self.shared.is_empty()
            && self
                .shared
                .contains(first_word(&text.trim().to_lowercase()))
    }

    /// Whether a total sums up what this text names.
    pub(super) fn is_summed_up(&self, text: &str) -> bool {
        let text = text.trim().to_lowercase();
        let named = |part: &String| text == *part || text.ends_with(&format!(" {part}"));
        self.summed_up.iter().any(named)
    }

    /// Whether the row's numbers are the sums, or the count, of the rows above.
    pub(super) fn sums(&self, row: Row<'_>) -> bool {
        self.sums.contains(&row.number())
    }

    /// Whether a title names what this total sums up.
    pub(super) fn names_sum(&self, total: &str, words: &Words) -> bool {
        words.summed_up(total).is_some_and(|part| {
            let named = |title: &String| *title == part || title.ends_with(&format!(" {part}"));
            self.lonely.iter().any(named)
        })
    }
}

/// The sums of the columns: of all rows, and of those behind the last total.
#[derive(Debug, Default)]
struct Sums {
    all: Sum,
    part: Sum,
}

#[derive(Debug, Default)]
struct Sum {
    rows: u32,
    columns: Vec<f64>,
}

impl Sums {
    fn begin(&mut self) {
        self.part = Sum::default();
    }

    fn add(&mut self, row: Row<'_>) {
        self.all.add(row);
        self.part.add(row);
    }

    fn are_in(&self, row: Row<'_>) -> bool {
        self.all.is_in(row) || self.part.is_in(row)
    }
}

impl Sum {
    fn add(&mut self, row: Row<'_>) {
        if filled(row) < 2 {
            return;
        }
        self.rows += 1;
        if self.columns.len() < row.len() {
            self.columns.resize(row.len(), 0.0);
        }
        for (column, sum) in self.columns.iter_mut().enumerate() {
            *sum += plain_number(row.text(column)).unwrap_or(0.0);
        }
    }

    /// Whether all numbers of the row, and there is one, are the sums of two rows and more.
    fn is_in(&self, row: Row<'_>) -> bool {
        let mut found = (0..row.len()).filter_map(|column| {
            let number = plain_number(row.text(column))?;
            let sum = self.columns.get(column).copied().unwrap_or(0.0);
            Some((number - sum).abs() < 0.005 || (number - f64::from(self.rows)).abs() < 0.005)
        });
        self.rows >= 2 && found.next() == Some(true) && found.all(|one| one)
    }
}

fn plain_number(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = text.starts_with(|sign: char| sign.is_ascii_digit()) && text.len() < 16;
    digits
        .then(|| text.replace(',', ".").parse().ok())
        .flatten()
}

fn first_word(text: &str) -> &str {
    text.split(|letter: char| !letter.is_alphanumeric())
        .next()
        .unwrap_or(text)
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

/// Whether all filled cells but the first begin as numbers do.
#[inline]
pub(super) fn only_numbers_behind(row: Row<'_>, first: usize) -> bool {
    (first + 1..row.len()).all(|index| {
        let byte = row.text(index).as_bytes().first();
        byte.is_none_or(|byte| {
            !byte.is_ascii_alphabetic() && *byte < 0x80 || matches!(byte, 0xC2 | 0xE2)
        })
    })
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
