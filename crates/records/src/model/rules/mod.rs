//! The catalogue of rules: a stable code for everything that can be wrong with an input, each with
//! what, why, an example and the fix. `explain CODE` and `docs/reference/rules.md` come from here.
//!
//! Codes are never reused. Families: `R` reading, `V` one cell, `H` hierarchy, `D` duplicates, `T`
//! tenant.

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

mod all;
pub mod countries;
pub mod dates;
pub mod duplicates;
pub mod headers;
pub mod hierarchy;
pub mod left_out;
pub mod reading;
mod rule;
pub mod selection;
pub mod tenant;
mod text;
pub mod texts;
pub mod words;
pub mod workbook;

pub use all::{REFUSALS, all, find};
pub use rule::Rule;
pub use text::{explain, reference};

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
