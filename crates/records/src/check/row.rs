//! One row: its cells as values, every problem reported at its cell.

use super::cell::clean::{cleaned, may_be_marked};
use super::cell::country::state_instead;
use super::cell::failed::{error_cell, formula, is_error_text, may_be_error_text};
use super::cell::nothing::{self, may_be_nothing};
use super::cell::text::{Bytes, doubt, escaped, is_usual, may_be_unusual, zip_code};
use super::cell::{Parsed, Problem, contact, date, number, quoted, words};
use super::columns::Column;
use super::field::Field;
use super::mapping::Origin;
use super::row_draft::{Draft, Findings, LevelCell, Memory, set_country};
use super::text::trim;
use super::usual::read_usual;
use crate::model::rules::countries::COUNTRY_AMBIGUOUS;
use crate::model::rules::dates::TRIAL_ENDS_BEFORE_START;
use crate::model::rules::headers::CELL_OVERRIDDEN;
use crate::model::rules::texts::{NAME_MISSING, PLACEHOLDER};
use crate::model::rules::words::STATE_UNUSUAL;
use crate::model::{
    Cell, CellKind, DefaultAccount, Deployment, Row, RowBatch, Severity, State, UnixSeconds,
};
use tables::formula::restore;

/// What is known of a row's cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cells {
    /// They are as the table has them.
    AsRead(Origin),
    /// What is no content was taken out of them.
    Cleaned,
}

/// A row holds something that is no content.
#[derive(Debug)]
struct Unclean;

/// Reads a row by the plan of its table into `draft`, which is empty. Where cells hold what is no
/// content, they are cleaned first, and the row is read from `spare`.
pub(super) fn read_row<'a>(
    draft: &mut Draft<'a>,
    columns: &'a [Column],
    origin: Origin,
    row: Row<'a>,
    spare: &'a mut RowBatch,
    memory: &mut Memory,
    findings: &mut Findings<'_>,
) {
    let (found, validity) = (findings.diagnostics.len(), findings.validity);
    if let Ok(()) = read_cells(draft, columns, Cells::AsRead(origin), row, memory, findings) {
        return;
    }
    findings.diagnostics.truncate(found);
    findings.validity = validity;
    *draft = Draft::empty();
    clean_row(columns, origin, row, spare, findings);
    let row = spare.row(0).expect("the row was written a moment ago");
    read_cells(draft, columns, Cells::Cleaned, row, memory, findings)
        .expect("a cleaned row is clean");
}

/// Writes the row into `spare` without what is no content, and says so.
#[cold]
fn clean_row(
    columns: &[Column],
    origin: Origin,
    row: Row<'_>,
    spare: &mut RowBatch,
    findings: &mut Findings<'_>,
) {
    spare.clear();
    for (index, cell) in row.cells().enumerate() {
        let column = columns.iter().find(|column| column.index == Some(index));
        let text = unguarded(cell.text, origin);
        match column
            .and_then(|column| Some((column, cleaned(column.field, text, column.decimals)?)))
        {
            Some((column, (value, problem))) => {
                findings.report(column, cell.text, problem);
                spare.push_cell(&value, cell.kind);
            }
            None => spare.push_cell(text, cell.kind),
        }
    }
    spare.end_row(row.number(), row.line());
}

/// The cell's text without the mark that this program wrote before it.
#[inline]
fn unguarded(text: &str, origin: Origin) -> &str {
    match restore(text) {
        std::borrow::Cow::Borrowed(restored) if origin == Origin::Results => restored,
        _ => text,
    }
}

fn read_cells<'a>(
    draft: &mut Draft<'a>,
    columns: &'a [Column],
    cells: Cells,
    row: Row<'a>,
    memory: &mut Memory,
    findings: &mut Findings<'_>,
) -> Result<(), Unclean> {
    // Letters with accents are nothing unusual: most rows need no look at their cells.
    let plain = row.packed().is_some_and(|text| {
        let bytes = text.as_bytes();
        is_usual(bytes) || !may_be_unusual(bytes)
    });
    let bytes = if plain { Bytes::Plain } else { Bytes::Any };
    for column in columns {
        if let Some(hidden) = column.hidden {
            compare_with_constant(column, trim(row.text(hidden)), findings);
        }
        let mut read = cell_of(column, cells, row, bytes)?;
        if let Some(values) = &column.values {
            read = values.read(read, column.default.as_deref(), memory.last(column.field));
        }
        let (cell, bytes) = read;
        if bytes != Bytes::Plain || !read_usual(column, cell, draft, memory) {
            read_closely(column, cell, bytes, draft, memory, findings);
        }
    }
    compare_cells(columns, draft, findings);
    Ok(())
}

