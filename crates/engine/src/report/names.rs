//! What things are called: which column of the result files holds the customers' names, and the names of
//! values that may have been meant.

use std::ops::ControlFlow;

use super::ReportError;
use super::facts::{Facts, goes_on_while};
use super::layout::OutCell;
use crate::journal::Store;
use crate::model::CountryCode;
use crate::model::rules::countries::RULES as COUNTRIES;

/// Rows that are looked at.
const SAMPLED_ROWS: usize = 200;

/// The column of the customers' names by its place in the result files. The journal does not say which
/// it is; it is the one that holds what the plan calls them. None where
/// no row has been understood.
///
/// # Errors
///
/// When the journal cannot be read.
pub(super) fn name_column(facts: &Facts, store: &Store) -> Result<Option<usize>, ReportError> {
    let mut hits = vec![0_usize; facts.layout.input_width()];
    let mut seen = 0;
    facts.rows_until(store, |row, verdict| {
        let planned = facts.replayed.planned.get(row.row.as_usize());
        let Some(name) = planned.and_then(|planned| planned.action.partner()) else {
            return Ok(ControlFlow::Continue(()));
        };
        seen += 1;
        for (hits, cell) in hits.iter_mut().zip(facts.layout.row(&row.cells, verdict)) {
            if matches!(&cell, OutCell::Text(text) if text.trim() == name.name.as_str()) {
                *hits += 1;
            }
        }
        Ok(goes_on_while(seen < SAMPLED_ROWS))
    })?;
    let most = hits.iter().copied().max().unwrap_or(0);
    Ok(hits.iter().position(|hits| most > 0 && *hits == most))
}

/// The first column whose header speaks of names, where no row tells.
pub(super) fn called_name(facts: &Facts) -> Option<usize> {
    facts.layout.header().iter().position(|header| {
        let header = header.to_lowercase();
        header.contains("name") || header.contains("customer")
    })
}

/// The values that may have been meant, as people call them: `South Korea (KR) or North Korea (KP)`.
pub(super) fn meant(code: &str, values: &[String]) -> String {
    let is_country = COUNTRIES.iter().any(|rule| rule.code == code);
    let named = values.iter().take(MOST_MEANT).map(|value| {
        let country = CountryCode::parse(value).filter(|_| is_country);
        match country.map(CountryCode::name) {
            Some(name) if !name.is_empty() => format!("{name} ({value})"),
            _ => value.clone(),
        }
    });
    named.collect::<Vec<_>>().join(" or ")
}

/// So many values that may have been meant are shown of a cell.
const MOST_MEANT: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_called_by_their_names_and_nothing_else_is() {
        let values = |values: &[&str]| values.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            meant("V403", &values(&["KR", "KP"])),
            "South Korea (KR) or North Korea (KP)"
        );
        assert_eq!(meant("V201", &values(&["DE"])), "DE");
    }
}
