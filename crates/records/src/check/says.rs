//! Which column may say a field, though its header does not: found by the few values it holds. One place
//! for all who ask: the problem of missing levels, `init`, and the page.

use super::cell::proposals::{is_plain, proposed};
use super::cell::words;
use super::field::Field;
use super::mapping::{MappedColumn, Mapping, Role};
use super::text::trim;
use crate::model::number::grouped;
use crate::model::place::column_letters;
use crate::model::{Level, LevelOffer, Row, State, printable};

/// A column may say a field where it holds so many different values at most.
const MOST_VALUES: usize = 8;

/// So many columns are named.
const MOST_COLUMNS: usize = 4;

/// Headers of columns that tell levels apart in many tools.
const LEVEL_HEADERS: &[&str] = &[
    "level", "type", "typ", "art", "kind", "soort", "tipo", "niveau", "nivel", "livello",
];

/// How often each text stands in a column; nothing of one with too many.
#[derive(Debug, Clone, Default)]
pub struct Values {
    counted: Vec<(String, usize)>,
    rows: usize,
    many: bool,
}

impl Values {
    /// Counts the text of one more row.
    pub fn add(&mut self, text: &str) {
        self.add_times(trim(text), 1);
    }

    /// Whether there are too many different ones.
    pub fn are_many(&self) -> bool {
        self.many
    }

    fn add_times(&mut self, text: &str, rows: usize) {
        self.rows += rows;
        if self.many {
            return;
        }
        match self.counted.iter().position(|(known, _)| known == text) {
            Some(at) => self.counted[at].1 += rows,
            None if self.counted.len() == MOST_VALUES => {
                self.many = true;
                self.counted = Vec::new();
            }
            None => self.counted.push((text.to_owned(), rows)),
        }
    }

    /// Takes the rows that follow these; nothing is counted in `next` afterwards.
    fn append(&mut self, next: &mut Self) {
        let next = std::mem::take(next);
        if next.many {
            self.many = true;
            self.counted = Vec::new();
        }
        let counted: usize = next.counted.iter().map(|(_, rows)| *rows).sum();
        self.rows += next.rows - counted;
        for (text, rows) in next.counted {
            self.add_times(&text, rows);
        }
    }

    /// Whether they come again and again, and are not almost one for each row.
    fn are_repeated(&self) -> bool {
        self.counted.len() == 1 || self.counted.len() * 2 <= self.rows
    }

    /// The most frequent first; none where there are too many, or nothing but empty cells.
    fn few(&self) -> Option<Vec<(String, usize)>> {
        let telling = self.counted.iter().any(|(text, _)| !text.is_empty());
        if self.many || !telling {
            return None;
        }
        let mut all = self.counted.clone();
        all.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        Some(all)
    }
}

/// A column that may say a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnSays {
    /// The field.
    pub field: Field,
    /// The header as it stands in the file.
    pub header: String,
    /// The column in the file, from 0.
    pub column: u32,
    /// How `[map]` and `--map` name it.
    pub key: String,
    /// What it holds, the most frequent first.
    pub values: Vec<ValueSays>,
}

/// What a column holds, and what that may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueSays {
    /// The text; empty for an empty cell.
    pub value: String,
    /// How many rows hold it.
    pub rows: usize,
    /// The value of the field that it is, or may stand for.
    pub means: Option<&'static str>,
    /// Whether it is read as that without being told.
    pub is_known: bool,
}

impl ColumnSays {
    /// The column, where what it holds may say the field.
    pub fn of(
        field: Field,
        column: &MappedColumn,
        mapping: &Mapping,
        values: &Values,
    ) -> Option<Self> {
        let repeated = values.are_repeated();
        let few = values.few()?.into_iter();
        let values: Vec<ValueSays> = few
            .map(|(value, rows)| {
                let known = known(field, &value);
                ValueSays {
                    means: known.or_else(|| proposed(field.name(), &value)),
                    is_known: known.is_some(),
                    value,
                    rows,
                }
            })
            .collect();
        let named = column.header.to_lowercase();
        let all_mean_it = values
            .iter()
            .all(|one| one.value.is_empty() || one.means.is_some());
        let rows = |told: bool| {
            let those = values.iter().filter(|one| !told || one.means.is_some());
            let those = those.filter(|one| !one.value.is_empty());
            those.map(|one| one.rows).sum::<usize>()
        };
        let mostly_mean_it = rows(true) * 2 > rows(false);
        let fits = match field {
            Field::Level => {
                LEVEL_HEADERS.contains(&named.trim())
                    || mostly_mean_it
                    || values.iter().any(|one| one.is_known)
            }
            Field::State => rows(true) > 0,
            _ => true,
        };
        // In a list of few rows no value need come twice, where each says the field.
        (all_mean_it || (repeated && fits)).then(|| Self {
            field,
            header: column.header.clone(),
            column: column.column,
            key: key_of(column, mapping),
            values,
        })
    }

    /// Takes what a column of the same header on another sheet holds.
    fn take(&mut self, other: Self) {
        for value in other.values {
            match self.values.iter_mut().find(|one| one.value == value.value) {
                Some(one) => one.rows += value.rows,
                None => self.values.push(value),
            }
        }
        self.values
            .sort_by(|one, other| (other.rows, &one.value).cmp(&(one.rows, &other.value)));
    }

    /// In how many rows its meaning is known, or can be proposed.
    fn rows_told(&self) -> usize {
        let told = self.values.iter().filter(|one| one.means.is_some());
        told.map(|one| one.rows).sum()
    }

