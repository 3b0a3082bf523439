//! Which column is which field: by what the user says, by the header's words, and where a header
//! can mean several things by the cells below it. Never silently: everything decided is said.

mod assign;
mod decide;
pub(crate) mod fold;
mod given;
mod ids;
mod name;
mod notes;
mod rivals;
pub(crate) mod values;
mod whole;
mod whose;
mod words;

pub(super) use assign::field_for_all;
pub use assign::map_header;
pub(super) use given::{columns_called, given_field, letters_of};
pub(crate) use words::IMPORT_SHEET;

use super::field::{Field, UnknownField};
use super::values::ValueEntry;
use fold::{fold, forms};
use whole::{Reading, read_flat};
use words::{Fit, Meaning};

use crate::model::ColumnUse;

/// What the user says about columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MappingOptions {
    /// Header and field: `--map "Client Name=Name"`. The field `-` leaves the column out.
    pub map: Vec<(String, String)>,
    /// Field and value for every row: `--set Level=EndCustomer`. A column of that field is not
    /// read.
    pub set: Vec<(String, String)>,
    /// Field and value for rows whose cell is empty or whose column is missing: `--default
    /// Level=EndCustomer`. A filled cell wins.
    pub default: Vec<(String, String)>,
    /// What the list's own words stand for: `--value Level:Endkunde=EndCustomer`. Of several entries
    /// for one word the first counts.
    pub values: Vec<ValueEntry>,
}

/// A wrong `--map`, `--set` or `--default`: a mistake of the call, not of the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OptionError {
    /// `--map` names a field that does not exist.
    #[error("cannot map the column \"{header}\"")]
    Map {
        /// The header.
        header: String,
        /// Which field was asked for.
        #[source]
        source: UnknownField,
    },
    /// `--set` or `--default` names a field that does not exist.
    #[error("cannot set a value")]
    Set {
        /// Which field was asked for.
        #[source]
        source: UnknownField,
    },
    /// `--set` or `--default` gives a value that the field cannot take.
    #[error("cannot set {field} to \"{value}\": {message}")]
    Value {
        /// The field.
        field: Field,
        /// The value given.
        value: String,
        /// What is wrong with it.
        message: String,
        /// What would be right.
        help: String,
    },
    /// `--set` or `--default` for a field that has to differ from row to row.
    #[error("cannot set {field} for all rows: every customer has its own")]
    NotForAll {
        /// The field.
        field: Field,
    },
}

impl OptionError {
    /// What to do about it, in one sentence; may be empty.
    pub fn help(&self) -> String {
        match self {
            Self::Map { .. } | Self::Set { .. } => {
                "`partner-import template` writes a file with all columns".into()
            }
            Self::Value { help, .. } => help.clone(),
            Self::NotForAll { .. } => String::new(),
        }
    }
}

/// What became of the columns of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    /// One entry per column, in the order of the table.
    pub columns: Vec<MappedColumn>,
    /// Values for empty cells and missing columns; none of a field that has a constant.
    pub defaults: Vec<(Field, String)>,
    /// Values of every row, whatever its cell holds.
    pub constants: Vec<(Field, String)>,
    /// Who wrote the table.
    pub origin: Origin,
}

/// Who wrote the table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Origin {
    /// Anybody.
    #[default]
    Foreign,
    /// This program: the table bears its `ImportStatus` column, and its cells its formula marks.
    Results,
}

/// What became of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedColumn {
    /// The header as it stands in the file.
    pub header: String,
    /// The column in the file, from 0.
    pub column: u32,
    /// What the column is used for.
    pub role: Role,
}

/// What a column is used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// It is read as this field.
    Field {
        /// The field.
        field: Field,
        /// What told so.
        matched: Matched,
    },
    /// One of the columns of our own result files.
    Reserved,
    /// It could be this field, but another column is.
    Unused {
        /// The field.
        field: Field,
    },
    /// Its header is not known.
    Unknown {
        /// The field whose words are nearest to the header.
        nearest: Option<Field>,
    },
    /// It has no header.
    Unnamed,
    /// It could be one of several fields and nothing decides, or several columns claim its field.
    Undecided,
    /// The user leaves it out.
    LeftOut,
}

