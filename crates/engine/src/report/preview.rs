//! What the reader sees in a file, as data and as text for people and machines. Pure but for the
//! file itself; prints nothing.

use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use tables::{Escape, Format, HeaderKnowledge, More, ReadError, ReadOptions, Table, open};

use crate::model::notes::diagnostics;
use crate::model::place::column_letters;
use crate::model::printable::is_unprintable;
use crate::model::{Diagnostic, Header, Row, RowBatch, Source};

/// How many rows to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// The first ones.
    Head(usize),
    /// All of them.
    All,
}

/// How cells are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cells {
    /// As they stand in the file.
    Raw,
    /// Without spaces around them.
    Trimmed,
}

/// What to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreviewMode {
    /// How many rows.
    pub rows: Rows,
    /// How cells.
    pub cells: Cells,
}

/// The detected table, or its beginning.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The file and the sheet.
    pub source: Source,
    /// What kind of file it is.
    pub format: Format,
    /// The header.
    pub header: Header,
    /// The names as they are shown; empty when the table has no header.
    pub names: Vec<String>,
    /// The rows as they are shown.
    pub rows: Vec<RowBatch>,
    /// Whether rows follow that are not shown.
    pub more: More,
    /// What was guessed, skipped or joined, and what is wrong with the rows shown.
    pub notes: Vec<Diagnostic>,
}

/// Reads what `mode` asks for from the file at `path`.
pub fn preview(
    path: &Path,
    options: &ReadOptions,
    knowledge: &dyn HeaderKnowledge,
    mode: PreviewMode,
) -> Result<Preview, ReadError> {
    preview_table(open(path, options, knowledge)?, mode)
}

/// Reads what `mode` asks for from a table that is already open.
pub fn preview_table(mut table: Table, mode: PreviewMode) -> Result<Preview, ReadError> {
    let most = match mode.rows {
        Rows::Head(rows) => rows,
        Rows::All => usize::MAX,
    };
    let mut rows = Vec::new();
    let mut count = 0;
    let mut left = More::Maybe;
    while left == More::Maybe && count <= most {
        let mut batch = RowBatch::default();
        left = table.next_batch(&mut batch)?;
        count += batch.len();
        rows.push(batch);
    }
    let mut notes = diagnostics(std::mem::take(&mut table.notes));
    notes.extend(diagnostics(table.take_notes()));
    if count > most {
        left = More::Maybe;
        let surplus = count - most;
        for _ in 0..surplus {
            while rows.last().is_some_and(RowBatch::is_empty) {
                rows.pop();
            }
            if let Some(last) = rows.last_mut() {
                last.pop_row();
            }
        }
        notes.retain(|note| note.row.is_none_or(|row| row.as_usize() < most));
    }
    if mode.cells == Cells::Trimmed {
        rows = rows.iter().map(trimmed).collect();
    }
    let has_header = table.header.row > 0;
    let names = match mode.cells {
        _ if !has_header => Vec::new(),
        Cells::Raw => table.header_as_read.clone(),
        Cells::Trimmed => table
            .header
            .cells
            .iter()
            .map(|cell| cell.text.clone())
            .collect(),
    };
    Ok(Preview {
        source: table.source,
        format: table.format,
        header: table.header,
        names,
        rows,
        more: left,
        notes,
    })
}

fn trimmed(batch: &RowBatch) -> RowBatch {
    let mut out = RowBatch::default();
    for row in batch.rows() {
        for cell in row.cells() {
            out.push_cell(cell.text.trim(), cell.kind);
        }
        out.end_row(row.number(), row.line());
    }
    out
}

