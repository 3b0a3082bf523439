//! One JSON object per table: counts, mapping, diagnostics. Streams: nothing is built in memory.

use std::io::{self, Write};

use serde::Serialize;

use super::{Findings, sheet_of};
use crate::model::{AgainstTenant, Diagnostic, Severity, Source};

/// Writes the object and a line end.
pub fn write(findings: &Findings<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Findings {
        source, summary, ..
    } = findings;
    let columns: Vec<JsonColumn<'_>> = summary
        .columns
        .iter()
        .map(|column| JsonColumn {
            sheet: column.sheet.as_deref(),
            column: crate::model::place::column_letters(column.column),
            header: &column.header,
            field: column.field,
            how: column.how,
        })
        .collect();
    let head = Head {
        file: &source.file,
        sheet: source.sheet.as_deref(),
        rows: summary.rows,
        errors: findings.count(Severity::Error),
        warnings: findings.count(Severity::Warning),
        notes: findings.count(Severity::Note),
        accepted: summary.accepted,
        invalid: summary.invalid,
        blocked: summary.blocked,
        tenant: summary.tenant.as_ref(),
        mapping: &columns,
    };
    let head = serde_json::to_vec(&head)?;
    // The diagnostics are written one by one into the object that was begun.
    out.write_all(&head[..head.len() - 1])?;
    out.write_all(b",\"diagnostics\":[")?;
    for (index, diagnostic) in findings.diagnostics.iter().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &JsonDiagnostic::new(source, diagnostic))?;
    }
    out.write_all(b"\n]}\n")
}

#[derive(Serialize)]
struct Head<'a> {
    file: &'a str,
    sheet: Option<&'a str>,
    rows: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    accepted: usize,
    invalid: usize,
    blocked: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant: Option<&'a AgainstTenant>,
    mapping: &'a [JsonColumn<'a>],
}

#[derive(Serialize)]
struct JsonColumn<'a> {
    /// Where several sheets are one input.
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<&'a str>,
    column: String,
    header: &'a str,
    field: Option<&'static str>,
    how: &'static str,
}

#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    file: &'a str,
    sheet: Option<&'a str>,
    /// The row's number as a spreadsheet shows it; null for the file as a whole.
    row: Option<u32>,
    line: Option<u32>,
    /// The column's header; null when the problem has no column.
    column: Option<&'a str>,
    /// `C12`; null when the problem has no cell.
    cell: Option<String>,
    value: Option<&'a str>,
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    message: &'a str,
    help: &'a str,
    suggestions: &'a [String],
    related_rows: &'a [u32],
}

impl<'a> JsonDiagnostic<'a> {
    fn new(source: &'a Source, diagnostic: &'a Diagnostic) -> Self {
        let at = diagnostic.at;
        Self {
            file: &source.file,
            sheet: sheet_of(source, diagnostic),
            row: at.map(|at| at.row),
            line: diagnostic.line,
            column: Some(diagnostic.column.as_str()).filter(|column| !column.is_empty()),
            cell: at.filter(|at| at.column.is_some()).map(|at| at.to_string()),
            value: diagnostic.value.as_deref(),
            code: diagnostic.rule.code,
            name: diagnostic.rule.name,
            severity: diagnostic.severity().as_str(),
            message: &diagnostic.message,
            help: &diagnostic.help,
            suggestions: &diagnostic.suggestions,
            related_rows: &diagnostic.related_rows,
        }
    }
}
