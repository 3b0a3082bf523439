//! Several lists one below the other: where another header stands, and rows that hold another
//! delimiter than those above them.

use std::collections::BTreeMap;

use super::cells::filled;
use super::telling::is_all_names;
use super::values::look;
use crate::model::rules::reading::LISTS_PASTED;
use crate::model::{CellAddress, Diagnostic, Row, RowBatch};
use crate::read::HeaderKnowledge;

/// So many rows are looked at.
const TELLING_ROWS: usize = 2000;

/// What begins at a header further down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Other {
    /// Another list of customers.
    Customers,
    /// Another table.
    Table,
}

/// The headers behind the table's own, by their rows' numbers.
pub(super) fn headers(
    head: &RowBatch,
    first_data: usize,
    names: &[String],
    knowledge: &dyn HeaderKnowledge,
) -> BTreeMap<u32, Other> {
    let mut found = BTreeMap::new();
    if !names.iter().any(|name| knowledge.knows(name)) {
        return found;
    }
    let end = head.len().min(first_data + TELLING_ROWS);
    let mut apart = false;
    for row in (first_data..end).filter_map(|index| head.row(index)) {
        let cells = filled(row);
        if cells == 0 {
            apart = true;
            continue;
        }
        if let Some(other) = header(row, names, apart, knowledge) {
            found.insert(row.number(), other);
        }
        apart = false;
    }
    found
}

fn header(
    row: Row<'_>,
    names: &[String],
    apart: bool,
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
    let known = texts.iter().filter(|text| knowledge.knows(text)).count();
    let is_name = texts.iter().any(|text| knowledge.is_name(text));
    let alone = names.len() == 1 && texts.len() == 1 && is_name;
    let several = known >= 2 && known * 2 >= texts.len() && is_all_names(row);
    let apart = apart && known >= 1 && known * 3 >= texts.len() && is_all_names(row);
    if !alone && !several && !apart {
        return None;
    }
    Some(if is_name {
        Other::Customers
    } else {
        Other::Table
    })
}

/// Another list's header above the one that was found, with rows of that list below it.
pub(super) fn above(
    head: &RowBatch,
    header: usize,
    knowledge: &dyn HeaderKnowledge,
) -> Option<Diagnostic> {
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
    let second = head.row(header).map_or(0, |row| row.number());
    Some(pasted(first.number(), second))
}

/// Two headers stand in these rows.
pub(super) fn pasted(first: u32, second: u32) -> Diagnostic {
    let message = format!(
        "row {second} begins another list of customers with a header of its own, below that of row {first}"
    );
    Diagnostic::of_file(&LISTS_PASTED, message)
        .at(CellAddress::row(second))
        .with_help("put each list into a file of its own; nothing is sent from lists that were pasted together")
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
