//! The catalogue as text: one rule for `explain`, all of them for `docs/reference/rules.md`.

use std::fmt::Write as _;

use super::{Rule, all};

/// What `explain CODE` prints: everything the catalogue knows of one rule.
pub fn explain(rule: &Rule) -> String {
    format!(
        "{} {} ({})\n\n{}\n\nWhy:     {}\nExample: {}\nFix:     {}\n",
        rule.code,
        rule.name,
        rule.severity.as_str(),
        rule.what,
        rule.why,
        rule.example,
        rule.fix,
    )
}

/// The text of `docs/reference/rules.md`.
pub fn reference() -> String {
    let mut page = String::from(
        "# Rules\n\n\
         Generated from the catalogue in `crates/records/src/model/rules`; do not edit. \
         `partner-import explain CODE` prints an entry.\n\n\
         An error keeps its row from being sent; a warning does not, and is reported. \
         A note is a harmless remark: it never makes `--strict` fail. \
         Codes are never reused.\n",
    );
    let mut family = "";
    for rule in all() {
        let letter = &rule.code[..1];
        if letter != family {
            family = letter;
            let _ = write!(page, "\n## {}: {}\n", letter, family_title(letter));
        }
        let _ = write!(
            page,
            "\n### {} {}\n\n*{}* - {}\n\n- Why: {}\n- Example: {}\n- Fix: {}\n",
            rule.code,
            rule.name,
            rule.severity.as_str(),
            rule.what,
            rule.why,
            rule.example,
            rule.fix,
        );
    }
    page
}

fn family_title(letter: &str) -> &'static str {
    match letter {
        "R" => "reading the file and its header",
        "V" => "one cell",
        "H" => "hierarchy",
        "D" => "duplicates",
        _ => "what only the tenant can tell",
    }
}
