//! A tenant as a workbook: every customer with every column that an import reads, and its id.

use std::path::{Path, PathBuf};

use rust_xlsxwriter::{DocProperties, IgnoreError, Workbook, XlsxError};

use super::cells::marked;
use super::formats::Formats;
use crate::report::ReportError;
use crate::report::error::NO_ROOM;
use crate::report::fails_once::FailsOnce;
use crate::report::file::NewFile;
use tables::caught::caught;
use tables::edit::cells::cut;

/// The defined name that marks the sheet of a tenant's customers as ours.
pub const TENANT_NAME: &str = "_partner_import_tenant";

/// The sheet.
const SHEET: &str = "Customers";

/// Writes it: a header, and a row for each customer.
///
/// # Errors
///
/// Where the file cannot be written.
pub fn write(
    path: &Path,
    title: &str,
    header: &[String],
    rows: &[Vec<String>],
) -> Result<PathBuf, ReportError> {
    let mut file = NewFile::create(path)?;
    let failed = |reason: String| ReportError::Workbook {
        path: path.to_owned(),
        reason,
    };
    let built = caught(|| {
        let mut workbook = build(title, header, rows)?;
        workbook.save_to_writer(FailsOnce::new(&mut file))
    });
    match built {
        Some(Ok(())) => {}
        Some(Err(error)) => return Err(failed(error.to_string())),
        None => return Err(failed(NO_ROOM.to_owned())),
    }
    file.commit()
}

fn build(title: &str, header: &[String], rows: &[Vec<String>]) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    let formats = Formats::new();
    workbook.set_properties(&DocProperties::new().set_title(title));
    let sheet = workbook.add_worksheet();
    sheet.set_name(SHEET)?;
    for (column, text) in (0_u16..).zip(header) {
        sheet.write_string_with_format(0, column, &*marked(text), &formats.header)?;
        let width = rows
            .iter()
            .take(500)
            .filter_map(|row| row.get(usize::from(column)));
        let width = width
            .map(|text| text.chars().count())
            .max()
            .unwrap_or_default();
        let width = width.max(text.chars().count()).clamp(8, 60);
        sheet.set_column_width(column, f64::from(u16::try_from(width).unwrap_or(60)) + 3.0)?;
    }
    for (row, cells) in (1_u32..).zip(rows) {
        let filled = (0_u16..).zip(cells).filter(|(_, text)| !text.is_empty());
        for (column, text) in filled {
            let text = cut(marked(text));
            sheet.write_string_with_format(row, column, &*text, &formats.text)?;
        }
    }
    let last_row = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let last_column = u16::try_from(header.len().saturating_sub(1)).unwrap_or(u16::MAX);
    sheet.set_freeze_panes(1, 0)?;
    if last_row > 0 {
        sheet.autofilter(0, 0, last_row, last_column)?;
        let stored = IgnoreError::NumberStoredAsText;
        sheet.ignore_error_range(1, 0, last_row, last_column, stored)?;
    }
    workbook.define_name(TENANT_NAME, &format!("='{SHEET}'!$A$1"))?;
    Ok(workbook)
}
