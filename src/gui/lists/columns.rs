//! The columns of a list as they are shown: what each is taken for and how that is known, and what
//! every row has without one.

use super::held::Held;
use super::said::Asks;
use super::view::View;
use crate::check::{Field, MappedColumn, Matched, Role};
use crate::gui::wire::{Column, Field as Shown};
use crate::model::level::DERIVE;
use crate::model::{Level, State};

impl Asks {
    /// The columns as they are shown: those of the file, then those that an answer gives.
    pub fn columns(&self, held: &Held, view: &View) -> Vec<Column> {
        let cells = view.mapping.columns.iter().enumerate();
        let mut columns: Vec<Column> = cells
            .map(|(place, one)| self.column(place, one, held, view))
            .collect();
        for (field, value) in virtual_values(view) {
            columns.push(Column {
                letter: None,
                header: field.name().to_owned(),
                field: Some(field.name()),
                asks: false,
                filters: false,
                how: format!("from {}", self.giver(field)),
                given: Some(format!("every row: {}", shown_value(field, value))),
                fits: Vec::new(),
                sample: Vec::new(),
                options: options_of(field),
                width: "s",
            });
        }
        columns
    }

    fn column(&self, place: usize, one: &MappedColumn, held: &Held, view: &View) -> Column {
        let field = one.field();
        let given = field.and_then(|field| {
            let (words, value) = match view.mapping.constant_of(field) {
                Some(value) => ("every row", value),
                None => ("where empty", view.mapping.default_of(field)?),
            };
            Some(format!("{words}: {}", shown_value(field, value)))
        });
        let values = self.values.get(&one.column);
        let answered = self
            .answers
            .values()
            .any(|answer| answer.choice == format!("column:{}", one.column));
        let how = match &one.role {
            _ if self.maps.contains_key(&one.column) => "you chose it",
            _ if answered => "by your answer",
            Role::Field { matched, .. } => match matched {
                Matched::Given => "by the export",
                Matched::Name => "by its name",
                Matched::Synonym => "by a usual name",
                Matched::Values => "by its values",
            },
            Role::Reserved => "of a result file",
            Role::LeftOut => "by the export",
            Role::Undecided => "several fit",
            Role::Unused { .. } | Role::Unknown { .. } | Role::Unnamed => "",
        };
        let fit = |field: Field, says: &str| Shown {
            field: field.name(),
            says: says.to_owned(),
        };
        let mut fits = Vec::new();
        fits.extend(field.map(|field| fit(field, "As it is now")));
        match one.role {
            Role::Unused { field } => fits.push(fit(field, "Another column has it now")),
            Role::Unknown {
                nearest: Some(field),
            } => fits.push(fit(field, "Its name is close")),
            _ => {}
        }
        let texts = (0..held.len().min(50)).map(|row| held.text(row, place).trim());
        let mut sample: Vec<String> = Vec::new();
        let mut longest = one.header.chars().count();
        for text in texts.filter(|text| !text.is_empty()) {
            longest = longest.max(text.chars().count());
            if sample.len() < 3 && !sample.iter().any(|known| known == text) {
                sample.push(text.chars().take(80).collect());
            }
        }
        Column {
            letter: Some(held.letter(place)),
            header: one.header.clone(),
            field: field.map(Field::name),
            asks: one.role == Role::Undecided && !answered,
            filters: values.is_some_and(|one| !one.out.is_empty()),
            how: how.to_owned(),
            given,
            fits,
            sample,
            options: field.map(options_of).unwrap_or_default(),
            width: width_of(longest),
        }
    }
}

/// What is the same in every row: fields without a column that a default or a constant gives.
pub fn virtual_values(view: &View) -> impl Iterator<Item = (Field, &str)> {
    let mapping = &view.mapping;
    let given = mapping.defaults.iter().chain(&mapping.constants);
    given
        .filter(|(field, _)| mapping.index_of(*field).is_none())
        .map(|(field, value)| (*field, value.as_str()))
}

/// A value that is given to a field, as people read it.
pub fn shown_value(field: Field, value: &str) -> &str {
    if field == Field::Level && value == DERIVE {
        "from its parent"
    } else {
        value
    }
}

/// How wide a column is whose longest text has so many letters.
pub fn width_of(longest: usize) -> &'static str {
    match longest {
        0..=5 => "xs",
        6..=14 => "s",
        15..=22 => "m",
        23..=32 => "l",
        _ => "xl",
    }
}

/// All that a field may hold, where that is a closed set.
pub fn options_of(field: Field) -> Vec<&'static str> {
    match field {
        Field::Level => Level::ALL.iter().map(|one| one.as_str()).collect(),
        Field::State => State::ALL.iter().map(|one| one.as_str()).collect(),
        _ => Vec::new(),
    }
}
