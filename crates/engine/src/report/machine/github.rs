//! GitHub workflow commands: an annotation for each row that did not make it, and one for the run.

use std::io::{self, Write};

use super::{each_row, headline, line_of, main_code, sheet_of, words};
use crate::journal::Store;
use crate::report::diagnostics::github::{data, path, property};
use crate::report::facts::Facts;
use crate::report::status::Status;

/// Writes one line for each row that is not in the tenant (`::error` where something is to be
/// mended or looked for, `::warning` where it waits for something else), and a last one for the run.
pub fn write(facts: &Facts, store: &Store, out: &mut dyn Write) -> io::Result<()> {
    let file = path(&facts.info.input_path);
    each_row(facts, store, |row, verdict| {
        let command = match verdict.status {
            Status::Created | Status::Exists | Status::Updated if verdict.needs_somebody() => {
                "error"
            }
            Status::Created | Status::Exists | Status::Updated => return Ok(()),
            Status::Failed | Status::Invalid | Status::Unknown => "error",
            Status::Blocked | Status::Pending => "warning",
        };
        write!(out, "::{command} file={file}")?;
        if let Some(line) = line_of(facts, row) {
            write!(out, ",line={line}")?;
        }
        let title = match main_code(verdict) {
            code if code == verdict.status.as_str() => code.to_owned(),
            code => format!("{} {code}", verdict.status),
        };
        let mut place = format!("row {}", row.number);
        if let Some(sheet) = sheet_of(facts, row) {
            place = format!("sheet \"{sheet}\", {place}");
        }
        writeln!(
            out,
            ",title={}::{}: {}",
            property(&title),
            data(&place),
            data(words(verdict))
        )
    })?;
    let is_done = facts.finished
        && facts.counts.made_it() == facts.counts.rows
        && facts.counts.automatic_deployment.lacking() == 0;
    let command = if is_done { "notice" } else { "error" };
    writeln!(
        out,
        "::{command} file={file},title={}::{}",
        property(&format!("import {}", facts.info.id)),
        data(&headline(facts))
    )
}
