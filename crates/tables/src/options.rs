//! What a caller may decide about reading, and what reading may ask a caller. Knows no file.

use super::encoding::TextEncoding;
use crate::batch::RowBatch;

/// How a file is to be read; by default everything is found out.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// The sheet's name; text files ignore it.
    pub sheet: Option<String>,
    /// Whether one sheet of a workbook is read or all that hold customers; see
    /// [`Sheets`]. One table is opened in either case.
    pub sheets: Sheets,
    /// The header's row, numbered as a spreadsheet program shows it, from 1; 0 says that the table
    /// has no header.
    pub header_row: Option<u32>,
    /// How the bytes of a text file become characters.
    pub encoding: Option<TextEncoding>,
    /// What separates the cells of a text file.
    pub delimiter: Option<Delimiter>,
    /// What is said of columns: header and field, `-` to leave it out. Settles whether columns beside
    /// the list belong to it.
    pub mapped: Vec<(String, String)>,
    /// Where reading stops with an error.
    pub limits: Limits,
}

/// Which sheets of a workbook are an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sheets {
    /// The one that holds the customers, or the one that was named.
    #[default]
    One,
    /// All that hold customers.
    All,
}

/// Bounds against files that are broken or made to hurt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of text in one row.
    pub row_bytes: usize,
    /// Cells in one row.
    pub columns: u32,
    /// Rows in one table.
    pub rows: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            row_bytes: 16 * 1024 * 1024,
            columns: 16_384,
            rows: 100_000_000,
        }
    }
}

/// What separates the cells of a row: one character or several, never a line end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delimiter(String);

impl Delimiter {
    /// The delimiter people mean by `text`: itself, or one of the words `comma`, `semicolon`,
    /// `tab`, `pipe`, `colon`, `space`, or `\t`. `None` when it is empty, long, or holds a line
    /// end or a quotation mark.
    pub fn parse(text: &str) -> Option<Self> {
        let text = match text.to_ascii_lowercase().as_str() {
            "comma" => ",",
            "semicolon" => ";",
            "tab" | "\\t" => "\t",
            "pipe" => "|",
            "colon" => ":",
            "space" => " ",
            _ => text,
        };
        let usable = !text.is_empty() && text.len() <= 8 && !text.contains(['\n', '\r', '"', '\0']);
        usable.then(|| Self(text.to_owned()))
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How it is called in a sentence.
    pub fn describe(&self) -> String {
        match self.0.as_str() {
            "," => "comma".into(),
            ";" => "semicolon".into(),
            "\t" => "tab".into(),
            "|" => "pipe".into(),
            ":" => "colon".into(),
            " " => "space".into(),
            ", " => "comma and space".into(),
            other => format!("\"{}\"", other.escape_debug()),
        }
    }
}

/// What somebody else knows about header names, so that the header row and the right sheet can be
/// found.
pub trait HeaderKnowledge {
    /// Whether a column of this name is known.
    fn knows(&self, header: &str) -> bool;

    /// Whether a column of this name holds what a row cannot do without, so that a row with this
    /// cell alone is a row.
    fn is_name(&self, _header: &str) -> bool {
        false
    }

    /// Whether a text names a group of columns, such as `Address`, so that it stands above a header
    /// though it stands there alone.
    fn is_group(&self, _text: &str) -> bool {
        false
    }

    /// Whether a column of this name was added by a result file of ours, so that what stands in it
    /// makes no row fuller.
    fn is_of_results(&self, _header: &str) -> bool {
        false
    }

    /// What the cells of a column of this name say of the customers in their rows.
    fn tells(&self, header: &str) -> Option<Tells> {
        self.knows(header).then_some(Tells::Own)
    }

    /// Whether a sheet that begins with these rows, 50 at most, is none to be read, though it may
    /// have known columns: something that the caller has put beside the list.
    fn is_aside(&self, _first_rows: &RowBatch) -> bool {
        false
    }

    /// The marks that [`HeaderKnowledge::is_of_results`] columns hold.
    fn row_marks(&self) -> RowMarks {
        RowMarks::default()
    }

    /// Whether a text above columns says that they are about persons, not about customers.
    fn is_of_persons(&self, _text: &str) -> bool {
        false
    }
}

/// Words in columns that were added to a list, which say of a row what made it stand out among the
/// others: alone it no longer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowMarks {
    /// It may be no row of data.
    pub doubtful: &'static [&'static str],
    /// It stood below a title that says that its rows do not count.
    pub barred: &'static [&'static str],
    /// It stood under another header.
    pub elsewhere: &'static [&'static str],
    /// Alone in their cell: it was read as a row of data, and is one though it does not look so by itself.
    pub judged: &'static [&'static str],
}

/// What the cells of a column say of the customers in whose rows they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tells {
    /// One of a few words, which many customers share: a state, a level.
    Choice,
    /// What some customers share: a city, a country, a parent.
    Shared,
    /// What is one customer's alone: a phone number, a street, a code.
    Own,
}

/// Knows nothing: for tables that hold no customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NoKnowledge;

impl HeaderKnowledge for NoKnowledge {
    fn knows(&self, _header: &str) -> bool {
        false
    }
}
