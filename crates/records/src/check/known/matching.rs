//! Which of the known rows a row comes from: the only one with its name and its parent; where one of
//! these two was mended, the only one whose other cells agree; else none.

use super::rows::{ByName, KnownRows, key_of, plain};
use super::saved::{Letters, agree, letters};
use crate::check::cell::Problem;
use crate::check::field::Field;
use crate::check::mapping::{MappedColumn, Mapping, is_sheet};
use crate::model::{CellAddress, Diagnostic, Phrase, Row, RowIndex};

/// So many known rows are compared cell by cell for rows whose name is not found, all together.
const MOST_COMPARED: u64 = 20_000_000;

/// A column of the table.
#[derive(Debug)]
pub(super) struct Place {
    /// Where its cell stands in the rows.
    pub(super) cell: usize,
    pub(super) field: Field,
    /// The column in the file, from 0.
    letter: u32,
    header: Phrase,
}

/// A row, and which it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbered<'a> {
    pub(super) index: RowIndex,
    pub(super) row: Row<'a>,
}

impl Place {
    /// The column whose cells stand at `cell`, where it is one that is read.
    pub(super) fn of(column: &MappedColumn, cell: usize) -> Option<Self> {
        Some(Self {
            cell,
            field: column.field()?,
            letter: column.column,
            header: Phrase::shared(&column.header),
        })
    }

    /// A problem of its cell in a row.
    pub(super) fn diagnostic(&self, at: Numbered<'_>, value: &str, problem: Problem) -> Diagnostic {
        let Numbered { index, row } = at;
        let problem = problem.into_details();
        let address = CellAddress {
            row: row.number(),
            column: Some(self.letter),
        };
        Diagnostic::of_row(problem.rule, index, row.number(), problem.message)
            .at(address)
            .on_line(row.line())
            .in_shared_column(&self.header)
            .with_value(value)
            .with_help(problem.help)
            .with_shared_suggestions(problem.suggestions)
    }
}

/// A column of the table, and the same one of the known rows.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) here: Place,
    /// Where its cell stands in the known rows.
    pub(super) there: usize,
}

impl Pair {
    pub(super) fn field(&self) -> Field {
        self.here.field
    }
}

/// Finds known rows.
#[derive(Debug)]
pub(super) struct Matching {
    pub(super) pairs: Vec<Pair>,
    pub(super) name: Pair,
    by_name: ByName,
    /// The rows whose names hold more than ASCII.
    beyond_ascii: Vec<u32>,
    /// The columns that name each row's sheet.
    sheet: Option<(usize, usize)>,
    /// Cell by cell comparisons left.
    left: u64,
}

impl Matching {
    /// Compares the columns; nothing can be found without names.
    pub(super) fn of(known: &KnownRows, mapping: &Mapping) -> Option<Self> {
        let mut pairs = Vec::new();
        let mut sheet = None;
        for (here, column) in mapping.columns.iter().enumerate() {
            let header = plain(&column.header);
            let before = mapping.columns[..here].iter();
            let nth = before
                .filter(|other| plain(&other.header).eq_ignore_ascii_case(header))
                .count();
            let Some(there) = known.column(header, nth, column.field()) else {
                continue;
            };
            if is_sheet(header) {
                sheet = Some((here, there));
            }
            if let Some(here) = Place::of(column, here) {
                pairs.push(Pair { here, there });
            }
        }
        let name = pairs.iter().position(|pair| pair.field() == Field::Name)?;
        let name = pairs.remove(name);
        pairs.retain(|pair| pair.field() != Field::Id);
        Some(Self {
            by_name: known.by_name(name.there),
            beyond_ascii: known.beyond_ascii(name.there),
            pairs,
            name,
            sheet,
            left: MOST_COMPARED,
        })
    }

