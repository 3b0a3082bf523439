//! GitHub workflow commands: one line per diagnostic, shown as annotations of the file.

use std::io::{self, Write};

use super::{Findings, says_where, sheet_of};
use crate::model::printable::{is_unprintable, spell};
use crate::model::{Diagnostic, Severity, Source};

/// Writes one `::error`, `::warning` or `::notice` line per diagnostic.
pub fn write(findings: &Findings<'_>, out: &mut dyn Write) -> io::Result<()> {
    for diagnostic in findings.diagnostics {
        write_one(findings.source, diagnostic, out)?;
    }
    Ok(())
}

fn write_one(source: &Source, diagnostic: &Diagnostic, out: &mut dyn Write) -> io::Result<()> {
    write!(
        out,
        "::{} file={}",
        command(diagnostic.severity()),
        path(&source.file)
    )?;
    // Lines of a workbook's bytes mean nothing.
    if sheet_of(source, diagnostic).is_none()
        && let Some(line) = diagnostic.line
    {
        write!(out, ",line={line}")?;
    }
    let rule = diagnostic.rule;
    write!(
        out,
        ",title={}::",
        property(&format!("{} {}", rule.code, rule.name))
    )?;
    let place = place(source, diagnostic);
    if !place.is_empty() {
        write!(out, "{}: ", data(&place))?;
    }
    write!(out, "{}", data(&diagnostic.message))?;
    if !diagnostic.help.is_empty() {
        write!(out, "; {}", data(&diagnostic.help))?;
    }
    writeln!(out)
}

fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    }
}

fn place(source: &Source, diagnostic: &Diagnostic) -> String {
    let mut parts = Vec::new();
    if let Some(sheet) = sheet_of(source, diagnostic) {
        parts.push(format!("sheet \"{sheet}\""));
    }
    if let Some(at) = diagnostic.at
        && !says_where(&diagnostic.message, &at.to_string())
    {
        parts.push(at.to_string());
    }
    if !diagnostic.column.is_empty() {
        parts.push(format!("column {}", diagnostic.column));
    }
    parts.join(", ")
}

/// A file's path as GitHub finds it: with forward slashes, which Windows takes as well.
pub(in crate::report) fn path(path: &str) -> String {
    if cfg!(windows) {
        property(&path.replace('\\', "/"))
    } else {
        property(path)
    }
}

/// A message, in which nothing ends the line: line breaks as GitHub has them, everything else that
/// cannot be seen spelt out.
pub(in crate::report) fn data(text: &str) -> String {
    let mut data = String::with_capacity(text.len() + 8);
    let mut before = None;
    for letter in text.chars() {
        match letter {
            '%' => data.push_str("%25"),
            '\r' => data.push_str("%0D"),
            '\n' => data.push_str("%0A"),
            _ if is_unprintable(letter, before) => spell(letter, &mut data),
            _ => data.push(letter),
        }
        before = Some(letter);
    }
    data
}

/// A property's value, in which nothing ends the line or the value.
pub(in crate::report) fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
