//! Mends on the columns of one table.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::entries::{Key, Mends, ROW, ValueMend};
use crate::check::cell::quoted;
use crate::check::mapping::columns_called;
use crate::check::rewrite::{Change, changed};
use crate::check::text::trim;
use crate::model::rules::selection::{MEND_AMBIGUOUS, MEND_STALE};
use crate::model::{Diagnostic, Header, Row, RowBatch};

/// The mends of a table whose headers have been found.
#[derive(Debug)]
pub(in crate::check) struct BoundMends {
    /// By column and value: which entry.
    values: HashMap<(usize, Box<str>), usize, FixedState>,
    /// The columns that have such values.
    columns: Vec<usize>,
    keyed: Vec<Keyed>,
    /// Entries that name a column that is not there.
    stale: Vec<Diagnostic>,
    /// What became of the entries.
    value_met: Vec<bool>,
    rows_met: Vec<Met>,
    mends: Mends,
}

/// Entries whose keys stand in the same columns, by the cells of these.
#[derive(Debug)]
struct Keyed {
    columns: Vec<usize>,
    entries: HashMap<Box<str>, Vec<OfRow>, FixedState>,
}

/// An entry for one row. Entries are counted through: cells first, then rows left out.
#[derive(Debug, Clone, Copy)]
enum OfRow {
    Cell { entry: usize, column: usize },
    LeaveOut { entry: usize },
    Keep { entry: usize },
}

/// The place that stands for the row's number.
const OF_NUMBER: usize = usize::MAX;

/// What the row has at a place of a key.
fn text_at<'r>(row: &Row<'r>, column: usize, number: &'r str) -> &'r str {
    if column == OF_NUMBER {
        number
    } else {
        trim(row.text(column))
    }
}

/// How often an entry's row was found, and what was there instead of what it expects.
#[derive(Debug, Clone, Default)]
struct Met {
    rows: u32,
    instead: Option<String>,
}

/// What the mends make of a batch.
#[derive(Debug, Default)]
pub(in crate::check) struct Outcome {
    /// The rows with their mends, where there are any.
    pub(in crate::check) mended: Option<RowBatch>,
    /// The places of rows that are left out.
    pub(in crate::check) left_out: Vec<usize>,
    /// The places of rows that count whatever else leaves them out.
    pub(in crate::check) kept: Vec<usize>,
}

impl BoundMends {
    /// Looks the headers up, once for all rows.
    pub(in crate::check) fn of(mends: &Mends, header: &Header) -> Self {
        let mut bound = Self {
            values: HashMap::default(),
            columns: Vec::new(),
            keyed: Vec::new(),
            stale: Vec::new(),
            value_met: vec![false; mends.values.len()],
            rows_met: vec![
                Met::default();
                mends.cells.len() + mends.left_out.len() + mends.kept.len()
            ],
            mends: mends.clone(),
        };
        for (entry, one) in mends.values.iter().enumerate() {
            let Some(column) = bound.column(header, &one.column) else {
                bound.value_met[entry] = true;
                continue;
            };
            let place = (column, one.from.trim().into());
            if let Some(earlier) = bound.values.insert(place, entry) {
                bound.value_met[earlier] = true;
                let earlier = &mends.values[earlier];
                if earlier.to != one.to {
                    let said = (one.from.as_str(), earlier.to.as_str(), one.to.as_str());
                    bound.stale.push(contradiction(&one.column, said));
                }
            }
            if !bound.columns.contains(&column) {
                bound.columns.push(column);
            }
        }
        for (entry, one) in mends.cells.iter().enumerate() {
            match bound.column(header, &one.value.column) {
                Some(column) => bound.key(header, &one.key, entry, OfRow::Cell { entry, column }),
                None => bound.rows_met[entry].rows = 1,
            }
        }
        for (at, key) in mends.left_out.iter().enumerate() {
            let entry = mends.cells.len() + at;
            bound.key(header, key, entry, OfRow::LeaveOut { entry });
        }
        for (at, key) in mends.kept.iter().enumerate() {
            let entry = mends.cells.len() + mends.left_out.len() + at;
            bound.key(header, key, entry, OfRow::Keep { entry });
        }
        for (name, field) in &mends.columns {
            if columns_called(header, name).is_empty() {
                bound.stale.push(stale(format!(
                    "the mend that column \"{name}\" is {field} does not count: the list has no such column"
                )));
            }
        }
        bound
    }

