//! All rules there are.

use super::rule::Rule;
use super::{
    countries, dates, duplicates, headers, hierarchy, left_out, reading, selection, tenant, texts,
    words, workbook,
};

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
