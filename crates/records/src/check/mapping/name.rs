//! The customers' name: a wrong one is the worst there is, so a column that may be a person's is
//! none, and what is only perhaps a name is said.

use super::assignment::Assignment;
use super::decide::filled;
use super::fold::fold;
use super::whole::Reading;
use super::words::{Fit, Meaning};
use super::{Matched, Role, nearest_field};
use crate::check::field::Field;
use crate::model::rules::headers::{HEADER_AMBIGUOUS, HEADER_DECIDED, NAME_COLUMN_MISSING};
use crate::model::{CellAddress, Diagnostic};

/// Headers of first names, folded.
const FIRST: &[&str] = &[
    "firstname",
    "givenname",
    "forename",
    "vorname",
    "prenom",
    "voornaam",
    "nomedibattesimo",
    "fname",
];

/// Headers of last names, folded.
const LAST: &[&str] = &[
    "lastname",
    "surname",
    "familyname",
    "nachname",
    "familienname",
    "zuname",
    "nomdefamille",
    "achternaam",
    "cognome",
    "apellido",
    "apellidos",
    "lname",
];

/// Headers that are a person's last name beside a first name, and the other way round, folded.
const HALF: &[&str] = &["name", "nom", "naam", "nome", "nombre"];

impl Assignment<'_> {
    /// Beside `Vorname` alone a `Name` is a person's, as `Nome` is beside `Cognome`.
    pub(super) fn refuse_persons(&mut self) {
        let cells = &self.header.cells;
        let beside = |list: &[&str], groups: &[String]| {
            let mut cells = cells.iter().filter(|cell| cell.groups == groups);
            cells
                .find(|cell| list.contains(&fold(cell.name()).as_str()))
                .map(|cell| cell.text.clone())
        };
        for (index, cell) in cells.iter().enumerate() {
            let is_name = matches!(
                self.readings[index],
                Reading::Means(Meaning::Field(Field::Name, _))
            );
            if !is_name || !HALF.contains(&fold(cell.name()).as_str()) {
                continue;
            }
            let (first, last) = (beside(FIRST, &cell.groups), beside(LAST, &cell.groups));
            if let (Some(half), None) | (None, Some(half)) = (first, last) {
                self.readings[index] = Reading::Refused {
                    nearest: Some(Field::Name),
                    why: format!("it is beside \"{half}\", so it is a person's"),
                };
            }
        }
    }

    /// A table without a name column whose legal name is one; else says what is missing.
    pub(super) fn settle_name(&mut self) {
        let holds = |role: &Option<Role>, wanted: Field| matches!(role, Some(Role::Field { field, .. }) if *field == wanted);
        if let Some(index) = self.roles.iter().position(|role| holds(role, Field::Name)) {
            if self.holds_numbers(index) {
                return self.say_numbers(index);
            }
            return self.say_loose_name(index);
        }
        let legal = self
            .roles
            .iter()
            .position(|role| holds(role, Field::LegalCompanyName));
        match legal {
            _ if self.collided.contains(&Field::Name) => {}
            Some(index) => {
                self.roles[index] = Some(Role::Field {
                    field: Field::Name,
                    matched: Matched::Values,
                });
                let help = format!(
                    "if that is wrong, say which column is the name: --map \"...=Name\"; to keep it as the legal name: {}",
                    self.flag(index, "LegalCompanyName")
                );
                self.say(
                    index,
                    &HEADER_DECIDED,
                    "is taken for Name, because no other column is",
                    help,
                );
            }
            None => self.say_name_missing(),
        }
    }

    /// Whether every cell of a column that was not named by a person is a number: numbers of
    /// customers stand under `Customer` as well as their names do.
    fn holds_numbers(&self, index: usize) -> bool {
        let given = matches!(
            self.roles[index],
            Some(Role::Field {
                matched: Matched::Given,
                ..
            })
        );
        let mut texts = filled(self.sample, index).map(|(_, text)| text).peekable();
        !given
            && self.header.cells.len() > 1
            && texts.peek().is_some()
            && texts.all(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
    }

    fn say_numbers(&mut self, index: usize) {
        let help = format!(
            "say what it is: {} or {}, and which column is the name: --map \"...=Name\"",
            self.flag(index, "ExternalCode"),
            self.flag(index, "Name")
        );
        self.say(
            index,
            &HEADER_AMBIGUOUS,
            "may be the customers' name or their number, and its cells are numbers",
            help,
        );
        self.collided.push(Field::Name);
        self.roles[index] = Some(Role::Undecided);
    }

    /// A word that is only perhaps the customer's name.
    fn say_loose_name(&mut self, index: usize) {
        let loose = self.candidates.iter().any(|one| {
            one.index == index
                && one.field == Field::Name
                && one.fit == Fit::Weak
                && matches!(self.readings[index], Reading::Means(_))
        });
        if loose {
            self.say(
                index,
                &HEADER_DECIDED,
                "is taken for Name, because no other column is",
                "if that is wrong, say which column is the name: --map \"...=Name\"".into(),
            );
        }
    }

    fn say_name_missing(&mut self) {
        let message = format!(
            "no column is the customers' name; the table has {}",
            self.headers_listed()
        );
        let cells = &self.header.cells;
        let unknown: Vec<usize> = (0..cells.len())
            .filter(|index| {
                !cells[*index].text.is_empty() && self.readings[*index] == Reading::Nothing
            })
            .collect();
        let named = |index: &&usize| {
            let text = &cells[**index].text;
            nearest_field(text) == Some(Field::Name) || fold(text).contains("name")
        };
        let help = match unknown.iter().find(named).or_else(|| unknown.first()) {
            Some(index) => format!(
                "call the column Name, or say which one it is: {}",
                self.flag(*index, "Name")
            ),
            None if cells.iter().any(|cell| !cell.text.is_empty()) => {
                "call the column Name, or say which one it is: --map \"HEADER=Name\"".to_owned()
            }
            None => "add a header row with the column Name".to_owned(),
        };
        let mut diagnostic = Diagnostic::of_file(&NAME_COLUMN_MISSING, message).with_help(help);
        if self.header.row > 0 {
            diagnostic = diagnostic
                .at(CellAddress::row(self.header.row))
                .on_line(self.header.row);
        }
        self.diagnostics.push(diagnostic);
    }
}
