//! What the user says of columns: `--map` and `[map]`, by header or by letter.

use super::assignment::{Assignment, Candidate, Standing};
use super::fold::{fold, strip_required};
use super::mapped::{MappingOptions, Matched, OptionError, Places, Role};
use super::names::{field_named, nearest_field};
use super::words::{Fit, IMPORT_SHEET};
use crate::check::field::{Field, UnknownField};
use crate::model::place::column_letters;
use crate::model::rules::headers::{MAP_WITHOUT_COLUMN, PROFILE_WITHOUT_COLUMN};
use crate::model::{Diagnostic, Header, HeaderCell};

/// What a mapping begins with that names a column by its letters: `column:B`.
const BY_LETTERS: &str = "column:";

/// The letters of a mapping such as `column:B`, upper case.
pub(in crate::check) fn letters_of(wanted: &str) -> Option<String> {
    let (prefix, letters) = wanted.trim().split_at_checked(BY_LETTERS.len())?;
    let letters = letters.trim().to_uppercase();
    let by_letters = prefix.eq_ignore_ascii_case(BY_LETTERS)
        && (1..=3).contains(&letters.len())
        && letters.bytes().all(|letter| letter.is_ascii_uppercase());
    by_letters.then_some(letters)
}

/// Whether the left side of a mapping names a column by its letters, as `column:B` does.
pub fn is_by_letters(wanted: &str) -> bool {
    letters_of(wanted).is_some()
}

impl Assignment<'_> {
    /// Takes what the user says. A column named by its letters is not named by its header any more.
    pub(super) fn take_given(&mut self, options: &MappingOptions) -> Result<(), OptionError> {
        let (by_letters, by_header): (Vec<_>, Vec<_>) = options
            .map
            .iter()
            .partition(|(wanted, _)| letters_of(wanted).is_some());
        let mut named = vec![false; self.header.cells.len()];
        for (wanted, name) in by_letters {
            let field = given_field(wanted, name)?;
            let columns = columns_called(self.header, wanted);
            if columns.is_empty() && !self.is_joined() {
                self.say_no_column(wanted, name, &options.places);
            }
            for index in columns {
                if !std::mem::replace(&mut named[index], true) {
                    self.give(index, field);
                }
            }
        }
        for (wanted, name) in by_header {
            let field = given_field(wanted, name)?;
            let columns = columns_called(self.header, wanted);
            if columns.is_empty() && !self.is_joined() {
                self.say_no_column(wanted, name, &options.places);
            }
            for index in columns {
                if !named[index] {
                    self.give(index, field);
                }
            }
        }
        Ok(())
    }

    fn give(&mut self, index: usize, field: Option<Field>) {
        match field {
            None => self.roles[index] = Some(Role::LeftOut),
            Some(field) => {
                self.roles[index] = Some(Role::Undecided);
                self.candidates.push(Candidate {
                    index,
                    field,
                    fit: Fit::Exact,
                    matched: Matched::Given,
                    standing: Standing::Own,
                });
            }
        }
    }

    /// Whether the table is a result file of several sheets: columns of the same field were joined
    /// there under the header of the first, so that a mapping may name a header that is gone.
    fn is_joined(&self) -> bool {
        let sheet = fold(IMPORT_SHEET);
        let mut cells = self.header.cells.iter();
        cells.any(|cell| fold(&cell.text) == sheet)
    }

    /// How a mapping names the column at `index`, so that it names no other: by its header, else by
    /// its letters.
    pub(super) fn key_of(&self, index: usize) -> String {
        let cell = &self.header.cells[index];
        let plain = !cell.text.contains(['=', '"', '\n', '\r']);
        if plain && columns_called(self.header, &cell.text) == [index] {
            cell.text.clone()
        } else {
            format!("{BY_LETTERS}{}", column_letters(cell.column))
        }
    }

    fn say_no_column(&mut self, wanted: &str, field: &str, places: &Places) {
        let nearest = self.header.cells.iter().max_by(|a, b| {
            let likeness =
                |cell: &HeaderCell| strsim::jaro_winkler(&fold(&cell.text), &fold(wanted));
            likeness(a).total_cmp(&likeness(b))
        });
        let nearest = nearest.filter(|_| letters_of(wanted).is_none());
        let what = match letters_of(wanted) {
            Some(_) => "a column",
            None => "a header",
        };
        // A profile serves many lists; what was typed was typed for this one.
        let rule = match places.map.get(wanted) {
            Some(_) => &PROFILE_WITHOUT_COLUMN,
            None => &MAP_WITHOUT_COLUMN,
        };
        let place = places.behind_header(wanted);
        self.diagnostics.push(
            Diagnostic::of_file(
                rule,
                format!(
                    "the mapping \"{wanted}={field}\"{place} names {what} that the table does not \
                     have"
                ),
            )
            .with_value(wanted)
            .with_help(format!("the table has {}", self.headers_listed()))
            .with_suggestions(nearest.map(|cell| cell.text.clone()).into_iter().collect()),
        );
    }

    pub(super) fn headers_listed(&self) -> String {
        const MOST: usize = 30;
        let texts: Vec<String> = self
            .header
            .cells
            .iter()
            .filter(|cell| !cell.text.is_empty())
            .map(|cell| format!("\"{}\"", cell.text))
            .collect();
        match texts.len() {
            0 => "no headers".into(),
            many if many > MOST => format!("{} and {} more", texts[..MOST].join(", "), many - MOST),
            _ => texts.join(", "),
        }
    }
}

/// The columns that a mapping or a condition names: by letters, by the whole header, by the name
/// below a group; exactly, else without regard to case, spaces and signs, else without a mark such as
/// `[required]`.
pub(in crate::check) fn columns_called(header: &Header, wanted: &str) -> Vec<usize> {
    let wanted = wanted.trim();
    let called = |fits: &dyn Fn(&HeaderCell) -> bool| -> Vec<usize> {
        let cells = header.cells.iter().enumerate();
        cells
            .filter(|(_, cell)| fits(cell))
            .map(|(index, _)| index)
            .collect()
    };
    let folded = fold(wanted);
    let letters = letters_of(wanted);
    let ways: [&dyn Fn(&HeaderCell) -> bool; 6] = [
        &|cell| cell.text == wanted,
        &|cell| letters.as_ref() == Some(&column_letters(cell.column)),
        &|cell| cell.name() == wanted,
        &|cell| !folded.is_empty() && fold(&cell.text) == folded,
        &|cell| !folded.is_empty() && fold(cell.name()) == folded,
        &|cell| !folded.is_empty() && fold(strip_required(cell.name())) == folded,
    ];
    ways.into_iter()
        .map(called)
        .find(|columns| !columns.is_empty())
        .unwrap_or_default()
}

/// The field that a mapping names; none to leave the column out.
pub(in crate::check) fn given_field(
    header: &str,
    name: &str,
) -> Result<Option<Field>, OptionError> {
    if matches!(name.trim(), "-" | "ignore") {
        return Ok(None);
    }
    match field_named(name) {
        Some(field) => Ok(Some(field)),
        None => Err(OptionError::Map {
            header: header.to_owned(),
            source: UnknownField {
                name: name.to_owned(),
                nearest: nearest_field(name),
            },
        }),
    }
}
