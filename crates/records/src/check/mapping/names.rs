//! Questions about a header by itself, and the names of the fields.

use super::fold::{fold, forms};
use super::whole::{Reading, alike, read_flat};
use super::whose::{Whose, whose};
use super::words::{Choice, Fit, IMPORT_SHEET, Meaning, all, meaning, other_words};
use crate::check::field::Field;

/// Whether a header is the column in which results of several sheets name the sheet of each row.
pub fn is_sheet(header: &str) -> bool {
    fold(header) == fold(IMPORT_SHEET)
}

/// Whether a header can be the customers' names.
pub fn is_name_header(text: &str) -> bool {
    matches!(
        read_flat(text),
        Reading::Means(Meaning::Field(Field::Name | Field::LegalCompanyName, _))
    )
}

/// Whether a text names a group of columns, such as `Address` above `Street` and `City`.
pub fn is_group_name(text: &str) -> bool {
    whose(text).is_some()
}

/// Whether a header is one that result files have added: `ImportStatus` and its like.
pub fn is_results_header(text: &str) -> bool {
    meaning(&fold(text)) == Some(Meaning::Reserved)
}

/// Whether a text above columns says that they are about persons: a contact's, an owner's.
pub fn is_group_of_persons(text: &str) -> bool {
    whose(text) == Some(Whose::Person)
}

/// Whether a header says by itself, in one row, that its column is the field.
pub(in crate::check) fn says(text: &str, field: Field) -> bool {
    match read_flat(text) {
        Reading::Means(Meaning::Field(of, _)) | Reading::StandIn(of, _) => of == field,
        Reading::Means(Meaning::Choice(choice)) => choice.fields().contains(&field),
        _ => false,
    }
}

/// How sure it is that a text is the header of a column of customers: 0 not at all, 1 perhaps, 2
/// another word for a field, 3 a documented name. For the search for the header row.
pub fn knows_header(text: &str) -> u8 {
    match look_up(text) {
        None => 0,
        Some(
            Meaning::Field(_, Fit::Weak) | Meaning::Choice(Choice::Number | Choice::ForeignRegion),
        ) => 1,
        Some(Meaning::Field(_, Fit::Fair | Fit::Good)) => 2,
        Some(Meaning::Field(_, Fit::Exact) | Meaning::Choice(_) | Meaning::Reserved) => 3,
    }
}

/// The field that a header stands for, by itself; of several that its cells would decide among, the
/// first.
pub fn field_of_header(text: &str) -> Option<Field> {
    match look_up(text)? {
        Meaning::Field(field, _) => Some(field),
        Meaning::Choice(choice) => choice.fields().first().copied(),
        Meaning::Reserved => None,
    }
}

/// What else the header of a field's column may be called, for documentation.
pub fn other_headers(field: Field) -> Vec<&'static str> {
    other_words(field).collect()
}

/// The field of this documented name or path.
pub(in crate::check) fn field_named(text: &str) -> Option<Field> {
    let folded = fold(text);
    let stripped = folded.strip_prefix("partnerinfo").unwrap_or(&folded);
    Field::ALL
        .iter()
        .copied()
        .find(|field| fold(field.name()) == folded || fold(field.path()) == stripped)
        .or_else(|| (folded == "province").then_some(Field::PostState))
        .or_else(|| (folded == "createdefaultaccount").then_some(Field::CreateDefaultAccount))
}

/// The field whose words are nearest to `text`, when they are near enough.
pub(in crate::check) fn nearest_field(text: &str) -> Option<Field> {
    let wanted = fold(text);
    if wanted.chars().count() < 3 {
        return None;
    }
    let mut best: Option<(f64, Field)> = None;
    for (word, meaning) in all() {
        let Meaning::Field(field, _) = meaning else {
            continue;
        };
        if word.len().abs_diff(wanted.len()) > 3 {
            continue;
        }
        let likeness = strsim::normalized_damerau_levenshtein(word, &wanted);
        let better = best.is_none_or(|(most, other)| {
            likeness > most || (likeness.to_bits() == most.to_bits() && field < other)
        });
        if likeness >= 0.75 && better {
            best = Some((likeness, field));
        }
    }
    best.map(|(_, field)| field)
}

/// What a header says, whatever stands in brackets: enough to find the row of headers.
fn look_up(header: &str) -> Option<Meaning> {
    let known = forms(header).iter().find_map(|form| meaning(form));
    known.or_else(|| match alike(header)? {
        Reading::Means(found) => Some(found),
        _ => None,
    })
}
