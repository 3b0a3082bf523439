//! Which cells of a list are mended, and with what. Going through the list once more, each row has what
//! is to be mended of it.

use std::collections::HashMap;

use crate::flow::failure::Failure;
use crate::flow::list::Dropped;
use crate::model::rules::texts::{CLEANED, MENDABLE};
use crate::model::{Diagnostic, Row, RowBatch, RowIndex};
use tables::{More, Table};

/// What is done to a cell.
#[derive(Clone, Copy)]
pub(super) enum Mend<'a> {
    /// It gets the one text that was suggested.
    With(&'a Diagnostic),
    /// It stays: several texts were suggested.
    Open,
}

impl Mend<'_> {
    /// What is done to a cell of which two things are said. What is suggested for a cleaned value is
    /// cleaned itself.
    fn and(self, other: Self) -> Self {
        let cleans = |found: &Diagnostic| CLEANED.iter().any(|rule| rule.code == found.rule.code);
        match (self, other) {
            (Self::With(one), Self::With(two)) if one.suggestions == two.suggestions => self,
            (Self::With(one), _) if cleans(one) => other,
            (_, Self::With(two)) if cleans(two) => self,
            _ => Self::Open,
        }
    }
}

/// By the index of the row and the column in the file.
pub(super) type Mends<'a> = HashMap<(usize, u32), Mend<'a>>;

/// A cell that was mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The row's number, as a spreadsheet shows it.
    pub row: u32,
    /// The column in the file, from 0.
    pub at: u32,
    /// The cell's address.
    pub cell: String,
    /// The header above it.
    pub column: String,
    /// What stood there.
    pub old: String,
    /// What stands there now.
    pub new: String,
    /// The rule that it broke.
    pub code: &'static str,
}

/// The cells with one suggestion, or several, by the problems of the check.
pub(super) fn mends_of(diagnostics: &[Diagnostic]) -> Mends<'_> {
    let mut mends = Mends::new();
    for found in diagnostics {
        let column = found.at.and_then(|at| at.column);
        let (Some(row), Some(column)) = (found.row, column) else {
            continue;
        };
        let mendable = MENDABLE.iter().any(|rule| rule.code == found.rule.code);
        if !mendable || found.suggestions.is_empty() {
            continue;
        }
        let mend = match found.suggestions.as_slice() {
            [_] => Mend::With(found),
            _ => Mend::Open,
        };
        mends
            .entry((row.as_usize(), column))
            .and_modify(|known| *known = known.and(mend))
            .or_insert(mend);
    }
    mends
}

/// Goes through the rows, each with what is to be mended of it by the place of the cell; hands back
/// the changes.
pub(super) fn each_row<'m>(
    mut table: Table,
    (mends, dropped): (&Mends<'m>, &Dropped),
    mut each: impl FnMut(Row<'_>, &dyn Fn(usize) -> Option<&'m Diagnostic>) -> Result<(), Failure>,
) -> Result<Vec<Change>, Failure> {
    let columns: Vec<u32> = table.header.cells.iter().map(|cell| cell.column).collect();
    let mut changes = Vec::new();
    let mut batch = RowBatch::default();
    let mut index = 0;
    let mut more = More::Maybe;
    while more == More::Maybe {
        more = table.next_batch(&mut batch)?;
        for row in batch.rows() {
            let counting = dropped.place(index).map(|row| RowIndex(row).as_usize());
            let mended = |place: usize| match mends.get(&(counting?, *columns.get(place)?)) {
                Some(Mend::With(found)) => Some(*found),
                _ => None,
            };
            for (place, cell) in row.cells().enumerate() {
                if let Some(found) = mended(place) {
                    changes.push(Change {
                        row: row.number(),
                        at: columns[place],
                        cell: found.at.map(|at| at.to_string()).unwrap_or_default(),
                        column: found.column.to_string(),
                        old: cell.text.to_owned(),
                        new: found.suggestions[0].clone(),
                        code: found.rule.code,
                    });
                }
            }
            each(row, &mended)?;
            index += 1;
        }
    }
    Ok(changes)
}
