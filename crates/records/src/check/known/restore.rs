//! Puts earlier texts back where a spreadsheet program has changed them, and says so.

use std::sync::Arc;

use super::lost::perhaps_lost;
use super::matching::{Matching, Numbered, Place};
use super::rows::{Comparison, KnownRows, plain};
use super::saved::{Letters, letters, loss};
use super::twice::{Twice, Verdicts};
use crate::check::cell::{Problem, quoted};
use crate::check::field::Field;
use crate::check::mapping::{Mapping, Origin};
use crate::check::part::CheckSettings;
use crate::check::rewrite::{Change, changed};
use crate::model::rules::reading::RUN_WITHOUT_ROWS;
use crate::model::rules::texts::{LETTERS_REPLACED, PERHAPS_LOST, VALUE_RESTORED};
use crate::model::{CellKind, CountryCode, Diagnostic, Row, RowBatch, RowIndex};
use countries::{Resolution, Resolver};
use tables::formula::neutralise;

/// What the table was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// A text file: programs read numbers out of its texts.
    Text,
    /// A workbook: texts stay texts.
    Workbook,
    /// The workbook that a run wrote: its numbers are the list's.
    Results,
}

/// Goes through the rows of one table, before they are checked.
#[derive(Debug)]
pub struct Restorer {
    work: Option<Work>,
    next: u32,
    found: Vec<Diagnostic>,
}

#[derive(Debug)]
struct Work {
    comparing: Option<Comparing>,
    /// What the file itself says of its rows, where no run does.
    verdicts: Option<Verdicts>,
    medium: Medium,
    origin: Origin,
    /// Columns whose values may have lost something.
    doubtful: Vec<Place>,
    country: CountryOf,
}

/// Known rows, and what stands where.
#[derive(Debug)]
struct Comparing {
    known: Arc<KnownRows>,
    matching: Option<Matching>,
    twice: Option<Twice>,
    /// Rows that were found.
    matched: u32,
}

/// The country of a row that nothing is known of.
#[derive(Debug)]
struct CountryOf {
    column: Option<usize>,
    otherwise: Option<CountryCode>,
    countries: Resolver,
}

impl Restorer {
    /// For a table with these columns. It does nothing when no rows are known, unless the table is
    /// one of our own result files.
    pub fn of(settings: &CheckSettings, mapping: &Mapping, medium: Medium) -> Self {
        let mut found = Vec::new();
        let comparing = match &settings.comparison {
            Comparison::Nothing | Comparison::Unwanted => None,
            Comparison::With(known) => Some(Comparing::of(known, mapping)),
            Comparison::Impossible(why) => {
                found.push(Diagnostic::clone(why));
                None
            }
        };
        let needed = comparing.is_some() || mapping.origin == Origin::Results;
        let told = matches!(
            settings.comparison,
            Comparison::Unwanted | Comparison::With(_)
        );
        let work = needed.then(|| Work {
            comparing,
            verdicts: (!told).then(|| Verdicts::of(mapping)).flatten(),
            medium,
            origin: mapping.origin,
            doubtful: doubtful(mapping),
            country: CountryOf::of(mapping),
        });
        Self {
            work,
            next: 0,
            found,
        }
    }

    /// Takes the next rows of the table.
    pub fn batch(&mut self, batch: &mut RowBatch) {
        let first = self.next;
        self.next += u32::try_from(batch.len()).unwrap_or(u32::MAX);
        let Some(work) = &mut self.work else {
            return;
        };
        let mut changes = Vec::new();
        for (place, row) in batch.rows().enumerate() {
            let index = RowIndex(first + u32::try_from(place).unwrap_or(u32::MAX));
            if !work.restore(
                place,
                Numbered { index, row },
                &mut changes,
                &mut self.found,
            ) {
                work.doubt(index, row, &mut self.found);
            }
        }
        if !changes.is_empty() {
            *batch = changed(batch, &changes);
        }
    }

    /// What is to be said, of rows counted from the first of the table.
    pub fn finish(self) -> Vec<Diagnostic> {
        let mut found = self.found;
        let comparing = self.work.and_then(|work| work.comparing);
        let Some(Comparing {
            known,
            matched,
            twice,
            ..
        }) = comparing
        else {
            return found;
        };
        found.extend(twice.into_iter().flat_map(Twice::finish));
        if matched == 0 && self.next > 0 {
            let message = format!(
                "none of the rows belongs to the run {}; nothing was compared",
                known.run()
            );
            let help = "name the run that wrote the file with --of-run; `partner-import runs` \
                        lists the runs";
            found.push(Diagnostic::of_file(&RUN_WITHOUT_ROWS, message).with_help(help));
        }
        found
    }
}

impl Comparing {
    fn of(known: &Arc<KnownRows>, mapping: &Mapping) -> Self {
        let matching = Matching::of(known, mapping);
        let twice = matching.as_ref();
        let twice = twice.map(|matching| Twice::of(known, mapping, matching));
        Self {
            matching,
            twice,
            matched: 0,
            known: Arc::clone(known),
        }
    }
}

