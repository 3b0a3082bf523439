//! The check of one table: rows stream through, the rules that look across rows come at the end.

use super::accepted::{Accepted, Checked, Parent, ParentTarget, RowState};
use super::columns::{Column, check_defaults, columns_of};
use super::draft::{BillingContactForm, accept};
use super::field::Field;
use super::left_out::LeftOut;
use super::mapping::{Mapping, MappingOptions, OptionError, map_header};
use super::parents::{self, Target};
use super::row::{Draft, Findings, Memory, RowAt, read_row};
use super::rows::Rows;
use super::{duplicates, tree};
use crate::model::{CellAddress, Diagnostic, Header, RowBatch, RowIndex, Severity, Text};

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
    mapping: Mapping,
    columns: Vec<Column>,
    billing_contact: BillingContactForm,
    keep: Keep,
    memory: Memory,
    rows: Rows,
    left_out: LeftOut,
    accepted: Vec<Accepted>,
    diagnostics: Vec<Diagnostic>,
    /// An error in the header: no row may be sent.
    header_failed: bool,
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
        Ok(Self {
            columns: columns_of(&mapping),
            left_out: LeftOut::of(&mapping),
            mapping,
            billing_contact: settings.billing_contact,
            keep: settings.keep,
            memory: Memory::default(),
            rows: Rows::default(),
            accepted: Vec::new(),
            header_failed: diagnostics.iter().any(Diagnostic::is_error),
            diagnostics,
        })
    }

    /// What became of the columns.
    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// Checks the next rows of the table.
    ///
    /// # Panics
    /// When a table has 2^32 rows or more.
    pub fn batch(&mut self, rows: &RowBatch) {
        for row in rows.rows() {
            let at = RowAt {
                index: RowIndex(self.rows.len()),
                number: row.number(),
                line: row.line(),
            };
            let mut findings = Findings {
                diagnostics: &mut self.diagnostics,
                at,
                failed: self.header_failed,
            };
            let draft = read_row(
                &self.columns,
                self.mapping.origin,
                row,
                &mut self.memory,
                &mut findings,
            );
            let failed = findings.failed;
            self.rows.add(at, &draft, failed);
            self.left_out.count(at, &draft, failed);
            if self.keep == Keep::Accepted && !failed {
                let parent = Parent {
                    target: ParentTarget::Default,
                    expected_id: None,
                    at: parent_cell(&self.columns, at.number, &draft),
                };
                let accepted = accept(&self.columns, self.billing_contact, at, &draft, parent);
                self.accepted.push(accepted);
            }
        }
    }

    /// Takes what the reading has found; rows with an error there are not sent either.
    pub fn take_reading_problems(&mut self, found: impl IntoIterator<Item = Diagnostic>) {
        self.take(found.into_iter().collect());
    }

    /// Applies the rules that look across rows, and hands over what was found.
    pub fn finish(mut self) -> Checked {
        let index = std::mem::take(&mut self.rows.index);
        let joined = index.join(self.rows.len());
        let targets = parents::targets(&self.rows, &joined);
        let found = &joined.found;
        let wrong = parents::problems(&self.rows, &self.columns, &targets, found);
        self.take(wrong);
        let circles = tree::cycles(&self.rows, &self.columns, &targets);
        self.take(circles);
        let levels = tree::levels(&self.rows, &self.columns, &targets);
        self.take(levels);
        let twice = duplicates::find(&self.rows, &self.columns, &targets, found);
        self.take(twice);
        let states = if self.header_failed {
            vec![RowState::Invalid; self.rows.facts.len()]
        } else {
            let (states, blocked) = tree::states(&self.rows, &self.columns, &targets);
            self.take(blocked);
            states
        };
        self.left_out.report(&mut self.diagnostics);
        sort(&mut self.diagnostics);
        let accepted = self.place(&states, &targets);
        Checked {
            rows: states,
            accepted,
            diagnostics: self.diagnostics,
        }
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
) -> Option<(CellAddress, Box<str>)> {
    let field = match (draft.text(Field::Parent), draft.parent_id) {
        ("", None) => return None,
        ("", Some(_)) => Field::ParentId,
        _ => Field::Parent,
    };
    let column = columns.iter().find(|column| column.field == field)?;
    let address = CellAddress {
        row: number,
        column: column.column,
    };
    Some((address, column.header.clone()))
}

/// File-wide problems first, then in the order of the file; errors of a cell before its warnings.
fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by_key(|diagnostic| {
        let column = diagnostic.at.and_then(|at| at.column);
        let severity = match diagnostic.severity() {
            Severity::Error => 0,
            Severity::Warning => 1,
        };
        (diagnostic.row, column, severity, diagnostic.rule.code)
    });
}
