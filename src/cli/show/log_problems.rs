//! Problems as log lines: rule and place, and nothing of what the cells hold.

use crate::model::{Diagnostic, Severity};

/// So many problems are lines of their own; the result files have all.
const MOST: usize = 1000;

/// Writes each problem into the log, at the level of its severity.
pub fn log_problems(diagnostics: &[Diagnostic]) {
    for one in diagnostics.iter().take(MOST) {
        let (code, rule, what) = (one.rule.code, one.rule.name, one.rule.what);
        let row = one.at.map(|at| at.row);
        let cell = one.at.filter(|at| at.column.is_some());
        let cell = cell.map(|at| at.to_string());
        let (cell, sheet) = (cell.as_deref(), one.sheet.as_deref());
        match one.severity() {
            Severity::Error => tracing::error!(code, rule, row, cell, sheet, what, "problem"),
            Severity::Warning => tracing::warn!(code, rule, row, cell, sheet, what, "problem"),
            Severity::Note => tracing::info!(code, rule, row, cell, sheet, what, "problem"),
        }
    }
    let more = diagnostics.len().saturating_sub(MOST);
    if more > 0 {
        tracing::warn!(more, "more problems are in the result files");
    }
}
