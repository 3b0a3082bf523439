//! The catalogue of rules: a stable code for everything that can be wrong with an input, each with
//! what, why, an example and the fix. `explain CODE` and `docs/reference/rules.md` come from here.
//!
//! Codes are never reused. Families: `R` reading, `V` one cell, `H` hierarchy, `D` duplicates, `T`
//! tenant.

pub mod workbook;

use super::diagnostic::Severity;

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

/// The rule with this code, whatever its case.
pub fn find(code: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.code.eq_ignore_ascii_case(code.trim()))
}

/// Every rule, in the order of the codes.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().flat_map(|family| family.iter().copied())
}

const FAMILIES: &[&[&Rule]] = &[workbook::RULES];
