//! The mapping of one table in the making, and how it says what it decides.

use super::decide::filled;
use super::ids::Ids;
use super::mapped::{Matched, Role, ValueEntry};
use super::whole::Reading;
use super::words::Fit;
use crate::check::field::Field;
use crate::model::place::column_letters;
use crate::model::rules::Rule;
use crate::model::rules::headers::HEADER_UNKNOWN;
use crate::model::{CellAddress, Diagnostic, Header, RowBatch};

/// What a candidate's claim rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Its header is the field's.
    Own,
    /// It is something near the customer: it counts where no other column is the field. Why it
    /// counts is said.
    StandIn(&'static str),
}

/// A column that may be a field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) index: usize,
    pub(super) field: Field,
    pub(super) fit: Fit,
    pub(super) matched: Matched,
    pub(super) standing: Standing,
}

/// The mapping of one table in the making.
pub(super) struct Assignment<'a> {
    pub(super) header: &'a Header,
    pub(super) sample: &'a RowBatch,
    pub(super) ids: Ids,
    /// What each header says.
    pub(super) readings: Vec<Reading>,
    pub(super) roles: Vec<Option<Role>>,
    pub(super) candidates: Vec<Candidate>,
    /// Fields that have one value for all rows.
    pub(super) constants: Vec<Field>,
    /// What terms of the list stand for.
    pub(super) values: &'a [ValueEntry],
    /// Fields that several columns claim.
    pub(super) collided: Vec<Field>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Assignment<'_> {
    pub(super) fn is_filled(&self, index: usize) -> bool {
        filled(self.sample, index).next().is_some()
    }

    pub(super) fn say_refused(&mut self, index: usize, nearest: Option<Field>, why: &str) {
        let named = nearest.map_or("...", Field::name);
        let help = format!("to import it, say what it is: {}", self.flag(index, named));
        self.say(
            index,
            &HEADER_UNKNOWN,
            &format!("is not imported: {why}"),
            help,
        );
        self.roles[index] = Some(Role::Unknown { nearest });
    }

    /// The flag that says what the column at `index` is.
    pub(super) fn flag(&self, index: usize, field: &str) -> String {
        let key = self.key_of(index);
        if key == self.header.cells[index].text {
            format!("--map \"{key}={field}\"")
        } else {
            format!("--map {key}={field}")
        }
    }

    pub(super) fn about(&self, index: usize, rule: &'static Rule, message: &str) -> Diagnostic {
        let cell = &self.header.cells[index];
        let name = if cell.text.is_empty() {
            format!("column {}", column_letters(cell.column))
        } else {
            format!("the header \"{}\"", cell.text)
        };
        let mut diagnostic = Diagnostic::of_file(rule, format!("{name} {message}"))
            .in_column(&cell.text)
            .with_value(&cell.text);
        if self.header.row > 0 {
            diagnostic = diagnostic
                .at(CellAddress::cell(self.header.row, cell.column))
                .on_line(self.header.row);
        }
        diagnostic
    }

    pub(super) fn say(&mut self, index: usize, rule: &'static Rule, message: &str, help: String) {
        let diagnostic = self.about(index, rule, message).with_help(help);
        self.diagnostics.push(diagnostic);
    }
}
