//! The check of one table: rows stream through, the rules that look across rows come at the end.

use std::ops::ControlFlow;

use super::accepted::{Accepted, Checked, Parent, ParentTarget, RowState};
use super::columns::{Column, check_defaults, columns_of};
use super::draft::{BillingContactForm, accept};
use super::field::Field;
use super::left_out::LeftOut;
use super::mapping::{Mapping, MappingOptions, OptionError, map_header};
use super::parents::{self, Target};
use super::row::{Draft, Findings, Memory, RowAt, read_row};
use super::rows::Rows;
use super::{duplicates, in_order, stream, tree};
use crate::model::{CellAddress, Diagnostic, Header, Phrase, RowBatch, RowIndex, Text};

/// Whether accepted rows are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keep {
    /// As [`Checked::accepted`], for a plan.
    #[default]
    Accepted,
    /// Nothing but states and diagnostics: memory does not grow with the rows' width.
    Nothing,
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
}

/// Checks one table.
#[derive(Debug)]
pub struct Checker {
    plan: Plan,
    memory: Memory,
    whole: Part,
    /// Problems of the header.
    header: Vec<Diagnostic>,
}

impl Checker {
    /// Begins with the header. `sample` holds the first rows (they are only looked at; hand them to
    /// [`Checker::batch`] as well).
    pub fn new(
        header: &Header,
        settings: &CheckSettings,
        sample: &RowBatch,
    ) -> Result<Self, OptionError> {
        let (mapping, diagnostics) = map_header(header, sample, &settings.mapping)?;
        check_defaults(&mapping)?;
        let plan = Plan {
            columns: columns_of(&mapping),
            mapping,
            billing_contact: settings.billing_contact,
            keep: settings.keep,
            header_failed: diagnostics.iter().any(Diagnostic::is_error),
        };
        Ok(Self {
            whole: Part::of(&plan),
            plan,
            memory: Memory::default(),
            header: diagnostics,
        })
    }

    /// What became of the columns.
    pub fn mapping(&self) -> &Mapping {
        &self.plan.mapping
    }

    /// Checks the next rows of the table.
    ///
    /// # Panics
    /// When a table has 2^30 rows or more.
    pub fn batch(&mut self, rows: &RowBatch) {
        let first = self.whole.rows.len();
        self.whole.check(&self.plan, &mut self.memory, rows, first);
        self.whole.rows.index.settle();
    }

    /// Checks the rest of the table on two threads: `next` clears a batch and fills it, and says
    /// whether more may follow; while the other thread is busy, this one checks as well.
    pub fn stream<E>(
        &mut self,
        next: impl FnMut(&mut RowBatch) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        stream::check(&self.plan, &mut self.memory, &mut self.whole, next)
    }

    /// Takes what the reading has found of rows already checked; those with an error there are not
    /// sent either.
    pub fn take_reading_problems(&mut self, found: impl IntoIterator<Item = Diagnostic>) {
        self.whole.take(found.into_iter().collect());
    }

    /// Applies the rules that look across rows, and hands over what was found.
    pub fn finish(self) -> Checked {
        let Self {
            plan,
            mut whole,
            header,
            ..
        } = self;
        let columns = &plan.columns;
        let index = std::mem::take(&mut whole.rows.index);
        let joined = index.join(whole.rows.len());
        let targets = parents::targets(&whole.rows, &joined);
        let found = &joined.found;
        let wrong = parents::problems(&whole.rows, columns, &targets, found);
        whole.take(wrong);
        let circles = tree::cycles(&whole.rows, columns, &targets);
        whole.take(circles);
        let levels = tree::levels(&whole.rows, columns, &targets);
        for part in levels {
            whole.take(part);
        }
        let twice = duplicates::find(&whole.rows, columns, &targets, found);
        whole.take(twice);
        let states = if plan.header_failed {
            vec![RowState::Invalid; whole.rows.facts.len()]
        } else {
            let (states, blocked) = tree::states(&whole.rows, columns, &targets);
            for part in blocked {
                whole.take(part);
            }
            states
        };
        let accepted = whole.place(&states, &targets);
        // What is not needed any more makes room for the sorting.
        let Part {
            rows,
            left_out,
            mut diagnostics,
            ..
        } = whole;
        drop((rows, joined, targets));
        diagnostics.extend(header);
        left_out.report(&mut diagnostics);
        in_order::sort(&mut diagnostics);
        Checked {
            rows: states,
            accepted,
            diagnostics,
        }
    }
}

/// What is settled before the first row, and read by all threads.
#[derive(Debug)]
pub(super) struct Plan {
    mapping: Mapping,
    columns: Vec<Column>,
    billing_contact: BillingContactForm,
    keep: Keep,
    /// An error in the header: no row may be sent.
    header_failed: bool,
}

/// Some consecutive rows, checked one by one.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) rows: Rows,
    left_out: LeftOut,
    accepted: Vec<Accepted>,
    diagnostics: Vec<Diagnostic>,
}

impl Part {
    pub(super) fn of(plan: &Plan) -> Self {
        Self {
            rows: Rows::default(),
            left_out: LeftOut::of(&plan.mapping),
            accepted: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    /// Checks the next rows, the first of which is row `first` of the table.
    pub(super) fn check(&mut self, plan: &Plan, memory: &mut Memory, batch: &RowBatch, first: u32) {
        for (index, row) in (first..).zip(batch.rows()) {
            let at = RowAt {
                index: RowIndex(index),
                number: row.number(),
                line: row.line(),
            };
            let mut findings = Findings {
                diagnostics: &mut self.diagnostics,
                at,
                failed: plan.header_failed,
            };
            let origin = plan.mapping.origin;
            let draft = read_row(&plan.columns, origin, row, memory, &mut findings);
            let failed = findings.failed;
            self.rows.add(at, &draft, failed);
            self.left_out.count(at, &draft, failed);
            if plan.keep == Keep::Accepted && !failed {
                let parent = Parent {
                    target: ParentTarget::Default,
                    expected_id: None,
                    at: parent_cell(&plan.columns, at.number, &draft),
                };
                let form = plan.billing_contact;
                let accepted = accept(&plan.columns, form, at, &draft, parent);
                self.accepted.push(accepted);
            }
        }
    }

    /// Adds the rows that follow these.
    pub(super) fn append(&mut self, mut next: Self) {
        self.rows.append(next.rows);
        self.left_out.append(&next.left_out);
        self.accepted.append(&mut next.accepted);
        self.diagnostics.append(&mut next.diagnostics);
    }

    fn take(&mut self, found: Vec<Diagnostic>) {
        for diagnostic in &found {
            self.rows.mark(diagnostic);
        }
        self.diagnostics.extend(found);
    }

    /// Gives the accepted rows their parents and drops those that are not sent after all.
    fn place(&mut self, states: &[RowState], targets: &[Target]) -> Vec<Accepted> {
        let mut accepted = std::mem::take(&mut self.accepted);
        accepted.retain_mut(|row| {
            let index = row.row.as_usize();
            if states[index] != RowState::Accepted {
                return false;
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
            if !self.rows.parents.get(row.row.0).is_empty() {
                row.parent.expected_id = self.rows.facts[index].parent_id;
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
