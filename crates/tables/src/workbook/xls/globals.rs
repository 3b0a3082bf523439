//! What all sheets of a file share: the records before the first of them.

use std::collections::HashMap;

use super::super::binary::{byte, u16_at};
use super::super::error::WorkbookError;
use super::super::format::DateSystem;
use super::super::limits::WorkbookLimits;
use super::super::sheets::{SheetInfo, SheetKind, Visibility};
use super::super::xlsx::{Strings as Shared, Styles};
use super::record::{self, Pieces, Records, Strings, encoding, place_at};

/// What all sheets share.
#[derive(Debug)]
pub(super) struct Globals {
    pub(super) strings: Strings,
    pub(super) system: DateSystem,
    pub(super) sheets: Vec<SheetInfo>,
    /// Where each sheet begins.
    pub(super) places: Vec<usize>,
    pub(super) shared: Shared,
    pub(super) styles: Styles,
}

/// Reads the records before the first sheet.
pub(super) fn read_globals(
    stream: &[u8],
    limits: &WorkbookLimits,
) -> Result<Globals, WorkbookError> {
    let mut globals = Globals {
        strings: Strings::Unicode,
        system: DateSystem::default(),
        sheets: Vec::new(),
        places: Vec::new(),
        shared: Shared::default(),
        styles: Styles::default(),
    };
    let mut codes = HashMap::new();
    let mut ids = Vec::new();
    let mut active = 0;
    let mut records = Records::new(stream, 0);
    let mut old = false;
    let mut ended = false;
    while let Some(record) = records.next() {
        let data = record.data;
        match record.kind {
            record::BEGIN => {
                old = u16_at(data, 0) < 0x600;
                if old {
                    globals.strings = Strings::Bytes(encoding(1252));
                }
            }
            record::FILE_PASS => return Err(WorkbookError::Encrypted),
            record::CODE_PAGE if old => {
                globals.strings = Strings::Bytes(encoding(u16_at(data, 0)));
            }
            record::DATE_MODE if u16_at(data, 0) == 1 => globals.system = DateSystem::From1904,
            record::WINDOW => active = usize::from(u16_at(data, 10)),
            record::FORMAT => {
                let mut code = String::new();
                globals
                    .strings
                    .push(data, 2, if old { 1 } else { 2 }, &mut code);
                codes.insert(u32::from(u16_at(data, 0)), code);
            }
            record::STYLE => ids.push(u32::from(u16_at(data, 2))),
            record::SHEET => {
                let mut name = String::new();
                globals.strings.push(data, 6, 1, &mut name);
                globals.places.push(place_at(data, 0));
                globals.sheets.push(SheetInfo {
                    name,
                    visibility: Visibility::numbered(u32::from(byte(data, 4))),
                    kind: match byte(data, 5) {
                        0 => SheetKind::Worksheet,
                        2 => SheetKind::Chart,
                        _ => SheetKind::Macro,
                    },
                    active: false,
                });
            }
            record::STRINGS => {
                let mut pieces = Pieces::new(data, records.continued());
                read_strings(&mut pieces, &mut globals.shared, limits)?;
            }
            record::EOF => {
                ended = true;
                break;
            }
            _ => {}
        }
    }
    if !ended {
        return Err(WorkbookError::damaged("workbook", "it is cut off"));
    }
    if let Some(sheet) = globals.sheets.get_mut(active) {
        sheet.active = true;
    }
    globals.styles = Styles::build(&codes, &ids);
    Ok(globals)
}

fn read_strings(
    pieces: &mut Pieces<'_>,
    shared: &mut Shared,
    limits: &WorkbookLimits,
) -> Result<(), WorkbookError> {
    // The total and the number of strings; the strings themselves tell how many there are.
    let count = pieces.u32().and_then(|_| pieces.u32()).unwrap_or(0);
    for _ in 0..count {
        let read = pieces.string(shared.text_mut());
        shared.end(limits)?;
        if read.is_none() {
            break;
        }
    }
    Ok(())
}
