//! `check FILE --fix OUT`: writes a mended copy, of the table or of the workbook, and lists every
//! change; or proposes changes.

use std::collections::HashMap;
use std::path::Path;

use serde_json::json;

use super::fix_mends::{self, Proposed};
use crate::check::{CheckSettings, Keep};
use crate::cli::args::{CheckArgs, CheckFormat, Common};
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::show::face::Face;
use crate::cli::show::output::Output;
use crate::flow::check::checking_of;
use crate::flow::failure::Failure;
use crate::flow::list::{CheckedFile, Dropped, KnownHeaders, check_file};
use crate::model::printable;
use crate::model::rules::texts::{CLEANED, MENDABLE};
use crate::model::{Diagnostic, Row, RowBatch, RowIndex, Severity};
use crate::report::copy::{self, CopyError, MendedCell};
use crate::report::mended::MendedCopy;
use tables::{Delimiter, Format, More, ReadOptions, Sheets, Table, TextEncoding};

/// What is done to a cell.
#[derive(Clone, Copy)]
enum Mend<'a> {
    /// It gets the one text that was suggested.
    With(&'a Diagnostic),
    /// It stays: several texts were suggested.
    Open,
}

impl Mend<'_> {
    /// What is done to a cell of which two things are said. What is suggested for a cleaned value is
    /// cleaned itself.
    fn and(self, other: Self) -> Self {
        let cleans = |found: &Diagnostic| CLEANED.iter().any(|rule| rule.code == found.rule.code);
        match (self, other) {
            (Self::With(one), Self::With(two)) if one.suggestions == two.suggestions => self,
            (Self::With(one), _) if cleans(one) => other,
            (_, Self::With(two)) if cleans(two) => self,
            _ => Self::Open,
        }
    }
}

/// By the index of the row and the column in the file.
type Mends<'a> = HashMap<(usize, u32), Mend<'a>>;

struct Change {
    row: u32,
    /// The column in the file, from 0.
    at: u32,
    cell: String,
    column: String,
    old: String,
    new: String,
    code: &'static str,
}

/// Runs the command.
pub fn run(common: &Common, args: &CheckArgs, out: &Path, output: Output) -> Result<Exit, Failure> {
    if !matches!(args.format, CheckFormat::Text | CheckFormat::Json) {
        return Err(Failure::usage(
            "--fix lists its changes as text or JSON only",
        ));
    }
    let form = Form::of(out)?;
    if out.exists() {
        let message = format!("{} is there already; --fix writes new files", out.display());
        return Err(Failure::usage(message).hint("name a file that does not exist yet"));
    }
    let settings = Settings::resolve(common, Some(&args.file), output)?;
    let resolved = settings.with(&args.input)?;
    let options = &resolved.reading;
    if options.sheets == Sheets::All {
        return Err(Failure::usage("--fix mends one sheet, not all of them")
            .hint("name the sheet with --sheet, and mend one after the other"));
    }
    let checking = checking_of(&resolved, Keep::Nothing, &args.file)?;
    let file = check_file(
        &args.file,
        options,
        &checking,
        &Face::on(output),
        &mut |_, _| Ok(()),
    )?;
    let table = tables::open(&args.file, options, &KnownHeaders)?;
    let mends = mends_of(&file.checked.diagnostics);
    let dropped = file.dropped.first().cloned().unwrap_or_default();
    let (changes, again) = match form {
        Form::Mends => return propose(args, &file, table, out, output),
        Form::Workbook => {
            let changes = workbook(&args.file, &file, table, (&mends, &dropped), out, output)?;
            let sheet = file.source.sheet.clone();
            (
                changes,
                ReadOptions {
                    sheet,
                    ..options.clone()
                },
            )
        }
        Form::Copy => {
            let (changes, delimiter) = csv(table, (&mends, &dropped), out)?;
            output.say(match file.format {
                Format::Text { .. } => {
                    "the copy holds the table: what stands around it is left out"
                }
                _ => "the copy is a CSV file with the table of this sheet",
            });
            (changes, of_copy(options, &delimiter))
        }
    };
    let left = remaining(out, &again, &checking, output)?;
    show(args, out, &changes, &left, output)?;
    let failed = left[0] > 0 || args.strict && left[1] > 0;
    Ok(if failed { Exit::SomeRows } else { Exit::Done })
}

