//! Names, external codes and ids that occur twice.

use std::collections::HashMap;

use super::columns::Column;
use super::field::Field;
use super::parents::Target;
use super::rows::Rows;
use crate::model::Diagnostic;
use crate::model::rules::duplicates::{
    EXTERNAL_CODE_TWICE, ID_TWICE, NAME_NEARLY_TWICE, NAME_TWICE, NAME_TWICE_ELSEWHERE,
};

/// Finds what occurs twice. `targets` holds each row's parent, by which two customers of one name
/// may differ.
pub(super) fn find(rows: &Rows, columns: &[Column], targets: &[Target]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    names(rows, columns, targets, &mut found);
    alike(rows, columns, &mut found);
    codes(rows, columns, &mut found);
    ids(rows, columns, &mut found);
    found
}

fn names(rows: &Rows, columns: &[Column], targets: &[Target], found: &mut Vec<Diagnostic>) {
    let mut again = rows.names_again.clone();
    again.sort_unstable();
    let mut seen: HashMap<Target, u32> = HashMap::new();
    let mut current = None;
    for (key, row) in again {
        let first = rows.keys.name_row(key).unwrap_or(row);
        if current != Some(key) {
            current = Some(key);
            seen.clear();
            seen.insert(targets[first as usize], first);
        }
        let name = super::cell::quoted(rows.keys.text(key));
        let earlier = seen.get(&targets[row as usize]).copied();
        let diagnostic = match earlier {
            Some(other) => rows
                .problem(
                    columns,
                    &NAME_TWICE,
                    row,
                    Field::Name,
                    format!(
                        "{name} is the name of row {} too, below the same parent",
                        rows.number(other)
                    ),
                )
                .with_help("delete one of the rows, or give it a name of its own")
                .with_related(vec![rows.number(other)]),
            None => rows
                .problem(
                    columns,
                    &NAME_TWICE_ELSEWHERE,
                    row,
                    Field::Name,
                    format!(
                        "{name} is the name of row {} too, below another parent",
                        rows.number(first)
                    ),
                )
                .with_help(
                    "the service may refuse a name that exists anywhere; a unique name is safer",
                )
                .with_related(vec![rows.number(first)]),
        };
        seen.entry(targets[row as usize]).or_insert(row);
        found.push(diagnostic.with_value(rows.keys.text(key)));
    }
}

fn alike(rows: &Rows, columns: &[Column], found: &mut Vec<Diagnostic>) {
    for (row, first) in &rows.names_alike {
        let Some(name) = rows.facts[*row as usize].name.some() else {
            continue;
        };
        let text = rows.keys.text(name);
        let message = format!(
            "{} differs from {} in row {} only in case or spaces",
            super::cell::quoted(text),
            rows.called(*first),
            rows.number(*first)
        );
        found.push(
            rows.problem(columns, &NAME_NEARLY_TWICE, *row, Field::Name, message)
                .with_value(text)
                .with_help("delete one of the rows if they are the same customer")
                .with_related(vec![rows.number(*first)]),
        );
    }
}

fn codes(rows: &Rows, columns: &[Column], found: &mut Vec<Diagnostic>) {
    for (row, first) in &rows.codes_again {
        let Some(code) = rows.facts[*row as usize].code.some() else {
            continue;
        };
        let text = rows.keys.text(code);
        let message = format!(
            "{} is the external code of row {} too",
            super::cell::quoted(text),
            rows.number(*first)
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
            .with_related(vec![rows.number(*first)]),
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
                    .with_related(vec![rows.number(first)]),
            );
        }
    }
}
