//! The mended copy of a workbook: some cells get a text, everything else stays as it is.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::CopyError;
use super::hand::HAND;
use super::outline::Outline;
use super::parts::{Parts, SheetCopy};
use crate::journal::record::TablePlace;
use crate::report::file::NewFile;
use tables::edit::book::BookChange;
use tables::edit::cells::{Edit, Look, Value};
use tables::edit::frame::Frame;
use tables::edit::notes::Places;
use tables::edit::package::Package;
use tables::edit::sheet::Rows;
use tables::edit::styles::Styles;
use tables::edit::survey::{Question, survey};

/// A cell that gets a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MendedCell {
    /// Its row, from 1.
    pub row: u32,
    /// Its column, from 0.
    pub column: u32,
    /// The text.
    pub text: String,
}

/// Writes a copy of the workbook with these cells mended, which stand in the sheet; hands back what of
/// the original is not in it, in words.
///
/// # Errors
/// When the original is of a kind that cannot be changed safely, or the copy cannot be written.
pub fn write(
    original: &[u8],
    sheet: &str,
    cells: &[MendedCell],
    path: &Path,
) -> Result<Vec<String>, CopyError> {
    let mut package = Package::open(original.to_owned())?;
    let place = TablePlace {
        sheet: Some(sheet.to_owned()),
        header_row: 0,
        columns: Vec::new(),
    };
    let outline = Outline::with(&mut package, vec![(place, 0..0)])?;
    let part = outline.lists.into_iter().next().map(|list| list.part);
    let part = part.unwrap_or_default();
    let mut rows = MendedRows::of(cells);
    let written: Vec<u32> = cells.iter().map(|cell| cell.column).collect();
    let question = Question {
        header_row: rows.first(),
        last_header: 0,
        written: &written,
        noted: &Places::new(),
        name: None,
        last_row: 0,
        left_out: 0,
    };
    let survey = survey(package.stream(&part)?, &question)?;
    let mut parts = Parts::of(package);
    let roots = parts.roots(&outline.workbook)?;
    let change = BookChange {
        calculation: roots.calculation,
        ..BookChange::default()
    };
    let workbook = (outline.workbook.as_str(), outline.workbook_text.as_str());
    parts.finish(workbook, &change, roots, &[])?;
    let mut file = NewFile::create(path)?;
    let sheet = SheetCopy {
        part: &part,
        inserted: None,
        survey: &survey,
        frame: &Frame::default(),
        rows: &mut rows,
    };
    // Cells keep their looks: no style is added.
    parts.save(
        &mut [sheet],
        &mut Styles::open(None, HAND)?,
        None,
        &mut file,
    )?;
    file.commit()?;
    Ok(parts.left_out)
}

/// The changes, by row.
struct MendedRows(BTreeMap<u32, Vec<Edit>>);

impl MendedRows {
    fn of(cells: &[MendedCell]) -> Self {
        let mut rows: BTreeMap<u32, Vec<Edit>> = BTreeMap::new();
        for cell in cells {
            rows.entry(cell.row).or_default().push(Edit {
                column: cell.column,
                value: Value::Text(cell.text.clone()),
                look: Look::Own,
            });
        }
        for edits in rows.values_mut() {
            edits.sort_by_key(|edit| edit.column);
        }
        Self(rows)
    }

    fn first(&self) -> u32 {
        self.0.keys().next().copied().unwrap_or(1)
    }
}

impl Rows for MendedRows {
    fn edits(&mut self, row: u32) -> Vec<Edit> {
        self.0.get(&row).cloned().unwrap_or_default()
    }

    fn next(&self, row: u32) -> Option<u32> {
        self.0.range(row..).next().map(|(row, _)| *row)
    }

    fn may_be_marked(&self, _: u32) -> bool {
        false
    }

    fn ground_before(&self, _: u32, _: u32) -> Option<u32> {
        None
    }
}