/// What is written, by the name of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A mended copy of the table.
    Copy,
    /// A mended copy of the user's own workbook.
    Workbook,
    /// Proposals to review.
    Mends,
}

impl Form {
    fn of(out: &Path) -> Result<Self, Failure> {
        let name = out
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        let ends_with = |ending: &str| name.ends_with(ending);
        if ends_with(".csv") {
            Ok(Self::Copy)
        } else if ends_with(".xlsx") {
            Ok(Self::Workbook)
        } else if ends_with(".mends.toml") {
            Ok(Self::Mends)
        } else {
            let message = format!("--fix cannot write {}", out.display());
            Err(Failure::usage(message).hint(
                "name a file that ends in .csv, for a mended copy of the table, in .xlsx, for a mended \
                 copy of your workbook, or in .mends.toml, for proposals that --mends makes whenever \
                 the list is read",
            ))
        }
    }
}

/// Writes the proposals, and says how many.
fn propose(
    args: &CheckArgs,
    file: &CheckedFile,
    table: Table,
    out: &Path,
    output: Output,
) -> Result<Exit, Failure> {
    let Proposed { entries, open } = fix_mends::write(file, table, &args.file, out)?;
    if args.format == CheckFormat::Json {
        output.document(&json!({
            "file": args.file.display().to_string(),
            "mends": out.display().to_string(),
            "entries": entries,
            "open": open,
        }))?;
    } else {
        output.text(&format!(
            "{}: changes proposed: {entries}; to be decided by you, as comments: {open}\n",
            printable(&out.display().to_string())
        ))?;
        output.say("look at each, and give the file along: --mends");
    }
    let errors = file.checked.diagnostics.iter();
    let failed = errors.filter(|one| one.is_error()).count() > 0;
    Ok(if failed { Exit::SomeRows } else { Exit::Done })
}

fn mends_of(diagnostics: &[Diagnostic]) -> Mends<'_> {
    let mut mends = Mends::new();
    for found in diagnostics {
        let column = found.at.and_then(|at| at.column);
        let (Some(row), Some(column)) = (found.row, column) else {
            continue;
        };
        let mendable = MENDABLE.iter().any(|rule| rule.code == found.rule.code);
        if !mendable || found.suggestions.is_empty() {
            continue;
        }
        let mend = match found.suggestions.as_slice() {
            [_] => Mend::With(found),
            _ => Mend::Open,
        };
        mends
            .entry((row.as_usize(), column))
            .and_modify(|known| *known = known.and(mend))
            .or_insert(mend);
    }
    mends
}

