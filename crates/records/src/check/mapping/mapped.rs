//! What became of the columns of a table, and what the user says about them.

use std::collections::BTreeMap;

use crate::check::field::{Field, UnknownField};
use crate::check::text::trim;
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
    /// Where what stands in a profile stands: file and line, by its name in `map`, `set` or `default`.
    pub places: Places,
}

/// Where entries of a profile stand; what was typed has no place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// Of headers.
    pub map: BTreeMap<String, String>,
    /// Of constants, by field.
    pub set: BTreeMap<String, String>,
    /// Of what fills empty cells, by field.
    pub default: BTreeMap<String, String>,
}

impl Places {
    /// ` (partner-import.toml, line 7)`, to stand behind what is said of a header; empty where it was typed.
    pub fn behind_header(&self, header: &str) -> String {
        let place = self.map.get(header);
        place.map_or_else(String::new, |place| format!(" ({place})"))
    }
}

/// A word of the list, and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueEntry {
    /// The field whose cells hold it, as it was written.
    pub field: String,
    /// The word of the list.
    pub from: String,
    /// What it stands for; empty for nothing.
    pub to: String,
    /// Where it stands in a profile: file and line; empty where it was typed.
    pub place: String,
}

impl ValueEntry {
    /// Reads an entry such as `Level:Endkunde=EndCustomer`.
    pub fn parse(text: &str) -> Option<Self> {
        let (field, rest) = text.split_once(':')?;
        let (from, to) = rest.rsplit_once('=')?;
        let (field, from) = (field.trim(), trim(from));
        (!field.is_empty() && !from.is_empty()).then(|| Self {
            field: field.to_owned(),
            from: from.to_owned(),
            to: trim(to).to_owned(),
            place: String::new(),
        })
    }

    /// The entry as [`ValueEntry::parse`] reads it.
    pub fn typed(&self) -> String {
        format!("{}:{}={}", self.field, self.from, self.to)
    }
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
    /// Where constants stand in a profile: file and line.
    pub places: BTreeMap<Field, String>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_as_they_are_typed() {
        for (text, field, from, to) in [
            (
                "Level:Endkunde=EndCustomer",
                "Level",
                "Endkunde",
                "EndCustomer",
            ),
            (
                " State : in Betrieb = InProduction ",
                "State",
                "in Betrieb",
                "InProduction",
            ),
            ("Country:D=A=DE", "Country", "D=A", "DE"),
            ("Level:a:b=Site", "Level", "a:b", "Site"),
            ("Level:n/a=", "Level", "n/a", ""),
        ] {
            let read = ValueEntry::parse(text).unwrap();
            assert_eq!((&*read.field, &*read.from, &*read.to), (field, from, to));
            assert_eq!(ValueEntry::parse(&read.typed()), Some(read));
        }
        for text in [
            "Level",
            "Level:Endkunde",
            "Level=EndCustomer",
            ":a=b",
            "Level:=Site",
        ] {
            assert_eq!(ValueEntry::parse(text), None, "{text}");
        }
    }
}
