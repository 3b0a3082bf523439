//! `preview FILE --mapped`: the records as they would be sent, for a person to approve.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::plan::show_problems;
use crate::check::field::Field;
use crate::check::record::{fields_given, value};
use crate::check::{Accepted, Keep};
use crate::cli::args::{PreviewArgs, PreviewFormat};
use crate::cli::exit::Exit;
use crate::cli::show::face::Face;
use crate::cli::show::grid::{self, Room};
use crate::cli::show::mapping::say_columns;
use crate::cli::show::output::{Output, Stream};
use crate::flow::check::{Prepared, prepare};
use crate::flow::excerpts;
use crate::flow::failure::Failure;
use crate::model::Diagnostic;
use crate::report::diagnostics::counted;
use crate::settings::Resolved;

/// Runs the command. Records go to stdout, what is to be said of the list to stderr.
pub fn run(settings: &Resolved, args: &PreviewArgs, output: Output) -> Result<Exit, Failure> {
    let checking = settings.checking(Keep::Accepted)?;
    let (prepared, rows) = prepare(&args.file, &settings.reading, &checking, &Face::on(output))?;
    say_mapping(&prepared, output);
    let file = &prepared.file;
    let excerpts = |shown: Vec<&Diagnostic>| excerpts::from_memory(file, &rows, shown);
    let found = (&file.checked.diagnostics[..], &file.summary());
    show_problems(file, found, excerpts, output)?;
    let records = Records::of(&prepared);
    match args.format {
        PreviewFormat::Table => records.write_table(output)?,
        PreviewFormat::Csv => output.records(|out| records.write_csv(out))?,
        PreviewFormat::Json => output.json(|out| records.write_json(out))?,
        PreviewFormat::Jsonl => output.json(|out| records.write_lines(out))?,
    }
    output.say(&absent(&prepared));
    // Single rows are judged by `check`; nothing can be approved where the list itself is refused.
    let refusal = |one: &Diagnostic| one.row.is_none() && one.is_error();
    let checked = &prepared.file.checked;
    let is_refused = checked.accepted.is_empty() && checked.diagnostics.iter().any(refusal);
    Ok(if is_refused {
        Exit::SomeRows
    } else {
        Exit::Done
    })
}

fn say_mapping(prepared: &Prepared, output: Output) {
    let file = &prepared.file;
    let of_table = |place: String, row: u32, mapping| {
        output.say(&format!("{place}: header in row {row}"));
        say_columns(mapping, output);
    };
    for sheet in &file.sheets {
        let place = format!("{}, sheet \"{}\"", file.source, sheet.name);
        of_table(place, sheet.header_row, &sheet.mapping);
    }
    if file.sheets.is_empty() && file.header_row > 0 {
        of_table(file.source.to_string(), file.header_row, &file.mapping);
    }
}

/// How many records there are, and how many rows have none.
fn absent(prepared: &Prepared) -> String {
    let summary = prepared.file.summary();
    let records = counted(summary.accepted, "record");
    match (summary.invalid, summary.blocked) {
        (0, 0) => format!("{records}, one for each row"),
        (invalid, blocked) => format!(
            "{records}; {} not among them: {invalid} invalid, {blocked} blocked",
            match invalid + blocked {
                1 => "1 row is".to_owned(),
                many => format!("{} are", counted(many, "row")),
            }
        ),
    }
}

/// The accepted rows with the fields that the table gives.
struct Records<'a> {
    prepared: &'a Prepared,
    fields: Vec<Field>,
}

impl<'a> Records<'a> {
    fn of(prepared: &'a Prepared) -> Self {
        Self {
            fields: fields_given(&prepared.file.mapping),
            prepared,
        }
    }

    fn rows(&self) -> &'a [Accepted] {
        &self.prepared.file.checked.accepted
    }

    fn sheet(&self, row: &Accepted) -> Option<&str> {
        let file = &self.prepared.file;
        let of_row = file.checked.sheets.of(row.row());
        of_row.or(file.source.sheet.as_deref())
    }

    /// Cells stand as they are sent: for programs, not for a spreadsheet.
    fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.fields.is_empty() {
            return Ok(());
        }
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::Any(b'\n'))
            .from_writer(out);
        writer.write_record(self.fields.iter().map(|field| field.name()))?;
        for row in self.rows() {
            let cells = self.fields.iter().map(|field| value(row, *field));
            writer.write_record(cells.map(Cow::into_owned))?;
        }
        writer.flush()
    }

    fn documents(&self) -> impl Iterator<Item = Document<'_>> {
        self.rows()
            .iter()
            .map(|row| Document { records: self, row })
    }

    fn write_lines(&self, out: &mut dyn Write) -> io::Result<()> {
        for document in self.documents() {
            serde_json::to_writer(&mut *out, &document)?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let all: Vec<Document<'_>> = self.documents().collect();
        serde_json::to_writer_pretty(&mut *out, &all)?;
        out.write_all(b"\n")
    }

    /// As wide as there is room; the row's number stands before each record.
    fn write_table(&self, output: Output) -> Result<(), Failure> {
        let names = self.fields.iter().map(|field| field.name().to_owned());
        let header = std::iter::once("ROW".to_owned()).chain(names).collect();
        let sheets = &self.prepared.file.checked.sheets;
        let rows = self.rows().iter().map(|row| {
            let cells = self
                .fields
                .iter()
                .map(|field| value(row, *field).into_owned());
            let place = sheets.number(row.row(), row.number());
            std::iter::once(place).chain(cells).collect()
        });
        let table: Vec<Vec<String>> = std::iter::once(header).chain(rows).collect();
        let room = Stream::Out.room();
        let mut left_out = 0;
        output.data(|out| {
            left_out = grid::write(&table, room, out)?;
            Ok(())
        })?;
        if room != Room::Endless {
            output.say_left_out(left_out, "--format csv");
        }
        Ok(())
    }
}

/// One record: its place, then the fields that have a value.
struct Document<'r> {
    records: &'r Records<'r>,
    row: &'r Accepted,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut members = out.serialize_map(None)?;
        members.serialize_entry("row", &self.row.number())?;
        members.serialize_entry("sheet", &self.records.sheet(self.row))?;
        for field in &self.records.fields {
            let text = value(self.row, *field);
            if !text.is_empty() {
                members.serialize_entry(field.name(), &text)?;
            }
        }
        members.end()
    }
}
