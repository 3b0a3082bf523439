//! Finds where a table begins: titles above it, the header in one or more rows, the first row of
//! data, the columns. Looks at the first rows only.

use std::collections::HashSet;

use super::cells::{BELOW, Column, cut_otherwise, filled, first_filled, last_filled, same_texts};
use super::values::{Look, look};
use crate::HeaderKnowledge;
use crate::batch::{Row, RowBatch};
use crate::header::{Header, HeaderCell};
use crate::note::{Note, NoteKind};

/// Whether the number of a row's cells means something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ragged {
    /// A text file: every row should have as many delimiters as the others.
    Matters,
    /// A sheet: rows end with their last filled cell.
    Natural,
}

/// How the header row is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Find it.
    Found,
    /// There is none.
    None,
    /// The row at this index of the first rows.
    At(usize),
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub(super) struct Shape {
    /// The header; unnamed cells when the table has none.
    pub(super) header: Header,
    /// The header's cells as they stand in the file, row by row joined with a space.
    pub(super) header_as_read: Vec<String>,
    /// The index of the first row of data.
    pub(super) first_data: usize,
    /// The first column of the table, from 0.
    pub(super) first_column: usize,
    /// Columns of other tables between the list's, as they stand in a row.
    pub(super) aside: Vec<usize>,
    /// How many cells most rows have.
    pub(super) usual: usize,
    /// What was skipped, joined or guessed.
    pub(super) notes: Vec<Note>,
}

/// The header is looked for in so many rows.
const SEARCHED: usize = 100;
const MOST_HEADER_ROWS: usize = 4;
const MOST_GROUP_ROWS: usize = 2;

/// Finds the table's beginning in its first rows.
pub(super) fn find(
    rows: &RowBatch,
    wanted: Wanted,
    ragged: Ragged,
    knowledge: &dyn HeaderKnowledge,
) -> Shape {
    let finder = Finder {
        rows,
        ragged,
        knowledge,
        usual: usual_len(rows),
    };
    finder.find(wanted)
}

struct Finder<'a> {
    rows: &'a RowBatch,
    ragged: Ragged,
    knowledge: &'a dyn HeaderKnowledge,
    usual: usize,
}

