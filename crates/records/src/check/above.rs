//! Rows with others below them that do not say their own level: whatever all rows get, they are most
//! likely something else.

use std::collections::BTreeMap;

use super::field::Field;
use super::fits::misfit;
use super::parents::Target;
use super::rows::Rows;
use super::tables::Tables;
use crate::model::rules::hierarchy::LEVEL_FOR_ALL_ABOVE_OTHERS;
use crate::model::{Diagnostic, Level, RowIndex};

/// What to do where neither the row nor those below it say their levels.
const NOBODY_SAYS: &str = "where it is a partner, give it a level of its own, such as Reseller; where those \
    below are its sites, give them Site, or all --default Level=derive";

/// How many rows are named.
const MOST_NAMED: usize = 8;

/// Rows whose level is the one for all, and below which stands what does not fit.
pub(super) fn levels_for_all(
    rows: &Rows,
    tables: &Tables,
    targets: &[Target],
    level_of: &dyn Fn(u32) -> Option<Level>,
) -> Vec<Diagnostic> {
    if !rows.facts.iter().any(|facts| facts.level_is_for_all) {
        return Vec::new();
    }
    let is_for_all = |row: u32| rows.facts[row as usize].level_is_for_all;
    let unfit = |row: u32, parent: u32| {
        let levels = level_of(row).zip(level_of(parent));
        levels.is_some_and(|(level, limit)| misfit(level, limit).is_some())
    };
    let below = below(targets, |row, parent| {
        is_for_all(parent) && unfit(row, parent)
    });
    let found = below.into_iter().filter_map(|(parent, children)| {
        let level = level_of(parent)?;
        let (stand, them) = match children.len() {
            1 => ("stands".to_owned(), "it does"),
            _ => ("stand".to_owned(), "they do"),
        };
        let message = format!(
            "{} does not say its level and gets {level}, but {} {stand} below it, and {them} not fit \
             there",
            rows.called(parent),
            named(rows, &children),
        );
        Some(
            rows.problem(
                tables,
                &LEVEL_FOR_ALL_ABOVE_OTHERS,
                parent,
                Field::Level,
                message,
            )
            .with_value(level.as_str())
            .with_help(if children.iter().all(|row| is_for_all(*row)) {
                NOBODY_SAYS
            } else {
                "give the row a level of its own: Reseller, most likely"
            })
            .with_related(rows.related(children.into_iter().take(100))),
        )
    });
    found.collect()
}

/// What the help on missing levels says of rows that lack one and have others below them: for these
/// the level of most customers is wrong.
pub(super) fn lacking_above_others(
    rows: &Rows,
    targets: &[Target],
    lacking: &[(RowIndex, u32)],
) -> Option<String> {
    let lacks = |row: u32| {
        let found = lacking.binary_search_by_key(&row, |(row, _)| row.0);
        found.is_ok()
    };
    let is_site = |row: u32| rows.facts[row as usize].level.given() == Some(Level::Site);
    let below = below(targets, |row, parent| lacks(parent) && !is_site(row));
    let parents: Vec<u32> = below.into_keys().collect();
    let what = match parents.len() {
        0 => return None,
        1 => "has others below it, so it is a Reseller, or these are its Sites",
        _ => "have others below them, so they are Resellers, or these are their Sites",
    };
    Some(format!("{} {what}", named(rows, &parents)))
}

/// Rows that stand below others of the list, as far as they count, by the row above them.
fn below(targets: &[Target], counts: impl Fn(u32, u32) -> bool) -> BTreeMap<u32, Vec<u32>> {
    let mut below: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (row, target) in (0..).zip(targets) {
        if let Target::Row(parent) = target
            && counts(row, *parent)
        {
            below.entry(*parent).or_default().push(row);
        }
    }
    below
}

/// `row 7`, `rows 7, 9 and 3 more`.
fn named(rows: &Rows, listed: &[u32]) -> String {
    let places: Vec<String> = listed
        .iter()
        .take(MOST_NAMED)
        .map(|row| rows.place(*row))
        .collect();
    let places = places.join(", ");
    match listed.len() {
        1 => format!("row {places}"),
        many if many <= MOST_NAMED => format!("rows {places}"),
        many => format!("rows {places} and {} more", many - MOST_NAMED),
    }
}
