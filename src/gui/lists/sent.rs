//! What would be sent for a row, and which rows were changed since they were sent.

use std::sync::Arc;

use super::list::List;
use super::problem::said;
use super::rows::severity;
use super::snapshot::Snapshot;
use crate::check::record::{fields_given, value};
use crate::check::{Field, Keep, SelectionOptions};
use crate::flow::event::Silence;
use crate::flow::failure::Failure;
use crate::flow::list::{HeldTable, check_held};
use crate::gui::fault::Fault;
use crate::gui::wire::{Mark, Member, Row, RowProblem, Sent};
use crate::model::{Diagnostic, RowBatch, Severity};
use crate::settings::Typed;

impl List {
    /// What would be sent for a row, by itself: the tenant is not asked.
    ///
    /// # Errors
    /// Where there is no such row.
    pub fn sent(&self, number: u32) -> Result<Sent, Fault> {
        let snapshot = self.snapshot()?;
        let (held, view) = (&snapshot.held, &snapshot.view);
        let row = held.row_of(number).ok_or(Fault::not_found("row"))?;
        let shown = snapshot.row(row);
        let name = view.mapping.index_of(Field::Name);
        let name = name.map_or("", |column| snapshot.text(row, column)).trim();
        let resolved = self.resolved(&snapshot.asks, Some(held), &Typed::default())?;
        let mut checking = resolved.checking(Keep::Accepted).map_err(Failure::from)?;
        checking.selection.only.clear();
        checking.selection.leave_out.clear();
        if !snapshot.folded.is_empty() {
            let mends = snapshot.folded.mends(held, None);
            checking.selection.mends = Some(Arc::new(mends));
        }
        let batch = held.alone(row).ok_or(Fault::not_found("row"))?;
        let table = HeldTable::of(&held.table, vec![batch]);
        let file = check_held(&table, &checking, &Silence)?;
        let given = fields_given(&file.mapping);
        let members = file
            .checked
            .accepted
            .first()
            .map_or_else(Vec::new, |accepted| {
                let of = |field: Field| {
                    let giver = snapshot.asks.giver(field);
                    let column = file.mapping.index_of(field);
                    let cell = column.map(|column| format!("{}{number}", held.letter(column)));
                    let is_empty = || {
                        column.is_some_and(|column| snapshot.text(row, column).trim().is_empty())
                    };
                    match cell {
                        _ if file.mapping.constant_of(field).is_some() => {
                            format!("{giver}, in every row")
                        }
                        Some(cell) if is_empty() && file.mapping.default_of(field).is_some() => {
                            format!("{giver}, as {cell} is empty")
                        }
                        Some(cell) => cell,
                        None => giver.to_owned(),
                    }
                };
                given
                    .iter()
                    .filter_map(|field| {
                        let text = value(accepted, *field);
                        (!text.is_empty()).then(|| Member {
                            member: field.path(),
                            value: text.into_owned(),
                            from: of(*field),
                        })
                    })
                    .collect()
            });
        let index = u32::try_from(row).unwrap_or(u32::MAX);
        let problems = view.of_row(index).iter().map(|one| RowProblem {
            severity: severity(one.what.is_error()),
            code: one.what.rule.code,
            says: said(&one.what),
        });
        Ok(Sent {
            row: number,
            name: name.to_owned(),
            out: shown.out,
            members,
            problems: problems.collect(),
        })
    }

    /// Rows that were just changed, with what is wrong in each by itself: what only other rows can tell
    /// comes with the next check.
    pub(super) fn fresh(&self, now: &Snapshot, rows: &[usize]) -> Vec<Row> {
        let mut shown: Vec<Row> = rows.iter().map(|row| now.row(*row)).collect();
        let Ok(found) = self.alone(now, rows) else {
            return shown;
        };
        for one in &found {
            let place = one.row.map(crate::model::RowIndex::as_usize);
            let column = one.at.and_then(|at| at.column);
            let column = column.and_then(|column| now.held.place(column));
            let (Some(place), Some(column)) = (place, column) else {
                continue;
            };
            let row = rows.get(place).copied().unwrap_or_default();
            let changed = now.folded.text(&now.held, row, column)
                != now.view.folded.text(&now.held, row, column);
            if let Some(shown) = shown.get_mut(place).filter(|_| changed) {
                let mark = if one.is_error() {
                    Mark::Error
                } else {
                    Mark::Warning
                };
                let text = format!("{}: {}", one.rule.code, said(one));
                shown.marks.push((column, mark, text));
            }
        }
        shown
    }

    /// What is wrong in the cells of these rows.
    fn alone(&self, now: &Snapshot, rows: &[usize]) -> Result<Vec<Diagnostic>, Failure> {
        let resolved = self.resolved(&now.asks, Some(&now.held), &Typed::default())?;
        let mut checking = resolved.checking(Keep::Nothing)?;
        checking.selection = SelectionOptions {
            export: checking.selection.export.clone(),
            mends: Some(Arc::new(now.folded.mends(&now.held, None))),
            ..SelectionOptions::default()
        };
        let mut batch = RowBatch::default();
        for row in rows.iter().filter_map(|row| now.held.row(*row)) {
            batch.push_row(row);
        }
        let table = HeldTable::of(&now.held.table, vec![batch]);
        let file = check_held(&table, &checking, &Silence)?;
        if file.dropped.iter().any(|one| one.each().next().is_some()) {
            return Ok(Vec::new());
        }
        let of_cells =
            |one: &Diagnostic| one.rule.code.starts_with('V') && one.severity() != Severity::Note;
        let mut found = file.checked.diagnostics;
        found.retain(of_cells);
        Ok(found)
    }
}
