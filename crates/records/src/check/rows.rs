//! What the cross-row rules remember of every row: a few numbers each, not the cells.

use super::arena::Arena;
use super::field::Field;
use super::index::{Index, Kind};
use super::row_draft::{Draft, RowAt, Validity};
use super::tables::Tables;
use crate::model::rules::Rule;
use crate::model::{
    CellAddress, Diagnostic, LevelChoice, PartnerId, Phrase, RelatedRows, RowIndex, ServiceType,
    Severity, SheetRows,
};

/// One row, as the cross-row rules see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    pub(super) number: u32,
    pub(super) line: u32,
    pub(super) parent_id: Option<PartnerId>,
    pub(super) level: LevelChoice,
    /// Whether the level is the one that all rows get which do not say theirs.
    pub(super) level_is_for_all: bool,
    pub(super) service_type: Option<ServiceType>,
    /// Bits of a `WordSet` of service types.
    pub(super) child_service_types: u8,
    /// Whether the row has an error of its own.
    pub(super) failed: bool,
}

/// By what a row's level is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LevelSaid {
    /// The row, where anything says it.
    OfRow,
    /// A default or a constant.
    ForAll,
}

/// All rows of the table.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) facts: Vec<Facts>,
    pub(super) names: Arena,
    pub(super) codes: Arena,
    pub(super) parents: Arena,
    pub(super) index: Index,
    /// Filled ID cells with their rows.
    pub(super) ids: Vec<(PartnerId, u32)>,
    /// The sheets of an input of several.
    pub(super) sheets: SheetRows,
}

impl Rows {
    /// How many rows there are.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.facts.len()).expect("fewer than 2^32 rows")
    }

    /// Takes note of a row.
    pub(super) fn add(
        &mut self,
        at: RowAt,
        draft: &Draft<'_>,
        (level, said): (LevelChoice, LevelSaid),
        validity: Validity,
    ) {
        let row = at.index.0;
        for (kind, field, arena) in [
            (Kind::Name, Field::Name, &mut self.names),
            (Kind::Code, Field::ExternalCode, &mut self.codes),
            (Kind::Parent, Field::Parent, &mut self.parents),
        ] {
            let text = draft.text(field);
            arena.push(text);
            if !text.is_empty() {
                self.index.add(kind, row, text);
            }
        }
        if let Some(id) = draft.existing_id {
            self.ids.push((id, row));
        }
        self.facts.push(Facts {
            number: at.number,
            line: at.line,
            parent_id: draft.parent_id,
            level,
            level_is_for_all: said == LevelSaid::ForAll,
            service_type: draft.service_type,
            child_service_types: draft.child_service_types.bits(),
            failed: validity == Validity::Invalid,
        });
    }

    /// Takes the rows that follow these; `next` is empty afterwards, and keeps its memory.
    pub(super) fn append(&mut self, next: &mut Self) {
        self.facts.append(&mut next.facts);
        self.names.append(&mut next.names);
        self.codes.append(&mut next.codes);
        self.parents.append(&mut next.parents);
        self.index.append(&mut next.index);
        self.ids.append(&mut next.ids);
    }

    /// The row's number as people see it.
    pub(super) fn number(&self, row: u32) -> u32 {
        self.facts[row as usize].number
    }

    /// Rows as they are named beside another one.
    pub(super) fn related(&self, rows: impl IntoIterator<Item = u32>) -> RelatedRows {
        let rows = rows.into_iter();
        self.sheets
            .related(rows.map(|row| (RowIndex(row), self.number(row))))
    }

    /// The row's number, with its sheet where several sheets are one input.
    pub(super) fn place(&self, row: u32) -> String {
        self.sheets.number(RowIndex(row), self.number(row))
    }

    /// The row's name in quotation marks, or its number where it has none.
    pub(super) fn called(&self, row: u32) -> String {
        match self.names.get(row) {
            "" => format!("row {}", self.place(row)),
            name => super::cell::quoted(name),
        }
    }

    /// A problem of a row, at the cell of `field`.
    pub(super) fn problem(
        &self,
        tables: &Tables,
        rule: &'static Rule,
        row: u32,
        field: Field,
        message: impl Into<Phrase>,
    ) -> Diagnostic {
        let facts = &self.facts[row as usize];
        let column = tables
            .columns(row)
            .iter()
            .find(|column| column.field == field);
        let address = CellAddress {
            row: facts.number,
            column: column.and_then(|column| column.letter),
        };
        let diagnostic = Diagnostic::of_row(rule, RowIndex(row), facts.number, message)
            .at(address)
            .on_sheet(self.sheets.of(RowIndex(row)))
            .on_line(facts.line);
        match column {
            Some(column) => diagnostic.in_shared_column(&column.header),
            None => diagnostic,
        }
    }

    /// No row from this one on is sent.
    pub(super) fn fail_from(&mut self, first: u32) {
        for fact in &mut self.facts[first as usize..] {
            fact.failed = true;
        }
    }

    /// Marks the row of an error as one that is not sent.
    pub(super) fn mark(&mut self, diagnostic: &Diagnostic) {
        if diagnostic.rule.severity == Severity::Error
            && let Some(row) = diagnostic.row
        {
            self.facts[row.as_usize()].failed = true;
        }
    }
}
