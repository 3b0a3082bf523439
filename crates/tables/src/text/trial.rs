//! Tries a dialect out on a text's beginning and says how even a table it gives.

use super::super::options::HeaderKnowledge;
use super::dialect::{Dialect, Escape, Surety};
use super::scan::{Ending, Place, Scanner};
use crate::batch::RowBatch;

const SAMPLE_ROWS: usize = 1000;

/// What came of trying.
pub(super) struct Trial {
    pub(super) dialect: Dialect,
    pub(super) score: f64,
    /// The share of rows that are alike.
    pub(super) even: f64,
    /// Whether the table begins in the first row.
    pub(super) from_the_top: bool,
}

impl Trial {
    /// Whether cells are separated by what is usual, and as often in nearly every row.
    pub(super) fn is_even_and_usual(&self) -> bool {
        let whole = self.dialect.width >= 2 && self.from_the_top && self.even >= 0.9;
        whole && is_usual(self.dialect.delimiter())
    }
}

/// Whether a delimiter is one that programs write: comma, semicolon, tab, pipe, or what no text
/// holds.
pub(super) fn is_usual(delimiter: &str) -> bool {
    delimiter.starts_with([',', ';', '\t', '|', '\u{1F}', '\u{1}']) || delimiter == " | "
}

/// Cuts the sample in this dialect; `belief` is how readily the delimiter is believed.
pub(super) fn try_out(
    sample: &str,
    mut dialect: Dialect,
    belief: f64,
    knowledge: &dyn HeaderKnowledge,
) -> Trial {
    let mut batch = RowBatch::default();
    let mut hits = Vec::new();
    let place = Place { number: 1, line: 1 };
    // The width is needed to see through stray marks, so it is found in a first, shorter pass.
    let head: usize = sample.split_inclusive('\n').take(40).map(str::len).sum();
    let head = up_to(sample, head.min(16 * 1024));
    if let Some(head) = head.rfind('\n').map(|at| &head[..=at]) {
        Scanner::new(&dialect, head, Ending::Final, place, &mut hits).scan(&mut batch, 40);
        dialect.width = usual_width(&batch).0;
        batch.clear();
    }
    Scanner::new(&dialect, sample, Ending::Final, place, &mut hits).scan(&mut batch, SAMPLE_ROWS);
    let (width, even) = usual_width(&batch);
    dialect.width = width;
    let header = batch.rows().find(|row| !row.is_empty());
    let from_the_top = header.is_some_and(|row| row.len() == width);
    let known = known_cells(&batch, knowledge);
    let columns = f64::from(u32::try_from(width.min(6)).unwrap_or(6));
    let mut score = if width < 2 {
        0.0
    } else {
        even * even * belief * (0.6 + 0.4 * columns / 6.0)
    };
    if !from_the_top {
        score *= 0.7;
    }
    if splits_numbers(&batch, &dialect) {
        score *= 0.8;
    }
    score += 2.0 * known;
    dialect.surety = surety(&dialect, even, known);
    Trial {
        dialect,
        score,
        even,
        from_the_top,
    }
}

/// How sure a dialect is whose rows are alike to this share, and whose header is known to that.
fn surety(dialect: &Dialect, even: f64, known: f64) -> Surety {
    match dialect.delimiter() {
        // They stand in every text.
        " " | ":" | "#" | "::" | "##" => Surety::Doubtful,
        "," | ";" | "\t" | "|" => {
            let plain = dialect.quote == Some(b'"') && dialect.escape == Escape::Doubled;
            let alike = even >= 0.5 || known > 0.0;
            if plain && alike {
                Surety::Clear
            } else {
                Surety::Guessed
            }
        }
        delimiter if is_usual(delimiter) => Surety::Guessed,
        _ if even >= 1.0 && known >= 1.0 => Surety::Guessed,
        _ => Surety::Doubtful,
    }
}

/// The most frequent number of cells (at least 2) and the share of rows that have it; 1 when no
/// row has more.
fn usual_width(batch: &RowBatch) -> (usize, f64) {
    let mut counts = std::collections::BTreeMap::<usize, u32>::new();
    for row in batch.rows().filter(|row| !row.is_empty()) {
        *counts.entry(row.len()).or_default() += 1;
    }
    let rows: u32 = counts.values().sum();
    let best = counts
        .iter()
        .filter(|(width, _)| **width > 1)
        .max_by_key(|(width, count)| (**count, **width));
    match best {
        Some((width, count)) => {
            let share = f64::from(*count) / f64::from(rows);
            // Two tables, one below the other, are even as well: neighbours are alike.
            (*width, share.max(0.9 * alike(batch)))
        }
        None => (1, 0.0),
    }
}

/// The share of rows that have as many cells (at least 2) as the row before.
fn alike(batch: &RowBatch) -> f64 {
    let (mut pairs, mut alike, mut before) = (0_u32, 0_u32, 0);
    for row in batch.rows().filter(|row| !row.is_empty()) {
        if before > 0 {
            pairs += 1;
            alike += u32::from(row.len() == before && before > 1);
        }
        before = row.len();
    }
    f64::from(alike) / f64::from(pairs.max(1))
}

/// The share of known names in the row that has the most (at least two), among the first ones.
fn known_cells(batch: &RowBatch, knowledge: &dyn HeaderKnowledge) -> f64 {
    let mut best = 0.0_f64;
    for row in batch.rows().take(40) {
        let filled = row
            .cells()
            .filter(|cell| !cell.text.trim().is_empty())
            .count();
        let known = row
            .cells()
            .filter(|cell| knowledge.knows(cell.text.trim()))
            .count();
        if known >= 2 {
            let share = |part: usize, whole: usize| {
                f64::from(u32::try_from(part).unwrap_or(u32::MAX))
                    / f64::from(u32::try_from(whole).unwrap_or(u32::MAX))
            };
            best = best.max(share(known, filled.max(1)));
        }
    }
    best
}

/// Whether the delimiter mostly stands between two digits, as a decimal comma does.
fn splits_numbers(batch: &RowBatch, dialect: &Dialect) -> bool {
    if &*dialect.delimiter != b"," {
        return false;
    }
    let (mut between, mut all) = (0_u32, 0_u32);
    for row in batch.rows().take(100) {
        for index in 1..row.len() {
            let digit = |found: Option<char>| found.is_some_and(|found| found.is_ascii_digit());
            let left = digit(row.text(index - 1).chars().next_back());
            let right = digit(row.text(index).chars().next());
            all += 1;
            between += u32::from(left && right);
        }
    }
    all > 0 && between * 10 >= all * 8
}

/// The first `length` bytes, less those of a character that is cut in two there.
pub(super) fn up_to(text: &str, mut length: usize) -> &str {
    while !text.is_char_boundary(length) {
        length -= 1;
    }
    &text[..length]
}