    /// What `[values]` has to say of it: each text that has to be told, with what it may stand for.
    pub fn meanings(&self) -> impl Iterator<Item = (&str, &'static str)> {
        let values = self.values.iter().filter(|one| !one.is_known);
        values.filter_map(|one| Some((one.value.as_str(), one.means?)))
    }

    /// The flags that say it, as words of a command.
    pub fn flags(&self) -> Vec<String> {
        let field = self.field;
        let map = ["--map".to_owned(), format!("{}={field}", self.key)];
        let values = self
            .meanings()
            .flat_map(|(value, means)| ["--value".to_owned(), format!("{field}:{value}={means}")]);
        map.into_iter().chain(values).collect()
    }

    /// The same as help of a problem; none where they are hard to type.
    fn typed(&self) -> Option<String> {
        let words = self.flags();
        let pairs = words.chunks(2).map(|pair| match pair {
            [flag, value] if is_plain(value) => Some(format!("{flag} \"{value}\"")),
            _ => None,
        });
        let pairs: Option<Vec<String>> = pairs.collect();
        Some(pairs?.join(" "))
    }

    /// The same as what is offered; none where the flags are hard to type.
    pub(super) fn offer(&self) -> Option<LevelOffer> {
        self.typed()?;
        Some(LevelOffer::column(&self.header, self.column, self.flags()))
    }

    /// `the column "Typ"`.
    pub fn called(&self) -> String {
        match printable(self.header.trim()) {
            header if header.is_empty() => format!("the column {}", column_letters(self.column)),
            header => format!("the column \"{header}\""),
        }
    }

    /// `Partner = Reseller (3), Kunde = EndCustomer (60)`.
    pub fn told(&self) -> String {
        let values = self.values.iter().map(|one| {
            let rows = grouped(one.rows);
            match (&*printable(&one.value), one.means) {
                ("", _) => format!("empty ({rows})"),
                (value, Some(means)) if one.is_known && value == means => {
                    format!("{value} ({rows})")
                }
                (value, means) => format!("{value} = {} ({rows})", means.unwrap_or("?")),
            }
        });
        values.collect::<Vec<_>>().join(", ")
    }
}

/// Columns that nothing else needs, and what they hold.
#[derive(Debug, Clone, Default)]
pub(super) struct Candidates(Vec<(usize, Values)>);

impl Candidates {
    /// Those of a table, where no column says the field.
    pub(super) fn of(field: Field, mapping: &Mapping) -> Self {
        let said = mapping.index_of(field).is_some() || mapping.constant_of(field).is_some();
        let columns = mapping.columns.iter().enumerate();
        let free = columns.filter(|(_, one)| !said && is_free(one));
        Self(free.map(|(place, _)| (place, Values::default())).collect())
    }

    /// Counts what a row holds.
    pub(super) fn count(&mut self, row: &Row<'_>) {
        for (place, values) in &mut self.0 {
            if !values.many {
                values.add(row.text(*place));
            }
        }
    }

    /// Takes the rows that follow these.
    pub(super) fn append(&mut self, next: &mut Self) {
        for ((_, values), (_, next)) in self.0.iter_mut().zip(&mut next.0) {
            values.append(next);
        }
    }

    /// The columns whose values mean something in the field, the one that tells of most rows first.
    pub(super) fn found(&self, field: Field, mapping: &Mapping) -> Vec<ColumnSays> {
        let found = self.0.iter().filter_map(|(place, values)| {
            ColumnSays::of(field, mapping.columns.get(*place)?, mapping, values)
        });
        let mut found: Vec<ColumnSays> = found.filter(|one| one.rows_told() > 0).collect();
        found.sort_by_key(|one| std::cmp::Reverse(one.rows_told()));
        found.truncate(MOST_COLUMNS);
        found
    }
}

/// The columns of several sheets that say the same field: those of one header are one.
pub(super) fn of_sheets(mut all: Vec<ColumnSays>, more: Vec<ColumnSays>) -> Vec<ColumnSays> {
    for one in more {
        match all.iter_mut().find(|known| known.key == one.key) {
            Some(known) => known.take(one),
            None => all.push(one),
        }
    }
    all.sort_by_key(|one| std::cmp::Reverse(one.rows_told()));
    all.truncate(MOST_COLUMNS);
    all
}

/// Whether nothing else needs the column.
pub fn is_free(column: &MappedColumn) -> bool {
    matches!(column.role, Role::Unknown { .. } | Role::Undecided)
}

/// What the help on a missing value says of the first of these columns; empty where there is none.
pub(super) fn help(columns: &[ColumnSays]) -> Option<String> {
    let column = columns.first()?;
    let (called, typed) = (column.called(), column.typed());
    Some(match typed {
        Some(typed) => format!("if {called} says it ({}): {typed}; else ", column.told()),
        None => format!(
            "if {called} says it ({}), map it to {}; else ",
            column.told(),
            column.field
        ),
    })
}

/// How a profile names a column: by its header, where no other has the same, else by its letters.
pub fn key_of(column: &MappedColumn, mapping: &Mapping) -> String {
    let same = |other: &&MappedColumn| other.header.trim() == column.header.trim();
    let alone = mapping.columns.iter().filter(same).count() == 1;
    if alone && !column.header.trim().is_empty() {
        column.header.clone()
    } else {
        format!("column:{}", column_letters(column.column))
    }
}

/// The value of the field that the text is read as.
fn known(field: Field, text: &str) -> Option<&'static str> {
    match field {
        Field::Level => words::word::<Level>(text).ok().map(Level::as_str),
        Field::State => words::word::<State>(text).ok().map(State::as_str),
        _ => None,
    }
}
