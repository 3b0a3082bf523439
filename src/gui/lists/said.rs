//! What was said of a list beside its cells, as it is kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::check::Field;
use crate::gui::wire::{Constant, ConstantAsk, UnderstoodAsk};

/// What was said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asks {
    /// How the list is read.
    #[serde(default)]
    pub understood: UnderstoodAsk,
    /// What columns of the file go to; `-` for nothing.
    #[serde(default)]
    pub maps: BTreeMap<u32, String>,
    /// What the list leaves open.
    #[serde(default)]
    pub answers: BTreeMap<String, Answer>,
    /// What is done about the values of columns of the file.
    #[serde(default)]
    pub values: BTreeMap<u32, ValuesOf>,
    /// One value for a field, by the field's name.
    #[serde(default)]
    pub constants: BTreeMap<String, OneValue>,
}

/// One value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneValue {
    /// The value.
    pub(super) value: String,
    /// Whether in every row; else where the cell is empty.
    pub(super) every: bool,
}

/// An answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The choice's id.
    pub(super) choice: String,
    /// What values mean.
    pub(super) means: BTreeMap<String, String>,
}

impl Answer {
    /// Whether it is this choice.
    pub fn is_of(&self, choice: &str) -> bool {
        self.choice == choice
    }
}

/// What is done about the values of a column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValuesOf {
    /// Rows of these are left out.
    pub out: Vec<String>,
    /// These are read as others.
    pub to: BTreeMap<String, String>,
}

impl Asks {
    /// The fields that one value was given.
    pub fn constants(&self) -> Vec<Constant> {
        let named = |name: &str| Field::ALL.iter().find(|one| one.name() == name);
        let constants = self.constants.iter().filter_map(|(name, one)| {
            Some(Constant {
                field: named(name)?.name(),
                value: one.value.clone(),
                every: one.every,
            })
        });
        constants.collect()
    }

    /// Whether one value was given to the field for every row.
    pub fn is_in_every_row(&self, field: Field) -> bool {
        self.constants
            .get(field.name())
            .is_some_and(|one| one.every)
    }

    /// Who gave a field its value, in words.
    pub fn giver(&self, field: Field) -> &'static str {
        if self.constants.contains_key(field.name()) {
            "the one value you gave"
        } else if self.answers.contains_key(field.name()) {
            "your answer"
        } else {
            "the settings"
        }
    }

    /// A field gets one value, or none any more. It takes the place of what was answered about it.
    pub fn constant(&mut self, field: Field, ask: &ConstantAsk) {
        let name = field.name();
        if ask.value.trim().is_empty() {
            self.constants.remove(name);
            return;
        }
        self.answers.remove(name);
        let one = OneValue {
            value: ask.value.trim().to_owned(),
            every: ask.every,
        };
        self.constants.insert(name.to_owned(), one);
    }
}
