//! The columns to read, resolved once per table: where each field stands, and what stands in for an
//! empty cell.

use std::sync::Arc;

use super::cell::clean::{Decimals, decimals_of};
use super::cell::country::Countries;
use super::cell::{contact, date, number, words};
use super::field::Field;
use super::mapping::{Mapping, OptionError, Role, ValueEntry, field_for_all, given_field};
use super::text::trim;
use super::values::ValueMap;
use crate::model::level::{DERIVE, is_derive};
use crate::model::{
    ContactId, Level, LocationId, PartnerId, Phrase, RegionId, RowBatch, ServiceType, State, UserId,
};

/// One field to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) field: Field,
    /// Its cell's place in every row; `None` when there is none, or a constant stands in for it.
    pub(super) index: Option<usize>,
    /// The place of the cell that a constant stands in for.
    pub(super) hidden: Option<usize>,
    /// The column in the file, from 0.
    pub(super) letter: Option<u32>,
    /// The header as it stands in the file; the field's name where there is no column.
    pub(super) header: Phrase,
    /// Where the constant stands in a profile; empty where it was typed.
    pub(super) said_at: Phrase,
    /// The value for empty cells.
    pub(super) default: Option<Box<str>>,
    /// Whether `.0` behind its numbers is no content.
    pub(super) decimals: Decimals,
    /// What the list's own words stand for.
    pub(super) values: Option<Arc<ValueMap>>,
}

/// The columns of a mapping in the order of the table, then the fields that have only a value for all rows.
/// `sample` holds the first rows.
pub(super) fn columns_of(
    mapping: &Mapping,
    values: &[(Field, &ValueEntry)],
    sample: &RowBatch,
) -> Vec<Column> {
    let mapped = mapping
        .columns
        .iter()
        .enumerate()
        .filter_map(|(index, column)| {
            let field = column.field()?;
            let constant = mapping.constant_of(field);
            Some(Column {
                field,
                // An unread cell is an empty one: a constant is a default that always counts.
                index: constant.is_none().then_some(index),
                hidden: constant.is_some().then_some(index),
                letter: Some(column.column),
                header: Phrase::shared(&column.header),
                said_at: said_at(mapping, field),
                default: constant.or(in_cells(mapping, field)).map(Into::into),
                decimals: decimals_of(field, sample.rows().map(|row| trim(row.text(index)))),
                values: ValueMap::of(field, values).map(Arc::new),
            })
        });
    let set_only = mapping
        .constants
        .iter()
        .chain(&mapping.defaults)
        .filter(|(field, _)| mapping.index_of(*field).is_none())
        .filter(|(field, value)| !is_asked_of_parents(*field, value))
        .map(|(field, value)| Column {
            field: *field,
            index: None,
            hidden: None,
            letter: None,
            header: field.name().into(),
            said_at: said_at(mapping, *field),
            default: Some(value.as_str().into()),
            decimals: Decimals::Kept,
            values: None,
        });
    mapped.chain(set_only).collect()
}

/// Where a level comes from that rows get which do not say theirs: of a row at `place`, or of any.
pub(super) fn given_for_all(column: &Column, place: Option<&str>) -> Option<String> {
    let default = column.default.as_deref()?;
    let who = match (column.index, place) {
        (Some(_), Some(place)) => format!("row {place} does not say its level and"),
        (Some(_), None) => "a row that does not say its level".to_owned(),
        (None, _) => "every row".to_owned(),
    };
    let place = match column.said_at.as_str() {
        "" => String::new(),
        place => format!(" ({place})"),
    };
    Some(format!("{who} gets {default}{place}"))
}

fn said_at(mapping: &Mapping, field: Field) -> Phrase {
    let place = mapping.places.get(&field);
    place.map_or_else(Phrase::default, |place| Phrase::shared(place))
}

/// The default that stands in for an empty cell.
fn in_cells(mapping: &Mapping, field: Field) -> Option<&str> {
    let default = mapping.default_of(field);
    default.filter(|value| !is_asked_of_parents(field, value))
}

/// Whether the default is no value of its own: `Level=derive`.
fn is_asked_of_parents(field: Field, value: &str) -> bool {
    field == Field::Level && is_derive(value)
}

/// What becomes of rows that do not say their level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LevelUnsaid {
    /// They are not sent.
    Refuse,
    /// It follows from the parent's.
    Derive,
    /// A column that may be the level is undecided, which is an error of its own.
    Undecided,
}

