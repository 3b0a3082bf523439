//! What a check came to, by row: which rows count and why the others do not, what is wrong where, and
//! the views that follow from it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::causes::Causes;
use super::folded::Folded;
use super::held::Held;
use super::problem::{Problem, said};
use crate::check::{CheckSettings, Mapping, RowState};
use crate::flow::event::Silence;
use crate::flow::failure::Failure;
use crate::flow::list::{CheckedFile, check_held};
use crate::gui::wire::{ListCounts, Mark};
use crate::model::{Diagnostic, RowIndex, Severity};

/// The result of a check.
#[derive(Clone)]
pub struct View {
    /// Which column is what.
    pub mapping: Mapping,
    /// The rows that count, in order.
    pub within: Vec<u32>,
    /// The rows that do not.
    pub out: Vec<u32>,
    /// Why they do not.
    pub why: Arc<HashMap<u32, Arc<str>>>,
    /// Rows with an error.
    pub need: Vec<u32>,
    /// Rows below one of these.
    pub blocked: Vec<u32>,
    /// Rows with nothing but warnings.
    pub warnings: Vec<u32>,
    /// Rows that the user changed.
    pub mended: Vec<u32>,
    /// Problems of rows, in order: row, column, what.
    pub problems: Vec<Problem>,
    /// The same by cause.
    pub causes: Arc<Causes>,
    /// Problems of the list, and not of its rows.
    pub of_file: Arc<Vec<Diagnostic>>,
    /// The row, among those that count, that each of them stands below.
    pub families: Arc<Vec<Option<RowIndex>>>,
    /// What it was checked by, but for what was changed.
    pub settings: CheckSettings,
    /// Rows that are to be sent.
    pub ready: usize,
    /// What was changed by then.
    pub folded: Arc<Folded>,
}

impl View {
    /// Checks a table with what was changed in it.
    ///
    /// # Errors
    /// Where an option does not fit the list.
    pub fn of(
        held: &Held,
        folded: &Arc<Folded>,
        settings: &CheckSettings,
    ) -> Result<Self, Failure> {
        let mut with_mends = settings.clone();
        if !folded.is_empty() {
            with_mends.selection.mends = Some(Arc::new(folded.mends(held, None)));
        }
        let file = check_held(&held.table, &with_mends, &Silence)?;
        let mut view = Self::from(file, held, folded);
        view.settings = settings.clone();
        Ok(view)
    }

    fn from(mut file: CheckedFile, held: &Held, folded: &Arc<Folded>) -> Self {
        let dropped = file.dropped.first().cloned().unwrap_or_default();
        let why: HashMap<u32, Arc<str>> = dropped
            .each()
            .map(|(row, why)| (row, Arc::clone(why)))
            .collect();
        let all = u32::try_from(held.len()).unwrap_or(u32::MAX);
        let (out, within): (Vec<u32>, Vec<u32>) = (0..all).partition(|row| why.contains_key(row));
        let of_each = file.of_each_row();
        let once: HashSet<&str> = file
            .checked
            .said_once
            .iter()
            .map(|one| one.rule.code)
            .collect();
        let found = std::mem::take(&mut file.checked.diagnostics);
        let (mut of_file, mut problems) = (Vec::new(), Vec::new());
        let of_row = file
            .mapping
            .index_of(crate::check::Field::Name)
            .unwrap_or_default();
        for what in found.into_iter().chain(of_each) {
            if what.severity() == Severity::Note {
                continue;
            }
            let Some(row) = what.row.and_then(|row| within.get(row.as_usize())) else {
                if !once.contains(what.rule.code) {
                    of_file.push(what);
                }
                continue;
            };
            let column = what.at.and_then(|at| at.column);
            let column = column.and_then(|column| held.place(column));
            problems.push(Problem {
                row: *row,
                column: column.unwrap_or(of_row),
                what: Arc::new(what),
            });
        }
        problems.sort_by_key(|one| (one.row, one.column));
        let states = &file.checked.rows;
        let in_state = |wanted: &dyn Fn(&RowState) -> bool| -> Vec<u32> {
            let rows = within.iter().zip(states);
            rows.filter(|(_, state)| wanted(state))
                .map(|(row, _)| *row)
                .collect()
        };
        let need = in_state(&|state| matches!(state, RowState::Invalid));
        let blocked = in_state(&|state| matches!(state, RowState::Blocked { .. }));
        let accepted = in_state(&|state| matches!(state, RowState::Accepted));
        let warned: HashSet<u32> = problems.iter().map(|one| one.row).collect();
        let warnings: Vec<u32> = accepted
            .iter()
            .copied()
            .filter(|row| warned.contains(row))
            .collect();
        let causes = Causes::of(&problems, &of_file, &within, held, folded);
        Self {
            of_file: Arc::new(of_file),
            families: Arc::new(file.checked.families),
            settings: CheckSettings::default(),
            ready: accepted.len(),
            mapping: file.mapping,
            within,
            out,
            why: Arc::new(why),
            need,
            blocked,
            warnings,
            mended: folded.rows(held),
            problems,
            causes: Arc::new(causes),
            folded: Arc::clone(folded),
        }
    }

    /// The problems of a row.
    pub fn of_row(&self, row: u32) -> &[Problem] {
        let first = self.problems.partition_point(|one| one.row < row);
        let behind = self.problems.partition_point(|one| one.row <= row);
        &self.problems[first..behind]
    }

    /// What is marked in a row.
    pub fn marks(&self, row: u32) -> impl Iterator<Item = (usize, Mark, String)> {
        self.of_row(row).iter().map(|one| {
            let mark = if one.what.is_error() {
                Mark::Error
            } else {
                Mark::Warning
            };
            (
                one.column,
                mark,
                format!("{}: {}", one.what.rule.code, said(&one.what)),
            )
        })
    }

    /// The rows of a view other than that of all rows.
    pub fn rows(&self, view: &str) -> Option<&[u32]> {
        Some(match view {
            "in" => &self.within,
            "out" => &self.out,
            "need" => &self.need,
            "warnings" => &self.warnings,
            "mended" => &self.mended,
            view => self
                .causes
                .get(view.strip_prefix("cause:")?)?
                .rows
                .as_slice(),
        })
    }

    /// How many rows are what.
    pub fn counts(&self) -> ListCounts {
        ListCounts {
            all: self.within.len() + self.out.len(),
            within: self.within.len(),
            out: self.out.len(),
            need: self.need.len(),
            blocked: self.blocked.len(),
            warnings: self.warnings.len(),
            mended: self.mended.len(),
            ready: self.ready,
            causes: self.causes.errors(),
        }
    }
}
