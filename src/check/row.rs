//! One row: its cells as values, every problem reported at its cell.

use super::cell::country::Countries;
use super::cell::text::{Bytes, doubt, error_cell, is_error_text, is_printable_ascii, zip_code};
use super::cell::words::{WordSet, Words};
use super::cell::{Parsed, Problem, contact, date, number, quoted, words};
use super::columns::Column;
use super::field::Field;
use super::mapping::Origin;
use super::text::trim;
use crate::model::formula::restore;
use crate::model::rules::dates::TRIAL_ENDS_BEFORE_START;
use crate::model::rules::headers::CELL_OVERRIDDEN;
use crate::model::rules::texts::NAME_MISSING;
use crate::model::rules::words::STATE_UNUSUAL;
use crate::model::{
    Cell, CellAddress, CellKind, ContactId, CountryCode, DefaultAccount, Diagnostic, Level,
    LocationId, PartnerId, RegionId, Row, RowIndex, ServiceType, Severity, State, UnixSeconds,
    UserId,
};

/// Which row it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RowAt {
    pub(super) index: RowIndex,
    pub(super) number: u32,
    pub(super) line: u32,
}

/// The values of one row, borrowed from its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Draft<'a> {
    pub(super) texts: [&'a str; Field::COUNT],
    pub(super) existing_id: Option<PartnerId>,
    pub(super) parent_id: Option<PartnerId>,
    pub(super) level: Option<Level>,
    pub(super) service_type: Option<ServiceType>,
    pub(super) child_service_types: WordSet,
    pub(super) state: Option<State>,
    pub(super) flags: WordSet,
    pub(super) country: Option<CountryCode>,
    pub(super) device_country: Option<CountryCode>,
    pub(super) location_id: Option<LocationId>,
    pub(super) region_id: Option<RegionId>,
    pub(super) responsible_user_id: Option<UserId>,
    pub(super) billing_contact: Option<ContactId>,
    pub(super) registration: Option<UnixSeconds>,
    pub(super) expiration: Option<UnixSeconds>,
    pub(super) default_account: DefaultAccount,
}

impl<'a> Draft<'a> {
    fn empty() -> Self {
        Self {
            texts: [""; Field::COUNT],
            existing_id: None,
            parent_id: None,
            level: None,
            service_type: None,
            child_service_types: WordSet::default(),
            state: None,
            flags: WordSet::default(),
            country: None,
            device_country: None,
            location_id: None,
            region_id: None,
            responsible_user_id: None,
            billing_contact: None,
            registration: None,
            expiration: None,
            default_account: DefaultAccount::None,
        }
    }

    /// The text of a field that is sent as it is; empty when the cell is.
    pub(super) fn text(&self, field: Field) -> &'a str {
        self.texts[field.index()]
    }
}

/// What is remembered from cell to cell.
#[derive(Debug, Default)]
pub(super) struct Memory {
    countries: Countries,
    set: (String, WordSet),
    words: Words,
}

/// Where the problems of a row go.
pub(super) struct Findings<'d> {
    pub(super) diagnostics: &'d mut Vec<Diagnostic>,
    pub(super) at: RowAt,
    /// Whether one of them keeps the row from being sent.
    pub(super) failed: bool,
}

impl Findings<'_> {
    #[cold]
    fn report(&mut self, column: &Column, value: &str, problem: Problem) {
        let problem = problem.into_details();
        self.failed |= problem.rule.severity == Severity::Error;
        let RowAt {
            index,
            number,
            line,
        } = self.at;
        let address = CellAddress {
            row: number,
            column: column.letter,
        };
        self.diagnostics.push(
            Diagnostic::of_row(problem.rule, index, number, problem.message)
                .at(address)
                .on_line(line)
                .in_shared_column(&column.header)
                .with_value(value)
                .with_help(problem.help)
                .with_shared_suggestions(problem.suggestions),
        );
    }

    /// The value, if there is one; else the problem is reported.
    #[inline]
    fn take<T>(&mut self, column: &Column, value: &str, parsed: Parsed<T>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(problem) => {
                self.report(column, value, problem);
                None
            }
        }
    }
}