    fn column(&mut self, header: &Header, name: &str) -> Option<usize> {
        let found = columns_called(header, name).first().copied();
        if found.is_none() {
            self.stale.push(stale(format!(
                "a mend in column \"{name}\" does not count: the list has no such column"
            )));
        }
        found
    }

    fn key(&mut self, header: &Header, key: &Key, entry: usize, what: OfRow) {
        let columns = key.0.iter().map(|(name, _)| match name.as_str() {
            ROW => Some(OF_NUMBER),
            name => self.column(header, name),
        });
        let Some(columns) = columns.collect::<Option<Vec<usize>>>() else {
            // What is missing has been said.
            self.rows_met[entry].rows = 1;
            return;
        };
        let texts = key.0.iter().map(|(_, text)| text.trim());
        let place = self.keyed.iter().position(|keyed| keyed.columns == columns);
        let place = place.unwrap_or_else(|| {
            self.keyed.push(Keyed {
                columns,
                entries: HashMap::default(),
            });
            self.keyed.len() - 1
        });
        let entries = &mut self.keyed[place].entries;
        entries.entry(joined(texts)).or_default().push(what);
    }

    /// Mends the rows of a batch.
    pub(in crate::check) fn apply(&mut self, batch: &RowBatch) -> Outcome {
        let mut outcome = Outcome::default();
        let mut changes = Vec::new();
        for (place, row) in batch.rows().enumerate() {
            let before = changes.len();
            self.of_row(place, &row, &mut changes, &mut outcome);
            for column in &self.columns {
                let text = trim(row.text(*column));
                let Some(entry) = self.values.get(&(*column, Box::from(text))) else {
                    continue;
                };
                self.value_met[*entry] = true;
                // What is said of the one cell counts before what is said of all.
                if changes[before..]
                    .iter()
                    .all(|one: &Change| one.cell != *column)
                {
                    changes.push(Change {
                        row: place,
                        cell: *column,
                        text: self.mends.values[*entry].to.clone(),
                    });
                }
            }
        }
        if !changes.is_empty() {
            outcome.mended = Some(changed(batch, &changes));
        }
        outcome
    }

    fn of_row(
        &mut self,
        place: usize,
        row: &Row<'_>,
        changes: &mut Vec<Change>,
        outcome: &mut Outcome,
    ) {
        if self.keyed.is_empty() {
            return;
        }
        let number = row.number().to_string();
        for keyed in &self.keyed {
            let texts = keyed
                .columns
                .iter()
                .map(|column| text_at(row, *column, &number));
            let Some(entries) = keyed.entries.get(&joined(texts)) else {
                continue;
            };
            for one in entries {
                match *one {
                    OfRow::Cell { entry, column } => {
                        let met = &mut self.rows_met[entry];
                        met.rows += 1;
                        let wanted = &self.mends.cells[entry].value;
                        let there = trim(row.text(column));
                        let earlier = changes
                            .iter()
                            .find(|one| (one.row, one.cell) == (place, column));
                        if let Some(earlier) = earlier {
                            if earlier.text != wanted.to {
                                let said = (there, earlier.text.as_str(), wanted.to.as_str());
                                self.stale.push(contradiction(&wanted.column, said));
                            }
                        } else if there == wanted.from.trim() {
                            changes.push(Change {
                                row: place,
                                cell: column,
                                text: wanted.to.clone(),
                            });
                        } else {
                            met.instead = Some(there.to_owned());
                        }
                    }
                    OfRow::LeaveOut { entry } => {
                        self.rows_met[entry].rows += 1;
                        if outcome.left_out.last() != Some(&place) {
                            outcome.left_out.push(place);
                        }
                    }
                    OfRow::Keep { entry } => {
                        self.rows_met[entry].rows += 1;
                        if outcome.kept.last() != Some(&place) {
                            outcome.kept.push(place);
                        }
                    }
                }
            }
        }
    }

