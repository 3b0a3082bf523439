//! Ambiguous headers, decided by the cells below them or by the company they keep.

use std::collections::HashSet;

use super::ids::{Ids, is_spelt, is_technical_list};
use super::values::{StateKind, is_counting, is_country, is_phone_like, is_province, state_kind};
use super::words::Choice;
use crate::check::field::Field;
use crate::check::text::trim;
use crate::model::rules::Rule;
use crate::model::rules::headers::{HEADER_AMBIGUOUS, HEADER_IDS, HEADER_MIXED};
use crate::model::{Header, RowBatch};

/// What an ambiguous header turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// What the documentation says the header is; nothing needs to be said.
    AsDocumented(Field),
    /// Something that has to be said, and why.
    Decided(Field, String),
    /// Not to be imported, and why.
    Nothing(String),
    /// It cannot be told.
    Undecided {
        /// Which rule is broken.
        rule: &'static Rule,
        /// What is wrong.
        message: String,
        /// What to write instead.
        fields: Vec<Field>,
        /// Rows that show it.
        rows: Vec<u32>,
    },
}

/// The filled cells of one column of the sample, with their row numbers.
pub(super) fn filled(sample: &RowBatch, index: usize) -> impl Iterator<Item = (u32, &str)> {
    sample
        .rows()
        .map(move |row| (row.number(), trim(row.text(index))))
        .filter(|(_, text)| !text.is_empty())
}

/// What the header tells about the column that is to be decided.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around<'a> {
    /// The header.
    pub(super) header: &'a Header,
    /// Whose ids the table holds.
    pub(super) ids: Ids,
    /// Another column that is the customers' code.
    pub(super) code: Option<&'a str>,
}

/// Decides what the column at `index` is.
pub(super) fn decide(
    choice: Choice,
    index: usize,
    around: Around<'_>,
    sample: &RowBatch,
) -> Verdict {
    match choice {
        Choice::State | Choice::StateOrCountry => decide_state(choice, index, sample),
        Choice::Number => decide_number(index, sample),
        Choice::Region | Choice::ForeignRegion => decide_region(choice, index, sample),
        Choice::Id => decide_id(index, around, sample),
        Choice::ParentId | Choice::LocationId => decide_place(choice, index, around, sample),
        Choice::LocationName => decide_location_name(index, sample),
    }
}

fn decide_id(index: usize, around: Around<'_>, sample: &RowBatch) -> Verdict {
    let empty = filled(sample, index).next().is_none();
    if !around.ids.are_foreign(index) || (empty && around.ids == Ids::Unmarked) {
        return Verdict::AsDocumented(Field::Id);
    }
    let why = around.ids.why_foreign();
    match around.code {
        Some(code) => Verdict::Nothing(format!("\"{code}\" is the customers' code, {why}")),
        None => Verdict::Decided(
            Field::ExternalCode,
            format!("is taken for ExternalCode, {why}"),
        ),
    }
}

/// `ParentId` and `LocationId`: the tenant's where they are spelt so, else perhaps another tool's.
fn decide_place(choice: Choice, index: usize, around: Around<'_>, sample: &RowBatch) -> Verdict {
    let parent = choice == Choice::ParentId;
    let field = if parent {
        Field::ParentId
    } else {
        Field::LocationId
    };
    let spelt = is_spelt(around.header.cells[index].name(), field);
    if spelt && !is_technical_list(around.header) {
        return Verdict::AsDocumented(field);
    }
    if !parent && around.ids.is_of_tool() {
        return Verdict::Nothing(
            "other columns come from another tool, so it is not a storage location".into(),
        );
    }
    let Some((row, text)) = filled(sample, index).next() else {
        // A cell that is filled further down must name a customer of the list.
        return if parent {
            Verdict::AsDocumented(Field::Parent)
        } else {
            Verdict::Nothing("its cells are empty".into())
        };
    };
    let what = if parent {
        "can hold ids of the tenant or of the tool that the list comes from"
    } else {
        "can hold ids of storage locations or of something in the tool that the list comes from"
    };
    Verdict::Undecided {
        rule: &HEADER_IDS,
        message: format!("{what}, and \"{text}\" in row {row} does not say which"),
        fields: if parent {
            vec![Field::ParentId, Field::Parent]
        } else {
            vec![Field::LocationId]
        },
        rows: vec![row],
    }
}

