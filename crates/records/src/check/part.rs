//! Some consecutive rows of a table, checked one by one by what was settled before the first.

use std::sync::Arc;

use super::accepted::{Accepted, Parent, ParentTarget, RowState};
use super::columns::{
    Column, LevelUnsaid, check_defaults, columns_of, entries_of, given_for_all, level_unsaid,
};
use super::country_column::CountryColumns;
use super::draft::{BillingContactForm, accept};
use super::field::Field;
use super::known::Comparison;
use super::left_out::LeftOut;
use super::levels::{Deriving, InList, Levels};
use super::mapping::{Mapping, MappingOptions, OptionError, ValueEntry, map_header};
use super::parents::Target;
use super::row::read_row;
use super::row_draft::{Draft, Findings, LevelCell, Memory, RowAt, Validity};
use super::rows::{LevelSaid, Rows};
use super::selection::SelectionOptions;
use super::text::trim;
use crate::model::{
    CellAddress, Diagnostic, Header, LevelChoice, Phrase, Row, RowBatch, RowIndex, Text,
};

/// Whether accepted rows are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keep {
    /// As `Checked::accepted`, for a plan.
    #[default]
    Accepted,
    /// Nothing but states and diagnostics: memory does not grow with the rows' width.
    Nothing,
    /// The same, and each row's parent: what is needed to tell what a change of one row can alter.
    Families,
}

/// How a table is checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckSettings {
    /// Which columns are which fields, and what fills empty cells.
    pub mapping: MappingOptions,
    /// How billing contacts go over the wire.
    pub billing_contact: BillingContactForm,
    /// Whether accepted rows are kept.
    pub keep: Keep,
    /// What a result file is compared with before, by a [`Restorer`](super::Restorer).
    pub comparison: Comparison,
    /// Who works out levels that are to be derived.
    pub deriving: Deriving,
    /// Which rows count.
    pub selection: SelectionOptions,
    /// Whether there must be a row.
    pub empty: EmptyList,
}

/// What a list without rows is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EmptyList {
    /// An export that went wrong, most likely.
    #[default]
    Refused,
    /// A list like any other.
    Allowed,
}

impl CheckSettings {
    /// What is said of a table's columns and values, by the user and by what is known of the export
    /// that it is.
    pub fn mapping_of(&self, header: &Header) -> MappingOptions {
        self.selection.mapping(&self.mapping, header)
    }
}

/// What is settled before the first row, and read by all threads.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) mapping: Mapping,
    pub(super) columns: Vec<Column>,
    pub(super) billing_contact: BillingContactForm,
    pub(super) keep: Keep,
    pub(super) level_unsaid: LevelUnsaid,
    /// The level that rows get which do not say theirs.
    level_for_all: Option<LevelForAll>,
    pub(super) deriving: Deriving,
    pub(super) empty: EmptyList,
    /// What the user says of the list's words.
    pub(super) values: Vec<ValueEntry>,
    /// Invalid where the header has an error: no row may be sent.
    pub(super) header: Validity,
}

impl Plan {
    pub(super) fn of(
        header: &Header,
        settings: &CheckSettings,
        sample: &RowBatch,
    ) -> Result<(Self, Vec<Diagnostic>), OptionError> {
        let said = settings.mapping_of(header);
        let (mapping, mut diagnostics) = map_header(header, sample, &said)?;
        settings.selection.say_asked(&mut diagnostics, header);
        check_defaults(&mapping)?;
        let values = entries_of(&said.values)?;
        let columns = columns_of(&mapping, &values, sample);
        let mut levels = columns.iter().filter(|one| one.field == Field::Level);
        let plan = Self {
            level_for_all: levels.find_map(LevelForAll::of),
            columns,
            level_unsaid: level_unsaid(&mapping),
            deriving: settings.deriving,
            empty: settings.empty,
            mapping,
            billing_contact: settings.billing_contact,
            keep: settings.keep,
            // What is known of an export is more than one list has: nothing is said of that.
            values: settings.mapping.values.clone(),
            header: Validity::of(&diagnostics),
        };
        Ok((plan, diagnostics))
    }

    /// The level for all, where it is the row's.
    fn level_for_all(&self, row: &Row<'_>) -> Option<&Arc<str>> {
        let for_all = self.level_for_all.as_ref()?;
        let is_own = |index: usize| !trim(row.text(index)).is_empty();
        (!for_all.index.is_some_and(is_own)).then_some(&for_all.said)
    }
}

/// A level that rows get which do not say theirs.
#[derive(Debug)]
struct LevelForAll {
    /// The column whose empty cells get it; none where all rows do.
    index: Option<usize>,
    /// By what, in words.
    said: Arc<str>,
}

impl LevelForAll {
    fn of(column: &Column) -> Option<Self> {
        Some(Self {
            index: column.index,
            said: given_for_all(column, None)?.into(),
        })
    }
}

