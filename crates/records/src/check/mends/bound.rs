//! Mends on the columns of one table.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::entries::{Key, Mends, ROW};
use super::met::MendsMet;
use crate::check::mapping::columns_called;
use crate::check::rewrite::{Change, changed};
use crate::check::text::trim;
use crate::model::{Header, Row, RowBatch};

/// The mends of a table whose headers have been found.
#[derive(Debug)]
pub(in crate::check) struct BoundMends {
    /// By column and value: which entry.
    values: HashMap<(usize, Box<str>), usize, FixedState>,
    /// The columns that have such values.
    columns: Vec<usize>,
    keyed: Vec<Keyed>,
    /// What became of the entries.
    met: MendsMet,
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
            met: MendsMet::of(mends),
            mends: mends.clone(),
        };
        for entry in 0..mends.values.len() {
            bound.value(header, entry);
        }
        for (entry, one) in mends.cells.iter().enumerate() {
            let column = column_of(header, &one.value.column);
            let met = bound.met.row(entry);
            match column {
                Some(column) => bound.key(header, &one.key, entry, OfRow::Cell { entry, column }),
                None => met.missing = Some(one.value.column.clone()),
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
        for (entry, (name, _)) in mends.columns.iter().enumerate() {
            bound.met.column(entry).is_bound = column_of(header, name).is_some();
        }
        bound
    }

    fn value(&mut self, header: &Header, entry: usize) {
        let one = &self.mends.values[entry];
        let met = self.met.value(entry);
        let Some(column) = column_of(header, &one.column) else {
            met.missing = Some(one.column.clone());
            return;
        };
        met.is_bound = true;
        let place = (column, one.from.trim().into());
        if let Some(earlier) = self.values.insert(place, entry) {
            // The later one is met for both.
            self.met.value(earlier).rows = 1;
            let earlier = &self.mends.values[earlier];
            if earlier.to != one.to {
                let said = (one.from.as_str(), earlier.to.as_str(), one.to.as_str());
                self.met.contradict(&one.column, said);
            }
        }
        if !self.columns.contains(&column) {
            self.columns.push(column);
        }
    }

    fn key(&mut self, header: &Header, key: &Key, entry: usize, what: OfRow) {
        let mut columns = Vec::new();
        for (name, _) in &key.0 {
            let column = match name.as_str() {
                ROW => Some(OF_NUMBER),
                name => column_of(header, name),
            };
            let Some(column) = column else {
                self.met.row(entry).missing = Some(name.clone());
                return;
            };
            columns.push(column);
        }
        self.met.row(entry).is_bound = true;
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
            if outcome.left_out.last() == Some(&place) && outcome.kept.last() == Some(&place) {
                self.met.keeps_and_leaves_out(row.number());
            }
            for column in &self.columns {
                let text = trim(row.text(*column));
                let Some(entry) = self.values.get(&(*column, Box::from(text))) else {
                    continue;
                };
                self.met.value(*entry).rows += 1;
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
                        self.met.row(entry).rows += 1;
                        let wanted = &self.mends.cells[entry].value;
                        let there = trim(row.text(column));
                        let of_row = changes.iter().rev().take_while(|one| one.row == place);
                        let mut of_row = of_row.filter(|one| one.cell == column);
                        if let Some(earlier) = of_row.next() {
                            if earlier.text != wanted.to {
                                let said = (there, earlier.text.as_str(), wanted.to.as_str());
                                self.met.contradict(&wanted.column, said);
                            }
                        } else if there == wanted.from.trim() {
                            changes.push(Change {
                                row: place,
                                cell: column,
                                text: wanted.to.clone(),
                            });
                        } else {
                            self.met.row(entry).instead = Some(there.to_owned());
                        }
                    }
                    OfRow::LeaveOut { entry } => {
                        self.met.row(entry).rows += 1;
                        if outcome.left_out.last() != Some(&place) {
                            outcome.left_out.push(place);
                        }
                    }
                    OfRow::Keep { entry } => {
                        self.met.row(entry).rows += 1;
                        if outcome.kept.last() != Some(&place) {
                            outcome.kept.push(place);
                        }
                    }
                }
            }
        }
    }

    /// What became of the entries.
    pub(in crate::check) fn finish(self) -> MendsMet {
        self.met
    }
}

fn column_of(header: &Header, name: &str) -> Option<usize> {
    columns_called(header, name).first().copied()
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
        let said = bound.finish().said().into_iter();
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
                "R356 the mend of \"Frnce\" in column \"Land\" does not count: no cell holds it",
                "R356 a mend in column \"Staat\" does not count: the list has no such column",
                "R356 the mend of \"Uml\" in column \"Ort\" does not count: the cell of the row with Code \"2\" holds \"Ulm\"",
                "R356 the mend of \"Uml\" in column \"Ort\" does not count: no row has Code \"9\"",
                "R357 the mend that leaves a row out is meant for one row, and 2 rows have Land \"Germny\"",
            ]
        );
    }

    #[test]
    fn a_row_is_not_kept_and_left_out() {
        let of_row = |entry: &str, key: &str| format!("[[{entry}]]\nkey = {{ {key} }}\n");
        let said = |mends: String| mended(&mends, LIST).2;
        assert_eq!(
            said(of_row("keep", "Code = \"2\"") + &of_row("leave_out", "Ort = \"Ulm\"")),
            ["R357 two mends of row 3 contradict each other: one keeps it, one leaves it out"]
        );
        assert_eq!(
            said(of_row("keep", "Code = \"2\"") + &of_row("leave_out", "Code = \"1\"")),
            [""; 0]
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
