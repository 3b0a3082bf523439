//! Proposes changes in a file, which are made whenever the list is read with it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::look::Mendable;
use crate::check::mends::{Key, Mends, OTHERWISE, Open, OpenRow, ROW, ValueMend, proposals};
use crate::check::{Field, Mapping, field_of_terms, proposed};
use crate::flow::failure::Failure;
use crate::flow::list::Dropped;
use crate::flow::new_file::write_new;
use crate::model::number::counted;
use crate::model::place::column_letters;
use crate::model::rules::duplicates::{EXTERNAL_CODE_TWICE, NAME_NEARLY_TWICE, NAME_TWICE};
use crate::model::rules::hierarchy::PARENT_NOT_IN_FILE;
use crate::model::rules::texts::MENDABLE;
use crate::model::{Diagnostic, Row, RowBatch};
use crate::report::diagnostics::says_where;
use tables::{More, Table};

/// How many changes are proposed, and how many are left to whoever reads the file.
pub struct Proposed {
    /// Entries that count as they stand.
    pub entries: usize,
    /// Entries that stand there as comments, because there are several answers.
    pub open: usize,
}

/// A cell that may be changed.
struct Found<'a> {
    answers: Vec<String>,
    /// So many other rows hold the same, of which nothing more is said.
    others: usize,
    row: Row<'a>,
    column: usize,
}

/// Writes the proposals for a list that was checked, and is read once more.
///
/// # Errors
///
/// Where the list cannot be read once more, or the file already exists or cannot be written.
pub fn propose(mendable: &Mendable, out: &Path) -> Result<Proposed, Failure> {
    let Mendable { list, file, .. } = mendable;
    let table = mendable.table()?;
    let mut answers: BTreeMap<(u32, u32), (Vec<String>, usize)> = BTreeMap::new();
    let mut twice: BTreeMap<u32, &Diagnostic> = BTreeMap::new();
    for one in &file.checked.diagnostics {
        let column = one.at.and_then(|at| at.column);
        if let (Some(row), Some(column), Some(texts)) = (one.row, column, answers_of(one)) {
            let others = if one.rule.code == PARENT_NOT_IN_FILE.code {
                one.related_rows.len()
            } else {
                0
            };
            answers.entry((row.0, column)).or_insert((texts, others));
        }
        if let (Some(row), true) = (one.row, is_twice(one)) {
            twice.entry(row.0).or_insert(one);
        }
    }
    let rows = rows_of(table, &file.dropped, |row| {
        let mut of_row = answers.range((row, 0)..=(row, u32::MAX));
        of_row.next().is_some() || twice.contains_key(&row)
    })?;
    let columns = &file.mapping.columns;
    let found = rows.iter().flat_map(|(index, batch)| {
        let row = batch.row(0);
        let of_row = answers.range((*index, 0)..=(*index, u32::MAX));
        of_row.filter_map(move |((_, column), (answers, others))| {
            Some(Found {
                answers: answers.clone(),
                others: *others,
                row: row?,
                column: columns.iter().position(|one| one.column == *column)?,
            })
        })
    });
    let (mends, mut open) = sorted(found, &file.mapping);
    tell_apart(&mut open, mendable)?;
    let open: Vec<Open> = open.into_iter().map(|(one, _)| one).collect();
    let perhaps = rows.iter().filter_map(|(index, batch)| {
        let (one, row) = (twice.get(index)?, batch.row(0)?);
        // Others have the same name or code: the row's number tells them apart.
        let Key(mut pairs) = key_of(&row, &file.mapping);
        pairs.push((ROW.to_owned(), row.number().to_string()));
        Some(OpenRow {
            key: Key(pairs),
            why: in_row(row.number(), one),
        })
    });
    let perhaps: Vec<OpenRow> = perhaps.collect();
    let text = proposals(&list.display().to_string(), &mends, &open, &perhaps);
    write_new(out, text.as_bytes())?;
    Ok(Proposed {
        entries: mends.values.len() + mends.cells.len(),
        open: open.len() + perhaps.len(),
    })
}

/// What is said of a row, with its number once.
fn in_row(number: u32, problem: &Diagnostic) -> String {
    let (code, message) = (problem.rule.code, &problem.message);
    let place = format!("row {number}");
    if says_where(message, &place) {
        return format!("{code}: {message}");
    }
    format!("{place}, {code}: {message}")
}

/// Gives the key of each change that is meant for one row the row's number too, where other rows have the same
/// key: it would fit several.
fn tell_apart(open: &mut [(Open, Option<u32>)], mendable: &Mendable) -> Result<(), Failure> {
    let keys = open.iter().filter_map(|(one, _)| one.key.clone());
    let mut held: BTreeMap<Key, usize> = keys.map(|key| (key, 0)).collect();
    if held.is_empty() {
        return Ok(());
    }
    let mut table = mendable.table()?;
    let (mut batch, mut more) = (RowBatch::default(), More::Maybe);
    while more == More::Maybe {
        more = table.next_batch(&mut batch)?;
        for row in batch.rows() {
            if let Some(rows) = held.get_mut(&key_of(&row, &mendable.file.mapping)) {
                *rows += 1;
            }
        }
    }
    for (one, number) in open {
        let (Some(key), Some(number)) = (&mut one.key, number) else {
            continue;
        };
        if held.get(&*key).is_some_and(|rows| *rows > 1) {
            key.0.push((ROW.to_owned(), number.to_string()));
        }
    }
    Ok(())
}