/// Some consecutive rows, checked one by one.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) rows: Rows,
    pub(super) left_out: LeftOut,
    pub(super) countries: CountryColumns,
    /// Rows that are not sent because they do not say their level, with their numbers.
    pub(super) lack_level: Vec<(RowIndex, u32)>,
    pub(super) accepted: Vec<Accepted>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Part {
    pub(super) fn of(plan: &Plan) -> Self {
        Self {
            rows: Rows::default(),
            left_out: LeftOut::of(&plan.mapping),
            countries: CountryColumns::default(),
            lack_level: Vec::new(),
            accepted: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    /// Checks the next rows, the first of which is row `first` of the table.
    pub(super) fn check(&mut self, plan: &Plan, memory: &mut Memory, batch: &RowBatch, first: u32) {
        let mut spare = RowBatch::default();
        for (index, row) in (first..).zip(batch.rows()) {
            let at = RowAt {
                index: RowIndex(index),
                number: row.number(),
                line: row.line(),
            };
            let mut findings = Findings {
                diagnostics: &mut self.diagnostics,
                at,
                validity: plan.header,
            };
            let origin = plan.mapping.origin;
            let mut draft = Draft::empty();
            read_row(
                &mut draft,
                &plan.columns,
                origin,
                row,
                &mut spare,
                memory,
                &mut findings,
            );
            let mut validity = findings.validity;
            self.left_out.count(at, &draft, validity);
            self.countries.count(at, &draft);
            let level = match draft.level {
                LevelCell::Level(level) => LevelChoice::Given(level),
                LevelCell::Wrong => LevelChoice::Unsaid,
                LevelCell::Empty => self.without_level(plan, at, (&draft, &row), &mut validity),
            };
            let for_all = plan.level_for_all(&row);
            let said = for_all.map_or(LevelSaid::OfRow, |_| LevelSaid::ForAll);
            self.rows.add(at, &draft, (level, said), validity);
            if plan.keep == Keep::Accepted && validity == Validity::Valid {
                let parent = Parent {
                    target: ParentTarget::Default,
                    expected_id: None,
                    written: None,
                    at: parent_cell(&plan.columns, at.number, &draft),
                };
                let form = plan.billing_contact;
                let accepted = accept(&plan.columns, form, at, &draft, level, parent);
                let level_for_all = for_all.cloned();
                self.accepted.push(Accepted {
                    level_for_all,
                    ..accepted
                });
            }
        }
    }

    /// What becomes of a row that does not say its level. One that was imported before is not sent.
    fn without_level(
        &mut self,
        plan: &Plan,
        at: RowAt,
        (draft, row): (&Draft<'_>, &Row<'_>),
        validity: &mut Validity,
    ) -> LevelChoice {
        match plan.level_unsaid {
            LevelUnsaid::Derive => return LevelChoice::Derived,
            LevelUnsaid::Refuse if draft.existing_id.is_none() => {
                *validity = Validity::Invalid;
                self.left_out.lacks_level(at, row);
                self.lack_level.push((at.index, at.number));
            }
            LevelUnsaid::Refuse | LevelUnsaid::Undecided => {}
        }
        LevelChoice::Unsaid
    }

    /// Takes the rows that follow these; `next` is empty afterwards, and keeps its memory.
    pub(super) fn append(&mut self, next: &mut Self) {
        self.rows.append(&mut next.rows);
        self.lack_level.append(&mut next.lack_level);
        self.left_out.append(&mut next.left_out);
        self.countries.append(&mut next.countries);
        self.accepted.append(&mut next.accepted);
        self.diagnostics.append(&mut next.diagnostics);
    }

    pub(super) fn take(&mut self, found: Vec<Diagnostic>) {
        for diagnostic in &found {
            self.rows.mark(diagnostic);
        }
        add(&mut self.diagnostics, found);
    }

    /// Gives the accepted rows their parents and drops those that are not sent after all.
    pub(super) fn place(
        &mut self,
        states: &[RowState],
        targets: &[Target],
        levels: &Levels,
    ) -> Vec<Accepted> {
        let mut accepted = std::mem::take(&mut self.accepted);
        accepted.retain_mut(|row| {
            let index = row.row.as_usize();
            if states[index] != RowState::Accepted {
                return false;
            }
            if row.level == LevelChoice::Derived
                && let InList::Known(level) = levels.of_row(&self.rows, row.row.0)
            {
                row.level_in_list = Some(level);
            }
            row.parent.target = match targets[index] {
                Target::Default => ParentTarget::Default,
                Target::Id(id) => ParentTarget::Id(id),
                Target::Row(parent) => ParentTarget::Row(RowIndex(parent)),
                Target::Named | Target::Wrong => {
                    let name = self.rows.parents.get(row.row.0);
                    ParentTarget::Named(
                        Text::parse(name).expect("a row without errors has valid texts"),
                    )
                }
            };
            let written = self.rows.parents.get(row.row.0);
            if !written.is_empty() {
                row.parent.expected_id = self.rows.facts[index].parent_id;
                row.parent.written = Text::parse(written).ok();
            }
            true
        });
        accepted
    }
}

fn parent_cell(
    columns: &[Column],
    number: u32,
    draft: &Draft<'_>,
) -> Option<(CellAddress, Phrase)> {
    let field = match (draft.text(Field::Parent), draft.parent_id) {
        ("", None) => return None,
        ("", Some(_)) => Field::ParentId,
        _ => Field::Parent,
    };
    let column = columns.iter().find(|column| column.field == field)?;
    let address = CellAddress {
        row: number,
        column: column.letter,
    };
    Some((address, column.header.clone()))
}

/// Adds diagnostics, without moving them where there were none.
pub(super) fn add(all: &mut Vec<Diagnostic>, mut more: Vec<Diagnostic>) {
    if all.is_empty() {
        *all = more;
    } else {
        all.append(&mut more);
    }
}
