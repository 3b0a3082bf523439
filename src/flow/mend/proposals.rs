//! Proposes changes in a file, which are made whenever the list is read with it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::look::Mendable;
use crate::check::mends::{Key, Mends, Open, ValueMend, proposals};
use crate::check::{Field, Mapping, field_of_terms, proposed};
use crate::flow::failure::Failure;
use crate::flow::list::Dropped;
use crate::flow::new_file::write_new;
use crate::model::place::column_letters;
use crate::model::rules::texts::MENDABLE;
use crate::model::{Diagnostic, Row, RowBatch};
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
    let mut answers: BTreeMap<(u32, u32), Vec<String>> = BTreeMap::new();
    for one in &file.checked.diagnostics {
        let column = one.at.and_then(|at| at.column);
        if let (Some(row), Some(column), Some(texts)) = (one.row, column, answers_of(one)) {
            answers.entry((row.0, column)).or_insert(texts);
        }
    }
    let rows = rows_of(table, &file.dropped, |row| {
        answers.range((row, 0)..=(row, u32::MAX)).next().is_some()
    })?;
    let columns = &file.mapping.columns;
    let found = rows.iter().flat_map(|(index, batch)| {
        let row = batch.row(0);
        let of_row = answers.range((*index, 0)..=(*index, u32::MAX));
        of_row.filter_map(move |((_, column), answers)| {
            Some(Found {
                answers: answers.clone(),
                row: row?,
                column: columns.iter().position(|one| one.column == *column)?,
            })
        })
    });
    let (mends, open) = sorted(found, &file.mapping);
    let text = proposals(&list.display().to_string(), &mends, &open);
    write_new(out, text.as_bytes())?;
    Ok(Proposed {
        entries: mends.values.len() + mends.cells.len(),
        open: open.len(),
    })
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
    answers.push("...".to_owned());
    one.is_error().then_some(answers)
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
    /// The rows that hold it.
    keys: Vec<Key>,
}

/// The mends that count, and those that are left open. A value that has the same answer wherever it
/// stands is mended everywhere.
fn sorted<'a>(found: impl Iterator<Item = Found<'a>>, mapping: &Mapping) -> (Mends, Vec<Open>) {
    let mut by_value: BTreeMap<(usize, String), OneValue> = BTreeMap::new();
    for one in found {
        let text = one.row.text(one.column).trim().to_owned();
        let value = by_value.entry((one.column, text)).or_default();
        value.answers.insert(one.answers);
        value.keys.push(key_of(&one.row, mapping));
    }
    let (mut mends, mut open) = (Mends::default(), Vec::new());
    for ((column, from), OneValue { answers, keys }) in by_value {
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
                let key = <[Key; 1]>::try_from(keys).ok().map(|[key]| key);
                open.push(Open {
                    key,
                    value,
                    answers: all,
                });
            }
            [] => {}
        }
    }
    (mends, open)
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
