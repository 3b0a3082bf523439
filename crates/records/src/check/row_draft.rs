//! What is made of a row's cells one by one: its values, what is remembered from cell to cell, and
//! the problems.

use super::accepted::Doubts;
use super::cell::country::Countries;
use super::cell::words::{WordSet, Words};
use super::cell::{Parsed, Problem};
use super::columns::Column;
use super::field::Field;
use super::values::Last;
use crate::model::{
    CellAddress, ContactId, CountryCode, DefaultAccount, Deployment, Diagnostic, Level, LocationId,
    PartnerId, RegionId, RowIndex, ServiceType, Severity, State, UnixSeconds, UserId,
};

/// Which row it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RowAt {
    pub(super) index: RowIndex,
    pub(super) number: u32,
    pub(super) line: u32,
}

/// Whether a row may be sent, as far as its own cells tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Validity {
    /// It may.
    Valid,
    /// One of them has an error.
    Invalid,
}

impl Validity {
    /// Invalid where there is an error among the problems.
    pub(super) fn of(problems: &[Diagnostic]) -> Self {
        if problems.iter().any(Diagnostic::is_error) {
            Self::Invalid
        } else {
            Self::Valid
        }
    }
}

/// What stands in the cell of the level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LevelCell {
    /// Nothing, or there is no such cell.
    Empty,
    /// A level.
    Level(Level),
    /// Something else, which is an error.
    Wrong,
}

/// The values of one row, borrowed from its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Draft<'a> {
    pub(super) texts: [&'a str; Field::COUNT],
    pub(super) existing_id: Option<PartnerId>,
    pub(super) parent_id: Option<PartnerId>,
    pub(super) level: LevelCell,
    pub(super) service_type: Option<ServiceType>,
    pub(super) child_service_types: WordSet,
    pub(super) state: Option<State>,
    pub(super) flags: WordSet,
    pub(super) country: Option<CountryCode>,
    pub(super) device_country: Option<CountryCode>,
    pub(super) location_id: Option<LocationId>,
    pub(super) region_id: Option<RegionId>,
    pub(super) responsible_user_id: Option<UserId>,
    pub(super) billing_contact: Option<ContactId>,
    pub(super) registration: Option<UnixSeconds>,
    pub(super) expiration: Option<UnixSeconds>,
    pub(super) default_account: DefaultAccount,
    pub(super) deployment: Deployment,
    pub(super) doubts: Doubts,
    /// Whether the name needed no closer look.
    pub(super) name_is_usual: bool,
}

impl<'a> Draft<'a> {
    pub(super) fn empty() -> Self {
        Self {
            texts: [""; Field::COUNT],
            existing_id: None,
            parent_id: None,
            level: LevelCell::Empty,
            service_type: None,
            child_service_types: WordSet::default(),
            state: None,
            flags: WordSet::default(),
            country: None,
            device_country: None,
            location_id: None,
            region_id: None,
            responsible_user_id: None,
            billing_contact: None,
            registration: None,
            expiration: None,
            default_account: DefaultAccount::None,
            deployment: Deployment::AsItIs,
            doubts: Doubts::default(),
            name_is_usual: true,
        }
    }

    /// A cell of the level that is not read is no empty one.
    #[cold]
    pub(super) fn lose_level(&mut self, field: Field) {
        if field == Field::Level {
            self.level = LevelCell::Wrong;
        }
    }

    /// The text of a field that is sent as it is; empty when the cell is.
    pub(super) fn text(&self, field: Field) -> &'a str {
        self.texts[field.index()]
    }
}

/// What is remembered from cell to cell.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) countries: Countries,
    /// Cells that hold several services.
    sets: Vec<(Box<str>, WordSet)>,
    pub(super) words: Words,
    /// What the last cells of columns with a map stood for, by field.
    last: Vec<Last>,
}

impl Memory {
    /// What the field's last cell stood for.
    pub(super) fn last(&mut self, field: Field) -> &mut Last {
        let at = field.index();
        if self.last.len() <= at {
            self.last.resize_with(at + 1, Last::default);
        }
        &mut self.last[at]
    }

    /// The services in a cell, where the same text was met before.
    pub(super) fn set(&self, text: &str) -> Option<WordSet> {
        let known = self.sets.iter().find(|(known, _)| **known == *text);
        known.map(|(_, set)| *set)
    }

    pub(super) fn keep_set(&mut self, text: &str, set: WordSet) {
        /// A table has few combinations.
        const MOST: usize = 16;
        if self.sets.len() < MOST && self.set(text).is_none() {
            self.sets.push((text.into(), set));
        }
    }
}

/// Where the problems of a row go.
pub(super) struct Findings<'d> {
    pub(super) diagnostics: &'d mut Vec<Diagnostic>,
    pub(super) at: RowAt,
    /// Whether one of them keeps the row from being sent.
    pub(super) validity: Validity,
}

impl Findings<'_> {
    #[cold]
    pub(super) fn report(&mut self, column: &Column, value: &str, problem: Problem) {
        let problem = problem.into_details();
        if problem.rule.severity == Severity::Error {
            self.validity = Validity::Invalid;
        }
        let RowAt {
            index,
            number,
            line,
        } = self.at;
        let address = CellAddress {
            row: number,
            column: column.letter,
        };
        self.diagnostics.push(
            Diagnostic::of_row(problem.rule, index, number, problem.message)
                .at(address)
                .on_line(line)
                .in_shared_column(&column.header)
                .with_value(value)
                .with_help(problem.help)
                .with_shared_suggestions(problem.suggestions),
        );
    }

    /// The value, if there is one; else the problem is reported.
    #[inline]
    pub(super) fn take<T>(&mut self, column: &Column, value: &str, parsed: Parsed<T>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(problem) => {
                self.report(column, value, problem);
                None
            }
        }
    }
}

/// The country of one of the two fields, as the cell writes it.
pub(super) fn set_country<'a>(
    draft: &mut Draft<'a>,
    field: Field,
    text: &'a str,
    country: CountryCode,
) {
    draft.doubts.note_country(field, text);
    draft.texts[field.index()] = text;
    match field {
        Field::Country => draft.country = Some(country),
        _ => draft.device_country = Some(country),
    }
}