    /// What is to be said of entries that do not count.
    pub(in crate::check) fn finish(self) -> Vec<Diagnostic> {
        let mut found = self.stale;
        let values = self.mends.values.iter().zip(&self.value_met);
        for (one, _) in values.filter(|(_, met)| !**met) {
            found.push(stale(format!(
                "the mend of {} in column \"{}\" does not count: no cell holds it",
                quoted(&one.from),
                one.column
            )));
        }
        for (entry, met) in self.rows_met.iter().enumerate() {
            let (key, what) = if let Some(cell) = self.mends.cells.get(entry) {
                let ValueMend { column, from, .. } = &cell.value;
                let what = format!("the mend of {} in column \"{column}\"", quoted(from));
                (&cell.key, what)
            } else {
                let at = entry - self.mends.cells.len();
                match self.mends.left_out.get(at) {
                    Some(key) => (key, "the mend that leaves a row out".to_owned()),
                    None => (
                        &self.mends.kept[at - self.mends.left_out.len()],
                        "the mend that keeps a row".to_owned(),
                    ),
                }
            };
            let key = key.shown();
            match (met.rows, &met.instead) {
                (0, _) => found.push(stale(format!("{what} does not count: no row has {key}"))),
                (1, None) => {}
                (1, Some(there)) => found.push(stale(format!(
                    "{what} does not count: the cell of the row with {key} holds {}",
                    quoted(there)
                ))),
                (rows, _) => found.push(
                    Diagnostic::of_file(
                        &MEND_AMBIGUOUS,
                        format!("{what} is meant for one row, and {rows} rows have {key}"),
                    )
                    .with_help("name more of the row's cells in its key"),
                ),
            }
        }
        found
    }
}

/// Two entries make different things of the same cell: the text that is there, and theirs.
fn contradiction(column: &str, (from, one, other): (&str, &str, &str)) -> Diagnostic {
    let message = format!(
        "two mends of {} in column \"{column}\" contradict each other: {} and {}",
        quoted(from),
        quoted(one),
        quoted(other)
    );
    Diagnostic::of_file(&MEND_AMBIGUOUS, message).with_help("keep one of them")
}

fn stale(message: String) -> Diagnostic {
    Diagnostic::of_file(&MEND_STALE, message)
        .with_help("look at the row; take the entry out of the mends file, or write it anew")
}

