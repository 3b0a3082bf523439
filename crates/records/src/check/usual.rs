//! The quick way through a row: values of which nothing is to be said, by few looks at each cell.

use super::cell::failed::may_be_error_text;
use super::cell::nothing::is_ordinary;
use super::cell::text::{may_be_damaged_number, may_be_date_for_code};
use super::cell::{contact, date, words};
use super::columns::Column;
use super::field::Field;
use super::row_draft::{Draft, LevelCell, Memory, set_country};
use crate::model::{Cell, CellKind, CustomerName, State};

/// Reads a cell of which nothing is to be said, as nearly all are; false where it takes a closer
/// look ([`read_closely`](super::row::read_closely)) to tell.
#[inline]
pub(super) fn read_usual<'a>(
    column: &Column,
    cell: Cell<'a>,
    draft: &mut Draft<'a>,
    memory: &mut Memory,
) -> bool {
    let text = cell.text;
    if text.is_empty() {
        return column.field != Field::Name;
    }
    if cell.kind == CellKind::Error {
        return false;
    }
    macro_rules! known {
        ($place:expr, $value:expr) => {{
            $place = $value;
            $place.is_some()
        }};
    }
    match column.field {
        Field::Id => known!(draft.existing_id, text.parse().ok()),
        Field::ParentId => known!(draft.parent_id, text.parse().ok()),
        Field::LocationId => known!(draft.location_id, text.parse().ok()),
        Field::RegionId => known!(draft.region_id, text.parse().ok()),
        Field::ResponsibleUserId => known!(draft.responsible_user_id, text.parse().ok()),
        Field::Level => words::exact(text).is_some_and(|level| {
            draft.level = LevelCell::Level(level);
            true
        }),
        Field::ServiceType => known!(draft.service_type, words::exact(text)),
        Field::State => match words::exact(text) {
            Some(state @ (State::InTrial | State::InProduction)) => {
                draft.state = Some(state);
                true
            }
            _ => false,
        },
        Field::ChildServiceTypes => match memory.set(text) {
            Some(set) => {
                draft.child_service_types = set;
                true
            }
            None => false,
        },
        Field::Country | Field::DeviceCountry => {
            let Some(country) = memory.countries.known(text) else {
                return false;
            };
            set_country(draft, column.field, text, country);
            true
        }
        Field::TrialRegistrationTime => known!(
            draft.registration,
            date::moment(text, date::Edge::Start).ok()
        ),
        Field::TrialExpirationTime => {
            known!(draft.expiration, date::moment(text, date::Edge::End).ok())
        }
        Field::BillingContactPersonId
        | Field::Flags
        | Field::CreateDefaultAccount
        | Field::AutomaticDeployment => false,
        field if is_usual_text(field, cell) => {
            draft.texts[field.index()] = text;
            true
        }
        _ => false,
    }
}

/// Whether nothing is to be said of a text of plain bytes, found out by few looks at it.
#[inline]
fn is_usual_text(field: Field, cell: Cell<'_>) -> bool {
    let text = cell.text;
    if text.len() > CustomerName::LONGEST
        || cell.kind == CellKind::Date
        || may_be_error_text(text)
        || !is_ordinary(text)
    {
        return false;
    }
    match field {
        Field::WebsiteAddress => contact::is_plain(text),
        Field::PhoneNumber | Field::FaxNumber => {
            !may_be_damaged_number(text) && contact::phone(text).is_ok()
        }
        Field::ZipCode
        | Field::VatNumber
        | Field::ChamberOfCommerceNumber
        | Field::BankAccountNumber => {
            text.bytes().any(|byte| byte.is_ascii_digit()) && !may_be_damaged_number(text)
        }
        Field::ExternalCode => !may_be_damaged_number(text) && !may_be_date_for_code(text),
        Field::Name | Field::Parent | Field::Address | Field::LegalCompanyName => true,
        _ => !may_be_damaged_number(text),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::cell::clean::Decimals;
    use crate::check::cell::text::{Bytes, may_be_unusual};
    use crate::check::row::read_closely;
    use crate::check::row_draft::{Findings, RowAt, Validity};
    use crate::model::Phrase;
    use crate::model::RowIndex;

    fn column(field: Field) -> Column {
        Column {
            field,
            index: Some(0),
            hidden: None,
            letter: Some(0),
            header: field.name().into(),
            said_at: Phrase::default(),
            default: None,
            decimals: Decimals::Kept,
            values: None,
        }
    }

    fn texts() -> impl Strategy<Value = String> {
        let odd = [
            "n/a",
            "NULL",
            "-",
            "0",
            "00",
            "0.0",
            "none",
            "xxx",
            "#N/A",
            "Err:502",
            "NaN",
            "nil",
            "NA",
            "DE",
            "Germany",
            "Site",
            "site",
            "InTrial",
            "Inactive",
            "AllInclusive",
            "yes",
            "1",
            "12",
            "4711",
            "1.2E+11",
            "3E10",
            "Mar-05",
            "05. Mrz",
            "2026-01-16",
            "16.01.2026",
            "https://www.acme.example/",
            "n.a",
            "acme.example",
            "me@acme.example",
            "+49 30 1234",
            "+",
            "call me",
            "030 120",
            "varchar(255)",
            "string",
            "12345678901234567890",
            "1067",
            "Łódź",
            "K. A.",
            "=1+2",
            "@Home",
            "'00012",
            "Acme (2)",
        ];
        let odd = odd.map(str::to_owned).to_vec();
        prop_oneof![
            prop::sample::select(odd),
            "[A-Za-z0-9é][A-Za-z0-9 é./:@&'#()-]{0,40}".prop_map(|text| text.trim().to_owned()),
        ]
    }

    proptest! {
        #![proptest_config(crate::seeded(512))]
        /// The quick way and the careful one agree, on every field.
        #[test]
        fn what_is_read_at_a_glance_is_read_the_same_closely(text in texts(), kind in 0..4_usize) {
            let kind = [CellKind::Text, CellKind::Number, CellKind::Date, CellKind::Error][kind];
            for field in Field::ALL {
                let column = column(*field);
                let cell = Cell { text: &text, kind };
                let mut memory = Memory::default();
                let (mut first, mut diagnostics) = (Draft::empty(), Vec::new());
                let at = RowAt { index: RowIndex(0), number: 2, line: 2 };
                let mut findings = Findings { diagnostics: &mut diagnostics, at, validity: Validity::Valid };
                read_closely(&column, cell, Bytes::Plain, &mut first, &mut memory, &mut findings);
                let mut second = Draft::empty();
                if may_be_unusual(text.as_bytes()) || !read_usual(&column, cell, &mut second, &mut memory) {
                    continue;
                }
                prop_assert!(diagnostics.is_empty(), "{field} {text:?}: {diagnostics:?}");
                first.name_is_usual = true;
                prop_assert_eq!(first, second, "{} {:?}", field, &text);
            }
        }
    }
}
