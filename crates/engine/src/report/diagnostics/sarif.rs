//! SARIF 2.1.0, for code scanning and editors: the rules that were broken, and where.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::json;

use super::{Findings, sheet_of};
use crate::model::rules::{self, Rule};
use crate::model::{Diagnostic, Source};

/// Writes one SARIF log with one run over all tables. `version` is this program's.
pub fn write(tables: &[Findings<'_>], version: &str, out: &mut dyn Write) -> io::Result<()> {
    let broken: Vec<&'static Rule> = rules::all()
        .filter(|rule| {
            tables
                .iter()
                .flat_map(|findings| findings.diagnostics)
                .any(|diagnostic| diagnostic.rule.code == rule.code)
        })
        .collect();
    let driver = json!({
        "name": "partner-import",
        "version": version,
        "rules": broken.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
    });
    write!(
        out,
        "{{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\
         \"runs\":[{{\"tool\":{{\"driver\":{driver}}},\"columnKind\":\"unicodeCodePoints\",\"results\":["
    )?;
    let mut first = true;
    for findings in tables {
        for diagnostic in findings.diagnostics {
            out.write_all(if first { b"\n" } else { b",\n" })?;
            first = false;
            serde_json::to_writer(&mut *out, &result(findings.source, diagnostic, &broken))?;
        }
    }
    out.write_all(b"\n]}]}\n")
}

fn descriptor(rule: &Rule) -> serde_json::Value {
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": { "text": rule.what },
        "fullDescription": { "text": format!("{} {}", rule.what, rule.why) },
        "help": { "text": format!("{} Example: {}", rule.fix, rule.example) },
        "defaultConfiguration": { "level": rule.severity.as_str() },
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    name: String,
    fully_qualified_name: String,
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Properties<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<u32>,
    #[serde(skip_serializing_if = "str::is_empty")]
    column: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    suggestions: &'a [String],
    #[serde(skip_serializing_if = "<[u32]>::is_empty")]
    related_rows: &'a [u32],
    #[serde(skip_serializing_if = "<[Box<str>]>::is_empty")]
    related_sheets: &'a [Box<str>],
}

fn result<'a>(
    source: &'a Source,
    diagnostic: &'a Diagnostic,
    broken: &[&'static Rule],
) -> SarifResult<'a> {
    let text = match diagnostic.help.as_str() {
        "" => diagnostic.message.to_string(),
        help => format!("{}. Help: {help}", diagnostic.message),
    };
    // Lines of a workbook's bytes mean nothing.
    let line = diagnostic
        .line
        .filter(|_| sheet_of(source, diagnostic).is_none());
    SarifResult {
        rule_id: diagnostic.rule.code,
        rule_index: broken
            .iter()
            .position(|rule| rule.code == diagnostic.rule.code),
        level: diagnostic.severity().as_str(),
        message: Message { text },
        locations: [Location {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation {
                    uri: uri(&source.file, Paths::HERE),
                },
                region: line.map(|start_line| Region { start_line }),
            },
            logical_locations: logical(source, diagnostic),
        }],
        properties: Properties {
            sheet: sheet_of(source, diagnostic),
            row: diagnostic.at.map(|at| at.row),
            column: &diagnostic.column,
            value: diagnostic.value.as_deref(),
            suggestions: &diagnostic.suggestions,
            related_rows: &diagnostic.related_rows,
            related_sheets: diagnostic.related_rows.sheets(),
        },
    }
}

fn logical(source: &Source, diagnostic: &Diagnostic) -> Vec<LogicalLocation> {
    let Some(at) = diagnostic.at else {
        return Vec::new();
    };
    let name = at.to_string();
    let fully_qualified_name = match sheet_of(source, diagnostic) {
        Some(sheet) => format!("{sheet}!{name}"),
        None => name.clone(),
    };
    vec![LogicalLocation {
        name,
        fully_qualified_name,
        kind: if at.column.is_some() { "cell" } else { "row" },
    }]
}

/// How a system writes paths.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Paths {
    /// With drives and backslashes.
    Windows,
    /// With slashes; all else is part of a name.
    Unix,
}

impl Paths {
    const HERE: Self = if cfg!(windows) {
        Self::Windows
    } else {
        Self::Unix
    };
}

/// The path as a URI reference: relative stays relative, signs are percent-encoded.
fn uri(path: &str, paths: Paths) -> String {
    let mut path = path.to_owned();
    if paths == Paths::Windows {
        path = path.replace('\\', "/");
    }
    let mut uri = String::with_capacity(path.len());
    let drive = paths == Paths::Windows && path.as_bytes().get(1) == Some(&b':');
    if drive {
        uri.push_str("file:///");
    } else if path.starts_with("//") {
        // A share: its server is the authority.
        uri.push_str("file:");
    } else if path.starts_with('/') {
        uri.push_str("file://");
    }
    for (at, byte) in path.bytes().enumerate() {
        let plain = byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
        if plain || (drive && at == 1) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        for (path, expected) in [
            ("lists/customers.csv", "lists/customers.csv"),
            ("../my list.csv", "../my%20list.csv"),
            ("/tmp/ä?.csv", "file:///tmp/%C3%A4%3F.csv"),
            ("a:b\\c#1%.csv", "a%3Ab%5Cc%231%25.csv"),
        ] {
            assert_eq!(uri(path, Paths::Unix), expected);
        }
        for (path, expected) in [
            ("lists\\customers.csv", "lists/customers.csv"),
            ("C:\\lists\\a#1.csv", "file:///C:/lists/a%231.csv"),
            (
                "\\\\server\\share\\a b.csv",
                "file://server/share/a%20b.csv",
            ),
        ] {
            assert_eq!(uri(path, Paths::Windows), expected);
        }
    }
}
