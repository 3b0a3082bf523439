//! Rows of a list as the page asks for them: windows, finding, one cell, one row.

use super::columns::{shown_value, virtual_values};
use super::problem::said;
use super::snapshot::Snapshot;
use crate::check::Field;
use crate::gui::fault::Fault;
use crate::gui::wire::{
    Cell, CellProblem, ColumnValue, Found, Lines, Mark, NextProblem, Problems, Row, Rows, Values,
};

/// So many rows are handed out at once.
const MOST_ROWS: usize = 500;
/// So many values of a column.
const MOST_VALUES: usize = 200;

impl Snapshot {
    /// A row as it stands now.
    pub fn row(&self, row: usize) -> Row {
        let (held, view) = (&self.held, &self.view);
        let width = held.width();
        let mut marks = Vec::new();
        let mut cells: Vec<String> = (0..width)
            .map(|column| self.text(row, column).to_owned())
            .collect();
        self.given(row, &mut cells, &mut marks);
        for (field, value) in virtual_values(view) {
            let words = format!("from {}", self.asks.giver(field));
            marks.push((cells.len(), Mark::Set, words));
            cells.push(shown_value(field, value).to_owned());
        }
        for column in 0..width {
            if self.folded.text(held, row, column).is_some() {
                marks.push((column, Mark::Mended, held.text(row, column).to_owned()));
            }
        }
        let index = u32::try_from(row).unwrap_or(u32::MAX);
        // What was changed since the last check is not at fault until that says so.
        let same = |column: usize| {
            self.folded.text(held, row, column) == view.folded.text(held, row, column)
        };
        marks.extend(view.marks(index).filter(|(column, _, _)| same(*column)));
        Row {
            row: held.number(row),
            cells,
            marks,
            out: self.why_out(row),
            ..Row::default()
        }
    }

    /// What is sent in place of cells of a row: one value in every row, or where the cell is empty. That
    /// stands before whatever else is marked there.
    fn given(&self, row: usize, cells: &mut [String], marks: &mut Vec<(usize, Mark, String)>) {
        let mapping = &self.view.mapping;
        let place = |field: Field| mapping.index_of(field);
        for (field, value) in &mapping.constants {
            let Some(column) = place(*field) else {
                continue;
            };
            let own = self.text(row, column).trim();
            let giver = self.asks.giver(*field);
            let words = if own.is_empty() || own == value {
                format!("from {giver}, in every row")
            } else {
                format!("from {giver}, in every row; the cell says “{own}”, which is not sent")
            };
            marks.push((column, Mark::Set, words));
            cells[column].clone_from(value);
        }
        for (field, value) in &mapping.defaults {
            let column = place(*field).filter(|_| mapping.constant_of(*field).is_none());
            let column = column.filter(|column| self.text(row, *column).trim().is_empty());
            if let Some(column) = column {
                let value = shown_value(*field, value).to_owned();
                marks.push((column, Mark::Ghost, value));
            }
        }
    }

    /// Why a row is left out, as it stands now; none where it is in.
    pub fn why_out(&self, row: usize) -> Option<String> {
        let view = &self.view;
        if self.folded.out.contains(&row) {
            Some("you left it out".to_owned())
        } else if self.folded.kept.contains(&row) || view.folded.out.contains(&row) {
            None
        } else {
            let index = u32::try_from(row).unwrap_or(u32::MAX);
            view.why.get(&index).map(ToString::to_string)
        }
    }

    /// The row of this number, as it stands now.
    pub fn row_of(&self, number: u32) -> Option<Row> {
        self.held.row_of(number).map(|row| self.row(row))
    }

    /// What a cell holds now.
    pub fn text(&self, row: usize, column: usize) -> &str {
        self.folded.shown(&self.held, row, column)
    }

    fn view_rows(&self, view: &str) -> Result<Option<&[u32]>, Fault> {
        if view == "all" {
            return Ok(None);
        }
        match self.view.rows(view) {
            Some(rows) => Ok(Some(rows)),
            // The last of its rows was mended meanwhile.
            None if view.starts_with("cause:") => Ok(Some(&[])),
            None => Err(Fault::value("There is no such view.")),
        }
    }

