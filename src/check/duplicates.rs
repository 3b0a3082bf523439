//! Names, external codes and ids that occur twice.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::columns::Column;
use super::field::Field;
use super::index::Found;
use super::parents::Target;
use super::rows::Rows;
use crate::model::Diagnostic;
use crate::model::rules::duplicates::{
    EXTERNAL_CODE_TWICE, ID_TWICE, NAME_NEARLY_TWICE, NAME_TWICE, NAME_TWICE_ELSEWHERE,
};

/// Finds what occurs twice. `targets` holds each row's parent, by which two customers of one name
/// may differ.
pub(super) fn find(
    rows: &Rows,
    columns: &[Column],
    targets: &[Target],
    found: &Found,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for group in &found.same_names {
        names(rows, columns, targets, group, &mut diagnostics);
    }
    for (row, first) in &found.alike_names {
        diagnostics.push(alike(rows, columns, *row, *first));
    }
    for group in &found.same_codes {
        codes(rows, columns, group, &mut diagnostics);
    }
    ids(rows, columns, &mut diagnostics);
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
    columns: &[Column],
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
                    columns,
                    &NAME_TWICE,
                    *row,
                    Field::Name,
                    format!(
                        "{name} is the name of row {} too, below the same parent",
                        rows.number(*other)
                    ),
                )
                .with_help("delete one of the rows, or give it a name of its own")
                .with_related_row(rows.number(*other)),
            None => rows
                .problem(
                    columns,
                    &NAME_TWICE_ELSEWHERE,
                    *row,
                    Field::Name,
                    format!(
                        "{name} is the name of row {} too, below another parent",
                        rows.number(first)
                    ),
                )
                .with_help(
                    "the service may refuse a name that exists anywhere; a unique name is safer",
                )
                .with_related_row(rows.number(first)),
        };
        seen.entry(own).or_insert(*row);
        found.push(diagnostic.with_value(text));
    }
}

fn alike(rows: &Rows, columns: &[Column], row: u32, first: u32) -> Diagnostic {
    let text = rows.names.get(row);
    let message = format!(
        "{} differs from {} in row {} only in case or spaces",
        super::cell::quoted(text),
        rows.called(first),
        rows.number(first)
    );
    rows.problem(columns, &NAME_NEARLY_TWICE, row, Field::Name, message)
        .with_value(text)
        .with_help("delete one of the rows if they are the same customer")
        .with_related_row(rows.number(first))
}

fn codes(rows: &Rows, columns: &[Column], group: &[u32], found: &mut Vec<Diagnostic>) {
    let first = rows.number(group[0]);
    for row in &group[1..] {
        let text = rows.codes.get(*row);
        let message = format!(
            "{} is the external code of row {first} too",
            super::cell::quoted(text),
        );
        found.push(
            rows.problem(
                columns,
                &EXTERNAL_CODE_TWICE,
                *row,
                Field::ExternalCode,
                message,
            )
            .with_value(text)
            .with_help("correct one of the codes, or delete the row that is the same customer")
            .with_related_row(first),
        );
    }
}

fn ids(rows: &Rows, columns: &[Column], found: &mut Vec<Diagnostic>) {
    let mut ids = rows.ids.clone();
    ids.sort_unstable();
    for group in ids.chunk_by(|one, other| one.0 == other.0) {
        let (id, first) = group[0];
        for (_, row) in &group[1..] {
            let message = format!("{id} is the ID of row {} too", rows.number(first));
            found.push(
                rows.problem(columns, &ID_TWICE, *row, Field::Id, message)
                    .with_value(&id.to_string())
                    .with_help("empty or correct the ID of one of the rows")
                    .with_related_row(rows.number(first)),
            );
        }
    }
}