impl Preview {
    /// The rows in the order of the file.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().flat_map(RowBatch::rows)
    }

    /// Writes the table as CSV (RFC 4180, line feeds), the header first. Cells stand as they are:
    /// for reading by programs, not for opening in a spreadsheet.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut writer = csv::WriterBuilder::new()
            .flexible(true)
            .terminator(csv::Terminator::Any(b'\n'))
            .from_writer(out);
        if !self.names.is_empty() {
            writer.write_record(&self.names)?;
        }
        for row in self.rows() {
            writer.write_record(row.cells().map(|cell| cell.text))?;
        }
        writer.flush()
    }

    /// Writes the table as one JSON document.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, &self.document())?;
        out.write_all(b"\n")
    }

    /// The kind of file, its encoding and dialect, for machines.
    pub fn format_document(&self) -> Value {
        describe_format(&self.format)
    }

    fn document(&self) -> Value {
        let columns: Vec<Value> = self
            .header
            .cells
            .iter()
            .map(|cell| json!({ "column": column_letters(cell.column), "name": cell.text }))
            .collect();
        let rows: Vec<Value> = self
            .rows()
            .map(|row| {
                let cells: Vec<&str> = row.cells().map(|cell| cell.text).collect();
                json!({ "row": row.number(), "cells": cells })
            })
            .collect();
        json!({
            "file": self.source.file,
            "sheet": self.source.sheet,
            "format": describe_format(&self.format),
            "header_row": (self.header.row > 0).then_some(self.header.row),
            "columns": columns,
            "rows": rows,
            "more": self.more == More::Maybe,
            "notes": self.notes.iter().map(note).collect::<Vec<_>>(),
        })
    }

    /// The table for people, row by row: the columns' letters, the header, the rows, each with its
    /// number before it; long cells are cut. Nothing for a file without rows.
    pub fn table(&self) -> Vec<Vec<String>> {
        let rows = self.rows().map(|row| row.len()).max().unwrap_or(0);
        let columns = rows.max(self.names.len());
        if columns == 0 {
            return Vec::new();
        }
        let letters = (0..columns).map(|index| column_letters(self.column(index)));
        let mut table = vec![numbered(String::new(), letters)];
        if !self.names.is_empty() {
            let names = self.names.iter().map(|name| shown(name));
            table.push(numbered(self.header.row.to_string(), names));
        }
        table.extend(self.rows().map(|row| {
            let cells = row.cells().map(|cell| shown(cell.text));
            numbered(row.number().to_string(), cells)
        }));
        table
    }

    /// Writes the table for people, columns aligned.
    pub fn write_table(&self, out: &mut dyn Write) -> io::Result<()> {
        let table = self.table();
        let columns = table.iter().map(Vec::len).max().unwrap_or(0);
        let mut widths = vec![1; columns];
        for row in &table {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        for row in &table {
            let mut line = String::new();
            for (index, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let blanks = " ".repeat(width.saturating_sub(cell.width()));
                // Row numbers stand at the right.
                let (before, after) = if index == 0 {
                    (&*blanks, "")
                } else {
                    ("", &*blanks)
                };
                line.push_str(&format!("{before}{cell}{after}  "));
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    fn column(&self, index: usize) -> u32 {
        let position = u32::try_from(index).unwrap_or(u32::MAX);
        self.header
            .cells
            .get(index)
            .map_or(position, |cell| cell.column)
    }
}

/// Writes several sheets of a file as one JSON document. `notes` are those of the file.
pub fn write_sheets_json(
    sheets: &[Preview],
    notes: &[Diagnostic],
    out: &mut dyn Write,
) -> io::Result<()> {
    let document = json!({
        "file": sheets.first().map(|sheet| &sheet.source.file),
        "sheets": sheets.iter().map(Preview::document).collect::<Vec<_>>(),
        "notes": notes.iter().map(note).collect::<Vec<_>>(),
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

fn numbered(number: String, cells: impl Iterator<Item = String>) -> Vec<String> {
    std::iter::once(number).chain(cells).collect()
}

/// A cell on one line, at most 32 columns wide, without control characters.
fn shown(text: &str) -> String {
    const WIDEST: usize = 32;
    let mut out = String::new();
    let (mut width, mut fits) = (0, 0);
    let mut before = None;
    for letter in text.chars() {
        let next = Some(letter);
        let letter = match letter {
            '\n' | '\r' => '⏎',
            '\t' => '⇥',
            other if is_unprintable(other, before) => '�',
            other => other,
        };
        width += letter.width().unwrap_or(0);
        if width > WIDEST {
            out.truncate(fits);
            out.push('…');
            return out;
        }
        out.push(letter);
        if width < WIDEST {
            fits = out.len();
        }
        before = next;
    }
    out
}

fn describe_format(format: &Format) -> Value {
    match format {
        Format::Text {
            encoding,
            delimiter,
            quote,
            escape,
        } => json!({
            "kind": "text",
            "encoding": encoding,
            "delimiter": delimiter,
            "quote": quote,
            "escape": match escape {
                Escape::Doubled => "doubled",
                Escape::Backslash => "backslash",
            },
        }),
        Format::Xlsx => json!({ "kind": "xlsx" }),
        Format::Xlsb => json!({ "kind": "xlsb" }),
        Format::Xls => json!({ "kind": "xls" }),
        Format::Ods => json!({ "kind": "ods" }),
    }
}

fn note(note: &Diagnostic) -> Value {
    json!({
        "code": note.rule.code,
        "severity": note.severity().as_str(),
        "at": note.at.map(|at| at.to_string()),
        "message": note.message,
        "help": note.help,
    })
}