/// What the mapping says of rows without a level.
pub(super) fn level_unsaid(mapping: &Mapping) -> LevelUnsaid {
    let undecided = || {
        let mut columns = mapping.columns.iter();
        columns.any(|column| column.role == Role::Undecided)
    };
    match mapping.default_of(Field::Level) {
        Some(value) if is_derive(value) => LevelUnsaid::Derive,
        None if undecided() => LevelUnsaid::Undecided,
        Some(_) | None => LevelUnsaid::Refuse,
    }
}

/// Refuses constants and defaults that their fields cannot take.
pub(super) fn check_defaults(mapping: &Mapping) -> Result<(), OptionError> {
    let mut constants = mapping.constants.iter();
    constants.try_for_each(|(field, value)| check_value(*field, value))?;
    let mut defaults = mapping.defaults.iter();
    defaults.try_for_each(|(field, value)| check_default_value(*field, value))
}

/// Refuses an entry of `[map]`: the column must be one, or `-`.
pub fn check_map(header: &str, column: &str) -> Result<(), OptionError> {
    given_field(header, column).map(drop)
}

/// Refuses a value for all rows when there is no such column, or when it cannot take the value.
pub fn check_value_for_all(column: &str, value: &str) -> Result<(), OptionError> {
    let field = field_for_all(column)?;
    match value.trim() {
        "" => Ok(()),
        value => check_value(field, value),
    }
}

/// As [`check_value_for_all`], of a value for empty cells.
pub fn check_default(column: &str, value: &str) -> Result<(), OptionError> {
    let field = field_for_all(column)?;
    match value.trim() {
        "" => Ok(()),
        value => check_default_value(field, value),
    }
}

fn check_default_value(field: Field, value: &str) -> Result<(), OptionError> {
    if is_asked_of_parents(field, value) {
        return Ok(());
    }
    check_value(field, value)
}

fn check_value(field: Field, value: &str) -> Result<(), OptionError> {
    let parsed = match field {
        Field::ParentId => number::id::<PartnerId>(value).map(drop),
        Field::LocationId => number::id::<LocationId>(value).map(drop),
        Field::RegionId => number::id::<RegionId>(value).map(drop),
        Field::ResponsibleUserId => number::id::<UserId>(value).map(drop),
        Field::BillingContactPersonId => number::id::<ContactId>(value).map(drop),
        Field::Level => words::word::<Level>(value).map(drop),
        Field::ServiceType => words::word::<ServiceType>(value).map(drop),
        Field::State => words::word::<State>(value).map(drop),
        Field::ChildServiceTypes => words::service_types(value).map(drop),
        Field::Flags => words::flags(value).map(drop),
        Field::CreateDefaultAccount | Field::AutomaticDeployment => words::truth(value).map(drop),
        Field::Country | Field::DeviceCountry => Countries::default().parse(value).map(drop),
        Field::TrialRegistrationTime => date::moment(value, date::Edge::Start).map(drop),
        Field::TrialExpirationTime => date::moment(value, date::Edge::End).map(drop),
        Field::WebsiteAddress => contact::website(value),
        _ => Ok(()),
    };
    if let Err(problem) = parsed {
        let help = if is_asked_of_parents(field, value) {
            format!("rows without a level get it from their parent with --default Level={DERIVE}")
        } else {
            problem.help.to_string()
        };
        return Err(OptionError::Value {
            field,
            value: value.to_owned(),
            message: problem.message.to_string(),
            help,
        });
    }
    Ok(())
}

/// Refuses an entry whose field does not exist or cannot take the value.
pub fn check_value_entry(entry: &ValueEntry) -> Result<Field, OptionError> {
    let field = entry.field.parse();
    let field: Field = field.map_err(|source| OptionError::Set { source })?;
    if !entry.to.is_empty() {
        check_value(field, &entry.to)?;
    }
    Ok(field)
}

/// The entries with their fields.
pub(super) fn entries_of(entries: &[ValueEntry]) -> Result<Vec<(Field, &ValueEntry)>, OptionError> {
    let entries = entries.iter();
    entries
        .map(|entry| Ok((check_value_entry(entry)?, entry)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_field_cannot_take_is_refused() {
        let error = check_value_entry(&ValueEntry::parse("Level:Endkunde=Endcustomr").unwrap())
            .unwrap_err();
        assert!(error.to_string().contains("Endcustomr"), "{error}");
        let error = check_value_entry(&ValueEntry::parse("Levl:Endkunde=EndCustomer").unwrap())
            .unwrap_err();
        assert!(matches!(error, OptionError::Set { .. }), "{error}");
        assert_eq!(
            check_value_entry(&ValueEntry::parse("Name:Acme old=Acme").unwrap()).unwrap(),
            Field::Name
        );
    }
}
