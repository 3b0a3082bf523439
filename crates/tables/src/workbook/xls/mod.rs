//! XLS (Excel 95 to 2003): the workbook's own records; the cells are read by `sheet`.

pub(super) mod compound;
mod globals;
mod record;
mod sheet;

use std::sync::Arc;

use super::error::WorkbookError;
use super::limits::WorkbookLimits;
use super::notes::Notebook;
use super::rows::CellSource;
use super::sheets::SheetInfo;
use crate::content::Pretender;
use compound::Compound;
use globals::{Globals, read_globals};

/// An opened XLS file.
#[derive(Debug)]
pub(super) struct Xls {
    stream: Vec<u8>,
    limits: Arc<WorkbookLimits>,
    globals: Globals,
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