impl Finder<'_> {
    fn find(&self, wanted: Wanted) -> Shape {
        let start = match wanted {
            Wanted::At(index) => Some(index),
            Wanted::None => None,
            Wanted::Found => self.known_header(),
        };
        let (rows, split) = match (start, wanted) {
            (Some(index), Wanted::At(_)) => (index..index + 1, None),
            (Some(index), _) => (self.header_rows(index), None),
            (None, Wanted::None) => (self.table_start()..self.table_start(), None),
            (None, _) => self.header_by_shape(),
        };
        let mut shape = match split {
            Some(cells) => self.split_header(rows.end - 1, cells),
            None => self.shape(rows.clone()),
        };
        shape.usual = self.usual;
        shape.first_data = rows.end;
        self.note_skipped(rows.start, &mut shape);
        shape
    }

    fn row(&self, index: usize) -> Option<Row<'_>> {
        self.rows.row(index)
    }

    /// The row with the most different known names, when there are enough of them.
    fn known_header(&self) -> Option<usize> {
        let mut best = None;
        for (index, row) in self.rows.rows().take(SEARCHED).enumerate() {
            let filled = filled(row);
            let known = row
                .cells()
                .filter(|cell| {
                    !cell.text.trim().is_empty() && self.knowledge.knows(cell.text.trim())
                })
                .count();
            let enough = (known >= 2 && known * 5 >= filled)
                || (known == 1 && filled == 1 && self.usual <= 2);
            if !enough {
                continue;
            }
            let different = self.known(row);
            if best.is_none_or(|(most, _)| different > most) {
                best = Some((different, index));
            }
        }
        let (_, mut index) = best?;
        while index + 1 < SEARCHED && self.is_below_groups(index + 1, index) {
            index += 1;
        }
        Some(index)
    }

    /// Whether the row at `below` holds the names of columns whose groups stand in the row at
    /// `above`: known names and hardly anything else, where no row of data has that.
    fn is_below_groups(&self, below: usize, above: usize) -> bool {
        let (Some(below), Some(above)) = (self.row(below), self.row(above)) else {
            return false;
        };
        let names = texts(below);
        let known = self.known(below);
        (self.all_groups(above) || has_spans(above, below))
            && self.known(above) >= 2
            && known >= 2
            && known * 2 >= names.len()
            && !same_texts(below, above)
            && are_names(&names)
    }

    /// How many different known names a row holds.
    fn known(&self, row: Row<'_>) -> usize {
        let known = texts(row).into_iter();
        let known = known.filter(|text| self.knowledge.knows(text));
        known.map(str::to_lowercase).collect::<HashSet<_>>().len()
    }

    fn all_groups(&self, row: Row<'_>) -> bool {
        texts(row).iter().all(|text| self.knowledge.is_group(text))
    }

    /// The first row that is as full as the rows of the table.
    fn table_start(&self) -> usize {
        let mut counts: Vec<usize> = self
            .rows
            .rows()
            .map(filled)
            .filter(|count| *count > 0)
            .collect();
        counts.sort_unstable();
        let usual = counts.get(counts.len() / 2).copied().unwrap_or(0);
        let least = match usual {
            0 | 1 => 1,
            2 => 2,
            _ => usual.div_ceil(2).max(2),
        };
        self.rows
            .rows()
            .position(|row| filled(row) >= least)
            .unwrap_or(self.rows.len())
    }

    /// The header's rows without any known name; the second value is a header that had to be cut.
    fn header_by_shape(&self) -> (std::ops::Range<usize>, Option<Vec<String>>) {
        let start = self.table_start();
        let Some(row) = self.row(start) else {
            return (start..start, None);
        };
        let mut below = start + 1;
        while self
            .row(below)
            .is_some_and(|next| filled(next) > 1 && same_texts(next, row))
        {
            below += 1;
        }
        if self.header_score(row, below) > 0.0 {
            return (self.header_rows(start), None);
        }
        if self.ragged == Ragged::Matters
            && start > 0
            && let Some(above) = self.row(start - 1)
            && filled(above) == 1
            && let Some(cells) = cut_otherwise(above.text(0), self.usual)
        {
            return (start - 1..start, Some(cells));
        }
        (start..start, None)
    }

    /// How much a row looks like names of columns, compared with the rows from `below` on.
    fn header_score(&self, row: Row<'_>, below: usize) -> f64 {
        let mut score = 0.3;
        for column in 0..row.len() {
            score += self.cell_score(row.text(column), column, below);
        }
        score
    }

    fn cell_score(&self, text: &str, column: usize, below: usize) -> f64 {
        let text = text.trim();
        let values = Column::of(self.rows, column, below);
        let own = look(text);
        if own == Look::Empty {
            return if values.filled > 0 { -0.2 } else { 0.0 };
        }
        if self.knowledge.knows(text) {
            return 2.0;
        }
        if own.is_value() {
            return if values.usual == Some(own) || values.filled == 0 {
                -1.5
            } else {
                -0.6
            };
        }
        if values.repeats(self.rows, text) {
            return -1.5;
        }
        let own_code = own == Look::Code;
        match values.usual {
            Some(usual) if usual.is_value() => 1.0,
            Some(Look::Code) => {
                if own_code {
                    -1.0
                } else {
                    0.7
                }
            }
            _ if text.len() > 60 => -0.5,
            _ if values.varied_little => 0.3,
            _ if values.mean_len > 30 && text.len() * 3 < values.mean_len => 0.4,
            _ => 0.0,
        }
    }

    /// All rows of the header around `index`: groups above it, further lines below it.
    fn header_rows(&self, index: usize) -> std::ops::Range<usize> {
        let mut first = index;
        while first > 0 && index - first < MOST_GROUP_ROWS && self.is_group_row(first - 1, first) {
            first -= 1;
        }
        let mut end = index + 1;
        while end - first < MOST_HEADER_ROWS && self.continues_header(end, index) {
            end += 1;
        }
        first..end
    }

    /// Whether the row above the header holds names of groups of columns.
    fn is_group_row(&self, above: usize, header: usize) -> bool {
        let (Some(above), Some(header)) = (self.row(above), self.row(header)) else {
            return false;
        };
        let groups = texts(above);
        // One cell alone is a title, unless it names a group that begins further right, or says
        // that the columns are about persons: their names are no customers'.
        let alone = groups.len() == 1
            && self.knowledge.is_group(groups[0])
            && (first_filled(above) > first_filled(header)
                || self.knowledge.is_of_persons(groups[0]));
        let narrow = groups.len() <= filled(header) && last_filled(above) <= last_filled(header);
        let wide = has_spans(above, header) && self.known(header) >= 2;
        (alone || groups.len() >= 2) && (narrow || wide) && are_names(&groups)
    }

    /// Whether the row at `index` belongs to the header that begins at `header`.
    fn continues_header(&self, index: usize, header: usize) -> bool {
        let (Some(row), Some(first)) = (self.row(index), self.row(header)) else {
            return false;
        };
        if filled(row) == 0 {
            return false;
        }
        if same_texts(row, first) {
            return true;
        }
        let mut contrasts = 0;
        for column in 0..row.len() {
            let text = row.text(column).trim();
            if text.is_empty() {
                continue;
            }
            let values = Column::of(self.rows, column, index + 1);
            if look(text) != Look::Text || text.len() > 40 || values.repeats(self.rows, text) {
                return false;
            }
            contrasts +=
                usize::from(values.filled >= 2 && values.usual.is_some_and(Look::is_value));
        }
        contrasts >= 2 && filled(row) * 2 >= filled(first)
    }

    fn shape(&self, rows: std::ops::Range<usize>) -> Shape {
        let header_rows: Vec<Row<'_>> = rows.clone().filter_map(|index| self.row(index)).collect();
        let (first, width) = self.columns(&rows);
        let mut shape = Shape {
            first_column: first,
            ..Shape::default()
        };
        for (column, mut parts) in (first..).zip(layers(&header_rows, first, width)) {
            shape.header_as_read.push(parts.join(" "));
            parts.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
            shape.header.cells.push(HeaderCell {
                text: parts.join(" "),
                column: u32::try_from(column).unwrap_or(u32::MAX),
                groups: {
                    parts.pop();
                    parts
                },
            });
        }
        shape.header.row = header_rows.last().map_or(0, Row::number);
        self.note_header(&header_rows, &mut shape);
        shape
    }

    /// The table's first column and how many it has.
    fn columns(&self, header: &std::ops::Range<usize>) -> (usize, usize) {
        let body = || (header.start..self.rows.len()).filter_map(|index| self.row(index));
        let named = header
            .clone()
            .filter_map(|index| self.row(index))
            .map(|row| {
                if self.ragged == Ragged::Matters {
                    row.len()
                } else {
                    last_filled(row)
                }
            })
            .max()
            .unwrap_or(0);
        if self.ragged == Ragged::Natural {
            let first = body().filter_map(first_filled).min().unwrap_or(0);
            let last = body()
                .take(BELOW)
                .map(last_filled)
                .max()
                .unwrap_or(0)
                .max(named);
            return (first, last - first.min(last));
        }
        if header.is_empty() {
            return (0, self.usual);
        }
        // Surplus cells count when most rows have them and some are filled.
        let wide = body()
            .skip(header.len())
            .filter(|row| row.len() == self.usual);
        let used = wide
            .take(BELOW)
            .map(|row| last_filled(row))
            .max()
            .unwrap_or(0);
        (0, named.max(if self.usual > named { used } else { 0 }))
    }

    fn split_header(&self, index: usize, cells: Vec<String>) -> Shape {
        let number = self.row(index).map_or(0, |row| row.number());
        let header = Header {
            cells: (0..)
                .zip(&cells)
                .map(|(column, text)| HeaderCell::new(text, column))
                .collect(),
            row: number,
        };
        Shape {
            header,
            header_as_read: cells,
            notes: vec![NoteKind::HeaderSplit.in_row(number)],
            ..Shape::default()
        }
    }

    fn note_header(&self, header_rows: &[Row<'_>], shape: &mut Shape) {
        let number = shape.header.row;
        match header_rows {
            [] if !self.rows.is_empty() => shape.notes.push(NoteKind::NoHeader.of_file()),
            [first, .., last] => {
                let joined = NoteKind::HeaderJoined(first.number(), last.number());
                shape.notes.push(joined.in_row(number));
            }
            _ => {}
        }
        if let [.., last] = header_rows
            && self.ragged == Ragged::Matters
            && shape.header.cells.len() > last.len()
        {
            let short = NoteKind::HeaderShort {
                cells: last.len(),
                columns: shape.header.cells.len(),
            };
            shape.notes.push(short.in_row(number));
        }
    }

    fn note_skipped(&self, end: usize, shape: &mut Shape) {
        let skipped: Vec<Row<'_>> = self
            .rows
            .rows()
            .take(end)
            .filter(|row| filled(*row) > 0)
            .collect();
        let Some(first) = skipped.first() else {
            return;
        };
        let texts = texts(*first);
        let numbers: Vec<u32> = skipped.iter().map(Row::number).collect();
        let above = NoteKind::AboveHeader(numbers).in_row(first.number());
        shape.notes.push(above.with_value(&texts.join(" ")));
    }
}

