//! What is said of a list that was recognised as a tool's export.

use std::collections::BTreeSet;

use crate::check::exports::Counting;
use crate::model::number::{counted, grouped};
use crate::model::rules::selection::{EXPORT_RECOGNISED, EXPORT_UNDECIDED};
use crate::model::{Diagnostic, LeftOutRows};

/// Says what the list was recognised as; an error where rows would be left out and nobody has decided.
pub(super) fn said(
    counting: Counting,
    reasons: &[LeftOutRows],
    of_export: &BTreeSet<usize>,
) -> Option<Diagnostic> {
    let export = counting.export()?;
    let (tool, name) = (&export.tool, &export.name);
    if counting.applied().is_some() {
        let message = format!("the list is read as an export of {tool}");
        return Some(Diagnostic::of_file(&EXPORT_RECOGNISED, message));
    }
    let met = of_export.iter().map(|reason| &reasons[*reason]);
    let met: Vec<&LeftOutRows> = met.filter(|one| one.rows > 0).collect();
    let rows: usize = met.iter().map(|one| one.rows).sum();
    if rows == 0 {
        let message = format!("the list is an export of {tool}");
        let help = format!("--export {name} reads it as that, --export none as it stands");
        return Some(Diagnostic::of_file(&EXPORT_RECOGNISED, message).with_help(help));
    }
    let kinds: Vec<String> = met
        .iter()
        .map(|one| format!("{} {}", grouped(one.rows), one.why))
        .collect();
    let (rows, are) = match rows {
        1 => ("1 row".to_owned(), "is"),
        many => (counted(many, "row"), "are"),
    };
    let message = format!(
        "the list is an export of {tool}, and {rows} {are} most likely no customer: {}",
        kinds.join(", ")
    );
    let help = format!(
        "--export {name} leaves them out, --export none imports the list as it stands; in the profile: export = \"{name}\""
    );
    Some(Diagnostic::of_file(&EXPORT_UNDECIDED, message).with_help(help))
}
