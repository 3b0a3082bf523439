//! A workbook's table: chooses the sheet, and hands its raw rows on with what was noticed about it.

use std::path::Path;

use super::error::ReadError;
use super::note::Note;
use super::options::{HeaderKnowledge, ReadOptions};
use super::raw::{More, RawRows};
use super::table::{Format, Origin, Ragged, Table};
use super::workbook::{self, Notebook, Score, SheetInfo, SheetKind, Workbook};
use crate::batch::RowBatch;
use crate::content::WorkbookFormat;
use crate::place::Source;

/// A sheet is judged by so many rows.
const JUDGED_ROWS: usize = 50;

/// Finds the table in the sheet that is named or that holds the list.
pub(super) fn table(
    workbook: &mut Workbook,
    path: &Path,
    options: &ReadOptions,
    knowledge: &dyn HeaderKnowledge,
) -> Result<Table, ReadError> {
    let mut notes = Vec::new();
    let sheet = if let Some(name) = &options.sheet {
        workbook.find_sheet(name)?
    } else {
        let sheets = workbook.sheets().to_vec();
        let choice = workbook::choose(&sheets, |sheet| score(workbook, sheet, knowledge))?;
        notes = choice.notes(&sheets);
        match choice.sheet {
            Some(sheet) => sheet,
            None => first_of_cells(workbook, &sheets, knowledge)?,
        }
    };
    let Some(name) = workbook.sheets().get(sheet).map(|sheet| sheet.name.clone()) else {
        return Err(ReadError::NoSheet {
            path: path.to_owned(),
        });
    };
    let rows = workbook.rows(sheet)?;
    let origin = Origin {
        source: Source {
            file: path.display().to_string(),
            sheet: Some(name),
        },
        format: match workbook.format() {
            WorkbookFormat::Xlsx | WorkbookFormat::Xlsm => Format::Xlsx,
            WorkbookFormat::Xlsb => Format::Xlsb,
            WorkbookFormat::Xls => Format::Xls,
            WorkbookFormat::Ods | WorkbookFormat::Fods => Format::Ods,
        },
        // A sheet has no row ends: short rows are rows whose last cells are empty.
        ragged: Ragged::Natural,
        notes,
        tables: workbook.sheet_notes(sheet).tables,
        mapped: options.mapped.clone(),
    };
    let noted = NotedRows {
        rows,
        notebook: workbook.notebook(sheet),
        ended: false,
    };
    Table::find(origin, Box::new(noted), options.header_row, knowledge)
}

/// The sheets of a workbook that are read when all are.
#[derive(Debug, Clone, Default)]
pub struct SheetList {
    /// Their names, in the order of the workbook.
    pub names: Vec<String>,
    /// Which sheets are not read, and why.
    pub notes: Vec<Note>,
}

/// Finds the sheets with known columns. Empty when no sheet has any.
pub(super) fn list(
    workbook: &mut Workbook,
    knowledge: &dyn HeaderKnowledge,
) -> Result<SheetList, ReadError> {
    let sheets = workbook.sheets().to_vec();
    let choice = workbook::choose(&sheets, |sheet| score(workbook, sheet, knowledge))?;
    if choice.why == workbook::Why::NoneKnown {
        return Ok(SheetList::default());
    }
    Ok(SheetList {
        names: choice
            .all(&sheets)
            .into_iter()
            .map(|sheet| sheets[sheet].name.clone())
            .collect(),
        notes: choice.left_out(&sheets),
    })
}

/// How many headers of the best row are known, and how many filled rows stand below it.
fn score(
    workbook: &mut Workbook,
    sheet: usize,
    knowledge: &dyn HeaderKnowledge,
) -> Result<Option<Score>, ReadError> {
    let batch = workbook.first_rows(sheet, JUDGED_ROWS)?;
    if knowledge.is_aside(&batch) {
        return Ok(None);
    }
    let mut best = Score::default();
    for (index, row) in batch.rows().take(JUDGED_ROWS).enumerate() {
        let known = row
            .cells()
            .filter(|cell| knowledge.knows(cell.text.trim()))
            .count();
        let columns = u32::try_from(known).unwrap_or(u32::MAX);
        if columns > best.columns {
            let filled =
                |row: &crate::batch::Row<'_>| row.cells().any(|cell| !cell.text.trim().is_empty());
            let below = batch.rows().skip(index + 1).filter(filled).count();
            best = Score {
                columns,
                rows: u32::try_from(below).unwrap_or(u32::MAX),
            };
        }
    }
    Ok(Some(best))
}

/// Where no visible sheet can be chosen: the first that the caller does not set aside.
fn first_of_cells(
    workbook: &mut Workbook,
    sheets: &[SheetInfo],
    knowledge: &dyn HeaderKnowledge,
) -> Result<usize, ReadError> {
    for (at, sheet) in sheets.iter().enumerate() {
        if sheet.kind == SheetKind::Worksheet
            && !knowledge.is_aside(&workbook.first_rows(at, JUDGED_ROWS)?)
        {
            return Ok(at);
        }
    }
    Ok(0)
}

/// The rows of a sheet; at their end, what was noticed on the way.
struct NotedRows {
    rows: Box<dyn RawRows>,
    notebook: Notebook,
    ended: bool,
}

impl RawRows for NotedRows {
    fn next_batch(&mut self, batch: &mut RowBatch) -> Result<More, ReadError> {
        let more = self.rows.next_batch(batch)?;
        self.ended = more == More::No;
        Ok(more)
    }

    fn take_problems(&mut self) -> Vec<Note> {
        let mut problems = self.rows.take_problems();
        if std::mem::take(&mut self.ended) {
            problems.extend(self.notebook.copy().notes());
        }
        problems
    }

    fn merged_rows(&self) -> std::collections::BTreeSet<u32> {
        let merged = self.notebook.copy().merged;
        let wide = merged.iter().filter(|range| {
            range.rows.first == range.rows.last && range.columns.first < range.columns.last
        });
        wide.map(|range| range.rows.first).collect()
    }
}
