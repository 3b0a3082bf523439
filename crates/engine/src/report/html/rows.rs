//! The rows as the page's script takes them: one JSON block, written row by row.

use std::io::Write;

use serde_json::{Value, json};

use super::escape::json_for_html;
use crate::journal::{RowRecord, Store};
use crate::model::{Parent, PartnerId, Planned};
use crate::report::facts::{Facts, goes_on_while};
use crate::report::file::NewFile;
use crate::report::layout::OutCell;
use crate::report::names::{called_name, meant, name_column};
use crate::report::{Counts, ReportError, Status, Verdict};

/// As many rows as a browser holds with ease; the rows that did not make it come first.
pub(super) const MOST_ROWS: usize = 100_000;
/// What is shown of one cell, in characters.
const LONGEST_CELL: usize = 300;

/// Which rows the page holds.
pub(super) struct Chosen {
    made_it: usize,
    rejected: usize,
}

impl Chosen {
    /// All of them, or as many as fit: first those that did not make it, each kind in the order of
    /// the input.
    pub(super) fn of(counts: Counts, most: usize) -> Self {
        let count = |rows: u64| usize::try_from(rows).unwrap_or(usize::MAX);
        let rejected = count(counts.rejected()).min(most);
        Self {
            made_it: count(counts.made_it()).min(most - rejected),
            rejected,
        }
    }

    /// How many rows there are in the page.
    pub(super) fn len(&self) -> usize {
        self.made_it + self.rejected
    }

    fn take(&mut self, status: Status) -> bool {
        let left = if status.made_it() {
            &mut self.made_it
        } else {
            &mut self.rejected
        };
        let taken = *left > 0;
        *left = left.saturating_sub(1);
        taken
    }
}

/// Writes the block: `{"statuses": [..], "columns": [..], "name": 0, "above": {..}, "rows": [..]}`. A row
/// has a ninth and a tenth member only where an undo met its customer, or cells of it are at fault: what
/// became of it (else an empty text), and of each cell its column, `error` or `warning`, what is wrong,
/// and what may have been meant.
pub(super) fn write(
    facts: &Facts,
    store: &Store,
    mut chosen: Chosen,
    file: &mut NewFile,
) -> Result<(), ReportError> {
    let input_columns = facts.layout.input_width();
    let header = facts.layout.header();
    // What was learnt of customers stands behind what became of them, which the page shows by itself.
    let learnt = header.len() - facts.layout.learnt().into_iter().filter(|is| *is).count();
    let is_shown = |column: usize| column < input_columns || column >= learnt;
    let columns: Vec<_> = (0..header.len()).filter(|at| is_shown(*at)).collect();
    let columns: Vec<&str> = columns.into_iter().map(|at| &*header[at]).collect();
    let head = json!({
        "statuses": Status::ALL.map(Status::as_str),
        "columns": columns,
        "name": name_column(facts, store)?.or_else(|| called_name(facts)).unwrap_or(0),
        "above": facts.info.above,
    });
    let mut text = String::new();
    json_for_html(&head.to_string(), &mut text);
    // The object is left open for its rows.
    text.pop();
    text.push_str(",\"rows\":[");
    let mut first = true;
    let undone = facts.undone_by_row();
    facts.rows_until(store, |row, verdict| {
        if !chosen.take(verdict.status) {
            return Ok(goes_on_while(chosen.len() > 0));
        }
        text.push_str(if first { "\n" } else { ",\n" });
        first = false;
        let cells = facts.layout.row(&row.cells, verdict).enumerate();
        let cells = cells.filter_map(|(at, cell)| is_shown(at).then_some(cell));
        let mut shown = one(facts, row, verdict, cells);
        if let Value::Array(members) = &mut shown {
            let status = undone.get(row.row.as_usize()).copied().flatten();
            let faults = faults(facts, row.row.as_usize());
            if status.is_some() || !faults.is_empty() {
                members.push(status.map_or("", |status| status.as_str()).into());
            }
            if !faults.is_empty() {
                members.push(faults.into());
            }
        }
        json_for_html(&shown.to_string(), &mut text);
        if text.len() > 1 << 16 {
            let written = file.write_all(text.as_bytes());
            written.map_err(|source| file.failed(source))?;
            text.clear();
        }
        Ok(goes_on_while(chosen.len() > 0))
    })?;
    text.push_str("\n]}");
    file.write_all(text.as_bytes())
        .map_err(|source| file.failed(source))
}

fn one<'a>(
    facts: &Facts,
    row: &RowRecord,
    verdict: &Verdict,
    cells: impl Iterator<Item = OutCell<'a>>,
) -> Value {
    let mut cells: Vec<String> = cells
        .map(|cell| match cell {
            OutCell::Text(text) => shortened(&text),
            OutCell::Id(id) => id.to_string(),
        })
        .collect();
    let used = cells.iter().rposition(|cell| !cell.is_empty());
    cells.truncate(used.map_or(0, |last| last + 1));
    let number = if facts.info.sheets.is_empty() {
        Value::from(row.number)
    } else {
        facts.place(row.row.as_usize()).into()
    };
    json!([
        row.row.0,
        number,
        verdict.status as u8,
        verdict.id.map_or(0, PartnerId::get),
        parent(facts, row),
        verdict.code,
        verdict.message,
        cells,
    ])
}

/// The cells at fault of a row that are shown: column, severity, what is wrong, what may have been meant.
fn faults(facts: &Facts, index: usize) -> Vec<Value> {
    let faults = facts.faults_of(index).iter().filter_map(|fault| {
        let column = facts.layout.position_of(fault.column as usize)?;
        let meant = meant(&fault.code, &fault.meant);
        Some(json!([
            column,
            fault.severity.as_str(),
            fault.message,
            meant
        ]))
    });
    faults.collect()
}

/// Below whom a row stands: another row's index, a customer's id below zero, or nobody knows.
fn parent(facts: &Facts, row: &RowRecord) -> Option<i64> {
    let planned = facts.replayed.planned.get(row.row.as_usize())?;
    match (&planned.action, planned.action.parent()) {
        (_, Some(Parent::Customer(id))) => Some(-id.number()),
        (_, Some(Parent::Row(above))) => Some(i64::from(above.0)),
        (Planned::Blocked { by }, None) => Some(i64::from(by.0)),
        _ => None,
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_CELL) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_did_not_make_it_come_first_when_not_all_fit() {
        let counts = Counts {
            rows: 5,
            created: 1,
            exists: 1,
            failed: 1,
            invalid: 1,
            pending: 1,
            ..Counts::default()
        };
        assert_eq!(Chosen::of(counts, 10).len(), 5);
        assert_eq!(Chosen::of(counts, 2).len(), 2);
        let mut chosen = Chosen {
            made_it: 1,
            rejected: 2,
        };
        assert_eq!(chosen.len(), 3);
        let rows = [
            Status::Created,
            Status::Exists,
            Status::Failed,
            Status::Pending,
            Status::Invalid,
        ];
        assert_eq!(
            rows.map(|status| chosen.take(status)),
            [true, false, true, true, false]
        );
    }

    #[test]
    fn long_cells_are_shortened_at_a_character() {
        assert_eq!(shortened(&"ü".repeat(400)).chars().count(), 301);
        assert_eq!(shortened("short"), "short");
    }
}
