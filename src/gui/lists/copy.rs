//! A copy of the user's own file with the mends in it. The file itself is never touched.

use std::fs;
use std::path::Path;

use tables::Format;
use tables::text::{TextEdit, rewrite};

use super::list::List;
use super::snapshot::Snapshot;
use crate::flow::failure::Failure;
use crate::flow::list::KnownHeaders;
use crate::flow::new_file::write_new;
use crate::gui::fault::{Fault, sentence};
use crate::report::copy::{MendedCell, write_mended};
use crate::report::mended::MendedCopy;
use crate::settings::Typed;

impl List {
    /// The file with what was changed: a workbook of today and a text file as they are but for some cells, other
    /// workbooks as a table in text.
    ///
    /// # Errors
    /// Where the file cannot be copied.
    pub fn mended(&self) -> Result<Vec<u8>, Fault> {
        let now = self.snapshot()?;
        // Several pages may ask at once.
        let name = format!("mended-{}.new", crate::gui::session::random()?);
        let path = self.dir.join(name);
        let made = self.write_mended_to(&now, &path);
        let bytes = made.and_then(|()| Ok(fs::read(&path)?));
        let _ = fs::remove_file(&path);
        bytes
    }

    fn write_mended_to(&self, now: &Snapshot, path: &Path) -> Result<(), Fault> {
        if matches!(now.held.table.format, Format::Text { .. }) {
            let original = fs::read(self.path())?;
            let reading = self.resolved(&now.asks, None, &Typed::default())?.reading;
            match rewrite(&original, &reading, &KnownHeaders, &now.edits()) {
                Ok(mended) => return Ok(write_new(path, &mended)?),
                // The table is there all the same, with its cells.
                Err(error) => tracing::warn!(%error, "a copy has the list's rows only"),
            }
        }
        let sheet = now.held.table.source.sheet.clone();
        match sheet.filter(|_| now.held.table.format == Format::Xlsx) {
            Some(sheet) => {
                let original = fs::read(self.path())?;
                write_mended(&original, &sheet, &now.changes(), path).map_err(|error| {
                    Fault::value(sentence(&format!("it cannot be copied: {error}")))
                })?;
            }
            None => now.write_text(path)?,
        }
        Ok(())
    }
}

impl Snapshot {
    /// The same for a text file.
    fn edits(&self) -> Vec<TextEdit> {
        let changes = self.changes().into_iter();
        let edits = changes.filter_map(|cell| {
            let (row, column) = (self.held.row_of(cell.row)?, self.held.place(cell.column)?);
            Some(TextEdit {
                row: cell.row,
                column: cell.column,
                from: self.held.text(row, column).to_owned(),
                to: cell.text,
            })
        });
        edits.collect()
    }

    /// The cells that were changed.
    fn changes(&self) -> Vec<MendedCell> {
        let held = &self.held;
        let rows = self.folded.rows(held).into_iter();
        let cells = rows.flat_map(|row| {
            let row = row as usize;
            (0..held.width()).filter_map(move |column| {
                Some(MendedCell {
                    row: held.number(row),
                    column: held.table.header.cells[column].column,
                    text: self.folded.text(held, row, column)?.to_owned(),
                })
            })
        });
        cells.collect()
    }

    fn write_text(&self, path: &Path) -> Result<(), Fault> {
        let held = &self.held;
        let delimiter = match &held.table.format {
            Format::Text {
                delimiter: Some(text),
                ..
            } if text.len() == 1 => text.as_str(),
            _ => ",",
        };
        let mut copy = MendedCopy::create(path, delimiter).map_err(Failure::from)?;
        let header = held.table.header.cells.iter();
        let header: Vec<String> = header.map(|cell| cell.text.clone()).collect();
        copy.header(&header).map_err(Failure::from)?;
        for at in 0..held.len() {
            if let Some(row) = held.row(at) {
                copy.row(row, |column| self.folded.text(held, at, column))
                    .map_err(Failure::from)?;
            }
        }
        copy.finish().map_err(Failure::from)?;
        Ok(())
    }
}
