//! Values that stand for nothing, and names that are none: `N/A`, `\N`, `(null)`, `---`, `0`,
//! `varchar(255)`. What a database writes for nothing is an empty cell; what people write for it is
//! known by its form where that can be, by a list of words where not.

use super::nothing_looks::{LONGEST, is_zeros};
pub(crate) use super::nothing_looks::{is_ordinary, may_be_nothing};
use super::nothing_words::{NULLS, PERHAPS, PERHAPS_TYPES, PLACEHOLDERS, SHORT, TYPES};
use super::{Parsed, Problem, quoted};
use crate::check::field::Field;
use crate::model::rules::texts::{
    PERHAPS_PLACEHOLDER, PLACEHOLDER, PLACEHOLDER_IDENTITY, TYPE_FOR_NAME,
};

/// How surely a value stands for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nothing {
    /// A program's word for an empty cell.
    Null,
    /// A person's.
    Placeholder,
    /// It may as well be a name.
    Perhaps,
}

/// Words that are no customer's name and no reference, in any writing: those that a form can ask
/// not to be typed.
pub fn words_for_nothing() -> &'static [&'static str] {
    &[
        "n/a",
        "n.a.",
        "#n/a",
        "null",
        "nil",
        "nan",
        "-",
        "--",
        "---",
        "?",
        "??",
        "tbd",
        "undefined",
        "(blank)",
        "(empty)",
    ]
}

/// What is to be said of a value that stands for nothing.
#[cold]
pub(crate) fn problem(field: Field, text: &str) -> Option<Problem> {
    if matches!(field, Field::Name) && is_type(text) || is_declaration(text) && is_reference(field)
    {
        let message = format!("{} is the type of a column, not a value", quoted(text));
        return Some(
            Problem::new(&TYPE_FOR_NAME, message).help("delete the row if it is not a customer"),
        );
    }
    let nothing = classify(field, text)?;
    if nothing != Nothing::Null && !is_text(field) && (is_zeros(text) || !may_be_left_out(field)) {
        return None;
    }
    let identity = field == Field::Name || is_reference(field) && nothing != Nothing::Null;
    let problem = match nothing {
        Nothing::Perhaps if is_text(field) && !is_number_like(field) => {
            let message = format!(
                "{} may be a placeholder; it is sent as it is, and never replaces a value",
                quoted(text)
            );
            Problem::new(&PERHAPS_PLACEHOLDER, message)
        }
        _ if identity => {
            let message = format!("{} is a placeholder", quoted(text));
            Problem::new(&PLACEHOLDER_IDENTITY, message)
        }
        _ => {
            let message = format!(
                "{} is a placeholder, and is read as an empty cell",
                quoted(text)
            );
            Problem::new(&PLACEHOLDER, message)
        }
    };
    Some(problem.help(match field {
        Field::Name => "write the customer's name",
        _ => "empty the cell if there is no value",
    }))
}

fn classify(field: Field, text: &str) -> Option<Nothing> {
    if text.len() > LONGEST {
        return None;
    }
    let bare = text.trim_matches(|letter: char| !letter.is_alphanumeric());
    if bare.is_empty() || is_zeros(text) {
        return Some(Nothing::Placeholder);
    }
    let lower = text.to_lowercase();
    if matches!(text, "\\N" | "\\n") {
        return Some(Nothing::Null);
    }
    let core = bare.to_lowercase();
    let one_of = |words: &[&str], word: &str| words.contains(&word);
    let in_brackets =
        text.starts_with(['(', '<', '[', '{']) && text.ends_with([')', '>', ']', '}']);
    let on_both_sides =
        !text.starts_with(char::is_alphanumeric) && !text.ends_with(char::is_alphanumeric);
    let marked = on_both_sides || text.starts_with(['#', '\\']);
    // In capitals or all small it is a program's, `Nan` is a place.
    let capitalised =
        text.starts_with(char::is_uppercase) && text.chars().nth(1).is_some_and(char::is_lowercase);
    if one_of(NULLS, &lower) {
        let name = lower == "nan" && text != "NaN" && capitalised;
        return Some(if name {
            Nothing::Perhaps
        } else {
            Nothing::Null
        });
    }
    if in_brackets && (one_of(NULLS, &core) || matches!(core.as_str(), "none" | "na")) {
        return Some(Nothing::Null);
    }
    let known = one_of(NULLS, &core) || one_of(PLACEHOLDERS, &core);
    if one_of(PLACEHOLDERS, &lower) || marked && (known || one_of(PERHAPS, &core)) {
        return Some(Nothing::Placeholder);
    }
    if is_short(field, &lower) || core.len() > 3 && core.bytes().all(|byte| byte == b'x') {
        return Some(Nothing::Placeholder);
    }
    let crossed_out = core == lower && core.bytes().all(|byte| byte == b'x');
    let province = field == Field::PostState && lower.chars().count() <= 2;
    // Leer is a town in Frisia.
    let place = province || field == Field::City && text == "Leer";
    ((one_of(PERHAPS, &lower) || crossed_out) && !place).then_some(Nothing::Perhaps)
}