/// Reads a cell of which there may be something to say.
pub(super) fn read_closely<'a>(
    column: &'a Column,
    cell: Cell<'a>,
    bytes: Bytes,
    draft: &mut Draft<'a>,
    memory: &mut Memory,
    findings: &mut Findings<'_>,
) {
    if column.field == Field::Name {
        draft.name_is_usual = false;
    }
    if cell.text.is_empty() {
        if column.field == Field::Name {
            let missing = Problem::new(&NAME_MISSING, "the name is missing")
                .help("fill it in, or delete the row if it is not a customer");
            findings.report(column, "", missing);
        }
    } else if cell.kind == CellKind::Error
        || may_be_error_text(cell.text) && is_error_text(cell.text)
    {
        findings.report(column, cell.text, error_cell(cell.text));
        draft.lose_level(column.field);
    } else if may_be_nothing(cell.text)
        && let Some(problem) = no_value(column.field, cell.text)
    {
        read_doubted(column, cell, problem, bytes, draft, memory, findings);
    } else if bytes == Bytes::Any
        && let Some(problem) = escaped(column.field, cell.text)
    {
        findings.report(column, cell.text, problem);
        draft.lose_level(column.field);
    } else {
        read_cell(column, cell, bytes, draft, memory, findings);
    }
}

/// What is to be said of a value that is none.
#[cold]
fn no_value(field: Field, text: &str) -> Option<Problem> {
    formula(field, text).or_else(|| nothing::problem(field, text))
}

/// Reads a cell that stands for nothing, or may.
#[cold]
fn read_doubted<'a>(
    column: &'a Column,
    cell: Cell<'a>,
    problem: Problem,
    bytes: Bytes,
    draft: &mut Draft<'a>,
    memory: &mut Memory,
    findings: &mut Findings<'_>,
) {
    let rule = problem.rule;
    draft.doubts.note(column.field, rule);
    findings.report(column, cell.text, problem);
    if rule.severity == Severity::Error {
        draft.lose_level(column.field);
        return;
    }
    let cell = match &column.default {
        _ if rule.code != PLACEHOLDER.code => cell,
        Some(default) => Cell {
            text: default,
            kind: CellKind::Text,
        },
        None => return,
    };
    read_cell(column, cell, bytes, draft, memory, findings);
}

/// What is not read is said where it would have changed something.
#[cold]
fn compare_with_constant(column: &Column, text: &str, findings: &mut Findings<'_>) {
    let constant = column.default.as_deref().unwrap_or_default();
    let signs = |text: &str| -> String {
        let signs = text.chars().filter(|sign| sign.is_alphanumeric());
        signs.flat_map(char::to_lowercase).collect()
    };
    if !text.is_empty() && signs(text) != signs(constant) {
        let place = match column.said_at.as_str() {
            "" => String::new(),
            place => format!(" ({place})"),
        };
        let message = format!(
            "the cell is not read: every row gets {}{place}",
            quoted(constant)
        );
        let problem = Problem::new(&CELL_OVERRIDDEN, message)
            .help("to fill empty cells only, use --default, or [default] in the profile");
        findings.report(column, text, problem);
    }
}

/// The column's cell in the row, trimmed, or what fills it; with what is known of its bytes.
#[inline]
fn cell_of<'a>(
    column: &'a Column,
    cells: Cells,
    row: Row<'a>,
    bytes: Bytes,
) -> Result<(Cell<'a>, Bytes), Unclean> {
    let cell = column.index.and_then(|index| row.get(index));
    let (mut text, kind) = cell.map_or(("", CellKind::Text), |cell| (cell.text, cell.kind));
    if let Cells::AsRead(Origin::Results) = cells {
        text = unguarded(text, Origin::Results);
    }
    let bytes = if bytes == Bytes::Any && may_be_unusual(text.as_bytes()) {
        Bytes::Any
    } else {
        Bytes::Plain
    };
    let trimmed = trim(text);
    if cells != Cells::Cleaned
        && (bytes == Bytes::Any || may_be_marked(trimmed, column.decimals))
        && cleaned(column.field, text, column.decimals).is_some()
    {
        return Err(Unclean);
    }
    let cell = match &column.default {
        Some(default) if trimmed.is_empty() => Cell {
            text: default,
            kind: CellKind::Text,
        },
        _ => Cell {
            text: trimmed,
            kind,
        },
    };
    Ok((cell, bytes))
}

