//! Several lists one below the other: where another header stands, and rows that hold another
//! delimiter than those above them.

use std::collections::BTreeMap;
use std::ops::Range;

use super::cells::filled;
use super::elsewhere::{Elsewhere, Other, first_filled};
use super::head::Shape;
use super::labels::{Label, Words};
use super::pairs::{is_other_header, pair};
use super::telling::is_all_names;
use super::values::{Look, look};
use crate::HeaderKnowledge;
use crate::batch::{Row, RowBatch};
use crate::note::{Note, NoteKind};

/// So many rows are looked at.
const TELLING_ROWS: usize = 2000;

/// The headers behind the table's own, by their rows' numbers.
pub(super) fn headers(
    head: &RowBatch,
    shape: &Shape,
    names: &[String],
    words: &Words,
    knowledge: &dyn HeaderKnowledge,
) -> BTreeMap<u32, Other> {
    let mut found = BTreeMap::new();
    if !names.iter().any(|name| knowledge.knows(name)) {
        return found;
    }
    let end = head.len().min(shape.first_data + TELLING_ROWS);
    let mut apart = false;
    let mut columns = vec![Habit::default(); names.len()];
    for (index, row) in (shape.first_data..end).filter_map(|index| Some((index, head.row(index)?)))
    {
        let cells = filled(row);
        if cells == 0 {
            apart = true;
            continue;
        }
        let other = header(row, names, apart, words, knowledge).or_else(|| {
            let begins = cells >= 2 && is_all_names(row) && !is_label(row, words);
            begins.then(|| {
                others_follow(
                    head,
                    row,
                    index + 1..end,
                    &columns,
                    shape,
                    (words, knowledge),
                )
            })?
        });
        if let Some(other) = other {
            found.insert(row.number(), other);
        }
        for (column, habit) in columns.iter_mut().enumerate() {
            habit.add(row.text(shape.first_column + column));
        }
        apart = false;
    }
    found
}

/// What a column has held so far.
#[derive(Debug, Clone, Copy, Default)]
struct Habit {
    filled: u32,
    values: u32,
}

impl Habit {
    fn add(&mut self, text: &str) {
        let look = look(text);
        self.filled += u32::from(look != Look::Empty);
        self.values += u32::from(look.is_value() || look == Look::Code);
    }
}

/// Whether all rows that follow, up to a blank one, hold values in a column in which so far words
/// stood, and in this row a word.
fn others_follow(
    head: &RowBatch,
    row: Row<'_>,
    behind: Range<usize>,
    columns: &[Habit],
    shape: &Shape,
    (words, knowledge): (&Words, &dyn HeaderKnowledge),
) -> Option<Other> {
    let changed = |column: usize| {
        let at = shape.first_column + column;
        let rows = behind
            .clone()
            .filter_map(|index| head.row(index))
            .take_while(|row| filled(*row) > 0)
            .filter(|row| !is_label(*row, words));
        let mut looks = rows.map(|row| look(row.text(at)));
        let habit = columns[column];
        let name = shape.header.cells[column].text.trim();
        let words_so_far = habit.filled >= 2 && habit.values == 0 && knowledge.knows(name);
        if !words_so_far || row.text(at).trim().is_empty() {
            return false;
        }
        // A single number may be a slip of the pen.
        match (looks.next(), looks.next()) {
            (Some(Look::Link | Look::Date), None) => true,
            (Some(one), Some(next)) => {
                one.is_value() && next.is_value() && looks.all(Look::is_value)
            }
            _ => false,
        }
    };
    (0..columns.len()).any(changed).then_some(Other::Unsure)
}

/// Whether a row is a title, a note, a total, or a label with its value.
fn is_label(row: Row<'_>, words: &Words) -> bool {
    let texts = row.cells().map(|cell| cell.text.trim());
    let mut texts = texts.filter(|text| !text.is_empty());
    let (first, second) = (texts.next().unwrap_or(""), texts.next().unwrap_or(""));
    let few = texts.next().is_none();
    few && (second.is_empty()
        || words.label(first) != Label::None
        || pair(first, second, words).is_some())
}