    /// A window of a view.
    pub fn window(&self, view: &str, from: usize, count: usize) -> Result<Rows, Fault> {
        let rows = self.view_rows(view)?;
        let total = rows.map_or(self.held.len(), <[u32]>::len);
        let range = from.min(total)..from.saturating_add(count.min(MOST_ROWS)).min(total);
        let row = |at: usize| rows.map_or(at, |rows| rows[at] as usize);
        Ok(Rows {
            revision: self.revision,
            total,
            from,
            rows: range.map(|at| self.row(row(at))).collect(),
        })
    }

    /// The next cell with a text.
    pub fn find(&self, view: &str, sought: &Sought) -> Result<Found, Fault> {
        let rows = self.view_rows(view)?;
        let total = rows.map_or(self.held.len(), <[u32]>::len);
        let row = |at: usize| rows.map_or(at, |rows| rows[at] as usize);
        let constants = self.view.mapping.constants.iter();
        let constants = constants.map(|(field, value)| (self.view.mapping.index_of(*field), value));
        let constants: Vec<_> = constants.collect();
        let found = find(total, sought, |at, meet| {
            for column in 0..self.held.width() {
                let set = constants.iter().find(|(place, _)| *place == Some(column));
                let text = set.map_or_else(|| self.text(row(at), column), |(_, value)| value);
                meet(column, text);
            }
        });
        Ok(match found.position {
            Some(at) => Found {
                row: self.held.number(row(at)),
                ..found
            },
            None => found,
        })
    }

    /// Where a row stands in a view.
    pub fn position(&self, view: &str, number: u32) -> Result<Found, Fault> {
        let rows = self.view_rows(view)?;
        let row = self.held.row_of(number);
        let position = row.and_then(|row| match rows {
            None => Some(row),
            Some(rows) => rows.binary_search(&u32::try_from(row).ok()?).ok(),
        });
        Ok(Found {
            position,
            row: number,
            total: 1,
            ..Found::default()
        })
    }

    /// The problems by cause.
    pub fn problems(&self) -> Problems {
        let (groups, more_groups) = self.view.causes.groups();
        Problems {
            revision: self.revision,
            groups,
            more_groups,
        }
    }

    /// The lines of the file that are no rows.
    pub fn lines(&self) -> Lines {
        let out = &self.held.lines;
        Lines {
            lines: out.lines.clone(),
            more: out.total - out.lines.len(),
        }
    }

    /// The next cell at fault.
    pub fn next_problem(&self, number: u32, column: Option<usize>, back: bool) -> NextProblem {
        let row = self.held.row_of(number);
        let row = row.and_then(|row| u32::try_from(row).ok());
        let next = self.view.causes.next(row.zip(column), back);
        next.map_or_else(NextProblem::default, |(row, cause)| NextProblem {
            row: Some(self.held.number(row as usize)),
            column: cause.column,
            cause: cause.id.clone(),
        })
    }

    /// One cell.
    pub fn cell(&self, number: u32, column: usize) -> Result<Cell, Fault> {
        let row = self.held.row_of(number).ok_or(Fault::not_found("row"))?;
        let index = u32::try_from(row).unwrap_or(u32::MAX);
        let value = if column < self.held.width() {
            self.text(row, column).to_owned()
        } else {
            self.row(row).cells.get(column).cloned().unwrap_or_default()
        };
        let own = self.view.of_row(index).iter();
        let own = own.filter(|one| one.column == column);
        let problems = own.map(|one| CellProblem {
            severity: severity(one.what.is_error()),
            code: one.what.rule.code,
            says: said(&one.what),
            suggestions: self.view.causes.for_cell(one, &value),
        });
        Ok(Cell {
            row: number,
            column,
            problems: problems.collect(),
            file: self.held.text(row, column).to_owned(),
            value,
        })
    }

