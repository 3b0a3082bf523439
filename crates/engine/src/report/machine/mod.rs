//! What became of a run's rows, for programs: a JSON object per line, workflow commands, `JUnit` XML.
//! Rows are read from the journal one at a time; no more than a row is in memory.

pub mod github;
pub mod jsonl;
pub mod junit;

use std::io;

use super::facts::Facts;
use super::status::Status;
use super::verdict::Verdict;
use crate::journal::{RowRecord, Store};
use crate::model::phrase::sentence;

/// Hands every row to `each`, in the order of the input, until one fails.
fn each_row(
    facts: &Facts,
    store: &Store,
    mut each: impl FnMut(&RowRecord, &Verdict) -> io::Result<()>,
) -> io::Result<()> {
    let mut done = Ok(());
    let read = facts.each_row(store, |row, verdict| {
        if done.is_ok() {
            done = each(row, verdict);
        }
        Ok(())
    });
    read.map_err(io::Error::other)?;
    done
}

/// The sheet that a row stands on; `None` in a text file.
fn sheet_of<'a>(facts: &'a Facts, row: &RowRecord) -> Option<&'a str> {
    let several = facts.info.sheets.of(row.row);
    several.or(facts.info.sheet.as_deref())
}

/// The line of a text file; rows of a workbook have none.
fn line_of(facts: &Facts, row: &RowRecord) -> Option<u32> {
    (sheet_of(facts, row).is_none() && row.line > 0).then_some(row.line)
}

/// The first of a verdict's codes, which is the worst; the status where it has none.
fn main_code(verdict: &Verdict) -> &str {
    let first = verdict.code.split(' ').next().unwrap_or_default();
    if first.is_empty() {
        verdict.status.as_str()
    } else {
        first
    }
}

/// What is said of a row: the message, or what its status means.
fn words(verdict: &Verdict) -> &str {
    if verdict.message.is_empty() {
        verdict.status.meaning()
    } else {
        &verdict.message
    }
}

/// `25 of 90 customers are in the tenant: 23 created, 2 exists, 1 failed`; of a run that was undone, that
/// first.
fn headline(facts: &Facts) -> String {
    let counts = facts.counts;
    let mut text = facts.in_the_tenant_told();
    if let Some(undo) = &facts.undo {
        text = format!("{} {} Before that", sentence(&undo.told()), sentence(&text));
    }
    let some = Status::ALL.into_iter().map(|one| (counts.get(one), one));
    for (place, (count, status)) in some.filter(|(count, _)| *count > 0).enumerate() {
        let sign = if place == 0 { ":" } else { "," };
        text.push_str(&format!("{sign} {count} {status}"));
    }
    if let Some(told) = counts.automatic_deployment.told() {
        text.push_str("; ");
        text.push_str(&told);
    }
    if facts.is_sandbox() {
        text.push_str(" (SANDBOX)");
    }
    text
}