/// The texts of a row's filled cells.
fn texts(row: Row<'_>) -> Vec<&str> {
    row.cells()
        .map(|cell| cell.text.trim())
        .filter(|text| !text.is_empty())
        .collect()
}

/// Whether texts can be names of columns or of groups of them.
fn are_names(texts: &[&str]) -> bool {
    texts
        .iter()
        .all(|text| look(text) == Look::Text && text.len() <= 40 && !text.ends_with(':'))
}

/// Whether some text of the upper row stands for several columns of the lower one: it is followed
/// by empty cells, or stands there again and again.
fn has_spans(above: Row<'_>, below: Row<'_>) -> bool {
    (1..last_filled(below)).any(|column| {
        let (text, before) = (above.text(column).trim(), above.text(column - 1).trim());
        let named = |at: usize| !below.text(at).trim().is_empty();
        named(column) && (text.is_empty() || (text == before && named(column - 1)))
    })
}

/// The texts above each other in each column of a header, from the top. A group's name stands in
/// its first column and counts for those right of it that have a name of their own below.
fn layers(header: &[Row<'_>], first: usize, width: usize) -> Vec<Vec<String>> {
    let mut groups = vec![""; header.len()];
    let mut columns = Vec::with_capacity(width);
    for column in first..first + width {
        let own: Vec<&str> = header.iter().map(|row| row.text(column).trim()).collect();
        let lowest = own.iter().rposition(|text| !text.is_empty());
        let mut parts = Vec::new();
        for (level, text) in own.iter().enumerate() {
            if !text.is_empty() {
                groups[level..].fill("");
                if Some(level) != lowest {
                    groups[level] = text;
                }
                parts.push((*text).to_owned());
            } else if lowest.is_some_and(|lowest| level < lowest) && !groups[level].is_empty() {
                parts.push(groups[level].to_owned());
            }
        }
        columns.push(parts);
    }
    columns
}

/// The number of cells most rows have.
fn usual_len(rows: &RowBatch) -> usize {
    let mut counts = std::collections::BTreeMap::<usize, u32>::new();
    for row in rows.rows().filter(|row| filled(*row) > 0) {
        *counts.entry(row.len()).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(len, count)| (*count, *len))
        .map_or(0, |(len, _)| len)
}