    /// The row that this one comes from.
    pub(super) fn find<'k>(&mut self, known: &'k KnownRows, row: Row<'_>) -> Option<Row<'k>> {
        let same_name = self.by_name.get(&key_of(row.text(self.name.here.cell)));
        let same_name = same_name.map_or(&[][..], Vec::as_slice);
        let candidates: Vec<Row<'k>> = same_name
            .iter()
            .filter_map(|index| known.row(*index))
            .collect();
        if candidates.is_empty() {
            let garbled = self.find_garbled(known, row);
            return garbled.or_else(|| self.find_renamed(known, row));
        }
        let below: Vec<Row<'k>> = candidates
            .iter()
            .copied()
            .filter(|one| self.same_parent(*one, row))
            .collect();
        match below.as_slice() {
            [one] => Some(*one),
            [] => only(candidates.iter().copied(), |one| {
                self.marks_agree(one, row, 1)
            }),
            several => {
                let exact = |one: Row<'_>| {
                    plain(one.text(self.name.there)) == plain(row.text(self.name.here.cell))
                };
                only(several.iter().copied(), exact)
                    .or_else(|| only(several.iter().copied(), |one| self.same_sheet(one, row)))
                    .or_else(|| only(several.iter().copied(), |one| self.marks_agree(one, row, 1)))
            }
        }
    }

    /// The columns of a field other than the name.
    pub(super) fn pair_of(&self, field: Field) -> Option<&Pair> {
        self.pairs.iter().find(|pair| pair.field() == field)
    }

    /// The known rows of this very name, below the same parent as the row.
    pub(super) fn named(&self, known: &KnownRows, name: &str, row: Row<'_>) -> Vec<u32> {
        let rows = self.by_name.get(&key_of(name)).into_iter().flatten();
        let same = |index: &u32| {
            known.row(*index).is_some_and(|one| {
                plain(one.text(self.name.there)) == name && self.same_parent(one, row)
            })
        };
        rows.copied().filter(same).collect()
    }

    /// The name was saved in an encoding that does not have all of its letters.
    fn find_garbled<'k>(&mut self, known: &'k KnownRows, row: Row<'_>) -> Option<Row<'k>> {
        let name = row.text(self.name.here.cell);
        let rows = self.beyond_ascii.len() as u64;
        if self.left < rows {
            return None;
        }
        self.left -= rows;
        let rows = self
            .beyond_ascii
            .iter()
            .filter_map(|index| known.row(*index));
        let garbled = |one: Row<'_>| letters(one.text(self.name.there), name) != Letters::Others;
        only(rows, |one| garbled(one) && self.same_parent(one, row))
    }

    /// The name was mended: every other cell must agree, and one of them must tell customers apart; or
    /// all that tell customers apart, when there are two at least.
    fn find_renamed<'k>(&mut self, known: &'k KnownRows, row: Row<'_>) -> Option<Row<'k>> {
        let tells = self
            .pairs
            .iter()
            .any(|pair| tells_apart(pair.field()) && !plain(row.text(pair.here.cell)).is_empty());
        if !tells || self.left < u64::from(known.len()) {
            return None;
        }
        self.left -= u64::from(known.len());
        let rows = (0..known.len()).filter_map(|index| known.row(index));
        only(rows, |one| {
            self.same_parent(one, row)
                && (self.others_agree(one, row) || self.marks_agree(one, row, 2))
        })
    }

    fn same_parent(&self, known: Row<'_>, row: Row<'_>) -> bool {
        let mut parents = self.pairs.iter().filter(|pair| is_parent(pair.field()));
        parents.all(|pair| agrees(pair, known, row))
    }

    fn same_sheet(&self, known: Row<'_>, row: Row<'_>) -> bool {
        self.sheet
            .is_some_and(|(here, there)| plain(known.text(there)) == plain(row.text(here)))
    }

    /// Whether what tells customers apart agrees, and there are so many such cells.
    fn marks_agree(&self, known: Row<'_>, row: Row<'_>, least: usize) -> bool {
        let marks = self.pairs.iter().filter(|pair| tells_apart(pair.field()));
        let mut filled = marks.filter(|pair| {
            !plain(known.text(pair.there)).is_empty() || !plain(row.text(pair.here.cell)).is_empty()
        });
        let mut count = 0;
        let all = filled.all(|pair| {
            count += 1;
            agrees(pair, known, row)
        });
        all && count >= least
    }

    pub(super) fn others_agree(&self, known: Row<'_>, row: Row<'_>) -> bool {
        let mut others = self.pairs.iter().filter(|pair| !is_parent(pair.field()));
        others.all(|pair| agrees(pair, known, row))
    }
}

fn agrees(pair: &Pair, known: Row<'_>, row: Row<'_>) -> bool {
    agree(known.text(pair.there), row.text(pair.here.cell))
}

fn is_parent(field: Field) -> bool {
    matches!(field, Field::Parent | Field::ParentId)
}

/// Fields that hardly two customers share.
fn tells_apart(field: Field) -> bool {
    matches!(
        field,
        Field::ExternalCode
            | Field::PhoneNumber
            | Field::FaxNumber
            | Field::WebsiteAddress
            | Field::ChamberOfCommerceNumber
            | Field::VatNumber
            | Field::BankAccountNumber
            | Field::Address
    )
}

/// The one for which something holds, when there is only one.
pub(super) fn only<'k>(
    rows: impl Iterator<Item = Row<'k>>,
    mut holds: impl FnMut(Row<'k>) -> bool,
) -> Option<Row<'k>> {
    let mut found = rows.filter(|row| holds(*row));
    let one = found.next()?;
    found.next().is_none().then_some(one)
}