fn decide_state(choice: Choice, index: usize, sample: &RowBatch) -> Verdict {
    let mut kinds: [Vec<(u32, &str)>; 5] = Default::default();
    for (row, text) in filled(sample, index) {
        let rows = &mut kinds[state_kind(text) as usize];
        if rows.len() < 10_000 {
            rows.push((row, text));
        }
    }
    let count = |kind: StateKind| kinds[kind as usize].len();
    let first = |kind: StateKind| kinds[kind as usize].first();
    let service = count(StateKind::Service);
    let places = count(StateKind::Province);
    if service > 0 && places > 0 {
        let state = first(StateKind::Service).expect("counted");
        let place = first(StateKind::Province).expect("counted");
        return Verdict::Undecided {
            rule: &HEADER_MIXED,
            message: format!(
                "holds states of customers (\"{}\" in row {}) and provinces (\"{}\" in row {})",
                state.1, state.0, place.1, place.0
            ),
            fields: vec![Field::State, Field::PostState],
            rows: vec![state.0, place.0],
        };
    }
    let countries = count(StateKind::Country);
    if choice == Choice::StateOrCountry && service == 0 && countries > places {
        return Verdict::Decided(
            Field::Country,
            "is taken for Country, because its cells are countries".into(),
        );
    }
    if service > 0 || count(StateKind::NearlyService) > 0 {
        return Verdict::AsDocumented(Field::State);
    }
    if places > 0 && places >= count(StateKind::Other) {
        return Verdict::Decided(
            Field::PostState,
            "is taken for PostState, the state of the address, because its cells are provinces"
                .into(),
        );
    }
    let unclear = [StateKind::Other, StateKind::Province, StateKind::Country]
        .iter()
        .find_map(|kind| first(*kind));
    match unclear {
        None => Verdict::AsDocumented(Field::State),
        Some((row, text)) => Verdict::Undecided {
            rule: &HEADER_AMBIGUOUS,
            message: format!(
                "can be the customer's state or the address's, and cells such as \"{text}\" in row {row} do not decide"
            ),
            fields: vec![Field::State, Field::PostState],
            rows: vec![*row],
        },
    }
}

fn decide_number(index: usize, sample: &RowBatch) -> Verdict {
    let mut seen = HashSet::new();
    let (mut cells, mut phones, mut repeated) = (0_usize, 0_usize, 0_usize);
    for (_, text) in filled(sample, index) {
        cells += 1;
        phones += usize::from(is_phone_like(text));
        repeated += usize::from(!seen.insert(text));
    }
    if cells > 0 && phones * 2 > cells {
        return Verdict::Decided(
            Field::PhoneNumber,
            "is taken for PhoneNumber, because its cells are phone numbers".into(),
        );
    }
    if cells > 0 && is_counting(filled(sample, index).map(|(_, text)| text)) {
        return Verdict::Nothing("its cells count the rows".into());
    }
    if cells > 0 && repeated == 0 && phones == 0 {
        return Verdict::Decided(
            Field::ExternalCode,
            "is taken for ExternalCode, the customers' number, because its cells are all different"
                .into(),
        );
    }
    Verdict::Nothing("its cells are neither phone numbers nor all different".into())
}

/// The service names its storage locations after countries; other tools call a customer's offices
/// locations.
fn decide_location_name(index: usize, sample: &RowBatch) -> Verdict {
    let (mut cells, mut countries) = (0_usize, 0_usize);
    for (_, text) in filled(sample, index) {
        cells += 1;
        countries += usize::from(is_country(text));
    }
    if countries * 2 > cells || cells == 0 {
        return Verdict::Decided(
            Field::Location,
            "is taken for Location, because storage locations are named after countries as its cells are".into(),
        );
    }
    Verdict::Nothing(
        "its cells are not countries, as storage locations are, but most likely the customers' offices"
            .into(),
    )
}

fn decide_region(choice: Choice, index: usize, sample: &RowBatch) -> Verdict {
    let (mut cells, mut numbers, mut provinces) = (0_usize, 0_usize, 0_usize);
    for (_, text) in filled(sample, index) {
        cells += 1;
        numbers += usize::from(text.bytes().all(|byte| byte.is_ascii_digit()));
        provinces += usize::from(is_province(text));
    }
    if cells > 0 && numbers == cells {
        return Verdict::Decided(
            Field::RegionId,
            "is taken for RegionId, because its cells are numbers".into(),
        );
    }
    if cells > 0 && (choice == Choice::ForeignRegion || provinces * 2 > cells) {
        return Verdict::Decided(
            Field::PostState,
            "is taken for PostState, the state of the address, because its cells are provinces"
                .into(),
        );
    }
    Verdict::AsDocumented(Field::Region)
}
