//! The number formats of an XLSX file, by the style number of a cell.

use std::collections::HashMap;

use super::super::error::Limit;
use super::super::error::WorkbookError;
use super::super::format::{NumberFormat, builtin_code};
use super::super::limits::within;
use super::super::package::Package;
use super::super::xml::{Event, Scanner};

/// How many cell styles are read; Excel has at most 65,490.
const MAX_STYLES: u64 = 1 << 20;

/// The number format of each cell style.
#[derive(Debug)]
pub(in crate::workbook) struct Styles {
    /// For each style the place of its format.
    styles: Vec<u32>,
    formats: Vec<NumberFormat>,
}

impl Default for Styles {
    fn default() -> Self {
        Self::build(&HashMap::new(), &[])
    }
}

impl Styles {
    /// The format of a style; a style that is not there is plain.
    pub(in crate::workbook) fn format(&self, style: u32) -> &NumberFormat {
        let at = self.styles.get(style as usize).copied().unwrap_or(0);
        &self.formats[at as usize]
    }

    /// The styles of a file: custom format codes by id, and the id of each style.
    pub(in crate::workbook) fn build(codes: &HashMap<u32, String>, ids: &[u32]) -> Self {
        let mut formats = vec![NumberFormat::Plain];
        let mut known: HashMap<u32, u32> = HashMap::new();
        let styles = ids
            .iter()
            .map(|id| {
                *known.entry(*id).or_insert_with(|| {
                    let code = codes
                        .get(id)
                        .map_or_else(|| builtin_code(*id), String::as_str);
                    match NumberFormat::parse(code) {
                        NumberFormat::Plain => 0,
                        format @ NumberFormat::Sections(_) => {
                            formats.push(format);
                            // Bounded by the number of styles.
                            u32::try_from(formats.len() - 1).unwrap_or(0)
                        }
                    }
                })
            })
            .collect();
        Self { styles, formats }
    }

    pub(super) fn read(package: &Package, part: &str) -> Result<Self, WorkbookError> {
        let mut scanner = Scanner::new(package.xml(part)?, part, package.limits());
        let mut codes = HashMap::new();
        let mut ids = Vec::new();
        let mut inside = Inside::Other;
        loop {
            match scanner.next()? {
                Event::Start(tag) => match (tag.name, inside) {
                    (b"numFmts", _) if !tag.empty => inside = Inside::Formats,
                    (b"cellXfs", _) if !tag.empty => inside = Inside::Styles,
                    (b"numFmt", Inside::Formats) => {
                        if let (Some(id), Some(code)) =
                            (tag.number(b"numFmtId"), tag.text(b"formatCode"))
                        {
                            codes.insert(id, code);
                        }
                    }
                    (b"xf", Inside::Styles) => {
                        ids.push(tag.number(b"numFmtId").unwrap_or(0));
                        within(Limit::Parts, ids.len() as u64, MAX_STYLES)?;
                    }
                    _ => {}
                },
                Event::End(b"numFmts" | b"cellXfs") => inside = Inside::Other,
                Event::Eof => return Ok(Self::build(&codes, &ids)),
                _ => {}
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Inside {
    Formats,
    Styles,
    Other,
}
