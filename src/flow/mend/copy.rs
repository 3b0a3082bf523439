//! Writes the mended copy of a list, and checks it.

use std::path::Path;
use std::sync::Arc;

use super::cells::{Change, Mending, each_row, mends_of};
use super::look::Mendable;
use crate::flow::advice::Advice;
use crate::flow::event::{Event, Events, Note};
use crate::flow::failure::Failure;
use crate::flow::list::check_file;
use crate::model::Severity;
use crate::report::copy::{self, CopyError, MendedCell};
use crate::report::mended::MendedCopy;
use tables::{Delimiter, Format, ReadOptions, Sheets, Table, TextEncoding};

/// What is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The table, as CSV.
    Table,
    /// The workbook that it stands in.
    Workbook,
}

/// A mended copy.
pub struct Mended {
    /// The cells that were mended, in the order of the file.
    pub changes: Vec<Change>,
    /// What the check finds in the copy: errors, warnings, notes.
    pub left: [usize; 3],
}

/// Writes the copy to `out`, where nothing may be yet, and checks it.
///
/// # Errors
///
/// Where the list cannot be read once more, the workbook cannot be changed safely, or the copy cannot be
/// written.
pub fn mend(
    mendable: &Mendable,
    form: Form,
    out: &Path,
    events: Events<'_>,
) -> Result<Mended, Failure> {
    let file = &mendable.file;
    let say = |text: String| events.on(Event::Note(Note::Remark(text)));
    let mends = mends_of(&file.checked.diagnostics);
    let dropped = file.dropped.first().cloned().unwrap_or_default();
    let mending = Mending {
        suggested: &mends,
        dropped: &dropped,
        by_hand: mendable.checking.selection.mends.as_deref(),
    };
    let (changes, again) = match form {
        Form::Workbook => {
            let changes = workbook(mendable, mending, out, &say)?;
            let again = ReadOptions {
                sheet: file.source.sheet.clone(),
                ..mendable.options.clone()
            };
            (changes, again)
        }
        Form::Table => {
            let (changes, delimiter) = csv(mendable.table()?, mending, out)?;
            say(match file.format {
                Format::Text { .. } => {
                    "the copy holds only the table: what is around it is left out"
                }
                _ => "the copy is a CSV file with the table of this sheet",
            }
            .to_owned());
            (changes, of_copy(&mendable.options, &delimiter))
        }
    };
    Ok(Mended {
        changes,
        left: remaining(out, &again, mendable, events)?,
    })
}

/// Writes a copy of the table; hands back the changes, and what separates its cells.
fn csv(table: Table, mending: Mending<'_>, out: &Path) -> Result<(Vec<Change>, String), Failure> {
    let delimiter = match &table.format {
        Format::Text {
            delimiter: Some(text),
            ..
        } if text.len() == 1 => text.clone(),
        _ => ",".to_owned(),
    };
    let mut copy = MendedCopy::create(out, &delimiter)?;
    if table.header.row > 0 {
        copy.header(&table.header_as_read)?;
    }
    let changes = each_row(table, mending, |row, mended| {
        copy.row(row, mended).map_err(Failure::from)
    })?;
    copy.finish()?;
    Ok((changes, delimiter))
}

/// Writes a copy of the workbook; hands back the changes.
fn workbook(
    mendable: &Mendable,
    mending: Mending<'_>,
    out: &Path,
    say: &dyn Fn(String),
) -> Result<Vec<Change>, Failure> {
    let (list, file) = (&mendable.list, &mendable.file);
    let sheet = file.source.sheet.as_deref();
    let Some(sheet) = sheet.filter(|_| file.format == Format::Xlsx) else {
        let message = format!(
            "a fixed .xlsx is a copy of your workbook, and {} is not an .xlsx",
            list.display()
        );
        return Err(Failure::usage(message).hint(Advice::MendTable));
    };
    let changes = each_row(mendable.table()?, mending, |_, _| Ok(()))?;
    let cells: Vec<MendedCell> = changes
        .iter()
        .map(|change| MendedCell {
            row: change.row,
            column: change.at,
            text: change.new.clone(),
        })
        .collect();
    let original = std::fs::read(list).map_err(|source| tables::ReadError::Open {
        path: list.clone(),
        source,
    })?;
    let left_out =
        copy::write_mended(&original, sheet, &cells, out).map_err(|error| match error {
            CopyError::Report(error) => Failure::from(error),
            error => {
                let message = format!("{} cannot be copied: {error}", list.display());
                Failure::usage(message).hint(Advice::MendTable)
            }
        })?;
    for what in &left_out {
        say(format!("the copy is your workbook without {what}"));
    }
    Ok(changes)
}

/// How the copy of a table is read.
fn of_copy(options: &ReadOptions, delimiter: &str) -> ReadOptions {
    ReadOptions {
        sheet: None,
        sheets: Sheets::One,
        header_row: options.header_row.map(|row| row.min(1)),
        encoding: Some(TextEncoding::UTF_8),
        delimiter: Delimiter::parse(delimiter),
        limits: options.limits,
        mapped: options.mapped.clone(),
    }
}

/// The errors, warnings and notes of the copy.
fn remaining(
    out: &Path,
    options: &ReadOptions,
    mendable: &Mendable,
    events: Events<'_>,
) -> Result<[usize; 3], Failure> {
    let mut checking = mendable.checking.clone();
    let mends = checking.selection.mends.take();
    checking.selection.mends = mends.map(|mends| Arc::new(mends.beside_cells()));
    let file = check_file(out, options, &checking, events, &mut |_, _| Ok(()))?;
    let severities = [Severity::Error, Severity::Warning, Severity::Note];
    Ok(severities.map(|severity| {
        let found = file.checked.diagnostics.iter();
        found.filter(|one| one.severity() == severity).count()
    }))
}
