//! Parents that a tool says in its own way, as rows of the list.

use super::cell::quoted;
use super::field::Field;
use super::parents::{LEFT_OUT_HELP, Target, left_out_text};
use super::rows::Rows;
use super::selection::{OfToolRows, ParentOfTool};
use super::tables::Tables;
use crate::model::Diagnostic;
use crate::model::rules::hierarchy::{PARENT_AMBIGUOUS, PARENT_LEFT_OUT, PARENT_OF_TOOL_UNKNOWN};
use crate::model::rules::selection::ROOT_OF_TOOL;

/// Gives the rows their parents, and says what is wrong with them.
pub(super) fn apply(
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
                "give each row of the list a number of its own",
            ),
            ParentOfTool::Unknown(called) => (
                &PARENT_OF_TOOL_UNKNOWN,
                format!("the parent {} is no row of the list", quoted(called)),
                "export the parents too, or import each part by itself with --only; of a rejected.csv, \
                 mend the list itself and run it again",
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
            "{} is no row of the list, and the only parent that is none: the tool's own root, so \
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
