//! `preview FILE`: what the importer sees.

use std::path::Path;

use crate::check::join::join;
use crate::check::{CheckSettings, Keep, Mapping, SelectionOptions, exports, map_header};
use crate::cli::args::{Common, PreviewArgs, PreviewFormat};
use crate::cli::exit::Exit;
use crate::cli::show::face::Face;
use crate::cli::show::grid::{self, Room};
use crate::cli::show::mapping::say_columns;
use crate::cli::show::output::{Output, Stream};
use crate::flow::failure::Failure;
use crate::flow::list::{KnownHeaders, check_file, names_of};
use crate::model::printable;
use crate::model::rules::selection;
use crate::model::{Diagnostic, RowBatch};
use crate::report::preview::{Cells, Preview, PreviewMode, Rows, preview_table, write_sheets_json};
use crate::settings::{Resolved, Settings};
use tables::{ReadOptions, TableFile};

/// How many rows are shown without `--all`.
const FIRST_ROWS: usize = 10;
/// How many rows a glimpse shows.
const GLIMPSED_ROWS: usize = 3;

/// Runs the command. The table goes to stdout; what was guessed, and the mapping, to stderr.
pub fn run(common: &Common, args: &PreviewArgs, output: Output) -> Result<Exit, Failure> {
    let settings = Settings::resolve(common, Some(&args.file), output)?.with(&args.input)?;
    if args.mapped {
        return super::mapped::run(&settings, args, output);
    }
    if args.format == PreviewFormat::Jsonl {
        return Err(Failure::usage(
            "--format jsonl is for --mapped: a line per record",
        ));
    }
    let checking = &settings.checking(Keep::Nothing)?;
    let options = &settings.reading;
    let mode = PreviewMode {
        rows: if args.all || args.raw {
            Rows::All
        } else {
            Rows::Head(FIRST_ROWS)
        },
        cells: if args.raw { Cells::Raw } else { Cells::Trimmed },
    };
    let mut file = TableFile::open(&args.file)?;
    let (names, left_out) = names_of(&mut file, options, checking)?;
    let mut sheets = Vec::new();
    for name in &names {
        let options = ReadOptions {
            sheet: name.clone().or_else(|| options.sheet.clone()),
            ..options.clone()
        };
        let mut sheet = preview_table(file.table(&options, &KnownHeaders)?, mode)?;
        if !args.raw {
            let problems = header_errors(&sheet, checking)?;
            sheet.notes.extend(problems);
        }
        sheets.push(sheet);
    }
    say_notes(&left_out, output);
    if sheets.iter().any(|sheet| is_refused(&sheet.notes)) {
        output.say(
            "this is how the list would be read; `check`, `plan` and `run` refuse it until the errors \
             below are settled",
        );
    }
    if !args.raw {
        say_what_counts(&args.file, &sheets, (options, checking), output)?;
    }
    let [shown] = sheets.as_slice() else {
        return several(&sheets, &left_out, checking, args, output);
    };
    if names[0].is_some() {
        return several(&sheets, &left_out, checking, args, output);
    }
    say_notes(&shown.notes, output);
    if !args.raw {
        say_mapping(shown, checking, output)?;
    }
    match args.format {
        PreviewFormat::Table => write_table(shown, output)?,
        PreviewFormat::Csv => output.records(|out| shown.write_csv(out))?,
        PreviewFormat::Json | PreviewFormat::Jsonl => output.json(|out| shown.write_json(out))?,
    }
    Ok(Exit::Done)
}

/// A glimpse of the list: what became of its columns, and the first rows; what is to be said of it is
/// said by whoever checks it.
pub fn glimpse(settings: &Resolved, path: &Path, output: Output) -> Result<(), Failure> {
    let checking = &settings.checking(Keep::Nothing)?;
    let mode = PreviewMode {
        rows: Rows::Head(GLIMPSED_ROWS),
        cells: Cells::Trimmed,
    };
    let mut file = TableFile::open(path)?;
    let (names, _) = names_of(&mut file, &settings.reading, checking)?;
    for name in names {
        let options = ReadOptions {
            sheet: name.or_else(|| settings.reading.sheet.clone()),
            ..settings.reading.clone()
        };
        let sheet = preview_table(file.table(&options, &KnownHeaders)?, mode)?;
        say_mapping(&sheet, checking, output)?;
        if !sheet.header.cells.is_empty() {
            write_table(&sheet, output)?;
            output.text("\n")?;
        }
    }
    Ok(())
}

/// Says which rows do not count, and why, where anything decides that: all rows are read for it.
fn say_what_counts(
    file: &Path,
    sheets: &[Preview],
    (options, checking): (&ReadOptions, &CheckSettings),
    output: Output,
) -> Result<(), Failure> {
    let known = |sheet: &Preview| exports::recognise(&sheet.header).is_some();
    if checking.selection == SelectionOptions::default() && !sheets.iter().any(known) {
        return Ok(());
    }
    let checked = check_file(file, options, checking, &Face::on(output), &mut |_, _| {
        Ok(())
    })?;
    let mut notes = checked.checked.diagnostics;
    notes.retain(|note| {
        selection::RULES
            .iter()
            .any(|rule| rule.code == note.rule.code)
    });
    say_notes(&notes, output);
    Ok(())
}

