//! JSON lines: an object per problem, and a last line with the counts and the mapping. A reader
//! need not hold the whole to work on the first.

use std::io::{self, Write};

use super::Findings;
use super::blocks::in_blocks;
use super::json::{Head, mapping, object, place};

/// Writes a line of type `diagnostic` for each problem, then one of type `summary`.
pub fn write(findings: &Findings<'_>, out: &mut dyn Write) -> io::Result<()> {
    let source = findings.source;
    let shared = begun(place(source, None)?);
    in_blocks(findings.diagnostics, out, |_, block, text| {
        for diagnostic in block {
            match &diagnostic.sheet {
                None => text.extend_from_slice(&shared),
                sheet => text.extend_from_slice(&begun(place(source, sheet.as_deref())?)),
            }
            object(diagnostic, text)?;
            text.push(b'\n');
        }
        Ok(())
    })?;
    let columns = mapping(findings.summary);
    let mut head = Head::of(findings, &columns);
    head.kind = Some("summary");
    serde_json::to_writer(&mut *out, &head)?;
    out.write_all(b"\n")
}

/// The place of a problem with the line's type before it.
fn begun(place: Vec<u8>) -> Vec<u8> {
    let mut line = b"{\"type\":\"diagnostic\",".to_vec();
    line.extend(place.into_iter().skip(1));
    line
}
