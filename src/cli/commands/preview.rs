//! `preview FILE`: what the importer sees.

use crate::check::mapping::{MappedColumn, Role};
use crate::check::{Mapping, map_header};
use crate::cli::args::{Common, PreviewArgs, TableFormat};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::input::KnownHeaders;
use crate::cli::output::Output;
use crate::cli::settings::Settings;
use crate::model::RowBatch;
use crate::model::place::column_letters;
use crate::read::preview::{Cells, Preview, PreviewMode, Rows, preview};

/// How many rows are shown without `--all`.
const FIRST_ROWS: usize = 10;

/// Runs the command. The table goes to stdout; what was guessed, and the mapping, to stderr.
pub fn run(common: &Common, args: &PreviewArgs, output: Output) -> Result<Exit, CliError> {
    let settings = Settings::resolve(common, Some(&args.file))?;
    let options = settings.read_options(&args.input)?;
    let mode = PreviewMode {
        rows: if args.all || args.raw {
            Rows::All
        } else {
            Rows::Head(FIRST_ROWS)
        },
        cells: if args.raw { Cells::Raw } else { Cells::Trimmed },
    };
    let shown = preview(&args.file, &options, &KnownHeaders, mode)?;
    for note in &shown.notes {
        let place = note.at.map(|at| format!("{at}: ")).unwrap_or_default();
        output.say(&format!("note {}: {place}{}", note.rule.code, note.message));
    }
    if !args.raw {
        say_mapping(&shown, &settings, args, output)?;
    }
    output.data(|out| match args.format {
        TableFormat::Table => shown.write_table(out),
        TableFormat::Csv => shown.write_csv(out),
        TableFormat::Json => shown.write_json(out),
    })?;
    Ok(Exit::Done)
}

fn say_mapping(
    shown: &Preview,
    settings: &Settings,
    args: &PreviewArgs,
    output: Output,
) -> Result<(), CliError> {
    if shown.header.cells.is_empty() {
        return Ok(());
    }
    let none = RowBatch::default();
    let sample = shown.rows.first().unwrap_or(&none);
    let checking = settings.check_settings(&args.input, crate::check::Keep::Nothing);
    let (mapping, _) = map_header(&shown.header, sample, &checking.mapping)?;
    output.say(&format!(
        "{}: header in row {}",
        shown.source, shown.header.row
    ));
    output.say(mapping_text(&mapping).trim_end());
    Ok(())
}

/// The mapping, a line per column.
pub fn mapping_text(mapping: &Mapping) -> String {
    let mut text = String::new();
    for column in &mapping.columns {
        let letters = column_letters(column.column);
        text.push_str(&format!(
            "  {letters:>3} {:24} {}\n",
            column.header,
            role(column, mapping)
        ));
    }
    for (field, value) in &mapping.constants {
        text.push_str(&format!(
            "      {:24} -> {field} in every row\n",
            format!("\"{value}\"")
        ));
    }
    for (field, value) in &mapping.defaults {
        text.push_str(&format!(
            "      {:24} -> {field} where the cell is empty\n",
            format!("\"{value}\"")
        ));
    }
    text
}

fn role(column: &MappedColumn, mapping: &Mapping) -> String {
    match &column.role {
        Role::Field { field, .. } if mapping.constant_of(*field).is_some() => {
            format!("not read: {field} has one value for all rows")
        }
        Role::Field { field, matched } => format!("-> {field} (by {})", matched.as_str()),
        Role::Reserved => "written by an earlier import, not read".to_owned(),
        Role::Unused { field } => format!("not used: another column is {field}"),
        Role::Unknown {
            nearest: Some(field),
        } => format!("not used; nearest: {field}"),
        Role::Unknown { nearest: None } => "not used".to_owned(),
        Role::Unnamed => "not used: it has no header".to_owned(),
        Role::Undecided => "undecided: say which with --map".to_owned(),
        Role::LeftOut => "left out, as asked".to_owned(),
    }
}
