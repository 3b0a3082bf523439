//! Opens a file: decides by its content what reads it, and finds the table in it.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use super::content::{Content, content};
use super::error::ReadError;
use super::lock;
use super::note::{Note, NoteKind};
use super::options::{HeaderKnowledge, ReadOptions};
use super::raw::RawRows;
use super::sheet::{self, SheetList};
use super::table::{Format, Origin, Ragged, Table};
use super::text::{Dialect, PREFIX, Surety, TextRows};
use super::workbook::{self, Workbook, WorkbookError, WorkbookLimits};
use crate::place::Source;

/// Opens the file at `path` and finds the table in it. Rows are read when they are asked for.
///
/// # Errors
/// When the file cannot be opened or read, is neither text nor a workbook, is a workbook that is locked,
/// damaged or too large, or has no such sheet or header row as `options` name.
pub fn open(
    path: &Path,
    options: &ReadOptions,
    knowledge: &dyn HeaderKnowledge,
) -> Result<Table, ReadError> {
    TableFile::open(path)?.table(options, knowledge)
}

/// A file that stays open over its tables: a workbook is read once, however many of its sheets are.
#[derive(Debug)]
pub struct TableFile {
    path: PathBuf,
    held: Held,
}

#[derive(Debug)]
enum Held {
    /// A text file with its first bytes, until its table has been taken.
    Text(Option<(Vec<u8>, File)>),
    Workbook(Box<Workbook>),
}

impl TableFile {
    /// Opens a file; of a text file only the beginning is read.
    ///
    /// # Errors
    /// When the file cannot be opened or read, is neither text nor a workbook, or is a workbook that is
    /// locked, damaged or too large.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        let (prefix, file) = begin(path)?;
        let held = match content(&prefix) {
            Content::Text => Held::Text(Some((prefix, file))),
            Content::Workbook(_) => {
                let limits = WorkbookLimits::default();
                let workbook = workbook::open_begun(path, prefix, file, &limits)?;
                Held::Workbook(Box::new(workbook))
            }
            Content::Other(what) if what.passes_for_a_workbook() => {
                return Err(ReadError::Workbook {
                    path: path.to_owned(),
                    source: WorkbookError::Pretender(what),
                });
            }
            Content::Other(kind) => {
                return Err(ReadError::NotATable {
                    path: path.to_owned(),
                    kind,
                });
            }
        };
        Ok(Self {
            path: path.to_owned(),
            held,
        })
    }

    /// The sheets of a workbook that are read when all are; none for a text file. Each is read by its
    /// name.
    ///
    /// # Errors
    /// When a sheet is damaged or too large.
    pub fn sheets(
        &mut self,
        knowledge: &dyn HeaderKnowledge,
    ) -> Result<Option<SheetList>, ReadError> {
        match &mut self.held {
            Held::Text(_) => Ok(None),
            Held::Workbook(workbook) => sheet::list(workbook, knowledge).map(Some),
        }
    }

    /// The names of a workbook's sheets that can be read, in their order; none of a text file.
    #[must_use]
    pub fn sheet_names(&self) -> Vec<String> {
        match &self.held {
            Held::Text(_) => Vec::new(),
            Held::Workbook(workbook) => workbook
                .sheets()
                .iter()
                .filter(|sheet| sheet.kind == workbook::SheetKind::Worksheet)
                .map(|sheet| sheet.name.clone())
                .collect(),
        }
    }

    /// Whether it is a workbook with a sheet of this name.
    #[must_use]
    pub fn has_sheet(&self, name: &str) -> bool {
        match &self.held {
            Held::Text(_) => false,
            Held::Workbook(workbook) => workbook.find_sheet(name).is_ok(),
        }
    }

    /// Finds a table: of a workbook in the sheet that `options` name, or in the one that holds the list.
    /// The table lives on its own; others can be read meanwhile.
    ///
    /// # Errors
    /// When the file cannot be read, or has no such sheet or header row as `options` name.
    pub fn table(
        &mut self,
        options: &ReadOptions,
        knowledge: &dyn HeaderKnowledge,
    ) -> Result<Table, ReadError> {
        let path = &self.path;
        match &mut self.held {
            Held::Workbook(workbook) => sheet::table(workbook, path, options, knowledge),
            Held::Text(beginning) => {
                let (prefix, file) = match beginning.take() {
                    Some(beginning) => beginning,
                    None => begin(path)?,
                };
                let complete = prefix.len() < PREFIX;
                let input = Box::new(Cursor::new(prefix.clone()).chain(file));
                open_text(path, &prefix, complete, input, options, knowledge)
            }
        }
    }

    /// The rows as they stand in the file, also those that are none of its table: of a workbook in the sheet that
    /// `options` name.
    ///
    /// # Errors
    /// When the file cannot be read, or has no such sheet.
    pub fn raw(
        &mut self,
        options: &ReadOptions,
        knowledge: &dyn HeaderKnowledge,
    ) -> Result<Box<dyn RawRows>, ReadError> {
        match &mut self.held {
            Held::Workbook(workbook) => {
                let name = options.sheet.as_deref().unwrap_or_default();
                let sheet = workbook.find_sheet(name)?;
                workbook.rows(sheet)
            }
            Held::Text(beginning) => {
                let (prefix, file) = match beginning.take() {
                    Some(beginning) => beginning,
                    None => begin(&self.path)?,
                };
                let complete = prefix.len() < PREFIX;
                let input = Box::new(Cursor::new(prefix.clone()).chain(file));
                let rows =
                    TextRows::open(&self.path, &prefix, complete, input, options, knowledge)?;
                Ok(Box::new(rows))
            }
        }
    }
}

/// Opens a file and reads its first bytes.
fn begin(path: &Path) -> Result<(Vec<u8>, File), ReadError> {
    if let Some((of, editor)) = lock::marked_file(path) {
        let path = path.to_owned();
        return Err(ReadError::Mark { path, of, editor });
    }
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

/// Finds the table in a text file's bytes.
///
/// # Errors
/// When they are no text (workbooks are read from files), or have no such header row as `options` name.
pub fn read_bytes(
    bytes: &[u8],
    options: &ReadOptions,
    knowledge: &dyn HeaderKnowledge,
) -> Result<Table, ReadError> {
    let path = Path::new("(memory)");
    match content(bytes) {
        Content::Text => {
            let prefix = &bytes[..bytes.len().min(PREFIX)];
            let complete = prefix.len() == bytes.len();
            let input = Box::new(Cursor::new(bytes.to_vec()));
            open_text(path, prefix, complete, input, options, knowledge)
        }
        what => Err(ReadError::NotATable {
            path: path.to_owned(),
            kind: what.pretender(),
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
