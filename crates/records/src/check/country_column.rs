//! What the cells of a country's column have in common: only the column tells whether `NA` is
//! Namibia's code or stands for no answer.

use super::columns::Column;
use super::field::Field;
use super::row_draft::{Draft, RowAt};
use super::rows::Rows;
use super::tables::Tables;
use crate::model::Diagnostic;
use crate::model::rules::countries::COUNTRY_NA_UNCLEAR;

/// The columns that may hold a country.
const FIELDS: [Field; 2] = [Field::Country, Field::DeviceCountry];

/// What was seen in the columns of one table.
#[derive(Debug, Clone, Default)]
pub(super) struct CountryColumns([Seen; 2]);

/// What was seen in one column.
#[derive(Debug, Clone, Default)]
struct Seen {
    /// Codes of two letters other than NA.
    codes: u32,
    /// Countries written in any other way.
    others: u32,
    /// Rows with NA.
    unclear: Vec<u32>,
}

impl CountryColumns {
    /// Takes note of a row.
    #[inline]
    pub(super) fn count(&mut self, at: RowAt, draft: &Draft<'_>) {
        for (field, seen) in FIELDS.into_iter().zip(&mut self.0) {
            let text = draft.text(field);
            match *text.as_bytes() {
                [] => {}
                [b'N' | b'n', b'A' | b'a'] => seen.unclear.push(at.index.0),
                [_, _] => seen.codes += 1,
                _ => seen.others += 1,
            }
        }
    }

    /// Takes the rows that follow these; `next` is empty afterwards.
    pub(super) fn append(&mut self, next: &mut Self) {
        for (seen, next) in self.0.iter_mut().zip(&mut next.0) {
            seen.codes += std::mem::take(&mut next.codes);
            seen.others += std::mem::take(&mut next.others);
            seen.unclear.append(&mut next.unclear);
        }
    }

    /// The cells that may be Namibia or nothing.
    pub(super) fn unclear(
        &self,
        rows: &Rows,
        tables: &Tables,
        columns: &[Column],
    ) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (field, seen) in FIELDS.into_iter().zip(&self.0) {
            let Some(column) = columns.iter().find(|column| column.field == field) else {
                continue;
            };
            // Who gives it as a value for all rows knows what it is.
            let given = column
                .default
                .as_deref()
                .is_some_and(|value| value.eq_ignore_ascii_case("NA"));
            if given || seen.others == 0 || seen.others < seen.codes {
                continue;
            }
            found.extend(seen.unclear.iter().map(|row| {
                rows.problem(
                    tables,
                    &COUNTRY_NA_UNCLEAR,
                    *row,
                    field,
                    "\"NA\" is Namibia's code or means \"not available\": the other cells of this \
                     column are mostly names",
                )
                .with_value("NA")
                .with_help(
                    "write Namibia if you mean the country; empty the cell if it is not known",
                )
            }));
        }
        found
    }
}