/// Texts in one, such that others are never joined the same.
fn joined<'a>(texts: impl Iterator<Item = &'a str>) -> Box<str> {
    let mut all = String::new();
    for text in texts {
        all.push_str(text);
        all.push('\0');
    }
    all.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CellKind, HeaderCell};

    fn table(text: &str) -> (Header, RowBatch) {
        let mut lines = text.split('|');
        let cells = (0..).zip(lines.next().unwrap().split(';'));
        let header = Header {
            cells: cells.map(|(at, text)| HeaderCell::new(text, at)).collect(),
            row: 1,
        };
        let mut batch = RowBatch::default();
        for (number, line) in (2..).zip(lines) {
            for cell in line.split(';') {
                batch.push_cell(cell, CellKind::Text);
            }
            batch.end_row(number, number);
        }
        (header, batch)
    }

    fn mended(mends: &str, list: &str) -> (String, Vec<usize>, Vec<String>) {
        let (header, batch) = table(list);
        let mut bound = BoundMends::of(&Mends::parse(mends).unwrap(), &header);
        let outcome = bound.apply(&batch);
        let rows = outcome.mended.unwrap_or(batch);
        let rows: Vec<String> = rows
            .rows()
            .map(|row| {
                row.cells()
                    .map(|cell| cell.text)
                    .collect::<Vec<_>>()
                    .join(";")
            })
            .collect();
        let said = bound.finish().into_iter();
        let said = said
            .map(|one| format!("{} {}", one.rule.code, one.message))
            .collect();
        (rows.join("|"), outcome.left_out, said)
    }

    const LIST: &str = "Code;Ort;Land|1;Berln;Germny|2;Ulm;Germny|3;Berln;DE";

    #[test]
    fn cells_and_values_are_mended_and_rows_left_out() {
        let mends = "[[value]]\ncolumn = \"Land\"\nfrom = \"Germny\"\nto = \"Germany\"\n\
            [[cell]]\nkey = { code = \"1\" }\ncolumn = \"Ort\"\nfrom = \"Berln\"\nto = \"Berlin\"\n\
            [[leave_out]]\nkey = { Code = \"2\", Ort = \"Ulm\" }\n";
        let (rows, left_out, said) = mended(mends, LIST);
        assert_eq!(rows, "1;Berlin;Germany|2;Ulm;Germany|3;Berln;DE");
        assert_eq!(left_out, [1]);
        assert_eq!(said, [""; 0]);
    }

    #[test]
    fn entries_that_expect_something_else_are_said() {
        let mends = "[[value]]\ncolumn = \"Land\"\nfrom = \"Frnce\"\nto = \"France\"\n\
            [[value]]\ncolumn = \"Staat\"\nfrom = \"a\"\nto = \"b\"\n\
            [[cell]]\nkey = { Code = \"2\" }\ncolumn = \"Ort\"\nfrom = \"Uml\"\nto = \"Ulm\"\n\
            [[cell]]\nkey = { Code = \"9\" }\ncolumn = \"Ort\"\nfrom = \"Uml\"\nto = \"Ulm\"\n\
            [[leave_out]]\nkey = { Land = \"Germny\" }\n";
        let (rows, _, said) = mended(mends, LIST);
        assert_eq!(rows, LIST.split_once('|').unwrap().1);
        assert_eq!(
            said,
            [
                "R356 a mend in column \"Staat\" does not count: the list has no such column",
                "R356 the mend of \"Frnce\" in column \"Land\" does not count: no cell holds it",
                "R356 the mend of \"Uml\" in column \"Ort\" does not count: the cell of the row with Code \"2\" holds \"Ulm\"",
                "R356 the mend of \"Uml\" in column \"Ort\" does not count: no row has Code \"9\"",
                "R357 the mend that leaves a row out is meant for one row, and 2 rows have Land \"Germny\"",
            ]
        );
    }

    #[test]
    fn entries_that_contradict_each_other_are_said() {
        let value = |column: &str, to: &str| {
            format!("[[value]]\ncolumn = \"{column}\"\nfrom = \"DE\"\nto = \"{to}\"\n")
        };
        let cell = |key: &str, to: &str| {
            format!(
                "[[cell]]\nkey = {{ {key} }}\ncolumn = \"Ort\"\nfrom = \"Ulm\"\nto = \"{to}\"\n"
            )
        };
        let contradiction = |mends: String| mended(&mends, LIST).2;
        assert_eq!(
            contradiction(value("Land", "AT") + &value("land", "CH")),
            [
                "R357 two mends of \"DE\" in column \"land\" contradict each other: \"AT\" and \"CH\""
            ]
        );
        assert_eq!(
            contradiction(
                cell("Code = \"2\"", "Bonn") + &cell("Land = \"Germny\", Ort = \"Ulm\"", "Köln")
            ),
            [
                "R357 two mends of \"Ulm\" in column \"Ort\" contradict each other: \"Bonn\" and \"Köln\""
            ]
        );
        // The same twice is the same; and one cell counts before all of its column.
        let same = value("Land", "AT") + &value("Land", "AT") + &cell("Code = \"2\"", "Bonn");
        assert_eq!(
            contradiction(same + &cell("Ort = \"Ulm\"", "Bonn")),
            [""; 0]
        );
    }
}
