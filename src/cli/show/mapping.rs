//! What became of a table's columns, a line for each.

use super::output::Output;
use crate::check::Mapping;
use crate::check::mapping::{MappedColumn, Role};
use crate::model::place::column_letters;
use crate::model::printable;

/// Says what became of the columns, a line for each.
pub fn say_columns(mapping: &Mapping, output: Output) {
    for line in columns(mapping) {
        output.say(&line);
    }
}

fn columns(mapping: &Mapping) -> Vec<String> {
    let mut lines = Vec::new();
    for column in &mapping.columns {
        let letters = column_letters(column.column);
        lines.push(format!(
            "  {letters:>3} {:24} {}",
            printable(&column.header),
            role(column, mapping)
        ));
    }
    for (field, value) in &mapping.constants {
        lines.push(format!(
            "      {:24} -> {field} in every row",
            format!("\"{}\"", printable(value))
        ));
    }
    for (field, value) in &mapping.defaults {
        lines.push(format!(
            "      {:24} -> {field} where the cell is empty",
            format!("\"{}\"", printable(value))
        ));
    }
    lines
}

fn role(column: &MappedColumn, mapping: &Mapping) -> String {
    match &column.role {
        Role::Field { field, .. } if mapping.constant_of(*field).is_some() => {
            format!("not read: {field} has one value for all rows")
        }
        Role::Field { field, matched } => format!("-> {field} (by {})", matched.as_str()),
        Role::Reserved => "written by an earlier import, not read".to_owned(),
        Role::Unused { field } => format!("not used: another column is {field}"),
        Role::Unknown {
            nearest: Some(field),
        } => format!("not used; nearest: {field}"),
        Role::Unknown { nearest: None } => "not used".to_owned(),
        Role::Unnamed => "not used: it has no header".to_owned(),
        Role::Undecided => "undecided: say which with --map".to_owned(),
        Role::LeftOut => "left out, as asked".to_owned(),
    }
}
