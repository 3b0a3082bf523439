//! What rows that do not count have to do with those that do, and parents that a tool says in its own
//! way, as rows of the list.

use super::cell::quoted;
use super::field::Field;
use super::index::Joined;
use super::mends::MendsMet;
use super::parents::{LEFT_OUT_HELP, Target, left_out_text, refuse_left_out};
use super::rows::Rows;
use super::selection::{LeftOutNames, OfToolRows, ParentOfTool, Selected, Unmet};
use super::tables::Tables;
use crate::model::rules::hierarchy::{PARENT_AMBIGUOUS, PARENT_LEFT_OUT, PARENT_OF_TOOL_UNKNOWN};
use crate::model::rules::selection::ROOT_OF_TOOL;
use crate::model::{Diagnostic, LeftOutRows};

/// What is known beside the rows that count.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// Rows that do not count, by reason.
    pub(super) left_out: Vec<LeftOutRows>,
    /// What they are called.
    pub(super) names: LeftOutNames,
    of_tool: Option<OfToolRows>,
    mends: Option<MendsMet>,
    filters: Unmet,
}

impl Beside {
    /// Takes what is known of another table; hands back what is to be said of it.
    pub(super) fn take(&mut self, selected: Selected) -> Vec<Diagnostic> {
        for one in selected.left_out {
            match self.left_out.iter_mut().find(|other| other.why == one.why) {
                Some(other) => other.rows += one.rows,
                None => self.left_out.push(one),
            }
        }
        self.names.append(selected.names);
        self.filters.take(selected.filters);
        match (&mut self.mends, selected.mends) {
            (Some(met), Some(more)) => met.append(more),
            (None, met) => self.mends = met,
            (Some(_), None) => {}
        }
        match (&mut self.of_tool, selected.of_tool) {
            (Some(rows), Some(more)) => rows.append(more),
            (None, rows) => self.of_tool = rows,
            (Some(_), None) => {}
        }
        selected.found
    }

    /// What is to be said of filters, once all tables were read.
    pub(super) fn of_filters(&mut self) -> Vec<Diagnostic> {
        self.filters.said()
    }

    /// What is to be said of mends, once all tables were read.
    pub(super) fn of_mends(&mut self) -> Vec<Diagnostic> {
        self.mends.take().map(MendsMet::said).unwrap_or_default()
    }

    /// Gives rows their parents, as far as the cells alone do not say them.
    pub(super) fn apply(
        &self,
        rows: &Rows,
        tables: &Tables,
        joined: &Joined,
        targets: &mut [Target],
    ) -> Vec<Diagnostic> {
        refuse_left_out(rows, &joined.found, &self.names, targets);
        let of_tool = self.of_tool.iter();
        of_tool
            .flat_map(|one| parents(one, rows, tables, targets))
            .collect()
    }
}

/// Gives the rows their parents, and says what is wrong with them.
fn parents(
    of_tool: &OfToolRows,
    rows: &Rows,
    tables: &Tables,
    targets: &mut [Target],
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut below_root = 0_usize;
    for (row, parent) in of_tool.parents() {
        let target = &mut targets[row as usize];
        let (rule, message, help) = match parent {
            ParentOfTool::Row(parent) => {
                *target = Target::Row(parent);
                continue;
            }
            ParentOfTool::Root => {
                below_root += 1;
                continue;
            }
            ParentOfTool::LeftOut(called, parent) => (
                &PARENT_LEFT_OUT,
                left_out_text(called, parent),
                LEFT_OUT_HELP,
            ),
            ParentOfTool::Several(called) => (
                &PARENT_AMBIGUOUS,
                format!("the parent {} can be any of several rows", quoted(called)),
                "give each row of the list a different number",
            ),
            ParentOfTool::Unknown(called) => (
                &PARENT_OF_TOOL_UNKNOWN,
                format!("the parent {} is not in the list", quoted(called)),
                "export the parents too, or import each part separately with --only; for a \
                 rejected.csv, fix the list itself and run it again",
            ),
        };
        *target = Target::Wrong;
        found.push(
            rows.problem(tables, rule, row, Field::Parent, message)
                .with_help(help),
        );
    }
    if let Some(root) = of_tool.root().filter(|_| below_root > 0) {
        let message = format!(
            "{} is not in the list, and the only such parent: the tool's own root, so \
             {below_root} {} created below the default parent",
            quoted(root),
            if below_root == 1 {
                "row is"
            } else {
                "rows are"
            }
        );
        found.push(Diagnostic::of_file(&ROOT_OF_TOOL, message).with_value(root));
    }
    found
}
