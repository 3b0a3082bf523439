//! Filters that somebody wrote, whether they fit a row, and what is wrong with them.

use crate::check::conditions::{Bound, Condition, HeaderFault};
use crate::check::text::trim;
use crate::model::place::column_letters;
use crate::model::rules::headers::HEADER_FILTERS;
use crate::model::rules::selection::{CONDITION_WITHOUT_COLUMN, FILTER_UNMET};
use crate::model::{Diagnostic, Header, Row};

/// A filter on the columns of one table.
#[derive(Debug)]
pub(super) struct Filter {
    bound: Bound,
    /// The place among the reasons for which rows do not count.
    pub(super) reason: usize,
    met: FilterMet,
}

/// What became of a filter, in one table or in several.
#[derive(Debug)]
pub(in crate::check) struct FilterMet {
    text: String,
    /// The header of the column that it asks first.
    header: String,
    /// How many rows were held against it.
    rows: usize,
    is_met: bool,
    /// What the column holds, as long as it is nothing but truths.
    truths: Option<Vec<String>>,
}

impl Filter {
    /// A filter whose headers have been found.
    pub(super) fn of(condition: &Condition, bound: Bound, header: &Header, reason: usize) -> Self {
        let first = bound.first_column().and_then(|at| header.cells.get(at));
        Self {
            met: FilterMet {
                text: shortened(condition.text()),
                header: first.map(|cell| cell.text.clone()).unwrap_or_default(),
                rows: 0,
                is_met: false,
                truths: Some(Vec::new()),
            },
            bound,
            reason,
        }
    }

    /// Whether it has fitted a row.
    pub(super) fn is_met(&self) -> bool {
        self.met.is_met
    }

    /// Whether it fits the row.
    pub(super) fn holds(&mut self, row: &Row<'_>) -> bool {
        let holds = self.bound.holds(row);
        self.met.rows += 1;
        self.met.is_met |= holds;
        if !self.met.is_met
            && let Some(column) = self.bound.first_column()
        {
            self.met.sees(trim(row.text(column)));
        }
        holds
    }

    /// What became of it.
    pub(super) fn finish(self) -> FilterMet {
        self.met
    }
}

impl FilterMet {
    fn sees(&mut self, text: &str) {
        const TRUTHS: &[&str] = &["true", "false", "wahr", "falsch", "yes", "no", "ja", "nein"];
        let Some(truths) = &mut self.truths else {
            return;
        };
        if text.is_empty() || truths.iter().any(|known| known == text) {
            return;
        }
        if TRUTHS.iter().any(|truth| truth.eq_ignore_ascii_case(text)) {
            truths.push(text.to_owned());
        } else {
            self.truths = None;
        }
    }

    fn append(&mut self, other: Self) {
        self.rows += other.rows;
        self.is_met |= other.is_met;
        self.truths = match (self.truths.take(), other.truths) {
            (Some(mut all), Some(more)) => {
                all.extend(more);
                all.dedup();
                Some(all)
            }
            _ => None,
        };
    }

    fn said(self) -> Diagnostic {
        let message = format!("the filter \"{}\" fits no row", self.text);
        let help = match self.truths {
            Some(truths) if !truths.is_empty() => format!(
                "column \"{}\" holds {}: write the filter with one of these",
                self.header,
                truths.join(" and ")
            ),
            _ => "leave it out if it is for other lists, or correct it".to_owned(),
        };
        Diagnostic::of_file(&FILTER_UNMET, message).with_help(help)
    }
}

/// The filters of all tables.
#[derive(Debug, Default)]
pub(in crate::check) struct Unmet(Vec<FilterMet>);

impl Unmet {
    /// Takes what became of the filters in another table.
    pub(in crate::check) fn take(&mut self, filters: Vec<FilterMet>) {
        for one in filters {
            match self.0.iter_mut().find(|known| known.text == one.text) {
                Some(known) => known.append(one),
                None => self.0.push(one),
            }
        }
    }

    /// Notes on those that fit no row of any table.
    pub(in crate::check) fn said(&mut self) -> Vec<Diagnostic> {
        let filters = std::mem::take(&mut self.0).into_iter();
        let unmet = filters.filter(|one| !one.is_met && one.rows > 0);
        unmet.map(FilterMet::said).collect()
    }
}

/// A condition as a reason, which stands in notes, counts and reports.
pub(super) fn shortened(text: &str) -> String {
    const MOST: usize = 120;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// What is said of a column that is not imported but asked by a filter, in place of what was said.
pub(super) fn asked_note(unknown: &Diagnostic, condition: &Condition) -> Diagnostic {
    let message = format!(
        "the header \"{}\" is not imported; it decides which rows are: {}{}",
        unknown.column,
        shortened(condition.text()),
        condition.place_behind()
    );
    let mut note = unknown.clone();
    note.rule = &HEADER_FILTERS;
    note.message = message.into();
    note.help = "".into();
    note.suggestions = Vec::new().into();
    note
}

/// What is wrong with a filter that cannot be held against the table.
pub(super) fn header_fault(
    condition: &Condition,
    fault: &HeaderFault,
    header: &Header,
) -> Diagnostic {
    match fault {
        HeaderFault::Missing(name) => without_column(condition, name, header),
        HeaderFault::Several(name, columns) => of_several(condition, name, columns, header),
    }
}

fn of_several(condition: &Condition, name: &str, columns: &[usize], header: &Header) -> Diagnostic {
    let letters = columns.iter().map(|at| {
        let column = header.cells.get(*at).map(|cell| cell.column);
        column_letters(column.unwrap_or_default())
    });
    let letters: Vec<String> = letters.collect();
    let message = format!(
        "the filter \"{}\"{} names the header \"{name}\", which is in {}",
        shortened(condition.text()),
        condition.place_behind(),
        letters.join(" and ")
    );
    let ways: Vec<String> = letters.iter().map(|one| format!("column:{one}")).collect();
    let help = format!(
        "name one of them with {} instead of {name}",
        ways.join(" or ")
    );
    Diagnostic::of_file(&CONDITION_WITHOUT_COLUMN, message)
        .with_value(name)
        .with_help(help)
}

fn without_column(condition: &Condition, name: &str, header: &Header) -> Diagnostic {
    /// How alike a header must be to be what was meant.
    const LIKENESS: f64 = 0.6;
    let headers = header.cells.iter().map(|cell| cell.text.as_str());
    let wanted = name.to_lowercase();
    let likeness =
        |text: &str| strsim::normalized_damerau_levenshtein(&text.to_lowercase(), &wanted);
    let alike = headers.map(|text| (likeness(text), text));
    let nearest = alike
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, text)| text);
    let message = format!(
        "the filter \"{}\"{} names the header \"{name}\", which the table does not have",
        shortened(condition.text()),
        condition.place_behind()
    );
    let help = match nearest {
        Some(nearest) => format!("did you mean \"{nearest}\"? `preview FILE` shows the headers"),
        None => "`preview FILE` shows the headers; put a text with characters of the grammar \
                 in quotation marks"
            .to_owned(),
    };
    Diagnostic::of_file(&CONDITION_WITHOUT_COLUMN, message)
        .with_value(name)
        .with_help(help)
        .with_suggestions(nearest.map(str::to_owned).into_iter().collect())
}