/// `n/a`, `N.A.`, `k. A.`
fn is_short(field: Field, lower: &str) -> bool {
    let parted = lower.contains(['.', '/', '\\']);
    let only = lower.chars().all(|letter| {
        letter.is_alphabetic() || matches!(letter, '.' | '/' | '\\' | ' ' | '#' | '-')
    });
    if !parted || !only || lower.len() > 12 {
        return false;
    }
    let letters: String = lower
        .chars()
        .filter(|letter| letter.is_alphabetic())
        .collect();
    // `N.D.`, `S.D.`, `N.B.`, `N.V.` are parts of North America.
    let province =
        field == Field::PostState && matches!(letters.as_str(), "nd" | "sd" | "nb" | "nv");
    // Two initials may be a name.
    let initials =
        field == Field::Name && letters.len() == 2 && !matches!(letters.as_str(), "na" | "ka");
    // `s/n` in an address says that the house has no number; `N.N.` and `S.O.` may be initials.
    let of_numbers =
        matches!(letters.as_str(), "nn" | "su" | "so" | "wo" | "sn") && !is_number_like(field);
    SHORT.contains(&letters.as_str()) && !province && !initials && !of_numbers
}

/// Fields whose values hold a digit, whoever's they are.
pub(crate) fn has_digits(field: Field) -> bool {
    matches!(
        field,
        Field::ZipCode
            | Field::VatNumber
            | Field::ChamberOfCommerceNumber
            | Field::BankAccountNumber
    )
}

/// Doubts a number without a digit: it says in some language that there is none.
#[cold]
pub(crate) fn digits(field: Field, text: &str) -> Parsed<()> {
    // Post boxes of Bermuda are `HM FX`.
    let code = text.len() <= 7
        && field == Field::ZipCode
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b' ');
    if code || text.chars().any(char::is_numeric) {
        return Ok(());
    }
    let message = format!(
        "{} holds no digit, so it may be a placeholder; it is sent as it is, and never replaces a value",
        quoted(text)
    );
    Err(Problem::new(&PERHAPS_PLACEHOLDER, message).help("empty the cell if there is no value"))
}

/// `string`, `varchar(255)`
fn is_type(text: &str) -> bool {
    is_declaration(text) || TYPES.contains(&text.to_ascii_lowercase().as_str())
}

/// Whether all texts of a row are types of columns, though each of them may be a name.
#[cold]
pub(crate) fn are_types<'a>(mut texts: impl Iterator<Item = &'a str>) -> bool {
    texts.all(|text| is_type(text) || PERHAPS_TYPES.contains(&text.to_lowercase().as_str()))
}

/// Says that a row tells the types of the table's columns.
#[cold]
pub(crate) fn row_of_types(name: &str) -> Problem {
    let message = format!(
        "{} is the type of a column, as all values of the row are",
        quoted(name)
    );
    Problem::new(&TYPE_FOR_NAME, message).help("delete the row if it is not a customer")
}

/// `varchar(255)`, `decimal(10, 2)`, `NVARCHAR2(80 CHAR)`, `nvarchar(max)`
fn is_declaration(text: &str) -> bool {
    const WITH_LENGTH: &[&str] = &[
        "char",
        "string",
        "text",
        "int",
        "decimal",
        "numeric",
        "number",
        "float",
        "double",
        "binary",
        "bit",
        "datetime",
        "time",
        "timestamp",
        "real",
        "blob",
        "serial",
        "raw",
    ];
    let Some((word, rest)) = text.split_once('(') else {
        return false;
    };
    let Some((length, behind)) = rest.split_once(')') else {
        return false;
    };
    let behind = behind.trim().to_ascii_lowercase();
    if !matches!(
        behind.as_str(),
        "" | "null" | "not null" | "unique" | "primary key"
    ) {
        return false;
    }
    let word = word.trim().to_ascii_lowercase();
    let word = word.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let length = length.trim().to_ascii_lowercase();
    let length = length
        .trim_end_matches("char")
        .trim_end_matches("byte")
        .trim();
    let counts = length == "max"
        || !length.is_empty()
            && length
                .bytes()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b' '));
    counts && WITH_LENGTH.iter().any(|known| word.ends_with(known)) && !word.contains(' ')
}

/// Fields that neither money nor the place of data hangs on: a word for nothing leaves them out.
fn may_be_left_out(field: Field) -> bool {
    matches!(
        field,
        Field::ServiceType
            | Field::ChildServiceTypes
            | Field::Flags
            | Field::BillingContactPersonId
            | Field::ResponsibleUserId
            | Field::TrialRegistrationTime
            | Field::TrialExpirationTime
            | Field::CreateDefaultAccount
            | Field::AutomaticDeployment
    )
}

/// Fields of which nobody can say that a word in them is no name.
fn is_reference(field: Field) -> bool {
    matches!(
        field,
        Field::ExternalCode | Field::Parent | Field::Location | Field::Region
    )
}

/// Fields whose values are numbers or addresses: no word is one.
fn is_number_like(field: Field) -> bool {
    matches!(
        field,
        Field::PhoneNumber
            | Field::FaxNumber
            | Field::WebsiteAddress
            | Field::ZipCode
            | Field::VatNumber
            | Field::ChamberOfCommerceNumber
            | Field::BankAccountNumber
    )
}

fn is_text(field: Field) -> bool {
    matches!(
        field,
        Field::Name
            | Field::LegalCompanyName
            | Field::PostState
            | Field::District
            | Field::City
            | Field::Address
    ) || is_reference(field)
        || is_number_like(field)
}

#[cfg(test)]
mod tests;
