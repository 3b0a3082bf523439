//! JSON lines: an object per row, and a last line with the summary. A reader need not hold the whole
//! to work on the first.

use std::io::{self, Write};
use std::path::PathBuf;

use serde::Serialize;

use super::{each_row, sheet_of};
use crate::journal::Store;
use crate::model::{PartnerId, Text};
use crate::report::facts::Facts;
use crate::report::{UndoStatus, json};

#[derive(Serialize)]
struct Line<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    sheet: Option<&'a str>,
    row: u32,
    status: &'static str,
    id: Option<u64>,
    name: Option<&'a str>,
    external_code: Option<&'a str>,
    codes: Vec<&'a str>,
    message: &'a str,
    undo: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
}

/// Writes a line of type `row` for each row, then one of type `summary` with what `--format json`
/// says. `files` are those that were written.
pub fn write(
    facts: &Facts,
    store: &Store,
    files: &[PathBuf],
    out: &mut dyn Write,
) -> io::Result<()> {
    let undone = facts.undone_by_row();
    each_row(facts, store, |row, verdict| {
        let planned = facts.replayed.planned.get(row.row.as_usize());
        let partner = planned.and_then(|planned| planned.action.partner());
        let line = Line {
            kind: "row",
            sheet: sheet_of(facts, row),
            row: row.number,
            status: verdict.status.as_str(),
            id: verdict.id.map(PartnerId::get),
            name: partner.map(|partner| partner.name.as_str()),
            external_code: partner
                .and_then(|one| one.external_code.as_ref())
                .map(Text::as_str),
            codes: verdict.code.split_whitespace().collect(),
            message: &verdict.message,
            undo: undone
                .get(row.row.as_usize())
                .and_then(|status| status.map(UndoStatus::as_str)),
            uid: verdict.learnt.as_ref().and_then(|one| one.uid.as_deref()),
            account: verdict
                .learnt
                .as_ref()
                .and_then(|one| one.account.as_deref()),
        };
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")
    })?;
    json::write_line(facts, files, out)
}
