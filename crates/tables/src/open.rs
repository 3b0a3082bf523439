//! Opens a file: decides by its content what reads it, and finds the table in it.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use super::error::ReadError;
use super::note::{Note, NoteKind};
use super::options::{HeaderKnowledge, ReadOptions};
use super::sheet::{self, SheetList};
use super::sniff::{Kind, sniff};
use super::table::{Format, Origin, Ragged, Table};
use super::text::{Dialect, PREFIX, Surety, TextRows};
use crate::place::Source;

/// Opens the file at `path` and finds the table in it. Rows are read when they are asked for.
pub fn open(
    path: &Path,
    options: &ReadOptions,
    knowledge: &dyn HeaderKnowledge,
) -> Result<Table, ReadError> {
    let (prefix, file) = begin(path)?;
    let complete = prefix.len() < PREFIX;
    match sniff(&prefix) {
        Kind::Empty | Kind::Text => {
            let input = Box::new(Cursor::new(prefix.clone()).chain(file));
            open_text(path, &prefix, complete, input, options, knowledge)
        }
        Kind::Zip | Kind::Ole | Kind::OldExcel | Kind::Html | Kind::Xml => {
            sheet::open(path, options, knowledge)
        }
        kind => Err(ReadError::NotATable {
            path: path.to_owned(),
            kind,
        }),
    }
}

/// The sheets of the workbook at `path` that hold customers; `None` when the file is no workbook.
/// Each is opened by its name.
pub fn sheets(
    path: &Path,
    knowledge: &dyn HeaderKnowledge,
) -> Result<Option<SheetList>, ReadError> {
    let (prefix, _) = begin(path)?;
    match sniff(&prefix) {
        Kind::Zip | Kind::Ole | Kind::OldExcel | Kind::Html | Kind::Xml => {
            sheet::list(path, knowledge).map(Some)
        }
        _ => Ok(None),
    }
}

/// Opens a file and reads its first bytes.
fn begin(path: &Path) -> Result<(Vec<u8>, File), ReadError> {
    let mut file = File::open(path).map_err(|source| ReadError::Open {
        path: path.to_owned(),
        source,
    })?;
    let mut prefix = Vec::new();
    let limit = u64::try_from(PREFIX).unwrap_or(u64::MAX);
    (&mut file)
        .take(limit)
        .read_to_end(&mut prefix)
        .map_err(|source| ReadError::Io {
            path: path.to_owned(),
            source,
        })?;
    Ok((prefix, file))
}

/// Finds the table in a text file's bytes. Workbooks are refused: they are read from files.
pub fn read_bytes(
    bytes: &[u8],
    options: &ReadOptions,
    knowledge: &dyn HeaderKnowledge,
) -> Result<Table, ReadError> {
    let path = Path::new("(memory)");
    match sniff(bytes) {
        Kind::Empty | Kind::Text => {
            let prefix = &bytes[..bytes.len().min(PREFIX)];
            let complete = prefix.len() == bytes.len();
            let input = Box::new(Cursor::new(bytes.to_vec()));
            open_text(path, prefix, complete, input, options, knowledge)
        }
        kind => Err(ReadError::NotATable {
            path: path.to_owned(),
            kind,
        }),
    }
}

fn open_text(
    path: &Path,
    prefix: &[u8],
    complete: bool,
    input: Box<dyn Read + Send>,
    options: &ReadOptions,
    knowledge: &dyn HeaderKnowledge,
) -> Result<Table, ReadError> {
    let rows = TextRows::open(path, prefix, complete, input, options, knowledge)?;
    let dialect = rows.dialect();
    let one_column = dialect.delimiter() == "\0";
    let mut notes = Vec::new();
    match dialect.surety() {
        _ if prefix.is_empty() => {}
        Surety::Told | Surety::Clear => {}
        Surety::Guessed if one_column => {}
        Surety::Guessed => notes.push(dialect_note(dialect)),
        Surety::Doubtful => notes.push(doubt(dialect)),
    }
    let format = Format::Text {
        encoding: rows.encoding().encoding.name(),
        delimiter: (!one_column).then(|| dialect.delimiter().to_owned()),
        quote: dialect.quote(),
        escape: dialect.escape(),
    };
    let origin = Origin {
        source: Source {
            file: path.display().to_string(),
            sheet: None,
        },
        format,
        ragged: Ragged::Matters,
        notes,
        tables: Vec::new(),
        mapped: options.mapped.clone(),
    };
    Table::find(origin, Box::new(rows), options.header_row, knowledge)
}

/// The reading is good enough to be looked at, and not to be relied on.
fn doubt(dialect: &Dialect) -> Note {
    let delimiter = (dialect.delimiter() != "\0").then(|| dialect.describe_delimiter());
    NoteKind::DelimiterUnsure(delimiter).of_file()
}

fn dialect_note(dialect: &Dialect) -> Note {
    let quote = dialect.quote().unwrap_or('"');
    let guessed = NoteKind::DialectGuessed {
        delimiter: dialect.describe_delimiter(),
        quote,
        escape: dialect.escape(),
        usual: matches!(dialect.delimiter(), "," | ";" | "\t" | "|") && quote == '"',
    };
    guessed.of_file()
}
