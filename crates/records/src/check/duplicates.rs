//! Names, external codes and ids that occur twice.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::field::Field;
use super::index::Found;
use super::parents::Target;
use super::rows::Rows;
use super::tables::Tables;
use crate::model::Diagnostic;
use crate::model::rules::duplicates::{
    EXTERNAL_CODE_TWICE, ID_TWICE, NAME_NEARLY_TWICE, NAME_TWICE, NAME_TWICE_ELSEWHERE,
};

/// Finds what occurs twice. `targets` holds each row's parent, by which two customers of one name
/// may differ.
pub(super) fn find(
    rows: &Rows,
    tables: &Tables,
    targets: &[Target],
    found: &Found,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for group in &found.same_names {
        names(rows, tables, targets, group, &mut diagnostics);
    }
    for (row, first) in &found.alike_names {
        diagnostics.push(alike(rows, tables, *row, *first));
    }
    for group in &found.same_codes {
        codes(rows, tables, group, &mut diagnostics);
    }
    ids(rows, tables, &mut diagnostics);
    diagnostics
}

/// What makes two parents the same one.
#[derive(PartialEq, Eq, Hash, Clone, Copy)]
enum Below<'a> {
    Row(Target),
    Text(&'a str),
}

fn below<'a>(rows: &'a Rows, targets: &[Target], row: u32) -> Below<'a> {
    match targets[row as usize] {
        Target::Named | Target::Wrong => Below::Text(rows.parents.get(row)),
        target => Below::Row(target),
    }
}

fn names(
    rows: &Rows,
    tables: &Tables,
    targets: &[Target],
    group: &[u32],
    found: &mut Vec<Diagnostic>,
) {
    let first = group[0];
    let mut seen: HashMap<Below<'_>, u32, FixedState> = HashMap::default();
    seen.insert(below(rows, targets, first), first);
    for row in &group[1..] {
        let own = below(rows, targets, *row);
        let text = rows.names.get(*row);
        let name = super::cell::quoted(text);
        let diagnostic = match seen.get(&own) {
            Some(other) => rows
                .problem(
                    tables,
                    &NAME_TWICE,
                    *row,
                    Field::Name,
                    format!(
                        "{name} is the name of row {} too, below the same parent",
                        rows.place(*other)
                    ),
                )
                .with_help("delete one of the rows, or give it a different name")
                .with_related(rows.related([*other])),
            None => rows
                .problem(
                    tables,
                    &NAME_TWICE_ELSEWHERE,
                    *row,
                    Field::Name,
                    format!(
                        "{name} is the name of row {} too, below another parent",
                        rows.place(first)
                    ),
                )
                .with_help(
                    "the service may refuse a name that exists anywhere; a unique name is safer",
                )
                .with_related(rows.related([first])),
        };
        seen.entry(own).or_insert(*row);
        found.push(diagnostic.with_value(text));
    }
}

fn alike(rows: &Rows, tables: &Tables, row: u32, first: u32) -> Diagnostic {
    let text = rows.names.get(row);
    let (own, other) = (super::cell::quoted(text), rows.called(first));
    let place = rows.place(first);
    let message = if in_one_case(text) == in_one_case(rows.names.get(first)) {
        format!("{own} differs from {other} in row {place} only in case or spaces")
    } else {
        format!(
            "{own} looks like {other} in row {place}, and differs in invisible characters or in how \
             accents are written"
        )
    };
    rows.problem(tables, &NAME_NEARLY_TWICE, row, Field::Name, message)
        .with_value(text)
        .with_help("delete one of the rows if they are the same customer")
        .with_related(rows.related([first]))
}

/// A name without the case and the spaces of its letters.
fn in_one_case(name: &str) -> String {
    name.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

fn codes(rows: &Rows, tables: &Tables, group: &[u32], found: &mut Vec<Diagnostic>) {
    let (first, place) = (rows.related([group[0]]), rows.place(group[0]));
    for row in &group[1..] {
        let text = rows.codes.get(*row);
        let message = format!(
            "{} is the external code of row {place} too",
            super::cell::quoted(text),
        );
        found.push(
            rows.problem(
                tables,
                &EXTERNAL_CODE_TWICE,
                *row,
                Field::ExternalCode,
                message,
            )
            .with_value(text)
            .with_help("correct one of the codes, or delete the row that is the same customer")
            .with_related(first.clone()),
        );
    }
}

fn ids(rows: &Rows, tables: &Tables, found: &mut Vec<Diagnostic>) {
    let mut ids = rows.ids.clone();
    ids.sort_unstable();
    for group in ids.chunk_by(|one, other| one.0 == other.0) {
        let (id, first) = group[0];
        for (_, row) in &group[1..] {
            let message = format!("{id} is the ID of row {} too", rows.place(first));
            found.push(
                rows.problem(tables, &ID_TWICE, *row, Field::Id, message)
                    .with_value(&id.to_string())
                    .with_help("empty or correct the ID of one of the rows")
                    .with_related(rows.related([first])),
            );
        }
    }
}
