//! The workbook a run has read: where its tables stand, and what is on the disk when the result
//! files are written.

use std::path::Path;

use super::digest;
use super::list::CheckedFile;
use crate::journal::RunInfo;
use crate::journal::record::TablePlace;
use crate::report::Original;
use tables::Format;

/// The input of a run, where `results.xlsx` can be a copy of it.
pub fn original(info: &RunInfo) -> Original {
    if info.place.is_none() && info.places.is_empty() {
        return Original::None;
    }
    let path = Path::new(&info.input_full_path);
    if !path.exists() {
        return Original::Lost(format!("{} is no longer there", info.input_path));
    }
    match digest::unchanged(path, &info.input_sha256) {
        Ok(Some(bytes)) => Original::Unchanged(bytes),
        Ok(None) => Original::Lost(format!("{} has changed since the run", info.input_path)),
        Err(_) => Original::Lost(format!("{} can no longer be read", info.input_path)),
    }
}

/// Where the tables of several sheets stand, in a workbook that can be copied.
pub fn places(file: &CheckedFile) -> Vec<TablePlace> {
    let Some(joined) = file.joined.as_ref().filter(|_| file.format == Format::Xlsx) else {
        return Vec::new();
    };
    let sheets = file.sheets.iter().enumerate();
    let places = sheets.map(|(at, sheet)| {
        let columns = joined.columns_of(at).into_iter();
        TablePlace {
            sheet: Some(sheet.name.clone()),
            header_row: sheet.header_row,
            columns: columns
                .map(|column| Some(sheet.mapping.columns[column?].column))
                .collect(),
        }
    });
    places.collect()
}
