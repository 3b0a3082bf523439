//! The catalogue of rules: a stable code for everything that can be wrong with an input, each with
//! what, why, an example and the fix. `explain CODE` and `docs/reference/rules.md` come from here.
//!
//! Codes are never reused. Families: `R` reading, `V` one cell, `H` hierarchy, `D` duplicates, `T`
//! tenant.

use super::diagnostic::Severity;

/// Declares rules in the order of their codes, and `RULES`, the family they make up.
macro_rules! catalogue {
    ($($NAME:ident = $severity:ident $code:literal $name:literal {
        what: $what:literal,
        why: $why:literal,
        example: $example:literal,
        fix: $fix:literal $(,)?
    })+) => {
        $(
            #[doc = concat!("The rule `", $code, "`, `", $name, "`.")]
            pub static $NAME: $crate::model::rules::Rule = $crate::model::rules::Rule {
                code: $code,
                name: $name,
                severity: $crate::model::Severity::$severity,
                what: $what,
                why: $why,
                example: $example,
                fix: $fix,
            };
        )+

        /// The rules of this file, in the order of their codes.
        pub const RULES: &[&$crate::model::rules::Rule] = &[$(&$NAME),+];
    };
}

pub mod countries;
pub mod dates;
pub mod duplicates;
pub mod headers;
pub mod hierarchy;
pub mod left_out;
pub mod reading;
pub mod selection;
pub mod tenant;
mod text;
pub mod texts;
pub mod words;
pub mod workbook;

pub use text::{explain, reference};

/// The rules whose breach makes the whole table uncertain: none of its rows is sent.
pub const REFUSALS: &[&Rule] = &[
    &reading::DELIMITER_UNSURE,
    &reading::LISTS_PASTED,
    &reading::COLUMNS_APART,
    &selection::EXPORT_UNDECIDED,
    &selection::EXPORT_ANOTHER,
    &selection::CONDITION_WITHOUT_COLUMN,
    &selection::MEND_AMBIGUOUS,
];

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

/// The rule with this code, whatever its case.
pub fn find(code: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.code.eq_ignore_ascii_case(code.trim()))
}

/// Every rule, in the order of the codes within each family.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().flat_map(|family| family.iter().copied())
}

const FAMILIES: &[&[&Rule]] = &[
    reading::RULES,
    workbook::RULES,
    headers::RULES,
    selection::RULES,
    texts::RULES,
    words::RULES,
    dates::RULES,
    countries::RULES,
    left_out::RULES,
    hierarchy::RULES,
    duplicates::RULES,
    tenant::RULES,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_and_names_are_unique_and_well_formed() {
        let mut codes = BTreeSet::new();
        let mut names = BTreeSet::new();
        for rule in all() {
            let (family, digits) = rule.code.split_at(1);
            assert!("RVHDT".contains(family), "{}", rule.code);
            assert!(
                digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit()),
                "{}",
                rule.code
            );
            assert!(codes.insert(rule.code), "{} twice", rule.code);
            assert!(names.insert(rule.name), "{} twice", rule.name);
            for text in [rule.what, rule.why, rule.example, rule.fix] {
                assert!(!text.is_empty(), "{} lacks a text", rule.code);
            }
        }
    }

    #[test]
    fn rules_are_found_by_code_in_any_case() {
        assert_eq!(find(" v101 ").map(|rule| rule.name), Some("name-missing"));
        assert_eq!(find("V999x"), None);
    }
}
