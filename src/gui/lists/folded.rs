//! What all steps amount to on a table.

use std::collections::{BTreeMap, BTreeSet};

use super::held::Held;
use super::step::{CellStep, Step};
use crate::check::mends::{CellMend, Key, Mends, ROW, ValueMend};
use crate::check::{Field, Mapping};
use crate::gui::wire::StaleMend;

/// What all steps amount to; rows are counted from 0.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Folded {
    /// Texts of cells.
    pub cells: BTreeMap<(usize, usize), String>,
    /// What values of a column become.
    pub values: BTreeMap<usize, BTreeMap<String, String>>,
    /// Rows that do not count.
    pub out: BTreeSet<usize>,
    /// Rows that count after all.
    pub kept: BTreeSet<usize>,
    /// What does not fit the file.
    pub stale: Vec<(String, String, String)>,
}

impl Folded {
    pub(super) fn take(&mut self, step: &Step, held: &Held) {
        match step {
            Step::Cells(cells) => {
                for cell in cells {
                    self.cell(cell, held);
                }
            }
            Step::Values(column, pairs) => {
                let Some(place) = held.place(*column) else {
                    return;
                };
                let values = self.values.entry(place).or_default();
                values.extend(pairs.iter().cloned());
            }
            Step::Out(rows) => {
                for row in rows.iter().filter_map(|row| held.row_of(*row)) {
                    self.kept.remove(&row);
                    self.out.insert(row);
                }
            }
            Step::Back(rows) => {
                for row in rows.iter().filter_map(|row| held.row_of(*row)) {
                    if !self.out.remove(&row) {
                        self.kept.insert(row);
                    }
                }
            }
            Step::Said(_) | Step::Read(..) => {}
            Step::All(steps) => steps.iter().for_each(|step| self.take(step, held)),
            Step::Lost(line, file) => self.stale.push((
                line.clone(),
                "a step that could not be read".to_owned(),
                format!("kept in {file}, beside the list"),
            )),
        }
    }

    fn cell(&mut self, cell: &CellStep, held: &Held) {
        let place = held.place(cell.column);
        let found = held.row_of(cell.row).zip(place);
        let now = found.map(|(row, column)| held.text(row, column));
        match (found, now) {
            (Some(at), Some(now)) if now == cell.from => {
                let plain = now == cell.to
                    && self
                        .values
                        .get(&at.1)
                        .is_none_or(|values| !values.contains_key(now.trim()));
                if plain {
                    self.cells.remove(&at);
                } else {
                    self.cells.insert(at, cell.to.clone());
                }
            }
            (_, now) => {
                let letters = crate::model::place::column_letters(cell.column);
                self.stale.push((
                    format!("{letters}{}", cell.row),
                    cell.to.clone(),
                    now.unwrap_or_default().to_owned(),
                ));
            }
        }
    }

    /// What a cell holds, where it was changed.
    pub fn text(&self, held: &Held, row: usize, column: usize) -> Option<&str> {
        if let Some(text) = self.cells.get(&(row, column)) {
            return Some(text);
        }
        let values = self.values.get(&column)?;
        values
            .get(held.text(row, column).trim())
            .map(String::as_str)
    }

    /// What a cell says, as it was mended.
    pub fn shown<'t>(&'t self, held: &'t Held, row: usize, column: usize) -> &'t str {
        let changed = self.text(held, row, column);
        changed.unwrap_or_else(|| held.text(row, column))
    }

    /// The rows in which something was changed, in order.
    pub fn rows(&self, held: &Held) -> Vec<u32> {
        let mut rows: BTreeSet<usize> = self.cells.keys().map(|(row, _)| *row).collect();
        for (column, values) in &self.values {
            let has = |row: &usize| values.contains_key(held.text(*row, *column).trim());
            rows.extend((0..held.len()).filter(has));
        }
        rows.into_iter()
            .filter_map(|row| u32::try_from(row).ok())
            .collect()
    }

    /// Whether nothing was changed.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
            && self.values.is_empty()
            && self.out.is_empty()
            && self.kept.is_empty()
    }

    /// What does not fit the file.
    pub fn stale(&self) -> Vec<StaleMend> {
        let stale = self.stale.iter().take(200);
        stale
            .map(|(cell, mended, now)| StaleMend {
                cell: cell.clone(),
                mended: mended.clone(),
                now: now.clone(),
            })
            .collect()
    }

    /// The same as mends of the flow. With a mapping rows are known by what stands in them, for a file
    /// that outlives the list as it is; else by their numbers.
    pub fn mends(&self, held: &Held, mapping: Option<&Mapping>) -> Mends {
        let keys = Keys::of(held, mapping);
        let name = |column: usize| format!("column:{}", held.letter(column));
        let value = |column: usize, from: &str, to: &str| ValueMend {
            column: name(column),
            from: from.to_owned(),
            to: to.to_owned(),
        };
        let values = self.values.iter().flat_map(|(column, pairs)| {
            pairs.iter().map(move |(from, to)| value(*column, from, to))
        });
        let cells = self.cells.iter().map(|((row, column), to)| CellMend {
            key: keys.key(held, *row),
            value: value(*column, held.text(*row, *column), to),
        });
        let rows = |rows: &BTreeSet<usize>| rows.iter().map(|row| keys.key(held, *row)).collect();
        Mends {
            values: values.collect(),
            cells: cells.collect(),
            left_out: rows(&self.out),
            kept: rows(&self.kept),
            columns: Vec::new(),
        }
    }
}

/// How rows are known.
struct Keys<'h> {
    /// Columns that tell rows apart, each with how often its texts stand there.
    columns: Vec<(usize, BTreeMap<&'h str, u32>)>,
    by_number: bool,
}

impl<'h> Keys<'h> {
    fn of(held: &'h Held, mapping: Option<&Mapping>) -> Self {
        let fields = [Field::ExternalCode, Field::Name];
        let columns = mapping.into_iter().flat_map(|mapping| {
            fields
                .iter()
                .filter_map(|field| mapping.index_of(*field))
                .map(|column| {
                    let mut texts: BTreeMap<&str, u32> = BTreeMap::new();
                    for row in 0..held.len() {
                        *texts.entry(held.text(row, column).trim()).or_default() += 1;
                    }
                    (column, texts)
                })
        });
        Self {
            columns: columns.collect(),
            by_number: mapping.is_none(),
        }
    }

    fn key(&self, held: &Held, row: usize) -> Key {
        let number = (ROW.to_owned(), held.number(row).to_string());
        if self.by_number {
            return Key(vec![number]);
        }
        let pair = |column: usize| {
            let text = held.text(row, column).trim().to_owned();
            (format!("column:{}", held.letter(column)), text)
        };
        for (column, texts) in &self.columns {
            let text = held.text(row, *column).trim();
            if !text.is_empty() && texts.get(text) == Some(&1) {
                return Key(vec![pair(*column)]);
            }
        }
        let filled = |column: &usize| !held.text(row, *column).trim().is_empty();
        let mut pairs: Vec<_> = (0..held.width()).filter(filled).map(pair).collect();
        pairs.push(number);
        Key(pairs)
    }
}