impl Work {
    /// Compares a row with the one that it comes from, if that is known.
    fn restore(
        &mut self,
        place: usize,
        at: Numbered<'_>,
        changes: &mut Vec<Change>,
        found: &mut Vec<Diagnostic>,
    ) -> bool {
        let row = at.row;
        let Some(comparing) = &mut self.comparing else {
            return false;
        };
        let Some(matching) = &mut comparing.matching else {
            return false;
        };
        let known = &comparing.known;
        let before = matching.find(known, row);
        if let Some(twice) = &mut comparing.twice {
            twice.row(known, matching, at, before);
        }
        let Some(before) = before else {
            return false;
        };
        comparing.matched += 1;
        for pair in matching.pairs.iter().chain([&matching.name]) {
            let (old, new) = (
                plain(before.text(pair.there)),
                plain(row.text(pair.here.cell)),
            );
            if old == new || old.is_empty() || new.is_empty() {
                continue;
            }
            let problem = match loss(old, new) {
                Some(_)
                    if matches!(
                        pair.field(),
                        Field::CreateDefaultAccount | Field::AutomaticDeployment
                    ) =>
                {
                    continue;
                }
                Some(loss) => {
                    let text = match self.origin {
                        Origin::Results => neutralise(old).into_owned(),
                        Origin::Foreign => old.to_owned(),
                    };
                    changes.push(Change {
                        row: place,
                        cell: pair.here.cell,
                        text,
                    });
                    restored(old, new, loss.told(), known)
                }
                None if letters(old, new) == Letters::Replaced => replaced(old, new, known),
                None if self.medium.keeps(row, pair.here.cell) => continue,
                None => match shortened(old, new, pair.field(), known) {
                    Some(problem) => problem,
                    None => continue,
                },
            };
            found.push(pair.here.diagnostic(at, new, problem));
        }
        true
    }

    /// A row that nothing is known of.
    fn doubt(&mut self, index: RowIndex, row: Row<'_>, found: &mut Vec<Diagnostic>) {
        let verdict = self.verdicts.as_ref();
        found.extend(verdict.and_then(|verdicts| verdicts.row(index, row)));
        let mut country = None;
        for place in &self.doubtful {
            let text = plain(row.text(place.cell));
            if perhaps_lost(place.field, text, None).is_none() || self.medium.keeps(row, place.cell)
            {
                continue;
            }
            let country = *country.get_or_insert_with(|| self.country.of_row(row));
            if let Some(problem) = perhaps_lost(place.field, text, country) {
                found.push(place.diagnostic(Numbered { index, row }, text, problem));
            }
        }
    }
}

impl Medium {
    /// Whether a cell holds a text that no program takes for a number.
    fn keeps(self, row: Row<'_>, cell: usize) -> bool {
        let kind = row.get(cell).map_or(CellKind::Text, |cell| cell.kind);
        match self {
            Self::Text => false,
            Self::Workbook => kind == CellKind::Text,
            Self::Results => true,
        }
    }
}

impl CountryOf {
    fn of(mapping: &Mapping) -> Self {
        let mut countries = Resolver::default();
        let given = mapping.constant_of(Field::Country);
        let given = given.or(mapping.default_of(Field::Country));
        Self {
            column: mapping.index_of(Field::Country),
            otherwise: given.and_then(|text| resolved(&mut countries, text)),
            countries,
        }
    }

    fn of_row(&mut self, row: Row<'_>) -> Option<CountryCode> {
        let cell = self.column.map_or("", |column| plain(row.text(column)));
        if cell.is_empty() {
            return self.otherwise;
        }
        resolved(&mut self.countries, cell)
    }
}

fn doubtful(mapping: &Mapping) -> Vec<Place> {
    let fields = [
        Field::ExternalCode,
        Field::ZipCode,
        Field::PhoneNumber,
        Field::FaxNumber,
    ];
    let columns = mapping.columns.iter().enumerate();
    let places = columns.filter_map(|(cell, column)| Place::of(column, cell));
    places
        .filter(|place| fields.contains(&place.field))
        .filter(|place| mapping.constant_of(place.field).is_none())
        .collect()
}

fn resolved(countries: &mut Resolver, cell: &str) -> Option<CountryCode> {
    match countries.resolve(cell) {
        Resolution::Resolved(code) => Some(code),
        Resolution::Refused(_) => None,
    }
}

fn restored(old: &str, new: &str, told: &str, known: &KnownRows) -> Problem {
    let message = format!(
        "{} {told}; {} is used, as in the run {}",
        quoted(new),
        quoted(old),
        known.run()
    );
    Problem::new(&VALUE_RESTORED, message)
        .help("nothing, if a spreadsheet program did it; --of-run none takes the file as it is")
        .suggest(old)
}

/// Other letters, typed or left by an encoding.
fn replaced(old: &str, new: &str, known: &KnownRows) -> Problem {
    let message = format!(
        "{} is {} in the run {}: other letters, typed or left by an encoding that lacks these",
        quoted(new),
        quoted(old),
        known.run()
    );
    Problem::new(&LETTERS_REPLACED, message)
        .help("check it; save text files as \"CSV UTF-8\", or edit results.xlsx")
}

/// Another value, typed into a cell that takes zeros and signs away.
fn shortened(old: &str, new: &str, field: Field, known: &KnownRows) -> Option<Problem> {
    let looks_lost = perhaps_lost(field, new, None).is_some();
    let begins = |text: &str| text.starts_with(['0', '+']);
    if !looks_lost || !begins(old) {
        return None;
    }
    let message = format!(
        "{} is a new value, {} in the run {}, and may have lost its leading characters",
        quoted(new),
        quoted(old),
        known.run()
    );
    let help = "compare it with your list, and type it into results.xlsx or in a text editor";
    Some(Problem::new(&PERHAPS_LOST, message).help(help))
}
