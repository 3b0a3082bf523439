//! Diagnostics for people and machines: pure functions into a writer, which know nothing of files,
//! terminals or where the diagnostics come from.

mod blocks;
pub mod excerpt;
pub mod github;
mod groups;
pub mod json;
pub mod jsonl;
pub mod junit;
pub mod sarif;
pub mod text;

use crate::model::{Diagnostic, Severity, Source, TableSummary};

/// What is rendered: one table and what was found in it.
#[derive(Debug, Clone, Copy)]
pub struct Findings<'a> {
    /// The file and sheet.
    pub source: &'a Source,
    /// The table in numbers.
    pub summary: &'a TableSummary,
    /// The diagnostics, in the order in which they are shown.
    pub diagnostics: &'a [Diagnostic],
}

impl Findings<'_> {
    /// How many diagnostics are of this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity() == severity)
            .count()
    }
}

/// The sheet of a problem: its own where several sheets are one input, else the source's.
fn sheet_of<'a>(source: &'a Source, diagnostic: &'a Diagnostic) -> Option<&'a str> {
    diagnostic.sheet.as_deref().or(source.sheet.as_deref())
}

/// Whether a message begins with its place, as `row 1 is above the table` does: then the place is not said
/// before it again.
pub fn says_where(message: &str, place: &str) -> bool {
    let rest = message.strip_prefix(place);
    rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric()))
}

/// `1 error`, `2 errors`.
pub fn counted(count: usize, noun: &str) -> String {
    crate::model::number::counted(count, noun)
}