/// What told which field a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matched {
    /// `--map` or the profile.
    Given,
    /// The documented name, or the path.
    Name,
    /// Another word for the field.
    Synonym,
    /// The cells below the header.
    Values,
}

impl Matched {
    /// A word for it, as the mapping is shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Name => "name",
            Self::Synonym => "synonym",
            Self::Values => "values",
        }
    }
}

impl MappedColumn {
    /// The field the column is read as.
    pub fn field(&self) -> Option<Field> {
        match self.role {
            Role::Field { field, .. } => Some(field),
            _ => None,
        }
    }
}

impl Mapping {
    /// Where the field stands in every row, from 0.
    pub fn index_of(&self, field: Field) -> Option<usize> {
        self.columns
            .iter()
            .position(|column| column.field() == Some(field))
    }

    /// The column that is read as the field.
    pub fn column_of(&self, field: Field) -> Option<&MappedColumn> {
        self.columns
            .iter()
            .find(|column| column.field() == Some(field))
    }

    /// The columns as they are shown: which field each is, or why it is none.
    pub fn columns_used(&self) -> Vec<ColumnUse> {
        self.columns
            .iter()
            .map(|column| ColumnUse {
                sheet: None,
                column: column.column,
                header: column.header.clone(),
                field: column.field().map(Field::name),
                how: match column.role {
                    Role::Field { matched, .. } => matched.as_str(),
                    Role::Reserved => "results",
                    Role::Unused { .. } => "unused",
                    Role::Unknown { .. } => "unknown",
                    Role::Unnamed => "unnamed",
                    Role::Undecided => "undecided",
                    Role::LeftOut => "left out",
                },
            })
            .collect()
    }

    /// The value for empty cells of the field.
    pub fn default_of(&self, field: Field) -> Option<&str> {
        self.defaults
            .iter()
            .find(|(of, _)| *of == field)
            .map(|(_, value)| value.as_str())
    }

    /// The value of the field in every row.
    pub fn constant_of(&self, field: Field) -> Option<&str> {
        self.constants
            .iter()
            .find(|(of, _)| *of == field)
            .map(|(_, value)| value.as_str())
    }
}

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
    whose::whose(text).is_some()
}

/// Whether a header is one that result files have added: `ImportStatus` and its like.
pub fn is_results_header(text: &str) -> bool {
    words::meaning(&fold(text)) == Some(Meaning::Reserved)
}

/// Whether a text above columns says that they are about persons: a contact's, an owner's.
pub fn is_group_of_persons(text: &str) -> bool {
    whose::whose(text) == Some(whose::Whose::Person)
}

/// Whether a header says by itself, in one row, that its column is the field.
pub(super) fn says(text: &str, field: Field) -> bool {
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
            Meaning::Field(_, Fit::Weak)
            | Meaning::Choice(words::Choice::Number | words::Choice::ForeignRegion),
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

/// Whether the left side of a mapping names a column by its letters, as `column:B` does.
pub fn is_by_letters(wanted: &str) -> bool {
    letters_of(wanted).is_some()
}

/// What else the header of a field's column may be called, for documentation.
pub fn other_headers(field: Field) -> Vec<&'static str> {
    words::other_words(field).collect()
}

/// The field of this documented name or path.
pub(super) fn field_named(text: &str) -> Option<Field> {
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
pub(super) fn nearest_field(text: &str) -> Option<Field> {
    let wanted = fold(text);
    if wanted.chars().count() < 3 {
        return None;
    }
    let mut best: Option<(f64, Field)> = None;
    for (word, meaning) in words::all() {
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
    forms(header).iter().find_map(|form| words::meaning(form))
}