    /// What stands in a column.
    pub fn values(&self, column: usize) -> Result<Values, Fault> {
        let Some(cell) = self.held.table.header.cells.get(column) else {
            return Err(Fault::value("There is no such column."));
        };
        let kept = self.asks.values.get(&cell.column);
        let mut counted: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
        for row in 0..self.held.len() {
            *counted.entry(self.text(row, column).trim()).or_default() += 1;
        }
        let mut all: Vec<(&str, usize)> = counted.into_iter().collect();
        all.sort_by(|(one, rows), (other, others)| others.cmp(rows).then(one.cmp(other)));
        let more = all.len().saturating_sub(MOST_VALUES);
        let values = all.into_iter().take(MOST_VALUES);
        Ok(Values {
            column,
            more,
            values: values
                .map(|(value, rows)| ColumnValue {
                    out: kept.is_some_and(|one| one.out.iter().any(|out| out == value)),
                    to: kept.and_then(|one| one.to.get(value).cloned()),
                    value: value.to_owned(),
                    rows,
                })
                .collect(),
        })
    }
}

pub(super) fn severity(is_error: bool) -> &'static str {
    if is_error { "error" } else { "warning" }
}

/// What is looked for, and from where.
pub struct Sought {
    /// The text.
    pub text: String,
    /// The position from which on.
    pub from: usize,
    /// The column from which on; none before the first.
    pub column: Option<usize>,
    /// Whether backwards.
    pub back: bool,
}

/// The next cell that holds the text, around the end; `cells` says what stands at a position.
pub fn find(
    total: usize,
    sought: &Sought,
    cells: impl Fn(usize, &mut dyn FnMut(usize, &str)),
) -> Found {
    let wanted = sought.text.to_lowercase();
    let here = (sought.from, sought.column.map_or(0, |column| column + 1));
    let (mut count, mut first, mut last) = (0, None, None);
    let (mut before, mut after) = (None, None);
    for at in 0..total {
        cells(at, &mut |column, text| {
            if !holds(text, &wanted) {
                return;
            }
            let hit = (at, column, count);
            count += 1;
            first = first.or(Some(hit));
            last = Some(hit);
            let place = (at, column + 1);
            if place < here {
                before = Some(hit);
            }
            if place > here && after.is_none() {
                after = Some(hit);
            }
        });
    }
    let hit = if sought.back {
        before.or(last)
    } else {
        after.or(first)
    };
    hit.map_or_else(Found::default, |(at, column, index)| Found {
        position: Some(at),
        column,
        row: 0,
        index,
        total: count,
    })
}

/// Whether a text holds another in lower case.
fn holds(text: &str, wanted: &str) -> bool {
    if text.len() < wanted.len() && text.is_ascii() {
        return false;
    }
    if text.is_ascii() && wanted.is_ascii() {
        let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
        return wanted.is_empty()
            || text
                .windows(wanted.len())
                .any(|part| part.eq_ignore_ascii_case(wanted));
    }
    text.to_lowercase().contains(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finding_goes_around_the_end() {
        let rows = [["Jena", "x"], ["ulm", "JENA"], ["Zürich", ""]];
        let at = |text: &str, from, column, back| {
            let sought = Sought {
                text: text.to_owned(),
                from,
                column,
                back,
            };
            let found = find(3, &sought, |at, meet| {
                for (column, text) in rows[at].iter().enumerate() {
                    meet(column, text);
                }
            });
            (found.position, found.column, found.index, found.total)
        };
        assert_eq!(at("jena", 0, None, false), (Some(0), 0, 0, 2));
        assert_eq!(at("jena", 0, Some(0), false), (Some(1), 1, 1, 2));
        assert_eq!(at("jena", 1, Some(1), false), (Some(0), 0, 0, 2));
        assert_eq!(at("jena", 1, Some(1), true), (Some(0), 0, 0, 2));
        assert_eq!(at("jena", 0, Some(0), true), (Some(1), 1, 1, 2));
        assert_eq!(at("ZÜRICH", 0, Some(0), false), (Some(2), 0, 0, 1));
        assert_eq!(at("Gera", 0, None, false), (None, 0, 0, 0));
    }
}
