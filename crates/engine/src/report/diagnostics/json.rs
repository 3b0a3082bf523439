//! One JSON object per table: counts, mapping, diagnostics. Streams: no more than a few blocks of
//! text are in memory.

use std::io::{self, Write};

use serde::Serialize;

use super::Findings;
use super::blocks::in_blocks;
use crate::model::{
    AgainstTenant, Diagnostic, LeftOutRows, Severity, Source, TableSummary, all_left_out,
};

/// Writes the object and a line end.
pub fn write(findings: &Findings<'_>, out: &mut dyn Write) -> io::Result<()> {
    let source = findings.source;
    let columns = mapping(findings.summary);
    let head = Head::of(findings, &columns);
    let head = serde_json::to_vec(&head)?;
    // The diagnostics are written one by one into the object that was begun.
    out.write_all(&head[..head.len() - 1])?;
    out.write_all(b",\"diagnostics\":[")?;
    let place = place(source, None)?;
    in_blocks(findings.diagnostics, out, |first, block, text| {
        for (index, diagnostic) in (first..).zip(block) {
            text.extend_from_slice(if index == 0 { b"\n" } else { b",\n" });
            match &diagnostic.sheet {
                None => text.extend_from_slice(&place),
                sheet => text.extend_from_slice(&self::place(source, sheet.as_deref())?),
            }
            object(diagnostic, text)?;
        }
        Ok(())
    })?;
    out.write_all(b"\n]}\n")
}

/// What is said of a table as a whole.
#[derive(Serialize)]
pub(super) struct Head<'a> {
    /// The type of the line, where lines are of several types.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<&'static str>,
    file: &'a str,
    sheet: Option<&'a str>,
    rows: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<usize>,
    #[serde(skip_serializing_if = "<[LeftOutRows]>::is_empty")]
    left_out_by: &'a [LeftOutRows],
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

impl<'a> Head<'a> {
    pub(super) fn of(findings: &Findings<'a>, mapping: &'a [JsonColumn<'a>]) -> Self {
        let Findings {
            source, summary, ..
        } = findings;
        Self {
            kind: None,
            file: &source.file,
            sheet: source.sheet.as_deref(),
            rows: summary.rows,
            left_out: Some(all_left_out(&summary.left_out)).filter(|rows| *rows > 0),
            left_out_by: &summary.left_out,
            errors: findings.count(Severity::Error),
            warnings: findings.count(Severity::Warning),
            notes: findings.count(Severity::Note),
            accepted: summary.accepted,
            invalid: summary.invalid,
            blocked: summary.blocked,
            tenant: summary.tenant.as_ref(),
            mapping,
        }
    }
}

#[derive(Serialize)]
pub(super) struct JsonColumn<'a> {
    /// Where several sheets are one input.
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<&'a str>,
    column: String,
    header: &'a str,
    field: Option<&'static str>,
    how: &'static str,
}

/// The columns of a table in its order.
pub(super) fn mapping(summary: &TableSummary) -> Vec<JsonColumn<'_>> {
    let columns = summary.columns.iter();
    columns
        .map(|column| JsonColumn {
            sheet: column.sheet.as_deref(),
            column: crate::model::place::column_letters(column.column),
            header: &column.header,
            field: column.field,
            how: column.how,
        })
        .collect()
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    sheet: Option<&'a str>,
}

/// File and sheet as an object that is not closed: the members of a diagnostic follow.
pub(super) fn place(source: &Source, sheet: Option<&str>) -> io::Result<Vec<u8>> {
    let mut object = serde_json::to_vec(&Place {
        file: &source.file,
        sheet: sheet.or(source.sheet.as_deref()),
    })?;
    object.pop();
    Ok(object)
}

/// The members that follow the place, and the end of the object. Written by hand, member by member:
/// there may be a million of them.
pub(super) fn object(diagnostic: &Diagnostic, text: &mut Vec<u8>) -> io::Result<()> {
    let Diagnostic {
        at, line, column, ..
    } = diagnostic;
    // The row's number as a spreadsheet shows it; null for the file as a whole.
    text.extend_from_slice(b",\"row\":");
    number_or_null(at.map(|at| at.row), text)?;
    text.extend_from_slice(b",\"line\":");
    number_or_null(*line, text)?;
    // The column's header; null when the problem has no column.
    text.extend_from_slice(b",\"column\":");
    string_or_null(
        Some(column.as_str()).filter(|column| !column.is_empty()),
        text,
    )?;
    // `C12`; null when the problem has no cell.
    match at.filter(|at| at.column.is_some()) {
        Some(at) => write!(text, ",\"cell\":\"{at}\"")?,
        None => text.extend_from_slice(b",\"cell\":null"),
    }
    text.extend_from_slice(b",\"value\":");
    string_or_null(diagnostic.value.as_deref(), text)?;
    // Codes, names and severities have nothing that would need escaping.
    for (member, word) in [
        (",\"code\":\"", diagnostic.rule.code),
        ("\",\"name\":\"", diagnostic.rule.name),
        ("\",\"severity\":\"", diagnostic.severity().as_str()),
        ("\",\"message\":", ""),
    ] {
        text.extend_from_slice(member.as_bytes());
        text.extend_from_slice(word.as_bytes());
    }
    string(&diagnostic.message, text)?;
    text.extend_from_slice(b",\"help\":");
    string(&diagnostic.help, text)?;
    text.extend_from_slice(b",\"suggestions\":");
    serde_json::to_writer(&mut *text, diagnostic.suggestions.as_slice())?;
    text.extend_from_slice(b",\"related_rows\":");
    serde_json::to_writer(&mut *text, diagnostic.related_rows.as_slice())?;
    // Only where they may stand on other sheets than this one.
    let sheets = diagnostic.related_rows.sheets();
    if !sheets.is_empty() {
        text.extend_from_slice(b",\"related_sheets\":");
        serde_json::to_writer(&mut *text, sheets)?;
    }
    text.push(b'}');
    Ok(())
}

fn number_or_null(number: Option<u32>, text: &mut Vec<u8>) -> io::Result<()> {
    Ok(serde_json::to_writer(text, &number)?)
}

fn string_or_null(string: Option<&str>, text: &mut Vec<u8>) -> io::Result<()> {
    if let Some(value) = string {
        return self::string(value, text);
    }
    text.extend_from_slice(b"null");
    Ok(())
}

fn string(value: &str, text: &mut Vec<u8>) -> io::Result<()> {
    Ok(serde_json::to_writer(text, value)?)
}