/// The table, as wide as there is room.
fn write_table(shown: &Preview, output: Output) -> Result<(), Failure> {
    let room = Stream::Out.room();
    if room == Room::Endless {
        return output.data(|out| shown.write_table(out));
    }
    let mut left_out = 0;
    output.data(|out| {
        left_out = grid::write(&shown.table(), room, out)?;
        Ok(())
    })?;
    output.say_left_out(left_out, "--format csv");
    Ok(())
}

fn say_notes(notes: &[Diagnostic], output: Output) {
    for note in notes {
        let place = note.at.map(|at| format!("{at}: ")).unwrap_or_default();
        let help = match note.help.as_str() {
            help if note.is_error() && !help.is_empty() => format!("; {help}"),
            _ => String::new(),
        };
        output.say(&format!(
            "{} {}: {place}{}{help}",
            note.severity().as_str(),
            note.rule.code,
            note.message
        ));
    }
}

/// What is wrong with the header, so that no row would be sent.
fn header_errors(shown: &Preview, checking: &CheckSettings) -> Result<Vec<Diagnostic>, Failure> {
    if shown.header.cells.is_empty() {
        return Ok(Vec::new());
    }
    let (_, mut problems) = header_of(shown, checking)?;
    problems.retain(Diagnostic::is_error);
    Ok(problems)
}

/// Whether the list as a whole is refused.
fn is_refused(notes: &[Diagnostic]) -> bool {
    notes.iter().any(|one| one.row.is_none() && one.is_error())
}

/// Shows all sheets: one after the other for people, as one table in CSV, with the columns that
/// result files have.
fn several(
    sheets: &[Preview],
    left_out: &[Diagnostic],
    checking: &CheckSettings,
    args: &PreviewArgs,
    output: Output,
) -> Result<Exit, Failure> {
    for sheet in sheets {
        if args.format != PreviewFormat::Table {
            say_sheet(sheet, checking, args, output)?;
        }
    }
    match args.format {
        PreviewFormat::Json | PreviewFormat::Jsonl => {
            output.json(|out| write_sheets_json(sheets, left_out, out))?;
        }
        PreviewFormat::Csv => {
            let mut mappings = Vec::new();
            for sheet in sheets {
                mappings.push(mapping_of(sheet, checking)?);
            }
            let named: Vec<_> = sheets
                .iter()
                .zip(&mappings)
                .map(|(sheet, mapping)| (sheet.source.sheet.as_deref().unwrap_or(""), mapping))
                .collect();
            let joined = join(&named, &checking.mapping);
            let mut together = RowBatch::default();
            for (index, sheet) in sheets.iter().enumerate() {
                sheet
                    .rows()
                    .for_each(|row| joined.push(index, row, &mut together));
            }
            let columns = joined.mapping.columns.iter();
            let all = Preview {
                names: columns.map(|column| column.header.clone()).collect(),
                rows: vec![together],
                ..sheets[0].clone()
            };
            output.records(|out| all.write_csv(out))?;
        }
        PreviewFormat::Table => {
            for sheet in sheets {
                say_sheet(sheet, checking, args, output)?;
                let name = sheet.source.sheet.as_deref().unwrap_or_default();
                output.text(&format!("Sheet \"{}\"\n", printable(name)))?;
                write_table(sheet, output)?;
                output.text("\n")?;
            }
        }
    }
    Ok(Exit::Done)
}

fn say_sheet(
    sheet: &Preview,
    checking: &CheckSettings,
    args: &PreviewArgs,
    output: Output,
) -> Result<(), Failure> {
    say_notes(&sheet.notes, output);
    if args.raw {
        return Ok(());
    }
    say_mapping(sheet, checking, output)
}

fn say_mapping(shown: &Preview, checking: &CheckSettings, output: Output) -> Result<(), Failure> {
    if shown.header.cells.is_empty() {
        return Ok(());
    }
    let mapping = mapping_of(shown, checking)?;
    output.say(&format!(
        "{}: header in row {}",
        shown.source, shown.header.row
    ));
    say_columns(&mapping, output);
    Ok(())
}

pub(super) fn mapping_of(shown: &Preview, checking: &CheckSettings) -> Result<Mapping, Failure> {
    Ok(header_of(shown, checking)?.0)
}

/// What became of the columns, with the problems of their header.
fn header_of(
    shown: &Preview,
    checking: &CheckSettings,
) -> Result<(Mapping, Vec<Diagnostic>), Failure> {
    let none = RowBatch::default();
    let sample = shown.rows.first().unwrap_or(&none);
    Ok(map_header(
        &shown.header,
        sample,
        &checking.mapping_of(&shown.header),
    )?)
}