/// Writes a copy of the table; hands back the changes, and what separates its cells.
fn csv(
    table: Table,
    of_rows: (&Mends<'_>, &Dropped),
    out: &Path,
) -> Result<(Vec<Change>, String), Failure> {
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
    let changes = each_row(table, of_rows, |row, mended| {
        copy.row(row, |place| {
            mended(place).map(|found| found.suggestions[0].as_str())
        })
        .map_err(Failure::from)
    })?;
    copy.finish()?;
    Ok((changes, delimiter))
}

/// Writes a copy of the workbook; hands back the changes.
fn workbook(
    list: &Path,
    file: &CheckedFile,
    table: Table,
    of_rows: (&Mends<'_>, &Dropped),
    out: &Path,
    output: Output,
) -> Result<Vec<Change>, Failure> {
    let other = "name a file that ends in .csv, for a mended copy of the table";
    let sheet = file.source.sheet.as_deref();
    let Some(sheet) = sheet.filter(|_| file.format == Format::Xlsx) else {
        let message = format!(
            "--fix writes an .xlsx as a copy of your workbook, and {} is no .xlsx",
            list.display()
        );
        return Err(Failure::usage(message).hint(other));
    };
    let changes = each_row(table, of_rows, |_, _| Ok(()))?;
    let cells: Vec<MendedCell> = changes
        .iter()
        .map(|change| MendedCell {
            row: change.row,
            column: change.at,
            text: change.new.clone(),
        })
        .collect();
    let original = std::fs::read(list).map_err(|source| tables::ReadError::Open {
        path: list.to_owned(),
        source,
    })?;
    let left_out =
        copy::write_mended(&original, sheet, &cells, out).map_err(|error| match error {
            CopyError::Report(error) => Failure::from(error),
            error => {
                let message = format!("{} cannot be copied: {error}", list.display());
                Failure::usage(message).hint(other)
            }
        })?;
    for what in &left_out {
        output.say(&format!("the copy is your workbook without {what}"));
    }
    Ok(changes)
}

/// Goes through the rows, each with what is to be mended of it by the place of the cell; hands back
/// the changes.
fn each_row<'m>(
    mut table: Table,
    (mends, dropped): (&Mends<'m>, &Dropped),
    mut each: impl FnMut(Row<'_>, &dyn Fn(usize) -> Option<&'m Diagnostic>) -> Result<(), Failure>,
) -> Result<Vec<Change>, Failure> {
    let columns: Vec<u32> = table.header.cells.iter().map(|cell| cell.column).collect();
    let mut changes = Vec::new();
    let mut batch = RowBatch::default();
    let mut index = 0;
    let mut more = More::Maybe;
    while more == More::Maybe {
        more = table.next_batch(&mut batch)?;
        for row in batch.rows() {
            let counting = dropped.place(index).map(|row| RowIndex(row).as_usize());
            let mended = |place: usize| match mends.get(&(counting?, *columns.get(place)?)) {
                Some(Mend::With(found)) => Some(*found),
                _ => None,
            };
            for (place, cell) in row.cells().enumerate() {
                if let Some(found) = mended(place) {
                    changes.push(Change {
                        row: row.number(),
                        at: columns[place],
                        cell: found.at.map(|at| at.to_string()).unwrap_or_default(),
                        column: found.column.to_string(),
                        old: cell.text.to_owned(),
                        new: found.suggestions[0].clone(),
                        code: found.rule.code,
                    });
                }
            }
            each(row, &mended)?;
            index += 1;
        }
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
    checking: &CheckSettings,
    output: Output,
) -> Result<[usize; 3], Failure> {
    let file = check_file(
        out,
        options,
        checking,
        &Face::on(output),
        &mut |_, _| Ok(()),
    )?;
    let severities = [Severity::Error, Severity::Warning, Severity::Note];
    Ok(severities.map(|severity| {
        let found = file.checked.diagnostics.iter();
        found.filter(|one| one.severity() == severity).count()
    }))
}

fn show(
    args: &CheckArgs,
    out: &Path,
    changes: &[Change],
    [errors, warnings, notes]: &[usize; 3],
    output: Output,
) -> Result<(), Failure> {
    if args.format == CheckFormat::Json {
        let changes: Vec<_> = changes
            .iter()
            .map(|change| {
                json!({
                    "row": change.row, "cell": change.cell, "column": change.column,
                    "old": change.old, "new": change.new, "code": change.code,
                })
            })
            .collect();
        let document = json!({
            "file": args.file.display().to_string(),
            "copy": out.display().to_string(),
            "changes": changes,
            "remaining": { "errors": errors, "warnings": warnings, "notes": notes },
        });
        return output.document(&document);
    }
    let mut text = String::new();
    for change in changes {
        let (old, new) = (change.old.escape_debug(), change.new.escape_debug());
        text.push_str(&format!(
            "row {}, column {}, {}: \"{old}\" -> \"{new}\" [{}]\n",
            change.row,
            printable(&change.column),
            change.cell,
            change.code
        ));
    }
    text.push_str(&format!(
        "{}: cells mended: {}; left: errors {errors}, warnings {warnings}, notes {notes}\n",
        printable(&out.display().to_string()),
        changes.len()
    ));
    output.text(&text)
}
