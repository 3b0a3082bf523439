//! What stands behind a sheet's cells but must be known before them: merged cells, and whether it
//! is filtered or locked.
//!
//! The sheet is inflated once for this, on a thread of its own while the shared strings are read;
//! nothing but its tail is looked at. Its checksum is verified on the way.

use std::io::{Cursor, Read};
use std::thread::JoinHandle;

use memchr::memmem;

use super::super::error::Limit;
use super::super::error::WorkbookError;
use super::super::grid::Merge;
use super::super::limits::within;
use super::super::notes::{Filter, Protection, TableRange};
use super::super::package::Package;
use super::super::reference::parse_range;
use super::super::transcode::PartReader;
use super::super::xml::{Event, Scanner};

/// More merged cells than any sheet has.
const MAX_MERGES: u64 = 4_000_000;

/// What the tail of a sheet says.
#[derive(Debug, Default)]
pub(super) struct Tail {
    pub(super) merges: Vec<Merge>,
    pub(super) filter: Filter,
    pub(super) protection: Protection,
    /// Filled in by whoever knows the sheet's relationships.
    pub(super) tables: Vec<TableRange>,
}

/// A search that is under way.
pub(super) struct Search(JoinHandle<Result<Tail, WorkbookError>>);

/// Starts to look for the tail of a sheet.
pub(super) fn start(package: &Package, part: &str) -> Result<Search, WorkbookError> {
    let (package, part) = (package.clone(), part.to_owned());
    let thread = std::thread::Builder::new()
        .name("sheet tail".into())
        .spawn(move || find(&package, &part))
        .map_err(WorkbookError::Io)?;
    Ok(Search(thread))
}

impl Search {
    /// What was found.
    pub(super) fn finish(self) -> Result<Tail, WorkbookError> {
        let ended = self.0.join();
        ended.unwrap_or_else(|_| Err(WorkbookError::damaged("sheet", "its tail cannot be read")))
    }
}

fn find(package: &Package, part: &str) -> Result<Tail, WorkbookError> {
    let reader = package.xml(part)?;
    match behind_cells(reader).map_err(|error| WorkbookError::from_io(part, error))? {
        Some(tail) => read_tail(Scanner::new(tail, part, package.limits())),
        None => Ok(Tail::default()),
    }
}

/// What follows `</sheetData>` or `<sheetData/>`, inside an element of its own.
fn behind_cells(mut reader: PartReader) -> std::io::Result<Option<PartReader>> {
    const NAME: &[u8] = b"sheetData";
    const KEPT: usize = 64;
    let finder = memmem::Finder::new(NAME);
    let mut buffer = vec![0; 256 << 10];
    let mut filled = 0;
    loop {
        let count = reader.read(&mut buffer[filled..])?;
        if count == 0 {
            return Ok(None);
        }
        filled += count;
        let ends = finder.find_iter(&buffer[..filled]).find_map(|at| {
            let behind = end_of_cells(&buffer[..at], &buffer[at + NAME.len()..filled])?;
            Some(at + NAME.len() + behind)
        });
        if let Some(end) = ends {
            let rest = buffer[end..filled].to_vec();
            let tail = Cursor::new(b"<tail>")
                .chain(Cursor::new(rest))
                .chain(reader);
            return Ok(Some(Box::new(tail)));
        }
        if filled > KEPT {
            buffer.copy_within(filled - KEPT..filled, 0);
            filled = KEPT;
        }
    }
}

/// How many bytes behind the name the tag ends, when it is the one behind the cells.
fn end_of_cells(before: &[u8], behind: &[u8]) -> Option<usize> {
    let angle = before.iter().rposition(|byte| *byte == b'<')?;
    let lead = &before[angle + 1..];
    let closes = lead.first() == Some(&b'/');
    let prefix = if closes { &lead[1..] } else { lead };
    if !prefix.is_empty() && prefix.last() != Some(&b':') {
        return None;
    }
    let trimmed = behind.trim_ascii_start();
    let spaces = behind.len() - trimmed.len();
    match trimmed {
        [b'>', ..] if closes => Some(spaces + 1),
        [b'/', b'>', ..] if !closes => Some(spaces + 2),
        _ => None,
    }
}

fn read_tail<R: Read>(mut scanner: Scanner<R>) -> Result<Tail, WorkbookError> {
    let mut tail = Tail::default();
    loop {
        match scanner.next()? {
            Event::Start(tag) => match tag.name {
                b"mergeCell" => {
                    if let Some(merge) = tag.raw(b"ref").and_then(parse_range) {
                        within(Limit::Cells, tail.merges.len() as u64, MAX_MERGES)?;
                        tail.merges.push(merge);
                    }
                }
                b"autoFilter" if tail.filter == Filter::None => tail.filter = Filter::Buttons,
                b"filterColumn" => tail.filter = Filter::Active,
                b"sheetProtection" if tag.is_true(b"sheet") => {
                    tail.protection = Protection::Protected;
                }
                _ => {}
            },
            Event::Eof => return Ok(tail),
            _ => {}
        }
        if scanner.depth() == 0 {
            // What follows the worksheet is of no interest, but its checksum is.
            scanner.drain()?;
            return Ok(tail);
        }
    }
}
