//! The workbook as a file: its sheets, and the name that marks it as ours.

use std::path::{Path, PathBuf};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use super::data::Data;
use super::limits::sheet_name;
use super::summary::fill_summary;
use crate::journal::Store;
use crate::report::ReportError;
use crate::report::error::NO_ROOM;
use crate::report::facts::Facts;
use crate::report::file::NewFile;
use crate::report::names::name_column;
use crate::report::next::Next;
use crate::report::note::too_many;
use tables::caught::caught;

/// The name of the sheet of counts.
pub const SUMMARY: &str = "Import summary";

/// The defined name that marks the sheet of counts as ours.
pub const SUMMARY_NAME: &str = "_partner_import_summary";

/// Writes the workbook. `remarks` stand on the sheet of counts.
pub fn write(
    facts: &Facts,
    store: &Store,
    next: &[Next],
    remarks: &[String],
    path: &Path,
) -> Result<PathBuf, ReportError> {
    let mut file = NewFile::create(path)?;
    let failed = |reason: String| ReportError::Workbook {
        path: path.to_owned(),
        reason,
    };
    let directory = path.parent().unwrap_or(Path::new("."));
    // The library panics where its own temporary file cannot be written: a full disk.
    let built = caught(|| {
        let mut workbook = build(facts, store, next, remarks, directory, &failed)?;
        workbook
            .save_to_writer(&mut file)
            .map_err(|error| match error {
                XlsxError::IoError(source) => ReportError::Write {
                    path: path.to_owned(),
                    source,
                },
                other => failed(other.to_string()),
            })
    });
    built.unwrap_or_else(|| Err(failed(NO_ROOM.to_owned())))?;
    file.commit()
}

fn build(
    facts: &Facts,
    store: &Store,
    next: &[Next],
    remarks: &[String],
    directory: &Path,
    failed: &dyn Fn(String) -> ReportError,
) -> Result<Workbook, ReportError> {
    let broken = |error: XlsxError| failed(error.to_string());
    let mut workbook = Workbook::new();
    let directory = if directory.as_os_str().is_empty() {
        Path::new(".")
    } else {
        directory
    };
    workbook.set_tempdir(directory).map_err(broken)?;
    if facts.numbers.len() > MANY_ROWS {
        workbook.set_zip_compression_level(LIGHTLY);
    }
    // By a clock that was never set it began before dates of spreadsheets do.
    let began = (facts.info.started_ms / 1000).max(FIRST_DATE);
    let began = ExcelDateTime::from_timestamp(began).map_err(broken)?;
    workbook.set_properties(
        &DocProperties::new()
            .set_title(format!("Import {}", facts.info.id))
            .set_creation_datetime(&began),
    );
    let data_name = sheet_name(facts.info.sheet.as_deref());
    let sheet = workbook
        .add_worksheet_with_constant_memory()
        .map_err(broken)?;
    sheet.set_name(&data_name).map_err(broken)?;
    let name = name_column(facts, store)?;
    let mut data = Data::new(facts, name, sheet);
    data.header().map_err(broken)?;
    facts.each_row(store, |row, verdict| data.row(row, verdict).map_err(broken))?;
    data.finish().map_err(broken)?;
    let name = if data_name.eq_ignore_ascii_case(SUMMARY) {
        "Import summary 2"
    } else {
        SUMMARY
    };
    let sheet = workbook.add_worksheet();
    sheet.set_name(name).map_err(broken)?;
    let remarks = remarks.iter().cloned().chain(too_many(&facts.faults));
    let remarks: Vec<String> = remarks.collect();
    fill_summary(sheet, name, facts, next, &remarks).map_err(broken)?;
    let mark = format!("='{name}'!$A$1");
    workbook.define_name(SUMMARY_NAME, &mark).map_err(broken)?;
    Ok(workbook)
}

/// A list so long is packed less: at a million rows that takes a second instead of seven, which
/// everybody waits for, and the file is larger by a third.
const MANY_ROWS: usize = 100_000;
const LIGHTLY: u8 = 1;

/// 1980-01-01, where the dates of archives begin, in Unix seconds.
const FIRST_DATE: i64 = 315_532_800;