fn header(
    row: Row<'_>,
    names: &[String],
    apart: bool,
    words: &Words,
    knowledge: &dyn HeaderKnowledge,
) -> Option<Other> {
    let texts: Vec<&str> = row
        .cells()
        .map(|cell| cell.text.trim())
        .filter(|text| !text.is_empty())
        .collect();
    if texts
        .iter()
        .any(|text| text.len() > 40 || look(text).is_value())
    {
        return None;
    }
    // The header once more is another matter.
    let own: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| !name.is_empty())
        .collect();
    if texts == own {
        return None;
    }
    let count = |known: &dyn Fn(&str) -> bool| texts.iter().filter(|text| known(text)).count();
    let known = count(&|text| knowledge.knows(text));
    let is_name = texts.iter().any(|text| knowledge.is_name(text));
    let alone = names.len() == 1 && texts.len() == 1 && is_name;
    let all_names = || is_all_names(row);
    let several = known >= 2 && known * 2 >= texts.len() && all_names();
    let apart = apart && known >= 1 && known * 3 >= texts.len() && all_names();
    // `Contact | Phone`, `Product | Quantity | Price`: nothing but names of columns.
    let all =
        || texts.len() == count(&|text| knowledge.knows(text) || is_other_header(text, words));
    let of_columns = names.len() >= 2 && texts.len() >= 2 && all_names() && all();
    if !alone && !several && !apart && !of_columns {
        return None;
    }
    Some(if is_name {
        Other::Customers
    } else {
        Other::Table
    })
}

/// Another list's header above the one that was found, with the rows of that list; `header` is the
/// place of the last row of the one that was found.
pub(super) fn above(
    head: &RowBatch,
    header: usize,
    knowledge: &dyn HeaderKnowledge,
) -> Option<(Note, Elsewhere)> {
    let rows = || (0..header).filter_map(|index| head.row(index));
    let (at, first) = rows().enumerate().find(|(_, row)| {
        let cells = cut(*row);
        let known = cells.iter().filter(|text| knowledge.knows(text)).count();
        known >= 2 && known * 2 >= cells.len() && cells.iter().any(|text| knowledge.is_name(text))
    })?;
    let width = cut(first).len();
    let behind = rows().skip(at + 1).filter(|row| filled(*row) > 0);
    let data = behind.clone().filter(|row| {
        let cells = cut(*row);
        cells.len() * 2 > width && !cells.iter().any(|text| knowledge.knows(text))
    });
    if data.count() == 0 {
        return None;
    }
    // A row that was joined with the header below may be a customer. A cell by itself is a title of the second list; the note about rows above the header has it.
    let of_list = behind
        .filter(|row| width < 3 || cut(*row).len() > 1)
        .map(|row| row.number());
    let elsewhere = Elsewhere {
        header: first.number(),
        first: first_filled(first),
        above: of_list.collect(),
    };
    let second = head.row(header).map_or(0, |row| row.number());
    let pasted = NoteKind::ListsPasted {
        first: first.number(),
        rows: u32::try_from(elsewhere.above.len()).unwrap_or(u32::MAX),
    };
    Some((pasted.in_row(second), elsewhere))
}

/// The row's filled cells; a single one is cut by another delimiter.
fn cut(row: Row<'_>) -> Vec<&str> {
    let mut texts: Vec<&str> = row
        .cells()
        .map(|cell| cell.text.trim())
        .filter(|text| !text.is_empty())
        .collect();
    if let [one] = texts[..] {
        let most = DELIMITERS
            .into_iter()
            .max_by_key(|delimiter| one.matches(*delimiter).count());
        texts = one.split(most.unwrap_or(';')).map(str::trim).collect();
    }
    texts
}

const DELIMITERS: [char; 4] = [';', '\t', '|', ','];

/// The delimiter that the row holds instead of the table's, which has so many columns.
#[cold]
pub(super) fn other_delimiter(row: Row<'_>, width: usize) -> Option<&'static str> {
    // In prose a space follows.
    let count = |delimiter: char| -> usize {
        let texts = row.cells().map(|cell| cell.text);
        let found = texts.map(|text| {
            let behind = text
                .match_indices(delimiter)
                .map(|(at, one)| &text[at + one.len()..]);
            behind
                .filter(|rest| delimiter == ',' || !rest.starts_with(' '))
                .count()
        });
        found.sum()
    };
    let sure = [(';', "semicolons"), ('\t', "tabs"), ('|', "pipes")];
    let found = sure.into_iter().find(|(delimiter, _)| {
        let count = count(*delimiter);
        count > 0 && (row.len() == 1 || count + 1 >= width)
    });
    // Commas stand in names as well.
    let commas = count(',') + 1;
    found.map(|(_, name)| name).or_else(|| {
        (width > 1 && row.len() == 1 && (commas == width || commas > 2)).then_some("commas")
    })
}