#[inline]
fn read_cell<'a>(
    column: &Column,
    cell: Cell<'a>,
    bytes: Bytes,
    draft: &mut Draft<'a>,
    memory: &mut Memory,
    findings: &mut Findings<'_>,
) {
    let text = cell.text;
    macro_rules! take {
        ($parsed:expr) => {
            findings.take(column, text, $parsed)
        };
    }
    match column.field {
        Field::Id => draft.existing_id = take!(number::id(text)),
        Field::ParentId => draft.parent_id = take!(number::id(text)),
        Field::LocationId => draft.location_id = take!(number::id(text)),
        Field::RegionId => draft.region_id = take!(number::id(text)),
        Field::ResponsibleUserId => draft.responsible_user_id = take!(number::id(text)),
        Field::BillingContactPersonId => draft.billing_contact = take!(number::id(text)),
        Field::Level => {
            let level = take!(memory.words.word(text));
            draft.level = level.map_or(LevelCell::Wrong, LevelCell::Level);
        }
        Field::ServiceType => draft.service_type = take!(memory.words.word(text)),
        Field::State => {
            draft.state = take!(memory.words.word(text));
            if let Some(state) = draft.state {
                take!(usual_state(state));
            }
        }
        Field::ChildServiceTypes => {
            if let Some(set) = take!(memory.words.service_types(text)) {
                memory.keep_set(text, set);
                draft.child_service_types = set;
            }
        }
        Field::Flags => draft.flags = take!(memory.words.flags(text)).unwrap_or_default(),
        Field::Country | Field::DeviceCountry => {
            draft.doubts.note_country(column.field, text);
            if let Some(country) = take!(memory.countries.parse(text)) {
                set_country(draft, column.field, text, country);
            }
        }
        Field::TrialRegistrationTime => {
            draft.registration = take!(date::moment(text, date::Edge::Start));
        }
        Field::TrialExpirationTime => {
            draft.expiration = take!(date::moment(text, date::Edge::End));
        }
        Field::CreateDefaultAccount => {
            draft.default_account = match take!(words::truth(text)) {
                Some(true) => DefaultAccount::Create,
                Some(false) | None => DefaultAccount::None,
            };
        }
        Field::AutomaticDeployment => {
            draft.deployment = match take!(words::truth(text)) {
                Some(true) => Deployment::SwitchOn,
                Some(false) | None => Deployment::AsItIs,
            };
        }
        field => {
            draft.texts[field.index()] = text;
            if let Err(problem) = text_of(field, cell, bytes) {
                draft.doubts.note(field, problem.rule);
                findings.report(column, text, problem);
            }
        }
    }
}

/// What is wrong with a text; an error before a doubt.
#[inline]
fn text_of(field: Field, cell: Cell<'_>, bytes: Bytes) -> Parsed<()> {
    let doubted = doubt(field, cell.text, cell.kind, bytes);
    match (field, &doubted) {
        (_, Err(problem)) if problem.rule.severity == Severity::Error => doubted,
        (Field::WebsiteAddress, _) => contact::website(cell.text).and(doubted),
        (Field::PhoneNumber | Field::FaxNumber, Ok(())) => contact::phone(cell.text),
        (field, Ok(())) if nothing::has_digits(field) => nothing::digits(field, cell.text),
        _ => doubted,
    }
}

fn usual_state(state: State) -> Parsed<()> {
    match state {
        State::InTrial | State::InProduction => Ok(()),
        _ => Err(Problem::new(
            &STATE_UNUSUAL,
            format!("customers are not created in the state {state}; the service may refuse it"),
        )
        .help("use InTrial or InProduction")),
    }
}

/// Rules that look at two cells of one row.
fn compare_cells(columns: &[Column], draft: &mut Draft<'_>, findings: &mut Findings<'_>) {
    if let (Some(start), Some(end)) = (draft.registration, draft.expiration)
        && end < start
        && end.get() != 0
        && let Some(column) = column_of(columns, Field::TrialExpirationTime)
    {
        let text = shown(end);
        let problem = Problem::new(
            &TRIAL_ENDS_BEFORE_START,
            format!(
                "the trial ends on {text}, before it starts on {}",
                shown(start)
            ),
        )
        .help("correct one of the two dates");
        findings.report(column, &text, problem);
    }
    let name = draft.text(Field::Name);
    if !draft.name_is_usual
        && !name.is_empty()
        && may_be_nothing(name)
        && are_only_types(draft)
        && let Some(column) = column_of(columns, Field::Name)
    {
        findings.report(column, name, nothing::row_of_types(name));
    }
    let province = draft.text(Field::PostState);
    if !province.is_empty()
        && let Some(country) = draft.country
        && let Some(state) = state_instead(country, province)
        && let Some(column) = column_of(columns, Field::Country)
    {
        let problem = Problem::new(
            &COUNTRY_AMBIGUOUS,
            format!(
                "the country is {country} and the address's state {}: the country, or {state}, a state of the USA?",
                quoted(province)
            ),
        )
        .help("write the country in full, or US for an address in the USA");
        findings.report(column, country.as_str(), problem);
    }
    let zip = draft.text(Field::ZipCode);
    if !zip.is_empty()
        && let Some(country) = draft.country
        && let Err(problem) = zip_code(zip, country)
        && let Some(column) = column_of(columns, Field::ZipCode)
    {
        draft.doubts.note(Field::ZipCode, problem.rule);
        findings.report(column, zip, problem);
    }
}

/// Whether the row has several texts, all of them types of columns.
#[cold]
fn are_only_types(draft: &Draft<'_>) -> bool {
    let texts = || draft.texts.iter().copied().filter(|text| !text.is_empty());
    texts().count() > 1 && nothing::are_types(texts())
}

fn column_of(columns: &[Column], field: Field) -> Option<&Column> {
    columns.iter().find(|column| column.field == field)
}

fn shown(moment: UnixSeconds) -> String {
    jiff::Timestamp::from_second(moment.get())
        .map_or_else(|_| quoted(&moment.get().to_string()), |at| at.to_string())
}
