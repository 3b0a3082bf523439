//! The workbook as a file: its sheets, and the name that marks it as ours.

use std::path::{Path, PathBuf};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use zip::ZipWriter;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;

use super::data::Data;
use super::limits::{MANY_ROWS, sheet_name};
use super::rows::{Rows, Sheet};
use super::summary::fill_summary;
use crate::journal::Store;
use crate::report::ReportError;
use crate::report::facts::Facts;
use crate::report::fails_once::FailsOnce;
use crate::report::file::NewFile;
use crate::report::names::name_column;
use crate::report::next::Next;
use crate::report::note::too_many;
use tables::edit::package::Package;

/// The name of the sheet of counts.
pub const SUMMARY: &str = "Import summary";

/// The defined name that marks the sheet of counts as ours.
pub const SUMMARY_NAME: &str = "_partner_import_summary";

/// Writes the workbook. `remarks` stand on the sheet of counts.
///
/// All but the rows is made first, in memory; then it is copied, and the rows are put into their sheet one by
/// one.
pub fn write(
    facts: &Facts,
    store: &Store,
    next: &[Next],
    remarks: &[String],
    path: &Path,
) -> Result<PathBuf, ReportError> {
    let failed = |reason: String| ReportError::Workbook {
        path: path.to_owned(),
        reason,
    };
    let data = Data::of(facts, store, name_column(facts, store)?)?;
    let around = around(facts, &data, next, remarks).map_err(|error| failed(error.to_string()))?;
    let mut around = Package::open(around).map_err(|error| failed(error.to_string()))?;
    let mut file = NewFile::create(path)?;
    let mut out = ZipWriter::new(FailsOnce::new(&mut file));
    let of_archive = |error: ZipError| match error {
        ZipError::Io(source) => ReportError::Write {
            path: path.to_owned(),
            source,
        },
        other => failed(other.to_string()),
    };
    for place in 0..around.names().len() {
        if around.names()[place] != SHEET_OF_ROWS {
            let entry = around.raw(place);
            let entry = entry.map_err(|error| failed(error.to_string()))?;
            out.raw_copy_file(entry).map_err(of_archive)?;
            continue;
        }
        let sheet = around.text(SHEET_OF_ROWS);
        let sheet = sheet.map_err(|error| failed(error.to_string()))?;
        let sheet = Sheet::of(&sheet).ok_or_else(|| failed("its sheet has no rows".to_owned()))?;
        out.start_file(SHEET_OF_ROWS, packed(facts))
            .map_err(of_archive)?;
        Rows::of(facts, &data.places, &sheet).write(store, path, &mut out)?;
    }
    out.finish().map_err(of_archive)?;
    file.commit()
}

/// The part with the sheet that is added first.
const SHEET_OF_ROWS: &str = "xl/worksheets/sheet1.xml";

/// How the sheet of rows is packed: with the same bytes whenever it is written.
fn packed(facts: &Facts) -> SimpleFileOptions {
    let options = SimpleFileOptions::default()
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o600)
        .large_file(facts.numbers.len() * facts.layout.header().len() > MANY_CELLS);
    if facts.numbers.len() > MANY_ROWS {
        options.compression_level(Some(LIGHTLY))
    } else {
        options
    }
}

/// The workbook with all but the rows.
fn around(
    facts: &Facts,
    data: &Data<'_>,
    next: &[Next],
    remarks: &[String],
) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // By a clock that was never set it began before dates of spreadsheets do.
    let began = (facts.info.started_ms / 1000).max(FIRST_DATE);
    workbook.set_properties(
        &DocProperties::new()
            .set_title(format!("Import {}", facts.info.id))
            .set_creation_datetime(&ExcelDateTime::from_timestamp(began)?),
    );
    let data_name = sheet_name(facts.info.sheet.as_deref());
    let sheet = workbook.add_worksheet();
    sheet.set_name(&data_name)?;
    data.fill(sheet)?;
    let name = if data_name.eq_ignore_ascii_case(SUMMARY) {
        "Import summary 2"
    } else {
        SUMMARY
    };
    let sheet = workbook.add_worksheet();
    sheet.set_name(name)?;
    let remarks = remarks.iter().cloned().chain(too_many(&facts.faults));
    let remarks: Vec<String> = remarks.collect();
    fill_summary(sheet, name, facts, next, &remarks)?;
    workbook.define_name(SUMMARY_NAME, &format!("='{name}'!$A$1"))?;
    workbook.save_to_buffer()
}

/// A long list is packed less: at a million rows that takes a second instead of seven, which
/// everybody waits for, and the file is larger by a third.
const LIGHTLY: i64 = 1;

/// With more cells a sheet may become larger than an archive holds in its first form (4 GB).
const MANY_CELLS: usize = 10_000_000;

/// 1980-01-01, where the dates of archives begin, in Unix seconds.
const FIRST_DATE: i64 = 315_532_800;
