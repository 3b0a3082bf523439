//! XLS (Excel 95 to 2003): the workbook's own records; the cells are read by `sheet`.

pub(super) mod compound;
mod record;
mod sheet;

use std::collections::HashMap;
use std::sync::Arc;

use super::binary::{byte, u16_at};
use super::error::WorkbookError;
use super::format::DateSystem;
use super::limits::WorkbookLimits;
use super::notes::Notebook;
use super::rows::CellSource;
use super::sheets::{SheetInfo, SheetKind, Visibility};
use super::xlsx::{Strings as Shared, Styles};
use crate::content::Pretender;
use compound::Compound;
use record::{Pieces, Records, Strings, encoding, place_at};

/// An opened XLS file.
#[derive(Debug)]
pub(super) struct Xls {
    stream: Vec<u8>,
    limits: Arc<WorkbookLimits>,
    globals: Globals,
}

/// What all sheets share.
#[derive(Debug)]
struct Globals {
    strings: Strings,
    system: DateSystem,
    sheets: Vec<SheetInfo>,
    /// Where each sheet begins.
    places: Vec<usize>,
    shared: Shared,
    styles: Styles,
}

impl Xls {
    /// Opens a compound file.
    pub(super) fn open(bytes: &[u8], limits: Arc<WorkbookLimits>) -> Result<Self, WorkbookError> {
        let file = Compound::open(bytes)?;
        let stream = file.stream("Workbook").or_else(|| file.stream("Book"));
        match stream {
            Some(stream) => Self::read(stream?, limits),
            None if file.has("EncryptedPackage") || file.has("EncryptionInfo") => {
                Err(WorkbookError::Encrypted)
            }
            None if file.has("WordDocument") => {
                Err(WorkbookError::Pretender(Pretender::WordDocument))
            }
            None if file.has("PowerPoint Document") => {
                Err(WorkbookError::Pretender(Pretender::Presentation))
            }
            None => Err(WorkbookError::Pretender(Pretender::OtherCompound)),
        }
    }

    /// Reads a stream of records.
    pub(super) fn read(
        stream: Vec<u8>,
        limits: Arc<WorkbookLimits>,
    ) -> Result<Self, WorkbookError> {
        let globals = read_globals(&stream, &limits)?;
        Ok(Self {
            stream,
            limits,
            globals,
        })
    }

    pub(super) fn sheets(&self) -> &[SheetInfo] {
        &self.globals.sheets
    }

    /// The cells of a sheet, from the top.
    pub(super) fn rows(
        &self,
        sheet: usize,
        notes: Notebook,
    ) -> Result<Box<dyn CellSource>, WorkbookError> {
        let limits = Arc::clone(&self.limits);
        let globals = &self.globals;
        let collected = sheet::collect(
            &self.stream,
            globals.places[sheet],
            globals,
            &notes,
            &limits,
        )?;
        Ok(Box::new(sheet::SheetReader::new(collected, notes, limits)))
    }
}

fn read_globals(stream: &[u8], limits: &WorkbookLimits) -> Result<Globals, WorkbookError> {
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
