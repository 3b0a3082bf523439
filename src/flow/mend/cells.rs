//! Which cells of a list are mended, and with what. Going through the list once more, each row has what
//! is to be mended of it.

use std::collections::HashMap;

use crate::check::mends;
use crate::flow::failure::Failure;
use crate::flow::list::Dropped;
use crate::model::rules::texts::{CLEANED, MENDABLE};
use crate::model::{CellAddress, Diagnostic, Row, RowBatch, RowIndex};
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
    /// The rule that it broke; `mends` where a mends file has it.
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

/// What stands in the place of a change's rule where a mends file makes it.
const BY_MENDS: &str = "mends";

/// What is mended.
#[derive(Clone, Copy)]
pub(super) struct Mending<'a> {
    /// Cells with one suggestion.
    pub(super) suggested: &'a Mends<'a>,
    /// Rows that do not count.
    pub(super) dropped: &'a Dropped,
    /// Changes by hand.
    pub(super) by_hand: Option<&'a mends::Mends>,
}

/// Goes through the rows, each with what its cells get, by their place; hands back the changes.
pub(super) fn each_row(
    mut table: Table,
    mending: Mending<'_>,
    mut each: impl FnMut(Row<'_>, &dyn Fn(usize) -> Option<String>) -> Result<(), Failure>,
) -> Result<Vec<Change>, Failure> {
    let Mending {
        suggested,
        dropped,
        by_hand,
    } = mending;
    let mut by_hand = by_hand.map(|mends| mends::Mending::of(mends, &table.header));
    let columns: Vec<u32> = table.header.cells.iter().map(|cell| cell.column).collect();
    let headers: Vec<String> = table
        .header
        .cells
        .iter()
        .map(|cell| cell.text.clone())
        .collect();
    let mut changes = Vec::new();
    let mut batch = RowBatch::default();
    let mut index = 0;
    let mut more = More::Maybe;
    while more == More::Maybe {
        more = table.next_batch(&mut batch)?;
        let after = by_hand.as_mut().and_then(|mends| mends.mended(&batch));
        for (place, row) in batch.rows().enumerate() {
            let counting = dropped.place(index).map(|row| RowIndex(row).as_usize());
            let after = after.as_ref().and_then(|after| after.row(place));
            let by_hand = |at: usize| {
                let text = after.map(|after| after.text(at))?;
                (text != row.text(at)).then_some(text)
            };
            let suggested = |at: usize| match suggested.get(&(counting?, *columns.get(at)?)) {
                Some(Mend::With(found)) => Some(*found),
                _ => None,
            };
            for (at, cell) in row.cells().enumerate() {
                let (new, code) = match (suggested(at), by_hand(at)) {
                    // What is suggested is for the cell as mends have made it.
                    (Some(found), _) => (found.suggestions[0].as_str(), found.rule.code),
                    (None, Some(text)) => (text, BY_MENDS),
                    (None, None) => continue,
                };
                let address = CellAddress::cell(row.number(), columns[at]);
                changes.push(Change {
                    row: row.number(),
                    at: columns[at],
                    cell: address.to_string(),
                    column: headers[at].clone(),
                    old: cell.text.to_owned(),
                    new: new.to_owned(),
                    code,
                });
            }
            let mended = |at: usize| {
                let found = suggested(at).map(|found| found.suggestions[0].clone());
                found.or_else(|| by_hand(at).map(str::to_owned))
            };
            each(row, &mended)?;
            index += 1;
        }
    }
    Ok(changes)
}
