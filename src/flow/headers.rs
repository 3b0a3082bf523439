//! What is known of header names, for the search for the table.

use crate::check::{
    Field, field_of_header, is_group_name, is_group_of_persons, is_name_header, is_results_header,
    knows_header,
};
use crate::model::notes::{BARRED_ROWS, DOUBTFUL_ROWS, ROWS_ELSEWHERE};
use crate::model::{Row, RowBatch};
use crate::report::Status;
use tables::{HeaderKnowledge, RowMarks, Tells};

/// The header names that the mapping knows, for the search for the header row.
#[derive(Debug, Clone, Copy)]
pub struct KnownHeaders;

impl HeaderKnowledge for KnownHeaders {
    fn knows(&self, header: &str) -> bool {
        knows_header(header) >= 2
    }

    fn is_name(&self, header: &str) -> bool {
        is_name_header(header)
    }

    fn is_group(&self, text: &str) -> bool {
        is_group_name(text)
    }

    fn is_of_results(&self, header: &str) -> bool {
        is_results_header(header)
    }

    fn tells(&self, header: &str) -> Option<Tells> {
        Some(match field_of_header(header)? {
            Field::Level
            | Field::State
            | Field::ServiceType
            | Field::ChildServiceTypes
            | Field::Flags
            | Field::CreateDefaultAccount
            | Field::AutomaticDeployment => Tells::Choice,
            Field::Country
            | Field::DeviceCountry
            | Field::Location
            | Field::LocationId
            | Field::Region
            | Field::RegionId
            | Field::PostState
            | Field::District
            | Field::City
            | Field::ZipCode
            | Field::Parent
            | Field::ParentId
            | Field::TrialRegistrationTime
            | Field::TrialExpirationTime => Tells::Shared,
            _ => Tells::Own,
        })
    }

    fn is_of_persons(&self, text: &str) -> bool {
        is_group_of_persons(text)
    }

    /// The sheet on which a run has written its counts.
    fn is_aside(&self, first_rows: &RowBatch) -> bool {
        let mut rows = first_rows.rows();
        let titled = rows.next().is_some_and(|row| {
            let first = row.cells().next();
            first.is_some_and(|cell| cell.text.starts_with("Import 20"))
        });
        let headed = |row: Row<'_>| {
            let texts = row.cells().map(|cell| cell.text);
            texts.take(3).eq(["Status", "Rows", "Meaning"])
        };
        titled && first_rows.rows().take(5).any(headed)
    }

    fn row_marks(&self) -> RowMarks {
        RowMarks {
            doubtful: &DOUBTFUL_ROWS,
            barred: &BARRED_ROWS,
            elsewhere: &ROWS_ELSEWHERE,
            judged: &Status::WORDS,
        }
    }
}
