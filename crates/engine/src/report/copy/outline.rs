//! Which parts of the package matter: the workbook, and the sheets that are filled in, each with
//! its rows.

use std::ops::Range;

use tables::opc::workbook_part;

use super::error::CopyError;
use super::hand::HAND;
use crate::journal::record::TablePlace;
use crate::report::facts::Facts;
use tables::edit::book::{self, Sheets};
use tables::edit::package::{Package, Relation};

/// The parts that matter.
pub struct Outline {
    /// The workbook part.
    pub workbook: String,
    /// Its text.
    pub workbook_text: String,
    /// Its relationships.
    pub relations: Vec<Relation>,
    /// What it lists.
    pub sheets: Sheets,
    /// The sheets with customers.
    pub lists: Vec<List>,
}

/// A sheet with customers.
pub struct List {
    /// Its place among the workbook's sheets.
    pub place: usize,
    /// Its part.
    pub part: String,
    /// Its data rows, as the run counts them.
    pub rows: Range<usize>,
    /// Where its table stands.
    pub table: TablePlace,
}

impl Outline {
    /// Finds the parts for the result of a run.
    pub fn of(package: &mut Package, facts: &Facts) -> Result<Self, CopyError> {
        Self::with(package, tables(facts)?)
    }

    /// Finds the parts where these tables stand, each with its rows.
    pub fn with(
        package: &mut Package,
        tables: Vec<(TablePlace, Range<usize>)>,
    ) -> Result<Self, CopyError> {
        let root = package.relations("")?;
        let named = target(&root, |one| one.kind == "officeDocument");
        let workbook = workbook_part(named.as_deref(), |part| package.has(part));
        let workbook = workbook.ok_or_else(|| CopyError::refused("it has no workbook part"))?;
        let workbook_text = package.text(&workbook)?;
        let sheets = book::sheets(&workbook_text, HAND)?;
        let relations = package.relations(&workbook)?;
        if relations.iter().any(|one| one.kind.ends_with("acrosheet")) {
            return Err(CopyError::refused("it has sheets of macros"));
        }
        let lists = tables.into_iter().map(|(table, rows)| {
            let named = |one: &book::Entry| Some(&one.name) == table.sheet.as_ref();
            let place = sheets.entries.iter().position(named);
            let place = place.ok_or_else(|| CopyError::refused("its sheet is not found again"))?;
            let id = &sheets.entries[place].relation;
            let part = target(&relations, |one| one.id == *id && one.kind == "worksheet");
            let part = part.ok_or_else(|| CopyError::refused("its sheet has no part"))?;
            Ok(List {
                place,
                part,
                rows,
                table,
            })
        });
        let lists = lists.collect::<Result<_, CopyError>>()?;
        Ok(Self {
            workbook,
            workbook_text,
            relations,
            sheets,
            lists,
        })
    }
}

/// Where the journal says that the tables stand, each with its rows.
fn tables(facts: &Facts) -> Result<Vec<(TablePlace, Range<usize>)>, CopyError> {
    let unknown = "the run was begun by a version that did not note where the list stands";
    let unknown = || CopyError::refused(unknown);
    let info = &facts.info;
    let all = facts.numbers.len();
    if info.sheets.is_empty() {
        let place = info.place.as_ref().ok_or_else(unknown)?;
        let table = TablePlace {
            sheet: info.sheet.clone(),
            ..place.clone()
        };
        return Ok(vec![(table, 0..all)]);
    }
    let sheets = info.sheets.ranges(all).into_iter().map(|(name, rows)| {
        let found = info
            .places
            .iter()
            .find(|place| place.sheet.as_deref() == Some(name));
        Ok((found.ok_or_else(unknown)?.clone(), rows))
    });
    sheets.collect()
}

/// The part that the first such relationship leads to.
pub fn target(relations: &[Relation], wanted: impl Fn(&Relation) -> bool) -> Option<String> {
    relations.iter().find(|one| wanted(one))?.target.clone()
}