/// Reads a row by the plan of its table.
pub(super) fn read_row<'a>(
    columns: &'a [Column],
    origin: Origin,
    row: Row<'a>,
    memory: &mut Memory,
    findings: &mut Findings<'_>,
) -> Draft<'a> {
    let mut draft = Draft::empty();
    let plain = row
        .packed()
        .is_some_and(|text| is_printable_ascii(text.as_bytes()));
    let bytes = if plain { Bytes::Plain } else { Bytes::Any };
    for column in columns {
        if let Some(hidden) = column.hidden {
            compare_with_constant(column, trim(row.text(hidden)), findings);
        }
        let (text, kind) = cell_of(column, origin, row);
        if text.is_empty() {
            if column.field == Field::Name {
                let missing = Problem::new(&NAME_MISSING, "the name is missing")
                    .help("fill it in, or delete the row if it is no customer");
                findings.report(column, "", missing);
            }
        } else if kind == CellKind::Error || is_error_text(text) {
            findings.report(column, text, error_cell(text));
        } else {
            let cell = Cell { text, kind };
            read_cell(column, cell, bytes, &mut draft, memory, findings);
        }
    }
    compare_cells(columns, &draft, findings);
    draft
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
        let message = format!("the cell is not read: every row gets {}", quoted(constant));
        let problem = Problem::new(&CELL_OVERRIDDEN, message)
            .help("to fill empty cells only, use --default, or [default] in the profile");
        findings.report(column, text, problem);
    }
}

#[inline]
fn cell_of<'a>(column: &'a Column, origin: Origin, row: Row<'a>) -> (&'a str, CellKind) {
    let cell = column.index.and_then(|index| row.get(index));
    let (mut text, kind) = cell.map_or(("", CellKind::Text), |cell| (cell.text, cell.kind));
    if origin == Origin::Results
        && let std::borrow::Cow::Borrowed(restored) = restore(text)
    {
        text = restored;
    }
    text = trim(text);
    match &column.default {
        Some(default) if text.is_empty() => (default, CellKind::Text),
        _ => (text, kind),
    }
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
        Field::Level => draft.level = take!(memory.words.word(text)),
        Field::ServiceType => draft.service_type = take!(memory.words.word(text)),
        Field::State => {
            draft.state = take!(memory.words.word(text));
            if let Some(state) = draft.state {
                take!(usual_state(state));
            }
        }
        Field::ChildServiceTypes => {
            if memory.set.0 != text {
                match memory.words.service_types(text) {
                    Ok(set) => memory.set = (text.to_owned(), set),
                    Err(problem) => return findings.report(column, text, problem),
                }
            }
            draft.child_service_types = memory.set.1;
        }
        Field::Flags => draft.flags = take!(memory.words.flags(text)).unwrap_or_default(),
        Field::Country | Field::DeviceCountry => {
            let country = take!(memory.countries.parse(text));
            if country.is_some() {
                draft.texts[column.field.index()] = text;
            }
            match column.field {
                Field::Country => draft.country = country,
                _ => draft.device_country = country,
            }
        }
        Field::TrialRegistrationTime => {
            draft.registration = take!(date::moment(text, date::Edge::Start));
        }
        Field::TrialExpirationTime => {
            draft.expiration = take!(date::moment(text, date::Edge::End));
        }
        Field::CreateDefaultAccount => {
            draft.default_account = take!(words::truth(text)).unwrap_or_default();
        }
        field => {
            draft.texts[field.index()] = text;
            take!(text_of(field, cell, bytes));
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
fn compare_cells(columns: &[Column], draft: &Draft<'_>, findings: &mut Findings<'_>) {
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
    let zip = draft.text(Field::ZipCode);
    if !zip.is_empty()
        && let Some(country) = draft.country
        && let Err(problem) = zip_code(zip, country)
        && let Some(column) = column_of(columns, Field::ZipCode)
    {
        findings.report(column, zip, problem);
    }
}

fn column_of(columns: &[Column], field: Field) -> Option<&Column> {
    columns.iter().find(|column| column.field == field)
}

fn shown(moment: UnixSeconds) -> String {
    jiff::Timestamp::from_second(moment.get())
        .map_or_else(|_| quoted(&moment.get().to_string()), |at| at.to_string())
}