/// Whether the row may be another one's customer.
fn is_twice(one: &Diagnostic) -> bool {
    [&NAME_TWICE, &NAME_NEARLY_TWICE, &EXTERNAL_CODE_TWICE]
        .iter()
        .any(|rule| rule.code == one.rule.code)
}

/// What the cell of a problem may have meant; none where nothing is known.
fn answers_of(one: &Diagnostic) -> Option<Vec<String>> {
    let mendable = MENDABLE.iter().any(|rule| rule.code == one.rule.code);
    if mendable && !one.suggestions.is_empty() {
        return Some(one.suggestions.to_vec());
    }
    // Two answers, so that nobody takes the proposal for certain.
    let mut answers = one.suggestions.to_vec();
    if answers.is_empty() {
        let field = field_of_terms(one.rule)?;
        answers.push(proposed(field, one.value.as_deref()?)?.to_owned());
    }
    answers.push(OTHERWISE.to_owned());
    // A parent may be a customer of the tenant, so that it is none of the list is a warning.
    (one.is_error() || one.rule.code == PARENT_NOT_IN_FILE.code).then_some(answers)
}

/// The rows that are needed, each in a batch of its own.
fn rows_of(
    mut table: Table,
    dropped: &[Dropped],
    needed: impl Fn(u32) -> bool,
) -> Result<Vec<(u32, RowBatch)>, Failure> {
    let none = Dropped::default();
    let dropped = dropped.first().unwrap_or(&none);
    let (mut rows, mut batch, mut place) = (Vec::new(), RowBatch::default(), 0);
    let mut more = More::Maybe;
    while more == More::Maybe {
        more = table.next_batch(&mut batch)?;
        for row in batch.rows() {
            if let Some(index) = dropped.place(place).filter(|index| needed(*index)) {
                let mut own = RowBatch::default();
                own.push_row(row);
                rows.push((index, own));
            }
            place += 1;
        }
    }
    Ok(rows)
}

/// One value of a column, wherever it stands.
#[derive(Default)]
struct OneValue {
    /// What it may have meant, as each problem says.
    answers: BTreeSet<Vec<String>>,
    /// The rows that hold it, with their numbers.
    keys: Vec<(Key, u32)>,
    /// So many more hold it.
    others: usize,
}

/// The mends that count, and those that are left open, with the number of the row that they are for. A value that has the same answer wherever it
/// stands is mended everywhere.
fn sorted<'a>(
    found: impl Iterator<Item = Found<'a>>,
    mapping: &Mapping,
) -> (Mends, Vec<(Open, Option<u32>)>) {
    let mut by_value: BTreeMap<(usize, String), OneValue> = BTreeMap::new();
    for one in found {
        let text = one.row.text(one.column).trim().to_owned();
        let value = by_value.entry((one.column, text)).or_default();
        value.answers.insert(one.answers);
        value.others += one.others;
        value
            .keys
            .push((key_of(&one.row, mapping), one.row.number()));
    }
    let (mut mends, mut open) = (Mends::default(), Vec::new());
    for ((column, from), one) in by_value {
        let OneValue {
            answers,
            keys,
            others,
        } = one;
        let held_by = held_by(keys.len(), others);
        let all: Vec<String> = answers.into_iter().flatten().collect();
        let value = |to: &str| ValueMend {
            column: name_of(column, mapping),
            from: from.clone(),
            to: to.to_owned(),
        };
        match all.as_slice() {
            [to] => mends.values.push(value(to)),
            [to, ..] => {
                let value = value(to);
                // One entry is for one row; a value that stands in several is decided once.
                let one = <[(Key, u32); 1]>::try_from(keys).ok().map(|[one]| one);
                let (key, number) = one.filter(|_| others == 0).unzip();
                let one = Open {
                    key,
                    value,
                    answers: all,
                    held_by,
                };
                open.push((one, number));
            }
            [] => {}
        }
    }
    (mends, open)
}

/// The rows that hold a value, in words. Of further ones no more than so many are named.
fn held_by(rows: usize, others: usize) -> String {
    const MOST_RELATED: usize = 100;
    match rows + others {
        _ if others >= MOST_RELATED => format!("more than {MOST_RELATED} rows"),
        many => counted(many, "row"),
    }
}

/// What tells the row from others: its code, else its name, else all that it holds.
fn key_of(row: &Row<'_>, mapping: &Mapping) -> Key {
    let filled = |column: usize| {
        let text = row.text(column).trim();
        (!text.is_empty()).then(|| (name_of(column, mapping), text.to_owned()))
    };
    let of_field = |field| mapping.index_of(field).and_then(filled);
    match of_field(Field::ExternalCode).or_else(|| of_field(Field::Name)) {
        Some(pair) => Key(vec![pair]),
        None => Key((0..mapping.columns.len()).filter_map(filled).collect()),
    }
}

/// How the column is named: by its header, where that is the only one.
fn name_of(column: usize, mapping: &Mapping) -> String {
    let own = &mapping.columns[column];
    let same = mapping
        .columns
        .iter()
        .filter(|one| one.header == own.header);
    if own.header.trim().is_empty() || same.count() > 1 {
        return format!("column:{}", column_letters(own.column));
    }
    own.header.clone()
}
