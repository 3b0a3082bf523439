//! The tables that people drew in an XLSX sheet (Insert > Table): where they stand, and how many
//! of their rows are headers and totals.

use super::super::error::WorkbookError;
use super::super::notes::TableRange;
use super::super::package::Package;
use super::super::reference::parse_range;
use super::super::xml::{Event, Scanner};
use super::relations::relations;

/// More tables than any sheet has.
const MAX_TABLES: usize = 1000;

/// The tables of a sheet, in the order of the file.
pub(super) fn read(package: &Package, sheet: &str) -> Result<Vec<TableRange>, WorkbookError> {
    let mut found = Vec::new();
    let parts = relations(package, sheet)?;
    let parts = parts.iter().filter(|part| part.kind == "table");
    for part in parts.take(MAX_TABLES) {
        if package.has(&part.target) {
            found.extend(table(package, &part.target)?);
        }
    }
    Ok(found)
}

fn table(package: &Package, part: &str) -> Result<Option<TableRange>, WorkbookError> {
    let mut scanner = Scanner::new(package.xml(part)?, part, package.limits());
    loop {
        match scanner.next()? {
            Event::Start(tag) if tag.name == b"table" => {
                let name = tag.text(b"displayName").or_else(|| tag.text(b"name"));
                let range = tag.raw(b"ref").and_then(parse_range);
                return Ok(range.map(|range| TableRange {
                    name: name.unwrap_or_default(),
                    range: range.range(),
                    header_rows: tag.number(b"headerRowCount").unwrap_or(1),
                    totals_rows: tag.number(b"totalsRowCount").unwrap_or(0),
                }));
            }
            Event::Eof => return Ok(None),
            _ => {}
        }
    }
}
