//! A rule: what can be wrong, why that matters, and what to do.

use crate::model::diagnostic::Severity;

/// One rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// The stable code, a family letter and three digits: `V101`.
    pub code: &'static str,
    /// A short stable name: `name-missing`.
    pub name: &'static str,
    /// Whether a row that breaks it is kept from being sent.
    pub severity: Severity,
    /// What is wrong, in one sentence.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// A value or a row that breaks the rule.
    pub example: &'static str,
    /// How to mend it.
    pub fix: &'static str,
}

impl Rule {
    /// Whether it tells of rows that were left out because they are no customers: headings, totals,
    /// notes, blank ones. Short lists have many of them, and one line tells of all.
    pub fn is_omission(&self) -> bool {
        const CODES: [&str; 8] = [
            "R037", "R040", "R042", "R045", "R050", "R051", "R052", "R054",
        ];
        CODES.contains(&self.code)
    }
}
